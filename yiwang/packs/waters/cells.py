"""Cells and headings of a sheet of water samples: in which units items are written, and what water can be."""

import re
from decimal import Decimal
from typing import Any

from yiwang.kernel.sheets.measured import MG_PER_L, MOST, PER_L, Column, Measured, factor, heading_of
from yiwang.kernel.sheets.measured import measured as measured_between
from yiwang.kernel.sheets.problems import UnitUnknown
from yiwang.packs.waters.rules.blacksmelly import DEPTH, TRANSPARENCY
from yiwang.packs.waters.rules.items import TEMPERATURE

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
WITHOUT_FACTOR = ("ph", TEMPERATURE, "orp_mv")
POSSIBLE = {
    "ph": (Decimal(0), Decimal(14)),
    TEMPERATURE: (Decimal(-2), Decimal(50)),
    "do": (Decimal(0), Decimal(40)),
    "orp_mv": (Decimal(-2000), Decimal(2000)),
}
"""What water can be; of the others nothing is below zero."""


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
    return factor(name, PER_L if code == "faecal_coliform" else MG_PER_L)


def measured(cell: Any, item: str, column: Column) -> Measured:
    """The value of a cell. Raises ValueUnreadable, NoDetectionLimit and ValueImpossible."""
    return measured_between(cell, column, *POSSIBLE.get(item, (Decimal(0), MOST)))
