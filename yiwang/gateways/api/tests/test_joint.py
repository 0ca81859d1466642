"""Joint handling over the API: asked with the dispatch or later, signed, answered, returned, passed on."""

from uuid import uuid4

import pytest

from yiwang.cases.parts import PART_ARROWS
from yiwang.gateways.api.frame import api
from yiwang.gateways.api.joint import PART_DOORS
from yiwang.gateways.api.tests.test_api import reported, took

pytestmark = pytest.mark.django_db
DONE = {"result": "已封道", "no_photo_reason": "夜间拍不清"}


def assisted(somebody):
    number = reported(somebody(""))["number"]
    took(somebody("operator"), number, "accept", type_code="C-01-02", title="路灯不亮")
    took(somebody("dispatcher"), number, "dispatch", team="utilities", assists=["water"], assist_task="配合封道")
    return number


def parts(program, number):
    return program.get(f"/cases/{number}").json()["parts"]


def test_there_is_an_address_for_every_arrow_of_a_part_and_its_action_is_the_arrows_authority():
    alone = {name for name in PART_ARROWS if name not in ("ask_assist", "part_dispute", "part_send_back")}
    assert {f"part_{name}" for name in PART_DOORS} == alone
    assert {name: door.action for name, door in PART_DOORS.items()} == {
        name.removeprefix("part_"): PART_ARROWS[name].authority for name in alone
    }
    paths = set(api.get_openapi_schema()["paths"])
    assert {f"/api/cases/{{number}}/parts/{{part}}/{name}" for name in PART_DOORS} <= paths


def test_the_assisting_department_answers_over_the_api_and_the_lead_waits_for_it(somebody):
    number = assisted(somebody)
    lead, water = somebody("utilities"), somebody("water")
    took(lead, number, "sign")
    (part,) = parts(water, number)
    assert (part["team"], part["state"], part["arrows"]) == ("water", "asked", ["sign", "return"])
    assert "ask_assist" in lead.get(f"/cases/{number}").json()["arrows"]
    back = {"outcome": "solved", "result": "已换灯泡", "no_photo_reason": "夜间拍不清"}
    refused = lead.post(f"/cases/{number}/report_back", back)
    assert (refused.status_code, refused.json()["type"]) == (409, "case-parts-open")
    took(water, number, f"parts/{part['id']}/sign")
    took(water, number, f"parts/{part['id']}/answer", **DONE)
    took(lead, number, "report_back", **back)
    took(somebody("verifier"), number, "rework", finding="还没亮", parts=[part["id"]])
    assert [one["state"] for one in parts(lead, number)] == ["handling"]
    clocks = water.get(f"/cases/{number}").json()["clocks"]
    assert [one["state"] for one in clocks if one["part"] == part["id"]] == ["running"]


def test_a_part_is_returned_passed_on_and_withdrawn_over_the_api(somebody):
    number = assisted(somebody)
    water, dispatcher = somebody("water"), somebody("dispatcher")
    part = parts(water, number)[0]["id"]
    took(water, number, f"parts/{part}/return", reason_code="other-owner", legal_basis="三定", proposed_team="roads",
         explanation="不归我们")  # fmt: skip
    took(dispatcher, number, f"parts/{part}/pass_on", team="sanitation")
    assert water.get(f"/cases/{number}").status_code == 404
    took(dispatcher, number, f"parts/{part}/withdraw", explanation="不用了")
    assert [one["state"] for one in parts(dispatcher, number)] == ["withdrawn"]
    assert dispatcher.post(f"/cases/{number}/parts/{uuid4()}/withdraw", {"explanation": "x"}).status_code == 404
