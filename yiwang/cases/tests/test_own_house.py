"""Nobody judges their own house: its teams and its committee do not verify, give time, let rest or rule."""

from datetime import date
from uuid import UUID

import pytest

from yiwang.cases import problems
from yiwang.cases.models import Case
from yiwang.cases.steps import forward, remarks, sideways, timing
from yiwang.cases.steps.forward import Ground
from yiwang.cases.tests.conftest import ADMINISTRATOR, at
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call, Grant, PlaceId, ScopeKind

HERE, THERE = PlaceId(UUID(int=4242)), PlaceId(UUID(int=4343))
SEEN = {"finding": "已清", "no_photo_reason": "当场看过"}


def verifier_with(town, scope, scope_id):
    """A verifier of the town who also works somewhere, under an account that had no hand in the case."""
    role = "handler" if scope == ScopeKind.TEAM else "grid_worker"
    grants = (Grant("verifier", ScopeKind.TOWN), Grant(role, scope, scope_id))
    return Call(Actor(ActorKind.STAFF, AccountId(UUID(int=8080)), grants), town.now, "test")


def report_back(town, case_id):
    hands = town.call("handler", team="sanitation")
    forward.report_back(case_id, outcome="solved", result="已清", no_photo_reason="夜间", call=hands)


def team_of(town, code, parent):
    call = Call(ADMINISTRATOR, town.now, "test")
    return people_teams.create_team(code, "team", name_zh=code, name_en=code, parent_id=parent, call=call).team_id


def test_a_team_of_the_department_that_handled_it_does_not_verify_it_and_a_team_of_another_does(town, handling):
    below, elsewhere = team_of(town, "cleaners", town.teams["sanitation"]), team_of(town, "pumps", town.teams["water"])
    case_id = handling()
    report_back(town, case_id)
    with pytest.raises(problems.OwnDepartment):
        forward.verify(case_id, **SEEN, call=verifier_with(town, ScopeKind.TEAM, below))
    forward.verify(case_id, **SEEN, call=verifier_with(town, ScopeKind.TEAM, elsewhere))
    assert Case.objects.get(pk=case_id).state == "verified"


@pytest.mark.parametrize("with_office", [True, False])
def test_a_colleague_of_the_committee_does_not_verify_what_its_people_settled(town, gathered, with_office):
    if with_office:
        call = Call(ADMINISTRATOR, town.now, "test")
        people_teams.create_team("office", "committee", name_zh="居委", name_en="Office", committee_id=HERE, call=call)
    case_id = gathered(ground=Ground(committee=HERE))
    grid = Actor(ActorKind.STAFF, AccountId(UUID(int=91)), (Grant("grid_worker", ScopeKind.COMMITTEE, HERE),))
    settling = Call(grid, town.now, "test")
    forward.settle(case_id, type_code="E-01-01", result="扫净", no_photo_reason="没电", call=settling)
    with pytest.raises(problems.OwnDepartment):
        forward.verify(case_id, **SEEN, call=verifier_with(town, ScopeKind.COMMITTEE, HERE))
    forward.verify(case_id, **SEEN, call=verifier_with(town, ScopeKind.COMMITTEE, THERE))
    assert Case.objects.get(pk=case_id).state == "verified"


def test_nobody_grants_their_own_department_more_time(town, handling):
    case_id = handling()
    asked = {"amount": 1, "reason_code": "weather", "explanation": "下雨"}
    timing.ask_extension(case_id, **asked, call=town.call("handler", team="sanitation"))
    with pytest.raises(problems.OwnMatter):
        timing.grant_extension(case_id, explanation="同意", call=town.both("dispatcher", "sanitation"))
    assert timing.grant_extension(case_id, explanation="同意", call=town.both("dispatcher", "water")).amount == 1


def test_nobody_approves_fifteen_days_for_their_own_department(town, gathered):
    case_id = gathered()
    forward.accept(case_id, type_code="H-01-01", title="物业", call=town.call("operator"))
    forward.dispatch(case_id, town.teams["housing"], call=town.call("dispatcher"))
    with pytest.raises(problems.OwnMatter):
        timing.approve_complex(case_id, explanation="涉及多方", call=town.both("duty_officer", "housing"))
    timing.approve_complex(case_id, explanation="涉及多方", call=town.both("duty_officer", "water"))
    assert Case.objects.get(pk=case_id).demand == "complex"


def test_nobody_lets_their_own_departments_case_rest(town, handling):
    case_id = handling()
    rest = {"reason_code": "weather", "explanation": "台风", "review_on": date(2019, 4, 9)}
    with pytest.raises(problems.OwnMatter):
        sideways.suspend(case_id, **rest, call=town.both("duty_officer", "sanitation"))
    sideways.suspend(case_id, **rest, call=town.both("duty_officer", "water"))
    assert Case.objects.get(pk=case_id).state == "suspended"


@pytest.mark.parametrize("party", ["sanitation", "water"])
def test_no_party_to_a_dispute_rules_on_it(town, handling, party):
    case_id = handling()
    objection = {"reason_code": "other-department", "legal_basis": "职能清单", "explanation": "不归我们管"}
    for team, other in (("sanitation", "water"), ("water", "sanitation")):
        hands = town.call("handler", team=team)
        sideways.object_to(case_id, **objection, proposed_team=town.teams[other], call=hands)
        if team == "sanitation":
            forward.dispatch(case_id, town.teams["water"], call=town.call("dispatcher"))
    ruling = {"question": "归谁", "grounds": "职能清单"}
    with pytest.raises(problems.OwnMatter):
        sideways.rule(case_id, town.teams["water"], **ruling, call=town.both("arbiter", party))
    sideways.rule(case_id, town.teams["water"], **ruling, call=town.both("arbiter", "housing"))
    assert Case.objects.get(pk=case_id).ruled


def test_who_verified_it_does_not_recheck_it(town, handling):
    case_id = handling()
    report_back(town, case_id)
    forward.verify(case_id, **SEEN, call=town.call("verifier"))
    forward.close(case_id, called_back="solved", answer="已清", call=town.call("operator"))
    town.now = at("2019-05-06 09:00")
    remarks.draw_rechecks(date(2019, 4, 1), date(2019, 4, 30), seed="x", call=town.call("duty_officer"))
    with pytest.raises(problems.OwnCheck):
        remarks.recheck(case_id, holds=True, **SEEN, call=town.call("verifier"))
    assert remarks.recheck(case_id, holds=True, **SEEN, call=town.call("duty_officer")).holds
