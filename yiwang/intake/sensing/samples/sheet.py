"""Reads the rows of a laboratory's sheet: each is a sample, or refused with its column and why; a cell that cannot be read costs itself."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from yiwang.intake.sensing.received import NORMAL, SAMPLE, Measured
from yiwang.intake.sensing.rules import ABOVE, BELOW, KnownStream
from yiwang.intake.sensing.samples.columns import LABORATORY, NUMBER, STATION, Columns, Heading, multiplier
from yiwang.intake.sensing.samples.places import Place, Places
from yiwang.intake.sensing.samples.problems import SampleEmpty, SampleStreamMissing, SampleTwice, SampleWordsUnfit
from yiwang.kernel.keeping import can_be_kept
from yiwang.kernel.personal import number_in
from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.measured import MOST, Bound, Column, measured, missing, shown
from yiwang.kernel.sheets.moments import read_moment
from yiwang.kernel.sheets.opening import SheetRow

CLOCK = re.compile(r"\s*\d{1,2}\s*[:：时点]\s*\d{1,2}\s*分?(\s*[:：]?\s*\d{1,2}\s*秒?)?\s*")
LONGEST = 100
"""Characters of a number or a laboratory's name, and of a cell as it is kept."""
LEAST: Mapping[str, Decimal] = {"℃": Decimal(-5)}
"""By unit; of everything else that a laboratory measures nothing is below zero."""
FLAGS = {Bound.EXACT: NORMAL, Bound.BELOW: BELOW, Bound.ABOVE: ABOVE}


@dataclass(frozen=True, slots=True)
class Refused:
    """A row, or one cell of it, that is not entered: its number as a spreadsheet shows it, the column (empty for the row), and why."""

    row: int
    column: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Read:
    """One sample as its row says. `readings` and `headings` belong together. `day_only`: the row has no time of day, so 00:00 is taken."""

    row: int
    place: Place
    number: str
    taken_at: datetime
    day_only: bool
    laboratory: str
    readings: tuple[Measured, ...]
    headings: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]


class Rows:
    """The samples of a sheet's rows; `refused` grows with what cannot be entered."""

    def __init__(self, columns: Columns, places: Places, now: datetime) -> None:
        self._columns, self._places, self._now = columns, places, now
        self._moments: dict[tuple[str, datetime], int] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self.refused: list[Refused] = []

    def read(self, row: SheetRow) -> Read | None:
        """The sample of a row; None where it is refused as a whole, or says nothing but the station, as in a sheet to be filled in."""
        column = ""
        try:
            if row.problem:
                raise row.problem
            if self._only_named(row):
                return None
            column = self._columns.said[STATION].name
            place = self._places.find(_cell(row, self._columns.said[STATION]))
            column = self._columns.moments[0].name
            taken_at, day_only = self._moment(row)
            number, column = self._words(row, NUMBER), ""
            laboratory = self._words(row, LABORATORY)
            self._once(place.code, taken_at, number, row.number)
            found = tuple(self._values(row, place, taken_at))
            if not found and not any(one.row == row.number for one in self.refused):
                raise SampleEmpty
        except Problem as problem:
            self.refused.append(Refused(row.number, column, problem))
            return None
        readings, headings = tuple(one for one, _ in found), tuple(heading for _, heading in found)
        return (
            Read(row.number, place, number, taken_at, day_only, laboratory, readings, headings, self._written(row))
            if found
            else None
        )

    def _only_named(self, row: SheetRow) -> bool:
        """Whether nothing stands in a row but its station."""
        filled = [one for one in self._columns.read if not missing(_cell(row, one))]
        return filled == [self._columns.said[STATION]]

    def _moment(self, row: SheetRow) -> tuple[datetime, bool]:
        """The moment of a row: one cell, or a day and a time of day in two; and whether only a day is given. Raises as read_moment."""
        cells = [cell for one in self._columns.moments if not missing(cell := _cell(row, one))]
        clocks = [cell for cell in cells if isinstance(cell, time) or (isinstance(cell, str) and CLOCK.fullmatch(cell))]
        days = [cell for cell in cells if cell not in clocks]
        name = self._columns.moments[0].name
        day = days[0] if days else ""
        read = read_moment(day, name, self._now)
        if not clocks or not read.day_only:
            return read.moment, read.day_only
        clock = clocks[0].strftime("%H:%M:%S") if isinstance(clocks[0], time) else clocks[0].strip()
        return read_moment(f"{read.moment:%Y-%m-%d} {clock}", name, self._now).moment, False

    def _words(self, row: SheetRow, field: str) -> str:
        heading = self._columns.said.get(field)
        cell = _cell(row, heading) if heading else None
        if heading is None or missing(cell):
            return ""
        found = str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip()
        if len(found) > LONGEST or not can_be_kept(found, 0) or number_in(found):
            raise SampleWordsUnfit(column=heading.name, most=LONGEST)
        return found

    def _once(self, code: str, taken_at: datetime, number: str, row: int) -> None:
        first = self._moments.setdefault((code, taken_at), row)
        if number:
            first = min(first, self._numbers.setdefault((code, number), row))
        if first != row:
            raise SampleTwice(row=first)

    def _values(self, row: SheetRow, place: Place, taken_at: datetime) -> Iterator[tuple[Measured, str]]:
        for code, heading in self._columns.factors.items():
            cell = _cell(row, heading)
            if missing(cell):
                continue
            try:
                stream = place.streams.get(code)
                if stream is None:
                    raise SampleStreamMissing(station=place.name, column=heading.name)
                yield _measured(cell, heading, stream, taken_at), heading.name
            except Problem as problem:
                self.refused.append(Refused(row.number, heading.name, problem))

    def _written(self, row: SheetRow) -> tuple[tuple[str, str], ...]:
        """The cells that are read, as they were written."""
        return tuple(
            (one.name[:LONGEST], shown(cell)) for one in self._columns.read if not missing(cell := _cell(row, one))
        )


def _cell(row: SheetRow, heading: Heading) -> Any:
    return row.cells[heading.at] if heading.at < len(row.cells) else None


def _measured(cell: Any, heading: Heading, stream: KnownStream, taken_at: datetime) -> Measured:
    """Raises UnitUnknown, ValueUnreadable, NoDetectionLimit and ValueImpossible."""
    said = stream.description
    column = Column(heading.at, heading.name, multiplier(heading, said.unit))
    found = measured(cell, column, LEAST.get(said.unit, Decimal(0)), MOST)
    return Measured(said.factor, said.statistic, SAMPLE, taken_at, found.value, FLAGS[found.bound])
