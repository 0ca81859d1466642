"""The timers of sensing: one follows the journal and adds up what was stored, one forgets what could not be used."""

from datetime import datetime

from yiwang.intake.sensing.facts import ReadingCorrected, ReadingsStored
from yiwang.intake.sensing.steps import forgetting, rolling
from yiwang.kernel.journal import readers
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.terms import SYSTEM, Call

READER = "reading roll-ups"
AT_ONCE = 200
"""Entries in one transaction: the more batches, the fewer rows are written for each."""


def _handle(batch: tuple[Placed, ...]) -> None:
    rolling.follow(SYSTEM, [one.fact for one in batch if isinstance(one.fact, ReadingsStored)])
    rolling.correct(SYSTEM, [(one.entry.id, one.fact) for one in batch if isinstance(one.fact, ReadingCorrected)])


def follow_journal(now: datetime) -> int:
    """Take in what was stored since the last time; returns how many entries were read."""
    done = 0
    while read := readers.advance(READER, _handle, AT_ONCE):
        done += read
    return done


def forget(now: datetime) -> int:
    """Forget what could not be used and is old; returns how many values and packets went."""
    fact = forgetting.forget(call=Call(SYSTEM, now, "timer"))
    return fact.values + fact.packets if fact else 0


SWEEPS = {"reading roll-ups": (1, follow_journal), "evidence of instruments": (24 * 3600, forget)}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
