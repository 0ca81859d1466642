"""Joint handling: other departments are asked for their part, and the lead waits for each answer."""

from datetime import date
from uuid import UUID

import pytest

from yiwang.cases import problems
from yiwang.cases import queries as cases
from yiwang.cases.joint import queries as joint_queries
from yiwang.cases.models import Case, CasePart, Clock
from yiwang.cases.queries import ListFilter
from yiwang.cases.steps import forward, joint, remarks, sideways, timing
from yiwang.cases.tests.conftest import SYSTEM, at
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.problems import NotAllowed, NotFound

DONE = {"result": "已清", "no_photo_reason": "夜间"}


@pytest.fixture
def asked(town, handling):
    """A case of sanitation's in which water and housing were asked to assist; gives the case and the parts by code."""

    def make(*codes: str, **given):
        case_id = handling(**given)
        teams = tuple(town.teams[code] for code in codes or ("water", "housing"))
        fact = joint.ask_assist(case_id, teams, task="先把水排干", call=town.call("dispatcher"))
        return case_id, {code: one.part_id for code, one in zip(codes or ("water", "housing"), fact.asked, strict=True)}

    return make


def answer(town, case_id, part_id, code):
    joint.sign_part(case_id, part_id, call=town.call("handler", team=code))
    return joint.answer_part(case_id, part_id, **DONE, call=town.call("handler", team=code))


def report_back(town, case_id):
    return forward.report_back(case_id, outcome="solved", **DONE, call=town.call("handler", team="sanitation"))


def clocks_of(case_id, stage="assist"):
    return {clock.part_id: clock for clock in Clock.objects.filter(case=case_id, stage=stage)}


def test_the_lead_reports_back_when_every_assisting_department_has_answered(town, asked):
    case_id, parts = asked()
    with pytest.raises(problems.PartsOpen) as refusal:
        report_back(town, case_id)
    assert refusal.value.parameters["teams"] in ("water、housing", "housing、water")
    answer(town, case_id, parts["water"], "water")
    with pytest.raises(problems.PartsOpen) as refusal:
        report_back(town, case_id)
    assert refusal.value.parameters["teams"] == "housing"
    answer(town, case_id, parts["housing"], "housing")
    report_back(town, case_id)
    assert Case.objects.get(pk=case_id).state == "handled"
    assert replay().differences == ()


def test_departments_are_asked_in_the_same_breath_as_the_case_is_dispatched(town, gathered):
    case_id = gathered()
    forward.accept(case_id, type_code="E-01-01", title="垃圾", call=town.call("operator"))
    forward.dispatch(
        case_id, town.teams["sanitation"], assists=(town.teams["water"], town.teams["housing"]), assist_task="一起看看",
        call=town.call("dispatcher"),
    )  # fmt: skip
    assert set(CasePart.objects.filter(case=case_id).values_list("team_id", flat=True)) == {
        town.teams["water"],
        town.teams["housing"],
    }
    with pytest.raises(problems.ProofMissing):
        joint.ask_assist(case_id, (town.teams["environment"],), task=" ", call=town.call("dispatcher"))


def test_each_part_has_the_days_of_its_type_from_when_it_was_asked_and_stands_when_it_is_answered(town, asked):
    town.now = at("2019-04-02 09:00")
    case_id, parts = asked("water")
    clock = clocks_of(case_id)[parts["water"]]
    handle = clocks_of(case_id, "handle")[None]
    assert (clock.rule, clock.amount, clock.due_at) == (handle.rule, handle.amount, handle.due_at)
    town.now = at("2019-04-02 10:00")
    answer(town, case_id, parts["water"], "water")
    assert clocks_of(case_id)[parts["water"]].state == "paused"
    assert clocks_of(case_id, "handle")[None].state == "running"


def test_a_part_that_runs_out_is_written_down_though_nobody_signed_it(town, asked):
    case_id, _ = asked()
    town.now = at("2019-04-04 16:00")
    timing.sweep(town.call("administrator"))
    assert all(clock.ran_out for clock in clocks_of(case_id).values())
    told = [one.fact.stage for one in cases.timeline(SYSTEM, case_id) if one.verb == "case.ran_out"]
    assert told.count("assist") == 2


def test_suspending_lets_the_open_parts_stand_and_resuming_lets_only_these_go_on(town, asked):
    case_id, parts = asked()
    answer(town, case_id, parts["water"], "water")
    sideways.suspend(
        case_id, reason_code="weather", explanation="暴雨", review_on=date(2019, 4, 9), call=town.call("duty_officer")
    )
    assert {clock.state for clock in clocks_of(case_id).values()} == {"paused"}
    with pytest.raises(problems.PartWrongStage):
        joint.sign_part(case_id, parts["housing"], call=town.call("handler", team="housing"))
    sideways.resume(case_id, explanation="雨停", call=town.call("duty_officer"))
    states = clocks_of(case_id)
    assert (states[parts["water"]].state, states[parts["housing"]].state) == ("paused", "running")


def test_a_rework_names_the_parts_that_go_back_and_their_clocks_go_on_with_what_was_left(town, asked):
    case_id, parts = asked()
    for code, part_id in parts.items():
        answer(town, case_id, part_id, code)
    report_back(town, case_id)
    with pytest.raises(NotFound):
        sideways.rework(case_id, finding="水没排", parts=(UUID(int=5),), call=town.call("verifier"))
    sideways.rework(case_id, finding="水没排", parts=(parts["water"],), call=town.call("verifier"))
    states = clocks_of(case_id)
    assert (states[parts["water"]].state, states[parts["housing"]].state) == ("running", "paused")
    with pytest.raises(problems.PartsOpen):
        report_back(town, case_id)
    joint.answer_part(case_id, parts["water"], **DONE, call=town.call("handler", team="water"))
    report_back(town, case_id)
    assert replay().differences == ()


def test_a_withdrawn_part_holds_up_nobody_and_its_department_reads_the_case_no_more(town, asked):
    case_id, parts = asked("water")
    water = town.call("handler", team="water")
    assert cases.may_read(water.actor, case_id)
    with pytest.raises(NotAllowed):
        joint.withdraw_part(case_id, parts["water"], explanation="不用了", call=town.call("handler", team="sanitation"))
    joint.withdraw_part(case_id, parts["water"], explanation="不用了", call=town.call("dispatcher"))
    assert clocks_of(case_id)[parts["water"]].state == "stopped"
    assert not cases.may_read(water.actor, case_id)
    report_back(town, case_id)


def test_an_assisting_department_does_its_own_part_and_nothing_of_the_lead_or_of_another(town, asked):
    case_id, parts = asked()
    water = town.call("handler", team="water")
    with pytest.raises(NotAllowed):
        joint.sign_part(case_id, parts["housing"], call=water)
    with pytest.raises(NotAllowed):
        forward.report_back(case_id, outcome="solved", **DONE, call=water)
    with pytest.raises(NotAllowed):
        joint.ask_assist(case_id, (town.teams["environment"],), task="看看", call=water)
    with pytest.raises(NotAllowed):
        joint.sign_part(case_id, parts["water"], call=town.call("handler", team="sanitation"))
    snapshot = cases.case(water.actor, Case.objects.get(pk=case_id).number).snapshot
    assert cases.arrows_for(water.actor, snapshot) == ()
    able = {
        part.team: [one.name for one in joint_queries.part_arrows(water.actor, snapshot, part)]
        for part in snapshot.parts
    }
    assert able == {town.teams["water"]: ["part_sign", "part_return"], town.teams["housing"]: []}


def test_who_assists_finds_the_case_on_its_list_until_it_has_answered_and_reads_it_after(town, asked):
    case_id, parts = asked("water")
    actor = town.call("handler", team="water").actor
    waiting = ListFilter(assist=True)
    assert [row.id for row in cases.work_list(actor, waiting).rows] == [case_id]
    assert cases.work_list(town.call("handler", team="housing").actor, waiting).rows == ()
    answer(town, case_id, parts["water"], "water")
    assert cases.work_list(actor, waiting).rows == ()
    assert cases.may_read(actor, case_id)


def test_who_assisted_does_not_verify_it(town, asked):
    case_id, parts = asked("water")
    answer(town, case_id, parts["water"], "water")
    report_back(town, case_id)
    with pytest.raises(problems.OwnDepartment):
        forward.verify(case_id, finding="好", no_photo_reason="夜间", call=town.both("verifier", "water"))


def test_the_lead_a_department_that_assists_already_and_a_closed_case_are_refused(town, asked):
    case_id, parts = asked("water")
    lead = town.call("handler", team="sanitation")
    with pytest.raises(problems.LeadCannotAssist):
        joint.ask_assist(case_id, (town.teams["sanitation"],), task="看看", call=lead)
    with pytest.raises(problems.AssistsAlready):
        joint.ask_assist(case_id, (town.teams["water"],), task="看看", call=lead)
    answer(town, case_id, parts["water"], "water")
    again = joint.ask_assist(case_id, (town.teams["water"],), task="再看看", call=lead)
    assert again.asked[0].round == 2
    answer(town, case_id, again.asked[0].part_id, "water")
    report_back(town, case_id)
    with pytest.raises(problems.NotWithLead):
        joint.ask_assist(case_id, (town.teams["housing"],), task="看看", call=town.call("dispatcher"))


def test_who_becomes_the_lead_has_no_part_beside(town, asked):
    case_id, parts = asked()
    sideways.redirect(case_id, town.teams["water"], reason_code="wrong-department", call=town.call("dispatcher"))
    rows = {row.id: row for row in CasePart.objects.filter(case=case_id)}
    assert (rows[parts["water"]].state, rows[parts["water"]].ended_why) == ("withdrawn", "leads")
    assert rows[parts["housing"]].state == "asked"
    states = clocks_of(case_id)
    assert (states[parts["water"]].state, states[parts["housing"]].state) == ("stopped", "running")
    assert replay().differences == ()


def test_what_ends_the_case_lets_its_parts_go(town, asked):
    case_id, parts = asked()
    sideways.object_to(
        case_id, reason_code="other-owner", legal_basis="名录", proposed_team=town.teams["environment"],
        explanation="不是我们的", call=town.call("handler", team="sanitation"),
    )  # fmt: skip
    answer(town, case_id, parts["water"], "water")
    sideways.dismiss(case_id, reason_code="not-found", explanation="没有", call=town.call("dispatcher"))
    states = dict(CasePart.objects.filter(case=case_id).values_list("id", "state"))
    assert states == {parts["water"]: "answered", parts["housing"]: "withdrawn"}
    assert {clock.state for clock in clocks_of(case_id).values()} == {"stopped"}
    assert replay().differences == ()


def test_a_corrected_type_brings_its_days_to_the_parts_too(town, asked):
    case_id, parts = asked("water")
    remarks.correct(case_id, type_code="C-01-02", call=town.call("operator"))
    clock, handle = clocks_of(case_id)[parts["water"]], clocks_of(case_id, "handle")[None]
    assert clock.rule == handle.rule == "C-01-02.handle"
    assert (clock.amount, clock.unit) == (handle.amount, handle.unit)


GROUND = {"reason_code": "other-owner", "legal_basis": "三定", "explanation": "不是我们的"}


def returned(town, case_id, part_id, code, proposed="environment"):
    return joint.return_part(
        case_id, part_id, proposed_team=town.teams[proposed], **GROUND, call=town.call("handler", team=code)
    )


def test_a_returned_part_is_passed_on_by_the_dispatcher_on_the_clock_that_runs(town, asked):
    case_id, parts = asked("water")
    before = clocks_of(case_id)[parts["water"]].due_at
    returned(town, case_id, parts["water"], "water")
    with pytest.raises(problems.PartsOpen):
        report_back(town, case_id)
    with pytest.raises(problems.PartWrongStage):
        joint.sign_part(case_id, parts["water"], call=town.call("handler", team="water"))
    joint.pass_on(case_id, parts["water"], town.teams["environment"], call=town.call("dispatcher"))
    assert clocks_of(case_id)[parts["water"]].due_at == before
    assert not cases.may_read(town.call("handler", team="water").actor, case_id)
    answer(town, case_id, parts["water"], "environment")
    report_back(town, case_id)
    assert replay().differences == ()


def test_a_second_objection_to_the_same_part_goes_to_the_arbiter_whose_ruling_is_final_and_a_precedent(town, asked):
    case_id, parts = asked("water")
    part = parts["water"]
    returned(town, case_id, part, "water")
    joint.pass_on(case_id, part, town.teams["environment"], call=town.call("dispatcher"))
    returned(town, case_id, part, "environment", proposed="water")
    assert CasePart.objects.get(pk=part).state == "disputed"
    ruling = {"question": "雨水井归谁", "grounds": "排水管理办法"}
    with pytest.raises(problems.OwnMatter):
        joint.rule_part(case_id, part, town.teams["water"], **ruling, call=town.both("arbiter", "water"))
    joint.rule_part(case_id, part, town.teams["water"], **ruling, call=town.call("arbiter"))
    with pytest.raises(problems.RulingIsFinal):
        returned(town, case_id, part, "water")
    with pytest.raises(problems.RulingIsFinal):
        joint.pass_on(case_id, part, town.teams["housing"], call=town.call("dispatcher"))
    assert [one.question for one in cases.precedents(town.call("dispatcher").actor, "E-01-01")] == ["雨水井归谁"]
    answer(town, case_id, part, "water")
    report_back(town, case_id)
    assert replay().differences == ()


def test_a_part_is_returned_within_its_window_and_with_another_department_in_mind(town, asked):
    case_id, parts = asked("water")
    with pytest.raises(problems.NotTheirCase):
        returned(town, case_id, parts["water"], "water", proposed="water")
    with pytest.raises(problems.SameDepartment):
        joint.pass_on(case_id, parts["water"], town.teams["water"], call=town.call("dispatcher"))
    with pytest.raises(problems.LeadCannotAssist):
        joint.pass_on(case_id, parts["water"], town.teams["sanitation"], call=town.call("dispatcher"))
    town.now = at("2019-04-09 15:00")
    with pytest.raises(problems.TooLateToReturn):
        returned(town, case_id, parts["water"], "water")
