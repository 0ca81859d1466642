"""`yiwang station list|password|verify|samples|archive`: what instruments there are, the password of one, whether readings were changed."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from yiwang.intake.sensing import queries, series
from yiwang.intake.sensing.checking import BatchCheck, MonthCheck
from yiwang.intake.sensing.queries import StationView
from yiwang.intake.sensing.steps import stations
from yiwang.kernel import walltime
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import SYSTEM, Call
from yiwang.kernel.wording import problem_text, word
from yiwang.kernel.zone import in_town
from yiwang.project.command_station_archive import archive
from yiwang.project.command_station_samples import samples
from yiwang.project.refusal import Refusal

ONE_DAY = timedelta(days=1)
SHOWN = 20
"""So many batches are named; a machine gets all."""

AsJson = Annotated[bool, typer.Option("--json", help="For a machine to read.")]
English = Annotated[bool, typer.Option("--en", help="In English.")]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="The town's instruments and what they measured.",
)
console = Console(stderr=True)


@app.callback()
def _group() -> None:
    """The town's instruments and what they measured."""


@app.command(name="list")
def listed(as_json: AsJson = False, english: English = False) -> None:
    """List the stations with their last contact, and how much of what was expected came in the last 24 hours.

    Examples:

    yiwang station list

    yiwang station list --json
    """
    language, now = "en" if english else "zh-Hans", walltime.now()
    complete = series.completeness(SYSTEM, now - ONE_DAY, now)
    there = [(one, _told(one, complete[one.description.code].percent, english)) for one in queries.stations(SYSTEM)]
    if as_json:
        typer.echo(json.dumps([row for _, row in there], ensure_ascii=False))
        return
    table = Table()
    for name in ("code", "name", "key", "heard", "percent"):
        table.add_column(word(f"command.station.{name}", language), overflow="fold")
    for one, row in there:
        heard = f"{in_town(one.heard_at):%Y-%m-%d %H:%M}" if one.heard_at else "–"
        percent = "–" if row["percent"] is None else f"{row['percent']} %"
        table.add_row(row["code"], row["name"], f"{row['door']} {row['key']}", heard, percent)
    console.print(table)


def _told(one: StationView, percent: int | None, english: bool) -> dict[str, Any]:
    said = one.description
    return {
        "code": said.code,
        "name": said.name_en if english else said.name_zh,
        "door": said.door,
        "key": said.key,
        "streams": len(one.streams),
        "heard_at": one.heard_at.isoformat() if one.heard_at else None,
        "percent": percent,
    }


@app.command()
def password(
    code: Annotated[str, typer.Argument(help="The station's code, as `yiwang station list` names it.")],
    given: Annotated[
        str | None, typer.Option("--password", help="Asked for when left out; --password '' takes it away.")
    ] = None,
    english: English = False,
) -> None:
    """Set the password with which an instrument shows itself (HJ 212: PW). It is sealed. Exit code 2 when there is no such station.

    Example:

    yiwang station password hongxing-1-water
    """
    language = "en" if english else "zh-Hans"
    call = Call(SYSTEM, walltime.now(), "command", None, "yiwang station password")
    try:
        found = queries.station(SYSTEM, code)
        if given is None:
            given = typer.prompt("Password", hide_input=True)
        stations.set_password(found.station_id, given, call=call)
    except Problem as problem:
        raise Refusal(" ".join(problem_text(problem, language).values())) from None
    console.print(word("command.station.password-set", language).format(code=code), highlight=False)


@app.command()
def verify(
    since: Annotated[str, typer.Option(help="Only what was stored from this day on, as 2026-11-26.")] = "",
    as_json: AsJson = False,
    english: English = False,
) -> None:
    """Compute the digest of every stored batch, and of every archived month, again from its rows and compare it with the journal's.

    The files of an archived month are read once. Exit code 1 when a digest does not hold.

    Examples:

    yiwang station verify

    yiwang station verify --since 2026-11-01 --json
    """
    language = "en" if english else "zh-Hans"
    begin = walltime.day_begins(_day(since, language)) if since else None
    total = len(queries.batch_ids(SYSTEM, since=begin))
    checks = track(
        queries.checks(SYSTEM, since=begin),
        word("command.station.verifying", language),
        total=total,
        console=console,
        transient=True,
    )
    tally = _Tally()
    for one in checks:
        tally.add(one)
    if as_json:
        typer.echo(json.dumps(tally.plain()))
    else:
        _say_checked(tally, language)
    if tally.broken or tally.broken_months:
        raise typer.Exit(1)


@dataclass
class _Tally:
    """What was checked, and which of it does not hold."""

    batches: int = 0
    readings: int = 0
    months: int = 0
    broken: list[BatchCheck] = field(default_factory=list)
    broken_months: list[MonthCheck] = field(default_factory=list)

    def add(self, one: BatchCheck | MonthCheck) -> None:
        if isinstance(one, MonthCheck):
            self.months += 1
            self.broken_months += [] if one.holds else [one]
        else:
            self.batches += 1
            self.readings += one.found
            self.broken += [] if one.holds else [one]

    def plain(self) -> dict[str, Any]:
        """For a machine."""
        return asdict(self)


def _say_checked(tally: _Tally, language: str) -> None:
    counts = {"batches": tally.batches, "readings": tally.readings, "months": tally.months}
    if not tally.broken and not tally.broken_months:
        key = "holds-months" if tally.months else "holds"
        console.print(word(f"command.station.{key}", language).format(**counts), highlight=False)
    _say_broken("broken", len(tally.broken), counts, language)
    for one in tally.broken[:SHOWN]:
        line = word("command.station.broken-batch", language)
        console.print(line.format(batch=one.batch_id, recorded=one.recorded, found=one.found), highlight=False)
    _say_broken("broken-months", len(tally.broken_months), counts, language)
    for month in tally.broken_months[:SHOWN]:
        line = word("command.station.broken-month", language)
        console.print(line.format(month=month.month, recorded=month.recorded, found=month.found), highlight=False)
        for name in month.damaged:
            console.print(word("command.station.damaged-file", language).format(name=name), highlight=False)


def _say_broken(key: str, broken: int, counts: dict[str, int], language: str) -> None:
    if broken:
        said = word(f"command.station.{key}", language).format(broken=broken, **counts)
        console.print(said, highlight=False, style="red")


app.command()(samples)
app.command()(archive)


def _day(written: str, language: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Refusal(word("command.station.no-day", language).format(given=written)) from None
