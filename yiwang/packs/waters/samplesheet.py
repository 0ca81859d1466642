"""A sheet of water samples: which column is which item, in what unit, and what each row says. Chinese and English headings.

A cell that cannot be read costs its own item, not the row; what was wrong stays with the row, so that nothing vanishes silently.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.headings import Headings
from yiwang.kernel.sheets.measured import (
    Bound,
    Column,
    Measured,
    flat_of,
    missing,
    shown,
)
from yiwang.kernel.sheets.moments import read_moment
from yiwang.kernel.sheets.opening import Sheet, SheetRow
from yiwang.kernel.sheets.problems import ColumnsAlike, DateInFuture, DateNotThere
from yiwang.kernel.walltime import in_town
from yiwang.packs.waters.cells import factor_of, measured
from yiwang.packs.waters.problems import NoItemColumns, WordUnknown
from yiwang.packs.waters.rules.blacksmelly import DEPTH, TRANSPARENCY
from yiwang.packs.waters.rules.items import ITEMS, ROMAN, TEMPERATURE, WORST, WaterType

NAMES: Mapping[str, tuple[str, ...]] = {
    "ph": ("pH", "pH值", "酸碱度", "w01001"),
    "do": ("溶解氧", "DO", "dissolved oxygen", "w01009"),
    "codmn": ("高锰酸盐指数", "CODMn", "permanganate index", "w01019"),
    "cod": ("化学需氧量", "COD", "CODCr", "chemical oxygen demand", "w01018"),
    "bod5": ("五日生化需氧量", "生化需氧量", "BOD5", "BOD", "w01017"),
    "nh3n": ("氨氮", "NH3-N", "NH4-N", "氨态氮", "ammonia nitrogen", "w21003"),
    "tp": ("总磷", "TP", "total phosphorus", "w21011"),
    "tn": ("总氮", "TN", "total nitrogen", "w21001"),
    "cu": ("铜", "Cu", "copper", "w20122"),
    "zn": ("锌", "Zn", "zinc", "w20123"),
    "f": ("氟化物", "F", "fluoride", "w21017"),
    "se": ("硒", "Se", "selenium", "w20128"),
    "as": ("砷", "As", "arsenic", "w20119"),
    "hg": ("汞", "Hg", "mercury", "w20111"),
    "cd": ("镉", "Cd", "cadmium", "w20115"),
    "cr6": ("六价铬", "铬(六价)", "Cr6", "Cr6+", "Cr(VI)", "hexavalent chromium", "w20117"),
    "pb": ("铅", "Pb", "lead", "w20120"),
    "cn": ("氰化物", "总氰化物", "CN", "cyanide", "w21016"),
    "phenol": ("挥发酚", "volatile phenols", "volatile phenol", "phenols", "w23002"),
    "oil": ("石油类", "petroleum", "oil", "w22001"),
    "las": ("阴离子表面活性剂", "LAS", "anionic surfactants", "w19002"),
    "sulfide": ("硫化物", "sulfide", "sulphide", "w21019"),
    "faecal_coliform": ("粪大肠菌群", "faecal coliforms", "fecal coliforms", "w02003"),
    TEMPERATURE: ("水温", "water temperature", "temperature", "w01010"),
    TRANSPARENCY: ("透明度", "transparency", "secchi depth"),
    DEPTH: ("水深", "depth", "water depth"),
    "orp_mv": ("氧化还原电位", "ORP", "redox potential"),
    "chlorophyll": ("叶绿素α", "叶绿素a", "叶绿素", "chlorophyll a", "chlorophyll"),
    "section": (
        "断面名称",
        "断面",
        "监测断面",
        "点位名称",
        "监测点位",
        "站点名称",
        "测站",
        "section",
        "station",
        "site",
    ),
    "number": ("断面编号", "点位编号", "观测站代码", "section number"),
    "at": ("监测时间", "采样时间", "采样日期", "监测日期", "监测月份", "时间", "日期", "sampled at", "time", "date"),
    "year": ("年份", "年", "year"),
    "month": ("月份", "月", "month"),
    "water_type": ("水体类型", "水域类型", "water type", "type of water"),
    "official": ("水质类别", "官方类别", "official class", "class"),
    "target": ("水质目标", "目标类别", "目标水质", "target class", "target"),
}
"""Column → names by which people and instruments (HJ 525 codes) call it."""
HEADINGS = Headings(NAMES)

OF_SMELL = (TRANSPARENCY, DEPTH, "orp_mv")
"""Read only where a water is judged as black and smelly: elsewhere their units need not be understood."""
VALUES = (*ITEMS, *OF_SMELL)
CLEAR = frozenset({"见底", "清澈见底", "透底", "到底", "clear to the bottom"})
CLASSED = tuple(item for item in ITEMS if item != TEMPERATURE)
"""Of these a sheet has at least one, or nothing can be classed."""
DESCRIBING = frozenset({"section", "number", "at", "year", "month", "chlorophyll"})
"""Columns that say where and when: a sheet may have several, and the first is read."""
WITHOUT_YEAR = re.compile(r"(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?(?P<rest>[t\s].*)?")
WATER_TYPES = {
    WaterType.RIVER: ("河流", "河", "河道", "江河", "river"),
    WaterType.LAKE: ("湖库", "湖泊", "湖", "水库", "库", "lake", "reservoir"),
}
CLASS_WORDS = re.compile(r"(?P<worse>劣)?\s*(?P<roman>[ivx]+|\d|[一二三四五])?\s*类?")
ROMANS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
YEARS_BACK = 9
"""How far back a day without a year may lie: a 29th of February up to eight years."""
NO_CLASS = frozenset({"-1", "0"})


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One row. `faults`: cells that were set aside, with why; `refused`: the row as a whole cannot be judged.

    `year_guessed`: the sheet gave month and day only; `dated`: whether it gave a date at all.
    """

    number: int
    section: str
    at: datetime
    dated: bool
    year_guessed: bool
    water_type: WaterType
    type_from: str
    sample: dict[str, Measured]
    official: int | None
    target: int | None
    faults: tuple[Problem, ...] = field(default=())
    refused: Problem | None = None


def columns_of(sheet: Sheet, wanted: Collection[str] = CLASSED) -> dict[str, Column]:
    """The columns of a sheet, of which at least one is `wanted`. Raises NoItemColumns, ColumnsAlike and UnitUnknown."""
    found: dict[str, Column] = {}
    for at, name in enumerate(sheet.header):
        code = HEADINGS.meaning(name)
        if code is None or (code in OF_SMELL and code not in wanted):
            continue
        column = Column(at, name, factor_of(code, name) if code in VALUES else Decimal(1))
        if found.setdefault(code, column) is not column and code not in DESCRIBING:
            raise ColumnsAlike(first=found[code].name, second=name)
    if not set(found) & set(wanted):
        raise NoItemColumns(filename=sheet.filename, header="、".join(filter(None, sheet.header)))
    return found


class Reader:
    """Reads the rows of one sheet. `otherwise`: the kind of water where neither a column nor chlorophyll tells it."""

    def __init__(self, columns: Mapping[str, Column], now: datetime, otherwise: WaterType | None = None) -> None:
        self.columns, self.now, self.otherwise = columns, now, otherwise

    def read(self, row: SheetRow) -> SampleRow:
        """What a row says. A date that is none, or is to come, refuses the row; any other fault its own cell."""
        faults: list[Problem] = []
        sample = {item: found for item in VALUES if (found := self._measured(row, item, faults)) is not None}
        water_type, type_from = self._water_type(row, faults)
        official, target = (self._class(row, code, faults) for code in ("official", "target"))
        if target == WORST:
            faults.append(WordUnknown(column=self.columns["target"].name, given=ROMAN[WORST], known="Ⅰ–Ⅴ"))
            target = None
        refused = row.problem
        at, dated, guessed = self.now, False, False
        try:
            at, dated, guessed = self._moment(row)
        except Problem as problem:
            refused = refused or problem
        section = str(self._cell(row, "section") or self._cell(row, "number") or "").strip()
        return SampleRow(
            row.number,
            section,
            at,
            dated,
            guessed,
            water_type,
            type_from,
            sample,
            official,
            target,
            tuple(faults),
            refused,
        )

    def _cell(self, row: SheetRow, code: str) -> Any:
        column = self.columns.get(code)
        return row.cells[column.at] if column and column.at < len(row.cells) else None

    def _measured(self, row: SheetRow, item: str, faults: list[Problem]) -> Measured | None:
        cell = self._cell(row, item)
        if missing(cell):
            return None
        if item == TRANSPARENCY and flat_of(cell) in CLEAR and (depth := self._measured(row, DEPTH, [])):
            return Measured(depth.value, Bound.ABOVE)
        try:
            return measured(cell, item, self.columns[item])
        except Problem as problem:
            faults.append(problem)
            return None

    def _water_type(self, row: SheetRow, faults: list[Problem]) -> tuple[WaterType, str]:
        """The kind of water and what told it: the column, the command, chlorophyll (which is measured in lakes), or nothing."""
        cell = self._cell(row, "water_type")
        if not missing(cell):
            for water_type, words in WATER_TYPES.items():
                if flat_of(cell) in words:
                    return water_type, "column"
            known = " / ".join(words[0] for words in WATER_TYPES.values())
            faults.append(WordUnknown(column=self.columns["water_type"].name, given=shown(cell), known=known))
        if self.otherwise:
            return self.otherwise, "command"
        if "chlorophyll" in self.columns:
            told = not missing(self._cell(row, "chlorophyll"))
            return (WaterType.LAKE, "chlorophyll") if told else (WaterType.RIVER, "no_chlorophyll")
        return WaterType.RIVER, "nothing"

    def _class(self, row: SheetRow, code: str, faults: list[Problem]) -> int | None:
        cell = self._cell(row, code)
        if missing(cell) or flat_of(cell) in NO_CLASS:
            return None
        found = class_of(cell)
        if found is None:
            faults.append(WordUnknown(column=self.columns[code].name, given=shown(cell), known="Ⅰ–Ⅴ / 劣Ⅴ / 1–6"))
        return found

    def _moment(self, row: SheetRow) -> tuple[datetime, bool, bool]:
        """When the sample was taken, whether the sheet says so, and whether the year was guessed: the last such day before now."""
        cell = self._cell(row, "at")
        if missing(cell):
            return self._month(row)
        name = self.columns["at"].name
        short = WITHOUT_YEAR.fullmatch(flat_of(cell)) if isinstance(cell, str) else None
        if short is None:
            return read_moment(cell, name, self.now).moment, True, False
        years = range(in_town(self.now).year, in_town(self.now).year - YEARS_BACK, -1)
        return (
            self._latest([f"{year}-{short['month']}-{short['day']}{short['rest'] or ''}" for year in years]),
            True,
            True,
        )

    def _month(self, row: SheetRow) -> tuple[datetime, bool, bool]:
        """The first day of a month that stands in columns of its own; the moment of judging where there is nothing."""
        year, month = self._cell(row, "year"), self._cell(row, "month")
        if missing(year) or missing(month):
            return self.now, False, False
        return (
            read_moment(f"{flat_of(year)}-{flat_of(month)}-1", self.columns["month"].name, self.now).moment,
            True,
            False,
        )

    def _latest(self, written: Sequence[str]) -> datetime:
        """The first of these moments that is not to come. Raises the last one's problem when none is."""
        name = self.columns["at"].name
        for candidate in written[:-1]:
            try:
                return read_moment(candidate, name, self.now).moment
            except (DateInFuture, DateNotThere):
                continue
        return read_moment(written[-1], name, self.now).moment


def class_of(cell: Any) -> int | None:
    """The class that a cell names, 1–6: Ⅲ, III类, 3, 三类, 劣Ⅴ. None for what is no class."""
    flat = flat_of(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)
    parts = CLASS_WORDS.fullmatch("".join(flat.split()))
    if parts is None:
        return None
    number = parts["roman"]
    if parts["worse"]:
        return WORST if number in ("v", "5", "五", None) else None
    found = ROMANS.get(number or "") or (int(number) if number and number.isdigit() else 0)
    return found if 1 <= found <= WORST else None


def rows_of(
    sheet: Sheet, now: datetime, otherwise: WaterType | None = None, wanted: Collection[str] = CLASSED
) -> tuple[Sequence[SampleRow], tuple[str, ...]]:
    """Every row of a sheet, and the headings that nobody reads. Raises what `columns_of` raises."""
    columns = columns_of(sheet, wanted)
    reader = Reader(columns, now, otherwise)
    used = {column.at for column in columns.values()}
    ignored = tuple(name for at, name in enumerate(sheet.header) if name and at not in used)
    return [reader.read(row) for row in sheet.rows], ignored
