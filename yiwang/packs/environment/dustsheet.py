"""A sheet of a site's dust monitor: its time and mean of 15 minutes in each row, put together by site and day of the town."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.moments import read_moment
from yiwang.kernel.sheets.opening import Sheet, SheetRow
from yiwang.kernel.walltime import town_day
from yiwang.packs.environment.problems import ConcentrationUnreadable, DustSheetUnreadable

NAMES: Mapping[str, tuple[str, ...]] = {
    "site": ("工地名称", "工地", "站点名称", "站点", "设备编号", "site", "station", "mn"),
    "at": ("监测时间", "时间", "数据时间", "time", "datatime", "at"),
    "mg": (
        "颗粒物(mg/m3)",
        "tsp(mg/m3)",
        "扬尘(mg/m3)",
        "a34001(mg/m3)",
        "颗粒物",
        "tsp",
        "扬尘",
        "a34001",
        "dust",
        "dust(mg/m3)",
    ),
    "ug": ("颗粒物(μg/m3)", "tsp(μg/m3)", "扬尘(μg/m3)", "a34001(μg/m3)", "dust(μg/m3)", "颗粒物(ug/m3)", "tsp(ug/m3)"),
}
"""Column → headings; dust without a unit is in mg/m³, as the standard has it."""
THOUSAND = 1000
MOST_PLACES = 9
MISSING = frozenset({"", "--", "-", "/"})


@dataclass(slots=True)
class SiteDay:
    """The means of one site and day, by the quarter of an hour in which each began; `doubled`: quarters told more than once."""

    site: str
    day: date
    means: dict[datetime, Decimal] = field(default_factory=dict)
    doubled: int = 0


@dataclass(frozen=True, slots=True)
class DustSheet:
    """What a sheet holds. `refused`: rows that could not be used, by their number, with why."""

    days: tuple[SiteDay, ...]
    refused: tuple[tuple[int, Problem], ...]


def plain(name: Any) -> str:
    """A heading without width, case and spaces; m³ as m3."""
    return "".join(unicodedata.normalize("NFKC", str(name if name is not None else "")[:200]).lower().split())


_FIELD_OF = {plain(name): code for code, names in NAMES.items() for name in names}


def known_names(cells: Iterable[Any]) -> int:
    """How many cells are headings that are known."""
    return sum(plain(cell) in _FIELD_OF for cell in cells if isinstance(cell, str))


def read(sheet: Sheet, now: datetime) -> DustSheet:
    """The days of a sheet by site and day. The same quarter of an hour twice is one mean, the larger. Raises DustSheetUnreadable."""
    columns = {
        _FIELD_OF[plain(name)]: at for at, name in reversed(list(enumerate(sheet.header))) if plain(name) in _FIELD_OF
    }
    if "at" not in columns or not {"mg", "ug"} & set(columns):
        raise DustSheetUnreadable(filename=sheet.filename, header="、".join(filter(None, sheet.header)))
    days: dict[tuple[str, date], SiteDay] = {}
    refused: list[tuple[int, Problem]] = []
    for row in sheet.rows:
        try:
            _take(row, columns, sheet.header, now, days)
        except Problem as problem:
            refused.append((row.number, problem))
    return DustSheet(tuple(days[key] for key in sorted(days)), tuple(refused))


def _take(
    row: SheetRow,
    columns: Mapping[str, int],
    header: tuple[str, ...],
    now: datetime,
    days: dict[tuple[str, date], SiteDay],
) -> None:
    if row.problem:
        raise row.problem
    cells = defaultdict(str, {code: row.cells[at] for code, at in columns.items() if at < len(row.cells)})
    code = "mg" if "mg" in columns else "ug"
    if cells[code] is None or str(cells[code]).strip() in MISSING:
        return
    moment = read_moment(cells["at"], header[columns["at"]], now).moment
    quarter = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    mean = _value(cells[code], header[columns[code]]) / (THOUSAND if code == "ug" else 1)
    site = str(cells["site"] or "").strip()
    found = days.setdefault((site, town_day(moment)), SiteDay(site, town_day(moment)))
    found.doubled += quarter in found.means
    found.means[quarter] = max(mean, found.means.get(quarter, mean))


def _value(cell: Any, column: str) -> Decimal:
    try:
        value = Decimal(format(cell, ".12g") if isinstance(cell, float) else str(cell).strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0 or abs(value.adjusted()) > MOST_PLACES:
        raise ConcentrationUnreadable(option=column, given=str(cell).strip()[:40])
    return value
