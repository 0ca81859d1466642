"""Who may open the telephone of the people of a case, and when: the centre, and the department that has the case."""

from uuid import UUID

import pytest

from yiwang.cases import queries
from yiwang.cases.locked import locked_case
from yiwang.cases.models import Case
from yiwang.cases.problems import BadChoice, PhoneClosed
from yiwang.cases.stages import WITH_DEPARTMENT, State
from yiwang.cases.steps import forward, remarks, sideways
from yiwang.cases.tests.conftest import SYSTEM
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.steps import accounts as people_steps
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.problems import NotAllowed, NotFound
from yiwang.kernel.terms import Actor, ActorKind, Call, Grant, PlaceId, ScopeKind

COMMITTEE = PlaceId(UUID(int=31))


@pytest.fixture
def neighbour(town):
    """The one who reported."""
    call = Call(SYSTEM, town.now, "test")
    return people_steps.register_resident("19900000077", name="水演示", call=call).account_id


@pytest.fixture
def dispatched(town, gathered, neighbour):
    case_id = gathered(reporter=neighbour)
    forward.accept(case_id, type_code="E-01-01", title="垃圾", call=town.call("operator"))
    forward.dispatch(case_id, town.teams["sanitation"], call=town.call("dispatcher"))
    return case_id


def opened(case_id, person, call, purpose="first-contact"):
    return people.unmasked(call.actor, remarks.open_person(case_id, person, purpose=purpose, call=call)).phone


def test_the_department_opens_it_while_it_has_the_case_and_the_person_sees_why(town, dispatched, neighbour):
    handler = town.call("handler", team="sanitation")
    assert opened(dispatched, neighbour, handler) == "19900000077"
    forward.sign(dispatched, call=handler)
    assert opened(dispatched, neighbour, handler, "ask-place") == "19900000077"
    looks = people.looks_at_me(Actor(ActorKind.RESIDENT, neighbour))
    number = Case.objects.get().number
    assert [(one.role, one.team_id, one.purpose, one.about) for one in looks] == [
        ("handler", town.teams["sanitation"], "ask-place", number),
        ("handler", town.teams["sanitation"], "first-contact", number),
    ]


def test_another_department_a_verifier_and_a_resident_do_not(town, dispatched, neighbour):
    for call in (town.call("handler", team="water"), town.call("verifier"), town.call("leader"), town.resident()):
        with pytest.raises(NotAllowed):
            remarks.open_person(dispatched, neighbour, purpose="first-contact", call=call)
        assert not queries.may_open_person(call.actor, locked_case(dispatched))


def test_before_dispatch_no_department_does(town, gathered, neighbour):
    case_id = gathered(reporter=neighbour)
    with pytest.raises(NotAllowed):
        remarks.open_person(case_id, neighbour, purpose="first-contact", call=town.call("handler", team="sanitation"))
    assert opened(case_id, neighbour, town.call("operator"), "ask-place") == "19900000077"


def test_after_the_end_and_after_a_return_the_department_no_longer_does(town, dispatched, neighbour):
    handler = town.call("handler", team="sanitation")
    sideways.object_to(
        dispatched, reason_code="other-department", legal_basis="职责清单第三条",
        proposed_team=town.teams["water"], explanation="属河道", call=handler,
    )  # fmt: skip
    for state in set(State) - WITH_DEPARTMENT:
        Case.objects.update(state=state)
        with pytest.raises(PhoneClosed):
            remarks.open_person(dispatched, neighbour, purpose="first-contact", call=handler)
        assert not queries.may_open_person(handler.actor, locked_case(dispatched))
    assert opened(dispatched, neighbour, town.call("operator"), "call-back") == "19900000077"


def test_a_department_that_lost_the_case_loses_the_telephone(town, dispatched, neighbour):
    sideways.redirect(
        dispatched, town.teams["water"], reason_code="department-agreed", call=town.call("dispatcher")
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        remarks.open_person(
            dispatched, neighbour, purpose="first-contact", call=town.call("handler", team="sanitation")
        )
    assert opened(dispatched, neighbour, town.call("handler", team="water")) == "19900000077"


def test_a_committee_worker_does_where_the_office_of_the_own_committee_has_the_case(town, gathered, neighbour):
    call = Call(SYSTEM, town.now, "test")
    office = people_teams.create_team(
        "first", "committee", name_zh="一居委", name_en="First", committee_id=COMMITTEE, call=call
    ).team_id
    worker = town.call("committee_worker")
    held = Grant("committee_worker", ScopeKind.COMMITTEE, COMMITTEE)
    worker = Call(Actor(ActorKind.STAFF, worker.actor.account_id, (held,)), town.now, "test")
    case_id = gathered(reporter=neighbour, ground=forward.Ground(committee=COMMITTEE))
    forward.accept(case_id, type_code="E-01-01", title="垃圾", call=town.call("operator"))
    forward.dispatch(case_id, town.teams["sanitation"], call=town.call("dispatcher"))
    with pytest.raises(NotAllowed):
        remarks.open_person(case_id, neighbour, purpose="first-contact", call=worker)
    sideways.redirect(case_id, office, reason_code="department-agreed", call=town.call("dispatcher"))
    assert opened(case_id, neighbour, worker) == "19900000077"


def test_only_people_of_this_case_and_only_for_a_purpose_of_the_list(town, dispatched, neighbour):
    handler = town.call("handler", team="sanitation")
    with pytest.raises(NotFound):
        remarks.open_person(dispatched, handler.actor.account_id, purpose="first-contact", call=handler)
    with pytest.raises(BadChoice):
        remarks.open_person(dispatched, neighbour, purpose="curiosity", call=handler)
