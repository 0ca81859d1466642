"""The same form sent again gets the first answer; another form under the same key is told so, and its words stay."""

from datetime import timedelta

import pytest

from yiwang.cases import queries as cases
from yiwang.cases.queries import ListFilter
from yiwang.intake.reports.models import ReportAdvice
from yiwang.kernel import walltime
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.web.desk.tests.conftest import SYSTEM

CALL = {"_key": "one-form", "text": "菜场门口垃圾没人收", "channel": "desk", "phone": "199 0000 0001"}
PASSWORD = "a-long-enough-one"


def _texts() -> list[str]:
    return sorted(row.text for row in cases.work_list(SYSTEM, ListFilter(), size=200).rows)


def _verbs(case_id) -> list[str]:
    return [one.verb for one in cases.timeline(SYSTEM, case_id)]


@pytest.mark.parametrize(
    "other",
    [
        {"text": "新海一村路灯不亮"},
        {"phone": "199 0000 0002"},
        {"urgent": "on"},
        {"place_text": "东门外"},
        {"channel": "hotline"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_call_under_the_key_of_the_first_is_told_so_and_entered_when_sent_once_more(town, other):
    client = town.client("operator")
    first = client.post("/desk/new", CALL)["Location"]
    answer = client.post("/desk/new", CALL | other)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "内容和上一次不一样" in page
    assert (CALL | other)["text"] in page
    fresh = page.split('name="_key" value="')[1].split('"')[0]
    assert client.post("/desk/new", CALL | other | {"_key": fresh})["Location"] != first
    assert len(_texts()) == 2


def test_the_same_call_sent_twice_is_one_report_whatever_the_machine_read_meanwhile(town):
    client = town.client("operator")
    assert client.post("/desk/new", CALL)["Location"] == client.post("/desk/new", CALL)["Location"]
    assert len(_texts()) == 1


def test_accepting_at_once_as_another_type_under_the_same_key_is_told_so(town):
    client = town.client("operator")
    form = CALL | {"accept": "1", "type_code": "E-01-01"}
    assert client.post("/desk/new", form).status_code == 302
    answer = client.post("/desk/new", form | {"type_code": "C-01-02"})
    assert answer.status_code == 409
    assert client.post("/desk/new", form).status_code == 302
    assert len(_texts()) == 1


@pytest.mark.parametrize("htmx", [False, True])
def test_another_remark_under_the_same_key_is_told_so_and_stays_in_the_field(town, post, htmx):
    case_id = town.accepted()
    post(town, "operator", case_id, "note", text="先说这一句")
    answer = post(town, "operator", case_id, "note", htmx=htmx, text="再说另一句")
    assert answer.status_code == 409
    assert "再说另一句" in answer.content.decode()
    assert "内容和上一次不一样" in answer.content.decode()
    assert _verbs(case_id).count("case.noted") == 1


def test_an_act_sent_again_gets_the_first_answer_though_the_case_is_another_by_now(town, post):
    case_id = town.report()
    for _ in range(2):
        assert post(town, "operator", case_id, "accept", type_code="E-01-01", title="垃圾").status_code == 302
    assert _verbs(case_id).count("case.accepted") == 1


def test_many_accepted_again_get_the_first_answer_though_the_machine_suggests_something_else_by_now(town):
    ids = [town.report(), town.report("新海一村路灯不亮")]
    client, form = town.client("operator"), {"_key": "bulk", "pick": [str(one) for one in ids]}
    for _ in range(2):
        answer = client.post("/desk/cases/accept", form, headers={"Accept": "application/json"})
        assert answer.json() == {"done": 2, "refused": []}
        ReportAdvice.objects.update(top_code="E-01-02", top_probability=0.99)
    assert _verbs(ids[0]).count("case.accepted") == 1


def test_many_dispatched_again_get_the_first_answer_though_their_type_was_corrected_by_now(town, post):
    case_id = town.accepted("E-01-01")
    client, form = town.client("dispatcher"), {"_key": "bulk", "pick": [str(case_id)]}
    for _ in range(2):
        answer = client.post("/desk/cases/dispatch", form, headers={"Accept": "application/json"})
        assert answer.json() == {"done": 1, "refused": []}
        post(town, "operator", case_id, "correct", type_code="C-01-02")
    assert _verbs(case_id).count("case.dispatched") == 1


def test_a_key_of_many_takes_what_was_picked_in_addition(town):
    first, second = town.report(), town.report("新海一村路灯不亮")
    client = town.client("operator")
    for picked in ([first], [first, second]):
        client.post("/desk/cases/accept", {"_key": "bulk", "pick": [str(one) for one in picked]})
    assert [town.state(one) for one in (first, second)] == ["accepted", "accepted"]


def test_a_rating_by_the_desk_with_other_words_is_told_so(town, post):
    case_id = town.closed()
    rated = {"solved": "yes", "satisfaction": "satisfied"}
    assert post(town, "operator", case_id, "rate", words="谢谢", **rated).status_code == 302
    assert post(town, "operator", case_id, "rate", words="谢谢", **rated).status_code == 302
    answer = post(town, "operator", case_id, "rate", words="其实没有修好", **rated)
    assert answer.status_code == 409
    assert "其实没有修好" in answer.content.decode()


def test_an_account_made_twice_by_one_form_is_one_and_another_first_password_is_told_so(town):
    client = town.client("administrator")
    form = {"username": "qiu.yan", "name": "邱演示", "password": PASSWORD, "_key": "k"}
    for _ in range(2):
        assert client.post("/desk/accounts/new", form).status_code == 302
    answer = client.post("/desk/accounts/new", form | {"password": "another-long-one"})
    assert answer.status_code == 409
    made = next(card for card in people.accounts(SYSTEM) if card.username == "qiu.yan")
    set_to = [client.post(f"/desk/accounts/{made.account_id}/password", {"password": word, "_key": "p"}).status_code
              for word in ("first-long-word", "first-long-word", "second-long-word")]  # fmt: skip
    assert set_to == [302, 302, 409]


def test_a_team_renamed_again_gets_the_first_answer_though_it_was_moved_meanwhile(town):
    client, team_id = town.client("administrator"), town.teams["water"]
    form = {"name_zh": "河道站", "name_en": "Rivers", "_key": "r"}
    for _ in range(2):
        assert client.post(f"/desk/teams/{team_id}/rename", form).status_code == 302
        people_teams.change_team(team_id, name_zh="别名", name_en="Other", position=9, call=town.call("administrator"))
    assert client.post(f"/desk/teams/{team_id}/rename", form | {"name_zh": "湖泊站"}).status_code == 409


SOON = str(walltime.town_day(walltime.now() + timedelta(days=30)))
TWICE = [
    ("redirect", "dispatcher", "handling", {"team": "water", "reason_code": "wrong-department"}),
    ("dispatch", "dispatcher", "accepted", {"team": "water"}),
    ("return", "sanitation", "dispatched", {"reason_code": "other-department", "legal_basis": "三定方案",
     "proposed_team": "water", "explanation": "不归我们管"}),
    ("rule", "arbiter", "disputed", {"team": "utilities", "question": "谁管", "grounds": "三定方案"}),
    ("sign", "sanitation", "dispatched", {}),
    ("contact", "sanitation", "handling", {"reached": "yes"}),
    ("report_back", "sanitation", "handling", {"outcome": "solved", "result": "已清", "no_photo_reason": "夜间"}),
    ("verify", "verifier", "handled", {"finding": "已清", "no_photo_reason": "当场看过"}),
    ("rework", "verifier", "handled", {"finding": "没有清"}),
    ("close", "operator", "verified", {"called_back": "solved", "answer": "已清运"}),
    ("rate", "operator", "closed", {"solved": "yes", "satisfaction": "satisfied"}),
    ("reopen", "operator", "closed", {"ground": "not-mended"}),
    ("suspend", "duty_officer", "handling", {"reason_code": "weather", "explanation": "台风", "review_on": SOON}),
    ("ask_extension", "sanitation", "handling", {"amount": "1", "reason_code": "weather", "explanation": "台风"}),
    ("correct", "operator", "accepted", {"type_code": "C-01-02"}),
    ("note", "operator", "accepted", {"text": "备注"}),
    ("decline", "operator", "report", {"reason_code": "not-town", "explanation": "请找区里"}),
    ("dismiss", "dispatcher", "accepted", {"reason_code": "not-found", "explanation": "没有看到"}),
    ("void", "duty_officer", "report", {"reason_code": "mistake", "explanation": "登错了"}),
]  # fmt: skip


@pytest.mark.parametrize(("act", "who", "made", "given"), TWICE, ids=[act for act, *_ in TWICE])
def test_every_act_pressed_twice_is_done_once_and_answered_twice(town, post, act, who, made, given):
    case_id = getattr(town, made)()
    given = {name: str(town.teams.get(value, value)) for name, value in given.items()}
    shown = cases.rows_of(SYSTEM, [case_id])[case_id].row_version
    first = post(town, who, case_id, act, version=shown, **given)
    assert first.status_code == 302, first.content.decode()
    done = len(_verbs(case_id))
    second = post(town, who, case_id, act, version=shown, **given)
    assert (second.status_code, second.headers.get("Location")) == (302, first["Location"]), second.content.decode()[
        -3000:
    ]
    assert len(_verbs(case_id)) == done
