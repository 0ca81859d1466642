"""并案 through the desk and the portal: one matter is handled once, and everybody who reported it keeps what is theirs."""

import re

import pytest
from django.test import Client

from yiwang.cases import counted
from yiwang.cases import queries as cases
from yiwang.cases.stages import ClockStage
from yiwang.cases.steps import forward, joint, sideways
from yiwang.intake.reports import jobs
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.replay import replay
from yiwang.web.desk.tests.conftest import SYSTEM
from yiwang.web.desk.tests.test_notices import heard, told

LATER = "199 0000 0002"


@pytest.fixture
def pair(town):
    """A case that sanitation has, and a duplicate by somebody else that waits to be accepted."""
    return town.handling(), town.report(phone=LATER)


def merge(town, post, duplicate, main, who="operator", **more):
    return post(town, who, duplicate, "merge", main=town.number(main), explanation="同一堆垃圾", **more)


def view(town, case_id):
    return cases.case(SYSTEM, town.number(case_id))


def clock(town, case_id, stage):
    return view(town, case_id).snapshot.clock(stage)


def verbs(case_id):
    return [one.verb for one in cases.timeline(SYSTEM, case_id)]


def finish(town, case_id):
    forward.report_back(case_id, outcome="solved", result="已清", no_photo_reason="夜间", call=town.call("sanitation"))
    forward.verify(case_id, finding="已清", no_photo_reason="看过", call=town.call("verifier"))
    forward.close(case_id, called_back="solved", answer="垃圾清走了", call=town.call("operator"))


def test_a_duplicate_is_merged_from_its_page_into_the_case_the_reader_suggests(town, post, pair):
    main, duplicate = pair
    page = town.client("operator").get(f"/desk/cases/{town.number(duplicate)}/act/merge").content.decode()
    assert f'data-take="main" data-value="{town.number(main)}"' in page
    assert merge(town, post, duplicate, main).status_code == 302
    assert town.state(duplicate) == "merged"
    shown = town.client("operator").get(f"/desk/cases/{town.number(main)}").content.decode()
    assert town.number(duplicate) in re.search(r"并入这一件办理的.*?</ul>", shown, re.DOTALL)[0]
    assert clock(town, duplicate, ClockStage.ACCEPT).state == "paused"
    assert replay().differences == ()


def test_a_merged_case_is_not_counted_as_to_be_handled(town, post, pair):
    before = counted.numbers_of(SYSTEM, town.call("operator").now)["open"]
    merge(town, post, pair[1], pair[0])
    assert counted.numbers_of(SYSTEM, town.call("operator").now)["open"] == before - 1
    listed = town.client("operator").get("/desk/cases").content.decode()
    assert town.number(pair[0]) in listed
    assert town.number(pair[1]) not in listed


def test_the_days_of_a_demand_run_from_receipt_though_it_was_never_accepted_and_its_contact_clock_goes_on(town, post):
    main, duplicate = town.demand(), town.report(phone=LATER, channel="hotline")
    merge(town, post, duplicate, main)
    answer = clock(town, duplicate, ClockStage.ANSWER)
    assert answer.state == "running"
    assert answer.events[0].at == view(town, duplicate).row.opened_at


def test_closing_the_main_case_closes_each_follower_with_an_entry_a_call_back_and_a_rating_of_its_own(town, post, pair):
    main, duplicate = pair
    merge(town, post, duplicate, main)
    finish(town, main)
    assert town.state(duplicate) == "closed"
    assert verbs(duplicate)[-1] == "case.closed_with"
    closed = view(town, duplicate)
    assert (closed.answer, closed.called_back, closed.row.lead_team) == ("垃圾清走了", "", town.teams["sanitation"])
    home = town.client("operator").get("/desk/").content.decode()
    assert town.number(duplicate) in home.split("并案待回访")[1]
    assert post(town, "operator", duplicate, "call_back", called_back="solved", note="").status_code == 302
    assert town.number(duplicate) not in town.client("operator").get("/desk/cases?limit=uncalled").content.decode()
    post(town, "operator", duplicate, "rate", solved="yes", satisfaction="satisfied", words="")
    assert (town.state(duplicate), town.state(main)) == ("rated", "closed")
    assert replay().differences == ()


def test_undone_the_case_is_where_it_was_and_its_clock_runs_on_with_what_was_left(town, post):
    main, duplicate = town.handling(), town.handling(phone=LATER)
    merge(town, post, duplicate, main, who="dispatcher")
    assert clock(town, duplicate, ClockStage.HANDLE).state == "paused"
    assert post(town, "dispatcher", duplicate, "unmerge", explanation="是另一堆").status_code == 302
    assert town.state(duplicate) == "handling"
    assert clock(town, duplicate, ClockStage.HANDLE).state == "running"
    page = town.client("operator").get(f"/desk/cases/{town.number(duplicate)}").content.decode()
    assert "已撤销的并案" in page
    finish(town, main)
    assert town.state(duplicate) == "handling"
    assert replay().differences == ()


def test_undone_what_was_not_accepted_waits_for_acceptance_and_gets_its_own_days(town, post):
    main, duplicate = town.demand(), town.report(phone=LATER)
    merge(town, post, duplicate, main)
    post(town, "operator", duplicate, "unmerge", explanation="说的是另一件")
    assert town.state(duplicate) == "gathered"
    assert clock(town, duplicate, ClockStage.ANSWER).state == "stopped"
    forward.accept(duplicate, type_code="H-01-01", title="另一件", call=town.call("operator"))
    answer = clock(town, duplicate, ClockStage.ANSWER)
    assert (answer.state, answer.events[0].at) == ("running", view(town, duplicate).row.opened_at)


@pytest.mark.parametrize(("lead", "words"), [
    ("itself", "不能并入自己"), ("gathered", "还没有受理，不能作主案"), ("closed", "已经结束，不能作主案"),
    ("follower", "自己已经并入"),
])  # fmt: skip
def test_a_case_that_cannot_lead_is_refused_with_what_to_do(town, post, lead, words):
    duplicate = town.report()
    other = duplicate if lead == "itself" else town.report(phone=LATER) if lead == "gathered" else town.handling()
    if lead == "closed":
        finish(town, other)
    if lead == "follower":
        merge(town, post, other, town.handling(), who="dispatcher")
    answer = merge(town, post, duplicate, other)
    assert answer.status_code in (409, 422)
    assert words in answer.content.decode()
    assert town.state(duplicate) == "gathered"


def test_a_number_that_is_no_case_is_said_to_be_none_and_what_was_typed_stays(town, post):
    answer = post(town, "operator", town.report(), "merge", main="XH20190402W0000199", explanation="同一堆")
    assert answer.status_code == 404
    assert "没有编号为" in answer.content.decode()
    assert "同一堆" in answer.content.decode()


def test_whose_department_handles_it_cannot_let_its_clock_rest_by_merging(town, post):
    duplicate = town.handling()
    assert merge(town, post, duplicate, town.handling(), who="sanitation").status_code == 403
    assert town.state(duplicate) == "handling"


def test_the_reporter_reads_with_which_number_theirs_is_handled_and_how_far_that_is_and_nothing_of_the_other(
    town, post
):
    main, duplicate = town.handling(text="菜场门口的垃圾两天没人收，找过老王两次"), town.report(phone=LATER)
    merge(town, post, duplicate, main)
    page = Client(headers={"Accept-Language": "zh-hans"}).get(f"/r/{town.number(duplicate)}").content.decode()
    assert "合并办理" in page
    assert town.number(main)[-4:-2] in page
    assert "部门正在办理。" in page
    assert "老王" not in page


def test_who_says_that_theirs_is_not_mended_opens_only_theirs_again(town, post, pair):
    main, duplicate = pair
    merge(town, post, duplicate, main)
    finish(town, main)
    sideways.reopen(duplicate, ground="not-mended", call=town.call("operator"))
    assert (town.state(duplicate), town.state(main)) == ("dispatched", "closed")
    assert view(town, duplicate).row.lead_team == town.teams["sanitation"]
    assert replay().differences == ()


def test_what_its_assistants_were_asked_rests_with_a_follower_and_goes_on_when_it_is_undone(town, post):
    main, duplicate = town.handling(), town.handling(phone=LATER)
    joint.ask_assist(duplicate, (town.teams["water"],), task="抽水", call=town.call("dispatcher"))
    form = town.client("dispatcher").get(f"/desk/cases/{town.number(duplicate)}/act/merge").content.decode()
    assert "水务管理站还没有反馈协办情况" in form
    merge(town, post, duplicate, main, who="dispatcher")
    assert clock(town, duplicate, ClockStage.ASSIST).state == "paused"
    assert town.number(duplicate) not in town.client("water").get("/desk/").content.decode()
    post(town, "dispatcher", duplicate, "unmerge", explanation="是另一堆")
    assert clock(town, duplicate, ClockStage.ASSIST).state == "running"
    (part,) = view(town, duplicate).snapshot.parts
    joint.sign_part(duplicate, part.id, call=town.call("water"))
    assert replay().differences == ()


def test_a_follower_that_closes_with_its_main_case_waits_for_no_assistant_any_more(town, post):
    main, duplicate = town.handling(), town.handling(phone=LATER)
    joint.ask_assist(duplicate, (town.teams["water"],), task="抽水", call=town.call("dispatcher"))
    merge(town, post, duplicate, main, who="dispatcher")
    finish(town, main)
    (part,) = view(town, duplicate).snapshot.parts
    assert (part.state, part.ended_why) == ("withdrawn", "closed")


def many(town, ids, main, who="operator", **headers):
    given = {"_key": "bulk-m", "pick": [str(one) for one in ids], "main": main}
    return town.client(who).post("/desk/cases/merge", given, headers=headers)


def test_several_are_merged_into_one_of_them_from_the_list_and_what_cannot_be_is_named(town, post):
    main, one, another = town.handling(), town.report(phone=LATER), town.report(phone="199 0000 0003")
    done = town.closed()
    answer = many(town, [main, one, another, done], town.number(main), Accept="application/json").json()
    assert answer["done"] == 2
    assert [refused["number"] for refused in answer["refused"]] == [town.number(done)]
    assert "已结案" in answer["refused"][0]["why"]
    assert [town.state(case_id) for case_id in (main, one, another)] == ["handling", "merged", "merged"]
    listed = town.client("operator").get("/desk/cases").content.decode()
    assert "并入一件" in listed


def test_without_a_case_of_that_number_none_is_merged_and_who_may_not_merge_is_refused(town):
    case_id = town.report()
    page = many(town, [case_id], "XH20190402W0000199").content.decode()
    assert "没有编号为" in page
    assert many(town, [case_id], town.number(town.handling()), who="verifier").status_code == 403
    assert town.state(case_id) == "gathered"


def test_who_reported_both_is_called_once(town, post):
    main, duplicate = town.handling(), town.report()
    merge(town, post, duplicate, main)
    finish(town, main)
    assert view(town, duplicate).called_back == "solved"
    assert town.number(duplicate) not in town.client("operator").get("/desk/cases?limit=uncalled").content.decode()


def test_undone_everybody_who_has_something_to_do_hears_of_it_again(town, post):
    main, duplicate, back = town.handling(), town.handling(phone=LATER), town.dispatched(phone="199 0000 0003")
    joint.ask_assist(duplicate, (town.teams["water"],), task="抽水", call=town.call("dispatcher"))
    why = {"reason_code": "other-owner", "legal_basis": "三定", "explanation": "不归我们"}
    sideways.object_to(back, proposed_team=town.teams["water"], **why, call=town.call("sanitation"))
    for one in (duplicate, back):
        merge(town, post, one, main, who="operator")
    told()
    assert heard(town, "water") == heard(town, "dispatcher") == []
    for one in (duplicate, back):
        post(town, "operator", one, "unmerge", explanation="是另一堆")
    told()
    assert heard(town, "water") == [("assist", town.number(duplicate))]
    assert heard(town, "dispatcher") == [("returned", town.number(back))]
    assert ("assigned", town.number(duplicate)) in heard(town, "sanitation")


def test_whose_case_was_merged_is_told_by_text_when_it_no_longer_is(town, post, pair, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    main, duplicate = pair
    forward.accept(duplicate, type_code="E-01-01", title="垃圾", call=town.call("operator"))
    merge(town, post, duplicate, main)
    sequencer.sequence_once()
    jobs.tell_people(walltime.now())
    before = texts_of(tmp_path, duplicate, town)
    post(town, "operator", duplicate, "unmerge", explanation="是另一堆")
    sequencer.sequence_once()
    jobs.tell_people(walltime.now())
    (text,) = texts_of(tmp_path, duplicate, town) - before
    assert "不再和另一件上报合并，改为单独办理" in text
    assert town.number(main) not in text


def texts_of(folder, case_id, town):
    """What went out about a case."""
    texts = {path.read_text() for path in (folder / "outbox").glob("*.txt")}
    return {text for text in texts if town.number(case_id) in text}
