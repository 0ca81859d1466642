"""Which column a heading names, whatever its unit, remark, width, case and dashes. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from yiwang.kernel.sheets.measured import ANY_UNIT, flat_of, heading_of

REMARKS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
SIGNS = re.compile(r"[\s_\-–·:：,，、*]+")


def plain(name: Any) -> str:
    """A name without width, case, dashes, spaces and what is left of brackets: by it names are compared."""
    return _bare(flat_of(name))


class Headings:
    """The columns that a reader of sheets knows, by what headings call them.

    `names`: column → what it is called, without unit; of a name that two columns have, the first has it. `besides`: what a heading may
    say besides the column (that it is a mean, say).
    """

    def __init__(self, names: Mapping[str, Iterable[str]], besides: re.Pattern[str] | None = None) -> None:
        self._columns: dict[str, str] = {}
        for column, called in names.items():
            for name in called:
                self._columns.setdefault(plain(name), column)
        self._besides = besides

    def meaning(self, heading: Any) -> str | None:
        """The column; None for a heading that nobody reads. With its remark first: 铬(六价) is an item, 铬 is none."""
        without_unit = ANY_UNIT.sub("", heading_of(heading))
        written = [_bare(without_unit), _bare(REMARKS.sub("", without_unit))]
        if self._besides:
            written += [self._besides.sub("", one) for one in written]
        return next((self._columns[one] for one in written if one in self._columns), None)

    def known(self, cells: Iterable[Any]) -> int:
        """How many cells are headings that are read: tells the header from a title and from data."""
        return sum(self.meaning(cell) is not None for cell in cells if isinstance(cell, str))


def _bare(flat: str) -> str:
    return SIGNS.sub("", flat.replace("()", ""))
