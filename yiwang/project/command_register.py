"""`yiwang register list|import|export`: what registers there are and what they say, sheets of rows in and out."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from yiwang.kernel import walltime
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.steps import securitylog
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import SYSTEM, Call
from yiwang.kernel.wording import language_of, problem_text, word
from yiwang.project.refusal import Refusal
from yiwang.registers import exporting, importing, queries
from yiwang.registers.importing import Refused, Taken
from yiwang.registers.queries import RegisterCard, RowView
from yiwang.registers.speaking import Speaker

SHOWN = 20
"""So many rows, and so many refusals, are printed; a machine gets all."""
WORKBOOK = ".xlsx"

Code = Annotated[str, typer.Argument(help="The register's code, as `yiwang register list` names it.")]
On = Annotated[str, typer.Option(help="As of which day, as 2026-11-26; today when left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="For a machine to read.")]
English = Annotated[bool, typer.Option("--en", help="In English.")]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="The town's registers.",
)
console = Console(stderr=True)


@app.callback()
def _group() -> None:
    """The town's registers."""


@app.command(name="list")
def listed(
    code: Annotated[str, typer.Argument(help="A register's code: then its rows; left out: all registers.")] = "",
    on: On = "",
    as_json: AsJson = False,
    english: English = False,
) -> None:
    """List the registers, or with a code what a register says on a day. Exit code 2 when there is no such register.

    Examples:

    yiwang register list

    yiwang register list river --on 2025-12-31 --json
    """
    language, day = "en" if english else "zh-Hans", _day(on, english)
    with _refusing(language):
        if not code:
            cards = queries.catalogue(SYSTEM, day)
            _say_registers(cards, language, as_json)
        else:
            _say_rows(code, day, language, as_json)


@app.command(name="import")
def import_file(
    code: Code,
    file: Annotated[Path, typer.Argument(help="A CSV (also .gz) or XLSX with one row of the register per row.")],
    as_json: AsJson = False,
    english: English = False,
) -> None:
    """Take a sheet's rows into a register; the same sheet again changes nothing. Rows that cannot be used are named, the rest
    goes in. Exit code 2 when the sheet as a whole cannot be used.

    Examples:

    yiwang register import river rivers.xlsx

    yiwang register import river rivers.csv --json
    """
    language = "en" if english else "zh-Hans"
    if not file.is_file():
        raise Refusal(word("command.register.no-file", language).format(file=file))
    call = Call(SYSTEM, walltime.now(), door="command", reason=f"register import {file.name}")
    with _refusing(language), _bars(language) as show:
        done = importing.take(code, file.read_bytes(), file.name, language=language, call=call, progress=show)
    if as_json:
        typer.echo(json.dumps(_plain(done, language), ensure_ascii=False))
    else:
        _say_taken(done, language)


@app.command()
def export(
    code: Code,
    file: Annotated[Path, typer.Argument(help="Where to: .xlsx gives a workbook, any other ending a CSV.")],
    on: On = "",
    as_json: AsJson = False,
    english: English = False,
) -> None:
    """Write what a register says on a day to a CSV or XLSX, which runs no formula and which `import` reads back.

    An existing file is replaced. Exit code 2 when there is no such register or folder.

    Examples:

    yiwang register export river rivers.xlsx

    yiwang register export river rivers.csv --on 2025-12-31
    """
    language, day = "en" if english else "zh-Hans", _day(on, english)
    with _refusing(language):
        rows = queries.rows(SYSTEM, code, on=day, most=1).total
        if file.suffix.lower() == WORKBOOK:
            content = exporting.as_xlsx(SYSTEM, code, on=day, language=language)
        else:
            content = exporting.as_csv(SYSTEM, code, on=day, language=language).encode()
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Refusal(word("command.register.not-written", language).format(file=file, why=error.strerror)) from None
    securitylog.note_export("register.export", code, call=Call(SYSTEM, walltime.now(), "command"))
    if as_json:
        typer.echo(json.dumps({"register": code, "on": day.isoformat(), "rows": rows, "file": str(file)}))
    else:
        said = word("command.register.written", language).format(file=file, rows=rows, day=day.isoformat())
        Console(soft_wrap=True).print(said, markup=False, highlight=False)


# --- around every command --------------------------------------------------------------------------------------------


@contextmanager
def _refusing(language: str) -> Iterator[None]:
    """What the register refuses is told in words; exit code 2."""
    try:
        yield
    except Problem as problem:
        raise Refusal("\n".join(problem_text(problem, language).values())) from None


@contextmanager
def _bars(language: str) -> Iterator[importing.Progress]:
    """A progress callback that draws one bar for looking at the rows and one for entering them."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(word(f"register.doing.{what.replace(' ', '-')}", language), total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield show


def _day(written: str, english: bool) -> date:
    if not written:
        return walltime.town_day(walltime.now())
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Refusal(word("command.register.no-day", "en" if english else "zh-Hans").format(day=written)) from None


# --- what is said ----------------------------------------------------------------------------------------------------


def _say_registers(cards: Sequence[RegisterCard], language: str, as_json: bool) -> None:
    owners = {card.code: card.name(language) for card in people.teams(SYSTEM)}
    if as_json:
        typer.echo(json.dumps([_register(card, owners, language) for card in cards], ensure_ascii=False))
        return
    table = Table(*(word(f"command.register.{head}", language) for head in ("code", "name", "owner", "rows", "source")))
    for card in cards:
        one = _register(card, owners, language)
        source = one["mirror_of"] or word("command.register.master", language)
        table.add_row(card.register.code, one["name"], one["owner_name"], str(card.rows), source)
    Console().print(table)


def _register(card: RegisterCard, owners: dict[str, str], language: str) -> dict[str, Any]:
    one, tongue = card.register, language_of(language)
    return {
        "code": one.code,
        "name": one.name[tongue],
        "owner": one.owner,
        "owner_name": owners.get(one.owner, one.owner),
        "legal_basis": one.legal_basis,
        "purpose": one.purpose[tongue],
        "retention_months": one.retention_months,
        "disclosure": one.disclosure,
        "mirror_of": one.mirror_of,
        "systems": list(one.systems),
        "key": list(one.key),
        "fields": [field.code for field in one.fields],
        "rows": card.rows,
    }


def _say_rows(code: str, day: date, language: str, as_json: bool) -> None:
    register, found = queries.register(SYSTEM, code), queries.rows(SYSTEM, code, on=day)
    speak = Speaker(SYSTEM, register, language)
    if as_json:
        rows = [_row(view, speak) for view in found.rows]
        typer.echo(json.dumps({"register": code, "on": day.isoformat(), "rows": rows}, ensure_ascii=False))
        return
    table = Table(*(field.name[language_of(language)] for field in register.fields))
    for view in found.rows[:SHOWN]:
        table.add_row(*speak.row(view.values, view.measures).values())
    Console().print(table)
    said = word("command.register.shown", language)
    Console().print(said.format(shown=min(SHOWN, found.total), total=found.total, day=day.isoformat()), highlight=False)


def _row(view: RowView, speak: Speaker) -> dict[str, Any]:
    return {
        "key": view.key,
        "valid_from": view.valid_from.isoformat(),
        "valid_to": view.valid_to.isoformat() if view.valid_to else None,
        "values": dict(view.values),
        "words": speak.row(view.values, view.measures),
        "entry": view.entry,
    }


def _plain(done: Taken, language: str) -> dict[str, Any]:
    return {
        "register": done.fact.register,
        "filename": done.fact.filename,
        "sha256": done.fact.sha256,
        "entered": done.fact.entered,
        "unchanged": done.fact.unchanged,
        "refused": [_refusal(one, language) for one in done.refused],
        "ignored_columns": list(done.ignored),
    }


def _refusal(one: Refused, language: str) -> dict[str, Any]:
    return {"row": one.row, "column": one.column, "type": one.problem.slug, **problem_text(one.problem, language)}


def _say_taken(done: Taken, language: str) -> None:
    say: Callable[..., None] = Console(soft_wrap=True).print
    counts = {"entered": done.fact.entered, "unchanged": done.fact.unchanged, "refused": done.fact.refused}
    say(word("command.register.taken", language).format(**counts), highlight=False)
    if done.ignored:
        said = word("command.register.ignored", language).format(columns=", ".join(done.ignored))
        say(said, markup=False, highlight=False)
    for one in done.refused[:SHOWN]:
        told = _refusal(one, language)
        row = word("command.register.row", language).format(row=one.row, column=one.column or "—")
        say(f"{row}{told['what']} {told['why']} {told['do']}", markup=False, highlight=False)
    if len(done.refused) > SHOWN:
        said = word("command.register.more", language).format(count=len(done.refused) - SHOWN)
        say(said, highlight=False)
