"""From the hours of a day of ambient air to what its report looks at: means of 24 hours, of ozone the largest mean of eight. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from yiwang.kernel.params.rulebook import Rulebook, RuleVersion
from yiwang.packs.environment.rules.air import ITEMS

HOURS = 24
WINDOW = 8
OZONE, OF_EIGHT = "o3", "o3_8h"
DIGITS = Decimal("1E-6")
Hours = Mapping[int, Mapping[str, Decimal]]
"""By the hour of the day in which a mean begins, 0–23, the means by item."""


@dataclass(frozen=True, slots=True)
class DayOfAir:
    """`means`: what the day's report is given. `few`: items of which too few hours were measured for a mean of the day."""

    means: Mapping[str, Decimal]
    few: tuple[str, ...]
    rule: RuleVersion


def day_of(hours: Hours, on: date, book: Rulebook) -> DayOfAir:
    """The report's items from a day's hours. Raises RuleNotInForce."""
    rule = book.on("environment.air-validity", on)
    means: dict[str, Decimal] = {}
    few: list[str] = []
    for item in ITEMS:
        found = {hour: values[item] for hour, values in hours.items() if item in values}
        if not found or item == OF_EIGHT:
            continue
        mean = (
            _of_eight(found, rule.value["hours_of_eight"])
            if item == OZONE
            else _of_day(found, rule.value["hours_of_day"])
        )
        name = OF_EIGHT if item == OZONE else item
        if mean is None:
            few.append(name)
        else:
            means[name] = mean
    return DayOfAir(means, tuple(few), rule)


def _of_day(hours: Mapping[int, Decimal], least: int) -> Decimal | None:
    return _mean(list(hours.values())) if len(hours) >= least else None


def _of_eight(hours: Mapping[int, Decimal], least: int) -> Decimal | None:
    """The largest of the means of eight hours that lie within the day and have enough hours."""
    windows = (
        [hours[hour] for hour in range(first, first + WINDOW) if hour in hours] for first in range(HOURS - WINDOW + 1)
    )
    return max((_mean(values) for values in windows if len(values) >= least), default=None)


def _mean(values: list[Decimal]) -> Decimal:
    total = sum((Fraction(one) for one in values), Fraction(0)) / len(values)
    return (Decimal(total.numerator) / Decimal(total.denominator)).quantize(DIGITS)
