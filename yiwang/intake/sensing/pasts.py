"""Parts of what streams measured, for those who judge readings. The first argument is the Actor."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import itemgetter

from django.db import connection

from yiwang.intake.sensing import archived, rules
from yiwang.intake.sensing.facts import ReadingsStored
from yiwang.intake.sensing.rules import BOUNDS, COUNTED
from yiwang.kernel.access import permission
from yiwang.kernel.terms import TOWN_WIDE, Actor

READ = "station.read"
NEVER, EVER = archived.FIRST, archived.LAST

_PART = """
SELECT stream, at, value, flag FROM reading_now WHERE stream = ANY(%(streams)s) AND at >= %(first)s AND at <= %(last)s
UNION ALL
SELECT near.* FROM unnest(%(streams)s) AS wanted (stream), LATERAL (
    SELECT stream, at, value, flag FROM reading_now WHERE stream = wanted.stream AND at < %(first)s ORDER BY at DESC LIMIT 1
) AS near
UNION ALL
SELECT near.* FROM unnest(%(streams)s) AS wanted (stream), LATERAL (
    SELECT stream, at, value, flag FROM reading_now WHERE stream = wanted.stream AND at > %(last)s ORDER BY at LIMIT 1
) AS near
"""

Told = tuple[datetime, Decimal | None, str]
"""Moment, value and flag of a reading."""
MOMENT = itemgetter(0)


def part(
    actor: Actor, streams: Collection[int], first: datetime, last: datetime | None
) -> Mapping[int, Sequence[Told]]:
    """The readings of streams from a moment to a moment (both included, None: to the end), and of each stream the nearest one
    before and the nearest one after. Raises NotAllowed for who does not read every station.
    """
    permission.require(actor, READ, TOWN_WIDE)
    found: dict[int, list[Told]] = {one: [] for one in streams}
    with connection.cursor() as cursor:
        cursor.execute(_PART, {"streams": list(streams), "first": first, "last": last or EVER})
        for stream, at, value, flag in cursor.fetchall():
            found[stream].append((at, value, flag))
    return _with_archived(found, first, last or EVER) if archived.months() else found


def _with_archived(found: Mapping[int, list[Told]], first: datetime, last: datetime) -> Mapping[int, Sequence[Told]]:
    """The same with what lies in archived months: the nearest on each side is the nearer one of both."""
    for row in archived.rows(list(found), first, last + rules.MICROSECOND):
        found[row.stream].append(archived.counted(row))
    for stream, there in found.items():
        nearest_before = max((at for at, _, _ in there if at < first), default=NEVER)
        nearest_after = min((at for at, _, _ in there if at > last), default=EVER)
        nearer = (
            archived.nearest_before(stream, first, nearest_before),
            archived.nearest_after(stream, last, nearest_after),
        )
        there += [archived.counted(one) for one in nearer if one is not None]
        before, after = [one for one in there if one[0] < first], [one for one in there if one[0] > last]
        inside = [one for one in there if first <= one[0] <= last]
        there[:] = [*sorted(before, key=MOMENT)[-1:], *sorted(inside, key=MOMENT), *sorted(after, key=MOMENT)[:1]]
    return found


_EXTENT = """
SELECT min(near.first), max(near.last) FROM unnest(%s) AS wanted (stream), LATERAL (
    SELECT (SELECT at FROM reading WHERE stream = wanted.stream ORDER BY at LIMIT 1) AS first,
           (SELECT at FROM reading WHERE stream = wanted.stream ORDER BY at DESC LIMIT 1) AS last
) AS near
"""


def extent(actor: Actor, streams: Collection[int]) -> tuple[datetime, datetime] | None:
    """The moments of the first and the last reading of these streams; None where there is none. Raises as `part` does."""
    permission.require(actor, READ, TOWN_WIDE)
    with connection.cursor() as cursor:
        cursor.execute(_EXTENT, [list(streams)])
        moments = [one for one in cursor.fetchone() if one is not None]
    if archived.months():
        for stream in streams:
            ends = (archived.nearest_after(stream, NEVER), archived.nearest_before(stream, EVER))
            moments += [rules.moment(one.micros) for one in ends if one is not None]
    return (min(moments), max(moments)) if moments else None


@dataclass(frozen=True, slots=True)
class Band:
    """Values of a stream that `watcher` need not look at after a moment (None: at any); `every`: it must look at each reading."""

    watcher: str
    stream: int
    least: Decimal | None
    most: Decimal | None
    calm_after: datetime | None
    every: bool


_BEYOND = """
SELECT band.watcher, array_agg(DISTINCT reading.at)
FROM unnest(%s::text[], %s::int[], %s::numeric[], %s::numeric[], %s::timestamptz[], %s::boolean[])
     AS band (watcher, stream, least, most, calm_after, every)
JOIN reading ON reading.stream = band.stream
WHERE reading.batch = ANY(%s) AND reading.at >= %s AND reading.at <= %s AND (
    band.every OR reading.at <= band.calm_after OR reading.flag = ANY(%s)
    OR (reading.flag = ANY(%s) AND (reading.value < band.least OR reading.value > band.most))
)
GROUP BY band.watcher
"""


def beyond(
    actor: Actor, batches: Collection[ReadingsStored], bands: Collection[Band]
) -> Mapping[str, Sequence[datetime]]:
    """Of what these batches stored, the moments of the readings that each watcher must look at. Raises NotAllowed."""
    permission.require(actor, READ, TOWN_WIDE)
    if not batches or not bands:
        return {}
    names = ("watcher", "stream", "least", "most", "calm_after", "every")
    columns = [[getattr(one, name) for one in bands] for name in names]
    first, last = min(one.first_at for one in batches), max(one.last_at for one in batches)
    with connection.cursor() as cursor:
        cursor.execute(_BEYOND, [*columns, [one.batch_id for one in batches], first, last, list(BOUNDS), list(COUNTED)])
        return dict(cursor.fetchall())
