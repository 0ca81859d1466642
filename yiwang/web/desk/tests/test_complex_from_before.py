"""A demand that somebody called complex before that needed approval can still be approved: once, at the desk."""

import pytest
from django.db import transaction

from yiwang.cases import facts
from yiwang.cases import queries as cases
from yiwang.cases.stages import ARROWS
from yiwang.cases.steps import forward
from yiwang.cases.steps.frame import limits_of, turn
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.journal.steps import record
from yiwang.web.desk.tests.conftest import SYSTEM

HOUSE = "H-01-01"


@pytest.fixture
def old(town):
    """An order accepted as complex, as the journal has it from before there was an approval, and given to a department."""
    case_id = town.report(channel="hotline", source_key="RX-1")
    case = cases.case(SYSTEM, town.number(case_id)).snapshot
    call = town.call("operator")
    clocks = turn(ARROWS["accept"], case, call, in_force=limits_of(case, HOUSE, "complex"))
    with transaction.atomic():
        record(
            facts.CaseAccepted(
                case_id=case_id,
                type_code=HOUSE,
                demand="complex",
                title="房屋",
                place_id=None,
                point=None,
                grid_cell=None,
                committee=None,
                urgent=False,
                clocks=clocks,
            ),
            call=call,
        )
    forward.dispatch(case_id, town.teams["sanitation"], call=town.call("dispatcher"))
    return case_id


def approvals(case_id):
    return [one.fact for one in cases.timeline(SYSTEM, case_id) if one.verb == "case.complex_approved"]


def test_the_leader_approves_it_once_and_then_finds_no_button(town, post, old):
    address = f"/desk/cases/{town.number(old)}"
    assert "/act/approve_complex" in town.client("leader").get(address).content.decode()
    assert post(town, "leader", old, "approve_complex", explanation="要请检测机构").status_code == 302
    (approved,) = approvals(old)
    assert (approved.demand_before, approved.explanation) == ("complex", "要请检测机构")
    assert "/act/approve_complex" not in town.client("leader").get(address).content.decode()
    again = post(town, "leader", old, "approve_complex", explanation="再批一次", _key="another")
    assert again.status_code in (409, 422)
    assert len(approvals(old)) == 1
    assert cases.case(SYSTEM, town.number(old)).demand == "complex"


def test_who_may_not_approve_does_not_approve_that_either(town, post, old):
    assert post(town, "operator", old, "approve_complex", explanation="要请检测机构").status_code == 403
    assert approvals(old) == []


@pytest.mark.django_db(transaction=True)
def test_the_journal_gives_the_same_tables_after_it(town, post, old):
    assert post(town, "leader", old, "approve_complex", explanation="要请检测机构").status_code == 302
    assert replay().differences == ()
