"""The clocks of a case (R-105, R-107): what an arrow does to them, and when they run out by their events. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from yiwang.cases.classes import Limit
from yiwang.cases.facts import ClockChange
from yiwang.cases.snapshot import CaseSnapshot, ClockSnapshot
from yiwang.cases.stages import Arrow, ClockStage
from yiwang.kernel.terms import ClockId
from yiwang.kernel.workdays.calendar import Calendar
from yiwang.kernel.workdays.clocks import Due, TimeUnit, due_after, due_at, run_of


def due_of(clock: ClockSnapshot, calendar: Calendar) -> Due | None:
    """When the clock runs out and whether provisionally; None while it stands. The same from its events at any time."""
    run = run_of(clock.events)
    if not run.running:
        return None
    return due_after(run.intervals, clock.amount + run.extended, TimeUnit(clock.unit), calendar)


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
        provisional=due.provisional,
    )


def halt(clock: ClockSnapshot, kind: str, now: datetime, reason: str = "") -> ClockChange:
    """Stop or pause a running clock."""
    return ClockChange(clock_id=clock.id, kind=kind, at=now, reason=reason)


def resume(clock: ClockSnapshot, now: datetime, calendar: Calendar, reason: str = "") -> ClockChange:
    """Let a clock that stands run on with what was left."""
    run = run_of(clock.events)
    whole = clock.amount + run.extended
    due = due_after(run.intervals, whole, TimeUnit(clock.unit), calendar, resumes_at=now)
    assert due is not None, "a clock that goes on running ends some day"  # noqa: S101
    return ClockChange(clock.id, "resume", now, reason=reason, due_at=due.due_at, provisional=due.provisional)


def extend(clock: ClockSnapshot, amount: int, now: datetime, calendar: Calendar, reason: str) -> ClockChange:
    """Give a running clock `amount` more of its own unit."""
    run = run_of(clock.events)
    due = due_after(run.intervals, clock.amount + run.extended + amount, TimeUnit(clock.unit), calendar)
    assert due is not None, "only a running clock is extended"  # noqa: S101
    return ClockChange(
        clock.id, "extend", now, amount=amount, reason=reason, due_at=due.due_at, provisional=due.provisional
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
            yield halt(clock, "stop", now, reason)
        elif clock.stage in arrow.pauses and clock.state == "running":
            yield halt(clock, "pause", now, reason)


def _resumes(arrow: Arrow, case: CaseSnapshot, now: datetime, calendar: Calendar, reason: str) -> Iterable[ClockChange]:
    for stage in arrow.resumes:
        standing = case.clock(stage)
        if standing is not None and standing.state == "paused":
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
            # R-111 counts from receipt of the order, so the resident's clock begins when the town was told.
            moment = case.opened_at if stage is ClockStage.ANSWER else now
            yield start(new_clock(), limits[stage], moment, calendar)
