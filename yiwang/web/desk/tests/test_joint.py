"""Joint handling at the desk: asked with the dispatch, found on the home page, signed, answered; the lead waits for it."""

import re
from datetime import timedelta

from yiwang.cases import queries as cases
from yiwang.cases.steps import joint, timing
from yiwang.kernel import walltime
from yiwang.kernel.terms import Call
from yiwang.web.desk.tests.conftest import SYSTEM
from yiwang.web.desk.tests.test_notices import heard, told

DONE = {"result": "雨水井已疏通", "no_photo_reason": "夜间"}
BACK = {"outcome": "solved", "result": "已清运", "no_photo_reason": "夜间"}


def page_of(town, who, case_id, language="zh-hans"):
    return town.client(who, language).get(f"/desk/cases/{town.number(case_id)}").content.decode()


def assisted(town, post):
    case_id = town.accepted()
    answer = post(
        town, "dispatcher", case_id, "dispatch", team=str(town.teams["sanitation"]), instruction="请清运",
        assists=[str(town.teams["water"]), str(town.teams["utilities"])], assist_task="疏通雨水井",
    )  # fmt: skip
    assert answer.status_code == 302
    return case_id


def part_of(town, case_id, team):
    snapshot = cases.case(SYSTEM, town.number(case_id)).snapshot
    return next(part for part in snapshot.parts if part.team == town.teams[team])


def test_departments_asked_at_dispatch_find_it_at_home_sign_answer_and_the_lead_waits(town, post):
    case_id = assisted(town, post)
    number = town.number(case_id)
    home = town.client("water").get("/desk/").content.decode()
    assert "请本部门协办" in home
    assert number in home
    page = page_of(town, "water", case_id)
    water = part_of(town, case_id, "water")
    assert f"act/part_sign.{water.id}" in page
    assert "疏通雨水井" in page
    assert "act/report_back" not in page
    assert post(town, "water", case_id, f"part_sign.{water.id}").status_code == 302
    post(town, "sanitation", case_id, "sign")
    refused = post(town, "sanitation", case_id, "report_back", htmx=True, **BACK).content.decode()
    assert "水务管理站" in refused
    assert "水电气协调办公室" in refused
    assert post(town, "water", case_id, f"part_answer.{water.id}", **DONE).status_code == 302
    assert part_of(town, case_id, "water").state == "answered"
    other = part_of(town, case_id, "utilities")
    assert post(town, "dispatcher", case_id, f"part_withdraw.{other.id}", explanation="不用接电").status_code == 302
    assert (
        town.client("sanitation").post(f"/desk/cases/{number}/act/report_back", {"_key": "again", **BACK}).status_code
        == 302
    )
    assert town.state(case_id) == "handled"
    assert number not in town.client("water").get("/desk/").content.decode()
    shown = page_of(town, "leader", case_id)
    told = re.sub(r"<[^>]+>", " ", shown[shown.index('<ol class="timeline"') :])
    for words in ("请求协办", "签收协办", "协办反馈", "撤回协办", "雨水井已疏通", "不用接电"):
        assert words in told


def test_the_page_shows_each_part_with_its_state_its_clock_and_why(town, post):
    page = page_of(town, "dispatcher", assisted(town, post))
    block = page[page.index('id="parts"') :]
    block = block[: block.index("</section>")]
    for words in (
        "主办 市容环卫所",
        "协办 水务管理站",
        "协办 水电气协调办公室",
        "待签收",
        "规则：",
        "E-01-01.handle",
        "撤回协办",
    ):
        assert words in block
    assert "Lead and assisting departments" in page_of(town, "dispatcher", assisted(town, post), "en")


def test_without_words_of_what_to_do_nobody_is_asked_and_what_was_ticked_stays(town, post):
    case_id = town.accepted()
    team, water = str(town.teams["sanitation"]), str(town.teams["water"])
    page = post(town, "dispatcher", case_id, "dispatch", htmx=True, team=team, assists=[water]).content.decode()
    assert "请写明请协办部门做什么。" in page
    assert re.search(rf'name="assists" value="{water}" checked', page)
    assert town.state(case_id) == "accepted"


def test_the_leads_own_people_ask_later_and_neither_themselves_nor_who_assists_already_can_be_ticked(town, post):
    case_id = town.handling()
    form = town.client("sanitation").get(f"/desk/cases/{town.number(case_id)}/act/ask_assist").content.decode()
    assert str(town.teams["sanitation"]) not in form
    given = {"assists": [str(town.teams["water"])], "assist_task": "看看水位"}
    assert post(town, "sanitation", case_id, "ask_assist", **given).status_code == 302
    form = town.client("sanitation").get(f"/desk/cases/{town.number(case_id)}/act/ask_assist").content.decode()
    assert str(town.teams["water"]) not in form
    assert "等协办反馈" in town.client("dispatcher").get("/desk/cases?limit=assist").content.decode()
    assert town.number(case_id) in town.client("dispatcher").get("/desk/cases?limit=assist").content.decode()


def test_the_verifier_ticks_which_parts_are_done_again(town, post):
    case_id = town.handling()
    asked = joint.ask_assist(case_id, (town.teams["water"],), task="排水", call=town.call("sanitation"))
    part = asked.asked[0].part_id
    post(town, "water", case_id, f"part_sign.{part}")
    post(town, "water", case_id, f"part_answer.{part}", **DONE)
    post(town, "sanitation", case_id, "report_back", **BACK)
    form = town.client("verifier").get(f"/desk/cases/{town.number(case_id)}/act/rework").content.decode()
    assert f'name="parts" value="{part}"' in form
    assert post(town, "verifier", case_id, "rework", finding="水还在", parts=[str(part)]).status_code == 302
    assert part_of(town, case_id, "water").state == "handling"
    plain = town.handled()
    form = town.client("verifier").get(f"/desk/cases/{town.number(plain)}/act/rework").content.decode()
    assert 'name="parts"' not in form


def test_an_address_of_a_part_that_is_not_there_is_no_page(town, post):
    case_id = town.handling()
    for name in ("part_sign.00000000-0000-0000-0000-000000000001", "part_sign", "ask_assist.x", "part_sign.x"):
        answer = town.client("water").get(f"/desk/cases/{town.number(case_id)}/act/{name}")
        assert answer.status_code in (404, 409), name
        assert post(town, "sanitation", case_id, name).status_code in (403, 404), name


def test_each_asked_department_hears_of_it_and_again_when_its_part_goes_back_or_its_time_is_over(town, post):
    case_id = assisted(town, post)
    number = town.number(case_id)
    told()
    assert heard(town, "water") == heard(town, "utilities") == [("assist", number)]
    timing.sweep(Call(SYSTEM, walltime.now() + timedelta(days=60), door="timer"))
    told(walltime.now() + timedelta(days=60))
    assert ("overdue", number) in heard(town, "water")
    part = part_of(town, case_id, "water")
    other = part_of(town, case_id, "utilities")
    post(town, "water", case_id, f"part_sign.{part.id}")
    post(town, "water", case_id, f"part_answer.{part.id}", **DONE)
    post(town, "dispatcher", case_id, f"part_withdraw.{other.id}", explanation="不用接电")
    post(town, "sanitation", case_id, "sign")
    post(town, "sanitation", case_id, "report_back", **BACK)
    told()
    post(town, "verifier", case_id, "rework", finding="水还在", parts=[str(part.id)])
    told()
    assert ("reworked", number) in heard(town, "water")


def test_a_returned_part_waits_on_the_dispatchers_home_and_a_disputed_one_on_the_arbiters(town, post):
    case_id = assisted(town, post)
    number, part = town.number(case_id), part_of(town, case_id, "water")
    why = {"reason_code": "other-owner", "legal_basis": "三定", "explanation": "不归我们"}
    given = {**why, "proposed_team": str(town.teams["sanitation"])}
    assert post(town, "water", case_id, f"part_return.{part.id}", **given).status_code == 302
    home = town.client("dispatcher").get("/desk/").content.decode()
    assert "协办退单，等改派" in home
    assert number in home
    told()
    assert ("returned", number) in heard(town, "dispatcher")
    again = town.client("dispatcher").post(
        f"/desk/cases/{number}/act/part_pass_on.{part.id}", {"_key": "again", "team": str(town.teams["water"])}
    )
    assert again.status_code == 302
    second = town.client("water").post(f"/desk/cases/{number}/act/part_return.{part.id}", {"_key": "second", **given})
    assert second.status_code == 302
    assert number in town.client("arbiter").get("/desk/").content.decode()
    told()
    assert ("disputed", number) in heard(town, "arbiter")
    ruling = {"team": str(town.teams["water"]), "question": "归谁", "grounds": "三定"}
    assert post(town, "arbiter", case_id, f"part_rule.{part.id}", **ruling).status_code == 302
    page = page_of(town, "water", case_id)
    assert f"part_sign.{part.id}" in page
    assert f"part_return.{part.id}" not in page
    for words in ("协办退单", "协办再次退单", "改派协办", "裁定协办"):
        assert words in page
