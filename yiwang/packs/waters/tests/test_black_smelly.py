"""Black-smelly water by the urban and the rural profile, as tables to read (R-021 … R-024)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from yiwang.kernel.params.problems import RuleNotInForce
from yiwang.kernel.params.rulebook import Rulebook
from yiwang.packs.waters import law
from yiwang.packs.waters.rules.blacksmelly import (
    Elimination,
    Level,
    Profile,
    eliminated,
    judge_point,
    judge_water,
    smell,
)

DAY = date(2026, 8, 21)
NONE, LIGHT, HEAVY = Level.NONE, Level.LIGHT, Level.HEAVY
GOOD = {"transparency_cm": "60", "do": "6", "orp_mv": "150", "nh3n": "0.8", "depth_cm": "150"}


def at(profile=Profile.URBAN, book=None, **values):
    return smell({item: Decimal(value) for item, value in values.items()}, profile, DAY, book or law.rulebook())


@pytest.mark.parametrize(
    ("item", "value", "urban"),
    [
        ("transparency_cm", "25", NONE), ("transparency_cm", "24.9", LIGHT), ("transparency_cm", "10", LIGHT),
        ("transparency_cm", "9.9", HEAVY),
        ("do", "2.0", NONE), ("do", "1.99", LIGHT), ("do", "0.2", LIGHT), ("do", "0.19", HEAVY),
        ("orp_mv", "50", NONE), ("orp_mv", "49", LIGHT), ("orp_mv", "-200", LIGHT), ("orp_mv", "-201", HEAVY),
        ("nh3n", "8.0", NONE), ("nh3n", "8.01", LIGHT), ("nh3n", "15", LIGHT), ("nh3n", "15.1", HEAVY),
    ],
)  # fmt: skip
def test_urban_limits_at_and_beside_each_number(item, value, urban):
    found = at(**GOOD | {item: value})
    assert (found.level, found.items[item], found.profile) == (urban, urban, "urban")


@pytest.mark.parametrize(
    ("item", "value", "rural"),
    [
        ("transparency_cm", "25", NONE), ("transparency_cm", "24.9", LIGHT), ("transparency_cm", "3", LIGHT),
        ("do", "2", NONE), ("do", "1.9", LIGHT), ("do", "0.1", LIGHT),
        ("nh3n", "15", NONE), ("nh3n", "15.1", LIGHT), ("nh3n", "9", NONE),
        ("orp_mv", "-300", NONE),  # the rural profile does not look at it
    ],
)  # fmt: skip
def test_rural_limits_have_one_level_only(item, value, rural):
    found = at(Profile.RURAL, **GOOD | {item: value})
    assert (found.level, found.profile, found.rule.verified) == (rural, "rural", False)


@pytest.mark.parametrize(
    ("depth", "transparency", "level", "shallow"),
    [
        ("25", "24", LIGHT, False),
        ("24.9", "9.96", NONE, True),  # 40 % of 24.9
        ("24.9", "9.95", LIGHT, True),
        ("10", "4", NONE, True),
        ("10", "3", LIGHT, True),  # never heavy: 10 cm cannot be seen in 10 cm of water
    ],
)
@pytest.mark.parametrize("profile", Profile)
def test_in_shallow_water_the_limit_is_40_percent_of_the_depth(profile, depth, transparency, level, shallow):
    found = at(profile, **GOOD | {"depth_cm": depth, "transparency_cm": transparency})
    assert (found.level, found.shallow) == (level, shallow)


def test_the_switch_makes_shallow_water_light_when_its_bottom_is_not_seen():
    urban = law.rulebook().on("waters.black-smelly-urban", DAY)
    switched = Rulebook([replace(urban, value={**urban.value, "shallow_not_clear_is_light": True})])
    values = GOOD | {"depth_cm": "20", "transparency_cm": "15"}
    assert (at(**values).level, at(book=switched, **values).level) == (NONE, LIGHT)
    assert at(book=switched, **values | {"transparency_cm": "20"}).level is NONE


@pytest.mark.parametrize(
    ("profile", "values", "level", "missing", "certain"),
    [
        (Profile.URBAN, {"do": "5"}, NONE, ("transparency_cm", "orp_mv", "nh3n"), False),
        (Profile.URBAN, {"do": "1"}, LIGHT, ("transparency_cm", "orp_mv", "nh3n"), False),
        (Profile.URBAN, {"do": "0.1"}, HEAVY, ("transparency_cm", "orp_mv", "nh3n"), True),
        (Profile.RURAL, {"do": "1"}, LIGHT, ("transparency_cm", "nh3n"), True),
        (Profile.RURAL, {}, NONE, ("transparency_cm", "do", "nh3n"), False),
    ],
)
def test_what_was_not_measured_is_told_and_can_only_make_it_worse(profile, values, level, missing, certain):
    found = at(profile, **values)
    assert (found.level, found.missing, found.certain) == (level, missing, certain)


def series(item, *values):
    return [at(**GOOD | {item: value}) for value in values]


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (series("do", *["0.1"] * 6, *["5"] * 4), HEAVY),  # one item, 60 %
        (series("do", *["0.1"] * 5, *["5"] * 5), LIGHT),
        (series("do", *["0.1"] * 3, *["5"] * 7) + series("nh3n", *["0.8"] * 10), LIGHT),  # 3 of 20
        ([at(**GOOD | {"do": "0.1", "nh3n": "16"})] * 3 + [at(**GOOD)] * 7, HEAVY),  # two items, 30 % each
        ([at(**GOOD | {"do": "0.1", "nh3n": "16"})] * 2 + [at(**GOOD)] * 7, LIGHT),
        ([at(**GOOD)] * 9 + [at(**GOOD | {"do": "1.5"})], LIGHT),
        ([at(**GOOD)] * 9, NONE),
        ([], NONE),
    ],
)
def test_a_point_over_time(found, level):
    verdict = judge_point(found, DAY, law.rulebook())
    assert (verdict.level, verdict.measurements) == (level, len(found))


@pytest.mark.parametrize(
    ("points", "level", "reaches"),
    [
        ([HEAVY, HEAVY, HEAVY, LIGHT, LIGHT], HEAVY, ((0, 2),)),  # 60 % of the points
        ([LIGHT, HEAVY, HEAVY, HEAVY, LIGHT, NONE], LIGHT, ((1, 3),)),
        ([HEAVY, HEAVY, LIGHT, HEAVY, HEAVY, NONE, NONE], LIGHT, ()),
        ([NONE, NONE, NONE], NONE, ()),
        ([HEAVY] * 4 + [NONE] * 4 + [HEAVY] * 3, HEAVY, ((0, 3), (8, 10))),
        ([], NONE, ()),
    ],
)
def test_a_water_over_its_points(points, level, reaches):
    verdict = judge_water(points, DAY, law.rulebook())
    assert (verdict.level, verdict.reaches) == (level, reaches)
    assert verdict.too_few_points is (len(points) < 3)


@pytest.mark.parametrize(
    ("found", "satisfied", "asked", "outcome"),
    [
        ([at(**GOOD)], 90, 100, Elimination.ELIMINATED),
        ([at(**GOOD)], 89, 100, Elimination.PEOPLE_NOT_SATISFIED),
        ([at(**GOOD), at(**GOOD | {"do": "1.9"})], 100, 100, Elimination.MEASURED_SMELLY),
        ([at(**GOOD)], 0, 0, Elimination.NOT_PROVED),
        ([], 100, 100, Elimination.NOT_PROVED),
        ([at(do="6")], 100, 100, Elimination.NOT_PROVED),
    ],
)
def test_a_water_is_told_to_be_clean_only_when_people_and_instruments_say_so(found, satisfied, asked, outcome):
    assert eliminated(found, satisfied, asked, DAY, law.rulebook()) is outcome


def test_before_its_guide_a_profile_judges_nothing():
    with pytest.raises(RuleNotInForce):
        smell({}, Profile.URBAN, date(2015, 8, 27), law.rulebook())
