"""A module in small for the journal's tests: notes that somebody wrote, with a table, facts, appliers and a step."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yiwang.kernel import ids
from yiwang.kernel.access import permission
from yiwang.kernel.journal.facts import EntryErased
from yiwang.kernel.journal.registry import Entry, applies, blanks, upcasts
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import TOWN_WIDE, AccountId, Actor, ActorKind, Call, Grant, ScopeKind, fact, private

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
ADMINISTRATOR = Actor(ActorKind.STAFF, AccountId(UUID(int=1)), (Grant("administrator", ScopeKind.TOWN),))
NOBODY = Actor(ActorKind.RESIDENT, AccountId(UUID(int=2)))


@fact("samplenote.written", subject="note_id", v=2)
@dataclass(frozen=True, slots=True)
class NoteWritten:
    """Version 1 had the colour as a number."""

    note_id: UUID
    colour: str
    words: str | None = private(default=None)


@fact("samplenote.counted", subject="note_id")
@dataclass(frozen=True, slots=True)
class NoteCounted:
    note_id: UUID
    by: int


@fact("samplenote.heard", subject="colour")
@dataclass(frozen=True, slots=True)
class SampleHeard:
    """A fact that changes no row, for measuring the journal alone."""

    colour: str
    words: str | None = private(default=None)


@applies(SampleHeard)
def sample_heard(fact: SampleHeard, entry: Entry) -> None:
    """Nothing follows from it."""


@upcasts("samplenote.written", from_version=1)
def note_written_2(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "colour": {1: "red", 2: "blue"}[body["colour"]]}


@applies(NoteWritten)
def note_written(fact: NoteWritten, entry: Entry) -> None:
    _sql("INSERT INTO sample_note VALUES (%s, %s, %s, 0, %s)", fact.note_id, fact.colour, fact.words, entry.happened_at)


@applies(NoteCounted)
def note_counted(fact: NoteCounted, entry: Entry) -> None:
    _sql("UPDATE sample_note SET total = 10 * total + %s WHERE id = %s", fact.by, fact.note_id)


@blanks("samplenote")
def blank_note(fact: EntryErased, entry: Entry) -> None:
    _sql("UPDATE sample_note SET words = NULL WHERE id = %s", fact.erased_id)


@step("entry.erase")
def write_note(colour: str, words: str | None, *, call: Call) -> NoteWritten:
    """The sample borrows the journal's own action, so that the permission table needs no rows for tests."""
    permission.require(call.actor, "entry.erase", TOWN_WIDE)
    written = NoteWritten(ids.new_id(call.now), colour, words)
    record(written, call=call)
    return written


@step("entry.erase")
def count_note(note_id: UUID, by: int, *, call: Call) -> NoteCounted:
    """Locks the row before it records, as every step that changes a row does."""
    permission.require(call.actor, "entry.erase", TOWN_WIDE)
    _sql("SELECT 1 FROM sample_note WHERE id = %s FOR UPDATE", note_id)
    counted = NoteCounted(note_id, by)
    record(counted, call=call)
    return counted


@step("entry.erase")
def forgetful(*, call: Call) -> None:
    """A step that never asks."""


def call_of(actor: Actor = ADMINISTRATOR, *, key: str | None = None, reason: str = "") -> Call:
    return Call(actor, NOON, door="test", key=key, reason=reason)


_numbers = itertools.count()


def fresh_key() -> str:
    return f"key-{next(_numbers)}"


@contextmanager
def note_table() -> Iterator[None]:
    """The sample's table, as long as the test runs."""
    _sql("DROP TABLE IF EXISTS sample_note")
    _sql(
        "CREATE TABLE sample_note (id uuid PRIMARY KEY, colour text NOT NULL, words text, "
        "total numeric NOT NULL, at timestamptz NOT NULL)"
    )
    try:
        yield
    finally:
        _sql("DROP TABLE IF EXISTS sample_note")


def rows(statement: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
