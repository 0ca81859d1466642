"""Who waits for whom, so that what is counted is counted once."""

from django.db import connection


def take_turn(keyed: bytes) -> None:
    """Wait for any other transaction that deals with the same phone, username or account, given as its keyed hash."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [keyed.hex()])
