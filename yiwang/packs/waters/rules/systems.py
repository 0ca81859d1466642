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

    `sections` were counted; `without_class` were sampled but could not be judged; `partial` of the counted have not all items.
    """

    quality: Quality | None
    sections: int
    without_class: int
    partial: int
    good: int
    worst: int
    mean: Verdict | None


def judge_system(samples: Sequence[Sample], water_type: WaterType, on: date, book: Rulebook) -> SystemVerdict:
    """R-009. Fewer than five sections: the mean of each item, then the worst item; five or more: shares of classes.

    Raises RuleNotInForce for a day before GB 3838-2002.
    """
    standard = standard_on(book, on)
    every = [classify(sample, water_type, on, book) for sample in samples]
    verdicts = [one for one in every if one.water_class is not None]
    good = sum((one.water_class or WORST) <= standard.system.good_class for one in verdicts)
    worst = sum(one.water_class == WORST for one in verdicts)
    mean = None
    if len(verdicts) < standard.system.shares_from_sections:
        mean = classify(mean_of(samples, standard), water_type, on, book)
        quality = mean.quality
    else:
        quality = _by_shares(good, worst, len(verdicts), standard)
    partial = sum(one.partial for one in verdicts)
    return SystemVerdict(quality, len(verdicts), len(every) - len(verdicts), partial, good, worst, mean)


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
