"""Every station and stream by the key at its door, kept in memory: tens of thousands of values a second ask for them.

The entries that changed the stations last, added up, are part of their version: one small query tells whether the copy is old. The newest
of them would not do: of two changes at a time, the one with the lower number may be committed after the other was seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import connection

from yiwang.intake.sensing import law, rules
from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.models import ArchivedMonth, Station, Stream
from yiwang.intake.sensing.rules import KnownStream, Name, Target, Targets, Window
from yiwang.kernel import secrecy
from yiwang.kernel.terms import PlaceId, Point, TeamId
from yiwang.kernel.walltime import day_begins

ONE_DAY = timedelta(days=1)
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Known:
    """A station with the streams it has and had."""

    station_id: UUID
    description: Description
    streams: tuple[KnownStream, ...]
    """Open ones."""
    closed: tuple[KnownStream, ...]
    targets: Targets
    window: Window
    has_password: bool
    entry: int
    """Of the journal, that last said what the station is."""

    @property
    def every_s(self) -> int:
        """How often it is expected to send something, in seconds; 0 without streams."""
        return min((one.description.every_s for one in self.streams), default=0)

    @property
    def a_day(self) -> int:
        """How many values it is expected to send in a day."""
        return sum(-(-DAY_S // one.description.every_s) for one in self.streams)


@dataclass(frozen=True, slots=True)
class Book:
    """All stations, and the months that nothing can be stored of any more, as of one version."""

    version: tuple[int, int, int]
    by_key: Mapping[tuple[str, str], Known]
    by_id: Mapping[UUID, Known]
    archived: frozenset[date] = frozenset()
    """First days of the months that were taken out of the database."""


_VERSION = """
SELECT coalesce(sum(entry), 0)::bigint, count(*), (SELECT count(*) FROM archived_month) FROM station
"""
_newest: Book | None = None


def book() -> Book:
    """The stations as they are now: the copy in memory where nothing has changed since."""
    global _newest
    version = _version()
    kept = _newest
    if kept is None or kept.version != version:
        kept = _newest = _read(version)
    return kept


def _version() -> tuple[int, int, int]:
    with (
        connection.cursor() as cursor
    ):  # asked with each reading that comes alone: the ORM would take longer than the database
        cursor.execute(_VERSION)
        entries, count, archived = cursor.fetchone()
    return entries, count, archived


def _read(version: tuple[int, int, int]) -> Book:
    streams: dict[UUID, list[Stream]] = {}
    for one in Stream.objects.order_by("id"):
        streams.setdefault(one.station_id, []).append(one)
    known = [_known(row, streams.get(row.id, [])) for row in Station.objects.order_by("code")]
    return Book(
        version,
        {(one.description.door, one.description.key): one for one in known},
        {one.station_id: one for one in known},
        frozenset(ArchivedMonth.objects.values_list("month", flat=True)),
    )


def _known(row: Station, streams: list[Stream]) -> Known:
    listed = [(one.open, KnownStream(one.id, _described_stream(one))) for one in streams]
    opened = tuple(stream for is_open, stream in listed if is_open)
    return Known(
        row.id,
        described(row),
        opened,
        tuple(stream for is_open, stream in listed if not is_open),
        _targets(opened),
        Window(max(day_begins(row.in_use_from).astimezone(UTC), rules.FIRST_MOMENT), _ends(row.in_use_to)),
        row.password_cipher is not None,
        row.entry,
    )


def _ends(last: date | None) -> datetime:
    """The moment after the last day in use. A day from LATEST on, such as 9999-12-31, says that there is no end."""
    after = rules.LATEST if last is None or last >= rules.LATEST else last + ONE_DAY
    return day_begins(after).astimezone(UTC)


def _targets(streams: tuple[KnownStream, ...]) -> Targets:
    factors, found = law.catalogue(), dict[Name, Target]()
    for one in streams:
        said = one.description
        target = Target(one.stream_id, *rules.range_of(said, factors))
        for code in factors.of(said.factor).codes:
            found[code.lower(), said.statistic, said.interval] = target
    return Targets(found)


def described(row: Station) -> Description:
    """Everything that a row says of its station."""
    at = (row.longitude, row.latitude)
    return Description(
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        door=row.door,
        key=row.key,
        team_id=TeamId(row.team),
        in_use_from=row.in_use_from,
        in_use_to=row.in_use_to,
        place_id=PlaceId(row.place) if row.place else None,
        point=Point(at[0], at[1]) if at[0] is not None and at[1] is not None else None,
        register=row.register,
        register_key=row.register_key,
        tolerates_crc=row.tolerates_crc,
        illustrative=row.illustrative,
    )


def _described_stream(row: Stream) -> StreamDescription:
    return StreamDescription(row.factor, row.statistic, row.interval, row.unit, row.every_s, row.least, row.most)


def passwords(door: str) -> Mapping[str, str]:
    """The password of every instrument of a door that has one, by its key."""
    rows = Station.objects.filter(door=door).exclude(password_cipher=None).values_list("key", "password_cipher")
    return {key: secrecy.unseal(cipher) for key, cipher in rows if cipher is not None}
