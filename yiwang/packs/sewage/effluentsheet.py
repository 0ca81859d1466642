"""A sheet of a plant's effluent: samples or daily means in rows, put together by plant and day of the town."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.measured import (
    ANY_UNIT,
    MG_PER_L,
    MOST,
    PER_L,
    REMARKS,
    Bound,
    Column,
    bare,
    factor,
    flat_of,
    heading_of,
    measured,
    missing,
)
from yiwang.kernel.sheets.moments import Read, read_moment
from yiwang.kernel.sheets.opening import Sheet, SheetRow
from yiwang.kernel.walltime import town_day
from yiwang.packs.sewage.problems import ColumnTwice, OnlyAtLeast, SheetUnreadable
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
    "plant": ("设施名称", "设施编号", "排口名称", "站点名称", "plant", "outlet", "station"),
    "at": ("监测时间", "采样时间", "监测日期", "采样日期", "时间", "日期", "time", "date", "monitorTime"),
    "value": ("监测值", "均值", "value", "monitorAvgValue"),
}
"""Column → headings. `value` is the only item of a sheet that names none: which one it is, the command says."""
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


_FIELD_OF = {bare(flat_of(name)): code for code, names in NAMES.items() for name in names}


def field_of(name: Any) -> str | None:
    """Which column a heading names, by whatever unit and remark; None for one that nobody reads."""
    without_unit = ANY_UNIT.sub("", heading_of(name))
    return _FIELD_OF.get(bare(without_unit)) or _FIELD_OF.get(bare(REMARKS.sub("", without_unit)))


def known_names(cells: Iterable[Any]) -> int:
    """How many cells are headings that are known."""
    return sum(field_of(cell) is not None for cell in cells if isinstance(cell, str))


def read(sheet: Sheet, now: datetime, item: str = "") -> EffluentSheet:
    """The days of a sheet by plant and day. `item`: what a column that names no item holds.

    Raises SheetUnreadable without a column of time and one of an item, ColumnTwice, UnitUnknown.
    """
    columns = _columns(sheet, item)
    days: dict[tuple[str, date], PlantDay] = {}
    refused: list[tuple[int, Problem]] = []
    for row in sheet.rows:
        _take(row, columns, now, days, refused)
    used = {column.at for column in columns.values()}
    ignored = tuple(name for at, name in enumerate(sheet.header) if name and at not in used)
    return EffluentSheet(tuple(days[key] for key in sorted(days)), tuple(refused), ignored)


def _columns(sheet: Sheet, item: str) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for at, name in enumerate(sheet.header):
        code = field_of(name)
        code = item if code == "value" else code
        if not code:
            continue
        known = PER_L if code == "faecal_coliform" else MG_PER_L
        column = Column(at, name, Decimal(1) if code in WITHOUT_UNIT else factor(name, known))
        if found.setdefault(code, column) is not column and code not in DESCRIBING:
            raise ColumnTwice(first=found[code].name, second=name)
    if "at" not in found or not set(found) & set(ITEMS):
        raise SheetUnreadable(filename=sheet.filename, header="、".join(filter(None, sheet.header)))
    return found


def _take(
    row: SheetRow,
    columns: Mapping[str, Column],
    now: datetime,
    days: dict[tuple[str, date], PlantDay],
    refused: list[tuple[int, Problem]],
) -> None:
    cells = {code: row.cells[column.at] for code, column in columns.items() if column.at < len(row.cells)}
    try:
        if row.problem:
            raise row.problem
        moment: Read = read_moment(cells.get("at") or "", columns["at"].name, now)
    except Problem as problem:
        refused.append((row.number, problem))
        return
    key = (str(cells.get("plant") or "").strip(), town_day(moment.moment))
    day = days.setdefault(key, PlantDay(*key))
    day.means = day.means and moment.day_only
    for code in (*ITEMS, TEMPERATURE, *INFLUENT):
        if code in columns and not missing(cells.get(code)):
            try:
                day.samples.setdefault(code, []).append((moment.moment, _value(cells[code], code, columns[code])))
            except Problem as problem:
                refused.append((row.number, problem))


def _value(cell: Any, code: str, column: Column) -> Decimal:
    """Below the detection limit that limit counts: the mean is then rather too high than too low. Raises what `measured` raises."""
    least, most = (LEAST_C, Decimal(50)) if code == TEMPERATURE else (Decimal(0), Decimal(14) if code == "ph" else MOST)
    found = measured(cell, column, least, most)
    if found.bound is Bound.ABOVE:
        raise OnlyAtLeast(column=column.name, given=str(found))
    return found.value
