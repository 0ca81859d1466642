"""What one station measured in one day of the town, from the roll-ups: for what is counted by the day. No readings are read again.

The first argument is the Actor; whoever counts for the town sees all stations.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from yiwang.intake.sensing import archived, law, rules
from yiwang.intake.sensing import book as books
from yiwang.intake.sensing.book import Known
from yiwang.intake.sensing.facts import Description, ReadingsStored
from yiwang.intake.sensing.models import ReadingBatch
from yiwang.intake.sensing.queries import READ
from yiwang.intake.sensing.rules import StreamDay, Sums
from yiwang.kernel.access import permission
from yiwang.kernel.terms import TOWN_WIDE, Actor
from yiwang.kernel.walltime import day_begins, town_day
from yiwang.kernel.zone import TOWN_ZONE

ONE_DAY = timedelta(days=1)
SAMPLED = "sample"
"""The interval of a stream that somebody samples by hand: nothing is expected of it by itself."""

_TOUCHED = """
SELECT DISTINCT stream, (at AT TIME ZONE %s)::date FROM reading WHERE batch = ANY(%s) AND at BETWEEN %s AND %s
"""
_SUMS = """
SELECT stream, start, n, n_valid, n_marked, sum, least, greatest FROM reading_rollup
WHERE period = 'day' AND stream = ANY(%s) AND start = ANY(%s)
"""
_ENTRIES = """
SELECT DISTINCT kept.entry FROM reading_batch kept JOIN (
    SELECT DISTINCT batch FROM reading WHERE stream = ANY(%s) AND at >= %s AND at < %s
) behind ON behind.batch = kept.id
"""


@dataclass(frozen=True, slots=True)
class Day:
    """One station on one day. `entry`: in the journal, that said last what the station is."""

    station_id: UUID
    description: Description
    day: date
    streams: tuple[StreamDay, ...]
    entry: int


Which = tuple[UUID, date]
"""A station and a day."""


def touched(actor: Actor, stored: Sequence[ReadingsStored]) -> frozenset[Which]:
    """Of which stations and days these batches have readings. Raises NotAllowed."""
    permission.require(actor, READ, TOWN_WIDE)
    if not stored:
        return frozenset()
    first, last = min(one.first_at for one in stored), max(one.last_at for one in stored)
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, [str(TOWN_ZONE), [one.batch_id for one in stored], first, last])
        found = cursor.fetchall()
    whose = {stream.stream_id: one.station_id for one in _known() for stream in (*one.streams, *one.closed)}
    return frozenset((whose[stream], day) for stream, day in found if stream in whose)


def in_use(actor: Actor, since: date | None, until: date, stations: Collection[UUID] | None = None) -> frozenset[Which]:
    """Every day of the stations (None: of all) in use from a day on (None: from their first), before `until`. Raises NotAllowed."""
    permission.require(actor, READ, TOWN_WIDE)
    return frozenset(
        (one.station_id, day)
        for one in _known()
        if stations is None or one.station_id in stations
        for day in _days(one, since, until)
    )


def at(actor: Actor, register: str, keys: Collection[str] | None = None) -> frozenset[UUID]:
    """The stations that stand at these rows of a register (None: at any). Raises NotAllowed."""
    permission.require(actor, READ, TOWN_WIDE)
    found = (one for one in _known() if one.description.register == register)
    return frozenset(one.station_id for one in found if keys is None or one.description.register_key in keys)


def days(actor: Actor, which: Iterable[Which]) -> tuple[Day, ...]:
    """What was measured at these stations on these days; a day on which a station was not in use is left out. Raises NotAllowed."""
    permission.require(actor, READ, TOWN_WIDE)
    known = books.book().by_id
    wanted = sorted((one for one in which if one[0] in known and _covers(known[one[0]], one[1])), key=str)
    streams = sorted({stream.stream_id for station, _ in wanted for stream in known[station].streams})
    sums = _sums(streams, {day for _, day in wanted})
    return tuple(
        Day(station, known[station].description, day, _streams(known[station], day, sums), known[station].entry)
        for station, day in wanted
    )


def entries_behind(actor: Actor, code: str, day: date) -> frozenset[int]:
    """The entries of the journal by which the readings of a station of that day were stored. Raises NotAllowed."""
    permission.require(actor, READ, TOWN_WIDE)
    streams = [stream.stream_id for one in _known() if one.description.code == code for stream in one.streams]
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, [streams, day_begins(day), day_begins(day + ONE_DAY)])
        found = frozenset(entry for (entry,) in cursor.fetchall())
    old = {one.batch for one in archived.rows(streams, day_begins(day), day_begins(day + ONE_DAY))}
    return found | frozenset(ReadingBatch.objects.filter(id__in=old).values_list("entry", flat=True))


def _known() -> Iterable[Known]:
    return books.book().by_id.values()


def _days(one: Known, since: date | None, until: date) -> Iterable[date]:
    first = max(one.description.in_use_from, since or one.description.in_use_from)
    ends = min(until, town_day(one.window.end))
    return (first + timedelta(days=number) for number in range((ends - first).days))


def _covers(one: Known, day: date) -> bool:
    return one.description.in_use_from <= day and day_begins(day) < one.window.end


def _sums(streams: Sequence[int], on: Collection[date]) -> Mapping[tuple[int, datetime], Sums]:
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [list(streams), [day_begins(day) for day in on]])
        return {(stream, start): Sums(*sums) for stream, start, *sums in cursor.fetchall()}


def _streams(one: Known, day: date, sums: Mapping[tuple[int, datetime], Sums]) -> tuple[StreamDay, ...]:
    begins, ends = day_begins(day), day_begins(day + ONE_DAY)
    found = []
    for stream in one.streams:
        said = stream.description
        expected = 0 if said.interval == SAMPLED else rules.expected(said.every_s, begins, ends, one.window)
        came, comparable = sums.get((stream.stream_id, begins)), law.usual_unit(said)
        found.append(StreamDay(said.factor, said.statistic, said.interval, expected, came, comparable))
    return tuple(found)
