"""Whether what a sewage plant sends out keeps its limits on a day (R-041 … R-043). Pure.

What decides the limit may be unknown: the water's temperature for ammonia nitrogen, the year in which the plant was built for total
phosphorus, the influent for COD and BOD5 of the third class. Where the answer is the same whatever it is, it is given; else the item
is open, and the verdict says what is wanted. Samples that lie too far apart leave their item open, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any

from yiwang.kernel.params.problems import RuleNotInForce
from yiwang.kernel.params.rulebook import Rulebook, RuleVersion
from yiwang.packs.sewage.problems import LimitsNotLoaded, NoStandardKnown

ITEMS = (
    *("cod", "bod5", "ss", "oil_animal", "oil_mineral", "las", "tn", "nh3n", "tp", "colour", "ph", "faecal_coliform"),
)
"""Daily means: mg/L; colour by dilution, pH without unit, faecal coliforms per litre."""


class EffluentClass(StrEnum):
    """The class of limits that a plant has."""

    FIRST_A = "first_a"
    FIRST_B = "first_b"
    SECOND = "second"
    THIRD = "third"


class Kept(StrEnum):
    """Whether an item keeps its limit."""

    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"
    """It depends on something that is not known."""
    NOT_LIMITED = "not_limited"
    """This class sets no limit for it."""
    NOT_MEASURED = "not_measured"
    """Of a day on which nothing that has a limit was measured."""


@dataclass(frozen=True, slots=True)
class Plant:
    """What of a plant decides its limits. `built_on`: None where nobody knows when it was built."""

    effluent_class: EffluentClass
    built_on: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The daily means of a plant's effluent by item, with what decides some limits: °C of the water, COD and BOD5 of the influent.

    `gapped`: items whose samples lie farther apart than the rule allows, so that they make no mean of 24 hours.
    """

    on: date
    means: Mapping[str, Decimal]
    temperature_c: Decimal | None = None
    influent: Mapping[str, Decimal] | None = None
    gapped: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """One item. `limits`: those that may hold, one where it is known which; `wanted`: what is not known when it is open.

    `multiple`: how far above the limit, (C − S)/S, None where it is kept, or judged by removal or as a range.
    `removed_percent`: where it was judged by removal.
    """

    item: str
    value: Decimal
    kept: Kept
    limits: tuple[Decimal, ...]
    wanted: str = ""
    multiple: Fraction | None = None
    removed_percent: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Effluent:
    """The verdict of a day. `kept`: BROKEN with one item broken, OPEN with one open, else KEPT for the items that were measured, which
    says nothing of the `missing`; NOT_MEASURED without any.
    """

    kept: Kept
    items: tuple[ItemVerdict, ...]
    missing: tuple[str, ...]
    rule: RuleVersion


def judge_effluent(plant: Plant, day: Day, book: Rulebook) -> Effluent:
    """R-041 by the text that held on the day.

    Raises LimitsNotLoaded for days from 2026-03-01 on (the amended text, R-042), RuleNotInForce for days before the standard.
    """
    rule = _in_force(book, "sewage.effluent", day.on, "GB 18918-2002（公告2025年第24号修改）")
    items = tuple(_judge(item, day.means[item], plant, day, rule.value) for item in ITEMS if item in day.means)
    found = {one.kept for one in items}
    worst = next((kept for kept in (Kept.BROKEN, Kept.OPEN, Kept.KEPT) if kept in found), Kept.NOT_MEASURED)
    limited = (item for item in ITEMS if _limits(item, plant, day, rule.value))
    return Effluent(worst, items, tuple(item for item in limited if item not in day.means), rule)


def _in_force(book: Rulebook, rule: str, on: date, following: str) -> RuleVersion:
    last = book.versions(rule)[-1].effective_to
    if last is not None and on > last:
        raise LimitsNotLoaded(standard=following, since=(last + timedelta(days=1)).isoformat())
    return book.on(rule, on)


def _judge(item: str, value: Decimal, plant: Plant, day: Day, law: Mapping[str, Any]) -> ItemVerdict:
    limits = _limits(item, plant, day, law)
    if not limits:
        return ItemVerdict(item, value, Kept.NOT_LIMITED, ())
    if item in day.gapped:
        # The limits are those of a mixture of 24 hours: what lies between the samples may turn the mean either way.
        return ItemVerdict(item, value, Kept.OPEN, limits, wanted="samples")
    if item == "ph":
        low, high = limits
        return ItemVerdict(item, value, Kept.KEPT if low <= value <= high else Kept.BROKEN, (low, high))
    if plant.effluent_class is EffluentClass.THIRD and item in law["removal_in_third"]:
        return _by_removal(item, value, limits[0], day.influent or {}, law["removal_in_third"][item])
    kept = {value <= limit for limit in limits}
    if len(kept) > 1:
        return ItemVerdict(item, value, Kept.OPEN, limits, wanted="temperature" if item == "nh3n" else "built")
    if kept == {True}:
        return ItemVerdict(item, value, Kept.KEPT, limits)
    return ItemVerdict(item, value, Kept.BROKEN, limits, multiple=_multiple(value, max(limits)))


def _limits(item: str, plant: Plant, day: Day, law: Mapping[str, Any]) -> tuple[Decimal, ...]:
    """The limits that may hold: two where what decides between them is not known and they differ, none where the class sets none."""
    if item == "ph":
        return tuple(Decimal(end) for end in law["ph"])
    if item == "nh3n":
        cold = None if day.temperature_c is None else day.temperature_c <= law["nh3n"]["cold_up_to_c"]
        tables = [law["nh3n"]["warm"]] * (cold is not True) + [law["nh3n"]["cold"]] * (cold is not False)
    elif item == "tp":
        old = None if plant.built_on is None else plant.built_on <= law["tp"]["old_built_up_to"]
        tables = [law["tp"]["new"]] * (old is not True) + [law["tp"]["old"]] * (old is not False)
    else:
        tables = [law["at_most"][item]]
    found = (table.get(plant.effluent_class) for table in tables)
    return tuple(sorted({Decimal(limit) for limit in found if limit is not None}))


def _by_removal(
    item: str, value: Decimal, limit: Decimal, influent: Mapping[str, Decimal], law: Mapping[str, int]
) -> ItemVerdict:
    """Footnote ①: a strong influent is judged by what was removed of it. At or below the limit it is kept either way."""
    strong = influent[item] > law["influent_above"] if item in influent else None
    if strong:
        removed = 100 * Fraction(influent[item] - value) / Fraction(influent[item])
        kept = Kept.KEPT if removed > law["removed_above_percent"] else Kept.BROKEN
        return ItemVerdict(item, value, kept, (limit,), removed_percent=removed)
    if value <= limit:
        return ItemVerdict(item, value, Kept.KEPT, (limit,))
    if strong is None:
        return ItemVerdict(item, value, Kept.OPEN, (limit,), wanted="influent")
    return ItemVerdict(item, value, Kept.BROKEN, (limit,), multiple=_multiple(value, limit))


def _multiple(value: Decimal, limit: Decimal) -> Fraction:
    return Fraction(value - limit) / Fraction(limit)


# --- samples of a day -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DailyMean:
    """The mean of a day's samples. `whole`: no two lie farther apart than the rule allows, also towards both ends of the day."""

    mean: Decimal
    samples: int
    whole: bool


def daily_mean(
    samples: Sequence[tuple[datetime, Decimal]], begins: datetime, book: Rulebook, on: date
) -> DailyMean | None:
    """The mean of the 24 hours from `begins`, of samples in any order; None when there is none. Values at one moment count each.

    Raises LimitsNotLoaded and RuleNotInForce as `judge_effluent` does.
    """
    rule = _in_force(book, "sewage.sampling", on, "GB 18918-2002（公告2025年第24号修改）")
    ends, apart = begins + timedelta(days=1), timedelta(hours=rule.value)
    inside = sorted((at, value) for at, value in samples if begins <= at < ends)
    if not inside:
        return None
    moments = [begins, *(at for at, _ in inside), ends]
    whole = all(later - earlier <= apart for earlier, later in pairwise(moments))
    total = sum((Fraction(value) for _, value in inside), Fraction(0)) / len(inside)
    return DailyMean(Decimal(total.numerator) / Decimal(total.denominator), len(inside), whole)


# --- rural facilities (R-043) -----------------------------------------------------------------------------------------


def refuse_rural(on: date, book: Rulebook) -> None:
    """Rural facilities cannot be judged: always raises. LimitsNotLoaded while DB31/T 1163-2019 held, NoStandardKnown before and after."""
    try:
        rule = book.on("sewage.rural-standard", on)
    except RuleNotInForce:
        raise NoStandardKnown(day=on.isoformat()) from None
    raise LimitsNotLoaded(standard=rule.value, since=rule.effective_from.isoformat())
