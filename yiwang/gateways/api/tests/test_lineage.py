"""Merging and splitting over the API, and what a case tells of those it belongs together with."""

import pytest

from yiwang.gateways.api.tests.test_api import reported, took

pytestmark = pytest.mark.django_db
ABOUT = {"type_code": "C-01-02", "title": "路灯", "text": "路灯也不亮"}


def accepted(somebody):
    number = reported(somebody(""))["number"]
    took(somebody("operator"), number, "accept", type_code="E-01-01", title="垃圾")
    return number


def lineage(program, number):
    return program.get(f"/cases/{number}").json()["lineage"]


def test_several_are_merged_into_one_over_the_api_and_the_refused_say_why(somebody):
    operator, main = somebody("operator"), accepted(somebody)
    one, ended = reported(somebody(""))["number"], reported(somebody(""))["number"]
    took(operator, ended, "decline", reason_code="not-town", explanation="请联系物业")
    answers = operator.post("/cases/merge", {"main": main, "numbers": [one, ended], "explanation": "同一处"}).json()
    assert [(each["number"], each["merged"]) for each in answers] == [(one, True), (ended, False)]
    assert answers[1]["problem"]["type"] == "case-wrong-stage"
    assert [each["number"] for each in lineage(operator, main)["followers"]] == [one]
    assert lineage(operator, one)["main"]["number"] == main
    took(operator, one, "unmerge", explanation="不是一处")
    assert [each["number"] for each in lineage(operator, main)["undone"]] == [one]


def test_a_case_is_split_and_taken_back_over_the_api(somebody):
    operator, parent = somebody("operator"), accepted(somebody)
    child = took(operator, parent, "split", **ABOUT)["fact"]["child_number"]
    assert [each["number"] for each in lineage(operator, parent)["split_off"]] == [child]
    assert lineage(operator, child)["split_from"]["number"] == parent
    assert "unsplit" in operator.get(f"/cases/{child}").json()["arrows"]
    assert "unsplit" not in operator.get(f"/cases/{parent}").json()["arrows"]
    took(operator, child, "unsplit", explanation="是一件事")
    assert operator.get(f"/cases/{child}").json()["state"] == "merged"
    assert [each["number"] for each in lineage(operator, parent)["followers"]] == [child]
