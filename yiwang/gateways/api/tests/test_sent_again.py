"""The Idempotency-Key as a program uses it: the same again is a retry, anything else under it is told so."""

import pytest

from yiwang.gateways.api.tests.test_api import LAMP, reported, took

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "k-1"}
RESIDENT = "199 0000 0001"


def _told_so(answer) -> None:
    assert answer.status_code == 409, answer.content.decode()
    assert answer.json()["type"].endswith("key-used-otherwise")
    assert answer.json()["do"]


@pytest.fixture
def resident(somebody):
    """Somebody logged in, whose key is bound to the account only."""
    people = somebody("").get("/session/demonstration").json()
    return somebody(next(one["name"] for one in people if one["kind"] == "resident"))


@pytest.mark.parametrize("who", ["resident", "operator"])
def test_another_report_under_the_same_key_is_told_so_and_not_swallowed(somebody, resident, who):
    program = resident if who == "resident" else somebody(who)
    body = {"text": "路灯不亮", "channel": "portal" if who == "resident" else "desk"}
    first, again = (program.post("/reports", body, **KEY) for _ in range(2))
    assert first.json() == again.json()
    _told_so(program.post("/reports", body | {"text": "井盖松动"}, **KEY))
    _told_so(program.post("/reports", body | {"urgent": True}, **KEY))
    assert program.post("/reports", body | {"text": "井盖松动"}, **{"Idempotency-Key": "k-2"}).status_code == 201


def test_a_step_under_the_same_key_is_a_retry_only_when_it_says_the_same(somebody):
    desk, estates = somebody("operator"), somebody("").get("/places?kind=estate").json()["features"]
    number = reported(somebody(""))["number"]
    seen = desk.get(f"/cases/{number}").json()["version"]
    first_place, other_place = (one["id"] for one in estates[:2])
    body = {"type_code": "C-01-02", "title": "路灯不亮", "place_id": first_place}
    first = desk.post(f"/cases/{number}/accept", body | {"version": seen}, **KEY)
    assert first.status_code == 200, first.content.decode()
    assert desk.post(f"/cases/{number}/accept", body | {"version": seen + 1}, **KEY).json() == first.json()
    _told_so(desk.post(f"/cases/{number}/accept", body | {"place_id": other_place}, **KEY))
    other = {"Idempotency-Key": "k-2"}
    corrected = {"type_code": "C-01-02", "place_id": other_place}
    once, twice = (desk.post(f"/cases/{number}/correct", corrected, **other) for _ in range(2))
    assert once.json() == twice.json()
    assert once.json()["fact"]["place_id"] == other_place
    _told_so(desk.post(f"/cases/{number}/correct", corrected | {"place_id": first_place}, **other))
    kept = desk.post(f"/cases/{number}/correct", {"type_code": "C-01-02"}).json()
    assert kept["fact"]["place_id"] == other_place


def test_a_rating_by_the_link_is_a_retry_only_when_it_says_the_same_and_never_answers_for_another_case(somebody):
    visitor, desk = somebody(""), somebody("operator")
    told = [reported(visitor, text=f"{LAMP['text']}，{number}号") for number in (1, 2)]
    for one in told:
        took(desk, one["number"], "accept", type_code="C-01-02", title="路灯不亮")
        took(somebody("dispatcher"), one["number"], "dispatch", team="utilities")
        handler = somebody("utilities")
        took(handler, one["number"], "sign")
        took(handler, one["number"], "report_back", outcome="solved", result="已换", no_photo_reason="夜间拍不清")
        took(somebody("verifier"), one["number"], "verify", finding="已亮", no_photo_reason="夜间拍不清")
        took(desk, one["number"], "close", called_back="solved", answer="路灯已修好")
    bodies = [{"token": one["token"], "solved": "yes", "satisfaction": "satisfied"} for one in told]
    addresses = [f"/reports/{one['number']}/rate" for one in told]
    for _ in range(2):
        assert visitor.post(addresses[0], bodies[0], **KEY).json()["state"] == "rated"
    _told_so(visitor.post(addresses[0], bodies[0] | {"solved": "no"}, **KEY))
    assert visitor.post(addresses[1], bodies[1], **KEY).json()["state"] == "rated"
    again = {"token": told[0]["token"], "ground": "came-back", "words": "又不亮了"}
    address = f"/reports/{told[0]['number']}/reopen"
    other = {"Idempotency-Key": "k-2"}
    for _ in range(2):
        assert visitor.post(address, again, **other).json()["state"] == "dispatched"
    _told_so(visitor.post(address, again | {"words": "又不亮了，还漏电"}, **other))
