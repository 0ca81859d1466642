"""The rows of readings, by the thousand: COPY, and where some are there already, one INSERT that leaves these out; and their digest.

Parts of steps/storing.py, inside its transaction. No ORM: it would take the time of ten rows for each. Nearly all that comes is new,
so it is brought in as if it were; two thirds of the database's time would else go into looking first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from uuid import UUID

from django.db import connection, transaction
from psycopg.errors import CheckViolation, DeadlockDetected, UniqueViolation

from yiwang.intake.sensing import rules

LINE = "concat_ws(' ', stream, (extract(epoch FROM at) * 1000000)::bigint, coalesce(value::text, '-'), flag)"
"""rules.line, as the database writes it."""
DIGEST = f"encode(sha256(convert_to(coalesce(string_agg({LINE}, E'\\n' ORDER BY stream, at), ''), 'UTF8')), 'hex')"
"""Of the rows of one batch, in the order of stream and moment."""

KEY = itemgetter(0, 1)
_COPY_NEW = "COPY reading (stream, at, value, flag, batch) FROM STDIN (NULL '-')"
_COPY_INCOMING = "COPY incoming_reading (n, stream, at, value, flag) FROM STDIN (NULL '-')"
_INCOMING = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_reading (n integer, stream integer, at timestamptz, value numeric, flag text)
ON COMMIT DELETE ROWS
"""
_ADD = f"""
WITH added AS (
    INSERT INTO reading (stream, at, value, flag, batch)
    SELECT stream, at, value, flag, %s FROM incoming_reading ORDER BY stream, at, n
    ON CONFLICT (stream, at) DO NOTHING
    RETURNING stream, at, value, flag
)
SELECT count(*), min(at), max(at), {DIGEST} FROM added
"""  # noqa: S608 - our own words
# In order of the key, so that two batches with the same moments wait for each other and never around a circle.
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
_made: set[date] = set()
"""Months of which this process knows that they are there,"""
_noted: dict[UUID, datetime] = {}
"""and contacts that it has noted: each batch would else ask for both again, in statements of their own. Where another process hears the
same station, up to twice ten seconds may pass between two that are noted."""


@dataclass(frozen=True, slots=True)
class Added:
    """What an INSERT added: how many rows, their span, and the digest over them."""

    count: int
    first_at: datetime | None
    last_at: datetime | None
    digest: str


Row = tuple[int, int, str, str]
"""One reading that is to be stored: stream, moment (rules.micros), value (rules.written), flag. Plain: they come by the thousand."""


def next_batch() -> int:
    """A number for a batch; one that is not used leaves a gap."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('reading_batch_number')")
        return int(cursor.fetchone()[0])


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


def add_new(batch_id: int, rows: Sequence[Row]) -> Added | None:
    """Add rows of which none is there already, nor twice among them. None, and nothing is added, where one is, or a month is not there.

    In order of the key, so that two batches with the same moments wait for each other and seldom around a circle.
    """
    ordered = sorted(rows, key=KEY)
    moments = _moments(rows)
    lines = [f"{stream}\t{moments[at]}\t{value}\t{flag}\t{batch_id}\n" for stream, at, value, flag in ordered]
    try:
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(_COPY_NEW) as into:
            into.write("".join(lines))
    except (UniqueViolation, DeadlockDetected):
        return None
    except CheckViolation:
        _made.clear()  # a month that was there has been taken away
        return None
    digest = rules.digest(f"{stream} {at} {value} {flag}" for stream, at, value, flag in ordered)
    return Added(len(rows), rules.moment(min(moments)), rules.moment(max(moments)), digest)


def _moments(rows: Iterable[Row]) -> dict[int, str]:
    """Each moment as COPY reads it; many readings share theirs."""
    return {micros: rules.moment(micros).isoformat() for micros in {row[1] for row in rows}}


def send(rows: Sequence[Row]) -> None:
    """Bring rows into this session's table, numbered from 0 on."""
    moments = _moments(rows)
    lines = [f"{n}\t{stream}\t{moments[at]}\t{value}\t{flag}\n" for n, (stream, at, value, flag) in enumerate(rows)]
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING)
        cursor.execute("DELETE FROM incoming_reading")  # of an earlier batch in the same transaction
        with cursor.copy(_COPY_INCOMING) as into:
            into.write("".join(lines))


def add(batch_id: int) -> Added:
    """Add what was sent, each moment of a stream once: the first that came."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [batch_id])
        return Added(*cursor.fetchone())


def not_added(batch_id: int) -> list[tuple[int, bool]]:
    """Of what was sent, the rows that `add` left out: their n, and whether the row that is there says the same."""
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
