"""What must hold of every clock, whatever its start, unit and pauses (R-105, R-107)."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.kernel.workdays.clocks import Interval, TimeUnit, consumed, due_after, due_at, left_minutes, remaining
from yiwang.kernel.workdays.explaining import deadline
from yiwang.kernel.workdays.tests.town import calendar, seasons
from yiwang.kernel.zone import TOWN_ZONE

moments = st.datetimes(
    datetime.fromisoformat("2008-01-01"), datetime.fromisoformat("2026-06-01"), timezones=st.just(TOWN_ZONE)
)
units = st.sampled_from(list(TimeUnit))
amounts = st.integers(1, 60)
share = st.integers(0, 1000).map(lambda thousandths: Fraction(thousandths, 1000))


@given(moments, amounts, units, st.lists(share, max_size=4).map(sorted))
def test_empty_pauses_change_nothing(start, amount, unit, cuts):
    plain = due_at(start, amount, unit, seasons())
    span = (plain.due_at - start) // timedelta(microseconds=1)
    edges = [start, *(start + timedelta(microseconds=int(span * cut)) for cut in cuts)] if span > 0 else [start]
    parts = [Interval(a, b) for a, b in pairwise(edges)] + [Interval(edges[-1])]
    assert due_after(parts, amount, unit, seasons()) == plain
    assert deadline(start, amount, unit, seasons()).due_at == plain.due_at


@settings(deadline=None)
@given(moments, amounts, st.integers(0, 12), share)
def test_a_pause_of_k_working_days_moves_a_limit_in_working_days_by_k(start, amount, k, cut):
    plain = due_at(start, amount, TimeUnit.WORKING_DAY, calendar()).due_at
    pause = start + (plain - start) * cut.numerator / cut.denominator
    resume = calendar().moment_at_days(calendar().days_at(pause) + k) if k else pause
    parts = (Interval(start, pause), Interval(max(pause, resume)))
    moved = due_after(parts, amount, TimeUnit.WORKING_DAY, calendar())
    assert moved is not None
    if pause < plain:
        expected = calendar().close_of(calendar().nth_working_day(plain.date(), k))
        assert abs(moved.due_at - expected) <= timedelta(microseconds=1)
    else:
        assert moved.due_at == plain


@given(moments, amounts, st.integers(0, 12), st.integers(1, 200))
def test_a_pause_of_k_working_days_moves_working_hours_to_the_same_hour_k_days_later(start, amount, k, minutes):
    plain = due_at(start, amount, TimeUnit.WORKING_HOUR, calendar()).due_at
    pause = calendar().add_working_minutes(start, min(minutes, amount * 60 - 1))
    resume = calendar().add_working_minutes(pause, k * 390)
    moved = due_after((Interval(start, pause), Interval(resume)), amount, TimeUnit.WORKING_HOUR, calendar())
    assert moved is not None
    assert moved.due_at.timetz() == plain.timetz()
    assert calendar().working_days_between(plain.date(), moved.due_at.date()) == k


gaps = st.lists(st.integers(0, 5 * 24 * 60), max_size=6)


def parts_of(start: datetime, minutes: list[int]) -> list[Interval]:
    edges = [start]
    for step in minutes[: len(minutes) // 2 * 2]:
        edges.append(edges[-1] + timedelta(minutes=step))
    return [*(Interval(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)), Interval(edges[-1])]


@given(moments, gaps, units, st.lists(st.integers(0, 40 * 24 * 60), min_size=2, max_size=2).map(sorted))
def test_what_is_used_up_never_shrinks(start, minutes, unit, later):
    parts = parts_of(start, minutes)
    first, second = (consumed(parts, unit, seasons(), until=start + timedelta(minutes=minute)) for minute in later)
    assert 0 <= first <= second


@given(moments, gaps, amounts, units)
def test_a_limit_is_used_up_exactly_when_it_ends(start, minutes, amount, unit):
    if unit == TimeUnit.DAY:
        return
    parts = parts_of(start, minutes)
    due = due_after(parts, amount, unit, calendar())
    assert due is not None
    assert consumed(parts, unit, calendar(), until=due.due_at) >= amount
    if due.due_at > start:
        assert consumed(parts, unit, calendar(), until=due.due_at - timedelta(microseconds=1)) < amount


@given(moments, gaps, amounts, units, st.integers(0, 600))
def test_more_time_never_ends_sooner_and_neither_does_a_later_resumption(start, minutes, amount, unit, extra):
    parts = parts_of(start, minutes)
    due = due_after(parts, amount, unit, seasons())
    more = due_after(parts, amount + 1, unit, seasons())
    later = due_after([*parts[:-1], Interval(parts[-1].start + timedelta(minutes=extra))], amount, unit, seasons())
    assert due is not None
    assert more is not None
    assert more.due_at > due.due_at or unit == TimeUnit.DAY
    assert more.due_at >= due.due_at
    if len(parts) > 1:
        assert later is not None
        assert later.due_at >= due.due_at


@given(moments, amounts, units)
def test_what_is_left_is_never_negative_before_the_end_nor_positive_after(start, amount, unit):
    due = due_at(start, amount, unit, calendar()).due_at
    before = remaining(due, due, unit, calendar())
    assert (before.minutes, before.days, before.overdue) == (0, 0, False)
    after = remaining(due + timedelta(days=3), due, unit, calendar())
    assert after.overdue
    assert after.minutes <= 0
    assert remaining(start, due, unit, calendar()).minutes >= 0


@given(st.dates(date(2000, 1, 1), date(2026, 12, 31)), st.integers(1, 500))
def test_the_running_totals_agree_with_counting_days(day, n):
    found = calendar().nth_working_day(day, n)
    counted, walker = 0, day
    while counted < n:
        walker += timedelta(days=1)
        counted += calendar().is_working_day(walker)
    assert found == walker


DAY_MINUTES = {
    TimeUnit.WORKING_HOUR: 390, TimeUnit.URGENT_HOUR: 1440, TimeUnit.WORKING_DAY: 390, TimeUnit.DAY: 1440,
}  # fmt: skip
LIMIT_MINUTES = {**DAY_MINUTES, TimeUnit.WORKING_HOUR: 60, TimeUnit.URGENT_HOUR: 60}


@settings(deadline=None)
@given(moments, gaps, amounts, units, st.lists(st.integers(0, 60 * 24 * 60), min_size=2, max_size=2).map(sorted))
def test_what_is_left_is_never_more_than_the_limit_and_never_grows_while_the_clock_runs(
    start, minutes, amount, unit, later
):
    parts = parts_of(start, minutes)
    found = due_after(parts, amount, unit, seasons())
    runs_on = parts[-1].start
    first, second = (
        left_minutes(
            parts, amount, unit, seasons(), due=found.due_at, at=runs_on + timedelta(minutes=minute),
            minutes_per_day=DAY_MINUTES[unit],
        )
        for minute in later
    )  # fmt: skip
    assert second <= first <= amount * LIMIT_MINUTES[unit]
