"""The timers of alarms: one follows the journal and judges what was stored, one looks for silence and for rules that changed."""

from datetime import datetime

from yiwang.intake.sensing import pasts
from yiwang.intake.sensing.alarms import law, queries, steps
from yiwang.intake.sensing.facts import ReadingsStored
from yiwang.kernel.journal import readers
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.terms import Actor, ActorKind, Call

TIMER = Actor(ActorKind.SYSTEM)
READER = "alarms"
AT_ONCE = 200


def follow_journal(now: datetime) -> int:
    """Judge what was stored since the last time; returns how many entries were read. What can change no alarm is passed over."""
    call = Call(TIMER, now, "timer")
    done = 0
    while read := readers.advance(READER, lambda batch: _judge(batch, call), AT_ONCE):
        done += read
    return done


def _judge(batch: tuple[Placed, ...], call: Call) -> None:
    stored = [one.fact for one in batch if isinstance(one.fact, ReadingsStored)]
    if not stored:
        return
    moments = pasts.beyond(TIMER, stored, queries.bands(TIMER))
    for key, times in sorted(moments.items()):
        one = law.watches(TIMER)[key]
        steps.judge(one.watch.rule.code, one.station.station_id, times=tuple(times), call=call)


def look(now: datetime) -> int:
    """Look for silence, and judge anew by rules and limits that changed; returns at how many stations a rule was judged."""
    due = queries.due(TIMER)
    for one in due:
        steps.judge(one.watch.rule.code, one.station.station_id, call=Call(TIMER, now, "timer"))
    return len(due)


SWEEPS = {"alarms": (0.5, follow_journal), "silent instruments": (60, look)}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
