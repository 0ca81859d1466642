"""Building every table again from the journal and comparing: the proof that the tables are a function of the facts.

It may run on a town at work. Everything happens in one REPEATABLE READ transaction that is rolled back, so journal and
tables are seen at the same moment and nothing stays behind. Each table gets an empty temporary clone of the same name;
PostgreSQL looks among temporary tables first, so appliers write to the clones without knowing. The journal's tables
and those listed in APART are cloned too: an applier that went astray would hit an empty clone, never the town.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from psycopg import sql

from yiwang.kernel.journal import models, queries
from yiwang.kernel.journal.reading import fact_in
from yiwang.kernel.journal.registry import APPLIERS

APART: dict[str, str] = {
    "entry": "the journal itself",
    "entry_private": "the journal itself",
    "entry_pending": "the journal itself",
    "entry_position": "the journal itself",
    "tree_node": "follows the journal: the sealer makes it from the entries' hashes",
    "tree_head": "follows the journal: signed by the sealer with a key that lies outside the database",
    "witness": "cursors: which head an outside witness was told last",
    "reader": "cursors: how far a process has come, not what happened",
    "call_key": "answers kept for retries for two days",
    "django_migrations": "the state of the schema",
    "django_content_type": "made by migrate from the models",
    "auth_permission": "made by migrate from the models; rights are in people's grants",
    "auth_group": "Django's groups, unused",
    "auth_group_permissions": "Django's groups, unused",
    "django_session": "who is logged in now",
    "django_admin_log": "the admin is read-only",
}
"""Tables that are not built from facts, each with its reason. A module adds its own as `apart_from_journal` in its AppConfig."""

APART_PREFIXES = {"procrastinate_": "the queue of outside calls: work to do, not what happened"}

CHUNK = 500
DIFFERENCES_SHOWN = 20
"""Per table. Where one row differs thousands may; the first ones tell why."""

Progress = Callable[[int, int], None]
Row = dict[str, Any]


class ReplayStopped(Exception):
    """An entry cannot be applied: its position, verb and what went wrong."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not what the journal says. `kind`: changed, only in the town, only in the replay, or no key."""

    table: str
    kind: str
    key: Row
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a replay found."""

    entries: int
    tables: tuple[str, ...]
    differences: tuple[Difference, ...]


def replay(progress: Progress | None = None) -> Outcome:
    """Apply all committed entries, in order of position (then those not placed yet), to empty clones, and compare.

    `progress` is told (done, of how many). Raises ReplayStopped when an entry cannot be read or applied.
    Inside another transaction (tests) it works on a savepoint and at that transaction's isolation level.
    """
    own = not connection.in_atomic_block
    with transaction.atomic():
        if own:
            _run(sql.SQL("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        (town,) = _rows(sql.SQL("SELECT current_schema()::text"))[0]
        tables = _tables(town)
        for table in tables:
            _run(sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {} INCLUDING ALL)").format(*_pair(town, table)))
        entries = _apply_all(town, progress or _no_progress)
        compared = tuple(table for table in tables if not is_apart(table))
        differences = tuple(found for table in compared for found in _compare(town, table))
        transaction.set_rollback(True)
    return Outcome(entries, compared, differences)


def is_apart(table: str) -> bool:
    """Whether a table is declared not to be built from facts."""
    return table in apart() or table.startswith(tuple(APART_PREFIXES))


def apart() -> dict[str, str]:
    """All tables that are not built from facts, with the reasons given here and by the modules."""
    merged = dict(APART)
    for config in apps.get_app_configs():
        merged.update(getattr(config, "apart_from_journal", {}))
    return merged


def _no_progress(done: int, total: int) -> None:
    """Nobody asked to be told."""


def _run(statement: sql.Composable, values: tuple[Any, ...] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _rows(statement: sql.Composable, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _tables(town: str) -> list[str]:
    """Every table of the schema; a partitioned one once."""
    statement = sql.SQL(
        "SELECT relname::text FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind IN ('r', 'p') "
        "AND NOT relispartition ORDER BY relname"
    )
    return [name for (name,) in _rows(statement, (town,))]


def _pair(town: str, table: str) -> tuple[sql.Identifier, sql.Identifier]:
    """(the clone's name, the town's name)."""
    return sql.Identifier("pg_temp", table), sql.Identifier(town, table)


# --- applying --------------------------------------------------------------------------------------------------------

_JOURNAL = """
SELECT e.*, coalesce(p.position, 9223372036854775807) AS place, s.ciphertext
FROM {town}.entry e
LEFT JOIN {town}.entry_position p ON p.entry_id = e.id
LEFT JOIN {town}.entry_private s ON s.entry_id = e.id
WHERE {which} ORDER BY place, e.id LIMIT %s
"""
_PLACED = "p.position > %s"
_UNPLACED = "p.position IS NULL AND e.id > %s"


def _apply_all(town: str, progress: Progress) -> int:
    count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(town, "entry"))
    total, done = _rows(count)[0][0], 0
    progress(0, total)
    for chunk in _chunks(town):
        for row in chunk:
            _apply(row)
        done += len(chunk)
        progress(done, total)
    return done


def _chunks(town: str) -> Iterator[list[Any]]:
    """The journal in order, some hundred entries at a time; at the end what is committed but not placed yet, by id."""
    for which in (_PLACED, _UNPLACED):
        cursor = 0
        while True:
            statement = _JOURNAL.format(town=connection.ops.quote_name(town), which=which)
            chunk: list[Any] = list(models.Entry.objects.raw(statement, [cursor, CHUNK]))
            if not chunk:
                break
            yield chunk
            cursor = chunk[-1].place if which == _PLACED else chunk[-1].id


def _apply(row: Any) -> None:
    try:
        private = models.EntryPrivate(entry_id=row.id, ciphertext=row.ciphertext) if row.ciphertext else None
        fact = fact_in(row, private)
        APPLIERS[type(fact)](fact, queries.frame(row))
    except Exception as fault:
        raise ReplayStopped(f"entry {row.id} ({row.verb} v{row.v}): {type(fault).__name__}: {fault}") from fault


# --- comparing -------------------------------------------------------------------------------------------------------

_COMPARE = """
SELECT to_jsonb(town)::text, to_jsonb(again)::text FROM {town} AS town FULL JOIN {again} AS again ON {same_key}
WHERE town::text IS DISTINCT FROM again::text LIMIT %s
"""
# As text: a row compared as a whole would need an order for each column's type, which json and points have not.


def _compare(town: str, table: str) -> list[Difference]:
    key = _primary_key(town, table)
    if not key:
        return [Difference(table, "no key", {})]
    same_key = sql.SQL(" AND ").join(
        sql.SQL("{} = {}").format(sql.Identifier("town", column), sql.Identifier("again", column)) for column in key
    )
    clone, original = _pair(town, table)
    statement = sql.SQL(_COMPARE).format(town=original, again=clone, same_key=same_key)
    found = _rows(statement, (DIFFERENCES_SHOWN,))
    return [_difference(table, key, *(json.loads(row) if row else None for row in pair)) for pair in found]


def _difference(table: str, key: tuple[str, ...], town: Row | None, again: Row | None) -> Difference:
    either: Row = town or again or {}
    named = {column: either[column] for column in key}
    if town is None:
        return Difference(table, "only in the replay", named)
    if again is None:
        return Difference(table, "only in the town", named)
    return Difference(table, "changed", named, tuple(sorted(name for name in town if town[name] != again[name])))


def _primary_key(town: str, table: str) -> tuple[str, ...]:
    statement = sql.SQL(
        "SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid "
        "AND a.attnum = ANY(i.indkey) WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY a.attnum"
    )
    qualified = f"{connection.ops.quote_name(town)}.{connection.ops.quote_name(table)}"
    return tuple(name for (name,) in _rows(statement, (qualified,)))
