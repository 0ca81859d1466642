"""`yiwang water classify | smelly FILE`: the class of each sample of a sheet, black-smelly water or not, with reasons; no database."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Column, Table

from yiwang.kernel import walltime
from yiwang.kernel.params.problems import RuleNotInForce
from yiwang.kernel.sheets.opening import open_sheet
from yiwang.packs.waters import law, samplesheet, smelly
from yiwang.packs.waters.rules.blacksmelly import DEPTH, SMELLY_ITEMS, Profile
from yiwang.packs.waters.rules.items import WaterType
from yiwang.packs.waters.rules.standard import standard_on
from yiwang.packs.waters.rules.surface import Verdict, classify
from yiwang.packs.waters.samplesheet import SampleRow
from yiwang.packs.waters.smelly import SmellTeller
from yiwang.packs.waters.telling import ClassTeller, JudgedRow, other_type, summary

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Water samples judged by the standard of their day.",
)
BAR_FROM_ROWS = 2000
"""So many rows take over two seconds; fewer need no bar."""


@app.callback()
def _group() -> None:
    """Water samples judged by the standard of their day."""


@app.command(name="classify")
def classify_file(
    file: Annotated[
        Path, typer.Argument(help="A CSV (also .gz) or XLSX with one sample per row, headings Chinese or English.")
    ],
    water: Annotated[
        WaterType | None,
        typer.Option(help="The kind of water where no column says it; chlorophyll in a row tells a lake."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False,
    english: Annotated[bool, typer.Option("--en", help="In English.")] = False,
) -> None:
    """Judge each sample by GB 3838-2002: class 1–6 (6 is worse than V) by its worst item, with reasons.

    A class of which not all 21 items were measured says so: it can only get worse. Where the sheet has the official class,
    agreement is shown and each disagreement listed with its reason. `--` and empty cells are missing; `<0.025` and `0.025L` are
    below the detection limit. Exit code 2 when the file cannot be used.

    Examples:

    yiwang water classify sections.csv.gz

    yiwang water classify lakes.xlsx --water lake --json
    """
    language = "en" if english else "zh-Hans"
    now = walltime.now()
    sheet = open_sheet(file, known=samplesheet.HEADINGS.known)
    read, ignored = samplesheet.rows_of(sheet, now, water)
    rows = [judge(row) for row in _counted(read)]
    teller = ClassTeller(language, standard_on(law.rulebook(), walltime.town_day(now)))
    told = summary(rows, teller, ignored)
    if as_json:
        found = {"file": file.name, "rows": [teller.plain(row) for row in rows], "summary": told}
        typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        _print(rows, told, teller)


@app.command(name="smelly")
def smelly_file(
    file: Annotated[Path, typer.Argument(help="A CSV (also .gz) or XLSX with one measurement per row.")],
    profile: Annotated[
        Profile, typer.Option(help="By which table: most rivers of a town in the country are rural.")
    ] = Profile.RURAL,
    as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False,
    english: Annotated[bool, typer.Option("--en", help="In English.")] = False,
) -> None:
    """Judge whether water is black and smelly (黑臭): each measurement, each point over its measurements, the water over its points.

    Transparency and depth with their unit (cm, m), dissolved oxygen, redox potential (urban only), ammonia nitrogen. What was not
    measured is told: then "not black and smelly" is no proof. Exit code 2 when the file cannot be used.

    Examples:

    yiwang water smelly points.csv

    yiwang water smelly points.xlsx --profile urban --json
    """
    now = walltime.now()
    sheet = open_sheet(file, known=samplesheet.HEADINGS.known)
    read, ignored = samplesheet.rows_of(sheet, now, wanted=(*SMELLY_ITEMS, DEPTH))
    found, teller = smelly.judge(read, profile, now), SmellTeller("en" if english else "zh-Hans", profile)
    if as_json:
        typer.echo(
            json.dumps({"file": file.name, **teller.plain(found), "ignored_columns": ignored}, ensure_ascii=False)
        )
        return
    table = Table(*(Column(teller.say(f"head.{head}"), overflow="fold") for head in ("row", "section", "smell", "why")))
    for one in found.rows:
        level = teller.level(one.found.level) if one.found else "—"
        table.add_row(*map(escape, (str(one.row.number), one.row.section, level, teller.why(one))))
    Console().print(table)
    for line in teller.lines(found):
        Console(soft_wrap=True).print(line, markup=False, highlight=False)


def judge(row: SampleRow) -> JudgedRow:
    """A row with its verdict, or with why it has none."""
    if row.refused:
        return JudgedRow(row, None, None, row.refused)
    day = walltime.town_day(row.at)
    try:
        verdict = _verdict(row, row.water_type, day)
    except RuleNotInForce as problem:
        return JudgedRow(row, None, None, problem)
    return JudgedRow(row, verdict, _verdict(row, other_type(row.water_type), day), None)


def _verdict(row: SampleRow, water_type: WaterType, day: date) -> Verdict:
    return classify(row.sample, water_type, day, law.rulebook(), target_class=row.target)


def _counted(rows: Sequence[SampleRow]) -> Iterator[SampleRow]:
    if len(rows) < BAR_FROM_ROWS:
        return iter(rows)
    return iter(track(rows, description="", console=Console(stderr=True), transient=True))


def _print(rows: Sequence[JudgedRow], told: dict[str, Any], teller: ClassTeller) -> None:
    console = Console(soft_wrap=True)
    compared = told["compared"] > 0
    heads = ["row", "section", "class", "why", *(["official"] if compared else [])]
    table = Table(*(Column(teller.say(f"head.{head}"), overflow="fold") for head in heads))
    for one in rows:
        table.add_row(*map(escape, _cells(one, teller, compared)))  # names of sections may hold brackets
    Console().print(table)
    for line in _lines(rows, told, teller):
        console.print(line, markup=False, highlight=False)


def _cells(one: JudgedRow, teller: ClassTeller, compared: bool) -> list[str]:
    cells = [str(one.row.number), one.row.section]
    if one.verdict is None:
        cells += [teller.say("no-class"), teller.fault(one.refused) if one.refused else ""]
    else:
        cells += [teller.headline(one.verdict, short=True), teller.reasons(one.verdict, one.row.type_from)[0]]
    if compared:
        official = teller.of_class(one.row.official) if one.row.official else "—"
        cells.append(official if one.agrees is not False else teller.say("official-differs", official=official))
    return cells


def _lines(rows: Sequence[JudgedRow], told: dict[str, Any], teller: ClassTeller) -> Iterator[str]:
    classes = teller.listed(
        teller.say("count", found=teller.of_class(int(number)), count=count)
        for number, count in told["classes"].items()
        if count
    )
    key = "summary" if classes else "summary-none"
    yield teller.say(key, rows=told["rows"], classes=classes, without=told["without_class"])
    if told["partial"]:
        yield teller.say("summary-partial", partial=told["partial"])
    for name, count in told["targets"].items():
        yield teller.say(f"target.{name}", count=count)
    if told["compared"]:
        yield teller.say("agreement", **{key: told[key] for key in ("compared", "agreed", "agreement_percent")})
    for one in told["disagreements"]:
        found = teller.of_class(one["class"]) if one["class"] else teller.say("no-class")
        official = teller.of_class(one["official"])
        where = {"row": one["row"], "section": one["section"]}
        yield teller.say("disagreement", **where, found=found, official=official, reason=one["reason"])
    for row in (one.row for one in rows if one.row.faults):
        yield from (teller.say("row-fault", row=row.number, fault=teller.fault(fault)) for fault in row.faults)
    yield from _notes(told, teller)


def _notes(told: dict[str, Any], teller: ClassTeller) -> Iterator[str]:
    if told["year_guessed"]:
        yield teller.say("year-guessed", count=told["year_guessed"])
    if told["without_date"]:
        yield teller.say("without-date", count=told["without_date"])
    if told["ignored_columns"]:
        yield teller.say("ignored", columns=teller.listed(told["ignored_columns"]))
    unseen = [rule["version"] for rule in told["rules"] if not rule["verified"]]
    if unseen:
        yield teller.say("unverified", rules=teller.listed(unseen))
