"""The clocks of a case (R-105, R-107): what an arrow does to them, and when they run out by their events. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from yiwang.cases.classes import Limit
from yiwang.cases.facts import UNMET, ClockChange
from yiwang.cases.snapshot import CaseSnapshot, ClockSnapshot
from yiwang.cases.stages import Arrow, ClockStage
from yiwang.kernel.terms import ClockId
from yiwang.kernel.workdays.calendar import Calendar
from yiwang.kernel.workdays.clocks import Amount, Due, TimeUnit, due_after, due_at, moment_before, run_of


def due_of(clock: ClockSnapshot, calendar: Calendar) -> Due | None:
    """When the clock runs out and whether provisionally; None while it stands. The same from its events at any time."""
    run = run_of(clock.events)
    if not run.running:
        return None
    return due_after(run.intervals, clock.amount + run.extended, TimeUnit(clock.unit), calendar)


SOON_SHARE = Fraction(1, 4)
SOON_AT_MOST = {TimeUnit.WORKING_HOUR: 4, TimeUnit.URGENT_HOUR: 4, TimeUnit.WORKING_DAY: 1, TimeUnit.DAY: 1}
"""From which share of its own amount on a clock is about to run out, and how many of its units before that at most."""


def soon_from(due_at: datetime, amount: int, unit: str, calendar: Calendar) -> datetime:
    """The moment from which a clock of so many units is about to run out (decision of this project, R-000 D).

    When a quarter of its own amount is left, so that none is born so; and never earlier than four hours, or one day for
    a clock that counts days, before it is due. Every list, figure and tag that says 快到期 compares with this moment.
    """
    left = min(amount * SOON_SHARE, Fraction(SOON_AT_MOST[TimeUnit(unit)]))
    return moment_before(due_at, left, TimeUnit(unit), calendar)


class Pressure(StrEnum):
    """How near a running clock is to its end."""

    RUNNING = "running"
    SOON = "soon"
    OVERDUE = "overdue"


def pressure(due_at: datetime, soon_at: datetime | None, now: datetime, *, ran_out: bool = False) -> Pressure:
    """How near a running clock is to its end at a moment. `soon_at` None: recorded before that was worked out."""
    if ran_out or due_at < now:
        return Pressure.OVERDUE
    return Pressure.SOON if soon_at is not None and soon_at <= now else Pressure.RUNNING


def start(clock_id: ClockId, limit: Limit, now: datetime, calendar: Calendar) -> ClockChange:
    """Start a clock at a limit."""
    due = due_at(now, limit.amount, TimeUnit(limit.unit), calendar)
    return ClockChange(
        clock_id=clock_id,
        kind="start",
        at=now,
        stage=limit.stage,
        rule=limit.rule,
        rule_version=limit.version,
        rule_hash=limit.hash,
        unit=limit.unit,
        amount=limit.amount,
        due_at=due.due_at,
        soon_at=soon_from(due.due_at, limit.amount, limit.unit, calendar),
        provisional=due.provisional,
    )


def expired(case: CaseSnapshot, now: datetime) -> tuple[tuple[ClockSnapshot, ClockChange], ...]:
    """The clocks of a case that ran out before a moment and of which nothing is written yet, the earliest first.

    Each with the event that says so, at the moment it was due. What is done to a case after that moment may stop or
    pause such a clock, and then no sweeper finds it any more: so it is written down before anything else happens.
    """
    over = [
        (clock.due_at, clock)
        for clock in case.clocks
        if clock.state == "running" and not clock.ran_out and clock.due_at is not None and clock.due_at < now
    ]
    return tuple((clock, _expire(clock, due)) for due, clock in sorted(over, key=lambda one: (one[0], one[1].stage)))


def _expire(clock: ClockSnapshot, due: datetime) -> ClockChange:
    return ClockChange(clock.id, "expire", due, due_at=due, soon_at=clock.soon_at, provisional=clock.provisional)


def halt(clock: ClockSnapshot, kind: str, now: datetime, reason: str = "") -> ClockChange:
    """Stop or pause a running clock. That its end was provisional is kept: a notice may find that it was not late."""
    return ClockChange(clock_id=clock.id, kind=kind, at=now, reason=reason, provisional=clock.provisional)


def unmet(clock: ClockSnapshot, now: datetime) -> ClockChange:
    """Stop a clock because what it waits for was not done and will not be: not met, however much time was left."""
    return ClockChange(clock_id=clock.id, kind="stop", at=now, stage=str(clock.stage), reason=UNMET)


def resume(clock: ClockSnapshot, now: datetime, calendar: Calendar, reason: str = "") -> ClockChange:
    """Let a clock that stands run on with what was left."""
    run = run_of(clock.events)
    whole = clock.amount + run.extended
    due = due_after(run.intervals, whole, TimeUnit(clock.unit), calendar, resumes_at=now)
    assert due is not None, "a clock that goes on running ends some day"  # noqa: S101
    return _runs(clock, "resume", now, due, whole, calendar, reason)


def extend(clock: ClockSnapshot, amount: int, now: datetime, calendar: Calendar, reason: str) -> ClockChange:
    """Give a running clock `amount` more of its own unit."""
    run = run_of(clock.events)
    whole = clock.amount + run.extended + amount
    due = due_after(run.intervals, whole, TimeUnit(clock.unit), calendar)
    assert due is not None, "only a running clock is extended"  # noqa: S101
    return _runs(clock, "extend", now, due, whole, calendar, reason, amount)


def recomputed(clock: ClockSnapshot, now: datetime, calendar: Calendar, reason: str) -> ClockChange | None:
    """What a provisional clock becomes by the calendar as it is now; None when nothing changes.

    Whoever was late only by a day that turned out to be off was never late, also when the clock was halted meanwhile. A
    halted clock that the new calendar finds late is left as it was: nobody could know.
    """
    run = run_of(clock.events)
    whole = clock.amount + run.extended
    due = due_after(run.intervals, whole, TimeUnit(clock.unit), calendar)
    if not run.running:
        mended = clock.ran_out and due is None
        return ClockChange(clock.id, "recompute", now, reason=reason, mends=True) if mended else None
    assert due is not None, "a clock that runs ends some day"  # noqa: S101
    if (due.due_at, due.provisional) == (clock.due_at, clock.provisional):
        return None
    return replace(_runs(clock, "recompute", now, due, whole, calendar, reason), mends=due.due_at >= now)


BY_TYPE = frozenset({ClockStage.DISPATCH, ClockStage.HANDLE, ClockStage.VERIFY, ClockStage.ANSWER, ClockStage.ASSIST})
"""Stages whose limit comes from what the case is: its type, or its kind of demand."""


def corrected(
    case: CaseSnapshot,
    limits: Mapping[ClockStage, Limit],
    *,
    now: datetime,
    calendar: Calendar,
    new_clock: Callable[[], ClockId],
    reason: str,
) -> tuple[ClockChange, ...]:
    """What a case's clocks become when it is found to be something else, with the limits of what it is.

    Nobody's time begins anew: each clock that runs or stands gets the new limit from its old start. One that has no limit
    any more stops; a demand that was taken for none is answered from receipt, as if it had been known at once.
    """
    changed = [
        _relimited(clock, limits.get(clock.stage), now, calendar, reason)
        for clock in case.clocks
        if clock.stage in BY_TYPE and clock.state in {"running", "paused"}
    ]
    if ClockStage.ANSWER in limits and case.clock(ClockStage.ANSWER) is None:
        changed.append(start(new_clock(), limits[ClockStage.ANSWER], case.opened_at, calendar))
    return tuple(change for change in changed if change is not None)


def _relimited(
    clock: ClockSnapshot, limit: Limit | None, now: datetime, calendar: Calendar, reason: str
) -> ClockChange | None:
    if limit is None:
        return halt(clock, "stop", now, reason)
    if (limit.rule, limit.amount, limit.unit) == (clock.rule, clock.amount, clock.unit):
        return None
    return relimit(clock, limit, now, calendar, reason)


def relimit(clock: ClockSnapshot, limit: Limit, now: datetime, calendar: Calendar, reason: str) -> ClockChange:
    """Give a clock another limit, from the same start and with the same pauses.

    More time that was granted still counts where the new limit has the same unit. A clock that stands is not found late
    by a limit that it did not have when it was halted; if it goes on, it may run out at once.
    """
    run = run_of(clock.events)
    carried = int(run.extended) if limit.unit == clock.unit else 0
    unit = TimeUnit(limit.unit)
    due = due_after(run.intervals, limit.amount + carried, unit, calendar)
    runs = due if run.running else None
    return ClockChange(
        clock_id=clock.id,
        kind="relimit",
        at=now,
        stage=limit.stage,
        rule=limit.rule,
        rule_version=limit.version,
        rule_hash=limit.hash,
        unit=limit.unit,
        amount=limit.amount,
        carried=carried,
        reason=reason,
        due_at=runs.due_at if runs else None,
        soon_at=soon_from(runs.due_at, limit.amount + carried, limit.unit, calendar) if runs else None,
        provisional=runs is not None and runs.provisional,
        mends=due is None or due.due_at >= now,
    )


def _runs(
    clock: ClockSnapshot,
    kind: str,
    now: datetime,
    due: Due,
    whole: Amount,
    calendar: Calendar,
    reason: str,
    amount: int = 0,
) -> ClockChange:
    """A change after which the clock runs, on its `whole` amount."""
    return ClockChange(
        clock_id=clock.id,
        kind=kind,
        at=now,
        amount=amount,
        reason=reason,
        due_at=due.due_at,
        soon_at=soon_from(due.due_at, int(whole), clock.unit, calendar),
        provisional=due.provisional,
    )


def changes(
    arrow: Arrow,
    case: CaseSnapshot,
    *,
    limits: Mapping[ClockStage, Limit],
    now: datetime,
    calendar: Calendar,
    new_clock: Callable[[], ClockId],
    reason: str = "",
) -> tuple[ClockChange, ...]:
    """What an arrow does to a case's clocks, as the table of stages says.

    A clock that runs already is not started again: the resident's time never begins anew (redirect, ruling, return).
    Stages without a limit get no clock.
    """
    return (
        *_halts(arrow, case, now, reason),
        *_resumes(arrow, case, now, calendar, reason),
        *_starts(arrow, case, limits, now, calendar, new_clock),
    )


def _halts(arrow: Arrow, case: CaseSnapshot, now: datetime, reason: str) -> Iterable[ClockChange]:
    for clock in case.clocks:
        if clock.stage in arrow.stops and clock.state in {"running", "paused"}:
            yield unmet(clock, now) if clock.stage in arrow.unmet else halt(clock, "stop", now, reason)
        elif clock.stage in arrow.pauses and clock.state == "running":
            yield halt(clock, "pause", now, reason)


def _resumes(arrow: Arrow, case: CaseSnapshot, now: datetime, calendar: Calendar, reason: str) -> Iterable[ClockChange]:
    for stage in arrow.resumes:
        for standing in case.standing(stage):
            yield resume(standing, now, calendar, reason)


def _starts(
    arrow: Arrow,
    case: CaseSnapshot,
    limits: Mapping[ClockStage, Limit],
    now: datetime,
    calendar: Calendar,
    new_clock: Callable[[], ClockId],
) -> Iterable[ClockChange]:
    for stage in arrow.starts:
        latest = case.clock(stage)
        runs_on = latest is not None and latest.state in {"running", "paused"} and stage not in arrow.stops
        if stage in limits and not runs_on:
            # R-111 counts from receipt of the order, so the resident's clock begins when the town was told; of what was
            # closed before, it was told again only now.
            first_answer = stage is ClockStage.ANSWER and case.closed_at is None
            moment = case.opened_at if first_answer else now
            yield start(new_clock(), limits[stage], moment, calendar)
