"""An old month of readings is taken out of the database: into Parquet files, read again and compared, and only then are its rows dropped.

Run as the tables' owner (`yiwang station archive`): the application's role deletes no reading, whoever may have got hold of it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction
from psycopg import sql
from psycopg.errors import DeadlockDetected, LockNotAvailable

from yiwang.intake.sensing import archived, law, parquet, rules
from yiwang.intake.sensing.facts import MonthArchived
from yiwang.intake.sensing.models import ApartReading, Reading, ReadingBatch
from yiwang.intake.sensing.problems import (
    MonthHasQuestion,
    MonthInUse,
    MonthNotQuiet,
    MonthStillKept,
    MonthUnknown,
    ParquetDiffers,
)
from yiwang.intake.sensing.steps.rows import months_there
from yiwang.kernel.access import permission
from yiwang.kernel.files import steps as files
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import TOWN_WIDE, Call

QUIET = timedelta(days=7)
"""[D]: so long nothing of the month must have come, so that alarms and figures have surely taken in what there is."""
PATIENCE = "3s"
"""So long the month is waited for: whoever comes meanwhile waits too."""
_WITHIN = "at >= %(first)s AND at < %(end)s"
_LINES = """
COPY (
    SELECT concat_ws(' ', r.stream, (extract(epoch FROM r.at) * 1000000)::bigint, coalesce(r.value::text, '-'), r.flag, r.batch,
                     CASE WHEN c.stream IS NULL THEN '~' ELSE coalesce(c.value::text, '-') END, coalesce(c.flag, '~'))
    FROM reading AS r LEFT JOIN reading_correction AS c USING (stream, at)
    WHERE r.at >= %(first)s AND r.at < %(end)s ORDER BY r.stream, r.at
) TO STDOUT
"""
"""parquet.line, as the database writes it."""
_CORRECTIONS = f"SELECT count(*) || ' ' || coalesce(max(entry), 0) FROM reading_correction WHERE {_WITHIN}"  # noqa: S608 - our own words
_STATE = f"""
SELECT (SELECT count(*) FROM reading WHERE {_WITHIN}),
       (SELECT array_agg(DISTINCT stream ORDER BY stream) FROM reading WHERE {_WITHIN}),
       ({_CORRECTIONS})
"""  # noqa: S608
_NOT_ADDED_UP = f"""
SELECT EXISTS (
    SELECT FROM (SELECT DISTINCT batch FROM reading WHERE {_WITHIN}) AS there
    WHERE NOT EXISTS (SELECT FROM rolled_batch WHERE rolled_batch.batch = there.batch)
) OR EXISTS (
    SELECT FROM reading_correction WHERE {_WITHIN}
    AND NOT EXISTS (SELECT FROM rolled_correction WHERE rolled_correction.entry = reading_correction.entry)
)
"""  # noqa: S608
Span = dict[str, datetime]


def due(now: datetime) -> tuple[date, ...]:
    """The months with readings that may be taken out by the dated rule, the oldest first."""
    ends = law.readings_kept_since(now)
    return tuple(month for month in months_there() if archived.following(month) <= ends and _has_readings(month))


def _has_readings(month: date) -> bool:
    begins, ends = rules.month_begins(month), rules.month_begins(archived.following(month))
    return Reading.objects.filter(at__gte=begins, at__lt=ends).exists()


@step("reading.archive")
def archive(month: date, *, call: Call) -> MonthArchived:
    """Take one month out (its first day is given): its Parquet files lie safely and say what the rows said, then the rows go.

    What was added up stays; alarms, exports and the readings behind a number find the files by themselves. A value for the month that
    comes later is kept apart. Raises NotAllowed, MonthUnknown, MonthStillKept, MonthNotQuiet, MonthHasQuestion, MonthInUse, ParquetDiffers.
    """
    permission.require(call.actor, "reading.archive", TOWN_WIDE)
    if month not in months_there() or not _has_readings(month):
        raise MonthUnknown(month=f"{month:%Y-%m}")
    if month not in due(call.now):
        raise MonthStillKept(month=f"{month:%Y-%m}", since=f"{law.readings_kept_since(call.now):%Y-%m}")
    span = {"first": rules.month_begins(month), "end": rules.month_begins(archived.following(month))}
    _require_quiet(month, span, call.now)
    before, keyless = _state(span), Call(call.actor, call.now, call.door, reason=call.reason)
    made, digest = _files(span)
    hashes = tuple(files.store_table(content, call=keyless).sha256 for content in made)
    for one in hashes:
        files.use_file(one, archived.SUBJECT, f"{month:%Y-%m}", Purpose.DOCUMENT, call=keyless)
    _take_out(month, span, before)
    fact = MonthArchived(f"{month:%Y-%m}", before.readings, before.streams, digest, hashes)
    record(fact, call=call)
    return fact


def _require_quiet(month: date, span: Span, now: datetime) -> None:
    """Pass when nothing came lately, nobody still has to decide on a value, and every follower of the journal has seen all of it."""
    here = ReadingBatch.objects.filter(first_at__lt=span["end"], last_at__gte=span["first"])
    open_question = ApartReading.objects.filter(
        reason=rules.DIFFERS, answer="", at__gte=span["first"], at__lt=span["end"]
    ).first()
    if open_question is not None:
        raise MonthHasQuestion(month=f"{month:%Y-%m}", key=open_question.key)
    newest = here.order_by("-entry").first()
    with connection.cursor() as cursor:
        cursor.execute(_NOT_ADDED_UP, span)
        behind = cursor.fetchone()[0]
    placed = journal.position_of(newest.entry) if newest else 0
    if behind or here.filter(stored_at__gt=now - QUIET).exists() or placed is None or journal.slowest_reader() < placed:
        raise MonthNotQuiet(month=f"{month:%Y-%m}")


class _State(NamedTuple):
    """What is there of a month: readings never change, so the same number of them is the same readings."""

    readings: int
    streams: tuple[int, ...]
    corrections: str


def _state(span: Span) -> _State:
    with connection.cursor() as cursor:
        cursor.execute(_STATE, span)
        count, streams, corrections = cursor.fetchone()
        return _State(int(count), tuple(streams or ()), str(corrections))


def _take_out(month: date, span: Span, before: _State) -> None:
    """Let nobody add to the month, see that it is what the files say, and only then ask for the lock that everybody waits behind: for
    some milliseconds, or not at all. Raises MonthNotQuiet, MonthInUse.
    """
    table = sql.Identifier(f"reading_{month:%Y_%m}")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(PATIENCE)))
            cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(table))
            if _state(span) != before:
                raise MonthNotQuiet(month=f"{month:%Y-%m}")
            cursor.execute("LOCK TABLE ONLY reading IN ACCESS EXCLUSIVE MODE")
            cursor.execute(_CORRECTIONS, span)  # one that was being decided may have come while the lock was waited for
            if cursor.fetchone()[0] != before.corrections:
                raise MonthNotQuiet(month=f"{month:%Y-%m}")
            cursor.execute(sql.SQL("ALTER TABLE reading DETACH PARTITION {}").format(table))
            cursor.execute(sql.SQL("DROP TABLE {}").format(table))
    except OperationalError as fault:
        if isinstance(fault.__cause__, LockNotAvailable | DeadlockDetected):
            raise MonthInUse(month=f"{month:%Y-%m}") from None
        raise


def _files(span: Span) -> tuple[list[bytes], str]:
    """The Parquet files of the month, each read again, and the digest of all lines. Raises ParquetDiffers."""
    made: list[bytes] = []
    wanted, found = hashlib.sha256(), hashlib.sha256()
    with connection.cursor() as cursor, cursor.copy(_LINES, span) as out:
        lines = _lines(out)
        while part := list(islice(lines, parquet.MOST_ROWS)):
            made.append(parquet.made(part))
            _add(wanted, part)
            _add(found, map(parquet.line, parquet.everything(made[-1])))
            if wanted.digest() != found.digest():
                raise ParquetDiffers
    return made, wanted.hexdigest()


def _add(digest: Any, lines: Iterable[str]) -> None:
    for one in lines:
        digest.update(f"{one}\n".encode())


def _lines(out: Iterable[Any]) -> Iterator[str]:
    """COPY's text, line by line; it comes in pieces of a line each."""
    for piece in out:
        yield from bytes(piece).decode("ascii").splitlines()
