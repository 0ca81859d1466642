"""The writes of registers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from yiwang.kernel.access import permission
from yiwang.kernel.ids import new_id
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.places.queries import town_map
from yiwang.kernel.problems import BadFields, NotAllowed
from yiwang.kernel.terms import Actor, Call, Point
from yiwang.registers import fitting, law, naming, rules, sheetqueue
from yiwang.registers.declared import Register
from yiwang.registers.facts import DatedRow, RowEnded, RowsEntered, SheetTaken
from yiwang.registers.models import RegisterRow
from yiwang.registers.naming import ground
from yiwang.registers.problems import PointOutside, RegisterIsMirror, RowUnchanged
from yiwang.registers.rules import Span

BATCH = 500
"""Rows of a sheet in one entry of the journal."""
LOCK = 0x5247


@step("register.write")
def enter_row(code: str, cells: Mapping[str, Any], valid_from: date, *, call: Call) -> RowsEntered:
    """Say in a register what holds under a key from a day on; the same key and day again is a correction.

    `cells` by field code, as a person writes them. Raises RegisterUnknown, RegisterIsMirror, BadFields (the fields' own Problems
    by code), PointOutside, RowUnchanged.
    """
    register = law.catalogue().register(code)
    _require(call.actor, register)
    if register.mirror_of:
        raise RegisterIsMirror(source=register.mirror_of)
    values, faults = rules.read_row(register, cells, naming.names(call.actor), "zh-Hans")
    if faults:
        raise BadFields(faults)
    check_point(call.actor, register, values)
    _lock(register)
    key = rules.key_of(register, values)
    history, measures = _histories(register, [key]).get(key, []), fitting.measures(register)
    row = rules.enter(new_id(call.now), key, values, valid_from, history, measures)
    if row is None:
        raise RowUnchanged(key=key, day=valid_from.isoformat())
    fact = RowsEntered(code, (row,), measures=measures)
    record(fact, call=call)
    return fact


@step("register.write")
def end_row(code: str, key: str, on: date, *, call: Call) -> RowEnded:
    """What the register says under a key holds no longer from the day `on`; it stays readable for the days before.

    Raises RegisterUnknown, RegisterIsMirror, RowUnknown, RowEndedAlready, EndBeforeBegin.
    """
    register = law.catalogue().register(code)
    _require(call.actor, register)
    if register.mirror_of:
        raise RegisterIsMirror(source=register.mirror_of)
    _lock(register)
    fact = RowEnded(code, key, rules.end(key, on, _histories(register, [key]).get(key, [])))
    record(fact, call=call)
    return fact


@step("register.write")
def take_sheet(
    code: str,
    rows: Sequence[tuple[date, dict[str, Any]]],
    *,
    filename: str,
    sha256: str,
    refused: int,
    progress: Callable[[int], object] = lambda done: None,
    call: Call,
) -> SheetTaken:
    """Enter the good rows of a sheet: (from which day, values as rules.read_row gave them), all in one transaction.

    A row that the register says already changes nothing. `refused`: how many rows of the sheet were left out before.
    `progress` hears how many are done. Raises RegisterUnknown.
    """
    register = law.catalogue().register(code)
    _require(call.actor, register)
    _lock(register)
    entered = 0
    for at in range(0, len(rows), BATCH):
        found = tuple(_new_rows(register, rows[at : at + BATCH], call))
        entered += len(found)
        if found:
            record(RowsEntered(code, found, filename, fitting.measures(register)), call=call)
        progress(min(at + BATCH, len(rows)))
    counts = {"entered": entered, "unchanged": len(rows) - entered, "refused": refused}
    fact = SheetTaken(new_id(call.now), code, filename, sha256, **counts)
    record(fact, call=call)
    return fact


@step("register.write")
def hand_in_sheet(code: str, content: bytes, filename: str, *, rows: int, language: str, call: Call) -> UUID:
    """Let a sheet wait for the worker, which takes it in in the name of who hands it in; returns what to ask for it by.

    `rows`: how many it has. It takes no key: the same sheet twice adds nothing. Raises RegisterUnknown, NotAllowed.
    """
    register = law.catalogue().register(code)
    _require(call.actor, register)
    if call.actor.account_id is None:
        raise NotAllowed(action="register.write")
    sheet_id = new_id(call.now)
    sheetqueue.put(
        sheet_id,
        code,
        by=call.actor.account_id,
        door=call.door,
        filename=filename,
        language=language,
        content=content,
        rows=rows,
        at=call.now,
    )
    return sheet_id


def check_point(actor: Actor, register: Register, values: Mapping[str, Any]) -> None:
    """Raises PointOutside for a row of a register of points that does not lie in the town."""
    point = rules.point_of(register, values)
    if point is not None:
        metres = town_map(actor).distance_to_town_m(Point(*point))
        if metres > 0:
            raise PointOutside(metres=round(metres))


def _new_rows(register: Register, rows: Sequence[tuple[date, dict[str, Any]]], call: Call) -> Iterator[DatedRow]:
    keyed = [(rules.key_of(register, values), valid_from, values) for valid_from, values in rows]
    histories, measures = _histories(register, [key for key, _, _ in keyed]), fitting.measures(register)
    for key, valid_from, values in keyed:
        history = histories.get(key, [])
        row = rules.enter(new_id(call.now), key, values, valid_from, history, measures)
        if row is not None:
            histories[key] = rules.joined(history, row, measures)
            yield row


def _require(actor: Actor, register: Register) -> None:
    permission.require(actor, "register.write", ground(actor, register))


def _lock(register: Register) -> None:
    """Writes to one register go one after another, so that no two decide on the same history."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, register.code])


def _histories(register: Register, keys: Sequence[str]) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    rows = RegisterRow.objects.filter(register=register.code, key__in=set(keys))
    for key, *said in rows.values_list("key", "valid_from", "valid_to", "values", "measures"):
        found.setdefault(key, []).append(Span(*said))
    return found
