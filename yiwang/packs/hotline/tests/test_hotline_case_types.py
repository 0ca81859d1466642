"""The pack's case types are complete, and their sentences can train a reader."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from yiwang.kernel.params.loading import load

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
    assert set(case_type) - {"demand"} == {"code", "name", "department", "photo", "urgent", "limits", "examples"}
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


@pytest.mark.parametrize("case_type", TYPES, ids=lambda t: t["code"])
def test_a_type_of_questions_or_suggestions_says_so_and_has_one_day(case_type):
    """R-111: one working day, also for those of a whole sheet that is accepted at once."""
    asks = case_type.get("demand") in ("consultation", "suggestion")
    assert asks == ("咨询" in case_type["name"]["zh-Hans"] or "建议" in case_type["name"]["zh-Hans"])
    assert asks == (case_type["limits"][-1]["handle"] == "1 working_day")


def test_no_sentence_stands_twice():
    assert max(Counter(e for t in TYPES for e in t["examples"]).values()) == 1


def test_the_packs_rules_load():
    assert load(sorted((PACK / "params").glob("*.yaml"))).ids()


LIMITS = [
    # kind of demand, working days from receipt
    ("consultation", 1),
    ("suggestion", 1),
    ("supervision", 3),
    ("call_back_review", 3),
    ("request", 5),
    ("complaint", 5),
    ("complex", 15),
    ("first-contact", 1),
]


@pytest.mark.parametrize(("kind", "days"), LIMITS)
def test_each_kind_of_demand_has_its_limit(kind, days):
    rulebook = load(sorted((PACK / "params").glob("*.yaml")))
    rule_id = "hotline.limit." + kind
    version = rulebook.versions(rule_id)[0]
    assert (version.value, version.unit, version.verified) == (days, "working_day", False)


TOPICS = [
    # handling days of a topic, when nothing is said of the kind of demand: questions and suggestions 1, all else 5
    ({"H-02-05", "H-04-07", "H-05-07", "H-06-07", "H-07-07", "H-09-03"}, "1 working_day"),
    ({t["code"] for t in TYPES} - {"H-02-05", "H-04-07", "H-05-07", "H-06-07", "H-07-07", "H-09-03"}, "5 working_day"),
]


@pytest.mark.parametrize(("codes", "handle"), TOPICS, ids=["questions", "the rest"])
def test_no_topic_takes_fifteen_days_by_itself_which_need_an_approval(codes, handle):
    limits = [limit for t in TYPES if t["code"] in codes for limit in t["limits"]]
    assert {limit["handle"] for limit in limits} == {handle}
    assert {limit["verify"] for limit in limits} == {"3 working_day"}, "回访复核 three working days"
    assert not [limit for limit in limits if limit["verified"]]
