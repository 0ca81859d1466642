"""The pack's case types are complete, and their sentences can train a reader."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

PACK = Path(__file__).resolve().parents[1]
CLASSES = yaml.safe_load((PACK / "case_types.yaml").read_text(encoding="utf-8"))["classes"]
TYPES = [case_type for row in CLASSES for case_type in row["types"]]
UNITS = {"working_hour", "urgent_hour", "working_day", "day"}
DEPARTMENTS = {
    *("centre", "urban", "housing", "environment", "water", "sanitation", "enforcement", "agriculture", "social"),
    *("safety", "economy", "market", "police", "justice", "roads", "health", "culture", "labour", "utilities", "party"),
}


def test_each_type_stands_under_its_class_and_has_its_own_code():
    assert all(t["code"].rsplit("-", 1)[0] == row["code"] for row in CLASSES for t in row["types"])
    assert max(Counter(t["code"] for t in TYPES).values()) == 1


@pytest.mark.parametrize("case_type", TYPES, ids=lambda t: t["code"])
def test_a_type_has_names_a_department_limits_and_eight_sentences(case_type):
    assert set(case_type) == {"code", "name", "department", "photo", "urgent", "limits", "examples"}
    assert set(case_type["name"]) == {"zh-Hans", "en"}
    assert case_type["name"]["en"].isascii()
    assert case_type["department"] in DEPARTMENTS
    assert len(case_type["examples"]) >= 8
    for limit in case_type["limits"]:
        assert limit["reference"]
        for stage in ("accept", "dispatch", "handle", "verify"):
            amount, unit = limit[stage].split()
            assert int(amount) > 0
            assert unit in UNITS


def test_no_sentence_stands_twice():
    assert max(Counter(e for t in TYPES for e in t["examples"]).values()) == 1


PUBLISHED = [
    # our type, what the published tables call it, their limits by place, the one taken
    ("C-04-02", "绿地养护", ["5 工作日"], "5 工作日"),
    ("E-01-01", "暴露垃圾", ["4 工作时", "1 工作日"], "4 工作时"),
    ("E-01-02", "建筑垃圾", ["4 工作时"], "4 工作时"),
    ("E-01-03", "道路不洁", ["2 工作时", "5 工作时"], "2 工作时"),
    ("E-01-08", "渣土", ["2 工作日", "4 工作日"], "2 工作日"),
    ("E-04-02", "路面积水", ["4 工作时"], "4 工作时"),
    ("E-21-01", "水域不洁", ["15 工作日"], "15 工作日"),
    ("E-23-01", "私搭", ["停工 4 工作时，处罚 7 工作日，拆除 20 工作日", "15 工作日"], "15 工作日"),
]
IN_WORDS = {"working_hour": "工作时", "urgent_hour": "紧急工作时", "working_day": "工作日", "day": "天"}


@pytest.mark.parametrize(("code", "called", "by_place", "taken"), PUBLISHED, ids=lambda value: str(value))
def test_where_tables_of_other_places_were_published_handling_takes_one_of_their_limits(code, called, by_place, taken):
    (limit,) = next(t["limits"] for t in TYPES if t["code"] == code)
    amount, unit = limit["handle"].split()
    assert f"{amount} {IN_WORDS[unit]}" == taken, f"{code} {called}"
    assert taken in by_place
    assert "published example (R-105)" in limit["reference"]


def test_every_other_limit_says_that_it_is_only_an_example():
    published = {code for code, *_ in PUBLISHED}
    others = [limit for t in TYPES if t["code"] not in published for limit in t["limits"]]
    assert {limit["reference"] for limit in others} == {
        "Example for the demonstration; limits are local tables (R-105)."
    }


def test_no_limit_passes_for_verified_before_a_town_has_confirmed_it():
    assert not [t["code"] for t in TYPES for limit in t["limits"] if limit["verified"]]
