"""Dust and noise of building sites, NMHC and particulates of firms, as tables to read."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from yiwang.kernel.params.problems import RuleNotInForce
from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.opening import open_sheet
from yiwang.packs.environment import dustsheet, law
from yiwang.packs.environment.problems import StandardNotLoaded
from yiwang.packs.environment.rules.sites import Outcome, Spot, emission_limit, judge_dust, judge_noise

DAY = date(2025, 6, 1)
NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)


def means(high=0, middle=0, at_limit=0, all_of=96):
    """A day with so many means above 2.0, between, exactly 1.0, and the rest low."""
    values = ["2.01"] * high + ["1.5"] * middle + ["1.0"] * at_limit
    return [Decimal(value) for value in values + ["0.2"] * (all_of - len(values))]


@pytest.mark.parametrize(
    ("high", "middle", "at_limit", "all_of", "outcome"),
    [
        (0, 0, 0, 96, "kept"),
        (1, 0, 0, 96, "kept"),
        (2, 0, 0, 96, "broken"),
        (0, 6, 9, 96, "kept"),
        (0, 7, 0, 96, "broken"),
        (1, 5, 0, 96, "kept"),  # one above 2.0 is above 1.0, too: six
        (1, 6, 0, 96, "broken"),
        (0, 0, 0, 95, "kept_so_far"),
        (2, 0, 0, 10, "broken"),
        (0, 0, 0, 0, "kept_so_far"),
    ],
)
def test_dust_is_counted_by_means_of_15_minutes(high, middle, at_limit, all_of, outcome):
    found = judge_dust([*means(high, middle, at_limit, all_of), None], DAY, law.rulebook())
    assert found.outcome == outcome
    assert (found.measured, found.needed) == (all_of, 96)
    assert [(count.limit, count.found) for count in found.counts] == [(2, high), (1, high + middle)]
    assert found.rule.verified is False


def test_more_means_than_a_day_has_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="97 means"):
        judge_dust(means(all_of=97), DAY, law.rulebook())


@pytest.mark.parametrize(
    ("measured", "background", "at", "maximum", "outcome", "corrected", "limit"),
    [
        ("70", None, "12:00", None, "kept", "70", 70),
        ("70.1", None, "12:00", None, "broken", "70.1", 70),
        ("55", None, "22:00", None, "kept", "55", 55),
        ("56", None, "05:59", None, "broken", "56", 55),
        ("56", None, "06:00", None, "kept", "56", 70),
        ("56", None, "21:59", None, "kept", "56", 70),
        ("58", "55", "22:30", None, "kept", "55", 55),  # 3 above: −3
        ("54", "53", "22:30", None, "kept", None, 55),  # too near to be corrected, and within the limit as it is
        ("55", "57", "22:30", None, "kept", None, 55),
        ("55.1", "53", "22:30", None, "invalid", None, 55),
        ("58", "54", "22:30", None, "broken", "56", 55),  # 4 above: −2
        ("57", "52", "22:30", None, "kept", "55", 55),  # 5: −2
        ("56", "50", "22:30", None, "kept", "55", 55),  # 6: −1
        ("56", "46", "22:30", None, "kept", "55", 55),  # 10: −1
        ("56", "45.4", "22:30", None, "broken", "56", 55),  # 10.6, rounded 11: nothing
        ("58", "54.5", "22:30", None, "broken", "56.0", 55),  # 3.5 is rounded to the even 4
        ("58", "55.1", "22:30", None, "invalid", None, 55),
        ("50", None, "23:00", "70", "kept", "50", 55),
        ("50", None, "23:00", "70.5", "broken", "50", 55),  # the maximum of a night: 55 + 15
        ("50", None, "12:00", "99", "kept", "50", 70),  # by day it does not count
        ("58", "57", "23:00", "71", "broken", None, 55),
    ],
)
def test_noise_at_the_edge_of_a_site(measured, background, at, maximum, outcome, corrected, limit):
    found = judge_noise(
        Decimal(measured),
        time.fromisoformat(at),
        DAY,
        law.rulebook(),
        background_db=Decimal(background) if background else None,
        maximum_db=Decimal(maximum) if maximum else None,
    )
    assert found.outcome == outcome
    assert (found.corrected is None, found.limit) == (corrected is None, limit)
    assert corrected is None or found.corrected == Decimal(corrected)


def test_noise_is_judged_from_2012_07_01_to_2025_12_31_only():
    for day in (date(2012, 7, 1), date(2025, 12, 31)):
        assert judge_noise(Decimal(60), time(12), day, law.rulebook()).outcome is Outcome.KEPT
    with pytest.raises(RuleNotInForce):
        judge_noise(Decimal(60), time(12), date(2012, 6, 30), law.rulebook())
    with pytest.raises(StandardNotLoaded) as refusal:
        judge_noise(Decimal(60), time(12), date(2026, 1, 1), law.rulebook())
    assert refusal.value.parameters == {"standard": "GB 12523-2025", "since": "2026-01-01"}


@pytest.mark.parametrize(
    ("pollutant", "spot", "on", "special", "limit", "verified"),
    [
        ("nmhc", Spot.IN_PLANT_HOUR, DAY, False, "10", True),
        ("nmhc", Spot.IN_PLANT_HOUR, DAY, True, "6", True),
        ("nmhc", Spot.IN_PLANT_ANY, DAY, False, "30", True),
        ("nmhc", Spot.IN_PLANT_ANY, DAY, True, "20", True),
        ("nmhc", Spot.IN_PLANT_ANY, date(2019, 6, 30), False, None, None),
        ("nmhc", Spot.STACK, DAY, False, "70", False),  # Shanghai is stricter than the country
        ("nmhc", Spot.STACK, date(2015, 11, 30), False, "120", False),
        ("nmhc", Spot.FENCE, DAY, False, "4.0", False),
        ("particulates", Spot.STACK, DAY, False, "120", True),
        ("particulates", Spot.FENCE, DAY, False, "1.0", True),
        ("particulates", Spot.IN_PLANT_HOUR, DAY, False, None, None),
    ],
)
def test_what_a_firm_may_have_in_its_air(pollutant, spot, on, special, limit, verified):
    found = emission_limit(pollutant, spot, on, law.rulebook(), special=special)
    assert (found and found.value, found and found.rule.verified) == (limit and Decimal(limit), verified)


# --- the sheet of a dust monitor --------------------------------------------------------------------------------------


def read(text):
    return dustsheet.read(open_sheet(text.encode(), "dust.csv", known=dustsheet.HEADINGS.known), NOW)


def test_a_sheet_is_put_together_by_site_and_day_of_the_town():
    found = read(
        "工地名称,监测时间,颗粒物(mg/m³)\n"
        "乙,2025-06-01 23:59,1.2\n甲,2025-06-01 00:00,0.3\n甲,2025-06-01 00:15,2.5\n"
        "甲,2025-06-02 00:00,--\n甲,2025-06-02 00:15,<0.1\n甲,2025-06-01 00:16,2.50\n甲,2025-06-03,坏\n甲,2025-06-03,>5\n"
    )
    assert [(one.site, one.day.day, sorted(map(str, one.means.values())), one.doubled) for one in found.days] == [
        ("乙", 1, ["1.2"], 0),
        ("甲", 1, ["0.3", "2.5"], 1),  # the quarter from 00:15 twice
        ("甲", 2, ["0.1"], 0),
    ]
    assert [(row, problem.slug) for row, problem in found.refused] == [
        (8, "cell-value-unreadable"),
        (9, "environment-concentration-unreadable"),
    ]
    assert [one.refused for one in found.days] == [None, None, None]


def test_a_day_with_differing_values_in_a_quarter_of_an_hour_is_no_day_of_means():
    minutes = "".join(f"甲,2025-06-01 08:{minute:02d},{0.1 * minute + 0.1:.1f}\n" for minute in range(5))
    first, second = read("工地,时间,扬尘(mg/m3)\n" + minutes + "甲,2025-06-02 08:00,0.1\n").days
    assert (first.refused.slug, second.refused) == ("environment-dust-not-means", None)
    assert first.refused.parameters == {"site": "甲", "day": "2025-06-01", "at": "08:00"}


@pytest.mark.parametrize("heading", ["颗粒物", "TSP", "a34001", "dust", "颗粒物(ppm)", "扬尘（mg/L）", "颗粒物(小时)"])
def test_dust_without_a_unit_that_is_known_is_refused(heading):
    """R-080: monitors write mg/m³ as well as μg/m³, and a thousandth of the dust keeps every limit."""
    with pytest.raises(Problem) as refusal:
        read(f"time,{heading}\n2025-06-01 10:00,0.2\n")
    assert refusal.value.slug == "cell-unit-unknown"


@pytest.mark.parametrize(
    ("heading", "mean"),
    [("颗粒物（毫克）(mg/m³)", "1500"), ("TSP mg/m3", "1500"), ("A34001(µg/m³)", "1.5"), ("扬尘[ug/m3]", "1.5")],
)
def test_the_unit_of_dust_may_be_written_in_many_ways(heading, mean):
    (day,) = read(f"time,{heading}\n2025-06-01 10:00,1500\n").days
    assert list(day.means.values()) == [Decimal(mean)]


def test_micrograms_are_turned_into_milligrams():
    (day,) = read("time,dust(μg/m3)\n2025-06-01 10:00,1500\n").days
    assert list(day.means.values()) == [Decimal("1.5")]


def test_a_sheet_without_time_or_dust_is_refused():
    with pytest.raises(Problem) as refusal:
        read("时间,PM10\n2025-06-01,3\n")
    assert refusal.value.slug == "environment-dust-sheet-unreadable"
