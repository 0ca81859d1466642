"""The air quality index in both versions of HJ 633: golden values, breakpoints, reports, grades, as tables to read."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.params.problems import RuleNotInForce
from yiwang.packs.environment import law
from yiwang.packs.environment.rules.air import ITEMS, Zone, air_index, ambient_limit, items_of

OLD, NEW = date(2026, 2, 28), date(2026, 3, 1)
"""The last day of HJ 633-2012 and the first of HJ 633-2026."""
WHOLE = {"so2": "9", "no2": "31", "co": "0.7", "o3_8h": "88", "pm10": "41", "pm25": "22"}


def air(on, *, hourly=False, zone=Zone.CLASS_2, **values):
    return air_index(
        {item: Decimal(text) for item, text in values.items()}, on, law.rulebook(), hourly=hourly, zone=zone
    )


@pytest.mark.parametrize(
    ("item", "value", "old", "new"),
    [
        ("pm25", "75", 100, 114),
        ("pm10", "150", 100, 112),
        ("pm25", "60", 82, 100),
        ("pm10", "121", 86, 101),
        ("so2", "100", 75, 75),
        ("o3_8h", "161", 101, 101),
        ("co", "1.3", 33, 33),
    ],
)
def test_the_golden_values_hold_in_both_versions(item, value, old, new):
    """R-095."""
    assert air(OLD, **{item: value}).individual == {item: old}
    assert air(NEW, **{item: value}).individual == {item: new}


DAILY = """
so2     50 150 475 800 1600 2100 2620
no2     40 80 180 280 565 750 940
co      2 4 14 24 36 48 60
pm10    50 120 250 350 420 500 600
pm25    35 60 115 150 250 350 500
"""
HOURLY = """
no2     100 200 700 1200 2340 3090 3840
co      5 10 35 60 90 120 150
o3      160 200 300 400 800 1000 1200
"""
SCALE = (50, 100, 150, 200, 300, 400, 500)


POINTS = [(hourly, row) for hourly, rows in ((False, DAILY), (True, HOURLY)) for row in rows.strip().split("\n")]


@pytest.mark.parametrize(("hourly", "row"), POINTS)
def test_at_each_breakpoint_of_2026_stands_its_index_and_just_above_the_next(hourly, row):
    item, *points = row.split()
    for point, index in zip(points, SCALE, strict=True):
        found = air(NEW, hourly=hourly, **{item: point})
        assert found.individual[item] == index
        step = "0.1" if item == "co" else "1"
        above = air(NEW, hourly=hourly, **{item: str(Decimal(point) + Decimal(step))}).individual[item]
        assert above > index if index < 500 else above == 500


def test_so2_by_the_day_has_its_own_breakpoints_and_not_those_of_the_hour():
    """The table of a public library has the hourly ones in both columns."""
    assert [air(NEW, so2=value).individual["so2"] for value in ("50", "150", "475", "800")] == [50, 100, 150, 200]
    assert [air(NEW, hourly=True, so2=value).individual["so2"] for value in ("150", "500", "650", "800")] == [
        50,
        100,
        150,
        200,
    ]


@pytest.mark.parametrize(
    ("on", "hourly", "item", "value", "index", "uncomputed"),
    [
        (OLD, True, "so2", "801", None, ("so2",)),
        (NEW, True, "so2", "801", 200, ()),
        (OLD, False, "o3_8h", "801", None, ("o3_8h",)),
        (NEW, False, "o3_8h", "801", 300, ()),
        (NEW, False, "o3_8h", "800", 300, ()),
        (OLD, False, "pm25", "900", 500, ()),
    ],
)
def test_beyond_its_breakpoints_an_item_is_what_the_version_says(on, hourly, item, value, index, uncomputed):
    found = air(on, hourly=hourly, **{item: value})
    assert (found.individual.get(item), found.uncomputed) == (index, uncomputed)


@pytest.mark.parametrize(
    ("on", "value", "index"),
    [
        (NEW, "35.5", 52),  # half is rounded to the even neighbour: 36
        (NEW, "34.5", 49),  # 34
        (NEW, "36.5", 52),  # 36
        (OLD, "35.5", 51),  # 2012 takes the value as it is: 50.625 → 51
    ],
)
def test_concentrations_are_rounded_to_even_before_2026s_index(on, value, index):
    assert air(on, pm25=value).individual == {"pm25": index}


@pytest.mark.parametrize(
    ("on", "item", "value", "above"),
    [
        (NEW, "pm25", "60.4", []),  # 60, and the limit is 60
        (NEW, "pm25", "60.5", []),
        (NEW, "pm25", "60.6", [("pm25", Decimal(61))]),
        (NEW, "co", "4.04", []),
        (OLD, "pm25", "75.4", [("pm25", Decimal("75.4"))]),  # 2012 takes the value as it is
    ],
)
def test_a_limit_of_ambient_air_is_compared_with_the_value_that_the_index_has(on, item, value, above):
    assert [(one.item, one.value) for one in air(on, **{item: value}).above] == above


@pytest.mark.parametrize(("value", "index"), [("0.65", 15), ("0.75", 20), ("2.04", 50), ("2.06", 53)])
def test_carbon_monoxide_keeps_one_decimal(value, index):
    assert air(NEW, co=value).individual == {"co": index}


def test_no_binary_fraction_lifts_an_index():
    """0.7 mg/m³ is 17.5 exactly and becomes 18; 1.4 is 35 and stays."""
    assert air(NEW, co="0.7").individual == {"co": 18}
    assert air(NEW, co="1.4").individual == {"co": 35}


@pytest.mark.parametrize(
    ("on", "hourly", "items"),
    [
        (OLD, False, ("so2", "no2", "co", "o3", "o3_8h", "pm10", "pm25")),
        (NEW, False, ("so2", "no2", "co", "o3_8h", "pm10", "pm25")),
        (NEW, True, ("so2", "no2", "co", "o3", "pm10", "pm25")),
    ],
)
def test_the_items_of_a_report(on, hourly, items):
    assert items_of(on, law.rulebook(), hourly=hourly) == items


def test_a_whole_report_is_published_with_grade_colour_and_primary_pollutant():
    found = air(NEW, **WHOLE | {"pm25": "75"})
    assert (found.index, found.published, found.partial) == (114, 114, False)
    assert (found.grade, found.rgb, found.primary) == ("light", (255, 126, 0), ("pm25",))
    assert [(one.item, one.limit) for one in found.above] == [("pm25", 60)]


@pytest.mark.parametrize(
    ("on", "values", "index", "published"),
    [
        (NEW, {"pm25": "60"}, 100, None),  # not above 100: NA
        (NEW, {"pm25": "61"}, 101, 101),
        (OLD, {"pm25": "60"}, 82, 82),
        (NEW, {}, None, None),
        (NEW, WHOLE, 44, 44),
    ],
)
def test_from_2026_an_index_with_an_item_missing_is_published_only_above_100(on, values, index, published):
    found = air(on, **values)
    assert (found.index, found.published) == (index, published)
    assert found.partial is (len(values) < 6)


@pytest.mark.parametrize(
    ("index", "grade"),
    [(50, "excellent"), (51, "good"), (100, "good"), (101, "light"), (150, "light"), (151, "moderate"),
     (200, "moderate"), (201, "heavy"), (300, "heavy"), (301, "severe"), (500, "severe")],
)  # fmt: skip
def test_the_grade_of_an_index(index, grade):
    points = dict(zip(SCALE, (35, 60, 115, 150, 250, 350, 500), strict=True))
    value = points.get(index) or points[index - 1] + 1
    found = air(NEW, pm25=str(value))
    assert (found.index >= index, found.grade) == (True, grade)


def test_primary_pollutants_are_all_of_the_largest_index_above_50_and_none_below():
    assert air(NEW, no2="80", pm25="60", pm10="100").primary == ("no2", "pm25")
    assert air(NEW, pm25="35").primary == ()


def test_only_the_version_of_2012_names_pollutants_over_the_limit():
    values = {"pm25": "76", "pm10": "151", "no2": "80"}
    assert air(OLD, **values).exceeding == ("pm10", "pm25")
    assert air(NEW, **values).exceeding == ()


def test_the_index_is_at_least_1_from_2026_on():
    assert (air(OLD, pm25="0").index, air(NEW, pm25="0").index) == (0, 1)


def test_hourly_particles_of_2012_are_the_mean_of_24_hours_and_the_answer_says_so():
    assert air(OLD, hourly=True, pm25="75").moving_24h == ("pm10", "pm25")
    assert air(NEW, hourly=True, pm25="75").moving_24h == ()


def test_before_the_first_rule_nothing_is_judged():
    with pytest.raises(RuleNotInForce):
        air(date(2012, 12, 31), pm25="75")


@pytest.mark.parametrize(
    ("item", "period", "zone", "on", "limit"),
    [
        ("pm25", "day", Zone.CLASS_2, OLD, "75"),
        ("pm25", "day", Zone.CLASS_2, NEW, "60"),
        ("pm25", "day", Zone.CLASS_2, date(2030, 12, 31), "60"),
        ("pm25", "day", Zone.CLASS_2, date(2031, 1, 1), "50"),
        ("pm25", "year", Zone.CLASS_1, NEW, "15"),
        ("pm10", "day", Zone.CLASS_2, NEW, "120"),
        ("so2", "hour", Zone.CLASS_2, NEW, "500"),
        ("co", "day", Zone.CLASS_1, NEW, "4"),
        ("o3_8h", "8_hours", Zone.CLASS_2, NEW, "160"),
        ("o3", "hour", Zone.CLASS_1, NEW, "160"),
        ("pm25", "hour", Zone.CLASS_2, NEW, None),
        ("pm25", "day", Zone.CLASS_1, date(2031, 1, 1), None),  # not among what was seen
    ],
)
def test_the_limit_of_ambient_air_is_that_of_the_day_and_the_zone(item, period, zone, on, limit):
    found = ambient_limit(item, period, zone, on, law.rulebook())
    assert found == (None if limit is None else Decimal(limit))


@given(
    st.sampled_from([item for item in ITEMS if item != "o3"]),
    st.decimals(0, 900, places=1),
    st.decimals(0, 900, places=1),
)
def test_more_of_a_pollutant_never_lowers_the_index_of_a_day(item, some, more):
    low, high = sorted((some, more))
    assert air(NEW, **{item: str(low)}).index <= air(NEW, **{item: str(high)}).index
