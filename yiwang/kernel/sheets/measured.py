"""Measured values in sheets: units in headings, the “<” and “L” of laboratories, and what says that nothing was measured. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from yiwang.kernel.sheets.problems import NoDetectionLimit, UnitUnknown, ValueImpossible, ValueUnreadable

MISSING = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "—",
        "——",
        "/",
        "\\",
        "无",
        "未测",
        "未监测",
        "缺测",
        "n/a",
        "na",
        "null",
        "none",
        "nan",
        "*",
    }
)
UNDETECTED = frozenset({"nd", "未检出", "notdetected", "<dl", "<mdl", "低于检出限"})
MG_PER_L = {
    "mg/l": Decimal(1),
    "ug/l": Decimal("0.001"),
    "μg/l": Decimal("0.001"),
    "ng/l": Decimal("0.000001"),
    "g/l": Decimal(1000),
}
PER_L = {"个/l": Decimal(1), "mpn/l": Decimal(1), "cfu/l": Decimal(1)}
MG_PER_M3 = {"mg/m3": Decimal(1), "ug/m3": Decimal("0.001"), "μg/m3": Decimal("0.001")}
ANY_UNIT = re.compile(r"(?<![a-z])([a-zμ]+|个)\s*/\s*(l|升|dm3|m3|100ml|ml)(?![a-z])")
PER_LITRE = re.compile(r"\s*[·•.*]?\s*l\s*\^?\s*[-−]1")
"""mg·L⁻¹, as papers write it."""
SAME = str.maketrans("≤≥−", "<>-")
VALUE = re.compile(
    r"(?P<bound>[<>]?)=?(?P<number>[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?(e[+-]?\d+)?)(?P<laboratory>l|\(l\)|nd)?"
)
MOST_DIGITS, MOST = 40, Decimal(1_000_000_000)
"""No laboratory writes more; an exponent of millions would fill the memory when it is printed."""
MOST_NAME = 200
SHOWN_MOST = 40


class Bound(StrEnum):
    """What a laboratory says of a value that it could not measure exactly."""

    EXACT = ""
    BELOW = "<"
    """Below the detection limit, which stands as the value."""
    ABOVE = ">"


@dataclass(frozen=True, slots=True)
class Measured:
    """One value, in the unit that whoever reads it expects."""

    value: Decimal
    bound: Bound = Bound.EXACT

    def __str__(self) -> str:
        return f"{self.bound}{self.value:f}"


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column stands, what the sheet calls it, and by what its numbers are multiplied to have the item's unit."""

    at: int
    name: str
    factor: Decimal = Decimal(1)


def flat_of(cell: Any) -> str:
    """A cell or heading without width, case and spaces around it."""
    return unicodedata.normalize("NFKC", str(cell if cell is not None else "")[:MOST_NAME]).strip().lower()


def heading_of(name: Any) -> str:
    """The same of a heading, with its unit as mg/l however it was written."""
    return PER_LITRE.sub("/l", flat_of(name))


def factor(column: str, known: Mapping[str, Decimal], *, needed: bool = False) -> Decimal:
    """What a column's numbers are multiplied by, from the unit in its heading; 1 where none stands there.

    Raises UnitUnknown, also without a unit where one is `needed`: where instruments write more than one (R-080).
    """
    heading = heading_of(column)
    written = ANY_UNIT.search(heading)
    unit = f"{written[1]}/{written[2]}".replace("升", "l") if written else "%" if "%" in heading else ""
    if (unit or needed) and unit not in known:
        raise UnitUnknown(column=column, unit=unit or "—", known=" / ".join(known))
    return known.get(unit, Decimal(1))


def missing(cell: Any) -> bool:
    """Whether a cell says that nothing was measured."""
    return cell is None or flat_of(cell) in MISSING


def shown(cell: Any) -> str:
    """A cell as a refusal quotes it."""
    return str(cell).strip()[:SHOWN_MOST]


def measured(cell: Any, column: Column, least: Decimal = Decimal(0), most: Decimal = MOST) -> Measured:
    """The value of a cell: 0.92, <0.025, 0.025L (Chinese laboratories' sign for below the detection limit), >24000.

    Raises ValueUnreadable, NoDetectionLimit (未检出 without a number), ValueImpossible (below `least` or above `most`).
    """
    if isinstance(cell, bool):
        raise ValueUnreadable(column=column.name, given=shown(cell))
    # A workbook keeps 0.3 as 0.30000000000000004 when a formula made it; no laboratory has twelve places.
    flat = format(cell, ".12g") if isinstance(cell, float) else "".join(flat_of(cell).translate(SAME).split())
    if flat in UNDETECTED:
        raise NoDetectionLimit(column=column.name, given=shown(cell))
    parts = VALUE.fullmatch(flat) if len(flat) <= MOST_DIGITS else None
    try:
        value = Decimal(parts["number"].replace(",", "")) if parts else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if parts is None or not value.is_finite() or abs(value.adjusted()) > MOST_DIGITS:
        raise ValueUnreadable(column=column.name, given=shown(cell))
    if not least <= value <= most:
        raise ValueImpossible(column=column.name, given=shown(cell), least=least, most=most)
    bound = Bound.BELOW if parts["laboratory"] else Bound(parts["bound"])
    return Measured(value * column.factor if column.factor != 1 else value, bound)
