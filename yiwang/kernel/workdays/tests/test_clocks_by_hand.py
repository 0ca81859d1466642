"""Limits in the four units of R-105, with pauses (R-107): tables a clerk can check with a calendar and a pencil."""

from fractions import Fraction

import pytest

from yiwang.kernel.workdays.clocks import (
    ClockEvent,
    Happened,
    Interval,
    Remaining,
    TimeUnit,
    consumed,
    due_after,
    due_at,
    last_day,
    remaining,
    run_of,
)
from yiwang.kernel.workdays.tests.town import at, calendar, seasons

WORKING_HOUR, URGENT_HOUR, WORKING_DAY, DAY = (
    TimeUnit.WORKING_HOUR,
    TimeUnit.URGENT_HOUR,
    TimeUnit.WORKING_DAY,
    TimeUnit.DAY,
)

NEVER_PAUSED = [
    # 工作时: office hours 08:30–11:30 and 13:30–17:00 only
    ("2019-06-20 08:30", 3, WORKING_HOUR, "2019-06-20 11:30"),  # ends with the morning, not after lunch
    ("2019-06-20 09:00", 4, WORKING_HOUR, "2019-06-20 15:00"),  # lunch does not count
    ("2019-06-20 12:00", 1, WORKING_HOUR, "2019-06-20 14:30"),  # reported at lunch
    ("2019-06-20 16:00", 4, WORKING_HOUR, "2019-06-21 11:30"),  # over night
    ("2019-06-21 16:30", 1, WORKING_HOUR, "2019-06-24 09:00"),  # over the weekend
    ("2019-06-20 02:00", 4, WORKING_HOUR, "2019-06-20 14:30"),  # reported at night
    ("2019-09-28 12:00", 4, WORKING_HOUR, "2019-09-29 14:30"),  # a Saturday, then a Sunday that is worked
    ("2019-09-30 16:00", 4, WORKING_HOUR, "2019-10-08 11:30"),  # over National Day
    # 紧急工作时: day and night
    ("2019-09-30 22:00", 4, URGENT_HOUR, "2019-10-01 02:00"),
    # 工作日: the start day does not count, ends with office hours
    ("2019-09-27 10:00", 1, WORKING_DAY, "2019-09-29 17:00"),
    ("2019-09-27 00:00", 1, WORKING_DAY, "2019-09-29 17:00"),
    ("2019-09-27 23:59", 1, WORKING_DAY, "2019-09-29 17:00"),
    ("2019-04-26 10:00", 1, WORKING_DAY, "2019-04-28 17:00"),
    ("2019-09-30 10:00", 5, WORKING_DAY, "2019-10-12 17:00"),
    ("2019-01-31 10:00", 5, WORKING_DAY, "2019-02-12 17:00"),
    ("2019-06-20 10:00", 15, WORKING_DAY, "2019-07-11 17:00"),
    ("2019-12-31 10:00", 1, WORKING_DAY, "2020-01-02 17:00"),
    ("2026-02-13 10:00", 1, WORKING_DAY, "2026-02-14 17:00"),
    ("2019-06-22 10:00", 1, WORKING_DAY, "2019-06-24 17:00"),  # received on a Saturday
    # 天: calendar days; an end on a day off moves to the next working day
    ("2019-06-20 10:00", 5, DAY, "2019-06-25 17:00"),
    ("2019-06-20 23:00", 15, DAY, "2019-07-05 17:00"),
    ("2019-06-20 10:00", 2, DAY, "2019-06-24 17:00"),  # Saturday → Monday
    ("2019-09-20 10:00", 15, DAY, "2019-10-08 17:00"),  # 5 October → after the holiday
    ("2019-09-20 10:00", 9, DAY, "2019-09-29 17:00"),  # a Sunday that is worked
]


@pytest.mark.parametrize(("start", "amount", "unit", "due"), NEVER_PAUSED)
def test_a_limit_that_is_never_paused_ends(start, amount, unit, due):
    assert due_at(at(start), amount, unit, calendar()) == (at(due), False)


@pytest.mark.parametrize(("start", "amount", "unit", "due"), NEVER_PAUSED)
def test_an_empty_pause_changes_nothing(start, amount, unit, due):
    middle = at(start) + (at(due) - at(start)) / 2
    parts = (Interval(at(start), middle), Interval(middle, middle), Interval(middle))
    assert due_after(parts, amount, unit, calendar()) == (at(due), False)


PAUSED = [
    # unit, amount, start, pause, resume, end
    (WORKING_HOUR, 4, "2019-06-20 09:00", "2019-06-20 10:00", "2019-06-20 11:00", "2019-06-20 16:00"),
    (WORKING_HOUR, 4, "2019-06-20 09:00", "2019-06-20 11:30", "2019-06-20 13:30", "2019-06-20 15:00"),  # over lunch
    (WORKING_HOUR, 4, "2019-06-20 09:00", "2019-06-20 10:00", "2019-06-21 10:00", "2019-06-21 15:00"),  # one day
    (URGENT_HOUR, 4, "2019-06-20 22:00", "2019-06-20 23:00", "2019-06-21 06:00", "2019-06-21 09:00"),
    (WORKING_DAY, 5, "2019-06-20 10:00", "2019-06-24 10:00", "2019-06-26 10:00", "2019-07-01 17:00"),  # two days
    (WORKING_DAY, 5, "2019-06-20 10:00", "2019-06-20 11:00", "2019-06-24 11:00", "2019-07-01 17:00"),  # from day 0 on
    (WORKING_DAY, 5, "2019-06-20 10:00", "2019-06-21 18:00", "2019-06-24 07:00", "2019-06-27 17:00"),  # a weekend
    (WORKING_DAY, 5, "2019-06-20 10:00", "2019-06-24 08:30", "2019-06-24 11:30", "2019-06-28 11:30"),  # a morning
    (WORKING_DAY, 5, "2019-09-24 10:00", "2019-09-29 10:00", "2019-10-09 10:00", "2019-10-10 17:00"),  # a holiday too
    (DAY, 5, "2019-06-20 10:00", "2019-06-22 10:00", "2019-06-24 10:00", "2019-06-27 17:00"),  # two whole days
    (DAY, 5, "2019-06-20 10:00", "2019-06-22 10:00", "2019-06-24 09:59", "2019-06-26 17:00"),  # one whole day
    (DAY, 5, "2019-06-20 10:00", "2019-06-22 10:00", "2019-06-22 23:00", "2019-06-25 17:00"),  # no whole day
]


@pytest.mark.parametrize(("unit", "amount", "start", "pause", "resume", "due"), PAUSED)
def test_a_pause_moves_the_end(unit, amount, start, pause, resume, due):
    parts = (Interval(at(start), at(pause)), Interval(at(resume)))
    assert due_after(parts, amount, unit, calendar()) == (at(due), False)
    standing = parts[:1]
    assert due_after(standing, amount, unit, calendar()) is None
    assert due_after(standing, amount, unit, calendar(), resumes_at=at(resume)) == (at(due), False)


def test_a_clock_paused_after_its_end_has_ended_all_the_same():
    parts = (Interval(at("2019-06-20 09:00"), at("2019-06-20 16:00")),)
    for amount, unit in ((4, WORKING_HOUR), (7, URGENT_HOUR)):
        ended = due_after(parts, amount, unit, calendar())
        assert ended is not None
        assert ended.due_at <= at("2019-06-20 16:00")
    late = (Interval(at("2019-06-20 09:00"), at("2019-07-20 16:00")), Interval(at("2019-07-25 16:00")))
    assert due_after(late, 5, DAY, calendar()) == (at("2019-06-25 17:00"), False)
    assert due_after(late, 5, WORKING_DAY, calendar()) == (at("2019-06-27 17:00"), False)


def test_a_pause_from_long_hours_into_short_ones_moves_the_end_by_whole_days():
    """A working day goes by evenly over its own hours: half of a 420-minute day is worth half of a 390-minute one."""
    parts = (Interval(at("2019-09-24 10:00"), at("2019-09-27 08:00")), Interval(at("2019-10-10 08:30")))
    # Paused: 27, 29, 30 September and 8, 9 October, five working days.
    plain = due_at(at("2019-09-24 10:00"), 5, WORKING_DAY, seasons()).due_at
    assert plain == at("2019-09-30 18:00")
    assert due_after(parts, 5, WORKING_DAY, seasons()) == (at("2019-10-12 17:00"), False)


@pytest.mark.parametrize(
    ("unit", "until", "used"),
    [
        (WORKING_HOUR, "2019-06-20 08:00", Fraction(0)),
        (WORKING_HOUR, "2019-06-20 12:15", Fraction(5, 2)),
        (WORKING_HOUR, "2019-06-22 12:00", Fraction(25, 2)),
        (URGENT_HOUR, "2019-06-20 12:15", Fraction(13, 4)),
        (WORKING_DAY, "2019-06-20 23:00", Fraction(0)),
        (WORKING_DAY, "2019-06-21 11:30", Fraction(180, 390)),
        (WORKING_DAY, "2019-06-23 11:30", Fraction(1)),
        (DAY, "2019-06-20 23:00", Fraction(0)),
        (DAY, "2019-06-23 00:00", Fraction(3)),
    ],
)
def test_what_is_used_up_at_a_moment(unit, until, used):
    assert consumed((Interval(at("2019-06-20 09:00")),), unit, calendar(), until=at(until)) == used


def test_nothing_is_used_up_while_the_clock_stands():
    parts = (Interval(at("2019-06-20 09:00"), at("2019-06-24 10:00")), Interval(at("2019-06-27 10:00")))
    for unit in TimeUnit:
        at_pause = consumed(parts, unit, calendar(), until=at("2019-06-24 10:00"))
        assert consumed(parts, unit, calendar(), until=at("2019-06-26 15:00")) == at_pause
        assert consumed(parts, unit, calendar(), until=at("2019-06-27 10:00")) == at_pause
        assert consumed(parts, unit, calendar(), until=at("2019-06-29 10:00")) > at_pause


@pytest.mark.parametrize(
    ("unit", "now", "due", "left"),
    [
        (WORKING_HOUR, "2019-06-20 16:00", "2019-06-21 11:30", Remaining(240, 1, overdue=False)),
        (WORKING_DAY, "2019-09-30 10:00", "2019-10-12 17:00", Remaining(300 + 5 * 390, 5, overdue=False)),
        (WORKING_DAY, "2019-10-12 17:00", "2019-10-12 17:00", Remaining(0, 0, overdue=False)),
        (WORKING_DAY, "2019-10-14 09:00", "2019-10-12 17:00", Remaining(-30, -1, overdue=True)),
        (DAY, "2019-06-20 10:00", "2019-06-25 17:00", Remaining(5 * 1440 + 420, 5, overdue=False)),
        (URGENT_HOUR, "2019-06-21 02:30", "2019-06-21 02:00", Remaining(-30, 0, overdue=True)),
    ],
)
def test_what_is_left_until_the_end(unit, now, due, left):
    assert remaining(at(now), at(due), unit, calendar()) == left


@pytest.mark.parametrize(
    ("start", "amount", "unit", "provisional"),
    [
        ("2026-12-24 16:00", 1, WORKING_HOUR, False),
        ("2026-12-24 16:30", 1, WORKING_HOUR, True),
        ("2026-12-31 16:30", 48, URGENT_HOUR, False),
        ("2026-12-18 16:00", 5, WORKING_DAY, True),
        ("2026-12-18 16:00", 5, DAY, False),
        ("2026-12-18 16:00", 20, DAY, True),
    ],
)
def test_a_limit_that_needs_a_missing_notice_is_provisional(start, amount, unit, provisional):
    assert due_at(at(start), amount, unit, calendar()).provisional is provisional


def happened(*rows: tuple[str, str]) -> list[ClockEvent]:
    return [ClockEvent(Happened(kind), at(moment), 2 if kind == "extend" else 0) for kind, moment in rows]


def test_a_clock_is_what_its_events_say():
    run = run_of(
        happened(
            ("start", "2019-06-20 09:00"),
            ("pause", "2019-06-20 10:00"),
            ("extend", "2019-06-20 12:00"),
            ("resume", "2019-06-21 10:00"),
            ("expire", "2019-06-21 12:00"),
            ("extend", "2019-06-21 13:00"),
        )
    )
    assert run.intervals == (Interval(at("2019-06-20 09:00"), at("2019-06-20 10:00")), Interval(at("2019-06-21 10:00")))
    assert (run.extended, run.running, run.stopped) == (4, True, False)


def test_a_clock_may_be_stopped_while_it_stands():
    run = run_of(happened(("start", "2019-06-20 09:00"), ("pause", "2019-06-20 10:00"), ("stop", "2019-06-21 10:00")))
    assert run.intervals == (Interval(at("2019-06-20 09:00"), at("2019-06-20 10:00")),)
    assert (run.running, run.stopped) == (False, True)


@pytest.mark.parametrize(
    "kinds",
    [
        "pause",
        "resume",
        "stop",
        "start start",
        "start resume",
        "start pause pause",
        "start stop resume",
        "start stop stop",
    ],
)
def test_an_order_of_events_that_cannot_be_is_refused(kinds):
    with pytest.raises(ValueError, match="cannot"):
        run_of(happened(*((kind, f"2019-06-20 {9 + hour:02}:00") for hour, kind in enumerate(kinds.split()))))


def test_events_that_run_backwards_are_refused():
    with pytest.raises(ValueError, match="cannot"):
        run_of(happened(("start", "2019-06-20 09:00"), ("pause", "2019-06-20 08:00")))


@pytest.mark.parametrize(
    "intervals",
    [
        (),
        (Interval(at("2019-06-20 09:00")), Interval(at("2019-06-21 09:00"))),
        (Interval(at("2019-06-20 09:00"), at("2019-06-20 08:00")),),
        (Interval(at("2019-06-20 09:00"), at("2019-06-20 12:00")), Interval(at("2019-06-20 11:00"))),
    ],
)
def test_intervals_that_make_no_sense_are_refused(intervals):
    with pytest.raises(ValueError):
        due_after(intervals, 1, WORKING_HOUR, calendar())


def test_a_limit_needs_a_positive_amount_and_whole_calendar_days():
    for amount, unit in ((0, WORKING_DAY), (-1, WORKING_HOUR), (Fraction(1, 2), DAY)):
        with pytest.raises(ValueError):
            due_at(at("2019-06-20 09:00"), amount, unit, calendar())
    with pytest.raises(ValueError, match="stands still"):
        last_day((Interval(at("2019-06-20 09:00"), at("2019-06-20 10:00")),), 5, calendar())
    with pytest.raises(ValueError, match="offset"):
        due_at(at("2019-06-20 09:00").replace(tzinfo=None), 1, WORKING_HOUR, calendar())
