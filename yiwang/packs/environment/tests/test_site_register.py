"""What the register of building sites takes: a table that a clerk can read."""

import csv
from pathlib import Path

import pytest

from yiwang.registers.declared import load
from yiwang.registers.rules import Names, key_of, read_row

FOLDER = Path(__file__).parents[1]
TOWN = FOLDER.parents[2] / "towns" / "xinhai" / "registers"
SITE = load([FOLDER / "registers.yaml"]).register("construction_site")
NAMES = Names({"urban": "urban", "城镇建设中心": "urban"}, {})
GOOD = {
    "number": "G-1", "called": "甲工地", "kind": "房屋建筑", "dust_monitor": "是", "noise_monitor": "否", "team": "城镇建设中心",
    "longitude": "121.37", "latitude": "31.8",
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "cell", "kept"),
    [("kind", "水利", "water"), ("dust_monitor", "否", False), ("area_m2", "1200.50", "1200.5"), ("project", "", None)],
)
def test_a_cell_is_kept_as(field, cell, kept):
    values, faults = read_row(SITE, GOOD | {field: cell}, NAMES, "zh-Hans")
    assert (faults, values.get(field), key_of(SITE, values)) == ({}, kept, "G-1")


@pytest.mark.parametrize(
    ("field", "cell", "why"),
    [
        ("kind", "别墅", "register-value-not-offered"),
        ("dust_monitor", "", "register-value-missing"),
        ("area_m2", "-5", "register-value-out-of-bounds"),
        ("team", "没有的部门", "register-name-unknown"),
        ("called", "联系 13900000001", "register-value-personal"),
    ],
)
def test_a_cell_is_refused_by_its_column_and_reason(field, cell, why):
    _, faults = read_row(SITE, GOOD | {field: cell}, NAMES, "zh-Hans")
    assert {code: fault.slug for code, fault in faults.items()} == {field: why}


def test_the_invented_sites_belong_to_invented_projects_and_say_so():
    def invented(name):
        with (TOWN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    projects = {row["项目编号"] for row in invented("works_project")}
    sites = invented("construction_site")
    assert {row["所属项目编号"] for row in sites} <= projects
    assert all("虚构" in row["依据文件"] for row in sites)
