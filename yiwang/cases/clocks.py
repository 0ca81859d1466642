"""The clocks of a case (R-105, R-107), worked out from their events. Pure: the reckoning of working time is an argument."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from yiwang.cases.classes import Limit
from yiwang.cases.facts import ClockChange
from yiwang.cases.snapshot import CaseSnapshot, ClockEvent, ClockSnapshot
from yiwang.cases.stages import Arrow, ClockStage
from yiwang.kernel.terms import ClockId

Interval = tuple[datetime, datetime | None]
"""A stretch in which a clock ran; None: it still runs."""


class Reckoner(Protocol):
    """Counts working hours and days on the town's calendar (kernel/workdays)."""

    def due_after(self, intervals: tuple[Interval, ...], amount: int, unit: str) -> tuple[datetime, bool]:
        """When `amount` is used up if the last interval runs on, and whether that rests on a year without a notice."""
        ...


def running_intervals(events: Iterable[ClockEvent]) -> tuple[Interval, ...]:
    """The stretches in which the clock ran, from its events. Raises ValueError for events in an impossible order."""
    stretches: list[Interval] = []
    since: datetime | None = None
    for event in events:
        if event.kind in {"start", "resume"}:
            if since is not None:
                raise ValueError("a running clock cannot be started again")
            since = event.at
        elif event.kind in {"pause", "stop"} and since is not None:
            stretches.append((since, event.at))
            since = None
        elif event.kind == "pause":
            raise ValueError("a clock that stands cannot be paused")
    if since is not None:
        stretches.append((since, None))
    return tuple(stretches)


def due_of(clock: ClockSnapshot, reckoner: Reckoner) -> tuple[datetime, bool] | None:
    """When the clock runs out and whether provisionally; None while it stands. The same from its events at any time."""
    stretches = running_intervals(clock.events)
    if not stretches or stretches[-1][1] is not None:
        return None
    return reckoner.due_after(stretches, clock.whole_amount, clock.unit)


def start(clock_id: ClockId, limit: Limit, now: datetime, reckoner: Reckoner) -> ClockChange:
    """Start a clock at a limit."""
    due_at, provisional = reckoner.due_after(((now, None),), limit.amount, limit.unit)
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
        due_at=due_at,
        provisional=provisional,
    )


def halt(clock: ClockSnapshot, kind: str, now: datetime, reason: str = "") -> ClockChange:
    """Stop or pause a running clock."""
    return ClockChange(clock_id=clock.id, kind=kind, at=now, reason=reason)


def resume(clock: ClockSnapshot, now: datetime, reckoner: Reckoner, reason: str = "") -> ClockChange:
    """Let a clock that stands run on with what was left."""
    stretches = (*running_intervals(clock.events), (now, None))
    due_at, provisional = reckoner.due_after(stretches, clock.whole_amount, clock.unit)
    return ClockChange(clock_id=clock.id, kind="resume", at=now, reason=reason, due_at=due_at, provisional=provisional)


def extend(clock: ClockSnapshot, amount: int, now: datetime, reckoner: Reckoner, reason: str) -> ClockChange:
    """Give a running clock `amount` more of its own unit."""
    due_at, provisional = reckoner.due_after(running_intervals(clock.events), clock.whole_amount + amount, clock.unit)
    return ClockChange(
        clock_id=clock.id, kind="extend", at=now, amount=amount, reason=reason, due_at=due_at, provisional=provisional
    )


def changes(
    arrow: Arrow,
    case: CaseSnapshot,
    *,
    limits: Mapping[ClockStage, Limit],
    now: datetime,
    reckoner: Reckoner,
    new_clock: Callable[[], ClockId],
    reason: str = "",
) -> tuple[ClockChange, ...]:
    """What an arrow does to a case's clocks, as the table of stages says.

    A clock that runs already is not started again: the resident's time never begins anew (redirect, ruling, return).
    Stages without a limit get no clock.
    """
    return (
        *_halts(arrow, case, now, reason),
        *_resumes(arrow, case, now, reckoner, reason),
        *_starts(arrow, case, limits, now, reckoner, new_clock),
    )


def _halts(arrow: Arrow, case: CaseSnapshot, now: datetime, reason: str) -> Iterable[ClockChange]:
    for clock in case.clocks:
        if clock.stage in arrow.stops and clock.state in {"running", "paused"}:
            yield halt(clock, "stop", now, reason)
        elif clock.stage in arrow.pauses and clock.state == "running":
            yield halt(clock, "pause", now, reason)


def _resumes(arrow: Arrow, case: CaseSnapshot, now: datetime, reckoner: Reckoner, reason: str) -> Iterable[ClockChange]:
    for stage in arrow.resumes:
        standing = case.clock(stage)
        if standing is not None and standing.state in {"paused", "stopped"}:
            yield resume(standing, now, reckoner, reason)


def _starts(
    arrow: Arrow,
    case: CaseSnapshot,
    limits: Mapping[ClockStage, Limit],
    now: datetime,
    reckoner: Reckoner,
    new_clock: Callable[[], ClockId],
) -> Iterable[ClockChange]:
    for stage in arrow.starts:
        latest = case.clock(stage)
        runs_on = latest is not None and latest.state in {"running", "paused"} and stage not in arrow.stops
        if stage in limits and not runs_on:
            yield start(new_clock(), limits[stage], now, reckoner)
