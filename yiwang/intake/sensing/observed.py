"""Readings of many streams in the order of time, a page at a time, under conditions: for programs that ask in their own words.

Every question has an end: so many rows, and so many seconds. The first argument is the Actor; who may see a station may see its readings.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import OperationalError, connection, transaction

from yiwang.intake.sensing import queries
from yiwang.intake.sensing.problems import ObservedTooMuch, ObservedTooSlow
from yiwang.kernel.terms import Actor

LONGEST_S = 5
"""Seconds that one question may take."""
MOST_SORTED = 200_000
"""Streams times rows of each that may have to be put in order for one page."""
MOST_COUNTED = 100_000
_CANCELED = "57014"
_FIELDS = {"at": "at", "value": "value", "flag": "flag"}
_OPERATORS = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison: `field` is at, value or flag; `operator` eq, ne, gt, ge, lt or le; `than` None asks for no value at all."""

    field: str
    operator: str
    than: datetime | Decimal | str | None


@dataclass(frozen=True, slots=True)
class Together:
    """Several conditions: all of them (`and`), or at least one (`or`)."""

    word: str
    terms: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """What does not hold."""

    term: "Condition"


Condition = Test | Together | Opposite
EVERYTHING = Together("and", ())


@dataclass(frozen=True, slots=True)
class Observed:
    """One reading. `batch_id`: the batch it was stored in, whose digest the journal has."""

    stream_id: int
    at: datetime
    value: Decimal | None
    flag: str
    batch_id: int


_EACH = """
SELECT s.stream, r.at, r.value, r.flag, r.batch FROM unnest(%s::integer[]) AS s (stream) CROSS JOIN LATERAL (
  SELECT at, value, flag, batch FROM reading_now WHERE stream = s.stream AND {condition} ORDER BY at {order} LIMIT %s
) r ORDER BY r.at {order}, s.stream
"""


def observed(
    actor: Actor,
    streams: Iterable[int],
    condition: Condition = EVERYTHING,
    *,
    descending: bool = False,
    skip: int = 0,
    most: int = 100,
) -> tuple[Observed, ...]:
    """The readings of streams that meet a condition, in the order of time and stream: `most` of them behind the first `skip`.

    Streams beyond the actor's reach have none. Raises NotAllowed, LogInFirst, ObservedTooMuch, ObservedTooSlow.
    """
    rows = _rows(actor, streams, condition, descending, skip + most, "LIMIT %s OFFSET %s", [most, skip])
    return tuple(rows)


def observed_each(
    actor: Actor,
    streams: Iterable[int],
    condition: Condition = EVERYTHING,
    *,
    descending: bool = False,
    most: int = 100,
) -> Mapping[int, Sequence[Observed]]:
    """The first `most` such readings of each stream, by stream. One statement for all of them. Raises as `observed` does."""
    found: dict[int, list[Observed]] = {}
    for row in _rows(actor, streams, condition, descending, most, "", []):
        found.setdefault(row.stream_id, []).append(row)
    return found


def observed_count(actor: Actor, streams: Iterable[int], condition: Condition = EVERYTHING) -> int:
    """How many there are; MOST_COUNTED stands for so many or more. Raises as `observed` does."""
    own, (text, values) = _own(actor, streams), _sql(condition)
    statement = f"SELECT count(*) FROM (SELECT 1 FROM reading_now WHERE stream = ANY(%s) AND {text} LIMIT %s) counted"  # noqa: S608
    return int(_asked(statement, [own, *values, MOST_COUNTED])[0][0])


def _rows(
    actor: Actor, streams: Iterable[int], condition: Condition, descending: bool, each: int, end: str, more: list[int]
) -> list[Observed]:
    own, (text, values) = _own(actor, streams), _sql(condition)
    if len(own) * each > MOST_SORTED:
        raise ObservedTooMuch(streams=len(own), rows=each, most=MOST_SORTED)
    statement = _EACH.format(condition=text, order="DESC" if descending else "ASC") + end
    return [Observed(*row) for row in _asked(statement, [own, *values, each, *more])]


def _own(actor: Actor, streams: Iterable[int]) -> list[int]:
    """Of the streams, those within the actor's reach, each once."""
    known = {one.stream_id for view in queries.stations(actor) for one in (*view.streams, *view.closed)}
    return sorted(known & set(streams))


def _asked(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{LONGEST_S}s'")
            cursor.execute(statement, values)
            return list(cursor.fetchall())
    except OperationalError as fault:
        if getattr(fault.__cause__, "sqlstate", None) == _CANCELED:
            raise ObservedTooSlow(seconds=LONGEST_S) from None
        raise


def _sql(condition: Condition) -> tuple[str, list[Any]]:
    """A condition as text with places for its values. What is compared with a value that there is not, does not hold."""
    if isinstance(condition, Opposite):
        text, values = _sql(condition.term)
        return f"NOT {text}", values
    if isinstance(condition, Together):
        parts = [_sql(term) for term in condition.terms]
        joined = f" {'AND' if condition.word == 'and' else 'OR'} ".join(text for text, _ in parts)
        nothing = "true" if condition.word == "and" else "false"
        return f"({joined or nothing})", [value for _, values in parts for value in values]
    field, sign = _FIELDS[condition.field], _OPERATORS[condition.operator]
    if condition.than is None:
        return ({"=": f"({field} IS NULL)", "<>": f"({field} IS NOT NULL)"}.get(sign, "false")), []
    compared = f"{field} {sign} %s"
    if field != "value":
        return f"({compared})", [condition.than]
    return f"coalesce({compared}, {'true' if sign == '<>' else 'false'})", [condition.than]
