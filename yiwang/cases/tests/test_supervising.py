"""督办: a leader gives a matter to a department, it ends by signed evidence and by nothing else, and nothing else is a supervision."""

import pytest

from yiwang.cases import queries
from yiwang.cases.problems import (
    EvidenceWanted,
    NotSupervised,
    OwnDepartment,
    ProofMissing,
    SupervisionAlone,
    TypeOfSupervision,
)
from yiwang.cases.rules import EVIDENCE, WITHDRAWN, withdrawal_of
from yiwang.cases.stages import ClockStage, State
from yiwang.cases.steps import forward, lineage, remarks, sideways, splitting, supervising
from yiwang.cases.tests.conftest import SYSTEM
from yiwang.kernel.problems import NotAllowed
from yiwang.kernel.terms import Call


def supervised(town, words="每周报一次进度"):
    return supervising.order(
        origin_ref="1", title="督办：河道疏浚", words=words, team_id=town.teams["water"], call=town.call("leader")
    ).case_id


def seen(case_id):
    row = queries.rows_of(SYSTEM, [case_id])[case_id]
    return queries.case(SYSTEM, row.number)


def prove(town, case_id, ref="e1"):
    remarks.attach_proof(case_id, kind=EVIDENCE, ref=ref, call=Call(SYSTEM, town.now, "timer"))


def shown(town, case_id):
    """Signed for, proven and reported back."""
    handler = town.call("handler", team="water")
    forward.sign(case_id, call=handler)
    prove(town, case_id)
    forward.report_back(case_id, outcome="solved", result="已疏浚", call=handler)


def test_a_leader_opens_it_with_its_department_whose_three_working_days_run_at_once(town):
    case = seen(supervised(town))
    assert (case.row.state, case.row.lead_team, case.row.source) == (State.DISPATCHED, town.teams["water"], "P")
    clock = case.snapshot.clock(ClockStage.HANDLE)
    assert (clock.amount, clock.unit, clock.state) == (3, "working_day", "running")
    assert [one.stage for one in case.clocks if one.state == "running"] == [ClockStage.HANDLE]
    assert case.row.text == "每周报一次进度"
    with pytest.raises(ProofMissing):
        supervised(town, words=" ")
    with pytest.raises(NotAllowed):
        supervising.order(
            origin_ref="1", title="x", words="x", team_id=town.teams["water"], call=town.call("dispatcher")
        )


def test_without_signed_evidence_it_is_neither_reported_back_nor_closed(town):
    case_id = supervised(town)
    handler = town.call("handler", team="water")
    forward.sign(case_id, call=handler)
    with pytest.raises(EvidenceWanted):
        forward.report_back(case_id, outcome="solved", result="已疏浚", call=handler)
    prove(town, case_id)
    forward.report_back(case_id, outcome="solved", result="已疏浚", call=handler)
    remarks.attach_proof(case_id, kind=WITHDRAWN, ref=withdrawal_of("e1"), call=Call(SYSTEM, town.now, "timer"))
    with pytest.raises(EvidenceWanted):
        supervising.discharge(case_id, finding="看过", call=town.call("leader"))
    forward.verify(case_id, finding="看过", call=town.call("verifier"))
    with pytest.raises(EvidenceWanted):
        forward.close(case_id, called_back="nobody", answer="已疏浚", call=town.call("operator"))
    prove(town, case_id, "e2")
    forward.close(case_id, called_back="nobody", answer="已疏浚", call=town.call("operator"))
    assert seen(case_id).row.state is State.CLOSED


def test_whoever_leads_looks_at_the_evidence_and_closes_it_or_gives_it_back(town):
    case_id = supervised(town)
    shown(town, case_id)
    with pytest.raises(OwnDepartment):
        supervising.discharge(case_id, finding="看过", call=town.both("leader", "water"))
    supervising.press(case_id, finding="下游还有一段", call=town.call("leader"))
    assert seen(case_id).row.state is State.HANDLING
    forward.report_back(case_id, outcome="solved", result="下游也清了", call=town.call("handler", team="water"))
    supervising.discharge(case_id, finding="看过测绘", call=town.call("leader"))
    case = seen(case_id)
    assert (case.row.state, case.answer, case.called_back) == (State.CLOSED, "看过测绘", "nobody")
    assert all(clock.state != "running" for clock in case.clocks)


def test_nothing_else_is_a_supervision_and_a_supervision_is_nothing_else(town, gathered, handling):
    with pytest.raises(TypeOfSupervision):
        forward.accept(gathered(), type_code="S-01-01", title="x", call=town.call("operator"))
    other = handling()
    with pytest.raises(TypeOfSupervision):
        remarks.correct(other, type_code="S-01-01", call=town.call("dispatcher"))
    with pytest.raises(TypeOfSupervision):
        remarks.correct(supervised(town), type_code="E-01-01", call=town.call("dispatcher"))
    with pytest.raises(NotSupervised):
        supervising.press(other, finding="x", call=town.call("leader"))
    assert not {"press", "discharge"} & {
        one.name for one in queries.arrows_for(town.call("leader").actor, seen(other).snapshot)
    }


def test_it_is_neither_merged_nor_split(town, handling):
    case_id, other, desk = supervised(town), handling(), town.call("dispatcher")
    for one, main in ((case_id, other), (other, case_id)):
        with pytest.raises(SupervisionAlone):
            lineage.merge(one, main, call=desk)
    with pytest.raises(SupervisionAlone):
        splitting.split(case_id, type_code="E-01-01", title="另一件", text="另一件", call=desk)


def test_it_may_be_returned_and_given_to_another_department_like_any_other_case(town):
    case_id = supervised(town)
    sideways.object_to(
        case_id, reason_code="other-department", legal_basis="三定", proposed_team=town.teams["environment"],
        explanation="不归我们", call=town.call("handler", team="water"),
    )  # fmt: skip
    forward.dispatch(case_id, town.teams["environment"], call=town.call("dispatcher"))
    assert seen(case_id).row.lead_team == town.teams["environment"]
