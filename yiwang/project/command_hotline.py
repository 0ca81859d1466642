"""`yiwang hotline import FILE`: the messages of the 12345 desk, from a CSV or XLSX sheet into the queue."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from yiwang.intake.reports import hotline, queries
from yiwang.intake.reports.hotline import HotlineImport
from yiwang.intake.reports.sheets.rows import RowRefusal
from yiwang.kernel import walltime
from yiwang.kernel.places.datum import datum_named
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import SYSTEM, Call
from yiwang.kernel.wording import problem_text
from yiwang.project.refusal import Refusal

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Messages of the 12345 desk.",
)
console = Console(stderr=True)
SHOWN = 20


@app.callback()
def _group() -> None:
    """Messages of the 12345 desk."""


@app.command(name="import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A CSV (also .gz) or XLSX with one message per row.")],
    column: Annotated[
        list[str] | None,
        typer.Option(help="field=column name, where names are unusual: --column text=诉求内容; empty: do not read it"),
    ] = None,
    datum: Annotated[
        str,
        typer.Option(help="What coordinates refer to where no column says so: wgs84, gcj02 or bd09. It is remembered."),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False,
) -> None:
    """Take the messages of a sheet; the same file again adds nothing. Rows that cannot be used are named, the rest goes in.

    Examples:

    yiwang hotline import 2019-04.xlsx

    yiwang hotline import export.csv --column source_key=工单号 --column text=诉求内容

    yiwang hotline import export.csv --datum gcj02
    """
    call = Call(SYSTEM, walltime.now(), door="command", reason=f"hotline import {file.name}")
    with _bars() as bars:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        if not file.is_file():
            raise Refusal(
                f"没有文件 {file}。\n路径可能有误，或者它是文件夹。\n请核对路径后再导入。 There is no such file."
            )
        try:
            done = hotline.import_sheet(
                file,
                file.name,
                call=call,
                columns=_chosen(column or []),
                datum=datum_named(datum) if datum else None,
                progress=show,
            )
        except Problem as problem:
            raise Refusal("\n".join(problem_text(problem).values())) from None
    summary = queries.summary(call.actor, hotline.CHANNEL)
    if as_json:
        typer.echo(json.dumps(_plain(done, summary), ensure_ascii=False, default=str))
    else:
        _print(done, summary)


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )


def _chosen(pairs: list[str]) -> dict[str, str] | None:
    for pair in pairs:
        if "=" not in pair:
            raise Refusal(
                f"“{pair}” is no column choice.\nA choice is field=column name.\nWrite for example --column text=诉求内容."
            )
    return dict(pair.split("=", 1) for pair in pairs) or None


def _plain(done: HotlineImport, summary: dict[str, Any]) -> dict[str, Any]:
    return {
        "rows": done.sheet.rows,
        "added": done.added,
        "known": done.known,
        "replied": done.replied,
        "read": done.read,
        "columns": done.columns,
        "ignored_columns": done.sheet.ignored_columns,
        "first_at": done.sheet.first_at,
        "last_at": done.sheet.last_at,
        "refused": [{"row": one.row, "column": one.column, **one.said()} for one in done.refused],
        "warnings": [{"row": one.row, "column": one.column, **one.said()} for one in done.warnings],
        "queue": summary,
    }


def _print(done: HotlineImport, summary: dict[str, Any]) -> None:
    say = Console().print
    say(
        f"行 rows: {done.sheet.rows} · 新增 added: {done.added} · 已有 known: {done.known} · "
        f"补上答复 replies added: {done.replied} · 退回 refused: {len(done.refused)}"
    )
    columns = (f"{field} = {name or '—'}" for field, name in done.columns.items())
    say(f"列 columns: {', '.join(columns)}", highlight=False)
    if done.sheet.ignored_columns:
        say(f"没有用到的列 columns not used: {', '.join(done.sheet.ignored_columns)}", highlight=False)
    if done.sheet.first_at and done.sheet.last_at:
        say(f"时间 from {done.sheet.first_at:%Y-%m-%d} to {done.sheet.last_at:%Y-%m-%d}")
    _name_rows(say, done.refused)
    if done.warnings:
        say(f"收进了，但要留意的行 taken with a warning: {len(done.warnings)}", highlight=False)
        _name_rows(say, done.warnings)
    say(
        f"研读 read: {summary['read']} · 把握过半 sure: {summary['sure']} · "
        f"可能重复 possible duplicates: {summary['with_possible_duplicates']}"
    )
    table = Table("类别 type", "件 messages")
    for code, count in list(summary["types"].items())[:10]:
        table.add_row(code or "—", str(count))
    say(table)


def _name_rows(say: Callable[..., None], rows: Sequence[RowRefusal]) -> None:
    for one in rows[:SHOWN]:
        said = one.said()
        column = f" “{one.column}”" if one.column else ""
        say(f"第 {one.row} 行{column}：{said['what']} {said['why']} {said['do']}", markup=False, highlight=False)
    if len(rows) > SHOWN:
        say(f"… 另有 {len(rows) - SHOWN} 行，用 --json 可以看全部")
