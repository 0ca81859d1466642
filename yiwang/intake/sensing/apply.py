"""Facts about stations and batches become rows, live and on replay."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from yiwang.intake.sensing.facts import (
    CorrectionRefused,
    Description,
    EvidenceForgotten,
    MonthArchived,
    OpenStream,
    ReadingCorrected,
    ReadingsStored,
    StationChanged,
    StationPasswordSet,
    StationRegistered,
)
from yiwang.intake.sensing.models import ArchivedMonth, ReadingCorrection, Station, Stream
from yiwang.kernel.journal.facts import EntryErased
from yiwang.kernel.journal.registry import Entry, applies, blanks

SAID = ("factor", "statistic", "interval", "unit", "every_s", "least", "most")
"""What is said of a stream, in its description and in its row."""


_BATCH = """
INSERT INTO reading_batch (id, door, count, repeated, apart, first_at, last_at, digest, stored_at, entry)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@applies(StationRegistered)
def station_registered(fact: StationRegistered, entry: Entry) -> None:
    Station.objects.create(id=fact.station_id, entry=entry.id, **_columns(fact.description))
    _write_streams(fact.station_id, fact.streams)


@applies(StationChanged)
def station_changed(fact: StationChanged, entry: Entry) -> None:
    Station.objects.filter(id=fact.station_id).update(entry=entry.id, **_columns(fact.description))
    Stream.objects.filter(station=fact.station_id).update(open=False)
    _write_streams(fact.station_id, fact.streams)


@applies(StationPasswordSet)
def station_password_set(fact: StationPasswordSet, entry: Entry) -> None:
    Station.objects.filter(id=fact.station_id).update(entry=entry.id, password_cipher=fact.password_cipher)


@applies(ReadingsStored)
def readings_stored(fact: ReadingsStored, entry: Entry) -> None:
    """The readings are rows already: they are too many for facts, so the batch carries their digest.

    No ORM: a reading that comes alone is a batch, and the model's own work would take as long as all the rest of it.
    """
    values: list[Any] = [
        fact.batch_id,
        fact.door,
        fact.count,
        fact.repeated,
        fact.apart,
        fact.first_at,
        fact.last_at,
        fact.digest,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_BATCH, [*values, entry.recorded_at, entry.id])


@applies(ReadingCorrected)
def reading_corrected(fact: ReadingCorrected, entry: Entry) -> None:
    said = {"value": fact.value, "flag": fact.flag, "reason": fact.reason, "entry": entry.id}
    if not ReadingCorrection.objects.filter(stream=fact.stream_id, at=fact.at).update(**said):
        ReadingCorrection.objects.create(stream=fact.stream_id, at=fact.at, **said)


@applies(CorrectionRefused)
def correction_refused(fact: CorrectionRefused, entry: Entry) -> None:
    """What counts stays; that the question is answered stands with what was kept apart, which is apart from the journal."""


@applies(EvidenceForgotten)
def evidence_forgotten(fact: EvidenceForgotten, entry: Entry) -> None:
    """What was kept apart is apart from the journal; the fact says how much of it went."""


@applies(MonthArchived)
def month_archived(fact: MonthArchived, entry: Entry) -> None:
    ArchivedMonth.objects.create(
        month=date.fromisoformat(f"{fact.month}-01"),
        count=fact.count,
        streams=list(fact.streams),
        digest=fact.digest,
        files=list(fact.files),
        entry=entry.id,
    )


@blanks("station")
def station_blanked(fact: EntryErased, entry: Entry) -> None:
    """A password that was erased from the journal opens nothing any more: the station is another, so that every copy in memory goes."""
    Station.objects.filter(id=UUID(fact.erased_id)).update(entry=entry.id, password_cipher=None)


def _write_streams(station_id: UUID, streams: tuple[OpenStream, ...]) -> None:
    """All in one statement; a stream that the station had already is told anew under its number."""
    rows = [
        Stream(
            id=one.stream_id,
            station_id=station_id,
            open=True,
            **{name: getattr(one.description, name) for name in SAID},
        )
        for one in streams
    ]
    told = ["station", "open", *SAID]
    Stream.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=told)


def _columns(said: Description) -> dict[str, Any]:
    return {
        "code": said.code,
        "name_zh": said.name_zh,
        "name_en": said.name_en,
        "door": said.door,
        "key": said.key,
        "team": said.team_id,
        "in_use_from": said.in_use_from,
        "in_use_to": said.in_use_to,
        "place": said.place_id,
        "longitude": said.point.longitude if said.point else None,
        "latitude": said.point.latitude if said.point else None,
        "register": said.register,
        "register_key": said.register_key,
        "tolerates_crc": said.tolerates_crc,
        "illustrative": said.illustrative,
    }
