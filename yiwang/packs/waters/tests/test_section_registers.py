"""What the registers of sections and of the district's monthly sheet take, and that the invented months fit our own judgement."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from yiwang.kernel.sheets.measured import Measured
from yiwang.packs.waters import law
from yiwang.packs.waters.rules.items import WaterType
from yiwang.packs.waters.rules.surface import classify
from yiwang.packs.waters.samplesheet import class_of
from yiwang.registers.declared import load
from yiwang.registers.rules import Names, key_of, read_row

FOLDER = Path(__file__).parents[1]
TOWN = FOLDER.parents[2] / "towns" / "xinhai" / "registers"
DECLARED = load([FOLDER / "registers.yaml"])
SECTION, MONTH = DECLARED.register("water_section"), DECLARED.register("section_month")
NAMES = Names({"water": "water", "水务管理站": "water"}, {"river": {"R-X01": "R-X01", "新海横河": "R-X01"}})
GOOD = {
    "number": "D-1", "called": "横河断面", "river": "新海横河", "level": "区控", "assessed": "是", "target_class": "Ⅲ类",
    "team": "水务管理站", "longitude": "121.37", "latitude": "31.8",
}  # fmt: skip
OF_A_MONTH = {"number": "D-1", "month": "2026-08-01", "official_class": "Ⅲ类", "ammonia": "0.92"}


@pytest.mark.parametrize(
    ("field", "cell", "kept"),
    [
        ("river", "R-X01", "R-X01"),
        ("level", "市控", "city"),
        ("assessed", "否", False),
        ("target_class", "Ⅴ类", "v"),
        ("target_class", "", None),
        ("team", "water", "water"),
    ],
)
def test_a_section_is_kept_as(field, cell, kept):
    values, faults = read_row(SECTION, GOOD | {field: cell}, NAMES, "zh-Hans")
    assert faults == {}
    assert values.get(field) == kept
    assert key_of(SECTION, values) == "D-1"


@pytest.mark.parametrize(
    ("field", "cell", "why"),
    [
        ("river", "没有的河", "register-name-unknown"),
        ("level", "省控", "register-value-not-offered"),
        ("target_class", "劣Ⅴ类", "register-value-not-offered"),  # nobody aims at that
        ("assessed", "", "register-value-missing"),
        ("called", "张演示 13900000001", "register-value-personal"),
    ],
)
def test_a_section_is_refused_by_its_column_and_reason(field, cell, why):
    _, faults = read_row(SECTION, GOOD | {field: cell}, NAMES, "zh-Hans")
    assert {code: fault.slug for code, fault in faults.items()} == {field: why}


@pytest.mark.parametrize(
    ("field", "cell", "why"),
    [
        ("month", "2026-13-01", "register-value-unreadable"),
        ("official_class", "好", "register-value-not-offered"),
        ("ph", "15", "register-value-out-of-bounds"),
        ("ammonia", "-1", "register-value-out-of-bounds"),
    ],
)
def test_a_month_of_a_section_is_refused_by_its_column_and_reason(field, cell, why):
    assert MONTH.mirror_of  # the district's list is repeated, the town asks nobody for it
    values, faults = read_row(MONTH, OF_A_MONTH, NAMES, "zh-Hans")
    assert (faults, key_of(MONTH, values)) == ({}, "D-1·2026-08-01")
    _, faults = read_row(MONTH, OF_A_MONTH | {field: cell}, NAMES, "zh-Hans")
    assert {code: fault.slug for code, fault in faults.items()} == {field: why}


COLUMNS = {
    "ph": "pH",
    "do": "溶解氧（mg/L）",
    "codmn": "高锰酸盐指数（mg/L）",
    "nh3n": "氨氮（mg/L）",
    "tp": "总磷（mg/L）",
}


def invented(name):
    with (TOWN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_invented_months_say_that_they_are_and_have_the_class_that_the_rules_give():
    months, sections = invented("section_month"), {row["断面编号"] for row in invented("water_section")}
    assert len(months) == 72  # six sections, twelve months
    for row in months:
        sample = {item: Measured(Decimal(row[column])) for item, column in COLUMNS.items()}
        day = date.fromisoformat(row["监测月份"])
        found = classify(sample, WaterType.RIVER, day, law.rulebook())
        assert (row["断面编号"], class_of(row["水质类别"])) == (row["断面编号"], found.water_class)
        assert row["断面编号"] in sections
        assert "虚构" in row["依据文件"]
