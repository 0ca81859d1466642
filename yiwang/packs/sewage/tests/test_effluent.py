"""Sewage plants' effluent by GB 18918-2002, as tables to read (R-041 … R-043)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from yiwang.kernel.params.problems import RuleNotInForce
from yiwang.packs.sewage import law
from yiwang.packs.sewage.problems import LimitsNotLoaded, NoStandardKnown
from yiwang.packs.sewage.rules.effluent import Day, EffluentClass, Kept, Plant, daily_mean, judge_effluent, refuse_rural

DAY = date(2025, 6, 1)
CLASSES = tuple(EffluentClass)
WARM = Decimal(20)

TABLE = """
item              first_a  first_b  second  third
cod               50       60       100     120
bod5              10       20       30      60
ss                10       20       30      50
oil_animal        1        3        5       20
oil_mineral       1        3        5       15
las               0.5      1        2       5
tn                15       20       -       -
colour            30       30       40      50
faecal_coliform   1000     10000    10000   -
"""
CELLS = [
    (row.split()[0], kind, limit)
    for row in TABLE.strip().splitlines()[1:]
    for kind, limit in zip(CLASSES, row.split()[1:], strict=True)
]


def judged(kind, *, built=None, temperature=WARM, influent=None, on=DAY, gapped=(), **means):
    day = Day(on, {item: Decimal(value) for item, value in means.items()}, temperature, influent, frozenset(gapped))
    return judge_effluent(Plant(EffluentClass(kind), built), day, law.rulebook())


@pytest.mark.parametrize(("item", "kind", "limit"), CELLS)
def test_each_cell_of_table_1_at_its_limit_and_just_above(item, kind, limit):
    if limit == "-":
        assert judged(kind, **{item: "99999999"}).items[0].kept is Kept.NOT_LIMITED
        return
    weak = {"cod": Decimal(100), "bod5": Decimal(100)}
    assert judged(kind, influent=weak, **{item: limit}).kept is Kept.KEPT
    above = judged(kind, influent=weak, **{item: str(Decimal(limit) + Decimal("0.01"))})
    assert (above.kept, above.items[0].limits) == (Kept.BROKEN, (Decimal(limit),))
    assert above.items[0].multiple == Fraction("0.01") / Fraction(limit)


@pytest.mark.parametrize(
    ("kind", "temperature", "value", "kept"),
    [
        ("first_a", "12.1", "5", "kept"), ("first_a", "12.1", "5.1", "broken"),
        ("first_a", "12", "8", "kept"), ("first_a", "12", "8.1", "broken"),  # at 12 °C the water is cold
        ("first_b", "20", "8", "kept"), ("first_b", "20", "9", "broken"), ("first_b", "5", "15", "kept"),
        ("second", "20", "25", "kept"), ("second", "5", "30", "kept"), ("second", "5", "31", "broken"),
        ("third", "20", "999", "not_limited"),
        ("first_a", None, "5", "kept"),  # whatever the temperature is
        ("first_a", None, "6", "open"),
        ("first_a", None, "8.1", "broken"),
    ],
)  # fmt: skip
def test_ammonia_goes_by_the_temperature_of_the_water(kind, temperature, value, kept):
    found = judged(kind, temperature=temperature and Decimal(temperature), nh3n=value).items[0]
    assert (found.kept, found.wanted) == (kept, "temperature" if kept == "open" else "")


@pytest.mark.parametrize(
    ("kind", "built", "value", "kept"),
    [
        ("first_a", "2005-12-31", "1", "kept"), ("first_a", "2006-01-01", "1", "broken"),
        ("first_a", "2006-01-01", "0.5", "kept"), ("first_b", "2005-12-31", "1.5", "kept"),
        ("first_b", "2006-01-01", "1.5", "broken"), ("second", "2010-05-01", "3", "kept"),
        ("third", None, "5", "kept"),  # the same for all
        ("first_a", None, "0.5", "kept"), ("first_a", None, "0.8", "open"), ("first_a", None, "1.1", "broken"),
    ],
)  # fmt: skip
def test_phosphorus_goes_by_when_the_plant_was_built(kind, built, value, kept):
    found = judged(kind, built=built and date.fromisoformat(built), tp=value).items[0]
    assert (found.kept, found.wanted) == (kept, "built" if kept == "open" else "")


@pytest.mark.parametrize(
    ("item", "value", "influent", "kept", "removed"),
    [
        ("cod", "120", "350", "kept", None),  # not above 350: the limit
        ("cod", "121", "350", "broken", None),
        ("cod", "159", "400", "kept", Fraction(241, 4)),  # 60.25 % removed
        ("cod", "160", "400", "broken", 60),  # more than 60 % is asked
        ("cod", "120", None, "kept", None),  # either way
        ("cod", "150", None, "open", None),
        ("bod5", "60", "160", "kept", None),
        ("bod5", "80", "161", "kept", Fraction(8100, 161)),
        ("bod5", "81", "162", "broken", 50),
    ],
)
def test_a_strong_influent_of_the_third_class_is_judged_by_removal(item, value, influent, kept, removed):
    found = judged("third", influent={item: Decimal(influent)} if influent else None, **{item: value}).items[0]
    assert (found.kept, found.removed_percent) == (kept, removed)
    assert found.wanted == ("influent" if kept == "open" else "")


def test_other_classes_never_go_by_removal():
    assert judged("second", influent={"cod": Decimal(1000)}, cod="101").kept is Kept.BROKEN


@pytest.mark.parametrize(("value", "kept"), [("6", "kept"), ("9", "kept"), ("5.9", "broken"), ("9.1", "broken")])
def test_ph_lies_within_6_and_9(value, kept):
    assert judged("first_a", ph=value).kept == kept


def test_one_broken_item_breaks_the_day_and_one_open_leaves_it_open():
    assert judged("first_a", cod="40", nh3n="6", temperature=None).kept is Kept.OPEN
    assert judged("first_a", cod="60", nh3n="6", temperature=None).kept is Kept.BROKEN
    assert judged("first_a").kept is judged("third", nh3n="9").kept is Kept.NOT_MEASURED
    found = judged("third", cod="40")
    assert found.kept is Kept.KEPT
    assert found.missing == ("bod5", "ss", "oil_animal", "oil_mineral", "las", "tp", "colour", "ph")


@pytest.mark.parametrize(
    ("kind", "means", "gapped", "kept", "items"),
    [
        ("first_a", {"cod": "40"}, ("cod",), "open", ["open"]),
        ("first_a", {"cod": "70"}, ("cod",), "open", ["open"]),  # what lies between may bring the mean below 50
        ("first_a", {"ph": "7"}, ("ph",), "open", ["open"]),
        ("first_a", {"cod": "40", "ss": "9"}, ("cod",), "open", ["open", "kept"]),
        ("first_a", {"cod": "40", "ss": "11"}, ("cod",), "broken", ["open", "broken"]),
        ("third", {"nh3n": "9"}, ("nh3n",), "not_measured", ["not_limited"]),
    ],
)
def test_samples_too_far_apart_are_no_mean_of_24_hours_and_leave_the_item_open(kind, means, gapped, kept, items):
    found = judged(kind, gapped=gapped, **means)
    assert (found.kept, [one.kept for one in found.items]) == (kept, items)
    assert {one.wanted for one in found.items if one.kept is Kept.OPEN} <= {"samples"}


def test_from_2026_03_01_nothing_is_judged_by_the_old_text():
    assert judged("first_a", on=date(2026, 2, 28), cod="50").kept is Kept.KEPT
    with pytest.raises(LimitsNotLoaded) as refusal:
        judged("first_a", on=date(2026, 3, 1), cod="50")
    assert refusal.value.parameters["since"] == "2026-03-01"
    with pytest.raises(RuleNotInForce):
        judged("first_a", on=date(2003, 6, 30), cod="50")


@pytest.mark.parametrize(
    ("on", "refusal"),
    [
        (date(2019, 6, 30), NoStandardKnown),
        (date(2019, 7, 1), LimitsNotLoaded),
        (date(2025, 7, 18), LimitsNotLoaded),
        (date(2025, 7, 19), NoStandardKnown),
    ],
)
def test_rural_facilities_are_not_judged_by_numbers_that_nobody_has_seen(on, refusal):
    with pytest.raises(refusal):
        refuse_rural(on, law.rulebook())


# --- the mean of a day ------------------------------------------------------------------------------------------------

MIDNIGHT = datetime(2025, 5, 31, 16, tzinfo=UTC)


def every(hours, *, count, first=0):
    return [(MIDNIGHT + timedelta(hours=first + hours * at), Decimal(at)) for at in range(count)]


@pytest.mark.parametrize(
    ("samples", "mean", "count", "whole"),
    [
        (every(2, count=12), "5.5", 12, True),
        (every(2, count=12, first=1), "5.5", 12, True),
        (every(2, count=11), "5", 11, False),  # the last four hours have none
        (every(3, count=8), "3.5", 8, False),
        (every(1, count=24) + every(1, count=5, first=24), "11.5", 24, True),  # the next day does not count
        (list(reversed(every(1, count=24))), "11.5", 24, True),
    ],
)
def test_the_mean_of_a_day_says_whether_its_samples_lie_close_enough(samples, mean, count, whole):
    found = daily_mean(samples, MIDNIGHT, law.rulebook(), DAY)
    assert (found.mean, found.samples, found.whole) == (Decimal(mean), count, whole)


def test_a_day_without_samples_has_no_mean():
    assert daily_mean([], MIDNIGHT, law.rulebook(), DAY) is None
