"""自行处置: mended on the spot by a grid worker; it belongs to the committee's office, so that rework has a way on."""

from uuid import UUID

import pytest

from yiwang.cases import problems
from yiwang.cases.models import Case, Clock
from yiwang.cases.numbers import Source
from yiwang.cases.steps import forward, sideways
from yiwang.cases.steps.forward import Ground
from yiwang.cases.tests.conftest import ADMINISTRATOR
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.terms import Actor, ActorKind, Call, Grant, PlaceId, ScopeKind

HERE = PlaceId(UUID(int=4242))


def test_a_settled_case_that_is_not_mended_goes_to_the_office_of_its_committee(town, gathered):
    office = people_teams.create_team(
        "office",
        "committee",
        name_zh="某居委会",
        name_en="An office",
        committee_id=HERE,
        call=Call(ADMINISTRATOR, town.now, "test"),
    ).team_id
    case_id = gathered(ground=Ground(committee=HERE))
    on_round = Actor(ActorKind.STAFF, UUID(int=91), (Grant("grid_worker", ScopeKind.COMMITTEE, HERE),))
    forward.settle(
        case_id,
        type_code="E-01-01",
        result="已扫净",
        no_photo_reason="手机没电",
        call=Call(on_round, town.now, "test"),
    )
    sideways.rework(case_id, finding="墙角还有", call=town.call("verifier"))
    case = Case.objects.get(pk=case_id)
    assert (case.state, case.lead_team_id, case.answer) == ("handling", office, "已扫净")
    hands = Actor(ActorKind.STAFF, UUID(int=92), (Grant("handler", ScopeKind.TEAM, office),))
    forward.report_back(
        case_id, outcome="solved", result="墙角也扫了", no_photo_reason="同上", call=Call(hands, town.now, "test")
    )
    assert Case.objects.get(pk=case_id).state == "handled"


def test_what_its_own_people_settled_and_the_verifier_sent_back_is_not_returned_but_can_be_redirected(town, gathered):
    office = people_teams.create_team(
        "office", "committee", name_zh="某居委会", name_en="An office", committee_id=HERE,
        call=Call(ADMINISTRATOR, town.now, "test"),
    ).team_id  # fmt: skip
    case_id = gathered(ground=Ground(committee=HERE))
    on_round = Actor(ActorKind.STAFF, UUID(int=91), (Grant("grid_worker", ScopeKind.COMMITTEE, HERE),))
    forward.settle(
        case_id, type_code="E-01-01", result="已扫净", no_photo_reason="没电", call=Call(on_round, town.now, "test")
    )
    sideways.rework(case_id, finding="墙角还有", call=town.call("verifier"))
    hands = Actor(ActorKind.STAFF, UUID(int=92), (Grant("handler", ScopeKind.TEAM, office),))
    with pytest.raises(problems.NeverGiven):
        sideways.object_to(
            case_id, reason_code="other-department", legal_basis="职能清单", proposed_team=town.teams["sanitation"],
            explanation="环卫的", call=Call(hands, town.now, "test"),
        )  # fmt: skip
    sideways.redirect(case_id, town.teams["sanitation"], reason_code="wrong-department", call=town.call("dispatcher"))
    assert Case.objects.get(pk=case_id).lead_team_id == town.teams["sanitation"]


def test_an_accepted_case_is_settled_only_as_the_type_it_was_accepted_with(town, gathered):
    case_id = gathered(ground=Ground(committee=HERE))
    forward.accept(case_id, type_code="E-01-01", title="垃圾", call=town.call("operator"))
    on_round = Actor(ActorKind.STAFF, UUID(int=91), (Grant("grid_worker", ScopeKind.COMMITTEE, HERE),))
    settling = {"result": "已扫净", "call": Call(on_round, town.now, "test")}
    with pytest.raises(problems.TypeIsSet):
        forward.settle(case_id, type_code="H-01-01", **settling)
    with pytest.raises(problems.ProofMissing):
        forward.settle(case_id, type_code="E-01-01", **settling)
    assert forward.settle(case_id, type_code="E-01-01", no_photo_reason="没电", **settling).by_oneself


def test_an_order_of_12345_that_was_settled_on_the_spot_keeps_its_days_and_its_kind_of_demand(town, gathered):
    case_id = gathered(ground=Ground(committee=HERE), source=Source.HOTLINE)
    on_round = Actor(ActorKind.STAFF, UUID(int=91), (Grant("grid_worker", ScopeKind.COMMITTEE, HERE),))
    forward.settle(
        case_id, type_code="E-01-01", result="已扫净", no_photo_reason="没电", call=Call(on_round, town.now, "test")
    )
    assert Clock.objects.get(case=case_id, stage="answer", state="running").rule == "hotline.limit.request"
    assert Case.objects.get(pk=case_id).demand == "request"
