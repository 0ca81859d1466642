"""The law by which surface water is judged on a day, put into the shape in which the judging asks for it (R-001 … R-009). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from yiwang.kernel.params.rulebook import Rulebook, RuleVersion
from yiwang.packs.waters.rules.items import WaterType


class Sense(StrEnum):
    """How a value meets its limits."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    WITHIN = "within"
    """Between two limits, the same for all classes."""


class Quality(StrEnum):
    """The word for a class (R-008) or for a river system (R-009)."""

    EXCELLENT = "excellent"
    GOOD = "good"
    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one item: five, from class Ⅰ to Ⅴ, or the two of a range; `in_lakes` where lakes have their own."""

    sense: Sense
    values: tuple[Decimal, ...]
    in_lakes: tuple[Decimal, ...]
    unit: str

    def of(self, water_type: WaterType) -> tuple[Decimal, ...]:
        """The limits that count for this kind of water."""
        return self.in_lakes if water_type is WaterType.LAKE and self.in_lakes else self.values


@dataclass(frozen=True, slots=True)
class Saturation:
    """When oxygen is class Ⅰ whatever its concentration (R-006): `share` of numerator / (offset + °C) mg/L."""

    share: Decimal
    numerator: Decimal
    offset: Decimal

    def reached(self, oxygen_mg_l: Decimal, temperature_c: Decimal) -> bool:
        """Whether the water holds at least the share of the oxygen that it could hold at one atmosphere; exact."""
        room = self.offset + temperature_c
        return room > 0 and oxygen_mg_l * room >= self.share * self.numerator


@dataclass(frozen=True, slots=True)
class SystemShares:
    """The bands of a river system (R-009), in percent of its sections."""

    shares_from_sections: int
    good_class: int
    excellent_from: int
    good_from: int
    light_below: int
    medium_below: int


@dataclass(frozen=True, slots=True)
class Standard:
    """All that is asked of the law when a sample is judged. `rules`: the versions it was made of, for the decision to store."""

    table: Mapping[str, Limits]
    counted: tuple[str, ...]
    apart_in_lakes: tuple[str, ...]
    saturation: Saturation
    without_multiple: frozenset[str]
    against_class: int
    main_most: int
    main_first: tuple[str, ...]
    below_detection_share: Decimal
    qualities: Mapping[int, Quality]
    colours: Mapping[Quality, str]
    system: SystemShares
    rules: tuple[RuleVersion, ...]


RULES = (
    "waters.surface-table",
    "waters.surface-items",
    "waters.surface-saturation",
    "waters.surface-exceedance",
    "waters.surface-detection",
    "waters.quality-words",
    "waters.quality-colours",
    "waters.system-quality",
)
"""The dated rules that a standard is made of."""
PERCENT = Decimal("0.01")


@lru_cache(maxsize=64)
def standard_on(book: Rulebook, on: date) -> Standard:
    """The law of a day (the town's day of sampling). Raises RuleNotInForce for a day before GB 3838-2002."""
    rules = tuple(book.on(rule, on) for rule in RULES)
    table, items, saturation, exceedance, detection, words, colours, system = (rule.value for rule in rules)
    return Standard(
        table=MappingProxyType({item: _limits(row, rules[0].unit) for item, row in table.items()}),
        counted=items["counted"],
        apart_in_lakes=items["apart_in_lakes"],
        saturation=Saturation(
            saturation["share_percent"] * PERCENT, Decimal(saturation["numerator"]), Decimal(saturation["offset"])
        ),
        without_multiple=frozenset(exceedance["without_multiple"]),
        against_class=exceedance["against_class"],
        main_most=exceedance["main_most"],
        main_first=exceedance["main_first"],
        below_detection_share=detection * PERCENT,
        qualities=MappingProxyType({number: Quality(word) for word, numbers in words.items() for number in numbers}),
        colours=MappingProxyType({Quality(word): colour for word, colour in colours.items()}),
        system=SystemShares(**system),
        rules=rules,
    )


def _limits(row: Mapping[str, Any], unit: str) -> Limits:
    sense = next(sense for sense in Sense if sense in row)
    in_lakes = tuple(Decimal(limit) for limit in row.get("in_lakes") or ())
    return Limits(sense, tuple(Decimal(limit) for limit in row[sense]), in_lakes, row.get("unit") or unit)
