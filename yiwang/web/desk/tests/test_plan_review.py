"""The desk page on which the words of a plan are reviewed, and the page on which a promise is changed."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from yiwang.kernel.people import queries as people_queries
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call
from yiwang.plan import queries, steps
from yiwang.plan.commitments import Commitment, Evidence, Target
from yiwang.plan.facts import ItemNamed, Words
from yiwang.plan.items import Contents
from yiwang.plan.parsing.outline import parse
from yiwang.plan.review import queries as review

pytestmark = pytest.mark.django_db

CALL = Call(Actor(ActorKind.SYSTEM), datetime(2031, 3, 2, 4, 0, tzinfo=UTC), "command")
TEXT = "2031年某镇工作要点\n一、改善环境\n(1)绿化。新建绿地3.5亩,完成西河疏浚,举办运动会。\n(2)养老。新增养老床位,抓好队伍建设。\n"
NAMES = ("前言", "绿化", "养老")
CONTENTS = Contents(
    2031,
    tuple(
        ItemNamed(no, Words(name, name), "一" if no else "", Words("环境", "Environment"))
        for no, name in enumerate(NAMES)
    ),
    keeper="party",
)


def row(number: str, words: str, target: Target | None = None) -> Commitment:
    both = {"zh-Hans": words, "en": f"in English: {words}"}
    return Commitment(
        number, int(number.split(".")[0]), both, ("S14",), ("target",), "water", both, target, (12, 31), 0,
        Evidence("signed", both), None,
    )  # fmt: skip


ROWS = (
    row("1.01", "新建绿地的面积不少于计划数", Target(Decimal("3.5"), "mu", ">=")),
    row("1.02", "西河完成疏浚"),
    row("2.01", "养老床位增加"),
)
LIST = "/desk/plan/2031"
WORDED = {
    "promise": "西河全线疏浚", "promise_en": "", "owner": "sanitation", "due": "2031-06-30", "measure": "按方量",
    "measure_en": "By volume", "evidence": "register", "shown_by": "疏浚台账", "shown_by_en": "", "reason": "方案调整",
}  # fmt: skip


@pytest.fixture
def leader(town) -> Client:
    """A leader's browser in a town whose plan of 2031 has been read in."""
    people_teams.create_team("party", "department", name_zh="党群办", name_en="Party Office", call=CALL)
    steps.promise_year(2031, CONTENTS, ROWS, call=CALL)
    steps.keep_document(2031, parse(TEXT), text=TEXT, filename="a.txt", sha256="0" * 64, call=CALL)
    return town.client("leader")


def drafts() -> dict[str, Any]:
    return {one.quote: one for one in review.listed(VISITOR, 2031, view=review.EVERYTHING)}


def said(row: str) -> list[tuple[str, bool]]:
    return [(one.quote, one.confirmed) for one in queries.drafts(VISITOR, 2031, row=row)]


def page(client: Client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, address
    return answer.content.decode()


def act(client: Client, quote: str, name: str, **given: Any) -> Any:
    return client.post(f"{LIST}/draft/{drafts()[quote].draft_id}/{name}", {"_key": f"{quote}{name}", **given})


def together(client: Client, name: str, *quotes: str, **given: Any) -> str:
    picked = [str(drafts()[quote].draft_id) for quote in quotes]
    answer = client.post(f"{LIST}/together/{name}", {"_key": name, "pick": picked, **given}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_each_passage_with_its_place_its_figure_and_what_the_software_matched(leader: Client) -> None:
    assert 'href="/desk/plan"' in page(leader, "/desk/")
    shown = page(leader, "/desk/plan")
    start = TEXT.index("新建绿地")
    for words in (
        "已核对 0 / 5",
        "新建绿地3.5亩",
        f"第 {start}–{start + 8} 字",
        "数 3.5亩",
        "1.01 新建绿地的面积",
        "第 1 条 绿化",
    ):
        assert words in shown
    assert "data-list" in shown


def test_the_list_is_narrowed_to_what_is_not_decided_matches_nothing_stands_in_an_item_or_has_these_words(
    leader: Client,
) -> None:
    nothing = page(leader, f"{LIST}?show=nothing")
    assert "举办运动会" in nothing
    assert "完成西河疏浚" not in nothing
    assert "新增养老床位" not in page(leader, f"{LIST}?item=1&show=all")
    assert "完成西河疏浚" in page(leader, f"{LIST}?q=疏浚")
    assert "没有符合这些条件的原文" in page(leader, f"{LIST}?q=没有的字")
    assert "这里没有了" in page(leader, f"{LIST}?show=confirmed")


def test_a_passage_is_confirmed_to_mean_the_promise_matched_or_another_and_the_next_one_opens(leader: Client) -> None:
    answer = act(leader, "完成西河疏浚", "confirm", rows=["1.01"], other="2.01")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{LIST}/draft/{drafts()['举办运动会'].draft_id}"
    assert ("完成西河疏浚", True) in said("1.01")
    assert ("完成西河疏浚", True) in said("2.01")
    assert said("1.02") == []
    assert "已核对 1 / 5" in page(leader, LIST)
    refused = act(leader, "举办运动会", "confirm")
    assert refused.status_code == 422
    assert "请至少选一项任务" in refused.content.decode()


def test_confirmed_from_the_list_the_line_changes_in_its_place_with_the_progress(leader: Client) -> None:
    address = f"{LIST}/draft/{drafts()['完成西河疏浚'].draft_id}/confirm"
    said_now = leader.post(address, {"rows": "1.02", "_key": "k"}, headers={"HX-Request": "true"}).content.decode()
    assert "已确认" in said_now
    assert 'hx-swap-oob="true"' in said_now
    assert "已核对 1 / 5" in said_now
    again = leader.post(address, {"rows": "1.01", "_key": "k2"}, headers={"HX-Request": "true"})
    assert again.status_code == 200
    assert "刚才已经有人核对过" in again.content.decode()
    assert said("1.02") == [("完成西河疏浚", True)]


def test_the_public_board_says_how_much_a_person_has_reviewed_and_knows_that_it_changed(leader: Client) -> None:
    before = json.loads(Client().get("/plan/2031/pulse").content)
    assert "软件按字词对上，还没有人核对" in page(Client(), "/plan/2031/promise/1.02")
    act(leader, "完成西河疏浚", "confirm", rows=["1.02"])
    assert "已由人核对 1 / 5 处" in page(Client(), "/plan/2031")
    shown = page(Client(), "/plan/2031/promise/1.02")
    assert "已由人核对" in shown
    assert "还没有人核对" not in shown
    assert json.loads(Client().get("/plan/2031/pulse").content) != before
    told = json.loads(Client().get("/plan/2031/data.json").content)
    assert told["quotes"] == {"all": 5, "reviewed": 1, "confirmed": 1, "no_promise": 0}
    one = json.loads(Client().get("/plan/2031/promise/1.02/data.json").content)
    assert [(each["quote"], each["checked"]) for each in one["quotes"]] == [("完成西河疏浚", True)]
    assert (one["quotes_checked"], one["quotes_proposed"]) == (1, 0)


def test_many_are_confirmed_as_matched_at_once_and_taken_back_together(leader: Client) -> None:
    shown = together(leader, "confirm", "完成西河疏浚", "新增养老床位", "举办运动会")
    assert "已核对 2 处" in shown
    assert "1 处没有改动" in shown
    (undo,) = set(re.findall(r'action="(/desk/plan/2031/undo/\d+)"', shown))
    assert "已取回 2 处" in leader.post(undo, {"_key": "u"}, follow=True).content.decode()
    assert review.progress(VISITOR, 2031).reviewed == 0
    assert "没有可以取回的" in leader.post(undo, {"_key": "u2"}, follow=True).content.decode()


def test_all_sure_ones_are_confirmed_at_once_and_no_other(leader: Client) -> None:
    sure = [one.quote for one in drafts().values() if one.sure]
    assert sure
    assert f"确认全部有把握的 {len(sure)} 处" in page(leader, LIST)
    together(leader, "sure")
    assert sorted(one.quote for one in drafts().values() if one.confirmed) == sorted(sure)


def test_several_passages_are_merged_in_one_promise(leader: Client) -> None:
    together(leader, "merge", "完成西河疏浚", "举办运动会", row="1.02")
    assert said("1.02") == [("完成西河疏浚", True), ("举办运动会", True)]
    assert "没有选任务" in together(leader, "merge", "新增养老床位")


def test_a_passage_that_promises_nothing_says_why(leader: Client) -> None:
    assert act(leader, "抓好队伍建设", "dismiss", why="other").status_code == 422
    act(leader, "抓好队伍建设", "dismiss", why="general", explanation="没有数")
    shown = page(leader, f"{LIST}?show=dismissed")
    assert "笼统的要求，没有可以核对的事；没有数" in shown
    assert "没有写明为什么不是承诺" in together(leader, "dismiss", "举办运动会")
    together(leader, "dismiss", "举办运动会", why="describes")
    assert "已核对 2 / 5：确认 0，不是承诺 2" in page(leader, LIST)


def test_a_passage_is_split_where_it_stands_and_taken_back(leader: Client) -> None:
    refused = act(leader, "新建绿地3.5亩", "split", pieces="新建绿地\n3.6亩")
    assert refused.status_code == 422
    assert "在原文里找不到" in refused.content.decode()
    whole = drafts()["新建绿地3.5亩"].draft_id
    leader.post(f"{LIST}/draft/{whole}/split", {"_key": "s", "pieces": "新建绿地\r\n3.5亩"})
    shown = page(leader, f"{LIST}/draft/{whole}")
    assert "拆成的部分" in shown
    assert [TEXT[one.start : one.end] for one in review.parts(VISITOR, 2031, whole)] == ["新建绿地", "3.5亩"]
    leader.post(f"{LIST}/draft/{whole}/reopen", {"_key": "r"})
    assert review.parts(VISITOR, 2031, whole) == ()


def test_a_new_promise_is_made_of_passages_with_their_words_day_and_figure_filled_in(leader: Client) -> None:
    shown = together(leader, "new", "新建绿地3.5亩", "举办运动会")
    for words in ("新建绿地3.5亩；举办运动会", 'value="2031-12-31"', 'value="3.5"'):
        assert words in shown
    address = f"{LIST}/new?draft={drafts()['举办运动会'].draft_id}"
    assert leader.post(address, {"_key": "n0"}).status_code == 422
    made = {**WORDED, "promise": "办运动会", "value": "1", "unit": "count", "comparator": ">=", "_key": "n"}
    assert leader.post(address, made).headers["Location"] == f"{LIST}/promise/1.03"
    assert said("1.03") == [("举办运动会", True)]
    assert "在页面上立的" in page(leader, f"{LIST}/promise/1.03")
    assert "办运动会" in page(Client(), "/plan/2031/promise/1.03")


TAKEN_BACK = "现在没有确认过的原文说的是它"


def test_a_promise_whose_words_are_reopened_says_so_on_both_pages_until_they_are_confirmed_again(
    town, leader: Client
) -> None:
    made = {**WORDED, "promise": "办运动会", "_key": "n"}
    draft = f"{LIST}/draft/{drafts()['举办运动会'].draft_id}"
    leader.post(f"{LIST}/new?draft={drafts()['举办运动会'].draft_id}", made)
    public, ours = "/plan/2031/promise/1.03", f"{LIST}/promise/1.03"
    assert TAKEN_BACK not in page(leader, ours) + page(Client(), public)
    assert Client().get(f"{public}/data.json").json()["words_taken_back"] is False
    act(leader, "举办运动会", "reopen")
    for client, address in ((leader, public), (leader, ours)):
        assert TAKEN_BACK in page(client, address)
        assert f'href="{draft}">举办运动会</a>' in page(client, address)
    for client in (Client(), town.client("water")):
        assert TAKEN_BACK in page(client, public)
        assert draft not in page(client, public)
    assert Client().get(f"{public}/data.json").json()["words_taken_back"] is True
    assert TAKEN_BACK not in page(leader, "/plan/2031/promise/2.01"), "a file's promise stands without confirmed words"
    act(leader, "举办运动会", "confirm", rows=["1.03"], _key="again")
    assert TAKEN_BACK not in page(leader, ours) + page(Client(), public)


def version(client: Client, row: str, name: str) -> str:
    return re.findall(rf'action="({LIST}/promise/{row}/{name}\?seen=\w+)"', page(client, f"{LIST}/promise/{row}"))[0]


def test_words_owner_and_day_of_a_promise_change_with_a_reason_that_everybody_reads(leader: Client) -> None:
    address = version(leader, "1.02", "reword")
    assert leader.post(address, WORDED | {"reason": "", "_key": "w0"}).status_code == 422
    assert leader.post(address, WORDED | {"_key": "w"}).status_code == 302
    now = queries.promises_of(VISITOR, 2031)["1.02"]
    assert (now.promise, now.owner, now.due) == (Words("西河全线疏浚", "西河全线疏浚"), "sanitation", date(2031, 6, 30))
    assert "页面上改过" in page(leader, f"{LIST}/promises?show=edited")
    public = page(Client(), "/plan/2031/promise/1.02")
    for words in ("西河全线疏浚", "西河完成疏浚", "方案调整", "2031年6月30日"):
        assert words in public
    stale = leader.post(address, WORDED | {"promise": "别的", "_key": "w2"})
    assert stale.status_code == 409
    assert "别的" in stale.content.decode()
    assert queries.promises_of(VISITOR, 2031)["1.02"] == now


def test_a_target_changes_by_a_documents_number_and_the_public_page_shows_both(leader: Client) -> None:
    address = version(leader, "1.01", "retarget")
    given = {"comparator": ">=", "value": "3", "unit": "mu", "reason": ""}
    for number in ("", "口头"):
        assert leader.post(address, given | {"document_number": number, "_key": f"t{number}"}).status_code == 422
    assert "文号" in leader.post(address, given | {"document_number": "口头", "_key": "t1"}).content.decode()
    leader.post(address, given | {"document_number": "某府〔2031〕7号", "_key": "t"})
    public = page(Client(), "/plan/2031/promise/1.01")
    assert "由 ≥ 3.5 亩 改为 ≥ 3 亩" in public
    assert "某府〔2031〕7号" in public
    told = json.loads(Client().get("/plan/2031/promise/1.01/data.json").content)
    assert [(one["before"], one["after"], one["document_number"]) for one in told["targets"]] == [
        (">= 3.5 mu", ">= 3 mu", "某府〔2031〕7号")
    ]
    assert (told["target"], told["target_before"], told["target_document"]) == ("3", ">= 3.5 mu", "某府〔2031〕7号")
    assert told["target_document"] in Client().get("/plan/2031/promise/1.01/data.csv").content.decode("utf-8-sig")


def test_promises_without_confirmed_words_are_listed(leader: Client) -> None:
    act(leader, "完成西河疏浚", "confirm", rows=["1.02"])
    shown = page(leader, f"{LIST}/promises?show=silent")
    assert "养老床位增加" in shown
    assert "西河完成疏浚" not in shown
    assert "确认 1 处" in page(leader, f"{LIST}/promises")


def test_the_keepers_people_review_and_another_departments_do_not_even_see_the_way_there(town, leader: Client) -> None:
    call = town.call("administrator")
    town.accounts["party"] = people.create_account("party", "党演示", call=call).account_id
    team = people_queries.team_by_code(call.actor, "party")
    people.grant_role(town.accounts["party"], "handler", scope_id=team.team_id, call=call)
    assert "要点核对" in page(town.client("party"), "/desk/")
    assert town.client("party").get(LIST).status_code == 200
    assert act(town.client("party"), "完成西河疏浚", "confirm", rows=["1.02"]).status_code == 302
    assert "要点核对" not in page(town.client("water"), "/desk/")
    for address in ("/desk/plan", LIST, f"{LIST}/promises", f"{LIST}/promise/1.01"):
        assert town.client("water").get(address).status_code == 403
    assert act(town.client("water"), "新增养老床位", "confirm", rows=["2.01"]).status_code == 403


def test_a_year_carried_over_is_reviewed_where_its_document_is_and_changed_for_itself(leader: Client) -> None:
    steps.promise_year(2033, CONTENTS, ROWS, call=CALL)
    assert "2033 年沿用的是 2031 年的要点" in page(leader, "/desk/plan/2033")
    assert page(leader, "/desk/plan").count("2031 年要点核对")
    address = re.findall(
        r'action="(/desk/plan/2033/promise/1.02/reword\?seen=\w+)"', page(leader, "/desk/plan/2033/promise/1.02")
    )[0]
    leader.post(address, WORDED | {"due": "2033-06-30", "_key": "c"})
    assert queries.promises_of(VISITOR, 2033)["1.02"].owner == "sanitation"
    assert queries.promises_of(VISITOR, 2031)["1.02"].owner == "water"


def test_a_year_without_a_document_and_a_town_without_a_plan_say_how_to_begin(town) -> None:
    assert "要点核对" not in page(town.client("leader"), "/desk/")
    assert "还没有要点" in page(town.client("leader"), "/desk/plan")
    steps.promise_year(2031, CONTENTS, ROWS, call=CALL)
    assert "还没有要点原文" in page(town.client("leader"), "/desk/plan")


def test_the_pages_are_in_english_too(town, leader: Client) -> None:
    english = town.client("leader", "en")
    assert "0 of 5 reviewed" in page(english, LIST)
    one = drafts()["完成西河疏浚"].draft_id
    for address in (LIST, f"{LIST}/draft/{one}", f"{LIST}/promises", f"{LIST}/promise/1.02", f"{LIST}/new?draft={one}"):
        shown = page(english, address)
        assert re.findall(r"核对|确认|责任部门|拆成", shown) == []


def test_what_is_not_there_is_not_found(leader: Client) -> None:
    nobody = "00000000-0000-7000-8000-00000000000f"
    for address in ("/desk/plan/1999", f"{LIST}/draft/{nobody}", f"{LIST}/promise/9.99", "/desk/plan/1999/promises"):
        assert leader.get(address).status_code == 404
    assert leader.post(f"{LIST}/together/nothing", {"_key": "x"}).status_code == 404
    assert leader.get(f"{LIST}/new").status_code == 302
    assert "没有选中" in together(leader, "confirm")


def test_who_looks_from_the_public_page_finds_the_way_to_change_it_only_as_its_keeper(town, leader: Client) -> None:
    assert f"{LIST}/promise/1.02" in page(leader, "/plan/2031/promise/1.02")
    assert "/desk/plan" not in page(town.client("water"), "/plan/2031/promise/1.02")
    assert "/desk/plan" not in page(Client(), "/plan/2031/promise/1.02")
