"""The clocks against an oracle that walks minute by minute and knows nothing else, on 10,000 random cases.

The oracle reads the published days and the office's windows, and steps. Spans are short and lie where it is hard: lunch,
make-up Sundays, long holidays, the turn of the year, the change of office hours.
"""

from bisect import bisect_right
from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.kernel.workdays.clocks import Interval, TimeUnit, consumed, due_after, due_at
from yiwang.kernel.workdays.tests.town import seasons
from yiwang.kernel.zone import TOWN_ZONE

MINUTE = timedelta(minutes=1)

OFF = {date(2018, 12, 30), date(2018, 12, 31), date(2019, 1, 1)} | {date(2019, 10, day) for day in range(1, 8)}
OFF |= {date(2019, 4, 5), *(date(2019, 2, day) for day in range(4, 11)), *(date(2019, 5, day) for day in range(1, 5))}
WORKED = {date(2018, 12, 29), date(2019, 2, 2), date(2019, 2, 3), date(2019, 4, 28), date(2019, 5, 5)}
WORKED |= {date(2019, 9, 29), date(2019, 10, 12)}
"""Written out again from R-301, not read from our own files."""

CORNERS = [
    datetime.fromisoformat(text)
    for text in (
        "2018-12-28 15:00",
        "2019-01-01 12:00",
        "2019-02-01 14:00",
        "2019-04-04 16:00",
        "2019-04-27 09:00",
        "2019-06-28 15:00",
        "2019-08-14 10:00",
        "2019-09-28 17:00",
        "2019-09-30 16:00",
        "2019-10-11 16:00",
    )
]
"""Bare wall-clock times: the oracle walks on the wall clock, and only `in_town` says which."""


def minutes_of_day(day: date) -> set[int]:
    """The minutes of a day during which the office is open, each by its beginning."""
    if day in OFF or (day.weekday() >= 5 and day not in WORKED):
        return set()
    if date(2019, 7, 1) <= day <= date(2019, 9, 30):
        return set(range(8 * 60, 11 * 60 + 30)) | set(range(14 * 60 + 30, 18 * 60))
    return set(range(8 * 60 + 30, 11 * 60 + 30)) | set(range(13 * 60 + 30, 17 * 60))


OPEN = {day: minutes_of_day(day) for day in (date(2018, 12, 1) + timedelta(days=number) for number in range(400))}


def hour_minute(moment: datetime) -> int:
    return int(moment.hour * 60 + moment.minute in OPEN[moment.date()])


def day_minute(moment: datetime) -> int:
    """The part of a working day in this minute, in 5,460ths (390 and 420 both divide it)."""
    open_today = OPEN[moment.date()]
    return 5460 // len(open_today) if moment.hour * 60 + moment.minute in open_today else 0


def walked(
    start: datetime, wanted: int, worth: Callable[[datetime], int], runs: Callable[[datetime], bool]
) -> datetime:
    """Step until the minutes that ran are worth what is wanted."""
    moment, total = start, 0
    while total < wanted:
        if runs(moment):
            total += worth(moment)
        moment += MINUTE
    return moment


def summed(start: datetime, end: datetime, worth: Callable[[datetime], int], runs: Callable[[datetime], bool]) -> int:
    moment, total = start, 0
    while moment < end:
        if runs(moment):
            total += worth(moment)
        moment += MINUTE
    return total


def always(moment: datetime) -> bool:
    return True


def in_town(moment: datetime) -> datetime:
    return moment.replace(tzinfo=TOWN_ZONE)


starts = st.builds(
    lambda corner, minutes: corner + timedelta(minutes=minutes), st.sampled_from(CORNERS), st.integers(-600, 1500)
)
patient = settings(deadline=None)
"""10,500 cases together: 4,000 + 2,000 + 1,000 + 2,500 + 1,000."""


@settings(patient, max_examples=4_000)
@given(starts, st.integers(1, 600))
def test_working_minutes_are_added_as_the_oracle_walks(start, minutes):
    expected = walked(start, minutes, hour_minute, always)
    assert seasons().add_working_minutes(in_town(start), minutes) == in_town(expected)
    assert seasons().working_minutes_between(in_town(start), in_town(expected)) == minutes


@settings(patient, max_examples=2_000)
@given(starts, st.integers(1, 12))
def test_working_hours_end_as_the_oracle_walks(start, hours):
    expected = walked(start, hours * 60, hour_minute, always)
    assert due_at(in_town(start), hours, TimeUnit.WORKING_HOUR, seasons()).due_at == in_town(expected)


@settings(patient, max_examples=1_000)
@given(starts, st.integers(1, 3))
def test_working_days_end_as_the_oracle_walks(start, days):
    next_day = datetime.combine(start.date() + timedelta(days=1), datetime.min.time())
    expected = walked(next_day, days * 5460, day_minute, always)
    assert due_at(in_town(start), days, TimeUnit.WORKING_DAY, seasons()).due_at == in_town(expected)


steps = st.lists(st.integers(0, 400), min_size=2, max_size=6).filter(lambda found: len(found) % 2 == 0)
"""Minutes the clock runs and stands in turn; after the last it runs on."""


def events(start: datetime, minutes: list[int]) -> tuple[list[Interval], Callable[[datetime], bool]]:
    """The running intervals for the clocks, and for the oracle whether the clock runs in a minute."""
    edges = [start]
    for step in minutes:
        edges.append(edges[-1] + timedelta(minutes=step))
    intervals = [Interval(in_town(a), in_town(b)) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    intervals.append(Interval(in_town(edges[-1])))

    def runs(moment: datetime) -> bool:
        return bisect_right(edges, moment) % 2 == 1

    return intervals, runs


@settings(patient, max_examples=2_500)
@given(starts, steps, st.integers(1, 9))
def test_paused_working_hours_end_and_are_used_up_as_the_oracle_walks(start, minutes, hours):
    intervals, runs = events(start, minutes)
    expected = walked(start, hours * 60, hour_minute, runs)
    due = due_after(intervals, hours, TimeUnit.WORKING_HOUR, seasons())
    assert due is not None
    assert due.due_at == in_town(expected)
    until = start + (expected - start) / 2
    until = until.replace(second=0, microsecond=0)
    used = Fraction(summed(start, until, hour_minute, runs), 60)
    assert consumed(intervals, TimeUnit.WORKING_HOUR, seasons(), until=in_town(until)) == used
    assert consumed(intervals, TimeUnit.WORKING_HOUR, seasons(), until=due.due_at) == hours


@settings(patient, max_examples=1_000)
@given(starts, steps, st.integers(1, 2))
def test_paused_working_days_end_and_are_used_up_as_the_oracle_walks(start, minutes, days):
    """The rest of the start day is free, so it is given on top; a part of a minute is the clocks' own, at most one."""
    intervals, runs = events(start, minutes)
    midnight = datetime.combine(start.date() + timedelta(days=1), datetime.min.time())
    free = summed(start, midnight, day_minute, always)
    expected = walked(start, days * 5460 + free, day_minute, runs)
    due = due_after(intervals, days, TimeUnit.WORKING_DAY, seasons())
    assert due is not None
    assert in_town(expected) - MINUTE < due.due_at <= in_town(expected)
    until = (start + (expected - start) / 2).replace(second=0, microsecond=0)
    used = max(0, summed(start, until, day_minute, runs) - free)
    assert consumed(intervals, TimeUnit.WORKING_DAY, seasons(), until=in_town(until)) == Fraction(used, 5460)
    assert consumed(intervals, TimeUnit.WORKING_DAY, seasons(), until=due.due_at) - days < Fraction(1, 390 * 60_000_000)
