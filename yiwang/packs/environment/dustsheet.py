"""A sheet of a site's dust monitor: its time and mean of 15 minutes in each row, put together by site and day of the town."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.headings import Headings
from yiwang.kernel.sheets.measured import (
    MG_PER_M3,
    Bound,
    Column,
    factor,
    measured,
    missing,
)
from yiwang.kernel.sheets.moments import read_moment
from yiwang.kernel.sheets.opening import Sheet, SheetRow
from yiwang.kernel.walltime import town_day
from yiwang.packs.environment.problems import ConcentrationUnreadable, DustNotMeans, DustSheetUnreadable

NAMES: Mapping[str, tuple[str, ...]] = {
    "site": ("工地名称", "工地", "站点名称", "站点", "设备编号", "site", "station", "mn"),
    "at": ("监测时间", "时间", "数据时间", "time", "datatime", "at"),
    "dust": ("颗粒物", "tsp", "扬尘", "a34001", "dust"),
}
"""Column → headings, without unit; that of dust must have one, since monitors write mg/m³ as well as μg/m³ (R-080)."""
HEADINGS = Headings(NAMES)


@dataclass(slots=True)
class SiteDay:
    """The means of one site and day, by the quarter of an hour in which each began.

    `doubled`: rows that repeat what a quarter has already; `refused`: why the day cannot be judged, where its rows are no such means.
    """

    site: str
    day: date
    means: dict[datetime, Decimal] = field(default_factory=dict)
    doubled: int = 0
    refused: Problem | None = None


@dataclass(frozen=True, slots=True)
class DustSheet:
    """What a sheet holds. `refused`: rows that could not be used, by their number, with why."""

    days: tuple[SiteDay, ...]
    refused: tuple[tuple[int, Problem], ...]


def read(sheet: Sheet, now: datetime) -> DustSheet:
    """The days of a sheet by site and day. A row that repeats its quarter of an hour counts once; a day with a quarter of differing
    values is refused: they are no means of 15 minutes, and what the mean would be depends on the minutes that are not there.

    Raises DustSheetUnreadable, and UnitUnknown where the heading of dust has no unit.
    """
    columns: dict[str, Column] = {}
    for at, name in enumerate(sheet.header):
        code = HEADINGS.meaning(name)
        if code and code not in columns:
            unit = factor(name, MG_PER_M3, needed=True) if code == "dust" else Decimal(1)
            columns[code] = Column(at, name, unit)
    if "at" not in columns or "dust" not in columns:
        raise DustSheetUnreadable(filename=sheet.filename, header="、".join(filter(None, sheet.header)))
    days: dict[tuple[str, date], SiteDay] = {}
    refused: list[tuple[int, Problem]] = []
    for row in sheet.rows:
        try:
            _take(row, columns, now, days)
        except Problem as problem:
            refused.append((row.number, problem))
    return DustSheet(tuple(days[key] for key in sorted(days)), tuple(refused))


def _take(row: SheetRow, columns: Mapping[str, Column], now: datetime, days: dict[tuple[str, date], SiteDay]) -> None:
    if row.problem:
        raise row.problem
    cells = {code: row.cells[column.at] for code, column in columns.items() if column.at < len(row.cells)}
    if missing(cells.get("dust")):
        return
    moment = read_moment(cells.get("at") or "", columns["at"].name, now).moment
    quarter = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    mean = _value(cells["dust"], columns["dust"])
    site = str(cells.get("site") or "").strip()
    found = days.setdefault((site, town_day(moment)), SiteDay(site, town_day(moment)))
    found.doubled += quarter in found.means
    if found.means.setdefault(quarter, mean) != mean and found.refused is None:
        found.refused = DustNotMeans(site=site or "—", day=found.day.isoformat(), at=f"{quarter:%H:%M}")


def _value(cell: Any, column: Column) -> Decimal:
    """Below the detection limit that limit counts. Raises what `measured` raises, ConcentrationUnreadable for a lower bound."""
    found = measured(cell, column)
    if found.bound is Bound.ABOVE:
        raise ConcentrationUnreadable(option=column.name, given=str(found))
    return found.value
