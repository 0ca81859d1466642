"""Every act of the case page: who sees its button, what its form does, and how it refuses."""

import re
from datetime import date

import pytest

from yiwang.cases import law
from yiwang.cases import queries as cases
from yiwang.cases.stages import ARROWS, BY_THEMSELVES
from yiwang.cases.steps import forward, timing
from yiwang.intake.reports.steps import receiving
from yiwang.kernel import walltime
from yiwang.web.desk.acts import ACTS
from yiwang.web.desk.tests.conftest import RUBBISH, SYSTEM


def test_every_arrow_of_the_table_has_an_act_but_those_that_come_by_themselves():
    assert set(ACTS) == set(ARROWS) - BY_THEMSELVES


WAY = [
    # act, who, from, given, to
    ("accept", "operator", "report", {"type_code": "E-01-01", "title": "垃圾", "demand": ""}, "accepted"),
    ("decline", "operator", "report", {"reason_code": "not-town", "explanation": "请联系区里"}, "declined"),
    ("void", "duty_officer", "report", {"reason_code": "practice", "explanation": "演练"}, "voided"),
    ("dismiss", "dispatcher", "accepted", {"reason_code": "not-found", "explanation": "现场没有"}, "dismissed"),
    (
        "dismiss", "dispatcher", "returned",
        {"reason_code": "not-town", "explanation": "区管道路", "passed_to": "区公路所"}, "dismissed",
    ),
    ("dispatch", "dispatcher", "accepted", {"team": "sanitation", "instruction": "今天去"}, "dispatched"),
    ("sign", "sanitation", "dispatched", {}, "handling"),
    ("redirect", "dispatcher", "dispatched", {"team": "water", "reason_code": "wrong-department"}, "dispatched"),
    (
        "return", "sanitation", "dispatched",
        {"reason_code": "other-owner", "legal_basis": "第十条", "proposed_team": "water", "explanation": "物业的"},
        "returned",
    ),
    ("rule", "arbiter", "disputed", {"team": "sanitation", "question": "谁管", "grounds": "第三条"}, "dispatched"),
    (
        "report_back", "sanitation", "handling",
        {"outcome": "solved", "result": "已清", "no_photo_reason": "夜间"}, "handled",
    ),
    ("verify", "verifier", "handled", {"finding": "干净", "no_photo_reason": "看过"}, "verified"),
    ("rework", "verifier", "handled", {"finding": "还有一堆"}, "handling"),
    ("close", "operator", "verified", {"called_back": "solved", "answer": "已清运"}, "closed"),
    ("call_back", "operator", "verified", {"called_back": "unreachable", "note": ""}, "verified"),
    ("rate", "operator", "closed", {"solved": "yes", "satisfaction": "satisfied", "words": "好"}, "rated"),
    ("reopen", "verifier", "closed", {"ground": "came-back", "words": "又有了"}, "dispatched"),
    ("contact", "operator", "handling", {"reached": "yes", "note": "已说明"}, "handling"),
    ("note", "leader", "handling", {"text": "请抓紧"}, "handling"),
    ("correct", "dispatcher", "handling", {"type_code": "E-01-02"}, "handling"),
    (
        "suspend", "duty_officer", "handling",
        {"reason_code": "weather", "explanation": "台风", "review_on": "+7"}, "suspended",
    ),
    (
        "ask_extension", "sanitation", "handling",
        {"amount": "1", "reason_code": "weather", "explanation": "下雨"}, "handling",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("act", "who", "made", "given", "to"), WAY, ids=[row[0] for row in WAY])
def test_the_form_of_an_act_takes_the_case_along_its_arrow(town, post, act, who, made, given, to):
    case_id = getattr(town, made)()
    answer = post(town, who, case_id, act, **_filled(town, given))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert town.state(case_id) == to


def _filled(town, given):
    if given.get("review_on") == "+7":
        given = {**given, "review_on": (walltime.town_day(walltime.now()).replace(day=1)).isoformat()}
        day = walltime.town_day(walltime.now())
        given["review_on"] = day.replace(year=day.year, month=day.month).fromordinal(day.toordinal() + 7).isoformat()
    for name in ("team", "proposed_team"):
        if name in given:
            given = {**given, name: str(town.teams[given[name]])}
    return given


@pytest.mark.parametrize(
    ("act", "who", "made"),
    [
        ("accept", "sanitation", "dispatched"),
        ("dispatch", "operator", "accepted"),
        ("verify", "operator", "handled"),
        ("rule", "dispatcher", "disputed"),
        ("void", "operator", "report"),
        ("suspend", "dispatcher", "handling"),
        ("approve_complex", "operator", "demand"),
        ("approve_complex", "dispatcher", "demand"),
    ],
)
def test_who_may_not_take_an_arrow_neither_sees_its_button_nor_gets_through(town, post, act, who, made):
    case_id = getattr(town, made)()
    page = town.client(who).get(f"/desk/cases/{town.number(case_id)}")
    assert f"/act/{act}" not in page.content.decode()
    before = town.state(case_id)
    answer = post(town, who, case_id, act, type_code="E-01-01", title="x", team=str(town.teams["water"]),
                  finding="x", no_photo_reason="x", question="x", grounds="x", reason_code="weather",
                  explanation="x", review_on="2099-01-01")  # fmt: skip
    assert answer.status_code in (403, 409, 422)
    assert town.state(case_id) == before


def test_what_is_not_the_towns_is_dismissed_only_with_the_office_it_was_passed_to(town, post):
    case_id = town.returned()
    given = {"reason_code": "not-town", "explanation": "区管道路"}
    refused = post(town, "dispatcher", case_id, "dismiss", **given)
    assert refused.status_code == 422
    assert "要写明转给哪个单位" in refused.content.decode()
    assert post(town, "dispatcher", case_id, "dismiss", **given, passed_to="区公路所").status_code == 302
    page = town.client("sanitation").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    assert "转给：区公路所" in page


def test_after_a_call_back_that_reached_nobody_the_desk_is_offered_another_call_and_no_rating(town, post):
    case_id = town.verified()
    post(town, "operator", case_id, "close", called_back="unreachable", answer="已清运")
    page = town.client("operator").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    assert "/act/rate" not in page
    assert "/act/call_back" in page
    rating = {"solved": "yes", "satisfaction": "satisfied"}
    refused = post(town, "operator", case_id, "rate", **rating)
    assert refused.status_code == 409
    assert "没有回访到报件人，不能代他评价" in refused.content.decode()
    assert town.state(case_id) == "closed"
    assert post(town, "operator", case_id, "call_back", called_back="solved").status_code == 302
    assert post(town, "operator", case_id, "rate", **rating, _key="again").status_code == 302
    page = town.client("operator").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    assert "回访时报件人说的，由工作人员记下" in page
    assert "/act/rate" not in page


def test_the_review_day_is_proposed_as_a_browser_takes_it_and_stays_when_the_form_is_refused(town, post):
    case_id = town.handling()
    page = town.client("duty_officer").get(f"/desk/cases/{town.number(case_id)}/act/suspend").content.decode()
    proposed = re.search(r'name="review_on" type="date" value="([^"]*)"', page)[1]
    assert date.fromisoformat(proposed) > walltime.town_day(walltime.now())
    given = {"reason_code": "weather", "explanation": ""}
    page = post(town, "duty_officer", case_id, "suspend", **given, review_on="2099-01-02").content.decode()
    assert 'name="review_on" type="date" value="2099-01-02"' in page


def test_a_suspended_case_goes_on(town, post):
    case_id = town.handling()
    post(
        town,
        "duty_officer",
        case_id,
        "suspend",
        **_filled(town, {"reason_code": "weather", "explanation": "台风", "review_on": "+7"}),
    )
    assert post(town, "duty_officer", case_id, "resume", explanation="台风过了").status_code == 302
    assert town.state(case_id) == "handling"


@pytest.mark.parametrize("decision", ["grant_extension", "refuse_extension"])
def test_the_dispatcher_decides_on_more_time_and_only_when_it_was_asked_for(town, post, decision):
    case_id = town.handling(type_code="C-01-02", team="utilities")
    number = town.number(case_id)
    assert f"/act/{decision}" not in town.client("dispatcher").get(f"/desk/cases/{number}").content.decode()
    timing.ask_extension(case_id, amount=1, reason_code="weather", explanation="雨", call=town.call("utilities"))
    page = town.client("dispatcher").get(f"/desk/cases/{number}").content.decode()
    assert f"/act/{decision}" in page
    assert "申请延期" in page
    assert post(town, "dispatcher", case_id, decision, explanation="情况属实").status_code == 302


def test_a_refusal_stands_in_the_form_with_what_why_and_do_and_what_was_typed(town, post):
    case_id = town.handling()
    answer = post(town, "sanitation", case_id, "report_back", htmx=True, outcome="solved", result="已经清运干净")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#act"
    assert "还缺一样东西：照片，或没有照片的理由" in page
    assert "请补上后再提交" in page
    assert "已经清运干净" in page
    assert town.state(case_id) == "handling"


def test_a_missing_field_is_named_on_top_and_beside_it(town, post):
    case_id = town.report()
    page = post(town, "operator", case_id, "decline", htmx=True, explanation="").content.decode()
    assert "error-summary" in page
    assert "请填写这一项。" in page


def test_a_hotline_type_needs_the_kind_of_demand_which_sets_its_limit(town, post):
    case_id = town.report()
    code = next(code for code in law.type_names("zh-Hans") if code.startswith("H"))
    answer = post(town, "operator", case_id, "accept", type_code=code, title="x", demand="")
    assert answer.status_code == 422
    assert "要选诉求种类" in answer.content.decode()
    assert post(town, "operator", case_id, "accept", type_code=code, title="x", demand="complaint").status_code == 302


def test_an_order_of_12345_needs_the_kind_of_demand_whatever_its_type_and_the_page_explains_both_limits(town, post):
    case_id = receiving.enter(channel="hotline", source_key="RX-1", text=RUBBISH, call=town.call("operator")).case_id
    given = {"type_code": "E-01-01", "title": "垃圾"}
    assert "data-hotline" in town.client("operator").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    refused = post(town, "operator", case_id, "accept", **given, demand="")
    assert refused.status_code == 422
    assert "要选诉求种类" in refused.content.decode()
    assert post(town, "operator", case_id, "accept", **given, demand="complaint").status_code == 302
    forward.dispatch(case_id, town.teams["sanitation"], call=town.call("dispatcher"))
    page = town.client("sanitation").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    assert "规则：hotline.limit.complaint，版本 2019-01-01" in page
    assert "规则：E-01-01.handle，版本 2019-01-01" in page


def test_a_kind_of_demand_put_right_has_its_own_days_and_the_page_says_why_the_deadline_is_another(town, post):
    case_id = town.accepted("H-01-01")
    answer = post(town, "dispatcher", case_id, "correct", type_code="H-01-01", demand="")
    assert answer.status_code == 422
    assert "诉求种类" in answer.content.decode()
    post(town, "dispatcher", case_id, "correct", type_code="H-01-01", demand="consultation")
    page = town.client("dispatcher").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    assert "时限改按上面的规则，仍从原来的起点算" in page
    assert "时限改为 1 工作日，仍从原来的起点算" in page


def test_a_leader_approves_a_demand_as_complex_with_a_reason_and_the_desk_offers_it_for_demands_only(town, post):
    case_id = town.demand()
    page = town.client("leader").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    assert "批准按复杂诉求办理" in page
    assert post(town, "leader", case_id, "approve_complex", explanation="").status_code == 422
    assert post(town, "leader", case_id, "approve_complex", explanation="要请房屋检测机构").status_code == 302
    page = town.client("leader").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    assert "时限改为 15 工作日，仍从原来的起点算" in page
    assert "要请房屋检测机构" in page
    rubbish = town.client("leader").get(f"/desk/cases/{town.number(town.accepted())}").content.decode()
    assert "批准按复杂诉求办理" not in rubbish


def test_who_enters_or_accepts_cannot_choose_complex_and_a_complex_one_can_still_be_put_right(town, post):
    case_id = town.report()
    refused = post(town, "operator", case_id, "accept", type_code="H-01-01", title="房屋", demand="complex")
    assert refused.status_code == 422
    post(town, "operator", case_id, "accept", type_code="H-01-01", title="房屋", demand="complaint")
    post(town, "leader", case_id, "approve_complex", explanation="要请房屋检测机构")
    assert post(town, "operator", case_id, "correct", type_code="H-01-02", demand="complex").status_code == 302
    assert post(town, "dispatcher", case_id, "correct", type_code="H-01-02", demand="request").status_code == 302


def test_when_another_changed_the_case_what_was_typed_is_kept_and_theirs_stands_beside_it(town, post):
    case_id = town.accepted()
    shown = cases.rows_of(SYSTEM, [case_id])[case_id].row_version
    forward.dispatch(case_id, town.teams["water"], call=town.call("duty_officer"))
    answer = post(
        town,
        "dispatcher",
        case_id,
        "dispatch",
        version=shown,
        team=str(town.teams["sanitation"]),
        instruction="带上照片去看",
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "您填写的时候，别人改过这一件" in page
    assert "duty_officer演示" in page
    assert "带上照片去看" in page
    assert "这一步现在不能办了" in page
    assert 'name="instruction"' not in page  # nothing is offered that would be refused again


def test_two_empty_fields_are_told_apart_by_their_names(town, post):
    page = post(town, "sanitation", town.handling(), "return").content.decode()
    assert "理由：请选一项。" in page
    assert "法律或职责依据：请填写这一项。" in page


def test_when_the_act_is_still_possible_after_anothers_change_it_can_be_sent_again(town, post):
    case_id = town.handling()
    shown = cases.rows_of(SYSTEM, [case_id])[case_id].row_version
    post(town, "duty_officer", case_id, "correct", type_code="E-01-02")
    answer = post(town, "dispatcher", case_id, "correct", version=shown, type_code="E-01-03", htmx=True)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "用现在的" in page
    assert "办理经过" in page
    assert law.type_names("zh-Hans")["E-01-02"] in page
    now = cases.rows_of(SYSTEM, [case_id])[case_id].row_version
    assert f'name="_version" value="{now}"' in page


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 20, "-1", "x"])
def test_a_version_that_the_case_never_had_is_a_conflict_and_no_broken_page(town, post, number):
    answer = post(town, "dispatcher", town.handling(), "correct", version=number, _seen=number, type_code="E-01-03")
    assert answer.status_code == 409
    assert "您填写的时候，别人改过这一件" in answer.content.decode()


def test_the_same_form_sent_twice_acts_once(town, post):
    case_id = town.handling()
    for _ in range(2):
        assert post(town, "leader", case_id, "note", text="请抓紧").status_code == 302
    assert [one.verb for one in cases.timeline(SYSTEM, case_id)].count("case.noted") == 1


def test_hostile_words_are_shown_as_words(town, post):
    case_id = town.report('<script>alert(1)</script> 门口有垃圾 "><img src=x onerror=alert(2)>')
    post(town, "operator", case_id, "note", text="<b onclick=alert(3)>重</b>")
    for address in (f"/desk/cases/{town.number(case_id)}", "/desk/cases", "/desk/"):
        page = town.client("operator").get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b onclick" not in page


def test_nobody_verifies_their_own_work_even_with_both_roles(town, post):
    case_id = town.handled()
    assert "/act/verify" not in town.client("sanitation").get(f"/desk/cases/{town.number(case_id)}").content.decode()


def test_the_last_act_of_a_department_says_where_the_case_went_when_it_is_out_of_reach(town, post):
    case_id = town.dispatched()
    answer = post(
        town,
        "dispatcher",
        case_id,
        "redirect",
        htmx=True,
        team=str(town.teams["water"]),
        reason_code="wrong-department",
    )
    assert answer.status_code == 200
    assert town.client("sanitation").get(f"/desk/cases/{town.number(case_id)}").status_code == 404


def test_a_residents_number_in_a_text_is_refused_with_the_fields_name_and_what_was_typed_stays(town, post):
    case_id = town.verified()
    typed = "已答复报件人 199 0000 0001"
    answer = post(town, "operator", case_id, "close", htmx=True, called_back="solved", answer=typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“答复”里有手机号，没有提交。" in page
    assert "写座机或 12345" in page
    assert typed in page
    assert town.state(case_id) == "verified"
