"""Readings are added up by hour and by day as batches come in: each batch once, so that any order of batches comes to the same.

A reading never changes, so adding is enough: nothing is read twice. A correction moves its hour and its day. Sums are exact.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.db import connection

from yiwang.intake.sensing import rules
from yiwang.intake.sensing.facts import ReadingCorrected, ReadingsStored
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

_FRESH = "INSERT INTO rolled_correction (entry) VALUES (%s) ON CONFLICT DO NOTHING RETURNING entry"
_CORRECT = """
UPDATE reading_rollup AS kept SET
    n_valid = kept.n_valid + %(valid)s,
    n_marked = kept.n_marked + %(hand)s,
    sum = CASE WHEN kept.n_valid + %(valid)s > 0 THEN coalesce(kept.sum, 0) + %(more)s END,
    (least, greatest) = (
        SELECT min(counted), max(counted) FROM (
            SELECT CASE WHEN flag = %(below)s THEN value * 0.5 WHEN flag = ANY(%(counts)s) THEN value END AS counted
            FROM reading_now WHERE stream = %(stream)s AND at >= kept.start AND at < kept.start + span.length
        ) AS all_of_it
    )
FROM (VALUES ('hour', date_trunc('hour', %(at)s, 'UTC'), INTERVAL '1 hour'),
             ('day', date_trunc('day', %(at)s, %(zone)s), INTERVAL '1 day')) AS span(period, start, length)
WHERE kept.stream = %(stream)s AND kept.period = span.period AND kept.start = span.start
"""


def correct(actor: Actor, corrected: Sequence[tuple[int, ReadingCorrected]]) -> int:
    """Take corrections (each with the number of its entry), in the order of the journal, into the hours and days they are of; gives how
    many were new. After `follow` of what was stored before them, inside the same transaction. Raises NotAllowed.

    Count and sum move by the difference; least and greatest are looked up anew, since what was taken away may have been one of them.
    """
    permission.require(actor, "reading.roll_up", TOWN_WIDE)
    done = 0
    for entry, fact in corrected:
        before = rules.counted(fact.before_value, fact.before_flag)
        after = rules.counted(fact.value, fact.flag)
        hands = [
            one is not None and flag == rules.MARKED for one, flag in ((before, fact.before_flag), (after, fact.flag))
        ]
        with connection.cursor() as cursor:
            cursor.execute(_FRESH, [entry])
            if cursor.fetchone() is None:
                continue
            cursor.execute(
                _CORRECT,
                {
                    "valid": (after is not None) - (before is not None),
                    "hand": hands[1] - hands[0],
                    "more": (after or Decimal(0)) - (before or Decimal(0)),
                    "below": rules.BELOW,
                    "counts": list(rules.COUNTED),
                    "stream": fact.stream_id,
                    "at": fact.at,
                    "zone": str(TOWN_ZONE),
                },
            )
        done += 1
    return done


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
