"""How a river system is judged from its sections (R-009): by means where they are few, by shares of classes else. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from yiwang.kernel.params.rulebook import Rulebook
from yiwang.kernel.sheets.measured import Bound, Measured
from yiwang.packs.waters.rules.items import ITEMS, WORST, Sample, WaterType
from yiwang.packs.waters.rules.standard import Quality, Standard, standard_on
from yiwang.packs.waters.rules.surface import Verdict, classify

DIGITS = Decimal("1E-12")
"""Means are kept to twelve places: far below any limit, and equal in any order of the sections."""


@dataclass(frozen=True, slots=True)
class SystemVerdict:
    """What a river system is. `mean`: the verdict of the means where the sections are few, None where shares decided.

    `good` and `worst`: of its `sections` those of a good class, and those worse than class Ⅴ.
    """

    quality: Quality | None
    sections: int
    good: int
    worst: int
    mean: Verdict | None


def judge_system(
    classes: Sequence[int], samples: Sequence[Sample], water_type: WaterType, on: date, book: Rulebook
) -> SystemVerdict:
    """R-009. Five sections or more: shares of their `classes`; fewer: the mean of each item over their `samples`, then the worst item.

    Raises RuleNotInForce for a day before GB 3838-2002.
    """
    standard = standard_on(book, on)
    good = sum(one <= standard.system.good_class for one in classes)
    worst = sum(one == WORST for one in classes)
    if len(classes) >= standard.system.shares_from_sections:
        return SystemVerdict(_by_shares(good, worst, len(classes), standard), len(classes), good, worst, None)
    mean = classify(mean_of(samples, standard), water_type, on, book)
    return SystemVerdict(mean.quality, len(classes), good, worst, mean)


def _by_shares(good: int, worst: int, sections: int, standard: Standard) -> Quality:
    """In whole numbers: 100 × part against percent × whole."""
    bands = standard.system
    if 100 * good >= bands.excellent_from * sections:
        return Quality.EXCELLENT
    if 100 * good >= bands.good_from * sections:
        return Quality.GOOD
    if 100 * worst < bands.light_below * sections:
        return Quality.LIGHT
    return Quality.MEDIUM if 100 * worst < bands.medium_below * sections else Quality.HEAVY


def mean_of(samples: Sequence[Sample], standard: Standard) -> dict[str, Measured]:
    """The mean of each item over the samples that have it; below detection half of the limit enters (R-007).

    A mean of which all parts lie below detection says so again. A value with “>” has no mean: the item is left out.
    """
    means: dict[str, Measured] = {}
    for item in ITEMS:
        found = [sample[item] for sample in samples if item in sample]
        if not found or any(one.bound is Bound.ABOVE for one in found):
            continue
        if all(one.bound is Bound.BELOW for one in found):
            means[item] = max(found, key=lambda one: one.value)
            continue
        parts = (one.value * (standard.below_detection_share if one.bound else 1) for one in found)
        total = sum((Fraction(part) for part in parts), Fraction(0)) / len(found)
        means[item] = Measured((Decimal(total.numerator) / Decimal(total.denominator)).quantize(DIGITS).normalize())
    return means
