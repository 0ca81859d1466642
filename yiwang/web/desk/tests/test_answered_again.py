"""An order of 12345 that is reopened is answered again: a clock of its own, from the reopening, and why it says so."""

from datetime import timedelta

import pytest

from yiwang.cases import queries as cases
from yiwang.cases.stages import ClockStage
from yiwang.cases.steps import remarks, timing
from yiwang.kernel import walltime
from yiwang.kernel.journal.replay import replay
from yiwang.web.desk.tests.conftest import SYSTEM

LATER = timedelta(days=2)


def answers(town, case_id):
    clocks = cases.case(SYSTEM, town.number(case_id)).clocks
    return [clock for clock in clocks if clock.stage is ClockStage.ANSWER]


def reopened(town, post, **given):
    """An order of 12345, closed and two days later reopened at the desk: its case, and when that was."""
    case_id = town.closed(channel="hotline", source_key="RX-1", **given)
    moment = walltime.now() + LATER
    with walltime.at(moment):
        assert post(town, "verifier", case_id, "reopen", ground="not-mended", words="还是没有清").status_code == 302
    return case_id, moment


def test_a_reopened_order_of_12345_is_to_be_answered_again_from_the_reopening(town, post):
    case_id, moment = reopened(town, post)
    first, second = answers(town, case_id)
    assert (first.rule, first.state) == ("hotline.limit.request", "stopped")
    assert (second.rule, second.amount, second.unit) == ("hotline.limit.call_back_review", 3, "working_day")
    assert (second.state, second.events[0].at) == ("running", moment)
    assert second.due_at > moment + timedelta(days=2)


def test_the_page_says_why_and_keeps_the_first_clock(town, post):
    case_id, moment = reopened(town, post)
    with walltime.at(moment):
        page = town.client("duty_officer").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    running, _, ended = page.partition("已结束的时限")
    assert "规则：hotline.limit.call_back_review" in running
    assert "答复过又重新办理的，从重新办理起另算" in running
    assert "回访复核" in running
    assert "规则：hotline.limit.request" in ended
    assert "答复时限另算 3 工作日，从重新办理起" in page


def test_what_is_no_demand_has_no_answer_to_give_again(town, post):
    case_id = town.closed()
    assert post(town, "verifier", case_id, "reopen", ground="came-back", words="").status_code == 302
    assert answers(town, case_id) == []


def test_days_approved_for_the_first_answer_do_not_hold_for_the_second_until_approved_again(town, post):
    case_id = town.dispatched(channel="hotline", source_key="RX-2")
    timing.approve_complex(case_id, explanation="要检测", call=town.call("leader"))
    town.finish(case_id)
    moment = walltime.now() + LATER
    with walltime.at(moment):
        assert post(town, "verifier", case_id, "reopen", ground="part-only", words="").status_code == 302
        assert answers(town, case_id)[-1].amount == 3
        assert post(town, "leader", case_id, "approve_complex", explanation="还要再检测").status_code == 302
    again = answers(town, case_id)[-1]
    assert (again.rule, again.amount, again.events[0].at) == ("hotline.limit.complex", 15, moment)


def test_a_type_put_right_after_the_reopening_leaves_the_second_answer_its_days(town, post):
    case_id, moment = reopened(town, post)
    with walltime.at(moment + timedelta(minutes=5)):
        remarks.correct(case_id, type_code="E-01-02", call=town.call("operator"))
    (second,) = [clock for clock in answers(town, case_id) if clock.state == "running"]
    assert (second.amount, second.events[0].at) == (3, moment)


@pytest.mark.django_db(transaction=True)
def test_the_journal_gives_the_same_tables_after_a_reopening(town, post):
    reopened(town, post)
    assert replay().differences == ()
