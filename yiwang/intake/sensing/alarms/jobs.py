"""The timers of alarms: one follows the journal and judges what was stored, one looks for silence and for rules that changed."""

import logging
from datetime import datetime
from uuid import UUID

from yiwang.cases.facts import CaseReopened
from yiwang.intake.sensing import pasts
from yiwang.intake.sensing.alarms import law, queries
from yiwang.intake.sensing.alarms.steps import judging, proving
from yiwang.intake.sensing.facts import ReadingCorrected, ReadingsStored
from yiwang.intake.sensing.samples.facts import SampleEntered
from yiwang.kernel.journal import readers
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.outages import outage
from yiwang.kernel.terms import SYSTEM, Call

READER = "alarms"
AT_ONCE = 200

log = logging.getLogger("yiwang.alarms")


def follow_journal(now: datetime) -> int:
    """Judge what was stored since the last time; returns how many entries were read. What can change no alarm is passed over."""
    call = Call(SYSTEM, now, "timer")
    done = 0
    while read := readers.advance(READER, lambda batch: _judge(batch, call), AT_ONCE):
        done += read
    return done


def _judge(batch: tuple[Placed, ...], call: Call) -> None:
    stored = [one.fact for one in batch if isinstance(one.fact, ReadingsStored)]
    corrected = [one.fact for one in batch if isinstance(one.fact, ReadingCorrected)]
    reopened = [one.fact.case_id for one in batch if isinstance(one.fact, CaseReopened)]
    samples = bool(corrected) or any(isinstance(one.fact, SampleEntered) for one in batch)
    for case_id in queries.to_look_at_again(SYSTEM, reopened, samples=samples):
        proving.look_again(case_id, call=call)
    if not stored and not corrected:
        return
    moments = (
        {key: list(times) for key, times in pasts.beyond(SYSTEM, stored, queries.bands(SYSTEM)).items()}
        if stored
        else {}
    )
    watches = law.watches(SYSTEM) if moments or corrected else {}
    for fact in corrected:  # one that brings a value back within its limit ends an alarm: no band passes it over
        for key, watch in watches.items():
            if fact.stream_id in watch.streams.values():
                moments.setdefault(key, []).append(fact.at)
    for key, times in sorted(moments.items()):
        if one := watches.get(
            key
        ):  # else a station was changed between the two looks, and the sweep judges what is left
            _judge_one(one.watch.rule.code, one.station.station_id, tuple(times), call)


def _judge_one(rule_code: str, station_id: UUID, times: tuple[datetime, ...], call: Call) -> None:
    """Judge one rule at one station. What goes wrong there undoes that alone (a step has its own savepoint), stands in the log, and
    is tried again by each sweep: no other alarm waits for it. While the database is away nothing is passed over."""
    try:
        judging.judge(rule_code, station_id, times=times, call=call)
    except Exception as fault:
        if outage(fault):
            raise
        log.exception("rule %s cannot be judged at station %s; it is tried again each minute", rule_code, station_id)
        judging.judge_again_later(rule_code, station_id, call=call)


def look(now: datetime) -> int:
    """Look for silence, and judge anew by rules and limits that changed; returns at how many stations a rule was judged."""
    due = queries.due(SYSTEM)
    for one in due:
        _judge_one(one.watch.rule.code, one.station.station_id, (), Call(SYSTEM, now, "timer"))
    return len(due)


SWEEPS = {"alarms": (0.5, follow_journal), "silent instruments": (60, look)}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
