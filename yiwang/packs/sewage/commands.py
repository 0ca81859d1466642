"""`yiwang sewage judge FILE`: whether a plant's effluent kept its limits, day by day; needs no database."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from yiwang.kernel import walltime
from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.moments import day_given
from yiwang.kernel.sheets.opening import open_sheet
from yiwang.kernel.wording import Teller
from yiwang.packs.sewage import effluentsheet, law
from yiwang.packs.sewage.effluentsheet import INFLUENT, TEMPERATURE, EffluentSheet, PlantDay
from yiwang.packs.sewage.rules.effluent import (
    ITEMS,
    Day,
    Effluent,
    EffluentClass,
    ItemVerdict,
    Kept,
    Plant,
    daily_mean,
    judge_effluent,
    refuse_rural,
)
from yiwang.packs.sewage.telling import SHOWN, item_words, of_kind

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Sewage plants' effluent judged by the standard of its day.",
)


class PlantClass(StrEnum):
    """The classes of GB 18918, and rural facilities, whose limits are not loaded."""

    FIRST_A = "first_a"
    FIRST_B = "first_b"
    SECOND = "second"
    THIRD = "third"
    RURAL = "rural"


class Item(StrEnum):
    """What a column that names no item may hold."""

    COD = "cod"
    BOD5 = "bod5"
    SS = "ss"
    OIL_ANIMAL = "oil_animal"
    OIL_MINERAL = "oil_mineral"
    LAS = "las"
    TN = "tn"
    NH3N = "nh3n"
    TP = "tp"
    COLOUR = "colour"
    PH = "ph"
    FAECAL_COLIFORM = "faecal_coliform"


@dataclass(frozen=True, slots=True)
class JudgedDay:
    """A day with its verdict. `broken_up`: items whose samples do not lie close enough for a mean of the day."""

    day: PlantDay
    found: Effluent | None
    broken_up: tuple[str, ...]
    refused: Problem | None


@app.callback()
def _group() -> None:
    """Sewage plants' effluent judged by the standard of its day."""


@app.command(name="judge")
def judge_file(
    file: Annotated[
        Path, typer.Argument(help="A CSV (also .gz) or XLSX: time, items, the plant where there are several.")
    ],
    plant_class: Annotated[PlantClass, typer.Option("--class", help="The class of limits that the plant has.")],
    built: Annotated[
        str, typer.Option(help="When the plant was built, as 2012-06-30: total phosphorus goes by it.")
    ] = "",
    item: Annotated[Item | None, typer.Option(help="What a column called 监测值 or value holds.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False,
    english: Annotated[bool, typer.Option("--en", help="In English.")] = False,
) -> None:
    """Judge the means of days by GB 18918-2002, for days up to 2026-02-28: the text amended since is not loaded, and refused.

    Rows with a day alone are means of days; rows with a time are samples, and a day is whole when no two lie farther apart than two
    hours; else nothing can be said of it. Ammonia nitrogen goes by 水温, COD and BOD5 of the third class by 进水COD and 进水BOD5.
    Exit code 2 when nothing can be judged: also when not one row could be used.

    Examples:

    yiwang sewage judge effluent.csv --class first_a --built 2012-06-30

    yiwang sewage judge hourly.csv.gz --class first_b --item nh3n --json
    """
    plant_built = day_given(built, "2012-06-30") if built else None
    sheet = effluentsheet.read(open_sheet(file, known=effluentsheet.HEADINGS.known), walltime.now(), item or "")
    if plant_class is PlantClass.RURAL:
        refuse_rural(max((one.day for one in sheet.days), default=walltime.town_day(walltime.now())), law.rulebook())
    plant = Plant(EffluentClass(plant_class), plant_built)
    days = [judge(one, plant) for one in sheet.days]
    if days and all(one.refused for one in days):
        raise next(one.refused for one in days if one.refused)
    teller = PlantTeller("en" if english else "zh-Hans")
    if as_json:
        typer.echo(json.dumps({"file": file.name, **teller.plain(days, sheet)}, ensure_ascii=False))
    else:
        typer.echo("\n".join(teller.lines(days, sheet)))
    if not days:
        raise typer.Exit(2)


def judge(one: PlantDay, plant: Plant) -> JudgedDay:
    """A day of a plant: its means, and what the law of the day says of them."""
    begins = datetime.combine(one.day, time.min, walltime.TOWN_ZONE)
    try:
        means, broken_up = _means(one, begins)
        influent = {code.removeprefix("influent_"): means[code] for code in INFLUENT if code in means}
        items = {item: means[item] for item in ITEMS if item in means}
        day = Day(one.day, items, means.get(TEMPERATURE), influent, frozenset(broken_up))
        found = judge_effluent(plant, day, law.rulebook())
    except Problem as problem:
        return JudgedDay(one, None, (), problem)
    return JudgedDay(one, found, broken_up, None)


def _means(one: PlantDay, begins: datetime) -> tuple[dict[str, Decimal], tuple[str, ...]]:
    """The mean of each item, and the items whose samples leave gaps. Means that the sheet gives as such are taken as they are."""
    means: dict[str, Decimal] = {}
    gaps = []
    for code, samples in one.samples.items():
        found = daily_mean(samples, begins, law.rulebook(), one.day)
        if found is None:
            continue
        means[code] = found.mean
        if code in ITEMS and not one.means and not found.whole:
            gaps.append(code)
    return means, tuple(gaps)


class PlantTeller(Teller):
    """Speaks one language about days of a plant."""

    part = "sewage"

    def lines(self, days: list[JudgedDay], sheet: EffluentSheet) -> Iterator[str]:
        for one in days:
            yield from (line.lstrip() for line in self._day(one))
        if days:
            yield self.say("summary", days=len(days), **self._counts(days))
        else:
            yield self.say("none-usable", rows=len(sheet.refused))
        if sheet.ignored:
            yield self.say("ignored", columns=self.listed(sheet.ignored))
        for row, problem in sheet.refused:
            yield self.say("row-refused", row=row, why=self.fault(problem))

    def _day(self, one: JudgedDay) -> Iterator[str]:
        where = {"plant": one.day.plant, "day": one.day.day}
        if one.refused:
            yield self.say("day-refused", why=self.fault(one.refused), **where)
        if one.found:
            yield self.say("day", outcome=self.say(f"kept.{one.found.kept}"), told=self._items(one.found), **where)
        if one.broken_up:
            yield self.say("gaps", items=self.items(one.broken_up))

    def _items(self, found: Effluent) -> str:
        """What was broken or is open, then what was kept: each by what limit."""
        beyond = self.listed(item_words(one, self.language) for one in of_kind(found.items, Kept.BROKEN, Kept.OPEN))
        kept = self.listed(item_words(one, self.language) for one in of_kind(found.items, Kept.KEPT))
        if not kept:
            return beyond or self.say("no-item")
        return self.say("within-too", told=beyond, kept=kept) if beyond else self.say("within-all", kept=kept)

    def _counts(self, days: list[JudgedDay]) -> Mapping[str, int]:
        kept = [one.found.kept for one in days if one.found]
        counts = {str(which): kept.count(which) for which in (Kept.KEPT, Kept.BROKEN, Kept.OPEN, Kept.NOT_MEASURED)}
        return counts | {"refused": len(days) - len(kept), "gaps": sum(bool(one.broken_up) for one in days)}

    def plain(self, days: list[JudgedDay], sheet: EffluentSheet) -> dict[str, Any]:
        """For a machine. `whole`: whether the samples of each item lie close enough for a mean of the day."""
        rules = {one.found.rule.version: one.found.rule for one in days if one.found}
        return {
            "days": [self._plain_day(one) for one in days],
            "summary": {"days": len(days), **self._counts(days)},
            "refused": [{"row": row, **self.refusal(problem)} for row, problem in sheet.refused],
            "ignored_columns": list(sheet.ignored),
            "rules": [
                {"version": rule.version, "hash": rule.hash, "verified": rule.verified} for rule in rules.values()
            ],
        }

    def _plain_day(self, one: JudgedDay) -> dict[str, Any]:
        told: dict[str, Any] = {"plant": one.day.plant, "day": one.day.day.isoformat(), "outcome": None}
        if one.refused:
            return told | {"refused": self.refusal(one.refused)}
        found = one.found
        return told | {
            "outcome": found and str(found.kept),
            "whole": not one.broken_up,
            "gaps": list(one.broken_up),
            "items": {item.item: _plain_item(item) for item in (found.items if found else ())},
            "missing": list(found.missing) if found else [],
        }


def _plain_item(one: ItemVerdict) -> dict[str, Any]:
    return {
        "mean": f"{one.value.quantize(SHOWN, ROUND_HALF_UP):f}",
        "kept": str(one.kept),
        "limits": [f"{limit:f}" for limit in one.limits],
        "multiple": _rounded(one.multiple),
        "removed_percent": _rounded(one.removed_percent),
        "wanted": one.wanted or None,
    }


def _rounded(number: Fraction | None) -> str | None:
    return (
        None
        if number is None
        else f"{(Decimal(number.numerator) / number.denominator).quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
    )
