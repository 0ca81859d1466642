"""Another value for a moment that has one: a person decides whether it counts. Readings and their digests stay as they are."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from yiwang.intake.sensing import rules
from yiwang.intake.sensing.book import book
from yiwang.intake.sensing.facts import CorrectionRefused, ReadingCorrected
from yiwang.intake.sensing.models import ApartReading
from yiwang.intake.sensing.problems import CorrectionReasonUnfit, DifferingAnswered, DifferingGone, DifferingUnknown
from yiwang.kernel import ids
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.keeping import visible
from yiwang.kernel.personal import number_in
from yiwang.kernel.terms import TOWN_WIDE, Call

ACCEPTED, REFUSED = "accepted", "refused"
LONGEST_REASON = 500
LOCK = 0x5243
_NOW = "SELECT value, flag FROM reading_now WHERE stream = %s AND at = %s"


@dataclass(frozen=True, slots=True)
class _Differing:
    """A value that was kept apart, the stream and moment it is of, and what counts there now."""

    row: ApartReading
    stream_id: int
    value: Decimal | None
    counts: tuple[Decimal | None, str]


@step("reading.correct")
def accept(apart_id: UUID, *, reason: str, call: Call) -> ReadingCorrected:
    """Let a value that was kept apart count for its moment from now on, with the reason. The first one stays stored.

    Raises DifferingUnknown, DifferingAnswered, DifferingGone, CorrectionReasonUnfit, NotAllowed.
    """
    permission.require(call.actor, "reading.correct", TOWN_WIDE)
    said, found = _fit(reason), _locked(apart_id)
    row = found.row
    assert row.station_id is not None, "a value differs only at a station that there is"  # noqa: S101
    fact = ReadingCorrected(
        ids.new_id(call.now), row.station_id, found.stream_id, row.at, found.value, row.flag, *found.counts, said
    )
    record(fact, call=call)
    ApartReading.objects.filter(pk=row.pk).update(answer=ACCEPTED)
    return fact


@step("reading.correct")
def refuse(apart_id: UUID, *, reason: str, call: Call) -> CorrectionRefused:
    """Say that what counts is right and the value that was kept apart is not, with the reason. Raises as `accept` does."""
    permission.require(call.actor, "reading.correct", TOWN_WIDE)
    said, found = _fit(reason), _locked(apart_id)
    row = found.row
    assert row.station_id is not None, "a value differs only at a station that there is"  # noqa: S101
    fact = CorrectionRefused(row.id, row.station_id, found.stream_id, row.at, found.value, row.flag, said)
    record(fact, call=call)
    ApartReading.objects.filter(pk=row.pk).update(answer=REFUSED)
    return fact


def _fit(reason: str) -> str:
    said = visible(reason)
    if not said or len(said) > LONGEST_REASON or number_in(said):
        raise CorrectionReasonUnfit(most=LONGEST_REASON)
    return said


def _locked(apart_id: UUID) -> _Differing:
    """What was kept apart, its row locked; corrections of one stream come one after the other."""
    row = ApartReading.objects.select_for_update().filter(id=apart_id, reason=rules.DIFFERS).first()
    known = book().by_id.get(row.station_id) if row is not None and row.station_id is not None else None
    if row is None or known is None:
        raise DifferingUnknown(apart=str(apart_id))
    if row.answer:
        raise DifferingAnswered(answer=row.answer)
    target = known.targets.of(row.factor, row.statistic, row.interval)
    counts = _counts(target.stream_id, row.at) if target else None
    if target is None or counts is None:
        raise DifferingGone(station=known.description.name_zh, at=row.at.isoformat())
    return _Differing(row, target.stream_id, Decimal(row.value) if row.value else None, counts)


def _counts(stream_id: int, at: datetime) -> tuple[Decimal | None, str] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, stream_id])
        cursor.execute(_NOW, [stream_id, at])
        found = cursor.fetchone()
    return (found[0], found[1]) if found else None
