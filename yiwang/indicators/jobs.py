"""The timers of indicators: they follow the journal, so that every figure is right a moment after what it counts."""

from datetime import datetime
from itertools import takewhile
from uuid import UUID

from django.db import transaction

from yiwang.indicators import evidence, steps
from yiwang.intake.sensing.facts import ReadingCorrected, ReadingsStored
from yiwang.intake.sensing.jobs import READER as ROLLED
from yiwang.kernel import walltime
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal import readers
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.terms import SYSTEM, CaseId

READER = evidence.READER
AT_ONCE = 1000


def _handle(batch: tuple[Placed, ...]) -> None:
    touched = {CaseId(UUID(one.entry.subject_id)) for one in batch if one.entry.subject_kind == "case"}
    steps.follow(SYSTEM, touched)


def follow_journal(now: datetime) -> int:
    """Take in what was recorded since the last time; returns how many entries. A changed definition is counted by first."""
    with transaction.atomic():
        steps.count_by_new_definitions(SYSTEM)
    done = 0
    while read := readers.advance(READER, _handle, AT_ONCE):
        done += read
    return done + _follow_measured(now)


def _follow_measured(now: datetime) -> int:
    """The same for what is counted of measurements: all of it where the reader is new and once a day, then what was touched."""
    today = walltime.town_day(now)
    with transaction.atomic():
        readers.begin_at_head(evidence.MEASURED)
        steps.make_measured_anew(SYSTEM, today)
    done = 0
    while read := readers.advance(
        evidence.MEASURED, lambda batch: steps.follow_measured(SYSTEM, batch, today), AT_ONCE, ready=_added_up
    ):
        done += read
    return done


def _added_up(batch: tuple[Placed, ...]) -> tuple[Placed, ...]:
    """As far as the readings in it have been added up: days are counted from the roll-ups."""
    upto = journal.reader_position(ROLLED)
    return tuple(
        takewhile(
            lambda one: (one.position or 0) <= upto or not isinstance(one.fact, ReadingsStored | ReadingCorrected),
            batch,
        )
    )


SWEEPS = {"indicators": (0.5, follow_journal)}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
