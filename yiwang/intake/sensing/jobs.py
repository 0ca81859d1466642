"""The timer of sensing: follows the journal and adds up what was stored."""

from datetime import datetime

from yiwang.intake.sensing.facts import ReadingCorrected, ReadingsStored
from yiwang.intake.sensing.steps import rolling
from yiwang.kernel.journal import readers
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.terms import Actor, ActorKind

TIMER = Actor(ActorKind.SYSTEM)
READER = "reading roll-ups"
AT_ONCE = 200
"""Entries in one transaction: the more batches, the fewer rows are written for each."""


def _handle(batch: tuple[Placed, ...]) -> None:
    rolling.follow(TIMER, [one.fact for one in batch if isinstance(one.fact, ReadingsStored)])
    rolling.correct(TIMER, [(one.entry.id, one.fact) for one in batch if isinstance(one.fact, ReadingCorrected)])


def follow_journal(now: datetime) -> int:
    """Take in what was stored since the last time; returns how many entries were read."""
    done = 0
    while read := readers.advance(READER, _handle, AT_ONCE):
        done += read
    return done


SWEEPS = {"reading roll-ups": (1, follow_journal)}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
