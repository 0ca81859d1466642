"""The API as a program meets it."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from yiwang.cases.stages import ARROWS, BY_THEMSELVES
from yiwang.gateways.api import arrows
from yiwang.gateways.api.frame import api
from yiwang.kernel import walltime
from yiwang.kernel.files.tests import pictures

pytestmark = pytest.mark.django_db

LAMP = {"text": "新海一村门口的路灯坏了三天，晚上看不见路", "reporter": {"phone": "199 0000 0999", "name": "试演示"}}


def picture() -> io.BytesIO:
    content = io.BytesIO(b"")
    Image.new("RGB", (320, 240), "#6a7").save(content, "JPEG")
    content.seek(0)
    content.name = "lamp.jpg"
    return content


def test_a_photo_of_thousands_of_scans_is_refused_before_it_is_decoded(somebody):
    bomb = io.BytesIO(pictures.jpeg_bomb(scans=20_000, size=(8000, 6000)))
    bomb.name = "lamp.jpg"
    began = walltime.now()
    answer = somebody("").client.post("/api/photos", {"photo": bomb})
    assert (walltime.now() - began).total_seconds() < 5, "decoding it takes minutes"
    assert (answer.status_code, answer.json()["type"]) == (413, "photo-too-many-scans")
    assert "截屏" in answer.json()["do"]


def reported(program: Any, **more: Any) -> dict[str, str]:
    answer = program.post("/reports", LAMP | more)
    assert answer.status_code == 201, answer.content.decode()
    return answer.json()


def took(program: Any, number: str, arrow: str, **body: Any) -> Any:
    answer = program.post(f"/cases/{number}/{arrow}", body)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def test_there_is_an_address_for_every_arrow_and_its_action_is_the_arrows_authority():
    assert set(arrows.ARROWS) | BY_THEMSELVES == set(ARROWS)
    assert {name: door.action for name, door in arrows.ARROWS.items()} == {
        name: arrow.authority for name, arrow in ARROWS.items() if name not in BY_THEMSELVES
    }
    assert {f"/api/cases/{{number}}/{name}" for name in arrows.ARROWS} <= set(api.get_openapi_schema()["paths"])


def test_a_report_goes_the_whole_way_over_the_api(somebody):
    visitor, desk, dispatcher = somebody(""), somebody("operator"), somebody("dispatcher")
    token = visitor.client.post("/api/photos", {"photo": picture()}).json()["token"]
    report = reported(visitor, photos=[token])
    number = report["number"]
    took(desk, number, "accept", type_code="C-01-02", title="路灯不亮")
    took(dispatcher, number, "dispatch", team="utilities")
    handler = somebody("utilities")
    assert [one["number"] for one in handler.get("/cases").json()["cases"]] == [number]
    took(handler, number, "sign")
    took(handler, number, "contact", reached=True)
    took(handler, number, "report_back", outcome="solved", result="已换灯泡", no_photo_reason="夜间拍不清")
    took(somebody("verifier"), number, "verify", finding="已亮", no_photo_reason="夜间拍不清")
    took(desk, number, "close", called_back="solved", answer="路灯已修好")
    full = visitor.get(f"/reports/{number}?token={report['token']}").json()["full"]
    assert (full["answer"], full["may_rate"], full["may_reopen"]) == ("路灯已修好", True, True)
    with walltime.at(walltime.now() + timedelta(days=16)):
        late = visitor.get(f"/reports/{number}?token={report['token']}").json()["full"]
    assert (late["may_rate"], late["may_reopen"]) == (True, False)
    rated = visitor.post(
        f"/reports/{number}/rate", {"token": report["token"], "solved": "yes", "satisfaction": "satisfied"}
    )
    assert rated.json()["state"] == "rated"
    verbs = [one["verb"] for one in desk.get(f"/cases/{number}/timeline").json()]
    steps = ["gathered", "accepted", "dispatched", "signed", "contacted", "handled", "verified", "closed", "rated"]
    assert verbs == [f"case.{step}" for step in steps]
    case = desk.get(f"/cases/{number}").json()
    assert {clock["stage"] for clock in case["clocks"]} >= {"accept", "handle", "verify", "close"}


def test_the_same_key_gets_the_same_number_and_another_key_another(somebody):
    visitor = somebody("")
    first, again, other = (
        visitor.post("/reports", LAMP, **{"Idempotency-Key": key}).json()["number"] for key in ("a-1", "a-1", "a-2")
    )
    assert first == again != other


def test_two_visitors_who_chose_the_same_key_are_two(somebody):
    here, there = somebody(""), somebody("")
    mine = here.post("/reports", {"text": "路灯不亮"}, **{"Idempotency-Key": "1"}).json()
    yours = there.post("/reports", {"text": "井盖松动"}, **{"Idempotency-Key": "1"}).json()
    assert mine["number"] != yours["number"]


def test_the_desk_does_not_get_the_link_that_speaks_for_the_caller(somebody):
    answer = somebody("operator").post("/reports", LAMP | {"channel": "hotline"})
    assert (answer.status_code, answer.json()["token"]) == (201, "")


def test_a_grid_worker_reports_what_lies_in_another_committee(somebody):
    spots = somebody("").get("/places?kind=committee").json()["features"]
    worker = somebody("grid1")
    own = worker.get("/session").json()["roles"][0]["scope_id"]
    other = next(one["id"] for one in spots if one["id"] != own)
    answer = worker.post("/reports", {"text": "河边有垃圾", "channel": "grid", "place_id": other})
    assert answer.status_code == 201, answer.content.decode()


def test_a_session_without_its_token_changes_nothing(somebody):
    desk = somebody("operator")
    number = reported(somebody(""))["number"]
    desk.token = ""
    answer = desk.post(f"/cases/{number}/accept", {"type_code": "C-01-02", "title": "路灯"})
    assert (answer.status_code, answer.json()["type"]) == (403, "api-token-missing")
    assert desk.get(f"/cases/{number}").json()["state"] == "gathered"


def test_a_foreign_pages_form_cannot_log_anybody_in(somebody):
    visitor = somebody("")
    answer = visitor.client.post("/api/session", '{"kind": "staff"}', content_type="text/plain")
    assert (answer.status_code, answer.json()["type"]) == (415, "api-not-json")


def test_staff_log_in_by_password_and_out_again(somebody):
    program = somebody("").log_in(kind="staff", username="dispatcher", password="xinhai-demo-2019")
    assert [one["role"] for one in program.get("/session").json()["roles"]] == ["dispatcher"]
    out = program.client.delete("/api/session", headers={"X-CSRFToken": program.token}).json()
    assert out["kind"] == program.get("/session").json()["kind"] == "visitor"


def test_a_wrong_password_is_a_problem_and_not_a_session(somebody):
    answer = somebody("").post("/session", {"kind": "staff", "username": "dispatcher", "password": "wrong-wrong-1"})
    assert (answer.status_code, answer.json()["type"]) == (401, "password-wrong")


def test_the_list_is_narrowed_and_turned_by_pages(somebody):
    visitor, desk = somebody(""), somebody("operator")
    numbers = {reported(visitor)["number"] for _ in range(5)}
    first = desk.get("/cases?state=gathered&size=3").json()
    second = desk.get(f"/cases?state=gathered&size=3&after={first['next']}").json()
    assert {one["number"] for one in first["cases"] + second["cases"]} == numbers
    assert second["next"] is None
    assert desk.get("/cases?state=closed").json()["cases"] == []


def test_many_are_accepted_at_once_and_one_refusal_does_not_hold_up_the_rest(somebody):
    visitor, desk = somebody(""), somebody("operator")
    number = reported(visitor)["number"]
    took(desk, number, "accept", type_code="C-01-02", title="路灯")
    answer = desk.post("/cases/accept", {"numbers": [number, "XH000"]}).json()
    assert [(one["accepted"], one["problem"]["type"]) for one in answer] == [
        (False, "case-wrong-stage"),
        (False, "case-unknown"),
    ]


def test_a_month_is_drawn_from_once_and_never_before_it_is_over(somebody):
    duty, today = somebody("duty"), walltime.town_day(walltime.now())
    running = duty.post("/rechecks", {"month": f"{today:%Y-%m}"})
    assert (running.status_code, running.json()["type"]) == (409, "case-month-not-over")
    early = duty.post("/rechecks", {"month": "1999-12"})
    assert (early.status_code, early.json()["seed"], early.json()["numbers"]) == (200, "", [])
    chosen = duty.post("/rechecks", {"month": "1999-12", "seed": "mine"})
    assert (chosen.status_code, chosen.json()["type"]) == (422, "api-invalid")


def test_a_resident_does_not_read_what_offices_write_to_each_other(somebody):
    resident, desk = somebody("水演示"), somebody("operator")
    number = resident.post("/reports", {"text": "楼下井盖松动"}).json()["number"]
    took(desk, number, "note", text="内部备注：先问物业")
    seen = resident.get(f"/cases/{number}/timeline")
    assert seen.status_code == 200
    assert "物业" not in seen.content.decode()
    assert "物业" in desk.get(f"/cases/{number}/timeline").content.decode()


# --- problems in words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title", "step"),
    [
        ("zh-hans", "还缺一样东西：照片，或没有照片的理由。", "处理反馈"),
        ("en", "a photo, or why there is none", "Report back"),
    ],
)
def test_a_refusal_names_proofs_and_steps_in_words_and_keeps_their_codes_for_programs(somebody, language, title, step):
    desk, number = somebody("operator"), reported(somebody(""))["number"]
    took(desk, number, "accept", type_code="E-01-01", title="垃圾")
    took(somebody("dispatcher"), number, "dispatch", team="sanitation")
    hands = somebody("sanitation")
    took(hands, number, "sign")
    body = {"outcome": "solved", "result": "已清运"}
    refused = hands.post(f"/cases/{number}/report_back", body, **{"Accept-Language": language}).json()
    assert title in refused["title"]
    assert step in refused["detail"]
    assert refused["parameters"] == {"arrow": "report_back", "proof": "photo_or_reason"}


def test_a_step_from_the_wrong_state_is_refused_with_the_names_of_those_that_can_be_taken(somebody):
    desk, number = somebody("operator"), reported(somebody(""))["number"]
    took(desk, number, "accept", type_code="E-01-01", title="垃圾")
    refused = desk.post(f"/cases/{number}/accept", {"type_code": "E-01-01", "title": "垃圾"}).json()
    assert refused["type"] == "case-wrong-stage"
    told = refused["title"] + refused["detail"] + refused["do"]
    assert "派遣、" in refused["do"]
    assert not re.search(r"accepted|dispatch|grant_extension", told)
    assert refused["parameters"]["state"] == "accepted"


# --- problems ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "title"), [("zh-hans", "请先登录。"), ("en", "Please log in first.")])
def test_a_refusal_speaks_the_readers_language(somebody, language, title):
    answer = somebody("").get("/cases", **{"Accept-Language": language})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["title"]) == (401, title)


@pytest.mark.parametrize(
    ("path", "body", "status", "slug"),
    [
        ("/reports", "{", 400, "api-unreadable"),
        ("/reports", {"text": "x", "colour": "red"}, 422, "api-invalid"),
        ("/reports", {"text": "\x00"}, 422, "api-invalid"),
        ("/reports", {"text": " "}, 422, "report-say-something"),
        ("/reports", {"text": "灯", "point": {"longitude": 181, "latitude": 31}}, 422, "api-invalid"),
        ("/reports", {"text": "灯", "photos": ["nobody.1.x"]}, 422, "upload-unknown"),
        ("/reports", {"text": "灯", "place_id": "00000000-0000-0000-0000-000000000001"}, 404, "place-unknown"),
        ("/cases/XH1/nothing", {}, 404, "api-no-such-address"),
        ("/cases/XH1/sign", {}, 401, "log-in-first"),
        ("/teams", {}, 405, "api-no-such-method"),
    ],
)
def test_each_kind_of_bad_request_is_a_problem(somebody, path, body, status, slug):
    answer = somebody("").post(path, body)
    assert (answer.status_code, answer.json()["type"]) == (status, slug)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert all(answer.json()[part] for part in ("title", "detail", "do"))


def test_a_field_that_does_not_fit_is_named(somebody):
    errors = somebody("").post("/reports", {"text": "灯", "point": {"longitude": 1}}).json()["errors"]
    assert list(errors) == ["point.latitude"]
    assert errors["point.latitude"]["type"] == "api-invalid-field"
    assert "缺少这一项" in errors["point.latitude"]["detail"]


def test_an_unknown_team_is_not_there(somebody):
    desk = somebody("dispatcher")
    number = reported(somebody(""))["number"]
    took(somebody("operator"), number, "accept", type_code="C-01-02", title="路灯")
    assert desk.post(f"/cases/{number}/dispatch", {"team": "moon"}).status_code == 404


def test_a_step_on_an_old_version_is_refused(somebody):
    desk = somebody("operator")
    number = reported(somebody(""))["number"]
    version = desk.get(f"/cases/{number}").json()["version"]
    took(desk, number, "note", text="看过")
    answer = desk.post(f"/cases/{number}/accept", {"type_code": "C-01-02", "title": "路灯", "version": version})
    assert (answer.status_code, answer.json()["type"]) == (409, "changed-meanwhile")


def test_nothing_of_a_faults_inside_is_told(somebody, monkeypatch):
    monkeypatch.setattr("yiwang.gateways.api.town.places.export", lambda *_: {}["secret-inside"])
    answer = somebody("").get("/places")
    assert (answer.status_code, answer.json()["type"]) == (500, "api-fault")
    assert "secret" not in answer.content.decode()


# --- the town ----------------------------------------------------------------------------------------------------------


def test_the_town_tells_its_types_teams_and_places(somebody):
    visitor = somebody("")
    assert any(one["code"] == "C-01-02" for one in visitor.get("/case-types").json())
    assert any(one["code"] == "utilities" for one in visitor.get("/teams").json())
    kinds = {one["properties"]["kind"] for one in visitor.get("/places?kind=estate&kind=river").json()["features"]}
    assert kinds == {"estate", "river"}


def test_working_days_are_counted_over_a_holiday(somebody):
    answer = somebody("").get("/workdays?day=2019-09-29&add=5").json()
    assert answer["day"] == "2019-10-11"
    assert answer["provisional"] is False
    assert len(answer["skipped"]) == 7
