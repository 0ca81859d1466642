"""Handled is not verified, verified not closed, closed not solved: who may say which, and what follows when it was not so."""

from datetime import date
from uuid import UUID

import pytest

from yiwang.cases import problems
from yiwang.cases.models import Case, Recheck
from yiwang.cases.steps import forward, remarks, sideways
from yiwang.cases.tests.conftest import at
from yiwang.cases.tests.test_loopholes import closed, handled
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call, Grant, ScopeKind


def verifier_of(town, team):
    """A verifier who also holds a role in a department."""
    held = (Grant("verifier", ScopeKind.TOWN), Grant("handler", ScopeKind.TEAM, town.teams[team]))
    return Call(Actor(ActorKind.STAFF, AccountId(UUID(int=4711)), held), town.now, "test")


def verify(case_id, call):
    return forward.verify(case_id, finding="已清", no_photo_reason="当场看过", call=call)


@pytest.fixture
def drawn(town, handling):
    """A case closed on 2 April and drawn for re-check on 6 May, when the reporter's time for reopening is over."""
    case_id = handling()
    handled(town, case_id)
    closed(town, case_id)
    town.now = at("2019-05-06 09:00")
    remarks.draw_rechecks(date(2019, 4, 1), date(2019, 4, 30), seed="x", call=town.call("duty_officer"))
    return case_id


def recheck(town, case_id, *, holds, call=None):
    return remarks.recheck(
        case_id, holds=holds, finding="又满了", no_photo_reason="夜间", call=call or town.call("duty_officer")
    )


def test_nobody_of_the_department_that_handled_it_verifies_it_also_not_with_a_verifiers_role(town, handling):
    case_id = handling()
    handled(town, case_id)
    with pytest.raises(problems.OwnDepartment):
        verify(case_id, verifier_of(town, "sanitation"))
    with pytest.raises(problems.OwnDepartment):
        sideways.rework(case_id, finding="还有", call=verifier_of(town, "sanitation"))
    assert verify(case_id, verifier_of(town, "water")).case_id == case_id


def test_nobody_of_the_department_that_handled_it_rechecks_it(town, drawn):
    with pytest.raises(problems.OwnDepartment):
        recheck(town, drawn, holds=True, call=verifier_of(town, "sanitation"))


@pytest.mark.parametrize(
    ("reporter", "called_back", "refused"),
    [
        (AccountId(UUID(int=77)), "nobody", True),
        (AccountId(UUID(int=77)), "unreachable", False),
        (None, "nobody", False),
    ],
)
def test_there_is_nobody_to_call_only_where_nobody_is_known(town, handling, reporter, called_back, refused):
    case_id = handling(reporter=reporter)
    handled(town, case_id)
    verify(case_id, town.call("verifier"))
    close = {"called_back": called_back, "answer": "已清理", "call": town.call("operator")}
    if refused:
        with pytest.raises(problems.ReporterIsKnown):
            forward.close(case_id, **close)
    else:
        assert forward.close(case_id, **close).called_back == called_back


def test_a_recheck_is_recorded_once(town, drawn):
    recheck(town, drawn, holds=False)
    with pytest.raises(problems.RecheckedBefore):
        recheck(town, drawn, holds=True)
    assert Recheck.objects.get(case=drawn).holds is False


def test_a_failed_recheck_reopens_the_case_after_the_reporters_time_is_over(town, drawn):
    call = town.call("verifier")
    with pytest.raises(problems.TooLateToReopen):
        sideways.reopen(drawn, ground="not-mended", call=call)
    recheck(town, drawn, holds=False)
    sideways.reopen(drawn, ground="recheck-failed", call=call)
    assert Case.objects.get(pk=drawn).state == "dispatched"


def test_no_case_is_reopened_for_a_recheck_that_held_or_was_not_made(town, drawn):
    with pytest.raises(problems.NoFailedRecheck):
        sideways.reopen(drawn, ground="recheck-failed", call=town.call("verifier"))
    recheck(town, drawn, holds=True)
    with pytest.raises(problems.NoFailedRecheck):
        sideways.reopen(drawn, ground="recheck-failed", call=town.call("verifier"))


def test_the_failed_recheck_of_an_earlier_close_reopens_nothing_later(town, drawn):
    recheck(town, drawn, holds=False)
    sideways.reopen(drawn, ground="recheck-failed", call=town.call("verifier"))
    town.now = at("2019-05-07 09:00")
    forward.sign(drawn, call=town.call("handler", team="sanitation"))
    handled(town, drawn)
    closed(town, drawn)
    with pytest.raises(problems.NoFailedRecheck):
        sideways.reopen(drawn, ground="recheck-failed", call=town.call("verifier"))
