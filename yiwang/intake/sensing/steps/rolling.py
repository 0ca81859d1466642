"""Readings are added up by hour and by day as batches come in: each batch once, so that any order of batches comes to the same.

A reading never changes, so adding is enough: nothing is read twice. Sums are exact.
"""

from collections.abc import Sequence

from django.db import connection

from yiwang.intake.sensing import rules
from yiwang.intake.sensing.facts import ReadingsStored
from yiwang.kernel.access import permission
from yiwang.kernel.terms import TOWN_WIDE, Actor
from yiwang.kernel.zone import TOWN_ZONE

_NEW = "INSERT INTO rolled_batch (batch) SELECT unnest(%s::bigint[]) ON CONFLICT DO NOTHING RETURNING batch"
_ADD = """
INSERT INTO reading_rollup AS kept (stream, period, start, n, n_valid, n_marked, sum, least, greatest)
SELECT stream, span.period, span.start, count(*), count(counted), count(counted) FILTER (WHERE flag = %(marked)s),
       sum(counted), min(counted), max(counted)
FROM (
    SELECT stream, at, flag, CASE WHEN flag = %(below)s THEN value * 0.5 WHEN flag = ANY(%(counts)s) THEN value END AS counted
    FROM reading
    WHERE batch = ANY(%(batches)s) AND at BETWEEN %(first)s AND %(last)s
) AS added,
LATERAL (VALUES ('hour', date_trunc('hour', at, 'UTC')), ('day', date_trunc('day', at, %(zone)s))) AS span(period, start)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (stream, period, start) DO UPDATE SET
    n = kept.n + excluded.n,
    n_valid = kept.n_valid + excluded.n_valid,
    n_marked = kept.n_marked + excluded.n_marked,
    sum = coalesce(kept.sum + excluded.sum, kept.sum, excluded.sum),
    least = least(kept.least, excluded.least),
    greatest = greatest(kept.greatest, excluded.greatest)
"""


def follow(actor: Actor, stored: Sequence[ReadingsStored]) -> int:
    """Add these batches to the roll-ups, those that are not in them yet; gives how many. Inside a transaction. Raises NotAllowed."""
    permission.require(actor, "reading.roll_up", TOWN_WIDE)
    if not stored:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_NEW, [sorted(one.batch_id for one in stored)])
        fresh = {batch for (batch,) in cursor.fetchall()}
        new = [one for one in stored if one.batch_id in fresh]
        if new:
            cursor.execute(
                _ADD,
                {
                    "batches": sorted(fresh),
                    "first": min(one.first_at for one in new),
                    "last": max(one.last_at for one in new),
                    "counts": list(rules.COUNTED),
                    "marked": rules.MARKED,
                    "below": rules.BELOW,
                    "zone": str(TOWN_ZONE),
                },
            )
    return len(new)
