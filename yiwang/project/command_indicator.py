"""`yiwang indicator export CODE FILE`: a figure with what it rests on, for anybody to check with `yiwang verify FILE`."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from yiwang.indicators import bundles
from yiwang.indicators.bundles import Bundle
from yiwang.indicators.evidence import Scope
from yiwang.indicators.rules import months_before
from yiwang.kernel import walltime
from yiwang.kernel.journal import exporting
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.steps import securitylog
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.rules import Kind
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import SYSTEM, Call
from yiwang.kernel.wording import problem_text
from yiwang.kernel.zone import TOWN_ZONE
from yiwang.project.refusal import Refusal

MONTHS = 12

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Indicators.",
)
console = Console(stderr=True)


@app.callback()
def _group() -> None:
    """Indicators."""


@app.command()
def export(
    code: Annotated[str, typer.Argument(help="The indicator, for example grid.closed.")],
    file: Annotated[Path, typer.Argument(help="Where to write, for example closed.jsonl.gz.")],
    first: Annotated[str, typer.Option("--from", help="The first month of receipt, 2026-01.")] = "",
    last: Annotated[str, typer.Option("--to", help="The last month; this one when nobody says.")] = "",
    committee: Annotated[str, typer.Option(help="Only of this committee, by its code.")] = "",
    team: Annotated[str, typer.Option(help="Only of this department, by its code.")] = "",
    as_of: Annotated[str, typer.Option(help="As of when: a day, or a moment as a figure's file says it.")] = "",
    public: Annotated[bool, typer.Option("--public", help="What strangers get of the year: sealed rows.")] = False,
    words: Annotated[bool, typer.Option(help="With what the entries say.")] = True,
) -> None:
    """Write a figure with its rows, the journal's entries behind them, and their proofs, to be checked with `yiwang verify FILE`.

    The file names cases and says what was done in them: it is for auditors. With --public it is the one that anybody gets.

    Example: yiwang indicator export grid.closed closed.jsonl.gz --from 2026-01 --to 2026-06
    """
    now = walltime.now()
    until = _month(last, "--to") or walltime.town_day(now).replace(day=1)
    begin = _month(first, "--from") or months_before(until, MONTHS - 1)
    moment = min(_moment(as_of), now) if as_of else now
    try:
        if public:
            bundle = bundles.in_public(SYSTEM, code, until.year, moment)
        else:
            scope = _scope(min(begin, until), until, committee, team)
            bundle = bundles.inside(SYSTEM, code, scope, moment, with_text=words)
        _write(file, bundle)
        securitylog.note_export("indicator.export", code, call=Call(SYSTEM, now, "command"))
    except Problem as problem:
        texts = [problem_text(problem, language) for language in ("zh-Hans", "en")]
        raise Refusal("\n".join(line for text in texts for line in text.values())) from None
    told = f"{len(bundle.rows)} 行 rows, {len(bundle.places)} 条日志 entries → {file}"
    console.print(told, highlight=False, markup=False, soft_wrap=True)


def _scope(first: date, last: date, committee: str, team: str) -> Scope:
    return Scope(
        first,
        last,
        places.coded(SYSTEM, Kind.COMMITTEE, committee).place_id if committee else None,
        people.team_by_code(SYSTEM, team).team_id if team else None,
    )


def _write(file: Path, bundle: Bundle) -> None:
    try:
        exporting.write(file, bundle.lines())
    except OSError as fault:
        raise Refusal(
            f"写不了 {file}：{fault.strerror}。请换一个可以写的位置。\n"
            f"{file} cannot be written: {fault.strerror}. Choose a place where it can."
        ) from None


def _month(text: str, option: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01") if text else None
    except ValueError:
        raise Refusal(
            f"{option} 要写月份，例如 2026-01；收到的是 {text}。\n{option} is a month, for example 2026-01, not {text}."
        ) from None


def _moment(text: str) -> datetime:
    """A moment with its offset as it stands, or the end of a day."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(
            f"--as-of 要写日期，例如 2026-03-31；收到的是 {text}。\n--as-of is a day, for example 2026-03-31, not {text}."
        ) from None
    if found.tzinfo:
        return found
    return found.replace(hour=23, minute=59, second=59, microsecond=999_999, tzinfo=TOWN_ZONE)
