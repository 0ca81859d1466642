"""Looking after promises on the desk: a supervision from a red promise to its close, what is asked of departments, and the Monday page."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from yiwang.cases import queries as cases
from yiwang.cases.steps import sideways
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.notices import jobs as notices
from yiwang.kernel.notices import queries as bell
from yiwang.kernel.terms import CaseId
from yiwang.plan import jobs, showing, steps
from yiwang.plan.commitments import Target
from yiwang.plan.supervision import queries as supervisions
from yiwang.registers.evidence import queries as evidence
from yiwang.registers.evidence import steps as evidence_steps
from yiwang.web.desk.tests.conftest import SYSTEM
from yiwang.web.desk.tests.test_evidence import CONTENTS, promise, promised, sent  # noqa: F401  # a fixture

WORDS = "每周报一次进度，月底前拿出测绘报告"
OPEN = "/desk/supervisions/2031/1.01"


@pytest.fixture
def red(promised):  # noqa: F811
    """A promise that is far behind: 10 of 100 mu by the end of April."""
    assert sent(promised.client("water"), value="10").status_code == 302
    caught_up()
    return promised


def caught_up() -> None:
    """What the worker does in the background."""
    while sequencer.sequence_once():
        pass
    jobs.follow_evidence(walltime.now())
    while sequencer.sequence_once():
        pass
    notices.follow(walltime.now())


def on(month: int, day: int, hour: int = 2):
    return walltime.at(datetime(2031, month, day, hour, tzinfo=UTC))


def opened(town, words: str = WORDS) -> CaseId:
    answer = town.client("leader").post(f"{OPEN}/open", {"words": words})
    assert answer.status_code == 302, answer.content.decode()
    caught_up()
    return supervisions.of_year(SYSTEM, 2031, walltime.now())[0].case_id


def colour(row: str = "1.01") -> str:
    return Client().get(f"/plan/2031/promise/{row}/data.json").json()["colour"]


def heard(town, who: str) -> list[str]:
    return [one.kind for one in bell.listed(town.actor(who)) if one.unread]


def handle(town, post, case_id, value: str = "120") -> None:
    """Its department takes it up, signs a number and reports back."""
    post(town, "water", case_id, "sign")
    with on(5, 1, 6):
        sent(town.client("water"), value=value)
    caught_up()
    answer = post(town, "water", case_id, "report_back", outcome="solved", result="测绘完成", no_photo_reason="见报告")
    assert answer.status_code == 302, answer.content.decode()
    caught_up()


def test_a_supervision_is_opened_from_a_red_promise_and_its_closing_turns_the_colour(red, post):
    assert colour() == "red"
    page = red.client("leader").get(OPEN).content.decode()
    assert "开督办" in page
    assert "远低于目标" in page
    case_id = opened(red)
    assert heard(red, "water") == ["assigned"]
    assert "督办：新增河岸绿地" in red.client("water").get("/desk/").content.decode()
    shown = red.client("leader").get(f"/desk/cases/{red.number(case_id)}").content.decode()
    assert "还没有开督办以后签认的依据" in shown
    assert "还没有对上登记的地点" not in shown, "a supervision is about a promise and has no place"
    assert "督办" in Client().get("/plan/2031/promise/1.01").content.decode()

    handle(red, post, case_id)
    assert colour() == "red", "what the department signs counts when the leader has looked at it"
    assert heard(red, "leader") == ["supervision_shown"]
    assert "看依据：办结或退回" in red.client("leader").get("/desk/monday").content.decode()
    with on(5, 2):
        assert post(red, "leader", case_id, "discharge", finding="看过测绘报告").status_code == 302
    assert red.state(case_id) == "closed"
    assert colour() == "green"
    caught_up()
    assert heard(red, "leader") == []
    public = Client().get("/plan/2031/promise/1.01").content.decode()
    assert "凭依据办结" in public
    told = Client().get("/plan/2031/promise/1.01/feed.atom").content.decode()
    assert "<title>督办已办结</title>" in told
    public += told
    for private in (red.number(case_id), WORDS, "看过测绘报告"):
        assert private not in public


def test_a_supervision_ends_by_nothing_but_evidence_that_stands(red, post):
    case_id = opened(red)
    post(red, "water", case_id, "sign")
    refused = post(red, "water", case_id, "report_back", outcome="solved", result="已办", no_photo_reason="无")
    assert refused.status_code == 422
    assert "还没有依据" in refused.content.decode()
    with on(5, 1, 6):
        sent(red.client("water"), value="120")
    caught_up()
    assert post(
        red, "water", case_id, "report_back", outcome="solved", result="已办", no_photo_reason="又一次"
    ).status_code in (302, 409)
    newest = evidence.everything_signed(SYSTEM, showing.subject_of(2031, "1.01"))[0]
    evidence_steps.withdraw(newest.evidence_id, "算错了", call=red.call("verifier"))
    caught_up()
    assert post(red, "leader", case_id, "discharge", finding="看过").status_code in (409, 422)
    assert red.state(case_id) != "closed"
    assert colour() == "red"


def test_evidence_signed_before_the_supervision_proves_nothing_of_it(red, post):
    case_id = opened(red)
    assert not cases.case(SYSTEM, red.number(case_id)).snapshot.evidenced


def test_a_promise_has_one_supervision_at_a_time_and_none_in_a_year_that_is_over(red):
    opened(red)
    again = red.client("leader").post(f"{OPEN}/open", {"words": WORDS})
    assert again.status_code == 409
    assert "已有一件督办" in again.content.decode()
    with walltime.at(datetime(2032, 2, 3, 4, tzinfo=UTC)):
        over = red.client("leader").post("/desk/supervisions/2031/1.02/open", {"words": WORDS})
        assert over.status_code == 409
        assert "已经过去" in over.content.decode()
        assert "不能再开督办" in red.client("leader").get("/desk/supervisions/2031/1.02").content.decode()


def test_words_are_wanted_and_hold_no_number_of_a_person(red):
    assert "请填写这一项" in red.client("leader").post(f"{OPEN}/open", {"words": ""}).content.decode()
    refused = red.client("leader").post(f"{OPEN}/open", {"words": "找 13900000001"}).content.decode()
    assert "没有提交" in refused
    assert supervisions.of_year(SYSTEM, 2031, walltime.now()) == ()


def test_the_list_shows_the_three_colours_of_time_and_only_to_those_who_oversee(red):
    opened(red)
    listed = "/desk/supervisions"
    assert "时限内" in red.client("leader").get(listed).content.decode()
    due = supervisions.of_year(SYSTEM, 2031, walltime.now())[0].due_at
    with walltime.at(due - timedelta(hours=6)):
        assert "快到期" in red.client("leader").get(listed).content.decode()
    with walltime.at(due + timedelta(hours=1)):
        assert "已超时" in red.client("leader").get(listed).content.decode()
    assert red.client("auditor").get(listed).status_code == 200
    assert red.client("auditor").post(f"{OPEN}/open", {"words": WORDS}).status_code == 403
    assert red.client("operator").get(listed).status_code == 403


def test_a_department_is_asked_only_where_nothing_came_and_its_silence_climbs(promised):  # noqa: F811
    with on(3, 1):
        assert jobs.sweep_inquiries(walltime.now()) == 0
    with on(4, 20):
        assert jobs.sweep_inquiries(walltime.now()) == 2
        assert jobs.sweep_inquiries(walltime.now()) == 0
        caught_up()
        assert heard(promised, "water") == ["inquiry", "inquiry"]
        assert "请说明进展的任务" in promised.client("water").get("/desk/").content.decode()
        assert heard(promised, "sanitation") == []
        sent(promised.client("water"), value="5", as_of="2031-04-19")
        assert jobs.sweep_inquiries(walltime.now()) == 1, "evidence answers the question"
    with on(4, 28):
        assert jobs.sweep_inquiries(walltime.now()) == 1, "the other climbs after its days of grace"
        caught_up()
        assert "inquiry_missed" in heard(promised, "leader")
        assert "没有按时说明进展的任务" in promised.client("leader").get("/desk/").content.decode()
        assert "没有按时说明进展的任务" in promised.client("leader").get("/desk/monday").content.decode()
        explain(promised, "1.02")
        caught_up()
        assert heard(promised, "leader") == []


def explain(town, row: str, who: str = "water", **more):
    given = {"words": "施工招标已完成，五月进场", "expected_on": "2031-06-30", **more}
    return town.client(who).post(f"/desk/inquiries/2031/{row}", given)


def test_an_explanation_stands_beside_the_colour_and_does_not_change_it(red):
    before = colour()
    assert explain(red, "1.01").status_code == 302
    public = Client().get("/plan/2031/promise/1.01").content.decode()
    assert "施工招标已完成" in public
    assert "预计 2031年6月30日 拿出依据" in public
    assert colour() == before == "red"
    assert explain(red, "1.01", who="sanitation").status_code == 403
    late = explain(red, "1.01", expected_on="2031-01-01").content.decode()
    assert "预计的日子" in late
    data = Client().get("/plan/2031/promise/1.01/data.json").json()
    assert [one["expected_on"] for one in data["explanations"]] == ["2031-06-30"]


def test_the_monday_page_says_what_changed_what_is_red_and_whose(red):
    """A Thursday: since Monday something was signed and a promise became red; a number to reach was changed by a paper."""
    changed = (
        promise("1.01", "新增河岸绿地", Target(Decimal(90), "mu", ">=")),
        promise("1.02", "办好护水活动", None, "task"),
    )
    call = replace(red.call("administrator"), actor=SYSTEM)
    steps.promise_year(2031, CONTENTS, changed, document_number="新府〔2031〕9号", call=call)
    case_id = opened(red)
    page = red.client("leader").get("/desk/monday").content.decode()
    text = re.sub(r"<[^>]+>", " ", page)
    text = re.sub(r"\s+", " ", text)
    assert "告急的任务 1" in text
    assert "水务管理站" in text
    assert "无数据 → 告急" in text.replace(" → ", " → ")
    assert "≥ 100 亩 → ≥ 90 亩 新府〔2031〕9号" in text
    assert "截至 2031年4月30日：10 亩" in text
    assert re.search(r"到期预计 [\d.]+ 亩", text), "a forecast has its unit"
    assert red.number(case_id) in text
    with on(5, 13):
        later = re.sub(r"<[^>]+>", " ", red.client("leader").get("/desk/monday").content.decode())
        assert "没有变化" in later
        assert "告急的任务" in later
        week_before = red.client("leader").get("/desk/monday?week=2031-04-28").content.decode()
        assert "新府〔2031〕9号" in week_before
        assert "等我决定" not in week_before
    assert red.client("auditor").get("/desk/monday").status_code == 200
    assert red.client("water").get("/desk/monday").status_code == 403


def test_the_journal_alone_gives_the_same_supervisions_and_inquiries(red, post):
    handle(red, post, opened(red))
    explain(red, "1.01")
    with on(8, 20):
        jobs.sweep_inquiries(walltime.now())
    while sequencer.sequence_once():
        pass
    assert replay().differences == ()


def test_the_pages_read_in_english(red, post):
    opened(red)
    leader = red.client("leader", "en")
    for address, words in (
        ("/desk/monday", "Waiting for my decision"),
        ("/desk/supervisions", "In time"),
        (OPEN, "A supervision is open already"),
        ("/desk/inquiries", "Nothing waits for words now"),
    ):
        page = leader.get(address).content.decode()
        assert words in page, address
    visitor = Client(headers={"Accept-Language": "en"})
    assert "Supervised by the town since" in visitor.get("/plan/2031/promise/1.01").content.decode()


def test_the_monday_page_names_a_promise_whose_colour_turned_because_its_day_was_moved(red):
    leader = red.client("leader")
    call = replace(red.call("administrator"), actor=SYSTEM)
    earlier = replace(promise("1.02", "办好护水活动", None, "task"), due=(4, 10))
    with on(4, 11):
        steps.promise_year(2031, CONTENTS, (earlier,), call=replace(call, now=walltime.now()))
    assert colour("1.02") == "red"
    later = replace(earlier, due=(12, 31))
    with on(5, 1, 5):
        steps.promise_year(2031, CONTENTS, (later,), call=replace(call, now=walltime.now()))
    with on(5, 1, 6):
        assert colour("1.02") == "grey"
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", leader.get("/desk/monday").content.decode()))
        assert "告急 → 无数据 1.02" in text


def test_what_was_withdrawn_a_moment_ago_closes_nothing_even_before_the_worker_has_read_it(red, post):
    case_id = opened(red)
    handle(red, post, case_id)
    newest = evidence.everything_signed(SYSTEM, showing.subject_of(2031, "1.01"))[0]
    with on(5, 2):
        evidence_steps.withdraw(newest.evidence_id, "算错了", call=red.call("verifier"))
        answer = post(red, "leader", case_id, "discharge", finding="看过测绘报告")
    assert answer.status_code == 422
    assert "还没有依据" in answer.content.decode()
    assert red.state(case_id) == "handled"


def test_a_supervision_that_is_dismissed_lets_nothing_count_until_it_is_signed_anew(red, post):
    case_id = opened(red)
    post(red, "water", case_id, "sign")
    with on(5, 1, 6):
        sent(red.client("water"), value="120")
    caught_up()
    with on(5, 1, 7):
        red._object(case_id, "water", "sanitation")
        sideways.dismiss(case_id, reason_code="lawful", explanation="不必督办", call=red.call("dispatcher"))
    assert red.state(case_id) == "dismissed"
    assert colour() == "red", "nobody has looked at it"
    assert "重新签认" in Client().get("/plan/2031/promise/1.01").content.decode()
    with on(5, 2):
        sent(red.client("water"), value="120")
    assert colour() == "green"


def test_a_supervision_that_is_reopened_changes_nothing_of_what_was_shown_before(red, post):
    case_id = opened(red)
    handle(red, post, case_id)
    with on(5, 2):
        assert post(red, "leader", case_id, "discharge", finding="看过测绘报告").status_code == 302
    assert colour() == "green"
    with on(5, 4):
        sideways.reopen(case_id, ground="part-only", words="数量不对", call=red.call("operator"))
    assert colour() == "red", "held back again until the next close"
    with on(5, 4, 6):
        then = Client().get("/plan/2031/promise/1.01?as_of=2031-05-03T12:00:00%2B08:00").content.decode()
    assert "正常" in then


def test_what_was_signed_and_withdrawn_within_one_week_stands_on_the_monday_page_as_both(red):
    newest = evidence.everything_signed(SYSTEM, showing.subject_of(2031, "1.01"))[0]
    evidence_steps.withdraw(newest.evidence_id, "量错了地块", call=red.call("verifier"))
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", red.client("leader").get("/desk/monday").content.decode()))
    assert "新签认的依据 1" in text
    assert "撤回的依据 1" in text
    assert "量错了地块" in text


def test_who_signs_while_a_promise_is_supervised_is_told_that_it_counts_from_the_close_on(red):
    keeper = red.client("water")
    before = keeper.get("/desk/evidence/2031/1.01").content.decode()
    assert "督办办结以后，这份依据才算数" not in before
    opened(red)
    with on(5, 1, 6):
        assert sent(keeper, value="120").status_code == 302
    told = keeper.get("/desk/evidence/2031/1.01").content.decode()
    assert "督办办结以后，这份依据才算数" in told
    assert "看板马上更新" not in told
    assert colour() == "red"


def test_in_january_the_monday_page_has_the_last_days_of_december_too(red):
    """Monday 29 December 2031 to Friday 2 January 2032: the year that ended stands below the new one, as it was on its last day."""
    call = replace(red.call("administrator"), actor=SYSTEM)
    with walltime.at(datetime(2031, 12, 30, 4, 0, tzinfo=UTC)):
        assert sent(red.client("water"), value="60", as_of="2031-12-29").status_code == 302
        steps.promise_year(
            2032, CONTENTS, (promise("1.01", "新年再添绿地", None),), call=replace(call, now=walltime.now())
        )
    with walltime.at(datetime(2032, 1, 2, 4, 0, tzinfo=UTC)):
        page = red.client("leader").get("/desk/monday").content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "2032 · 这一周的变化" in text
    assert "2031 · 这一周的变化" in text
    assert text.index("2032 · 告急的任务") < text.index("2031 · 告急的任务 1")
    assert "截至 2031年12月29日：60 亩" in text
    assert "2031 年已经过去，按当年最后一天判定" in text
    assert "/desk/supervisions/2031/1.01" not in page, "a promise of a year that is over is not supervised any more"
