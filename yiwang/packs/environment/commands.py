"""`yiwang air index|dust|noise`: the air quality index, a site's dust and noise, by the rule of the day; needs no database."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from yiwang.kernel import walltime
from yiwang.kernel.params.rulebook import RuleVersion
from yiwang.kernel.sheets.moments import day_given
from yiwang.kernel.sheets.opening import open_sheet
from yiwang.kernel.sheets.problems import DayUnreadable
from yiwang.packs.environment import dustsheet, law
from yiwang.packs.environment.problems import (
    ConcentrationUnreadable,
    ItemNotReported,
    NoConcentration,
    NoiseUnreadable,
)
from yiwang.packs.environment.rules.air import Zone, air_index, items_of
from yiwang.packs.environment.rules.sites import judge_dust, judge_noise
from yiwang.packs.environment.telling import AirTeller

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Air quality, dust and noise judged by the rule of their day.",
)
LOUDEST_DB = 200
MOST_PLACES = 7
"""Before or after the point: air has no more, and an exponent of millions would fill the memory when it is printed."""

AsJson = Annotated[bool, typer.Option("--json", help="For a machine to read.")]
English = Annotated[bool, typer.Option("--en", help="In English.")]
OnDay = Annotated[str, typer.Option("--date", help="The day of the sample, as 2026-03-01; today when left out.")]


@app.callback()
def _group() -> None:
    """Air quality, dust and noise judged by the rule of their day."""


@app.command()
def index(
    on: OnDay = "",
    hourly: Annotated[bool, typer.Option("--hourly", help="The report of an hour; without it that of a day.")] = False,
    so2: Annotated[str, typer.Option(help="µg/m³.")] = "",
    no2: Annotated[str, typer.Option(help="µg/m³.")] = "",
    co: Annotated[str, typer.Option(help="mg/m³.")] = "",
    o3: Annotated[str, typer.Option(help="µg/m³: the hour's mean, or the largest of the day (until 2026-02-28).")] = "",
    o3_8h: Annotated[str, typer.Option(help="µg/m³: the largest 8-hour mean of the day.")] = "",
    pm10: Annotated[str, typer.Option(help="µg/m³.")] = "",
    pm25: Annotated[str, typer.Option(help="µg/m³.")] = "",
    zone: Annotated[
        Zone, typer.Option(help="Whose limits of ambient air are compared: class_1 is nature reserves.")
    ] = Zone.CLASS_2,
    as_json: AsJson = False,
    english: English = False,
) -> None:
    """The air quality index (AQI) from concentrations, by HJ 633-2012 or, from 2026-03-01 on, HJ 633-2026.

    Items that are not given are missing: the answer says so, and whether the rule lets it be published. Exit code 2 for what is no
    concentration, no day, or an item that the report of that day does not look at.

    Examples:

    yiwang air index --date 2026-03-01 --pm25 75 --pm10 121 --so2 9 --no2 31 --co 0.7 --o3-8h 118

    yiwang air index --date 2025-12-31 --hourly --pm25 75 --json
    """
    day = _day(on)
    written = {"so2": so2, "no2": no2, "co": co, "o3": o3, "o3_8h": o3_8h, "pm10": pm10, "pm25": pm25}
    given = {item: _concentration(item, text) for item, text in written.items() if text}
    known = items_of(day, law.rulebook(), hourly=hourly)
    options = ", ".join(_option(item) for item in known)
    if not given:
        raise NoConcentration(items=options)
    for item in given:
        if item not in known:
            raise ItemNotReported(option=_option(item), day=day.isoformat(), known=options)
    found = air_index(given, day, law.rulebook(), hourly=hourly, zone=zone)
    teller = AirTeller("en" if english else "zh-Hans")
    _answer(teller.plain_index(found), teller.lines_of_index(found), as_json)


@app.command()
def dust(
    file: Annotated[
        Path, typer.Argument(help="A CSV (also .gz) or XLSX with time, dust, and the site where there are several.")
    ],
    as_json: AsJson = False,
    english: English = False,
) -> None:
    """Count a building site's means of 15 minutes above the limits of DB31/964-2016, by site and day.

    A day of which not all 96 means are there can break the limit, but not prove that it was kept. A day with several differing values
    in a quarter of an hour is refused: they are no means of 15 minutes. Exit code 2 when the file cannot be used, or no day of it
    can be judged. The numbers of this standard were not compared with its text; the answer says so.

    Example: yiwang air dust site-2026-08.csv --json
    """
    sheet = dustsheet.read(open_sheet(file, known=dustsheet.HEADINGS.known), walltime.now())
    refused = [one for one in sheet.days if one.refused]
    if refused and len(refused) == len(sheet.days) and refused[0].refused:
        raise refused[0].refused
    kept = [one for one in sheet.days if not one.refused]
    days = [(one, judge_dust(one.means.values(), one.day, law.rulebook())) for one in kept]
    teller = AirTeller("en" if english else "zh-Hans")
    found = {
        "days": [teller.plain_dust(one.site, one.day, one.doubled, judged) for one, judged in days],
        "refused_days": [
            {"site": one.site, "day": one.day.isoformat(), **teller.refusal(one.refused)}
            for one in refused
            if one.refused
        ],
        "refused": [{"row": row, **teller.refusal(problem)} for row, problem in sheet.refused],
        "rules": _used(judged.rule for _, judged in days),
    }
    _answer(found, teller.lines_of_dust(days, sheet), as_json)
    if not days:
        raise typer.Exit(2)


@app.command()
def noise(
    measured: Annotated[str, typer.Option(help="Equivalent level at the edge of the site, dB(A).")],
    at: Annotated[str, typer.Option(help="When, as 22:30: from 6 to 22 is day.")],
    on: OnDay = "",
    background: Annotated[str, typer.Option(help="Background level, dB(A): it is taken out of the measured one.")] = "",
    maximum: Annotated[str, typer.Option(help="Largest level, dB(A): counts by night.")] = "",
    as_json: AsJson = False,
    english: English = False,
) -> None:
    """Judge the noise of a building site by GB 12523-2011, for days up to 2025-12-31.

    Less than 3 dB above the background nothing is proved: measure again. For later days exit code 2: GB 12523-2025 holds, and its text
    is not loaded.

    Example: yiwang air noise --measured 58 --background 52 --at 22:30 --date 2025-06-01
    """
    levels = {name: _level(name, text) for name, text in (("background", background), ("maximum", maximum)) if text}
    found = judge_noise(
        _level("measured", measured),
        _time(at),
        _day(on),
        law.rulebook(),
        background_db=levels.get("background"),
        maximum_db=levels.get("maximum"),
    )
    teller = AirTeller("en" if english else "zh-Hans")
    _answer(teller.plain_noise(found), teller.lines_of_noise(found), as_json)


# --- what was typed ---------------------------------------------------------------------------------------------------


def _option(item: str) -> str:
    return "--" + item.replace("_", "-")


def _day(written: str) -> date:
    if not written:
        return walltime.town_day(walltime.now())
    return day_given(written, "2026-03-01")


def _time(written: str) -> time:
    try:
        return time.fromisoformat(written.zfill(5))
    except ValueError:
        raise DayUnreadable(given=written, example="22:30") from None


def _concentration(item: str, text: str) -> Decimal:
    value = _number(text)
    if value is None or value < 0:
        raise ConcentrationUnreadable(option=_option(item), given=text)
    return value


def _level(name: str, text: str) -> Decimal:
    value = _number(text)
    if value is None or not 0 <= value <= LOUDEST_DB:
        raise NoiseUnreadable(option=_option(name), given=text)
    return value


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < MOST_PLACES else None


def _used(rules: Iterator[RuleVersion]) -> list[dict[str, Any]]:
    return [
        {"version": rule.version, "hash": rule.hash, "verified": rule.verified}
        for rule in {one.hash: one for one in rules}.values()
    ]


def _answer(found: Mapping[str, Any], lines: Iterator[str], as_json: bool) -> None:
    typer.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(lines))
