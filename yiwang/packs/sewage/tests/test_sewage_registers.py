"""What the registers of outlets, permits and plants take: tables that a clerk can read, and that the invented rows fit together."""

import csv
from pathlib import Path

import pytest

from yiwang.packs.sewage.rules.effluent import EffluentClass
from yiwang.registers.declared import load
from yiwang.registers.rules import Names, key_of, read_row

FOLDER = Path(__file__).parents[1]
TOWN = FOLDER.parents[2] / "towns" / "xinhai" / "registers"
DECLARED = load([FOLDER / "registers.yaml"])
OUTLET, PERMIT, PLANT = (DECLARED.register(code) for code in ("outlet", "discharge_permit", "sewage_plant"))
NAMES = Names({"environment": "environment", "water": "water"}, {"river": {"R-X01": "R-X01", "新海横河": "R-X01"}})
WHERE = {"longitude": "121.37", "latitude": "31.8"}
ROWS = {
    "outlet": {"number": "P-1", "called": "甲排口", "river": "新海横河", "kind": "企业", "unit": "甲厂", "team": "environment", **WHERE},
    "discharge_permit": {
        "permit_number": "X-1", "outlet": "P-1", "holder": "甲厂", "issued_on": "2024-05-20", "expires_on": "2029-05-19",
    },
    "sewage_plant": {"number": "W-1", "called": "甲站", "effluent_class": "一级A", "team": "water", **WHERE},
}  # fmt: skip


@pytest.mark.parametrize(
    ("register", "field", "cell", "kept"),
    [
        (OUTLET, "kind", "养殖尾水", "farm"),
        (OUTLET, "cod_limit", "50.0", "50"),
        (OUTLET, "samples_a_year", "12", 12),
        (OUTLET, "permit_number", "", None),
        (PERMIT, "expires_on", "2029年5月19日", "2029-05-19"),
        (PERMIT, "phosphorus_limit", "0.5", "0.5"),
        (PLANT, "effluent_class", "农村设施", "rural"),
        (PLANT, "built_on", "2005-12-31", "2005-12-31"),
        (PLANT, "capacity_m3_d", "1500", "1500"),
    ],
)
def test_a_cell_is_kept_as(register, field, cell, kept):
    values, faults = read_row(register, ROWS[register.code] | {field: cell}, NAMES, "zh-Hans")
    assert faults == {}
    assert values.get(field) == kept


@pytest.mark.parametrize(
    ("register", "field", "cell", "why"),
    [
        (OUTLET, "river", "没有的河", "register-name-unknown"),
        (OUTLET, "cod_limit", "-1", "register-value-out-of-bounds"),
        (OUTLET, "unit", "", "register-value-missing"),
        (OUTLET, "unit", "张演示 13900000001", "register-value-personal"),
        (PERMIT, "issued_on", "2024-02-30", "register-value-unreadable"),
        (PLANT, "effluent_class", "特级", "register-value-not-offered"),
        (PLANT, "latitude", "95", "register-value-out-of-bounds"),
    ],
)
def test_a_cell_is_refused_by_its_column_and_reason(register, field, cell, why):
    _, faults = read_row(register, ROWS[register.code] | {field: cell}, NAMES, "zh-Hans")
    assert {code: fault.slug for code, fault in faults.items()} == {field: why}


def test_a_permit_is_known_by_its_number_and_outlet_and_repeats_another_systems_list():
    values, _ = read_row(PERMIT, ROWS["discharge_permit"], NAMES, "zh-Hans")
    assert key_of(PERMIT, values) == "X-1·P-1"
    assert PERMIT.mirror_of
    assert not OUTLET.mirror_of


def test_the_classes_of_a_plant_are_those_that_the_rules_judge_by_and_rural():
    assert set(PLANT.field("effluent_class").choices) == {*EffluentClass, "rural"}


def invented(name):
    with (TOWN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_invented_permits_are_those_of_the_invented_outlets_with_the_same_limits():
    limits = ("COD许可限值（mg/L）", "氨氮许可限值（mg/L）", "总磷许可限值（mg/L）")
    outlets = {row["排污口编号"]: row for row in invented("outlet")}
    permits = invented("discharge_permit")
    assert {row["排放口编号"] for row in permits} == {
        number for number, row in outlets.items() if row["排污许可证编号"]
    }
    for row in permits:
        own = outlets[row["排放口编号"]]
        assert [row[limit] for limit in limits] == [own[limit] for limit in limits]
        assert (row["许可证编号"], row["持证单位"]) == (own["排污许可证编号"], own["排污单位"])
    assert all(
        "虚构" in row["依据文件"] for name in ("outlet", "discharge_permit", "sewage_plant") for row in invented(name)
    )
