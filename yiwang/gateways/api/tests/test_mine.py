"""A program with a resident's log-in sees, copies, corrects and deletes what is kept of them, and has it explained; nobody else's."""

import pytest

from yiwang.intake.reports import kept
from yiwang.intake.reports.models import Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(somebody):
    program = somebody("")
    people = program.get("/session/demonstration").json()
    found = next(one for one in people if one["kind"] == "resident")
    return program.log_in(kind="demonstration", account_id=found["account_id"])


def number_of(resident):
    return resident.post("/reports", {"text": "桃花新村门口路灯不亮"}).json()["number"]


def declined(somebody, number):
    body = {"reason_code": "not-town", "explanation": "不归镇里管"}
    assert somebody("operator").post(f"/cases/{number}/decline", body).status_code == 200


def test_a_resident_sees_all_that_is_kept_with_purpose_ground_and_time(resident):
    number = number_of(resident)
    answer = resident.get("/me").json()
    assert [one["kind"] for one in answer["kept"]] == list(kept.KINDS)
    assert all(one[part] for one in answer["kept"] for part in kept.PARTS)
    assert "个人信息保护法第十三条" in answer["kept"][0]["basis"]
    assert [(one["number"], one["text"]) for one in answer["reports"]] == [(number, "桃花新村门口路灯不亮")]
    assert answer["account"]["phone"].startswith("199")


def test_opening_the_number_shows_office_role_purpose_and_matter_and_no_name(resident, somebody):
    number = number_of(resident)
    person = str(Report.objects.get(number=number).reporter)
    operator = somebody("operator")
    sent = {"person": person, "purpose": "call-back", "csrfmiddlewaretoken": operator.token}
    opened = operator.client.post(f"/desk/cases/{number}/phone", sent)
    assert opened.status_code == 200
    (look,) = resident.get("/me").json()["looks"]
    assert (look["role"], look["purpose"], look["number"]) == ("热线受理员", "回访", number)
    assert set(look) == {"at", "team_id", "role", "purpose", "number"}


def test_the_name_is_corrected_and_the_rest_stays(resident):
    before = resident.get("/me").json()["account"]
    after = resident.post("/me", {"name": "水二爷"}).json()["account"]
    assert after == before | {"name": "水二爷"}
    assert resident.post("/me", {"phone": "19900000009"}).status_code == 422


def test_the_words_of_an_ended_report_go_at_once_and_of_an_open_one_later(resident, somebody):
    ended, still_open = number_of(resident), resident.post("/reports", {"text": "垃圾没人收"}).json()["number"]
    declined(somebody, ended)
    assert resident.post(f"/reports/{ended}/forget", {"sure": False}).status_code == 422
    assert resident.post(f"/reports/{ended}/forget", {"sure": True}).json() == {"deleted": True}
    assert Report.objects.get(number=ended).text == ""
    assert resident.post(f"/reports/{still_open}/forget", {"sure": True}).json() == {"deleted": False}
    assert Report.objects.get(number=still_open).text == "垃圾没人收"


def test_erasing_ends_the_account_and_the_session(resident, somebody):
    number = number_of(resident)
    declined(somebody, number)
    assert resident.post("/me/erase", {"sure": True}).json()["later"] == []
    assert Report.objects.get(number=number).text == ""
    assert resident.get("/me").status_code == 401


def test_it_is_explained_who_chose_the_kind_and_which_rule_each_limit_has(resident, somebody):
    number = number_of(resident)
    assert resident.get(f"/reports/{number}/why").json()["choice"] == ""
    accepted = somebody("operator").post(f"/cases/{number}/accept", {"type_code": "E-01-01", "title": "路灯"})
    assert accepted.status_code == 200, accepted.content.decode()
    why = resident.get(f"/reports/{number}/why").json()
    assert (why["choice"], bool(why["type"])) == ("chosen", True)
    assert why["limits"]
    assert all(one["rule"] and one["version"] and one["reference"] for one in why["limits"])


def test_nobody_elses_data_is_seen_deleted_or_explained(resident, somebody):
    number = number_of(resident)
    for stranger, status in ((somebody(""), 401), (somebody("urban"), 403)):
        assert stranger.get("/me").status_code == status
    assert somebody("").get(f"/reports/{number}/why").status_code in (401, 404)
    assert somebody("").post(f"/reports/{number}/forget", {"sure": True}).status_code == 401
    people = somebody("").get("/session/demonstration").json()
    other = [one for one in people if one["kind"] == "resident"][1]
    second = somebody("").log_in(kind="demonstration", account_id=other["account_id"])
    assert second.get("/me").json()["reports"] == []
    assert second.get(f"/reports/{number}/why").status_code == 404
    assert second.post(f"/reports/{number}/forget", {"sure": True}).status_code == 404
