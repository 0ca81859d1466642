"""Sheets of water samples as laboratories and instruments write them: headings, units, cells, days."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.measured import Bound, Column, missing
from yiwang.kernel.sheets.opening import open_sheet
from yiwang.packs.waters.cells import measured
from yiwang.packs.waters.rules.items import WaterType
from yiwang.packs.waters.samplesheet import HEADINGS, class_of, rows_of

NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
"""Noon in the town."""


def rows(text, otherwise=None):
    return rows_of(open_sheet(text.encode(), "samples.csv", known=HEADINGS.known), NOW, otherwise)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("氨氮(mg/L)", "nh3n"),
        ("氨氮（以N计）", "nh3n"),
        ("NH3-N mg/L", "nh3n"),
        ("w21003", "nh3n"),
        ("pH(无量纲)", "ph"),
        ("高锰酸盐指数(mg·L⁻¹)", "codmn"),
        ("CODMn", "codmn"),
        ("COD (mg/L)", "cod"),
        ("叶绿素α(mg/L)", "chlorophyll"),
        ("铬(六价)(mg/L)", "cr6"),
        ("六价铬", "cr6"),
        ("铬", None),  # total chromium is another thing
        ("水温(℃)", "temperature"),
        ("水温(℃)_原始值", None),
        ("Total Phosphorus [mg/L]", "tp"),
        ("断面名称", "section"),
        ("水质类别", "official"),
        ("省份", None),
        ("", None),
    ],
)
def test_a_heading_is_known_by_its_usual_names_with_unit_and_remark(heading, field):
    assert HEADINGS.meaning(heading) == field


@pytest.mark.parametrize(
    ("cell", "value", "bound"),
    [
        ("0.92", "0.92", ""),
        (" ０.９２ ", "0.92", ""),
        (0.30000000000000004, "0.3", ""),
        (3, "3", ""),
        ("<0.025", "0.025", "<"),
        ("＜0.025", "0.025", "<"),
        ("0.025L", "0.025", "<"),
        ("0.025(L)", "0.025", "<"),
        ("≥24,000", "24000", ">"),
        ("1.5E-3", "0.0015", ""),
        (".5", "0.5", ""),
    ],
)
def test_a_cell_is_read_as(cell, value, bound):
    found = measured(cell, "oil", Column(0, "石油类"))
    assert (found.value, found.bound) == (Decimal(value), Bound(bound))


@pytest.mark.parametrize(
    ("cell", "item", "why"),
    [
        ("无色", "oil", "cell-value-unreadable"),
        ("<", "oil", "cell-value-unreadable"),
        ("1.2.3", "oil", "cell-value-unreadable"),
        (True, "oil", "cell-value-unreadable"),
        ("inf", "oil", "cell-value-unreadable"),
        ("1e999999999", "oil", "cell-value-unreadable"),
        ("1e-999999999", "oil", "cell-value-unreadable"),
        ("0e-999999999", "oil", "cell-value-unreadable"),
        ("2000000000", "oil", "cell-value-impossible"),
        ("-0.1", "oil", "cell-value-impossible"),
        ("72", "ph", "cell-value-impossible"),
        ("70", "temperature", "cell-value-impossible"),
        ("88", "do", "cell-value-impossible"),  # percent of saturation in the column of mg/L
        ("未检出", "hg", "cell-no-detection-limit"),
        ("ND", "hg", "cell-no-detection-limit"),
    ],
)
def test_a_cell_that_is_no_value_is_refused_with_its_reason(cell, item, why):
    with pytest.raises(Problem) as refusal:
        measured(cell, item, Column(0, "列"))
    assert refusal.value.slug == why


@pytest.mark.parametrize("cell", ["", None, "--", "—", "/", "未测", "N/A", " - "])
def test_a_cell_that_says_nothing_was_measured_is_missing(cell):
    assert missing(cell)


@pytest.mark.parametrize(
    ("cell", "water_class"),
    [("Ⅲ", 3), ("III类", 3), ("3", 3), (3.0, 3), ("三类", 3), ("Ⅳ类", 4), ("劣Ⅴ", 6), ("劣V类", 6), ("6", 6), ("7", None), ("好", None)],
)  # fmt: skip
def test_a_class_is_read_however_it_is_written(cell, water_class):
    assert class_of(cell) == water_class


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        ("mg/L", "12"),
        ("μg/L", "0.012"),
        ("ug/L", "0.012"),
        ("µg/l", "0.012"),
        ("μg·L⁻¹", "0.012"),
        ("ng/L", "0.000012"),
    ],
)
def test_a_unit_in_the_heading_is_converted(unit, value):
    (row,), _ = rows(f"断面,汞（{unit}）\n甲,12\n")
    assert row.sample["hg"].value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("断面,氨氮(mmol/L)\n甲,1\n", "cell-unit-unknown"),
        ("断面,溶解氧(%)\n甲,95\n", "cell-unit-unknown"),
        ("断面,氨氮,NH3-N\n甲,1,2\n", "columns-alike"),
        ("水质类别,class,氨氮\nⅢ,Ⅳ,1\n", "columns-alike"),
        ("断面,水温\n甲,20\n", "waters-no-item-columns"),
        ("a,b\n1,2\n", "waters-no-item-columns"),
    ],
)
def test_a_sheet_whose_columns_mislead_is_refused_whole(text, why):
    with pytest.raises(Problem) as refusal:
        rows(text)
    assert refusal.value.slug == why


def test_a_section_is_called_by_its_name_or_else_its_number_and_the_first_of_several_columns_of_time_counts():
    (row,), ignored = rows("断面编号,断面名称,采样日期,采样时间,氨氮\nD1,甲,2026-05-06,09:30,1\n")
    assert (row.section, row.at.isoformat(), ignored) == ("甲", "2026-05-06T00:00:00+08:00", ("采样时间",))
    (row,), _ = rows("断面编号,监测月份,氨氮\nD1,2026-05-01,1\n")
    assert (row.section, row.at.isoformat()) == ("D1", "2026-05-01T00:00:00+08:00")


def test_a_bad_cell_costs_its_item_and_stays_with_its_row():
    (row,), ignored = rows("断面,备注,氨氮,总磷\n甲,x,无色,0.1\n")
    assert (list(row.sample), [fault.slug for fault in row.faults]) == (["tp"], ["cell-value-unreadable"])
    assert ignored == ("备注",)


@pytest.mark.parametrize(
    ("cell", "at", "guessed"),
    [
        ("2026-08-21 20:00", "2026-08-21T20:00:00+08:00", False),
        ("2026年8月21日", "2026-08-21T00:00:00+08:00", False),
        ("08-21 20:00", "2026-08-21T20:00:00+08:00", True),
        ("11-27 11:59", "2026-11-27T11:59:00+08:00", True),
        ("11-27 12:01", "2025-11-27T12:01:00+08:00", True),  # not yet today
        ("12-31", "2025-12-31T00:00:00+08:00", True),
        ("2-29", "2024-02-29T00:00:00+08:00", True),
    ],
)
def test_a_day_without_a_year_is_the_latest_such_day(cell, at, guessed):
    (row,), _ = rows(f"时间,氨氮\n{cell},0.1\n")
    assert (row.at.isoformat(), row.year_guessed, row.dated) == (at, guessed, True)


@pytest.mark.parametrize(
    ("cell", "why"),
    [("2-30", "row-date-not-there"), ("2027-01-01", "row-date-in-future"), ("昨天", "row-date-unreadable")],
)
def test_a_day_that_is_none_refuses_its_row_only(cell, why):
    (bad, good), _ = rows(f"时间,氨氮\n{cell},0.1\n2026-01-01,0.1\n")
    assert bad.refused is not None
    assert bad.refused.slug == why
    assert good.refused is None


def test_year_and_month_may_stand_in_columns_of_their_own():
    (row,), _ = rows("年份,月份,氨氮\n2007,6,0.1\n")
    assert row.at.isoformat() == "2007-06-01T00:00:00+08:00"


@pytest.mark.parametrize(
    ("text", "otherwise", "water_type", "told"),
    [
        ("氨氮,水体类型\n1,湖库\n", None, "lake", "column"),
        ("氨氮,水体类型\n1,河流\n", WaterType.LAKE, "river", "column"),
        ("氨氮,叶绿素α(mg/L)\n1,0.01\n", None, "lake", "chlorophyll"),
        ("氨氮,叶绿素α(mg/L)\n1,--\n", None, "river", "no_chlorophyll"),
        ("氨氮\n1\n", None, "river", "nothing"),
        ("氨氮\n1\n", WaterType.LAKE, "lake", "command"),
        ("氨氮,水体类型\n1,海\n", None, "river", "nothing"),
    ],
)
def test_the_kind_of_water_is_that_of_the_column_the_command_or_chlorophyll(text, otherwise, water_type, told):
    (row,), _ = rows(text, otherwise)
    assert (row.water_type, row.type_from) == (water_type, told)
    assert [fault.slug for fault in row.faults] == (["waters-word-unknown"] if "海" in text else [])


def test_a_target_worse_than_5_is_no_target():
    (row,), _ = rows("氨氮,水质目标,水质类别\n1,劣Ⅴ,-1\n")
    assert (row.target, row.official, [fault.slug for fault in row.faults]) == (None, None, ["waters-word-unknown"])
