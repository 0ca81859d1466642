"""The air quality index of a sample by the rule of its day: HJ 633 of 2012 or of 2026 (R-091 … R-096). Pure, exact until rounded up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from yiwang.kernel.params.rulebook import Rulebook, RuleVersion

ITEMS = ("so2", "no2", "co", "o3", "o3_8h", "pm10", "pm25")
"""Pollutants: CO in mg/m³, all others in µg/m³. `o3_8h`: the (largest) 8-hour mean, `o3` the (largest) hourly one."""
IN_MG = frozenset({"co"})
OWN_PERIOD = {"o3": "hour", "o3_8h": "8_hours"}
"""Ozone's averaging times are its own, whatever the report."""
RULES = ("environment.iaqi", "environment.aqi-report", "environment.aqi-grades")


class Grade(StrEnum):
    """The word for an index (R-094)."""

    EXCELLENT = "excellent"
    GOOD = "good"
    LIGHT = "light"
    MODERATE = "moderate"
    HEAVY = "heavy"
    SEVERE = "severe"


class Zone(StrEnum):
    """Where a limit of ambient air holds: class 1 are nature reserves and the like, class 2 where people live and work."""

    CLASS_1 = "class_1"
    CLASS_2 = "class_2"


@dataclass(frozen=True, slots=True)
class Above:
    """A concentration above the limit of ambient air (GB 3095) for its averaging time: day, 8_hours or hour."""

    item: str
    value: Decimal
    limit: Decimal
    period: str


@dataclass(frozen=True, slots=True)
class AirIndex:
    """What the air is. `index`: the largest of the individual indices of what was given, None when there is none.

    `rounded`: the concentrations as they were judged. `missing`: items of the report that were not given; `uncomputed`: given, but
    above what their own table reaches. `published`: the index as the rule lets it be published, None where it must say "NA".
    `exceeding`: items with an index above 100, which the rule of 2012 names. `moving_24h`: items of an hourly report whose value is
    the mean of the last 24 hours. `above`: what exceeds a limit of ambient air that is loaded.
    """

    on: date
    hourly: bool
    index: int | None
    individual: Mapping[str, int]
    rounded: Mapping[str, Decimal]
    missing: tuple[str, ...]
    uncomputed: tuple[str, ...]
    published: int | None
    grade: Grade | None
    rgb: tuple[int, int, int] | None
    primary: tuple[str, ...]
    exceeding: tuple[str, ...]
    moving_24h: tuple[str, ...]
    above: tuple[Above, ...]
    rules: tuple[RuleVersion, ...]
    """The versions that were applied, for the decision to store."""

    @property
    def partial(self) -> bool:
        """Whether an item of the report was not given."""
        return bool(self.missing)


def items_of(on: date, book: Rulebook, *, hourly: bool) -> tuple[str, ...]:
    """Which items the report of a day looks at. Raises RuleNotInForce for a day before the first rule."""
    report = book.on("environment.aqi-report", on).value
    return tuple(report["hourly" if hourly else "daily"])


def air_index(
    given: Mapping[str, Decimal], on: date, book: Rulebook, *, hourly: bool = False, zone: Zone = Zone.CLASS_2
) -> AirIndex:
    """The index of a day, or of an hour, from concentrations in µg/m³ (CO: mg/m³), by the rule of the sample's day.

    Items that the report does not look at are passed over (`items_of` tells which they are). Raises RuleNotInForce.
    """
    table, report, grades = (book.on(rule, on) for rule in RULES)
    rows = report.value["hourly" if hourly else "daily"]
    rounded = {
        item: _rounded(given[item], report.value.get("decimals", {}).get(item)) for item in rows if item in given
    }
    found = {item: individual_index(value, rows[item], table) for item, value in rounded.items()}
    individual = {item: number for item, number in found.items() if number is not None}
    highest = max(individual.values(), default=None)
    index = None if highest is None else max(highest, report.value["lowest"])
    missing = tuple(item for item in rows if item not in given)
    grade, rgb = _grade(index, grades) if index is not None else (None, None)
    primary = index is not None and index > report.value["primary_above"]
    return AirIndex(
        on=on,
        hourly=hourly,
        index=index,
        individual=individual,
        rounded=rounded,
        missing=missing,
        uncomputed=tuple(item for item, number in found.items() if number is None),
        published=_published(index, missing, report),
        grade=grade,
        rgb=rgb,
        primary=tuple(item for item, number in individual.items() if primary and number == highest),
        exceeding=tuple(
            item for item, number in individual.items() if report.value.get("names_exceeding") and number > EXCEEDING
        ),
        moving_24h=tuple(report.value.get("moving_24h_in_hourly", ())) if hourly else (),
        above=_above(given, report, on, book, hourly=hourly, zone=zone),
        rules=(table, report, grades, book.on("environment.ambient-limits", on)),
    )


EXCEEDING = 100
"""An individual index above it is over the limit (超标污染物, HJ 633-2012)."""


def individual_index(value: Decimal, row: str, table: RuleVersion) -> int | None:
    """IAQI by R-092: exact on rationals, then rounded up. Above the last breakpoint the last index of the table; where a row ends
    before the scale does, what the rule says of it, None when it says that there is no index (2012: another averaging time counts).
    """
    scale, points = table.value["scale"], table.value[row]
    if value > points[-1]:
        return scale[-1] if len(points) == len(scale) else table.value["beyond"][row] or None
    at = next(place for place, point in enumerate(points) if value <= point)
    if at == 0:
        return int(scale[0])
    low, high = Fraction(points[at - 1]), Fraction(points[at])
    share = (Fraction(value) - low) / (high - low)
    return ceil(share * (scale[at] - scale[at - 1]) + scale[at - 1])


def _rounded(value: Decimal, places: int | None) -> Decimal:
    """GB/T 8170: to the even neighbour where exactly half is cut off. Without places the value stays as it is."""
    return value if places is None else value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)


def _published(index: int | None, missing: tuple[str, ...], report: RuleVersion) -> int | None:
    """R-093: from 2026 an index of which an item is missing is published only above 100."""
    least = report.value.get("published_partial_above")
    return None if index is None or (missing and least is not None and index <= least) else index


def _grade(index: int, grades: RuleVersion) -> tuple[Grade, tuple[int, int, int]]:
    word, row = next((word, row) for word, row in grades.value.items() if index <= row["up_to"])
    red, green, blue = row["rgb"]
    return Grade(word), (red, green, blue)


def ambient_limit(item: str, period: str, zone: Zone, on: date, book: Rulebook) -> Decimal | None:
    """The limit of ambient air (R-096) for an averaging time: year, day, 8_hours or hour. None where none is set, or none is loaded.

    Never for what a building site sends out: its dust has limits of its own (R-098). Raises RuleNotInForce.
    """
    limit = book.on("environment.ambient-limits", on).value.get(item, {}).get(str(zone), {}).get(period)
    return None if limit is None else Decimal(limit)


def _above(
    given: Mapping[str, Decimal], report: RuleVersion, on: date, book: Rulebook, *, hourly: bool, zone: Zone
) -> tuple[Above, ...]:
    """The same rounded values that the index is reckoned from, or one line could say 60 and the next that it is above 60."""
    found = []
    for item, exact in given.items():
        value = _rounded(exact, report.value.get("decimals", {}).get(item))
        period = OWN_PERIOD.get(item, "hour" if hourly else "day")
        limit = ambient_limit(item, period, zone, on, book)
        if limit is not None and value > limit:
            found.append(Above(item, value, limit, period))
    return tuple(found)
