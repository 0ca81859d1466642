"""A sheet of a plant's effluent: samples or daily means in rows, put together by plant and day of the town."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.headings import Headings
from yiwang.kernel.sheets.measured import (
    MG_PER_L,
    MOST,
    PER_L,
    Bound,
    Column,
    factor,
    measured,
    missing,
)
from yiwang.kernel.sheets.moments import Read, read_moment
from yiwang.kernel.sheets.opening import Sheet, SheetRow
from yiwang.kernel.sheets.problems import ColumnsAlike
from yiwang.kernel.walltime import town_day
from yiwang.packs.sewage.problems import OnlyAtLeast, PlantUnknown, SheetUnreadable
from yiwang.packs.sewage.rules.effluent import ITEMS

TEMPERATURE, INFLUENT = "temperature", ("influent_cod", "influent_bod5")
NAMES: Mapping[str, tuple[str, ...]] = {
    "cod": ("化学需氧量", "COD", "CODCr", "出水COD", "w01018"),
    "bod5": ("五日生化需氧量", "生化需氧量", "BOD5", "BOD", "出水BOD5", "w01017"),
    "ss": ("悬浮物", "SS", "suspended solids", "w01012"),
    "oil_animal": ("动植物油", "animal and vegetable oil"),
    "oil_mineral": ("石油类", "petroleum", "w22001"),
    "las": ("阴离子表面活性剂", "LAS", "w19002"),
    "tn": ("总氮", "TN", "total nitrogen", "w21001"),
    "nh3n": ("氨氮", "NH3-N", "ammonia nitrogen", "w21003"),
    "tp": ("总磷", "TP", "total phosphorus", "w21011"),
    "colour": ("色度", "colour"),
    "ph": ("pH", "pH值", "w01001"),
    "faecal_coliform": ("粪大肠菌群", "faecal coliforms", "w02003"),
    TEMPERATURE: ("水温", "water temperature", "w01010"),
    "influent_cod": ("进水COD", "进水化学需氧量", "influent COD"),
    "influent_bod5": ("进水BOD5", "进水五日生化需氧量", "influent BOD5"),
    "plant": (
        *("设施名称", "设施编号", "企业名称", "企业", "污水厂", "污水厂名称", "污水处理厂", "污水处理厂名称"),
        *("排口名称", "排口", "站点名称", "点位名称", "点位", "出水口", "出水口名称"),
        *("plant", "plant name", "company", "enterprise", "facility", "outlet", "station", "site", "sampling point"),
    ),
    "at": ("监测时间", "采样时间", "监测日期", "采样日期", "时间", "日期", "time", "date", "monitorTime"),
    "value": ("监测值", "均值", "日均值", "value", "monitorAvgValue"),
}
"""Column → headings. `value` is the only item of a sheet that names none: which one it is, the command says."""
EFFLUENT = re.compile(r"^(出水|effluent)|(日均值|均值|daily ?mean)$")
"""What headings say besides the item: that it is of the effluent, and a mean."""
HEADINGS = Headings(NAMES, besides=EFFLUENT)
DESCRIBING = frozenset({"plant", "at"})
WITHOUT_UNIT = frozenset({*DESCRIBING, TEMPERATURE, "ph", "colour"})
LEAST_C = Decimal(-2)


@dataclass(slots=True)
class PlantDay:
    """What was measured of one plant on one day: by item each sample with its moment. `means`: the sheet gives days, not samples."""

    plant: str
    day: date
    means: bool = True
    samples: dict[str, list[tuple[datetime, Decimal]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EffluentSheet:
    """What a sheet holds. `refused`: rows and cells that could not be used, by the row's number, with why; `ignored`: headings."""

    days: tuple[PlantDay, ...]
    refused: tuple[tuple[int, Problem], ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where everything stands. `plants`: those that together name the plant."""

    by_code: Mapping[str, Column]
    plants: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a row holds."""

    number: int
    plant: tuple[str, ...]
    at: Read
    values: Mapping[str, Decimal]


def read(sheet: Sheet, now: datetime, item: str = "") -> EffluentSheet:
    """The days of a sheet by plant and day. `item`: what a column that names no item holds. Without a column of the plant, rows that
    tell one item twice of one moment are refused, all of them: they may be of several plants, or samples without their time.

    Raises SheetUnreadable without a column of time and one of an item, ColumnsAlike, UnitUnknown.
    """
    columns = _columns(sheet, item)
    refused: list[tuple[int, Problem]] = []
    taken = [one for row in sheet.rows if (one := _take(row, columns, now, refused))]
    told = Counter((one.at.moment, code) for one in taken for code in one.values)
    days: dict[tuple[tuple[str, ...], date], PlantDay] = {}
    for one in taken:
        if not columns.plants and any(told[one.at.moment, code] > 1 for code in one.values):
            refused.append((one.number, PlantUnknown(at=f"{one.at.moment:%Y-%m-%d %H:%M}")))
            continue
        on = town_day(one.at.moment)
        day = days.setdefault((one.plant, on), PlantDay(" / ".join(filter(None, one.plant)), on))
        day.means = day.means and one.at.day_only
        for code, value in one.values.items():
            day.samples.setdefault(code, []).append((one.at.moment, value))
    used = {column.at for column in (*columns.by_code.values(), *columns.plants)}
    ignored = tuple(name for at, name in enumerate(sheet.header) if name and at not in used)
    refused.sort(key=lambda told: told[0])
    return EffluentSheet(tuple(days[key] for key in sorted(days)), tuple(refused), ignored)


def _columns(sheet: Sheet, item: str) -> _Columns:
    found: dict[str, Column] = {}
    plants = []
    for at, name in enumerate(sheet.header):
        code = HEADINGS.meaning(name)
        code = item if code == "value" else code
        if not code:
            continue
        known = PER_L if code == "faecal_coliform" else MG_PER_L
        column = Column(at, name, Decimal(1) if code in WITHOUT_UNIT else factor(name, known))
        if code == "plant":
            plants.append(column)
        elif found.setdefault(code, column) is not column and code not in DESCRIBING:
            raise ColumnsAlike(first=found[code].name, second=name)
    if "at" not in found or not set(found) & set(ITEMS):
        raise SheetUnreadable(filename=sheet.filename, header="、".join(filter(None, sheet.header)))
    return _Columns(found, tuple(plants))


def _take(row: SheetRow, columns: _Columns, now: datetime, refused: list[tuple[int, Problem]]) -> _Taken | None:
    """A row; None where its moment cannot be read. Cells that cannot be used are refused one by one."""

    def cell(column: Column) -> Any:
        return row.cells[column.at] if column.at < len(row.cells) else None

    at = columns.by_code["at"]
    try:
        if row.problem:
            raise row.problem
        moment = read_moment(cell(at) or "", at.name, now)
    except Problem as problem:
        refused.append((row.number, problem))
        return None
    values = {}
    for code in (*ITEMS, TEMPERATURE, *INFLUENT):
        column = columns.by_code.get(code)
        if column and not missing(cell(column)):
            try:
                values[code] = _value(cell(column), code, column)
            except Problem as problem:
                refused.append((row.number, problem))
    plant = tuple(str(cell(column) or "").strip() for column in columns.plants)
    return _Taken(row.number, plant, moment, values)


def _value(cell: Any, code: str, column: Column) -> Decimal:
    """Below the detection limit that limit counts: the mean is then rather too high than too low. Raises what `measured` raises."""
    least, most = (LEAST_C, Decimal(50)) if code == TEMPERATURE else (Decimal(0), Decimal(14) if code == "ph" else MOST)
    found = measured(cell, column, least, most)
    if found.bound is Bound.ABOVE:
        raise OnlyAtLeast(column=column.name, given=str(found))
    return found.value
