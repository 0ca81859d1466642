"""Timers of cases: clocks that ran out, review days that came, deadlines that a new notice of holidays moved."""

from datetime import datetime

from yiwang.cases.steps import timing
from yiwang.kernel.terms import Actor, ActorKind, Call

TIMER = Actor(ActorKind.SYSTEM)


def sweep_clocks(now: datetime) -> int:
    """Write down every clock that has run out; returns how many."""
    return timing.sweep(Call(TIMER, now, door="timer"))


def sweep_reviews(now: datetime) -> int:
    """Write down every review day of a suspended case that has come; returns how many."""
    return timing.sweep_reviews(Call(TIMER, now, door="timer"))


def recompute_provisional(now: datetime) -> int:
    """Work out again what rested on a year without a notice; changes nothing until the notice is there."""
    return timing.recompute_all("notice of holidays", Call(TIMER, now, door="timer"))


SWEEPS = {
    "case clocks": (5, sweep_clocks),
    "case reviews": (60, sweep_reviews),
    "provisional deadlines": (3600, recompute_provisional),
}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
