"""What the river register takes: a table that a clerk can read."""

from pathlib import Path

import pytest

from yiwang.registers.declared import load
from yiwang.registers.rules import Names, key_of, read_row

RIVER = load([Path(__file__).parents[1] / "registers.yaml"]).register("river")
NAMES = Names({"water": "water", "水务管理站": "water"}, {"river": {"R-X01": "R-X01", "新海横河": "R-X01"}})
GOOD = {"river": "新海横河", "level": "镇级", "chief_office": "副镇长（分管水务）", "team": "水务管理站"}


@pytest.mark.parametrize(
    ("field", "cell", "kept"),
    [
        ("river", "R-X01", "R-X01"),
        ("level", "村居级", "village"),
        ("target_class", "Ⅳ类", "iv"),
        ("notice_board", "有", True),
        ("width_m", "12.50", "12.5"),
        ("dredged_on", "2025年3月8日", "2025-03-08"),
    ],
)
def test_a_cell_is_kept_as(field, cell, kept):
    values, faults = read_row(RIVER, GOOD | {field: cell}, NAMES, "zh-Hans")
    assert faults == {}
    assert values[field] == kept
    assert key_of(RIVER, values) == "R-X01"


@pytest.mark.parametrize(
    ("field", "cell", "why"),
    [
        ("river", "", "register-value-missing"),
        ("river", "没有的河", "register-name-unknown"),
        ("level", "市级", "register-value-not-offered"),
        ("chief_office", "张演示 13900000001", "register-value-personal"),
        ("notice_board", "也许", "register-value-unreadable"),
        ("width_m", "宽", "register-value-unreadable"),
        ("width_m", "-1", "register-value-out-of-bounds"),
        ("dredged_on", "2025-02-30", "register-value-unreadable"),
    ],
)
def test_a_cell_is_refused_by_its_column_and_reason(field, cell, why):
    _, faults = read_row(RIVER, GOOD | {field: cell}, NAMES, "zh-Hans")
    assert {code: fault.slug for code, fault in faults.items()} == {field: why}
    assert faults[field].parameters["column"] == RIVER.field(field).name["zh-Hans"]
