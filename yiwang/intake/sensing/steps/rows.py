"""The rows of readings, by the thousand: COPY, and where some are there already, one INSERT that leaves these out; and their digest.

Parts of steps/storing.py, inside its transaction. No ORM: it would take the time of ten rows for each. Nearly all that comes is new,
so it is brought in as if it were; two thirds of the database's time would else go into looking first.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from psycopg.errors import CheckViolation, DeadlockDetected, UniqueViolation

from yiwang.intake.sensing import rules

KEY = itemgetter(0, 1)
FEW = 100
"""Rows that are brought in by one statement: with it a reading that comes alone waits for the database once, with COPY five times."""
_COPY_NEW = "COPY reading (stream, at, value, flag, batch) FROM STDIN (NULL '-')"
_COPY_INCOMING = "COPY incoming_reading (n, stream, at, value, flag) FROM STDIN (NULL '-')"
_INCOMING = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_reading (n integer, stream integer, at timestamptz, value numeric, flag text)
ON COMMIT DELETE ROWS
"""
_ADD_FEW = """
INSERT INTO reading (stream, at, value, flag, batch)
SELECT stream, at, value, flag, %s
FROM unnest(%s::integer[], %s::timestamptz[], %s::numeric[], %s::text[]) WITH ORDINALITY AS came (stream, at, value, flag, n)
ORDER BY stream, at, n
ON CONFLICT (stream, at) DO NOTHING
"""
_ADD = """
INSERT INTO reading (stream, at, value, flag, batch)
SELECT stream, at, value, flag, %s FROM incoming_reading ORDER BY stream, at, n
ON CONFLICT (stream, at) DO NOTHING
"""
_NOT_ADDED = """
SELECT n, same FROM (
    SELECT incoming.n, kept.batch, kept.value IS NOT DISTINCT FROM incoming.value AND kept.flag = incoming.flag AS same,
           row_number() OVER (PARTITION BY incoming.stream, incoming.at ORDER BY incoming.n) AS nth
    FROM incoming_reading AS incoming, LATERAL (
        SELECT value, flag, batch FROM reading WHERE stream = incoming.stream AND at = incoming.at LIMIT 1
    ) AS kept
) AS compared
WHERE batch <> %s OR nth > 1
"""
_CONTACTS = """
INSERT INTO station_contact (station_id, heard_at) SELECT * FROM unnest(%s::uuid[], %s::timestamptz[])
ON CONFLICT (station_id) DO UPDATE SET heard_at = excluded.heard_at
WHERE excluded.heard_at >= station_contact.heard_at + make_interval(secs => %s)
"""
CONTACT = timedelta(seconds=10)
NUMBERS = 20
"""Numbers for batches that are fetched at a time."""
_numbers: deque[int] = deque()
"""Numbers of batches that this process has still to give,"""
_made: set[date] = set()
"""months of which it knows that they are there,"""
_noted: dict[UUID, datetime] = {}
"""and contacts that it has noted: each batch would else ask for both again, in statements of their own. Where another process hears the
same station, up to twice ten seconds may pass between two that are noted."""


@dataclass(frozen=True, slots=True)
class Added:
    """What was added: how many rows, their span, and the digest over them."""

    count: int
    first_at: datetime | None
    last_at: datetime | None
    digest: str


Row = tuple[int, int, str, str, str]
"""One reading that is to be stored: stream, moment (rules.micros), value (rules.written), flag, and the moment as ISO 8601 text with an
offset. Plain: they come by the thousand."""
Left = tuple[int, bool]
"""A row that was not added: its place, and whether the row that is there says the same."""


class MonthGone(Exception):
    """The month of a reading was archived after the stations were looked up. Nothing was stored, and the transaction is over."""


def next_batch() -> int:
    """A number for a batch; one that is not used leaves a gap."""
    try:
        return _numbers.popleft()
    except IndexError:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('reading_batch_number') FROM generate_series(1, %s)", [NUMBERS])
            first, *others = (number for (number,) in cursor.fetchall())
        _numbers.extend(others)
        return int(first)


def make_months(months: Iterable[date]) -> None:
    """See that there is a partition for each of these months; it stays if the transaction does, and is remembered then."""
    new = sorted(set(months) - _made)
    if not new:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT reading_month_made(month) FROM unnest(%s::date[]) AS month", [new])
    transaction.on_commit(lambda: _made.update(new))


def months_there() -> tuple[date, ...]:
    """The months of which there is a partition, by their first day, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'reading'::regclass")
        names = [name.rpartition(".")[2].strip('"') for (name,) in cursor.fetchall()]
    return tuple(sorted(date(int(name[8:12]), int(name[13:15]), 1) for name in names))


def add(batch_id: int, rows: Sequence[Row]) -> tuple[Added, list[Left]]:
    """Add rows, each moment of a stream once: the first that came; with those that were left out. Raises MonthGone.

    In order of the key, so that two batches with the same moments wait for each other and seldom around a circle.
    """
    ordered = sorted(rows, key=KEY)
    try:
        bring = _add_few if len(rows) <= FEW else _add_new
        if bring(batch_id, ordered):
            return _added(ordered), []
        send(rows)
        if len(rows) > FEW:
            add_those(batch_id)
    except (CheckViolation, IntegrityError) as fault:  # by COPY, and by a statement of Django's cursor
        if not isinstance(fault.__cause__ or fault, CheckViolation):
            raise
        _made.clear()  # a month that was there has been taken away
        raise MonthGone from fault
    left = not_added(batch_id)
    out = {n for n, _ in left}
    return _added(sorted((row for n, row in enumerate(rows) if n not in out), key=KEY)), left


def _added(ordered: Sequence[Row]) -> Added:
    if not ordered:
        return Added(0, None, None, "")
    moments = [row[1] for row in ordered]
    digest = rules.digest([f"{stream} {at} {value} {flag}" for stream, at, value, flag, _ in ordered])
    return Added(len(ordered), rules.moment(min(moments)), rules.moment(max(moments)), digest)


def _add_few(batch_id: int, ordered: Sequence[Row]) -> bool:
    """Add those that are not there; whether these were all."""
    streams, _, values, flags, moments = zip(*ordered, strict=True)
    numbers = [None if value == rules.NO_VALUE else value for value in values]
    with connection.cursor() as cursor:
        cursor.execute(_ADD_FEW, [batch_id, list(streams), list(moments), numbers, list(flags)])
        return bool(cursor.rowcount == len(ordered))


def _add_new(batch_id: int, ordered: Sequence[Row]) -> bool:
    """Add rows of which none is there already, nor twice among them. False, and nothing is added, where one is."""
    lines = [f"{stream}\t{at}\t{value}\t{flag}\t{batch_id}\n" for stream, _, value, flag, at in ordered]
    try:
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(_COPY_NEW) as into:
            into.write("".join(lines))
    except (UniqueViolation, DeadlockDetected):
        return False
    return True


def send(rows: Sequence[Row]) -> None:
    """Bring rows into this session's table, numbered from 0 on."""
    lines = [f"{n}\t{stream}\t{at}\t{value}\t{flag}\n" for n, (stream, _, value, flag, at) in enumerate(rows)]
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING)
        cursor.execute("DELETE FROM incoming_reading")  # of an earlier batch in the same transaction
        with cursor.copy(_COPY_INCOMING) as into:
            into.write("".join(lines))


def add_those(batch_id: int) -> None:
    """Add what was sent and is not there, each moment of a stream once: the first that came."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [batch_id])


def not_added(batch_id: int) -> list[Left]:
    """Of what was sent, the rows that were left out."""
    with connection.cursor() as cursor:
        cursor.execute(_NOT_ADDED, [batch_id])
        return list(cursor.fetchall())


def note_contacts(heard: Mapping[UUID, datetime]) -> None:
    """Note when stations were last heard, to ten seconds: a row that is always written would grow by each packet."""
    ordered = sorted(one for one, at in heard.items() if one not in _noted or at >= _noted[one] + CONTACT)
    if not ordered:
        return
    with connection.cursor() as cursor:
        cursor.execute(_CONTACTS, [ordered, [heard[one] for one in ordered], CONTACT.total_seconds()])
    transaction.on_commit(lambda: _noted.update({one: heard[one] for one in ordered}))
