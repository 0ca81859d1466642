"""What the registers of projects and milestones take: a table that a clerk can read."""

import csv
from pathlib import Path

import pytest

from yiwang.registers.declared import load
from yiwang.registers.rules import Names, key_of, read_row

FILE = Path(__file__).parents[1] / "registers.yaml"
DECLARED = load([FILE])
PROJECT, MILESTONE = DECLARED.register("works_project"), DECLARED.register("works_milestone")
NAMES = Names({"urban": "urban", "城镇建设中心": "urban"}, {})
GOOD = {
    "number": "X-2026-01", "title": "洪永路大修", "plan_rows": "9.05", "kind": "道路", "department": "城镇建设中心",
    "starts_on": "2026-03-01", "ends_on": "2026-10-31", "paper": "演示，非真实批文", "longitude": "121.37", "latitude": "31.8",
}  # fmt: skip
STEP = {"project": "X-2026-01", "step": "2", "what": "路基完成", "planned_on": "2026-06-30"}


@pytest.mark.parametrize(
    ("field", "cell", "kept"),
    [
        ("kind", "桥梁", "bridge"),
        ("department", "urban", "urban"),
        ("starts_on", "2026年3月1日", "2026-03-01"),
        ("accepted_on", "", None),
        ("budget_fen", "1,280,000.50", 128000050),
        ("longitude", "121.370", "121.37"),
    ],
)
def test_a_projects_cell_is_kept_as(field, cell, kept):
    values, faults = read_row(PROJECT, GOOD | {field: cell}, NAMES, "zh-Hans")
    assert faults == {}
    assert values.get(field) == kept
    assert key_of(PROJECT, values) == "X-2026-01"


@pytest.mark.parametrize(
    ("field", "cell", "why"),
    [
        ("ends_on", "", "register-value-missing"),
        ("kind", "好项目", "register-value-not-offered"),
        ("department", "某公司", "register-name-unknown"),
        ("completed_on", "2026-02-30", "register-value-unreadable"),
        ("paid_fen", "-1", "register-value-out-of-bounds"),
        ("title", "洪永路大修，找演示 13900000001", "register-value-personal"),
    ],
)
def test_a_projects_cell_is_refused_by_its_reason(field, cell, why):
    _, faults = read_row(PROJECT, GOOD | {field: cell}, NAMES, "zh-Hans")
    assert {code: fault.slug for code, fault in faults.items()} == {field: why}


def test_a_milestone_is_known_by_its_project_and_step():
    values, faults = read_row(MILESTONE, STEP, NAMES, "zh-Hans")
    assert faults == {}
    assert key_of(MILESTONE, values) == "X-2026-01·2"


def test_no_field_lets_anybody_type_how_a_project_goes():
    assert {one.type for one in MILESTONE.fields} == {"text", "whole", "date"}
    assert not {"state", "status", "progress"} & {one.code for one in (*PROJECT.fields, *MILESTONE.fields)}


def rows_of(name: str) -> list[dict[str, str]]:
    path = Path(__file__).parents[4] / "towns" / "xinhai" / "registers" / f"{name}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_the_demonstrations_projects_say_that_they_are_invented_and_their_milestones_belong_to_them():
    projects = rows_of("works_project")
    assert all("演示" in one["依据文件"] for one in projects)
    numbers = {one["项目编号"] for one in projects}
    assert {one["所属项目编号"] for one in rows_of("works_milestone")} <= numbers
