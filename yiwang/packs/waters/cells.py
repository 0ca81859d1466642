"""Cells and headings of a sheet of samples: units, values, the “<” and “L” of laboratories, and what says that nothing was measured."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from yiwang.packs.waters.problems import NoDetectionLimit, UnitUnknown, ValueImpossible, ValueUnreadable
from yiwang.packs.waters.rules.blacksmelly import DEPTH, TRANSPARENCY
from yiwang.packs.waters.rules.items import TEMPERATURE, Bound, Measured

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
CENTIMETRES = {
    "cm": Decimal(1),
    "厘米": Decimal(1),
    "m": Decimal(100),
    "米": Decimal(100),
    "mm": Decimal("0.1"),
    "毫米": Decimal("0.1"),
}
LENGTHS = (TRANSPARENCY, DEPTH)
LENGTH = re.compile(r"[(\[\s,，]\s*(cm|mm|m|厘米|毫米|米)\s*[)\]]?\s*$")
ANY_UNIT = re.compile(r"(?<![a-z])([a-zμ]+|个)\s*/\s*(l|升|dm3|m3|100ml|ml)(?![a-z])")
REMARKS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
PER_LITRE = re.compile(r"\s*[·•.*]?\s*l\s*\^?\s*[-−]1")
"""mg·L⁻¹, as papers write it."""
SIGNS = re.compile(r"[\s_\-–·:：,，、*]+")
SAME = str.maketrans("≤≥−", "<>-")
VALUE = re.compile(
    r"(?P<bound>[<>]?)=?(?P<number>[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?(e[+-]?\d+)?)(?P<laboratory>l|\(l\)|nd)?"
)
WITHOUT_FACTOR = ("ph", TEMPERATURE, "orp_mv")
MOST_DIGITS, MOST = 40, Decimal(1_000_000_000)
"""No laboratory writes more; an exponent of millions would fill the memory when it is printed."""
POSSIBLE = {
    "ph": (Decimal(0), Decimal(14)),
    TEMPERATURE: (Decimal(-2), Decimal(50)),
    "do": (Decimal(0), Decimal(40)),
    "orp_mv": (Decimal(-2000), Decimal(2000)),
}
"""What water can be; of the others nothing is below zero."""
MOST_NAME = 200
SHOWN_MOST = 40


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


def bare(name: str) -> str:
    """Without dashes, spaces and what is left of brackets."""
    return SIGNS.sub("", name.replace("()", ""))


def factor_of(code: str, name: str) -> Decimal:
    """What a column's numbers are multiplied by. A heading without a unit means the item's own, but for lengths, which are written in
    centimetres as often as in metres. Raises UnitUnknown.
    """
    if code in WITHOUT_FACTOR:
        return Decimal(1)
    if code in LENGTHS:
        written = LENGTH.search(heading_of(name))
        if written is None:
            raise UnitUnknown(column=name, unit="—", known=" / ".join(CENTIMETRES))
        return CENTIMETRES[written[1]]
    known = PER_L if code == "faecal_coliform" else MG_PER_L
    heading = heading_of(name)
    written = ANY_UNIT.search(heading)
    unit = f"{written[1]}/{written[2]}".replace("升", "l") if written else "%" if "%" in heading else ""
    if unit and unit not in known:
        raise UnitUnknown(column=name, unit=unit, known=" / ".join(known))
    return known.get(unit, Decimal(1))


def missing(cell: Any) -> bool:
    """Whether a cell says that nothing was measured."""
    return cell is None or flat_of(cell) in MISSING


def shown(cell: Any) -> str:
    """A cell as a refusal quotes it."""
    return str(cell).strip()[:SHOWN_MOST]


def measured(cell: Any, item: str, column: Column) -> Measured:
    """The value of a cell: 0.92, <0.025, 0.025L (Chinese laboratories' sign for below the detection limit), >24000.

    Raises ValueUnreadable, NoDetectionLimit (未检出 without a number), ValueImpossible.
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
    least, most = POSSIBLE.get(item, (Decimal(0), MOST))
    if not least <= value <= most:
        raise ValueImpossible(column=column.name, given=shown(cell))
    bound = Bound.BELOW if parts["laboratory"] else Bound(parts["bound"])
    return Measured(value * column.factor if column.factor != 1 else value, bound)
