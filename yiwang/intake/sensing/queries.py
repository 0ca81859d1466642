"""What leaves the module about stations and readings. The first argument is always the Actor; a department sees its own stations."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from yiwang.intake.sensing import archived, checking, rules
from yiwang.intake.sensing import book as books
from yiwang.intake.sensing.book import Known
from yiwang.intake.sensing.checking import BatchCheck, MonthCheck
from yiwang.intake.sensing.facts import Description
from yiwang.intake.sensing.models import ApartDay, ApartReading, KeptPacket, Reading, ReadingBatch, StationContact
from yiwang.intake.sensing.problems import BatchUnknown, DifferingGone, DifferingUnknown, PacketUnknown, StationUnknown
from yiwang.intake.sensing.rules import KnownStream
from yiwang.kernel import secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import enter
from yiwang.kernel.access.rules import Reach
from yiwang.kernel.terms import TOWN_WIDE, Actor, TeamId, Where

READ = "station.read"


@dataclass(frozen=True, slots=True)
class Instrument:
    """What a door must know of an instrument that shows itself there."""

    station_id: UUID
    code: str
    name_zh: str
    password: str
    """Empty where none is set."""
    tolerates_crc: bool
    every_s: int
    """How often it is expected to send something, in seconds."""
    key: str = ""
    streams: tuple[KnownStream, ...] = ()
    """Open ones."""


def instruments(actor: Actor, door: str) -> Mapping[str, Instrument]:
    """Every instrument of a door by its key, with its password: for the door itself. Raises NotAllowed."""
    permission.require(actor, "reading.store", TOWN_WIDE)
    known = books.book()
    passwords = books.passwords(door)
    return {
        key: Instrument(
            one.station_id,
            one.description.code,
            one.description.name_zh,
            passwords.get(key, ""),
            one.description.tolerates_crc,
            one.every_s,
            key,
            one.streams,
        )
        for (at_door, key), one in known.by_key.items()
        if at_door == door
    }


def stations_version(actor: Actor) -> tuple[int, int, int]:
    """Changes whenever a station does: for a door that keeps what it knows of its instruments."""
    enter(actor, READ)
    return books.book().version


@dataclass(frozen=True, slots=True)
class StationView:
    """A station as its people see it."""

    station_id: UUID
    description: Description
    streams: tuple[KnownStream, ...]
    closed: tuple[KnownStream, ...]
    has_password: bool
    heard_at: datetime | None
    """When it was last heard, to ten seconds; None for never."""

    @property
    def every_s(self) -> int:
        """How often it is expected to send something by itself, in seconds; 0 where somebody takes samples."""
        spacings = (one.description.every_s for one in self.streams if one.description.interval != "sample")
        return min(spacings, default=0)


def stations(actor: Actor) -> tuple[StationView, ...]:
    """The stations within the actor's reach, by code. Raises NotAllowed or LogInFirst."""
    enter(actor, READ)
    reach = permission.reach(actor, READ)
    heard = dict(StationContact.objects.values_list("station_id", "heard_at"))
    found = (one for one in books.book().by_id.values() if _within(reach, one))
    return tuple(_view(one, heard.get(one.station_id)) for one in found)


def station(actor: Actor, code: str) -> StationView:
    """One station by its code. Raises StationUnknown, also for one beyond the actor's reach."""
    enter(actor, READ)
    known = next((one for one in books.book().by_id.values() if one.description.code == code), None)
    if known is None or not _within(permission.reach(actor, READ), known):
        raise StationUnknown(station=code)
    heard = StationContact.objects.filter(station=known.station_id).values_list("heard_at", flat=True).first()
    return _view(known, heard)


def _within(reach: Reach, known: Known) -> bool:
    return reach.covers(Where(teams=frozenset({TeamId(known.description.team_id)})))


def _view(known: Known, heard_at: datetime | None) -> StationView:
    return StationView(known.station_id, known.description, known.streams, known.closed, known.has_password, heard_at)


# --- batches ---------------------------------------------------------------------------------------------------------


def batch_ids(actor: Actor, *, since: datetime | None = None) -> tuple[int, ...]:
    """The numbers of the batches stored from a moment on (all when None), in their order. Raises NotAllowed."""
    permission.require(actor, READ, TOWN_WIDE)
    rows = ReadingBatch.objects.order_by("id")
    return tuple((rows.filter(stored_at__gte=since) if since else rows).values_list("id", flat=True))


@dataclass(frozen=True, slots=True)
class StoredReading:
    """One stored reading."""

    stream_id: int
    at: datetime
    value: Decimal | None
    flag: str


_BATCH_ROWS = """
SELECT stream, at, value, flag FROM reading WHERE batch = %s AND at BETWEEN %s AND %s ORDER BY stream, at
"""


def batch_rows(actor: Actor, batch_id: int) -> tuple[StoredReading, ...]:
    """The readings of a batch that are still kept, by stream and moment. Raises BatchUnknown, NotAllowed."""
    permission.require(actor, READ, TOWN_WIDE)
    return _rows_of(_batch(batch_id))


def check_batch(actor: Actor, batch_id: int) -> BatchCheck:
    """Compute the digest of a batch again from its rows (rules.digest). Raises BatchUnknown, NotAllowed."""
    permission.require(actor, READ, TOWN_WIDE)
    return checking.check_batch(_batch(batch_id))


def checks(actor: Actor, *, since: datetime | None = None) -> Iterator[BatchCheck | MonthCheck]:
    """Every digest computed again: of the batches stored from a moment on, and of the archived months that have some. Raises NotAllowed."""
    permission.require(actor, READ, TOWN_WIDE)
    return checking.check_all(since)


def _batch(batch_id: int) -> ReadingBatch:
    batch = ReadingBatch.objects.filter(id=batch_id).first()
    if batch is None:
        raise BatchUnknown(batch=batch_id)
    return batch


def _rows_of(batch: ReadingBatch) -> tuple[StoredReading, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_BATCH_ROWS, [batch.id, batch.first_at, batch.last_at])
        found = [StoredReading(*row) for row in cursor.fetchall()]
    old = [
        StoredReading(one.stream, rules.moment(one.micros), rules.read(one.written), one.flag)
        for one in archived.of_batch(batch.id, batch.first_at, batch.last_at)
    ]
    return tuple(sorted([*old, *found], key=lambda one: (one.stream_id, one.at)))


def readings_in(actor: Actor, month: date) -> int:
    """How many readings of a month of UTC (its first day is given) are in the database. Raises NotAllowed."""
    permission.require(actor, READ, TOWN_WIDE)
    ends = rules.month_begins(archived.following(month))
    return Reading.objects.filter(at__gte=rules.month_begins(month), at__lt=ends).count()


# --- what was kept apart ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ApartView:
    """A value that was not stored: `reason` is one of rules.REASONS; `times`: how often it came."""

    key: str
    door: str
    station_code: str
    reason: str
    factor: str
    statistic: str
    interval: str
    at: datetime
    value: str
    flag: str
    packet: str
    last_received_at: datetime
    times: int
    apart_id: UUID


def apart(actor: Actor, *, code: str | None = None, most: int = 200) -> tuple[ApartView, ...]:
    """The values that were last kept apart, but those on which somebody has decided, the newest first: of one station, or of all and of
    instruments nobody knows.

    Raises NotAllowed for all where the actor does not reach the whole town, and StationUnknown.
    """
    rows = ApartReading.objects.select_related("station").filter(answer="").order_by("-last_received_at", "id")
    if code is None:
        permission.require(actor, READ, TOWN_WIDE)
    else:
        rows = rows.filter(station=station(actor, code).station_id)
    return _apart_views(rows[:most])


def strangers(actor: Actor, most: int = 200) -> tuple[ApartView, ...]:
    """What instruments sent that nobody knows, the newest first; nothing for who does not reach the whole town. Raises NotAllowed."""
    enter(actor, READ)
    if not permission.reach(actor, READ).town:
        return ()
    rows = ApartReading.objects.select_related("station").filter(station=None)
    return _apart_views(rows.order_by("-last_received_at", "id")[:most])


def _apart_views(rows: Iterable[ApartReading]) -> tuple[ApartView, ...]:
    return tuple(
        ApartView(
            one.key, one.door, one.station.code if one.station else "", one.reason, one.factor, one.statistic, one.interval,
            one.at, one.value, one.flag, one.packet, one.last_received_at, one.times, one.id,
        )
        for one in rows
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Differing:
    """A value that differs from what is stored for its moment. `first`: as it was stored; `now`: what counts; `answer`: empty while
    nobody has decided, else accepted or refused.
    """

    apart: ApartView
    stream: KnownStream
    first: tuple[Decimal | None, str]
    now: tuple[Decimal | None, str]
    answer: str


_BOTH = """
SELECT reading.value, reading.flag, reading_now.value, reading_now.flag FROM reading JOIN reading_now USING (stream, at)
WHERE reading.stream = %s AND reading.at = %s
"""


def differing(actor: Actor, apart_id: UUID) -> Differing:
    """One value that was kept apart since it differs, beside what is stored. Raises DifferingUnknown, also beyond the actor's reach;
    DifferingGone.
    """
    enter(actor, READ)
    row = ApartReading.objects.select_related("station").filter(id=apart_id, reason=rules.DIFFERS).first()
    known = books.book().by_id.get(row.station_id) if row is not None and row.station_id is not None else None
    if row is None or known is None or not _within(permission.reach(actor, READ), known):
        raise DifferingUnknown(apart=str(apart_id))
    target = known.targets.of(row.factor, row.statistic, row.interval)
    with connection.cursor() as cursor:
        cursor.execute(_BOTH, [target.stream_id if target else 0, row.at])
        both = cursor.fetchone()
    if target is None or both is None:
        raise DifferingGone(station=known.description.name_zh, at=row.at.isoformat())
    stream = next(one for one in known.streams if one.stream_id == target.stream_id)
    return Differing(_apart_views([row])[0], stream, (both[0], both[1]), (both[2], both[3]), row.answer)


@dataclass(frozen=True, slots=True)
class ApartCount:
    """How much of one station (empty: of unknown instruments) was kept apart on a day for a reason, or only counted."""

    day: date
    code: str
    reason: str
    seen: int


def apart_counts(actor: Actor, since: date) -> tuple[ApartCount, ...]:
    """What was kept apart since a day, by day, station and reason, within the actor's reach; newest day first."""
    enter(actor, READ)
    reach = permission.reach(actor, READ)
    own = {one.description.code for one in books.book().by_id.values() if _within(reach, one)}
    rows = ApartDay.objects.filter(day__gte=since).order_by("-day", "bucket", "reason")
    return tuple(
        ApartCount(one.day, one.bucket, one.reason, one.seen)
        for one in rows
        if one.bucket in own or (not one.bucket and reach.town)
    )


@dataclass(frozen=True, slots=True)
class PacketView:
    """A packet that was kept as evidence. `content`: as it came, the password in it as stars."""

    packet: str
    door: str
    key: str
    station_code: str
    fault: str
    content: bytes
    bytes: int
    received_at: datetime
    last_received_at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class FaultyPacket:
    """A packet that was kept for a fault of its own, and not for a value in it. Its bytes are in PacketView."""

    packet: str
    door: str
    key: str
    fault: str
    bytes: int
    last_received_at: datetime
    times: int


def faulty_packets(actor: Actor, *, code: str | None = None, most: int = 100) -> tuple[FaultyPacket, ...]:
    """The packets with faults of one station, or of instruments nobody knows (None), the newest first.

    Of the unknown nothing for who does not reach the whole town. Raises StationUnknown, NotAllowed or LogInFirst.
    """
    enter(actor, READ)
    if code is None and not permission.reach(actor, READ).town:
        return ()
    whose = None if code is None else station(actor, code).station_id
    rows = KeptPacket.objects.filter(station=whose).exclude(fault__in=("", *rules.REASONS))
    return tuple(
        FaultyPacket(one.id, one.door, one.key, one.fault, one.bytes, one.last_received_at, one.times)
        for one in rows.defer("content").order_by("-last_received_at", "id")[:most]
    )


PASSWORD = re.compile(rb"(?i)(PW\s*=\s*)[^;&]*")


def packet(actor: Actor, name: str) -> PacketView:
    """One kept packet. Raises PacketUnknown, also for one of a station beyond the actor's reach."""
    enter(actor, READ)
    row = KeptPacket.objects.select_related("station").filter(id=name).first()
    if row is None or not permission.reach(actor, READ).covers(_ground(row)):
        raise PacketUnknown(packet=name[:64])
    content = PASSWORD.sub(rb"\1******", secrecy.unseal_bytes(row.content))
    return PacketView(
        row.id, row.door, row.key, row.station.code if row.station else "", row.fault, content, row.bytes, row.received_at,
        row.last_received_at, row.times,
    )  # fmt: skip


def _ground(row: KeptPacket) -> Where:
    return Where(teams=frozenset({TeamId(row.station.team)})) if row.station else TOWN_WIDE
