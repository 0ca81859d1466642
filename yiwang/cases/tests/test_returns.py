"""退单: once per department, in time, with another proposed; a second objection is ruled on, and the ruling is final."""

import pytest

from yiwang.cases import problems, queries
from yiwang.cases.models import Case, Clock, Objection, Ruling
from yiwang.cases.steps import forward, sideways
from yiwang.cases.tests.conftest import ADMINISTRATOR, at
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.problems import NotAllowed
from yiwang.kernel.terms import Call, ScopeKind

GROUNDS = {"reason_code": "other-department", "legal_basis": "三定方案第4条", "explanation": "河道保洁由水务站负责"}


def objecting(town, case_id, team, proposed):
    return sideways.object_to(
        case_id, proposed_team=town.teams[proposed], call=town.call("handler", team=team), **GROUNDS
    )


def handling_clock(case_id):
    return Clock.objects.get(case=case_id, stage="handle")


def test_a_first_return_goes_to_the_dispatcher_and_the_handling_clock_runs_on(town, handling):
    case_id = handling()
    due = handling_clock(case_id).due_at
    objecting(town, case_id, "sanitation", "water")
    assert Case.objects.get(pk=case_id).state == "returned"
    town.now = at("2019-04-02 10:30")
    forward.dispatch(case_id, town.teams["water"], call=town.call("dispatcher"))
    clock = handling_clock(case_id)
    assert (clock.state, clock.due_at) == ("running", due)


DISMISSAL = {"reason_code": "not-town", "explanation": "区管道路，由区里养护"}


def test_what_was_returned_and_is_not_the_towns_is_dismissed_with_the_office_it_was_passed_to(town, handling):
    case_id = handling()
    objecting(town, case_id, "sanitation", "water")
    dispatcher = town.call("dispatcher")
    for missing in ("", "  "):
        with pytest.raises(problems.ProofMissing) as refusal:
            sideways.dismiss(case_id, **DISMISSAL, passed_to=missing, call=dispatcher)
        assert refusal.value.parameters == {"arrow": "dismiss", "proof": "passed_to"}
    fact = sideways.dismiss(case_id, **DISMISSAL, passed_to="区公路所", call=dispatcher)
    assert fact.passed_to == "区公路所"
    case = Case.objects.get(pk=case_id)
    assert (case.state, case.answer, case.due_at) == ("dismissed", "区管道路，由区里养护", None)
    assert not Clock.objects.filter(case=case_id).exclude(state="stopped").exists()


@pytest.mark.parametrize(("role", "team"), [("handler", "sanitation"), ("operator", None), ("verifier", None)])
def test_only_who_dispatches_dismisses_what_was_returned(town, handling, role, team):
    case_id = handling()
    objecting(town, case_id, "sanitation", "water")
    with pytest.raises(NotAllowed):
        sideways.dismiss(case_id, **DISMISSAL, passed_to="区公路所", call=town.call(role, team=team))


def test_a_second_objection_goes_to_the_arbiter_with_four_working_hours(town, handling):
    case_id = handling()
    objecting(town, case_id, "sanitation", "water")
    forward.dispatch(case_id, town.teams["water"], call=town.call("dispatcher"))
    objecting(town, case_id, "water", "sanitation")
    assert Case.objects.get(pk=case_id).state == "disputed"
    ruling_clock = Clock.objects.get(case=case_id, stage="ruling")
    assert (ruling_clock.amount, ruling_clock.unit, ruling_clock.state) == (4, "working_hour", "running")


def test_after_the_ruling_nobody_returns_or_redirects_and_it_can_be_found_as_a_precedent(town, handling):
    case_id = handling()
    due = handling_clock(case_id).due_at
    objecting(town, case_id, "sanitation", "water")
    forward.dispatch(case_id, town.teams["water"], call=town.call("dispatcher"))
    objecting(town, case_id, "water", "sanitation")
    sideways.rule(
        case_id,
        town.teams["sanitation"],
        question="菜场外河边垃圾归谁",
        grounds="陆域保洁范围",
        call=town.call("arbiter"),
    )
    with pytest.raises(problems.RulingIsFinal):
        objecting(town, case_id, "sanitation", "water")
    with pytest.raises(problems.RulingIsFinal):
        sideways.redirect(case_id, town.teams["water"], reason_code="wrong-department", call=town.call("dispatcher"))
    assert handling_clock(case_id).due_at == due
    assert Ruling.objects.get(case=case_id).type_code == "E-01-01"


@pytest.mark.parametrize(
    ("moment", "refusal"),
    [
        ("2019-04-02 14:59", None),
        ("2019-04-02 15:00", None),
        ("2019-04-02 15:01", problems.TooLateToReturn),
        ("2019-04-03 09:00", problems.TooLateToReturn),
    ],
)
def test_the_window_for_returning_is_four_working_hours_without_lunch(town, handling, moment, refusal):
    """Dispatched at 09:00; two and a half hours until 11:30, the rest from 13:30 to 15:00."""
    case_id = handling()
    town.now = at(moment)
    if refusal is None:
        objecting(town, case_id, "sanitation", "water")
    else:
        with pytest.raises(refusal):
            objecting(town, case_id, "sanitation", "water")


def test_a_department_cannot_propose_itself(town, handling):
    with pytest.raises(problems.NotTheirCase):
        objecting(town, handling(), "sanitation", "sanitation")


def sent_straight_back(town, handling):
    """Sanitation returned it, and the dispatcher gave it to sanitation again."""
    case_id = handling()
    objecting(town, case_id, "sanitation", "water")
    forward.dispatch(case_id, town.teams["sanitation"], call=town.call("dispatcher"))
    return case_id


def test_a_department_that_is_sent_its_own_return_back_puts_it_to_the_arbiter_and_that_ends_it(town, handling):
    case_id = sent_straight_back(town, handling)
    fact = objecting(town, case_id, "sanitation", "enforcement")
    assert type(fact).__name__ == "CaseDisputed"
    assert Case.objects.get(pk=case_id).state == "disputed"
    assert Clock.objects.get(case=case_id, stage="ruling").state == "running"
    sideways.rule(case_id, town.teams["sanitation"], question="归谁", grounds="名录", call=town.call("arbiter"))
    with pytest.raises(problems.RulingIsFinal):
        objecting(town, case_id, "sanitation", "enforcement")
    assert journal_equals_tables()


def journal_equals_tables():
    before = list(Objection.objects.order_by("id").values())
    replay()
    return list(Objection.objects.order_by("id").values()) == before


def test_what_was_sent_back_handled_and_reopened_the_same_department_returns_no_more(town, handling):
    case_id = sent_straight_back(town, handling)
    hands = town.call("handler", team="sanitation")
    forward.sign(case_id, call=hands)
    forward.report_back(case_id, outcome="solved", result="已清", no_photo_reason="夜间", call=hands)
    forward.verify(case_id, finding="已清", no_photo_reason="夜间", call=town.call("verifier"))
    forward.close(case_id, called_back="solved", answer="已清", call=town.call("operator"))
    sideways.reopen(case_id, ground="not-mended", call=town.call("verifier"))
    with pytest.raises(problems.ReturnedOnce):
        objecting(town, case_id, "sanitation", "enforcement")


def disputed(town, handling):
    case_id = handling()
    objecting(town, case_id, "sanitation", "water")
    forward.dispatch(case_id, town.teams["water"], call=town.call("dispatcher"))
    objecting(town, case_id, "water", "sanitation")
    return case_id


RULING = {"question": "归谁", "grounds": "名录"}


def hired(town, username, *grants):
    """An account of staff with these roles, each in the town or in a department."""
    call = Call(ADMINISTRATOR, town.now, "test")
    account = people.create_account(username, f"{username}演示", call=call).account_id
    for role, team in grants:
        where = {"scope": ScopeKind.TEAM, "scope_id": town.teams[team]} if team else {}
        people.grant_role(account, role, call=call, **where)
    return account


def rulers_of(town, case_id):
    """Who may rule, as the case's page names them."""
    reader = town.call("dispatcher").actor
    snapshot = queries.case(reader, Case.objects.get(pk=case_id).number).snapshot
    return [(one.name, one.role) for one in queries.rulers(reader, snapshot)]


def may_rule(town, case_id, call):
    snapshot = queries.case(call.actor, Case.objects.get(pk=case_id).number).snapshot
    return "rule" in {arrow.name for arrow in queries.arrows_for(call.actor, snapshot)}


def test_while_there_is_an_arbiter_who_may_they_are_named_and_the_duty_officer_does_not_rule(town, handling):
    case_id = disputed(town, handling)
    hired(town, "outside", ("arbiter", None))
    hired(town, "inside", ("arbiter", None), ("handler", "water"))
    hired(town, "officer", ("duty_officer", None))
    assert rulers_of(town, case_id) == [("outside演示", "arbiter")]
    assert not may_rule(town, case_id, town.call("duty_officer"))
    assert may_rule(town, case_id, town.call("arbiter"))
    with pytest.raises(problems.ArbiterThere) as refusal:
        sideways.rule(case_id, town.teams["water"], **RULING, call=town.call("duty_officer"))
    assert refusal.value.parameters["names"] == "outside演示"


@pytest.mark.parametrize("why", ["none", "ended", "of a disputing house"])
def test_where_no_arbiter_is_left_who_may_a_duty_officer_of_another_house_rules(town, handling, why):
    case_id = disputed(town, handling)
    if why == "ended":
        gone = hired(town, "gone", ("arbiter", None))
        people.deactivate(gone, call=Call(ADMINISTRATOR, town.now, "test", reason="离任"))
    if why == "of a disputing house":
        hired(town, "inside", ("arbiter", None), ("handler", "sanitation"))
    hired(town, "officer", ("duty_officer", None))
    hired(town, "partial", ("duty_officer", None), ("handler", "water"))
    assert rulers_of(town, case_id) == [("officer演示", "duty_officer")]
    with pytest.raises(problems.OwnMatter):
        sideways.rule(case_id, town.teams["water"], **RULING, call=town.both("duty_officer", "water"))
    assert may_rule(town, case_id, town.call("duty_officer"))
    sideways.rule(case_id, town.teams["water"], **RULING, call=town.call("duty_officer"))
    assert Case.objects.get(pk=case_id).ruled


def ruled(town, case_id):
    objecting(town, case_id, "sanitation", "water")
    forward.dispatch(case_id, town.teams["water"], call=town.call("dispatcher"))
    objecting(town, case_id, "water", "sanitation")
    arbiter = town.call("arbiter")
    sideways.rule(case_id, town.teams["water"], question="菜场外河边垃圾归谁", grounds="水域保洁范围", call=arbiter)


@pytest.mark.parametrize(
    ("looked_for", "found"),
    [("河边垃圾", 1), ("水域", 1), ("路灯", 0), ("", 1), ("XH20190402W", 1), ("xh 2019 0402", 1), ("XH20190403", 0)],
)
def test_a_ruling_is_found_by_its_words_and_by_its_cases_number(town, handling, looked_for, found):
    ruled(town, handling())
    assert len(queries.rulings(town.call("arbiter").actor, looked_for)) == found


def test_rulings_are_shown_at_dispatch_for_the_same_type(town, handling):
    ruled(town, handling())
    dispatcher = town.call("dispatcher").actor
    (precedent,) = queries.precedents(dispatcher, "E-01-01", "河边有垃圾")
    assert precedent.team == town.teams["water"]
    assert queries.precedents(dispatcher, "C-01-02", "河边有垃圾") == ()


def test_a_redirect_after_the_window_gives_the_new_department_its_own_and_the_resident_no_new_clock(town, handling):
    case_id = handling()
    due = handling_clock(case_id).due_at
    town.now = at("2019-04-03 09:00")
    sideways.redirect(case_id, town.teams["water"], reason_code="department-agreed", call=town.call("dispatcher"))
    assert handling_clock(case_id).due_at == due
    town.now = at("2019-04-03 15:01")
    with pytest.raises(problems.TooLateToReturn):
        objecting(town, case_id, "water", "housing")
    town.now = at("2019-04-03 15:00")
    objecting(town, case_id, "water", "housing")
    assert Case.objects.get(pk=case_id).state == "returned"
