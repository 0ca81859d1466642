"""A sheet of rows for a register: its header, then each row either as values or as a refusal that names row, column and reason."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.opening import Sheet, SheetRow, open_sheet
from yiwang.kernel.sheets.writing import RISKY
from yiwang.kernel.terms import Actor, Call
from yiwang.registers import law, naming, rules, steps
from yiwang.registers.declared import POINT_FIELDS, Register
from yiwang.registers.facts import SheetTaken
from yiwang.registers.problems import CellsMore, ColumnsMissing, ColumnTwice, PointOutside, RowTwice

VALID_FROM = {"zh-Hans": "生效日期", "en": "Valid from"}
"""The column, which may be left out, that says from which day a row holds."""
VALID_FROM_CODE = "valid_from"
MARK = "'"
"""Before a text that a spreadsheet program would take for a formula (OWASP, CSV injection): our export puts it there."""
MARKED = (*RISKY, MARK)
"""How texts begin that the export marks."""
ROWS_LOOKED_AT = "looking at rows"
ROWS_ENTERED = "entering rows"
TOLD_EVERY = 500

Progress = Callable[[str, int, int], object]
"""Hears what is being done, how much is done, and of how much."""


def _silent(what: str, done: int, total: int) -> None:
    """Nobody waits to hear how far it is."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that did not go in: its number as a spreadsheet shows it, the column (empty for the whole row), and why."""

    row: int
    column: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a sheet. `ignored`: columns that the register does not have."""

    fact: SheetTaken
    refused: tuple[Refused, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """The rows of a sheet that can go in, those that cannot, and the columns that nobody reads."""

    rows: tuple[tuple[date, dict[str, Any]], ...]
    refused: tuple[Refused, ...]
    ignored: tuple[str, ...]


def take(
    code: str, content: bytes, filename: str, *, language: str = "zh-Hans", call: Call, progress: Progress = _silent
) -> Taken:
    """Read a CSV or XLSX into a register: good rows go in, each of the others is named. The same sheet again changes nothing.

    A row holds from the day in its column 生效日期, without one from the day of the call.
    Raises RegisterUnknown, NotAllowed, ColumnsMissing, ColumnTwice, and the Problems of kernel/sheets for what is no sheet.
    """
    register = law.catalogue().register(code)
    sheet = open_sheet(content, filename, known=partial(known_names, register))
    looked = look(register, sheet, call.actor, walltime.town_day(call.now), language, progress)
    fact = steps.take_sheet(
        code,
        looked.rows,
        filename=filename,
        sha256=hashlib.sha256(content).hexdigest(),
        refused=len(looked.refused),
        progress=lambda done: progress(ROWS_ENTERED, done, len(looked.rows)),
        call=Call(
            call.actor, call.now, call.door, reason=call.reason
        ),  # the same sheet again changes nothing: it needs no key
    )
    return Taken(fact, looked.refused, looked.ignored)


def rows_of(code: str, content: bytes, filename: str, language: str, actor: Actor) -> int:
    """How many rows a file has whose columns can be read; nothing is taken in by this. Raises what `take` raises."""
    register = law.catalogue().register(code)
    permission.require(actor, "register.write", naming.ground(actor, register))
    sheet = open_sheet(content, filename, known=partial(known_names, register))
    _columns(register, sheet.header, language)
    return len(sheet.rows)


def look(
    register: Register, sheet: Sheet, actor: Actor, today: date, language: str, progress: Progress = _silent
) -> Looked:
    """Judge every row of a sheet. Raises ColumnsMissing and ColumnTwice."""
    columns = _columns(register, sheet.header, language)
    reader = _Reader(register, sheet.header, columns, actor, today, language)
    rows: list[tuple[date, dict[str, Any]]] = []
    refused: list[Refused] = []
    for done, row in enumerate(sheet.rows):
        if done % TOLD_EVERY == 0:
            progress(ROWS_LOOKED_AT, done, len(sheet.rows))
        found = reader.read(row)
        if isinstance(found, Refused):
            refused.append(found)
        else:
            rows.append(found)
    ignored = tuple(name for at, name in enumerate(sheet.header) if name and at not in columns.values())
    return Looked(tuple(rows), tuple(refused), ignored)


def header_names(register: Register) -> dict[str, str]:
    """Every name that a column may have, plain, with the code of its field."""
    named: Iterable[tuple[str, Mapping[str, str]]] = [(one.code, one.name) for one in register.fields]
    named = [*named, (VALID_FROM_CODE, VALID_FROM)]
    found = {_plain(name): code for code, names in named for name in (code, *names.values())}
    units = {one.code: one.unit for one in register.fields if one.unit}
    for code, unit in units.items():
        for name in register.field(code).name.values():
            found[_plain(f"{name}（{unit}）")] = found[_plain(f"{name}({unit})")] = code
    return found


def known_names(register: Register, cells: Iterable[Any]) -> int:
    """How many of some cells are names of this register's columns."""
    names = header_names(register)
    return sum(_plain(str(cell)) in names for cell in cells if isinstance(cell, str))


def _plain(name: str) -> str:
    return "".join(name.split()).lower()


def _columns(register: Register, header: Sequence[str], language: str) -> dict[str, int]:
    names = header_names(register)
    columns: dict[str, int] = {}
    for at, name in enumerate(header):
        code = names.get(_plain(name))
        if code is not None and columns.setdefault(code, at) != at:
            raise ColumnTwice(column=name)
    missing = [one.name[language] for one in register.fields if one.required and one.code not in columns]
    if missing:
        raise ColumnsMissing(columns=", ".join(missing), header=", ".join(name for name in header if name))
    return columns


def unmarked(cell: Any) -> Any:
    """A cell without the mark that an export put before it."""
    return cell[1:] if isinstance(cell, str) and cell[:1] == MARK and cell[1:].startswith(MARKED) else cell


class _Reader:
    """Reads rows of one sheet, and remembers which keys it has had."""

    def __init__(
        self,
        register: Register,
        header: Sequence[str],
        columns: Mapping[str, int],
        actor: Actor,
        today: date,
        language: str,
    ) -> None:
        self._register, self._header, self._columns = register, header, columns
        self._actor, self._today, self._language = actor, today, language
        self._names = naming.names(actor)
        self._had: dict[tuple[str, date], int] = {}

    def read(self, row: SheetRow) -> tuple[date, dict[str, Any]] | Refused:
        if row.problem is not None:
            return Refused(row.number, "", row.problem)
        if len(row.cells) > len(self._header):
            return Refused(row.number, "", CellsMore(cells=len(row.cells), columns=len(self._header)))
        cells = {code: unmarked(row.cells[at]) if at < len(row.cells) else None for code, at in self._columns.items()}
        values, faults = rules.read_row(self._register, cells, self._names, self._language)
        try:
            valid_from = self._day(cells.get(VALID_FROM_CODE))
            for code, fault in faults.items():
                return Refused(row.number, self._header_of(code), fault)
            steps.check_point(self._actor, self._register, values)
        except PointOutside as fault:
            return Refused(row.number, self._header_of(POINT_FIELDS[0]), fault)
        except Problem as fault:
            return Refused(row.number, str(fault.parameters.get("column", "")), fault)
        return self._once(row.number, valid_from, values)

    def _day(self, cell: Any) -> date:
        if cell is None or cell == "":
            return self._today
        return rules.read_day(cell, VALID_FROM[self._language])

    def _once(self, number: int, valid_from: date, values: dict[str, Any]) -> tuple[date, dict[str, Any]] | Refused:
        key = rules.key_of(self._register, values)
        first = self._had.setdefault((key, valid_from), number)
        if first != number:
            return Refused(number, "", RowTwice(key=key, first=first))
        return valid_from, values

    def _header_of(self, code: str) -> str:
        at = self._columns.get(code)
        return self._header[at] if at is not None else self._register.field(code).name[self._language]
