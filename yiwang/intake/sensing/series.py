"""What a stream measured over a time, as fine as a page can show, and what each number rests on.

The first argument is the Actor; whoever may see the station may see its readings.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection

from yiwang.intake.sensing import archived, queries, rules
from yiwang.intake.sensing import book as books
from yiwang.intake.sensing.facts import StreamDescription
from yiwang.intake.sensing.problems import StreamUnknown
from yiwang.intake.sensing.queries import StationView
from yiwang.intake.sensing.rules import Sums
from yiwang.kernel.terms import Actor
from yiwang.kernel.zone import in_town

RAW = "raw"
MOST_POINTS = 1500
"""On a chart of some 1,400 pixels more of them lie on each other."""

_SUMS = """
SELECT start, n, n_valid, n_marked, sum, least, greatest FROM reading_rollup
WHERE stream = %s AND period = %s AND start >= %s AND start < %s ORDER BY start
"""
_COUNTS = "SELECT coalesce(sum(n), 0), count(*) FROM reading_rollup WHERE stream = %s AND period = 'hour' AND start >= %s AND start < %s"
_RAW = """
SELECT at, value, flag, batch, corrected FROM reading_now WHERE stream = %s AND at >= %s AND at < %s ORDER BY at LIMIT %s
"""
_OFF = "SELECT at, flag FROM reading_now WHERE stream = %s AND at >= %s AND at < %s AND NOT flag = ANY(%s) ORDER BY at LIMIT %s"
MOST_OFF = 5000
NEXT = 1.5
"""Readings no further apart than so many times the expected interval follow each other."""
_VALID = """
SELECT stream, sum(n_valid) FROM reading_rollup
WHERE stream = ANY(%s) AND period = 'hour' AND start >= %s AND start < %s GROUP BY stream
"""


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One point: a reading, or what the readings of an hour or day come to. `value` is None where nothing valid was measured."""

    at: datetime
    value: Decimal | None
    flag: str = ""
    """Of a single reading."""
    sums: Sums | None = None
    """Of an hour or day."""


@dataclass(frozen=True, slots=True)
class Series:
    """A stream over a time. `fineness`: raw, hour or day."""

    stream_id: int
    description: StreamDescription
    fineness: str
    points: tuple[ChartPoint, ...]


def series(
    actor: Actor, code: str, stream_id: int, since: datetime, until: datetime, most: int = MOST_POINTS
) -> Series:
    """What a stream of a station measured from `since` on, before `until`: its readings where they are no more than `most`, else by
    hour, else by day. Raises StationUnknown, StreamUnknown, and what queries.station raises.
    """
    said = _stream(queries.station(actor, code), stream_id)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [stream_id, _hour(since), until])
        readings, hours = cursor.fetchone()
    if readings <= most:
        points = tuple(
            ChartPoint(one.at, one.value if one.counted or one.flag in rules.BOUNDS else None, one.flag)
            for one in _readings(stream_id, since, until, 2 * most)  # some may have come since they were counted
        )
        return Series(stream_id, said, RAW, points)
    period = rules.HOUR if hours <= most else rules.DAY
    found = (
        ChartPoint(at, rules.one_value(said.statistic, sums), sums=sums)
        for at, sums in _rolled(stream_id, period, since, until)
    )
    return Series(stream_id, said, period, tuple(found))


def spacing(drawn: Series) -> float:
    """Seconds that lie between two of its points, where none is missing."""
    if drawn.fineness in rules.PERIODS:
        return rules.PERIODS[drawn.fineness].total_seconds()
    return float(drawn.description.every_s)


@dataclass(frozen=True, slots=True)
class Behind:
    """One reading behind a number, with the batch it was stored in, whose digest the journal has."""

    at: datetime
    value: Decimal | None
    flag: str
    batch_id: int
    corrected: bool = False
    """Whether another value counts than the one that was stored first."""

    @property
    def counted(self) -> bool:
        """Whether it enters means."""
        return rules.counted(self.value, self.flag) is not None


def behind(
    actor: Actor, code: str, stream_id: int, period: str, start: datetime, most: int = 5000
) -> tuple[Behind, ...]:
    """The readings that a number of an hour or day rests on, also those that do not count. Raises as `series` does."""
    _stream(queries.station(actor, code), stream_id)
    return tuple(_readings(stream_id, start, start + rules.PERIODS[period], most))


@dataclass(frozen=True, slots=True)
class Off:
    """Readings one after the other that do not count, by their flag (R-077); both moments included."""

    first: datetime
    last: datetime
    flag: str
    n: int


def off(actor: Actor, code: str, stream_id: int, since: datetime, until: datetime) -> tuple[Off, ...]:
    """When the readings of a stream did not count, and by which flag; the first MOST_OFF of such readings. Raises as `series` does."""
    said = _stream(queries.station(actor, code), stream_id)
    counts = [*rules.COUNTED, *rules.BOUNDS]
    with connection.cursor() as cursor:
        cursor.execute(_OFF, [stream_id, since, until, counts, MOST_OFF])
        rows = cursor.fetchall()
    old = map(archived.counted, archived.off(stream_id, since, until, counts, MOST_OFF))
    off = sorted([*((at, flag) for at, _, flag in old), *rows])[:MOST_OFF]
    return tuple(_together(off, timedelta(seconds=said.every_s * NEXT)))


def _together(rows: Iterable[tuple[datetime, str]], apart: timedelta) -> list[Off]:
    """Readings of one flag that follow each other, as one."""
    found: list[Off] = []
    for at, flag in rows:
        if found and found[-1].flag == flag and at - found[-1].last <= apart:
            found[-1] = Off(found[-1].first, at, flag, found[-1].n + 1)
        else:
            found.append(Off(at, at, flag, 1))
    return found


EXPORTED = ("at", "value", "flag", "counted", "corrected", "batch")
"""The columns of an export: the moment with the town's offset, the value with all its decimals."""
PAGE = 5000


def exported(actor: Actor, code: str, stream_id: int, since: datetime, until: datetime) -> Iterator[str]:
    """Every reading of a stream from `since` on, before `until`, as lines of a CSV: some thousand are read at a time, whatever their
    number. Raises as `series` does, before the first line is asked for.
    """
    _stream(queries.station(actor, code), stream_id)
    return _lines(stream_id, since, until)


def _lines(stream_id: int, since: datetime, until: datetime) -> Iterator[str]:
    yield "\ufeff" + ",".join(EXPORTED) + "\r\n"
    while page := _readings(stream_id, since, until, PAGE):
        for one in page:
            value = "" if one.value is None else f"{one.value:f}"
            cells = (
                in_town(one.at).isoformat(),
                value,
                one.flag,
                _yes(one.counted),
                _yes(one.corrected),
                str(one.batch_id),
            )
            yield ",".join(cells) + "\r\n"
        since = page[-1].at + timedelta(microseconds=1)


def _yes(holds: bool) -> str:
    return "true" if holds else "false"


def _stream(station: StationView, stream_id: int) -> StreamDescription:
    for one in (*station.streams, *station.closed):
        if one.stream_id == stream_id:
            return one.description
    raise StreamUnknown(station=station.description.code, stream=stream_id)


def _readings(stream_id: int, since: datetime, until: datetime, most: int) -> list[Behind]:
    """The first `most` in their order, wherever they lie: archived months and those in the database do not overlap."""
    with connection.cursor() as cursor:
        cursor.execute(_RAW, [stream_id, since, until, most])
        found = [Behind(*row) for row in cursor.fetchall()]
    old = [
        Behind(*archived.counted(one), one.batch, one.counts_flag is not None)
        for one in archived.rows([stream_id], since, until, most)
    ]
    return sorted([*old, *found], key=lambda one: one.at)[:most] if old else found


def _rolled(stream_id: int, period: str, since: datetime, until: datetime) -> list[tuple[datetime, Sums]]:
    begin = since - rules.PERIODS[period] + timedelta(microseconds=1)  # a period that has begun before is shown as well
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [stream_id, period, begin, until])
        return [(at, Sums(*sums)) for at, *sums in cursor.fetchall()]


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


# --- completeness ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many valid readings came of those expected; more than expected of a stream do not make up for another's gaps."""

    valid: int
    expected: int

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down: 100 means all of them. None where nothing is expected."""
        return self.valid * 100 // self.expected if self.expected else None


def completeness(
    actor: Actor, since: datetime, until: datetime, *, code: str | None = None
) -> Mapping[str, Completeness]:
    """Of each station within reach (or of one), by code, in whole hours from `since` until `until`. Samples that somebody takes are
    not expected. Raises NotAllowed or LogInFirst; StationUnknown.
    """
    found = queries.stations(actor) if code is None else (queries.station(actor, code),)
    begins, ends = _hour(since), _hour(until)
    numbers = [one.stream_id for station in found for one in station.streams]
    with connection.cursor() as cursor:
        cursor.execute(_VALID, [numbers, begins, ends])
        valid = {stream: int(count) for stream, count in cursor.fetchall()}
    known = books.book().by_id
    return {one.description.code: _complete(one, valid, begins, ends, known[one.station_id].window) for one in found}


def _complete(
    station: StationView, valid: Mapping[int, int], begins: datetime, ends: datetime, window: rules.Window
) -> Completeness:
    came = wanted = 0
    for one in station.streams:
        if one.description.interval != "sample":
            expected = rules.expected(one.description.every_s, begins, ends, window)
            came += min(valid.get(one.stream_id, 0), expected)
            wanted += expected
    return Completeness(came, wanted)


# --- what was measured last -------------------------------------------------------------------------------------------

_NEWEST = """
SELECT wanted.stream, last.at, last.value, last.flag, last.batch, last.corrected FROM unnest(%s::int[]) AS wanted (stream)
CROSS JOIN LATERAL (
    SELECT at, value, flag, batch, corrected FROM reading_now WHERE stream = wanted.stream ORDER BY at DESC LIMIT 1
) AS last
"""
Newest = Behind
"""The last reading of a stream, with the batch it was stored in."""


def newest(actor: Actor, code: str) -> Mapping[int, Newest]:
    """The last reading of each open stream of a station, by the stream's number. Raises StationUnknown, and what queries.station raises."""
    return newest_of([queries.station(actor, code)])


def newest_of(stations: Iterable[StationView]) -> Mapping[int, Newest]:
    """The last reading of each open stream of these stations (queries.stations gives an actor those within reach), in one question."""
    numbers = [stream.stream_id for station in stations for stream in station.streams]
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [numbers])
        return {stream: Newest(*row) for stream, *row in cursor.fetchall()}
