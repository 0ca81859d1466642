"""Many cases at once: each is a step of its own, and what is refused says why and what to do."""

import pytest
from django.db import connection

from yiwang.cases import counted
from yiwang.cases import queries as cases
from yiwang.cases.queries import ListFilter
from yiwang.intake.reports import jobs
from yiwang.web.desk.tests.conftest import SYSTEM

MANY = 120
QUERIES_EACH = 20


def _post(client, address, ids, **headers):
    return client.post(address, {"_key": "bulk-1", "pick": [str(one) for one in ids]}, headers=headers)


@pytest.mark.once
def test_many_are_accepted_as_suggested_in_one_go_under_a_persons_name(town):
    """About 17 ms each beside other work on two cores; a timed test would only measure the machine."""
    ids = [town.report(f"菜场{number}号门口垃圾没人收", read=False, phone="") for number in range(MANY)]
    jobs.read_waiting(town.call("operator"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server does by itself where rows are committed
    client = town.client("operator")
    asked: list[str] = []
    with connection.execute_wrapper(lambda execute, sql, *rest: (asked.append(sql), execute(sql, *rest))[1]):
        answer = _post(client, "/desk/cases/accept", ids, Accept="application/json")
    assert len(asked) <= MANY * QUERIES_EACH
    assert answer.json() == {"done": MANY, "refused": []}
    accepted = counted.numbers_of(SYSTEM, town.call("operator").now)["accepted"]
    assert accepted == MANY
    last = cases.timeline(SYSTEM, ids[-1])[-1]
    assert last.verb == "case.accepted"
    assert last.actor == town.actor("operator").name


def test_one_that_cannot_be_accepted_is_named_with_its_reason_and_the_rest_goes_on(town):
    good, gone, unread = town.report(), town.accepted(), town.report("?!", read=False)
    page = _post(town.client("operator"), "/desk/cases/accept", [good, gone, unread]).content.decode()
    assert town.state(good) == "accepted"
    assert "办成 1 件，没有办成 2 件" in page
    assert town.number(gone) in page
    assert "它目前处于“待派遣”，这一步“受理”不在它的去路上。" in page
    assert "还缺一样东西：案件类别。" in page


def test_sent_twice_because_the_network_failed_each_is_accepted_once(town):
    ids = [town.report(), town.report("新海一村路灯不亮")]
    client = town.client("operator")
    for _ in range(2):
        assert _post(client, "/desk/cases/accept", ids, Accept="application/json").json()["done"] == 2
    assert [one.verb for one in cases.timeline(SYSTEM, ids[0])].count("case.accepted") == 1


def test_many_are_dispatched_to_the_department_of_their_type(town):
    rubbish, lamp, gathered = town.accepted("E-01-01"), town.accepted("C-01-02"), town.report()
    answer = _post(
        town.client("dispatcher"), "/desk/cases/dispatch", [rubbish, lamp, gathered], Accept="application/json"
    )
    rows = cases.rows_of(SYSTEM, [rubbish, lamp])
    assert rows[rubbish].lead_team == town.teams["sanitation"]
    assert rows[lamp].lead_team == town.teams["utilities"]
    assert answer.json()["done"] == 2
    assert "没有默认的承办部门" in answer.json()["refused"][0]["what"]


def test_who_may_not_accept_cannot_accept_many(town):
    case_id = town.report()
    assert _post(town.client("verifier"), "/desk/cases/accept", [case_id]).status_code == 403
    assert town.state(case_id) == "gathered"


def test_the_whole_list_can_be_chosen_and_not_only_its_page(town):
    for number in range(3):
        town.report(f"第{number}处垃圾", read=False)
    town.accepted()
    ids = town.client("operator").get("/desk/cases/ids?state=gathered").json()["ids"]
    wanted = cases.work_list(SYSTEM, ListFilter(states=("gathered",))).rows
    assert set(ids) == {str(row.id) for row in wanted}
