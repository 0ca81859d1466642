"""A sheet of water samples: which column is which item, in what unit, and what each row says. Chinese and English headings.

A cell that cannot be read costs its own item, not the row; what was wrong stays with the row, so that nothing vanishes silently.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.moments import read_moment
from yiwang.kernel.sheets.opening import Sheet, SheetRow
from yiwang.kernel.sheets.problems import DateInFuture, DateNotThere
from yiwang.kernel.walltime import in_town
from yiwang.packs.waters.problems import (
    ColumnTwice,
    NoDetectionLimit,
    NoItemColumns,
    UnitUnknown,
    ValueImpossible,
    ValueUnreadable,
    WordUnknown,
)
from yiwang.packs.waters.rules.items import ITEMS, ROMAN, TEMPERATURE, WORST, Bound, Measured, WaterType

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
ANY_UNIT = re.compile(r"(?<![a-z])([a-zμ]+|个)\s*/\s*(l|升|dm3|m3|100ml|ml)(?![a-z])")
REMARKS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
DESCRIBING = frozenset({"section", "number", "at", "year", "month", "chlorophyll"})
"""Columns that say where and when: a sheet may have several, and the first is read."""
PER_LITRE = re.compile(r"\s*[·•.*]?\s*l\s*\^?\s*[-−]1")
"""mg·L⁻¹, as papers write it."""
SIGNS = re.compile(r"[\s_\-–·:：,，、*]+")
SAME = str.maketrans("≤≥−", "<>-")
VALUE = re.compile(
    r"(?P<bound>[<>]?)=?(?P<number>[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?(e[+-]?\d+)?)(?P<laboratory>l|\(l\)|nd)?"
)
WITHOUT_FACTOR = ("ph", TEMPERATURE)
POSSIBLE = {"ph": (Decimal(0), Decimal(14)), TEMPERATURE: (Decimal(-2), Decimal(50)), "do": (Decimal(0), Decimal(40))}
"""What water can be; of the others nothing is below zero."""
MOST_NAME = 200
SHOWN_MOST = 40
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
class Column:
    """Where a column stands, what the sheet calls it, and by what its numbers are multiplied to have the item's unit."""

    at: int
    name: str
    factor: Decimal = Decimal(1)


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


def _flat(cell: Any) -> str:
    return unicodedata.normalize("NFKC", str(cell if cell is not None else "")[:MOST_NAME]).strip().lower()


def _heading(name: Any) -> str:
    return PER_LITRE.sub("/l", _flat(name))


def _bare(name: str) -> str:
    return SIGNS.sub("", name.replace("()", ""))


_FIELD_OF = {_bare(_flat(name)): code for code, names in NAMES.items() for name in names}


def field_of(name: Any) -> str | None:
    """Which column a heading names, by whatever unit and remark; None for one that nobody reads.

    With its remark first: 铬(六价) is an item, 铬 is none.
    """
    without_unit = ANY_UNIT.sub("", _heading(name))
    return _FIELD_OF.get(_bare(without_unit)) or _FIELD_OF.get(_bare(REMARKS.sub("", without_unit)))


def known_names(cells: Iterable[Any]) -> int:
    """How many cells are headings that are known: tells the header from a title and from data."""
    return sum(field_of(cell) is not None for cell in cells if isinstance(cell, str))


def columns_of(sheet: Sheet) -> dict[str, Column]:
    """The columns of a sheet. Raises NoItemColumns, ColumnTwice and UnitUnknown."""
    found: dict[str, Column] = {}
    for at, name in enumerate(sheet.header):
        code = field_of(name)
        if code is None:
            continue
        column = Column(at, name, _factor(code, name))
        if found.setdefault(code, column) is not column and code not in DESCRIBING:
            raise ColumnTwice(first=found[code].name, second=name)
    if not set(found) & set(ITEMS) - {TEMPERATURE}:
        raise NoItemColumns(filename=sheet.filename, header="、".join(filter(None, sheet.header)))
    return found


def _factor(code: str, name: str) -> Decimal:
    """What a column's numbers are multiplied by. A heading without a unit means the item's own. Raises UnitUnknown."""
    if code not in ITEMS or code in WITHOUT_FACTOR:
        return Decimal(1)
    known = PER_L if code == "faecal_coliform" else MG_PER_L
    heading = _heading(name)
    written = ANY_UNIT.search(heading)
    unit = f"{written[1]}/{written[2]}".replace("升", "l") if written else "%" if "%" in heading else ""
    if unit and unit not in known:
        raise UnitUnknown(column=name, unit=unit, known=" / ".join(known))
    return known.get(unit, Decimal(1))


class Reader:
    """Reads the rows of one sheet. `otherwise`: the kind of water where neither a column nor chlorophyll tells it."""

    def __init__(self, columns: Mapping[str, Column], now: datetime, otherwise: WaterType | None = None) -> None:
        self.columns, self.now, self.otherwise = columns, now, otherwise

    def read(self, row: SheetRow) -> SampleRow:
        """What a row says. A date that is none, or is to come, refuses the row; any other fault its own cell."""
        faults: list[Problem] = []
        sample = {item: found for item in ITEMS if (found := self._measured(row, item, faults)) is not None}
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
                if _flat(cell) in words:
                    return water_type, "column"
            known = " / ".join(words[0] for words in WATER_TYPES.values())
            faults.append(WordUnknown(column=self.columns["water_type"].name, given=_shown(cell), known=known))
        if self.otherwise:
            return self.otherwise, "command"
        if "chlorophyll" in self.columns:
            told = not missing(self._cell(row, "chlorophyll"))
            return (WaterType.LAKE, "chlorophyll") if told else (WaterType.RIVER, "no_chlorophyll")
        return WaterType.RIVER, "nothing"

    def _class(self, row: SheetRow, code: str, faults: list[Problem]) -> int | None:
        cell = self._cell(row, code)
        if missing(cell) or _flat(cell) in NO_CLASS:
            return None
        found = class_of(cell)
        if found is None:
            faults.append(WordUnknown(column=self.columns[code].name, given=_shown(cell), known="Ⅰ–Ⅴ / 劣Ⅴ / 1–6"))
        return found

    def _moment(self, row: SheetRow) -> tuple[datetime, bool, bool]:
        """When the sample was taken, whether the sheet says so, and whether the year was guessed: the last such day before now."""
        cell = self._cell(row, "at")
        if missing(cell):
            return self._month(row)
        name = self.columns["at"].name
        short = WITHOUT_YEAR.fullmatch(_flat(cell)) if isinstance(cell, str) else None
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
        return read_moment(f"{_flat(year)}-{_flat(month)}-1", self.columns["month"].name, self.now).moment, True, False

    def _latest(self, written: Sequence[str]) -> datetime:
        """The first of these moments that is not to come. Raises the last one's problem when none is."""
        name = self.columns["at"].name
        for candidate in written[:-1]:
            try:
                return read_moment(candidate, name, self.now).moment
            except (DateInFuture, DateNotThere):
                continue
        return read_moment(written[-1], name, self.now).moment


def missing(cell: Any) -> bool:
    """Whether a cell says that nothing was measured."""
    return cell is None or _flat(cell) in MISSING


def _shown(cell: Any) -> str:
    return str(cell).strip()[:SHOWN_MOST]


def measured(cell: Any, item: str, column: Column) -> Measured:
    """The value of a cell: 0.92, <0.025, 0.025L (Chinese laboratories' sign for below the detection limit), >24000.

    Raises ValueUnreadable, NoDetectionLimit (未检出 without a number), ValueImpossible.
    """
    if isinstance(cell, bool):
        raise ValueUnreadable(column=column.name, given=_shown(cell))
    # A workbook keeps 0.3 as 0.30000000000000004 when a formula made it; no laboratory has twelve places.
    flat = format(cell, ".12g") if isinstance(cell, float) else "".join(_flat(cell).translate(SAME).split())
    if flat in UNDETECTED:
        raise NoDetectionLimit(column=column.name, given=_shown(cell))
    parts = VALUE.fullmatch(flat)
    try:
        value = Decimal(parts["number"].replace(",", "")) if parts else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if parts is None or not value.is_finite():
        raise ValueUnreadable(column=column.name, given=_shown(cell))
    least, most = POSSIBLE.get(item, (Decimal(0), None))
    if value < least or (most is not None and value > most):
        raise ValueImpossible(column=column.name, given=_shown(cell))
    bound = Bound.BELOW if parts["laboratory"] else Bound(parts["bound"])
    return Measured(value * column.factor if column.factor != 1 else value, bound)


def class_of(cell: Any) -> int | None:
    """The class that a cell names, 1–6: Ⅲ, III类, 3, 三类, 劣Ⅴ. None for what is no class."""
    flat = _flat(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)
    parts = CLASS_WORDS.fullmatch("".join(flat.split()))
    if parts is None:
        return None
    number = parts["roman"]
    if parts["worse"]:
        return WORST if number in ("v", "5", "五", None) else None
    found = ROMANS.get(number or "") or (int(number) if number and number.isdigit() else 0)
    return found if 1 <= found <= WORST else None


def rows_of(
    sheet: Sheet, now: datetime, otherwise: WaterType | None = None
) -> tuple[Sequence[SampleRow], tuple[str, ...]]:
    """Every row of a sheet, and the headings that nobody reads. Raises what `columns_of` raises."""
    columns = columns_of(sheet)
    reader = Reader(columns, now, otherwise)
    used = {column.at for column in columns.values()}
    ignored = tuple(name for at, name in enumerate(sheet.header) if name and at not in used)
    return [reader.read(row) for row in sheet.rows], ignored
