"""Following the journal: named readers with a cursor, and waiting for a position."""

import time
from collections.abc import Callable

from django.db import connection, transaction

from yiwang.kernel.journal import queries
from yiwang.kernel.journal.models import Reader
from yiwang.kernel.journal.queries import Placed

Handler = Callable[[tuple[Placed, ...]], None]
Ready = Callable[[tuple[Placed, ...]], tuple[Placed, ...]]

POLL_S = 0.02


def advance(
    name: str, handler: Handler, limit: int = 500, *, with_private: bool = False, ready: Ready | None = None
) -> int:
    """Give the reader's next entries to `handler` and move its cursor, in one transaction; gives how many there were.

    What the handler writes to our tables happens exactly once: it commits together with the cursor, or not at all when
    the handler raises. What it does elsewhere may happen twice. One process advances a reader at a time; the others get 0.
    `ready` says how much of what comes next may be taken already, for who counts on what another reader has made of it.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO reader (name, position) VALUES (%s, 0) ON CONFLICT DO NOTHING", [name])
            cursor.execute("SELECT position FROM reader WHERE name = %s FOR UPDATE SKIP LOCKED", [name])
            row = cursor.fetchone()
        if row is None:
            return 0
        batch = queries.entries_after(row[0], limit, with_private=with_private)
        if ready:
            batch = ready(batch)
        if batch:
            handler(batch)
            Reader.objects.filter(name=name).update(position=batch[-1].position)
        return len(batch)


def begin_at_head(name: str) -> None:
    """Have a reader that has never read begin with what comes from now on; nothing for one that has a cursor."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reader (name, position) VALUES (%s, %s) ON CONFLICT DO NOTHING", [name, queries.head()]
        )


def wait_for(position: int, timeout_s: float = 5.0) -> bool:
    """Wait until the journal's head has reached `position`; False when that took longer than `timeout_s` seconds."""
    return _until(lambda: queries.head() >= position, timeout_s)


def wait_for_entry(entry_id: int, timeout_s: float = 5.0) -> int | None:
    """Wait until the entry is placed and give its position; None when that took longer than `timeout_s` seconds.

    For a door that wants to show its own change in a list that follows the journal. Only outside a transaction: inside
    one the entry is not committed and cannot be placed.
    """
    return (
        queries.position_of(entry_id) if _until(lambda: queries.position_of(entry_id) is not None, timeout_s) else None
    )


def _until(reached: Callable[[], bool], timeout_s: float) -> bool:
    ends = time.monotonic() + timeout_s
    while not reached():
        if time.monotonic() >= ends:
            return False
        time.sleep(POLL_S)
    return True
