"""What happens in registers. Registers hold nothing about a person, so no field here is private."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from yiwang.kernel.terms import fact


@dataclass(frozen=True, slots=True)
class DatedRow:
    """What a register says under one key from a day on, until the day before `valid_to` where there is one."""

    row_id: UUID
    key: str
    valid_from: date
    values: dict[str, Any]
    valid_to: date | None = None


@fact("register.rows_entered", subject="register")
@dataclass(frozen=True, slots=True)
class RowsEntered:
    """Rows came into a register: one from a form, or a batch of a sheet. A row of a known key and day corrects that row.

    `measures`: as what the values are recorded, by field (type and unit, see fitting.measure_of); empty in the oldest entries.
    """

    register: str
    rows: tuple[DatedRow, ...]
    source: str = ""
    measures: dict[str, str] = field(default_factory=dict)


@fact("register.row_ended", subject="register")
@dataclass(frozen=True, slots=True)
class RowEnded:
    """What a register said under a key holds no longer from this day on."""

    register: str
    key: str
    valid_to: date


@fact("register.sheet_taken", subject="register")
@dataclass(frozen=True, slots=True)
class SheetTaken:
    """A sheet of rows was read to its end. `sha256` (hex) of the file; `refused` rows did not go in."""

    load_id: UUID
    register: str
    filename: str
    sha256: str
    entered: int
    unchanged: int
    refused: int
