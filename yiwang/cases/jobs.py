"""Timers of cases: clocks that ran out, review days that came, re-checks drawn, deadlines a new notice moved."""

from datetime import datetime

from yiwang.cases import law, notices, rules
from yiwang.cases.steps import remarks, timing
from yiwang.kernel import walltime
from yiwang.kernel.terms import SYSTEM, Call


def sweep_clocks(now: datetime) -> int:
    """Write down every clock that has run out; returns how many."""
    return timing.sweep(Call(SYSTEM, now, door="timer"))


def sweep_reviews(now: datetime) -> int:
    """Write down every review day of a suspended case that has come; returns how many."""
    return timing.sweep_reviews(Call(SYSTEM, now, door="timer"))


def draw_rechecks(now: datetime) -> int:
    """From the first working day of a month on, draw once among the cases closed in the month before; returns how many."""
    today = walltime.town_day(now)
    day = rules.draw_due(today, law.calendar().first_working_day(today.replace(day=1)))
    if day is None:
        return 0
    held = remarks.draw_month(day, call=Call(SYSTEM, now, door="timer"))
    return len(held.drawn) if held else 0


def recompute_provisional(now: datetime) -> int:
    """Work out again what rested on a year without a notice; changes nothing until the notice is there."""
    return timing.recompute_all(Call(SYSTEM, now, door="timer"))


SWEEPS = {
    "case clocks": (5, sweep_clocks),
    "case reviews": (60, sweep_reviews),
    "monthly re-checks": (3600, draw_rechecks),
    "cases due soon": (60, notices.tell_soon),
    "provisional deadlines": (3600, recompute_provisional),
}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
