"""Gives each committed entry the next position, without gaps. One works at a time; a second one finds the lock taken.

An entry's id is drawn when it is written, but transactions commit in another order: a reader with an id as its cursor
loses what commits late. Only what is committed can be seen in `entry_pending`, so what is placed here is never overtaken.
Writers do not NOTIFY: PostgreSQL serialises the commits of notifying transactions. The sequencer does, once a batch.
"""

import logging
import threading

from django.db import InterfaceError, OperationalError, connection, transaction

log = logging.getLogger(__name__)

CHANNEL = "journal"
LOCK = 0x79697761_6E670001
"""The advisory lock of the one who sequences ("yiwang" and a number)."""
BATCH = 1_000
BUSY_PAUSE_S = 0.02
IDLE_PAUSE_S = 0.2
BACK_OFF_S = (0.1, 5.0)
"""First and longest wait after a lost connection."""

_PLACE = """
WITH taken AS (
    DELETE FROM entry_pending
    WHERE entry_id IN (SELECT entry_id FROM entry_pending ORDER BY entry_id LIMIT %s) RETURNING entry_id
), placed AS (
    INSERT INTO entry_position (position, entry_id)
    SELECT (SELECT coalesce(max(position), 0) FROM entry_position) + row_number() OVER (ORDER BY entry_id), entry_id
    FROM taken RETURNING position
)
SELECT count(*), pg_notify(%s, max(position)::text) FROM placed HAVING count(*) > 0
"""


def sequence_once(batch: int = BATCH) -> int:
    """Place up to `batch` committed entries, in the order of their ids, and tell the listeners the new head.

    Gives how many were placed: 0 when nothing waits or another sequencer is at work.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        # A statement of its own: its snapshot is taken with the lock held, so it sees all that the last holder placed.
        cursor.execute(_PLACE, [batch, CHANNEL])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def run(stop: threading.Event) -> None:
    """Sequence until `stop` is set. A lost connection is taken up again, later each time; other faults are raised."""
    pause, back_off = BUSY_PAUSE_S, BACK_OFF_S[0]
    while not stop.is_set():
        try:
            placed = sequence_once()
        except (OperationalError, InterfaceError) as fault:
            log.warning("the sequencer lost the database, next try in %.1f s: %s", back_off, str(fault).strip())
            connection.close()
            stop.wait(back_off)
            back_off = min(back_off * 2, BACK_OFF_S[1])
            continue
        back_off = BACK_OFF_S[0]
        pause = BUSY_PAUSE_S if placed else min(pause * 1.5, IDLE_PAUSE_S)
        if placed < BATCH:
            stop.wait(pause)
    connection.close()
