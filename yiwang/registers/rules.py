"""What a cell means for a field, and how a row finds its place among the dated rows of its key. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as with_default
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from yiwang.kernel.personal import number_in
from yiwang.kernel.problems import Problem
from yiwang.registers.declared import POINT_FIELDS, Field, Register
from yiwang.registers.facts import DatedRow
from yiwang.registers.problems import (
    EndBeforeBegin,
    KeySign,
    KeyTooLong,
    NameUnknown,
    RowEndedAlready,
    RowUnknown,
    ValueMissing,
    ValueNotOffered,
    ValueOutOfBounds,
    ValuePersonal,
    ValueTooLong,
    ValueUnreadable,
)

LONGEST = 500
LONGEST_KEY = 200
"""Characters of a whole key: it stands in an index (2,704 bytes at the most), in the row's address, and in the API's path."""
LONGEST_NUMBER = 15
"""Digits: what a spreadsheet keeps of a number."""
SHOWN = 40
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00(?::00)?)?")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
YES, NO = ("是", "yes", "true", "1", "有"), ("否", "no", "false", "0", "无")
KEY_JOINT = "·"
KEY_SIGNS = {"\n": "↵", "\r": "↵", "\t": "⇥"}
"""Signs that no key may have, as they are shown: it stands in an address, on one line."""
DOTS = (".", "..")
"""Parts of an address that browsers take for a way up: they would never reach the row."""


@dataclass(frozen=True, slots=True)
class Names:
    """Codes and names by which a cell may name a team, or a place of a kind; each leads to the code."""

    teams: Mapping[str, str]
    places: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Span:
    """A dated row as far as deciding needs it; `valid_to` is the first day on which it no longer holds, `measures` as what each
    value was recorded, where that was kept."""

    valid_from: date
    valid_to: date | None
    values: Mapping[str, Any]
    measures: Mapping[str, str] = with_default(default_factory=dict)

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def says(self, values: Mapping[str, Any], measures: Mapping[str, str]) -> bool:
        """Whether it says the same: 12 that was recorded in metres does not say 12 kilometres."""
        same = all(self.measures.get(code, measure) == measure for code, measure in measures.items())
        return dict(self.values) == dict(values) and same


def read_row(
    register: Register, cells: Mapping[str, Any], names: Names, language: str
) -> tuple[dict[str, Any], dict[str, Problem]]:
    """What a row says, by field code, and what is wrong with each field that cannot be used; empty values are left out.

    Problems: ValueMissing, ValueUnreadable, ValueNotOffered, ValueOutOfBounds, ValueTooLong, ValuePersonal, NameUnknown, and of
    the key KeyTooLong and KeySign; their `column` is the field's name in `language`.
    """
    values: dict[str, Any] = {}
    faults: dict[str, Problem] = {}
    for field in register.fields:
        try:
            value = read_value(field, cells.get(field.code), names, field.name[language])
        except Problem as fault:
            faults[field.code] = fault
            continue
        if value is not None:
            values[field.code] = value
    if not faults:
        faults |= _key_faults(register, values, language)
    return values, faults


def read_value(field: Field, cell: Any, names: Names, column: str) -> Any:
    """The value of one cell as the register keeps it; None when it is empty and may be. Raises what read_row gives."""
    if isinstance(cell, str):
        cell = cell.strip()
    if cell is None or cell == "":
        if field.required:
            raise ValueMissing(column=column)
        return None
    return _READ[field.type](field, cell, names, column)


def _text(field: Field, cell: Any, names: Names, column: str) -> str:
    written = _plain(cell)
    if CONTROL.search(written):
        raise ValueUnreadable(column=column, given=_shown(CONTROL.sub("?", written)), wanted="…")
    if len(written) > LONGEST:
        raise ValueTooLong(column=column, length=len(written), limit=LONGEST)
    if number_in(written):
        raise ValuePersonal(column=column)
    return written


def _number(cell: Any, column: str, wanted: str) -> Decimal:
    written = _plain(cell).replace(",", "").replace("，", "")
    try:
        value = Decimal(written)
    except InvalidOperation:
        raise ValueUnreadable(column=column, given=_shown(written), wanted=wanted) from None
    if isinstance(cell, bool) or not value.is_finite() or len(value.as_tuple().digits) > LONGEST_NUMBER:
        raise ValueUnreadable(column=column, given=_shown(written), wanted=wanted)
    if abs(value.adjusted()) > LONGEST_NUMBER:
        raise ValueUnreadable(column=column, given=_shown(written), wanted=wanted)
    return value


def _bounded(field: Field, value: Decimal, column: str) -> Decimal:
    below = field.least is not None and value < Decimal(str(field.least))
    above = field.most is not None and value > Decimal(str(field.most))
    if below or above:
        bounds = f"{'' if field.least is None else field.least}–{'' if field.most is None else field.most}"
        raise ValueOutOfBounds(column=column, given=str(value), bounds=bounds)
    return value


def _whole(field: Field, cell: Any, names: Names, column: str) -> int:
    value = _number(cell, column, "12")
    if value != value.to_integral_value():
        raise ValueUnreadable(column=column, given=_shown(str(value)), wanted="12")
    return int(_bounded(field, value, column))


def _decimal(field: Field, cell: Any, names: Names, column: str) -> str:
    """Exact, as text: JSON would make a float of it. 1.50 and 1.5 are the same value."""
    value = _bounded(field, _number(cell, column, "1.5"), column)
    return f"{value.normalize():f}"


def _money(field: Field, cell: Any, names: Names, column: str) -> int:
    """Fen. A person and a sheet write yuan."""
    fen = _number(cell, column, "12.50") * 100
    if fen != fen.to_integral_value():
        raise ValueUnreadable(column=column, given=_shown(str(cell)), wanted="12.50")
    return int(_bounded(field, fen, column))


def read_day(cell: Any, column: str) -> date:
    """The day a cell means. Raises ValueUnreadable, also for a day that the calendar does not have."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = DAY.fullmatch(_plain(cell))
    try:
        return date(*(int(part) for part in found.groups()))  # type: ignore[union-attr]
    except (AttributeError, ValueError):
        raise ValueUnreadable(column=column, given=_shown(_plain(cell)), wanted="2026-11-26") from None


def _date(field: Field, cell: Any, names: Names, column: str) -> str:
    return read_day(cell, column).isoformat()


def _choice(field: Field, cell: Any, names: Names, column: str) -> str:
    written = _plain(cell)
    for code, named in field.choices.items():
        if written.lower() in (code, *(name.lower() for name in named.values())):
            return code
    known = "、".join(named["zh-Hans"] for named in field.choices.values())
    raise ValueNotOffered(column=column, given=_shown(written), known=known)


def _yes_no(field: Field, cell: Any, names: Names, column: str) -> bool:
    written = _plain(cell).lower()
    if written not in YES + NO:
        raise ValueUnreadable(column=column, given=_shown(written), wanted="是 / 否 (yes / no)")
    return written in YES


def _team(field: Field, cell: Any, names: Names, column: str) -> str:
    return _named(names.teams, cell, column)


def _place(field: Field, cell: Any, names: Names, column: str) -> str:
    return _named(names.places.get(field.kind, {}), cell, column)


def _named(known: Mapping[str, str], cell: Any, column: str) -> str:
    written = _plain(cell)
    if written not in known:
        raise NameUnknown(column=column, given=_shown(written))
    return known[written]


_READ = {
    "text": _text,
    "whole": _whole,
    "decimal": _decimal,
    "date": _date,
    "choice": _choice,
    "yes_no": _yes_no,
    "place": _place,
    "team": _team,
    "money_fen": _money,
}


def _plain(cell: Any) -> str:
    """A cell as a person would write it: a spreadsheet gives 3 as 3.0."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def _shown(written: str) -> str:
    return written if len(written) <= SHOWN else written[: SHOWN - 1] + "…"


# --- the rows of one key ---------------------------------------------------------------------------------------------


def key_of(register: Register, values: Mapping[str, Any]) -> str:
    """Under what a row is known: its key fields, joined."""
    return KEY_JOINT.join(str(values[code]) for code in register.key)


def _key_faults(register: Register, values: Mapping[str, Any], language: str) -> dict[str, Problem]:
    """What keeps a row's values from being a key: its sign or its length, beside the field that has it."""
    parts = {code: str(values[code]) for code in register.key}
    for code, part in parts.items():
        sign = _sign_in(part, several=len(parts) > 1)
        if sign:
            return {code: KeySign(column=register.field(code).name[language], sign=sign)}
    length, longest = len(key_of(register, values)), max(parts, key=lambda code: len(parts[code]))
    if length > LONGEST_KEY:
        return {longest: KeyTooLong(column=register.field(longest).name[language], length=length, limit=LONGEST_KEY)}
    return {}


def _sign_in(part: str, *, several: bool) -> str:
    """The sign that cannot stand in a part of a key; of several parts the joint, or two rows would be known under one key."""
    found = next((KEY_SIGNS[sign] for sign in part if sign in KEY_SIGNS), "")
    dots = next((one for one in part.split("/") if one in DOTS), "")
    return found or dots or (KEY_JOINT if several and KEY_JOINT in part else "")


def point_of(register: Register, values: Mapping[str, Any]) -> tuple[float, float] | None:
    """Longitude and latitude of a row of a register of points; None of a row from when the register had none."""
    if register.place != "point" or any(code not in values for code in POINT_FIELDS):
        return None
    longitude, latitude = (float(values[code]) for code in POINT_FIELDS)
    return longitude, latitude


def enter(
    row_id: UUID,
    key: str,
    values: dict[str, Any],
    valid_from: date,
    history: Sequence[Span],
    measures: Mapping[str, str],
) -> DatedRow | None:
    """The dated row that makes the register say `values` from `valid_from` on; None when it says so already.

    `measures`: as what the fields are declared now (fitting.measures).

    A row of the same day is corrected. Before a later row it holds until that one begins; in the days of a row that has an end,
    until that end.
    """
    holding = next((span for span in history if span.holds(valid_from)), None)
    if holding is not None and holding.says(values, measures):
        return None
    later = [span.valid_from for span in history if span.valid_from > valid_from]
    until = min(later) if later else None
    if holding is not None:
        until = holding.valid_to
    return DatedRow(row_id, key, valid_from, values, until)


def joined(history: Iterable[Span], row: DatedRow, measures: Mapping[str, str]) -> list[Span]:
    """The history with a row that was just decided, for deciding the next row of the same sheet."""
    rest = [
        replace(span, valid_to=row.valid_from) if span.holds(row.valid_from) else span
        for span in history
        if span.valid_from != row.valid_from
    ]
    return [*rest, Span(row.valid_from, row.valid_to, row.values, measures)]


def end(key: str, on: date, history: Sequence[Span]) -> date:
    """The day from which the key's last row holds no longer. Raises RowUnknown, RowEndedAlready, EndBeforeBegin."""
    if not history:
        raise RowUnknown(key=key)
    last = max(history, key=lambda span: span.valid_from)
    if last.valid_to is not None:
        raise RowEndedAlready(key=key, day=last.valid_to.isoformat())
    if on <= last.valid_from:
        raise EndBeforeBegin(key=key, day=last.valid_from.isoformat())
    return on
