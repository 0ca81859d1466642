"""One process at a time works on a sheet that was handed in."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection


@contextmanager
def turn(sheet_id: UUID) -> Iterator[bool]:
    """Whether this process may work on the sheet now: one does at a time. Ends with the connection, so also by a kill."""
    key = sheet_id.int & (2**63 - 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
