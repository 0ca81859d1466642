"""A river system from its sections (R-009): by means where they are few, by shares of classes else."""

from datetime import date
from decimal import Decimal

import pytest

from yiwang.kernel.sheets.measured import Bound, Measured
from yiwang.packs.waters import law
from yiwang.packs.waters.rules.items import WaterType
from yiwang.packs.waters.rules.standard import standard_on
from yiwang.packs.waters.rules.systems import judge_system, mean_of

DAY = date(2026, 8, 21)
NH3N = {3: "0.9", 4: "1.2", 5: "1.8", 6: "2.5"}
"""A value of each class."""


def section(water_class):
    return water_class, {"nh3n": Measured(Decimal(NH3N[water_class]))}


def system(*sections):
    classes, samples = [one for one, _ in sections], [one for _, one in sections]
    return judge_system(classes, samples, WaterType.RIVER, DAY, law.rulebook())


@pytest.mark.parametrize(
    ("good", "middle", "worst", "quality"),
    [
        (18, 2, 0, "excellent"),  # 90 %
        (17, 3, 0, "good"),
        (17, 0, 3, "good"),  # 85 % good outweigh 15 % worse than Ⅴ
        (15, 5, 0, "good"),  # 75 %
        (14, 6, 0, "light"),
        (14, 3, 3, "light"),  # 15 % worse than Ⅴ
        (14, 2, 4, "medium"),  # 20 %
        (12, 1, 7, "medium"),
        (12, 0, 8, "heavy"),  # 40 %
        (0, 0, 20, "heavy"),
        (5, 0, 0, "excellent"),
        (4, 1, 0, "good"),
    ],
)
def test_five_sections_and_more_are_judged_by_the_shares_of_their_classes(good, middle, worst, quality):
    found = system(*[section(3)] * good, *[section(4)] * middle, *[section(6)] * worst)
    assert found.quality == quality
    assert (found.sections, found.good, found.worst, found.mean) == (good + middle + worst, good, worst, None)


def test_fewer_than_five_sections_are_judged_by_the_mean_of_each_item():
    found = system(section(3), section(3), section(6), (4, {"tp": Measured(Decimal("0.25"))}))
    assert found.mean is not None
    assert {one.item: str(one.measured) for one in found.mean.items} == {"nh3n": "1.433333333333", "tp": "0.25"}
    assert (found.quality, found.mean.water_class) == ("light", 4)


def test_a_few_sections_of_which_nothing_was_measured_have_no_word():
    found = system((3, {}), (6, {}))
    assert (found.quality, found.sections, found.good, found.worst) == (None, 2, 1, 1)


def test_without_any_section_there_is_no_word():
    assert system().quality is None


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        ([("0.05", "<"), ("0.10", "")], ("0.0625", Bound.EXACT)),  # half of 0.05 enters
        ([("0.05", "<"), ("0.02", "<")], ("0.05", Bound.BELOW)),
        ([("0.1", ""), ("0.2", ""), ("0.2", "")], ("0.166666666667", Bound.EXACT)),
    ],
)
def test_half_of_the_detection_limit_enters_a_mean(values, mean):
    samples = [{"oil": Measured(Decimal(value), Bound(sign))} for value, sign in values]
    found = mean_of(samples, standard_on(law.rulebook(), DAY))["oil"]
    assert (str(found.value), found.bound) == mean


def test_a_value_that_has_only_a_lower_bound_has_no_mean():
    samples = [{"nh3n": Measured(Decimal("0.1"))}, {"nh3n": Measured(Decimal(2), Bound.ABOVE)}]
    assert mean_of(samples, standard_on(law.rulebook(), DAY)) == {}
