"""A first contact (R-111) that was not made is said so when the case is closed, and nobody can miss it."""

from datetime import timedelta

import pytest

from yiwang.cases import queries as cases
from yiwang.cases.stages import ClockStage
from yiwang.cases.steps import forward
from yiwang.kernel import walltime
from yiwang.kernel.journal.replay import replay
from yiwang.web.desk.tests.conftest import SYSTEM

NOT_MADE = "到结案时没有“先行联系”的记录，按没有做到结束"
WARNING = "还没有“先行联系”的记录，现在结案就按没有做到结束"
CLOSING = {"called_back": "solved", "answer": "已清运"}


def contact(town, case_id):
    (found,) = [one for one in cases.case(SYSTEM, town.number(case_id)).clocks if one.stage is ClockStage.CONTACT]
    return found


def page(town, case_id, who="operator", path=""):
    return town.client(who).get(f"/desk/cases/{town.number(case_id)}{path}").content.decode()


def test_an_order_closed_without_first_contact_ends_that_clock_as_not_met_on_the_page_and_in_the_timeline(town, post):
    case_id = town.verified(channel="hotline", source_key="RX-1")
    assert WARNING in page(town, case_id, path="/act/close")
    assert post(town, "operator", case_id, "close", **CLOSING).status_code == 302
    clock = contact(town, case_id)
    assert (clock.state, clock.unmet) == ("stopped", True)
    shown = page(town, case_id)
    timeline, _, ended = shown.partition("已结束的时限")
    assert NOT_MADE in timeline
    assert "没有做到" in ended.split("先行联系")[1].split("</li>")[0]


def test_an_order_whose_caller_was_contacted_says_nothing_of_the_kind(town, post):
    case_id = town.verified(channel="hotline", source_key="RX-1")
    forward.contact(case_id, reached=True, call=town.call("operator"))
    assert WARNING not in page(town, case_id, path="/act/close")
    assert post(town, "operator", case_id, "close", **CLOSING).status_code == 302
    assert contact(town, case_id).unmet is False
    assert "没有做到" not in page(town, case_id)


def test_a_call_that_nobody_answered_is_no_first_contact(town, post):
    case_id = town.verified(channel="hotline", source_key="RX-1")
    forward.contact(case_id, reached=False, call=town.call("operator"))
    assert post(town, "operator", case_id, "close", **CLOSING).status_code == 302
    assert NOT_MADE in page(town, case_id)


def test_what_came_by_another_way_has_no_first_contact_to_miss(town, post):
    case_id = town.verified()
    assert WARNING not in page(town, case_id, path="/act/close")
    assert post(town, "operator", case_id, "close", **CLOSING).status_code == 302
    assert "没有做到" not in page(town, case_id)


def test_a_first_contact_that_came_too_late_says_by_how_much(town):
    case_id = town.dispatched(channel="hotline", source_key="RX-1")
    with walltime.at(walltime.now() + timedelta(days=20)):
        forward.contact(case_id, reached=True, call=town.call("operator"))
        ended = page(town, case_id).partition("已结束的时限")[2]
    assert "已超" in ended.split("先行联系")[1].split("</li>")[0]
    assert "无数据" not in ended


@pytest.mark.django_db(transaction=True)
def test_the_journal_gives_the_same_tables_after_such_a_close(town, post):
    case_id = town.verified(channel="hotline", source_key="RX-1")
    post(town, "operator", case_id, "close", **CLOSING)
    assert contact(town, case_id).unmet
    assert replay().differences == ()
