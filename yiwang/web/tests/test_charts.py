"""The chart: an axis of round numbers, gaps where nothing is, marks for what does not count, and a limit in sight."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from yiwang.web.components import charts
from yiwang.web.components.charts import ALARM, OFF, ChartLimit, ChartSpan, ChartValue, chart

SINCE = datetime(2026, 11, 27, tzinfo=UTC)
UNTIL = SINCE + timedelta(hours=10)


def values(*numbers: str | None) -> list[ChartValue]:
    return [
        ChartValue(SINCE + timedelta(hours=n), None if one is None else Decimal(one)) for n, one in enumerate(numbers)
    ]


def drawn(given: list[ChartValue], **named):
    return chart(given, "氨氮", "mg/L", since=SINCE, until=UNTIL, **named)


def axis(*numbers: str) -> list[str]:
    return [one["text"] for one in drawn(values(*numbers))["axis"]]


@pytest.mark.parametrize(
    ("numbers", "named"),
    [
        (("0.13", "0.94"), ["0", "0.25", "0.5", "0.75", "1"]),
        (("3", "17"), ["0", "5", "10", "15", "20"]),
        (("-5", "5"), ["-5", "-2.5", "0", "2.5", "5"]),
        (("100000", "100001"), ["100000", "100000.25", "100000.5", "100000.75", "100001"]),
        (("7", "7"), ["6", "6.5", "7", "7.5", "8"]),
        (("0", "0"), ["0", "0.25", "0.5", "0.75", "1"]),
    ],
)
def test_the_axis_names_round_numbers(numbers, named):
    assert axis(*numbers) == named


@given(st.lists(st.decimals(-1_000_000_000, 1_000_000_000, places=4), min_size=1, max_size=20))
def test_every_value_lies_on_the_drawing_and_few_lines_cross_it(numbers):
    made = drawn([ChartValue(SINCE + timedelta(minutes=n), one) for n, one in enumerate(numbers)])
    points = [tuple(map(float, point.split(","))) for line in made["lines"] for point in line.split()] + made["dots"]
    assert len(points) == len(numbers)
    assert all(0 <= x <= charts.WIDTH and 0 <= y <= charts.HEIGHT for x, y in points)
    assert 2 <= len(made["axis"]) <= charts.LINES + 3


def test_nothing_breaks_the_line_and_a_lonely_value_is_a_dot():
    made = drawn(values("1", "2", None, "3", None, "4", "5"))
    assert [len(line.split()) for line in made["lines"]] == [2, 2]
    assert len(made["dots"]) == 1


def test_a_long_silence_breaks_the_line():
    far = [*values("1", "2"), ChartValue(SINCE + timedelta(hours=8), Decimal(3))]
    assert len(drawn(far, gap_s=3 * 3600)["dots"]) == 1
    assert drawn(far)["dots"] == []


def test_a_limit_is_in_sight_also_far_above_the_values():
    made = drawn(values("1", "2"), limits=[ChartLimit(((SINCE, UNTIL, Decimal(50)),), "限值")])
    assert made["axis"][-1]["text"] == "60"
    assert made["limits"][0]["lines"] == ["0.0,33.3 1000.0,33.3"]


def test_a_limit_that_changed_is_a_step_and_one_that_was_not_there_leaves_a_gap():
    three, five, eight = (SINCE + timedelta(hours=n) for n in (3, 5, 8))
    steps = ((SINCE, three, Decimal(0)), (three, five, Decimal(10)), (eight, UNTIL, Decimal(10)))
    made = drawn(values("1", "2"), limits=[ChartLimit(steps, "限值")])
    assert made["limits"][0]["lines"] == ["0.0,200.0 300.0,200.0 300.0,0.0 500.0,0.0", "800.0,0.0 1000.0,0.0"]


def test_alarms_and_maintenance_are_bars_within_the_chart_and_stand_in_words():
    early, late = SINCE - timedelta(days=3), UNTIL + timedelta(days=3)
    spans = [
        ChartSpan(early, SINCE + timedelta(hours=1), ALARM, "报警：氨氮", "/desk/case/1"),
        ChartSpan(SINCE + timedelta(hours=5), SINCE + timedelta(hours=6), OFF, "维护"),
        ChartSpan(UNTIL, late, ALARM, "报警：溶解氧"),
    ]
    made = drawn(values("1", "2"), spans=spans)
    assert [(one["x"], one["width"]) for one in made["spans"]] == [(0.0, 100.0), (500.0, 100.0), (997.0, 3.0)]
    page = Template("{% load house %}{% chart values 'x' 'y' since=since until=until spans=spans %}")
    with override("zh-hans"):
        shown = page.render(Context({"values": values("1", "2"), "since": SINCE, "until": UNTIL, "spans": spans * 5}))
    assert '<a href="/desk/case/1">报警：氨氮</a>' in shown
    assert "图上另有 3 段" in shown


def test_a_chart_without_values_says_so_and_what_does_not_count_is_marked():
    only = [ChartValue(SINCE, None, apart=True)]
    page = Template("{% load house %}{% chart values 'x' 'y' since=since until=until %}")
    with override("zh-hans"):
        shown = page.render(Context({"values": only, "since": SINCE, "until": UNTIL}))
        mixed = page.render(Context({"values": [*only, *values("1", "2")], "since": SINCE, "until": UNTIL}))
    assert "无数据" in shown
    assert 'class="chart-apart"' in mixed
    assert "1 个不计入统计的值" in mixed
