"""Which column of a laboratory's sheet is what: station, number, moment, laboratory, or a factor in some unit. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from yiwang.intake.sensing.factors import Factors
from yiwang.intake.sensing.samples.problems import SampleColumnsMissing
from yiwang.kernel.sheets.headings import Headings
from yiwang.kernel.sheets.measured import (
    ANY_UNIT,
    MG_PER_L,
    MG_PER_M3,
    PER_L,
    factor,
    heading_of,
)
from yiwang.kernel.sheets.opening import Sheet
from yiwang.kernel.sheets.problems import ColumnsAlike, UnitUnknown

STATION, NUMBER, AT, LABORATORY = "station", "number", "at", "laboratory"
NAMES: Mapping[str, tuple[str, ...]] = {
    STATION: (
        "监测站点", "站点", "站点名称", "站点编号", "测站", "采样点", "采样点位", "点位", "点位名称", "监测点位", "断面", "断面名称",
        "断面编号", "监测断面", "排口", "排口名称", "排口编号", "排放口", "排放口名称", "排放口编号", "河道", "河道名称",
        "station", "section", "outlet", "site", "sampling point",
    ),
    NUMBER: ("样品编号", "样品号", "样品编码", "样品", "sample number", "sample no", "sample id", "sample"),
    AT: ("采样时间", "采样日期", "采样时刻", "监测时间", "监测日期", "时间", "日期", "sampled at", "sampling time", "sampling date",
         "taken at", "time", "date"),
    LABORATORY: ("检测单位", "检测机构", "监测单位", "分析单位", "实验室", "laboratory", "lab"),
}  # fmt: skip
"""Columns that say of what a sample is; of a day and a time in two columns both are read."""
UNITS: Mapping[str, Mapping[str, Decimal]] = {
    "mg/L": MG_PER_L,
    "个/L": PER_L,
    "mg/m³": MG_PER_M3,
    "μg/m³": {unit: times * 1000 for unit, times in MG_PER_M3.items()},
}
"""By the unit of a stream: what numbers in the unit of a heading are multiplied by."""
LENGTHS: Mapping[str, Mapping[str, Decimal]] = {"cm": {"cm": Decimal(1), "m": Decimal(100), "mm": Decimal("0.1")}}
"""The same of a length: 0.45 m of transparency are not 0.45 cm."""
NAMED_UNIT = re.compile(r"[(\[]([^()\[\]]+)[)\]]")
PER = re.compile(r"[(\[]([^()\[\]]*/[^()\[\]]*)[)\]]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the sheet: where it stands, and what it is called there."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that are read, and the headings of those that are not. `moments`: a day and perhaps a time beside it."""

    said: Mapping[str, Heading]
    moments: tuple[Heading, ...]
    factors: Mapping[str, Heading]
    ignored: tuple[str, ...]

    @property
    def read(self) -> tuple[Heading, ...]:
        """Every column that is read, as they stand."""
        return tuple(sorted((*self.said.values(), *self.moments, *self.factors.values()), key=lambda one: one.at))


def headings(factors: Factors) -> Headings:
    """What headings mean: the words above, and each factor by its codes, names and what else it is called."""
    called = {one.code: (*one.codes, *one.name.values(), *one.also) for one in factors.all()}
    return Headings({**NAMES, **called})


def columns_of(sheet: Sheet, known: Headings) -> Columns:
    """Raises SampleColumnsMissing and ColumnsAlike."""
    said: dict[str, Heading] = {}
    factors: dict[str, Heading] = {}
    moments: list[Heading] = []
    ignored: list[str] = []
    for at, name in enumerate(sheet.header):
        meaning = known.meaning(name) if name else None
        if meaning == AT and len(moments) < 2:
            moments.append(Heading(at, name))
        elif meaning is None or meaning == AT:
            ignored.append(name)
        elif meaning in NAMES:
            if said.setdefault(meaning, Heading(at, name)).at != at:  # 断面编号 beside 断面名称: the first says which
                ignored.append(name)
        elif (first := factors.setdefault(meaning, Heading(at, name))).at != at:
            raise ColumnsAlike(first=first.name, second=name)
    if STATION not in said or not moments or not factors:
        raise SampleColumnsMissing(filename=sheet.filename, header="、".join(filter(None, sheet.header)))
    return Columns(said, tuple(moments), factors, tuple(filter(None, ignored)))


def multiplier(heading: Heading, unit: str) -> Decimal:
    """What a column's numbers are multiplied by to have a stream's unit. A heading without a unit means that one. Raises UnitUnknown."""
    written = heading_of(heading.name)
    named = NAMED_UNIT.search(written)
    if unit in LENGTHS and named:
        if named[1] not in LENGTHS[unit]:
            raise UnitUnknown(column=heading.name, unit=named[1], known=unit)
        return LENGTHS[unit][named[1]]
    if ANY_UNIT.search(written) is None:
        other = PER.search(written)  # m3/h and the like: no unit of a concentration
        if other is not None and other[1] != heading_of(unit):
            raise UnitUnknown(column=heading.name, unit=other[1], known=unit)
        return Decimal(1)
    return factor(heading.name, UNITS.get(unit, {heading_of(unit): Decimal(1)}))
