"""A demand takes fifteen working days on approval (R-111): by those who may, with a reason, and in no other way."""

import pytest

from yiwang.cases import problems
from yiwang.cases.models import Case, Clock
from yiwang.cases.numbers import Source
from yiwang.cases.steps import forward, remarks, timing
from yiwang.cases.tests.conftest import at
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.problems import NotAllowed

HOUSE = "H-01-01"


@pytest.fixture
def demand(town, gathered):
    """An order of 12345 received on Tuesday 2 April 2019 at nine, accepted as a request and given to a department."""
    case_id = gathered(source=Source.HOTLINE)
    forward.accept(case_id, type_code=HOUSE, title="房屋", call=town.call("operator"))
    forward.dispatch(case_id, town.teams["housing"], call=town.call("dispatcher"))
    return case_id


def approve(town, case_id, role="leader", explanation="要请房屋检测机构", team=None):
    return timing.approve_complex(case_id, explanation=explanation, call=town.call(role, team=team))


@pytest.mark.parametrize("role", ["leader", "duty_officer"])
def test_a_leader_or_the_duty_officer_gives_it_fifteen_working_days_from_receipt(town, demand, role):
    town.now = at("2019-04-04 10:00")
    fact = approve(town, demand, role)
    assert (fact.demand_before, fact.explanation) == ("request", "要请房屋检测机构")
    answer = Clock.objects.get(case=demand, stage="answer")
    assert (answer.rule, answer.amount, answer.due_at) == ("hotline.limit.complex", 15, at("2019-04-24 17:00"))
    assert Clock.objects.get(case=demand, stage="handle").due_at == at("2019-04-24 17:00"), (
        "the department has them too"
    )
    assert Case.objects.get(pk=demand).demand == "complex"


@pytest.mark.parametrize(
    ("role", "team"),
    [
        ("operator", None),
        ("dispatcher", None),
        ("verifier", None),
        ("arbiter", None),
        ("auditor", None),
        ("administrator", None),
        ("handler", "housing"),
    ],
)
def test_nobody_else_approves_it(town, demand, role, team):
    with pytest.raises(NotAllowed):
        approve(town, demand, role, team=team)
    assert Case.objects.get(pk=demand).demand == "request"


def test_it_needs_a_reason(town, demand):
    with pytest.raises(problems.ProofMissing):
        approve(town, demand, explanation=" ")


def test_whoever_accepts_or_corrects_cannot_call_it_complex(town, demand, gathered):
    with pytest.raises(problems.ComplexNeedsApproval):
        remarks.correct(demand, type_code=HOUSE, demand="complex", call=town.call("duty_officer"))
    with pytest.raises(problems.ComplexNeedsApproval):
        forward.accept(gathered(), type_code=HOUSE, title="房屋", demand="complex", call=town.call("operator"))
    assert not Clock.objects.filter(rule="hotline.limit.complex").exists()


def test_what_was_approved_stays_when_the_type_is_put_right_and_ends_when_the_kind_is(town, demand):
    approve(town, demand)
    remarks.correct(demand, type_code="H-01-02", call=town.call("operator"))
    assert Clock.objects.get(case=demand, stage="answer").amount == 15
    remarks.correct(demand, type_code="H-01-02", demand="complaint", call=town.call("operator"))
    assert Clock.objects.get(case=demand, stage="answer").due_at == at("2019-04-10 17:00")
    assert Clock.objects.get(case=demand, stage="handle").rule == "H-01-02.handle"


def test_it_is_approved_once_and_only_for_demands(town, demand, handling):
    approve(town, demand)
    with pytest.raises(problems.ComplexBefore):
        approve(town, demand)
    with pytest.raises(problems.NoDemand):
        approve(town, handling())


def test_an_approval_after_the_days_ran_out_does_not_unsay_that_they_did(town, demand):
    town.now = at("2019-04-12 10:00")
    approve(town, demand)
    out = [one.body["stage"] for one in Entry.objects.filter(verb="case.ran_out").order_by("id")]
    assert out == ["contact", "answer", "handle"]
    assert Clock.objects.get(case=demand, stage="answer").ran_out is False


@pytest.mark.django_db(transaction=True)
def test_the_journal_gives_the_same_tables_after_an_approval(town, demand):
    approve(town, demand)
    assert replay().differences == ()
