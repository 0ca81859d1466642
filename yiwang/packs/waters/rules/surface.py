"""The class of a surface water sample by the worst of its items (R-002 … R-008), and whether a section meets its target (R-011). Pure.

A sample in which not all items were measured has a class "by the items measured" and says that it is partial: what was not
measured can only make it worse. So a partial class never proves that a target is met, while 劣Ⅴ stands whatever is missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from yiwang.kernel.params.rulebook import Rulebook, RuleVersion
from yiwang.kernel.sheets.measured import Bound, Measured
from yiwang.packs.waters.rules.items import TEMPERATURE, WORST, Sample, WaterType
from yiwang.packs.waters.rules.standard import Limits, Quality, Sense, Standard, standard_on


@dataclass(frozen=True, slots=True)
class ItemClass:
    """The class of one item. `limit`: the limit it meets, or for 劣Ⅴ that of Ⅴ which it does not; two for a range.

    `by_saturation`: dissolved oxygen is Ⅰ because the water is saturated. `by_detection_limit`: it was not found, and the
    class is that of the detection limit, which lies above the limit of class Ⅰ: in truth it may be better.
    """

    item: str
    measured: Measured
    water_class: int
    limit: tuple[Decimal, ...]
    by_saturation: bool = False
    by_detection_limit: bool = False


@dataclass(frozen=True, slots=True)
class Exceeding:
    """An item that was found to be worse than the class that is asked for, not one whose detection limit alone is.

    `multiple` is (C − S)/S, None for what has none (R-004).
    """

    item: str
    measured: Measured
    water_class: int
    limit: tuple[Decimal, ...]
    multiple: Fraction | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sample is. `water_class` 1–6 (6: 劣Ⅴ) by the items measured, None when none could be judged.

    `missing`: needed items without a value, so that the class is partial; `undecided`: of those, the ones that were measured
    with a bound that leaves the class open. `deciding`: the items of that class. `against`: the class that `exceeding` is
    measured against. `apart`: what a lake is judged by besides (TN), never part of the class. `rules`: what was applied.
    """

    water_type: WaterType
    on: date
    water_class: int | None
    items: tuple[ItemClass, ...]
    needed: int
    missing: tuple[str, ...]
    undecided: tuple[str, ...]
    deciding: tuple[str, ...]
    against: int
    exceeding: tuple[Exceeding, ...]
    main_pollutants: tuple[str, ...]
    apart: tuple[ItemClass, ...]
    quality: Quality | None
    colour: str | None
    rules: tuple[RuleVersion, ...]

    @property
    def partial(self) -> bool:
        """Whether a needed item has no value: then nothing but 劣Ⅴ is certain (R-003)."""
        return bool(self.missing)

    @property
    def certain(self) -> bool:
        """Whether the class stands whatever the items that were not measured are: 劣Ⅴ by a detection limit alone does not."""
        found_worst = any(one.water_class == WORST and not one.by_detection_limit for one in self.items)
        return self.water_class is not None and (not self.partial or found_worst)

    @property
    def ph_out_of_range(self) -> bool:
        """R-005: it fails every class and is also told by name."""
        return any(one.item == "ph" and one.water_class == WORST for one in self.items)


def classify(
    sample: Sample, water_type: WaterType, on: date, book: Rulebook, *, target_class: int | None = None
) -> Verdict:
    """The class of a sample by the law of its day (R-001 … R-008). `on`: the town's day of sampling; `target_class` 1–5.

    Raises RuleNotInForce for a day before GB 3838-2002.
    """
    standard = standard_on(book, on)
    judged = {item: _judge(item, sample, water_type, standard) for item in standard.counted if item in sample}
    items = tuple(one for one in judged.values() if one)
    water_class = max((one.water_class for one in items), default=None)
    against = target_class or standard.against_class
    worse = (one for one in items if one.water_class > against and not one.by_detection_limit)
    exceeding = tuple(_exceeding(one, against, water_type, standard) for one in worse)
    quality = standard.qualities[water_class] if water_class else None
    lakes = standard.apart_in_lakes if water_type is WaterType.LAKE else ()
    apart = (_judge(item, sample, water_type, standard) for item in lakes if item in sample)
    return Verdict(
        water_type=water_type,
        on=on,
        water_class=water_class,
        items=items,
        needed=len(standard.counted),
        missing=tuple(item for item in standard.counted if not judged.get(item)),
        undecided=tuple(item for item, found in judged.items() if found is None),
        deciding=tuple(one.item for one in items if one.water_class == water_class),
        against=against,
        exceeding=exceeding,
        main_pollutants=_main(exceeding, standard),
        apart=tuple(one for one in apart if one),
        quality=quality,
        colour=standard.colours[quality] if quality else None,
        rules=standard.rules[:-1],
    )


def _judge(item: str, sample: Sample, water_type: WaterType, standard: Standard) -> ItemClass | None:
    """The class of one item; None when its bound leaves it open."""
    limits, measured = standard.table[item], sample[item]
    of_type = limits.of(water_type)
    found = _class(measured, limits.sense, of_type)
    if found is None:
        return None
    saturated = item == "do" and found > 1 and _saturated(measured, sample.get(TEMPERATURE), standard)
    found = 1 if saturated else found
    unsure = measured.bound is Bound.BELOW and limits.sense is Sense.AT_MOST and found > 1
    return ItemClass(item, measured, found, _limit(limits, of_type, found), saturated, unsure)


def _class(measured: Measured, sense: Sense, limits: tuple[Decimal, ...]) -> int | None:
    value, bound = measured.value, measured.bound
    if sense is Sense.WITHIN:
        return None if bound else 1 if limits[0] <= value <= limits[1] else WORST
    if sense is Sense.AT_MOST:
        if bound is Bound.ABOVE:
            return WORST if value >= limits[-1] else None
        return next((number for number, limit in enumerate(limits, 1) if value <= limit), WORST)
    if bound is Bound.BELOW:
        return WORST if value <= limits[-1] else None
    return next((number for number, limit in enumerate(limits, 1) if value >= limit), WORST)


def _saturated(oxygen: Measured, temperature: Measured | None, standard: Standard) -> bool:
    if temperature is None or temperature.bound or oxygen.bound is Bound.BELOW:
        return False
    return standard.saturation.reached(oxygen.value, temperature.value)


def _limit(limits: Limits, of_type: tuple[Decimal, ...], number: int) -> tuple[Decimal, ...]:
    """The limit of a class; for 劣Ⅴ that of Ⅴ."""
    return of_type if limits.sense is Sense.WITHIN else (of_type[min(number, len(of_type)) - 1],)


def _exceeding(one: ItemClass, against: int, water_type: WaterType, standard: Standard) -> Exceeding:
    limits = standard.table[one.item]
    limit = _limit(limits, limits.of(water_type), against)
    told = one.item in standard.without_multiple or one.measured.bound is Bound.BELOW
    multiple = None if told else Fraction(one.measured.value - limit[0]) / Fraction(limit[0])
    return Exceeding(one.item, one.measured, one.water_class, limit, multiple)


def _main(exceeding: Iterable[Exceeding], standard: Standard) -> tuple[str, ...]:
    def rank(one: Exceeding) -> tuple[bool, int, Fraction]:
        return one.item not in standard.main_first, -one.water_class, -(one.multiple or Fraction(0))

    return tuple(one.item for one in sorted(exceeding, key=rank))[: standard.main_most]


# --- targets (R-011) -------------------------------------------------------------------------------------------------


class Met(StrEnum):
    """Whether a section has the class that the district asks of it."""

    MET = "met"
    MET_BY_MEASURED = "met_by_measured"
    """The items measured meet it; others were not measured, so it is not proved."""
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    """Nothing could be judged, or what is worse than the target is so by its detection limit only."""


def target_met(verdict: Verdict, target_class: int) -> Met:
    """R-011: a section meets its target when its class is as good or better. A partial class can only disprove it.

    A detection limit above the limit of the target disproves nothing: what was not found may lie below both.
    """
    if verdict.water_class is None:
        return Met.UNKNOWN
    if verdict.water_class > target_class:
        found = any(one.water_class > target_class and not one.by_detection_limit for one in verdict.items)
        return Met.NOT_MET if found else Met.UNKNOWN
    return Met.MET_BY_MEASURED if verdict.partial else Met.MET
