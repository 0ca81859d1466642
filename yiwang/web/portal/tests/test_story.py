"""The way of a case as its reporter reads it says who did what, and what of it is so."""

from datetime import timedelta
from uuid import UUID

import pytest

from yiwang.cases.steps import forward, sideways
from yiwang.intake.reports.steps import receiving
from yiwang.intake.reports.steps.receiving import Person
from yiwang.kernel import walltime
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call, Grant, ScopeKind

OLD = "19900000089"


def happenings(browser, number, token):
    """The way of the case on its page: the newest first."""
    page = browser.get(f"/r/{number}/{token}" if token else f"/r/{number}").content.decode()
    return page.split('<ol class="timeline"')[1].split("</ol>")[0]


def latest(browser, number, token):
    return happenings(browser, number, token).split("</li>")[0]


@pytest.mark.parametrize(
    ("outcome", "told"),
    [("solved", "另一名工作人员核实过，确实办好了"), ("explained", "另一名工作人员核实了部门的解释说明")],
)
def test_what_was_only_explained_is_not_told_as_mended(chinese, reported, town, outcome, told):
    number, token = reported()
    town.closed(number, outcome=outcome)
    shown = happenings(chinese, number, token)
    assert told in shown
    assert ("确实办好了" in shown) == (outcome == "solved")


def test_a_reopening_by_the_town_is_not_put_into_the_reporters_mouth(chinese, english, reported, town):
    number, token = reported()
    town.closed(number)
    sideways.reopen(town.case_id(number), ground="part-only", words="回访时邻居说还有一袋", call=town.call("operator"))
    told = latest(chinese, number, token)
    assert "镇里决定重新办理" in told
    assert "镇城运中心" in told
    assert "说没有解决" not in told
    assert "The town reopened it" in english.get(f"/r/{number}/{token}").content.decode()


def test_a_reopening_by_the_reporter_is_theirs(chinese, reported, town):
    number, token = reported()
    town.closed(number)
    chinese.post(f"/r/{number}/reopen", {"token": token, "ground": "came-back", "words": "今天又堆满了"})
    told = latest(chinese, number, token)
    assert "说没有解决，重新办理" in told
    assert "您" in told
    assert "今天又堆满了" in told


def test_a_suspension_is_the_towns_and_not_the_departments(chinese, reported, town):
    number, token = reported()
    town.dispatched(number)
    forward.sign(town.case_id(number), call=town.call("handler"))
    sideways.suspend(
        town.case_id(number), reason_code="weather", explanation="台风期间不能登高", call=town.call("duty_officer"),
        review_on=walltime.town_day(walltime.now()) + timedelta(days=9),
    )  # fmt: skip
    told = latest(chinese, number, token)
    assert "暂时办不了，" in told
    assert "镇里" in told
    assert "市容环卫所" not in told
    sideways.resume(town.case_id(number), explanation="台风过了", call=town.call("duty_officer"))
    assert "市容环卫所" not in latest(chinese, number, token)


def test_whom_it_was_reported_for_is_not_told_that_they_did_what_the_other_did(logged_in, reported, town):
    made = receiving.enter(
        channel="desk", text="门口垃圾没人收", title="垃圾", reporter=Person("19900000088", "水演示"),
        on_behalf=Person(OLD, "陆奶奶"), place_id=town.places["桃花新村"], call=town.call("operator"),
    )  # fmt: skip
    assert "替您上报的人" in latest(logged_in(OLD), made.number, "")
    town.closed(made.number)
    logged_in(OLD).post(f"/r/{made.number}/reopen", {"ground": "came-back", "words": ""})
    assert "您替他上报的人" in latest(logged_in("19900000088"), made.number, "")


def test_what_a_grid_worker_settled_on_the_spot_is_told_with_the_committees_office(chinese, reported, town):
    committee = town.places["一居委会"]
    people_teams.create_team(
        "office", "committee", name_zh="一居委会办公室", name_en="First office", committee_id=committee,
        call=town.call("administrator"),
    )  # fmt: skip
    number, token = reported()
    on_round = Actor(ActorKind.STAFF, AccountId(UUID(int=91)), (Grant("grid_worker", ScopeKind.COMMITTEE, committee),))
    forward.settle(
        town.case_id(number), type_code="E-01-01", result="已扫净", no_photo_reason="没电",
        call=Call(on_round, walltime.now(), "test"),
    )  # fmt: skip
    told = latest(chinese, number, token)
    assert "部门说办好了" in told
    assert "一居委会办公室" in told
