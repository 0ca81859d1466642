"""Limits in 工作时, 紧急工作时, 工作日 and 天 (R-105), with pauses (R-107): how much is used up, and when it runs out. Pure.

What each unit means, and why:

* 工作时 WORKING_HOUR: office time. A start outside office hours counts from the next opening.
* 紧急工作时 URGENT_HOUR: clock hours, day and night.
* 工作日 WORKING_DAY: the start day does not count (Civil Code art. 201); the limit ends with office hours on the n-th
  working day after it (art. 203). A working day goes by evenly over its office hours, so a pause of any length moves the
  end by exactly its own office time: half a morning moves it half a morning, k working days move it k working days.
  The rest of the start day is free: it is given on top of the n days.
* 天 DAY: calendar days, the start day not counted; ends with office hours on the n-th day, or, when that is off, on the
  next working day (art. 203). Only whole days (24 h) of each pause move it.

A limit has run out when `now > due_at`: the due moment itself is still in time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from yiwang.kernel.workdays.calendar import MICROSECOND, Calendar
from yiwang.kernel.workdays.office import TICKS_PER_MINUTE
from yiwang.kernel.zone import in_town

Amount = int | Fraction
"""How many units; days of the kind DAY are whole."""

HOUR = timedelta(hours=1)
WHOLE_DAY = timedelta(days=1)


class TimeUnit(StrEnum):
    """The unit of a limit (R-105). Its name for people is the word `time-unit.<value>`."""

    WORKING_HOUR = "working_hour"
    URGENT_HOUR = "urgent_hour"
    WORKING_DAY = "working_day"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Interval:
    """A time during which the clock ran: from `start` to `end`, or still running (None)."""

    start: datetime
    end: datetime | None = None


class Due(NamedTuple):
    """When a limit ends, and whether a notice not yet published may still move it."""

    due_at: datetime
    provisional: bool


class Remaining(NamedTuple):
    """What is left until the due moment; negative when it has passed.

    `minutes`: whole office minutes for WORKING_HOUR and WORKING_DAY, clock minutes for URGENT_HOUR and DAY.
    `days`: days after today up to the due day (0: today is the last), working days or calendar days likewise.
    """

    minutes: int
    days: int
    overdue: bool


class Happened(StrEnum):
    """What can happen to a clock. EXPIRE changes nothing: a clock that ran out goes on counting how late it is.

    RELIMIT gives it another limit from the same start, with the same pauses; what it had been extended by goes with the
    old limit, but for what the event carries over.
    """

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    STOP = "stop"
    EXPIRE = "expire"
    RELIMIT = "relimit"


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One event of a clock; `amount` only for EXTEND and RELIMIT (what is carried over), in the unit of then."""

    kind: Happened
    at: datetime
    amount: Amount = 0


@dataclass(frozen=True, slots=True)
class Run:
    """What a clock's events amount to."""

    intervals: tuple[Interval, ...]
    extended: Amount
    running: bool
    stopped: bool


def run_of(events: Iterable[ClockEvent]) -> Run:
    """The running intervals and the sum of extensions of a clock, from its events in order (R-107).

    Raises ValueError for an order that cannot be: the rules of cases have to refuse it before.
    """
    intervals: list[Interval] = []
    extended: Amount = 0
    opened: datetime | None = None
    stopped = False
    for event in events:
        if event.kind == Happened.EXTEND:
            extended += event.amount
        elif event.kind == Happened.RELIMIT:
            extended = event.amount
        elif event.kind in (Happened.START, Happened.RESUME):
            _orderly(opened is None and bool(intervals) == (event.kind == Happened.RESUME) and not stopped, event)
            _orderly(not intervals or event.at >= (intervals[-1].end or event.at), event)
            opened = event.at
        elif event.kind in (Happened.PAUSE, Happened.STOP):
            _orderly(not stopped and (opened is not None or (bool(intervals) and event.kind == Happened.STOP)), event)
            if opened is not None:
                _orderly(event.at >= opened, event)
                intervals.append(Interval(opened, event.at))
            opened, stopped = None, event.kind == Happened.STOP
    if opened is not None:
        intervals.append(Interval(opened))
    return Run(tuple(intervals), extended, opened is not None, stopped)


def _orderly(possible: bool, event: ClockEvent) -> None:
    if not possible:
        raise ValueError(f"a clock cannot {event.kind} at {event.at} after what happened before")


# --- when a limit ends -----------------------------------------------------------------------------------------------


def due_at(start: datetime, amount: Amount, unit: TimeUnit, calendar: Calendar) -> Due:
    """When a limit that is never paused ends. `amount` > 0 in units. `lines_of` explains it."""
    found = due_after((Interval(start),), amount, unit, calendar)
    if found is None:
        raise AssertionError("a clock that goes on running ends some day")
    return found


def due_after(
    intervals: Sequence[Interval],
    amount: Amount,
    unit: TimeUnit,
    calendar: Calendar,
    *,
    resumes_at: datetime | None = None,
) -> Due | None:
    """When the limit ended, or will end if the clock goes on running from the last interval.

    A clock that stands still has no due moment unless it ended before: None. Give `resumes_at` (a moment not before the
    pause) to ask when it would end if it ran on from then. Raises ValueError for an amount that is not positive, and for
    intervals that overlap or are none.
    """
    if amount <= 0:
        raise ValueError("a limit has a positive amount")
    walk = _walked(intervals, resumes_at)
    if unit == TimeUnit.DAY:
        return _due_in_days(walk, amount, calendar)
    ended = _ended_at(walk, amount, unit, calendar)
    if ended is None:
        return None
    waits = unit != TimeUnit.URGENT_HOUR and calendar.missing_notice(in_town(walk[0].start).date(), ended.date())
    return Due(ended, bool(waits))


def _walked(intervals: Sequence[Interval], resumes_at: datetime | None) -> tuple[Interval, ...]:
    """The intervals, checked, on the town's clock, with the running-on after `resumes_at` as a last one."""
    if not intervals:
        raise ValueError("a clock that never started has no end")
    walk = [Interval(in_town(i.start), None if i.end is None else in_town(i.end)) for i in intervals]
    if resumes_at is not None and walk[-1].end is not None:
        walk.append(Interval(in_town(resumes_at)))
    for number, interval in enumerate(walk):
        if interval.end is None and number != len(walk) - 1:
            raise ValueError("only the last interval may be running")
        if interval.end is not None and interval.end < interval.start:
            raise ValueError("an interval ends before it starts")
        if number and interval.start < (walk[number - 1].end or interval.start):
            raise ValueError("intervals overlap or are out of order")
    return tuple(walk)


def _ended_at(walk: Sequence[Interval], amount: Amount, unit: TimeUnit, calendar: Calendar) -> datetime | None:
    if unit == TimeUnit.WORKING_DAY and walk[0].end is None and isinstance(amount, int):
        return calendar.close_of(calendar.nth_working_day(walk[0].start.date(), amount))
    left = amount * _PER_UNIT[unit] + _free(walk[0].start, unit, calendar)
    for interval in walk:
        begin = _reading(interval.start, unit, calendar)
        if interval.end is None:
            return _moment(begin + left, unit, calendar)
        used = _reading(interval.end, unit, calendar) - begin
        if used >= left:
            return _moment(begin + left, unit, calendar)
        left -= used
    return None


def _due_in_days(walk: Sequence[Interval], amount: Amount, calendar: Calendar) -> Due | None:
    last = _last_day(walk, amount, calendar)
    if last is None:
        return None
    day = calendar.first_working_day(last)
    return Due(calendar.close_of(day), calendar.missing_notice(last, day) is not None)


def last_day(
    intervals: Sequence[Interval], amount: int, calendar: Calendar, resumes_at: datetime | None = None
) -> date:
    """For a limit in DAY that has an end: the last day as counted, before a day off moves it to the next working day."""
    found = _last_day(_walked(intervals, resumes_at), amount, calendar)
    if found is None:
        raise ValueError("a clock that stands still has no last day")
    return found


def _last_day(walk: Sequence[Interval], amount: Amount, calendar: Calendar) -> date | None:
    if amount != int(amount):
        raise ValueError("calendar days are whole")
    last = walk[0].start.date() + timedelta(days=int(amount))
    for interval, pause in zip(walk, [*_pauses(walk), None], strict=True):
        if interval.end is None or calendar.close_of(calendar.first_working_day(last)) <= interval.end:
            return last
        last += timedelta(days=0 if pause is None else pause // WHOLE_DAY)
    return None


def _pauses(walk: Sequence[Interval]) -> list[timedelta]:
    """The pause after each interval but the last. One that the clock did not run between is added to the one before."""
    pauses: list[timedelta] = []
    carried = timedelta(0)
    for number in range(len(walk) - 1, 0, -1):
        before, after = walk[number - 1], walk[number]
        pause = after.start - (before.end or after.start) + carried
        empty = number > 1 and before.start == before.end
        carried = pause if empty else timedelta(0)
        pauses.append(timedelta(0) if empty else pause)
    return pauses[::-1]


# --- how much is used up ---------------------------------------------------------------------------------------------


def consumed(intervals: Sequence[Interval], unit: TimeUnit, calendar: Calendar, *, until: datetime) -> Fraction:
    """Units used up until a moment: the sum over the running intervals, cut off at `until`. Never negative.

    In hours and working days it reaches the amount exactly at the due moment. In DAY it is the number of the day that is
    running, pauses left out (0 on the start day); while the clock stands still it stays.
    """
    moment = in_town(until)
    walk = [
        Interval(i.start, moment if i.end is None else min(i.end, moment))
        for i in _walked(intervals, None)
        if i.start <= moment
    ]
    if not walk:
        return Fraction(0)
    if unit == TimeUnit.DAY:
        paused = sum(pause // WHOLE_DAY for pause in _pauses(walk))
        ran_until = walk[-1].end or moment
        return Fraction(max(0, (ran_until.date() - walk[0].start.date()).days - paused))
    free = _free(walk[0].start, unit, calendar)
    used = sum(_reading(i.end or moment, unit, calendar) - _reading(i.start, unit, calendar) for i in walk) - free
    return Fraction(max(0, used)) / _PER_UNIT[unit]


def remaining(now: datetime, due: datetime, unit: TimeUnit, calendar: Calendar) -> Remaining:
    """What is left from now to the due moment of a running clock, in the unit's own time."""
    today, last = in_town(now).date(), in_town(due).date()
    overdue = now > due
    if unit in (TimeUnit.WORKING_HOUR, TimeUnit.WORKING_DAY):
        return Remaining(
            calendar.working_minutes_between(now, due), calendar.working_days_between(today, last), overdue
        )
    left = abs(due - now) // timedelta(minutes=1)
    return Remaining(-left if overdue else left, (last - today).days, overdue)


def left_minutes(
    intervals: Sequence[Interval],
    amount: Amount,
    unit: TimeUnit,
    calendar: Calendar,
    *,
    due: datetime,
    at: datetime,
    minutes_per_day: int,
) -> int:
    """What is left of a limit at a moment, for people to read: never more than the limit, nor more than a moment ago while
    it runs; negative when it has passed.

    The start day does not count (Civil Code art. 201), so the rest of it is nothing that is left: a working day is left whole
    until the first that counts begins. Working days are told as so many `minutes_per_day` (also where the days ahead are
    longer or shorter), calendar days as 24 hours, hours as they are. `due` is when it ends; for a clock that stands, when it
    would end if it went on from `at`.
    """
    if unit == TimeUnit.WORKING_DAY:
        return int((amount - consumed(intervals, unit, calendar, until=at)) * minutes_per_day)
    left = remaining(at, due, unit, calendar).minutes
    return min(left, int(amount) * minutes_per_day) if unit == TimeUnit.DAY else left


def moment_before(due: datetime, left: Amount, unit: TimeUnit, calendar: Calendar) -> datetime:
    """The earliest moment at which so many units are left until the due moment of a running clock; a DAY is 24 hours."""
    per_unit = 24 * _PER_UNIT[TimeUnit.URGENT_HOUR] if unit == TimeUnit.DAY else _PER_UNIT[unit]
    return _moment(_reading(in_town(due), unit, calendar) - left * per_unit, unit, calendar)


# --- the meters ------------------------------------------------------------------------------------------------------

EPOCH = in_town(datetime.fromisoformat("2000-01-01T00:00:00+08:00"))

_PER_UNIT = {
    TimeUnit.WORKING_HOUR: 60 * TICKS_PER_MINUTE,
    TimeUnit.URGENT_HOUR: 60 * TICKS_PER_MINUTE,
    TimeUnit.WORKING_DAY: 1,
}


def _reading(moment: datetime, unit: TimeUnit, calendar: Calendar) -> Amount:
    """What the unit's meter shows at a moment; it never runs backwards."""
    if unit == TimeUnit.WORKING_HOUR:
        return calendar.ticks_at(moment)
    if unit == TimeUnit.WORKING_DAY:
        return calendar.days_at(moment)
    return (moment - EPOCH) // MICROSECOND


def _moment(reading: Amount, unit: TimeUnit, calendar: Calendar) -> datetime:
    """The earliest moment at which the meter shows so much."""
    if unit == TimeUnit.WORKING_DAY:
        return calendar.moment_at_days(Fraction(reading))
    ticks = -(-reading.numerator // reading.denominator)
    return calendar.moment_at_ticks(ticks) if unit == TimeUnit.WORKING_HOUR else EPOCH + timedelta(microseconds=ticks)


def _free(start: datetime, unit: TimeUnit, calendar: Calendar) -> Amount:
    """What does not count at the beginning: in working days the rest of the start day."""
    if unit != TimeUnit.WORKING_DAY:
        return 0
    return calendar.days_at_end_of(start.date()) - calendar.days_at(start)
