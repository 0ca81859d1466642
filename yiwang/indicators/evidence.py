"""Which rows of evidence a compiled indicator reads, as the WITH before it; running it on Django's connection."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yiwang.kernel.journal import queries as journal

READER, MEASURED = "indicators", "measured indicators"
"""The readers of the journal by which evidence of cases and of measurements follows it."""
Key = tuple[date, UUID, UUID]
"""A cell: month, committee, department."""

_TABLES = (
    ("evidence_case", "case_id, part, month, committee, team, source, '' AS ref, type_code, holds"),
    ("evidence_measured", "thing, NULL::uuid, month, committee, team, source, ref, '', holds"),
)
"""What is counted, in the columns of compiled.EVIDENCE."""
_TODAY = "until IS NULL"
_AS_OF = "since <= %s AND (until IS NULL OR until > %s)"
_TOUCHED = "(month, committee, team) IN (SELECT * FROM unnest(%s::date[], %s::uuid[], %s::uuid[]))"


@dataclass(frozen=True, slots=True)
class Scope:
    """Months from a first to a last (their first days, both included), of one committee and one department or of all."""

    first: date
    last: date
    committee: UUID | None = None
    team: UUID | None = None

    def columns(self) -> dict[str, Any]:
        """The scope as a filter of Django's."""
        wanted = {"month__gte": self.first, "month__lte": self.last, "committee": self.committee, "team": self.team}
        return {name: value for name, value in wanted.items() if value is not None}


def as_of(sql: str, scope: Scope, moment: datetime) -> list[tuple[Any, ...]]:
    """What a compiled indicator gives for a scope, as things stood at a moment."""
    where = [_AS_OF, "month BETWEEN %s AND %s"]
    given: list[Any] = [moment, moment, scope.first, scope.last]
    for column, value in (("committee", scope.committee), ("team", scope.team)):
        if value is not None:
            where.append(f"{column} = %s")
            given.append(value)
    return _run(sql, " AND ".join(where), given)


def of_cells(keys: Collection[Key] | None) -> tuple[str, list[Any]]:
    """The WITH of the rows in these cells (or in all), as things stand by all that was read, and what belongs to its marks."""
    if keys is None:
        return _with(_TODAY), []
    columns = [[key[place] for key in keys] for place in range(3)]
    return _with(f"{_TODAY} AND {_TOUCHED}"), columns * len(_TABLES)


def _with(where: str) -> str:
    """Cases and measured things are told apart by their source, and by outcomes of their own."""
    every = " UNION ALL ".join(f"SELECT {columns} FROM {table} WHERE {where}" for table, columns in _TABLES)  # noqa: S608
    return f"WITH evidence AS ({every})"


def _run(sql: str, where: str, given: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_with(where)}\n{sql}", given * len(_TABLES))
        return list(cursor.fetchall())


_NEWEST = "SELECT greatest((SELECT max(since) FROM evidence_case), (SELECT max(since) FROM evidence_measured))"


def newest() -> datetime | None:
    """When the last thing happened that figures count; None for nothing yet."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        found: datetime | None = cursor.fetchone()[0]
        return found


_MONTHS = """
SELECT min(month), max(month) FROM
    (SELECT month FROM evidence_case WHERE until IS NULL UNION ALL SELECT month FROM evidence_measured WHERE until IS NULL) every
"""


def months() -> tuple[date, date] | None:
    """The first and the last month in which something counts; None for nothing yet."""
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS)
        first, last = cursor.fetchone()
        return (first, last) if first else None


def read_to() -> int:
    """The position in the journal up to which all figures count."""
    return min(read_by_each())


def read_by_each() -> tuple[int, int]:
    """The positions up to which figures of cases, and figures of what was measured, count: one may be ahead of the other."""
    return journal.reader_position(READER), journal.reader_position(MEASURED)


# From one definition to the next along the index: the sweeper asks twice a second, and the cells are many.
_COUNTED_BY = """
WITH RECURSIVE walk AS (
    (SELECT indicator, hash FROM indicator_cell ORDER BY indicator, hash LIMIT 1)
    UNION ALL
    SELECT following.* FROM walk CROSS JOIN LATERAL (
        SELECT indicator, hash FROM indicator_cell
        WHERE (indicator, hash) > (walk.indicator, walk.hash) ORDER BY indicator, hash LIMIT 1
    ) following
)
SELECT indicator, hash FROM walk
"""


def counted_by() -> set[tuple[str, str]]:
    """By which definitions (code and hash) the cells were counted."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED_BY)
        return {(code, digest) for code, digest in cursor.fetchall()}
