"""What somebody might try in order to gain time, to verify their own work or to let a case lie, and why it does not go."""

from uuid import UUID

import pytest

from yiwang.cases import numbers, problems
from yiwang.cases.models import Case, Clock, Extension
from yiwang.cases.steps import forward, remarks, sideways, timing
from yiwang.cases.steps.forward import Ground
from yiwang.cases.tests.conftest import SYSTEM, at
from yiwang.kernel.journal.models import Entry, EntryPrivate
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call, Grant, ScopeKind


def handled(town, case_id, account=0):
    forward.report_back(
        case_id,
        outcome="solved",
        result="已清运",
        no_photo_reason="夜间拍不清",
        call=town.call("handler", team="sanitation", account=account),
    )


def closed(town, case_id):
    forward.verify(case_id, finding="已清", no_photo_reason="当场看过", call=town.call("verifier"))
    forward.close(case_id, called_back="solved", answer="已清理", call=town.call("operator"))


def grid_worker(town, case_id):
    """A grid worker of the case's committee."""
    grant = Grant("grid_worker", ScopeKind.COMMITTEE, Case.objects.get(pk=case_id).committee)
    return Call(Actor(ActorKind.STAFF, AccountId(UUID(int=9)), (grant,)), town.now, "test")


@pytest.fixture
def settled(town, gathered):
    """A case that a grid worker mended on the spot, before anybody accepted it."""
    case_id = gathered(ground=Ground(committee=UUID(int=5)))
    call = grid_worker(town, case_id)
    forward.settle(case_id, type_code="E-01-01", result="已扫", no_photo_reason="夜间拍不清", call=call)
    return case_id


def test_a_colleague_who_reported_back_does_not_verify(town, handling):
    case_id = handling()
    handled(town, case_id, account=555)
    with pytest.raises(problems.OwnWork):
        forward.verify(case_id, finding="好", no_photo_reason="看过", call=town.call("verifier", account=555))


def test_who_signed_before_a_redirect_does_not_verify_after_it(town, handling):
    case_id = handling()
    first = Case.objects.get(pk=case_id).handler
    sideways.redirect(case_id, town.teams["water"], reason_code="department-agreed", call=town.call("dispatcher"))
    water = town.call("handler", team="water")
    forward.sign(case_id, call=water)
    forward.report_back(case_id, outcome="solved", result="好", no_photo_reason="夜间", call=water)
    with pytest.raises(problems.OwnWork):
        sideways.rework(case_id, finding="不好", call=town.call("verifier", account=first.int))


def test_a_redirect_to_the_same_department_does_not_open_its_window_of_return_again(town, handling):
    case_id = handling()
    with pytest.raises(problems.SameDepartment):
        sideways.redirect(
            case_id, town.teams["sanitation"], reason_code="wrong-department", call=town.call("dispatcher")
        )


def test_a_department_that_does_not_exist_gets_no_case(town, gathered):
    case_id = gathered()
    forward.accept(case_id, type_code="E-01-01", title="垃圾", call=town.call("operator"))
    with pytest.raises(NotFound):
        forward.dispatch(case_id, UUID(int=99), call=town.call("dispatcher"))


def test_rework_does_not_wash_an_overdue_case(town, handling):
    case_id = handling()
    town.now = at("2019-05-20 10:00")
    timing.sweep(Call(SYSTEM, town.now, "test"))
    handled(town, case_id)
    sideways.rework(case_id, finding="没有清", call=town.call("verifier"))
    assert Case.objects.get(pk=case_id).overdue
    timing.sweep(Call(SYSTEM, town.now, "test"))
    handling_ran_out = [one.body for one in Entry.objects.filter(verb="case.ran_out") if one.body["stage"] == "handle"]
    assert len(handling_ran_out) == 1, "it ran out once, and the timeline says so once"


def test_a_request_for_more_time_ends_with_the_clock_it_was_for(town, handling):
    case_id = handling()
    asking = {"amount": 1, "reason_code": "weather", "explanation": "台风"}
    timing.ask_extension(case_id, **asking, call=town.call("handler", team="sanitation"))
    handled(town, case_id)
    closed(town, case_id)
    sideways.reopen(case_id, ground="not-mended", call=town.resident())
    with pytest.raises(problems.NoExtensionAsked):
        timing.grant_extension(case_id, explanation="同意", call=town.call("dispatcher"))
    timing.ask_extension(case_id, **asking, call=town.call("handler", team="sanitation"))
    timing.grant_extension(case_id, explanation="同意", call=town.call("dispatcher"))
    assert list(Extension.objects.order_by("id").values_list("state", flat=True)) == ["lapsed", "granted"]


def ask(town, case_id, team="sanitation"):
    asking = {"amount": 1, "reason_code": "weather", "explanation": "台风"}
    return timing.ask_extension(case_id, **asking, call=town.call("handler", team=team))


def refuse(town, case_id):
    timing.refuse_extension(case_id, explanation="可以先做一半", call=town.call("dispatcher"))


def test_a_refused_request_for_more_time_is_not_made_again_until_it_is_granted(town, handling):
    case_id = handling()
    ask(town, case_id)
    refuse(town, case_id)
    with pytest.raises(problems.ExtensionRefusedOnce):
        ask(town, case_id)


def test_rework_is_the_same_round_and_begins_no_new_request_for_more_time(town, handling):
    case_id = handling()
    ask(town, case_id)
    refuse(town, case_id)
    handled(town, case_id)
    sideways.rework(case_id, finding="没有清", call=town.call("verifier"))
    with pytest.raises(problems.ExtensionRefusedOnce):
        ask(town, case_id)


def test_a_reopened_case_is_a_new_round_in_which_more_time_may_be_asked_for(town, handling):
    case_id = handling()
    ask(town, case_id)
    refuse(town, case_id)
    handled(town, case_id)
    closed(town, case_id)
    sideways.reopen(case_id, ground="not-mended", call=town.resident())
    ask(town, case_id)
    assert list(Extension.objects.order_by("id").values_list("state", flat=True)) == ["refused", "asked"]


def test_a_ruling_begins_a_new_round_in_which_more_time_may_be_asked_for(town, handling):
    case_id = handling("C-01-02")
    ask(town, case_id)
    refuse(town, case_id)
    objection = {"reason_code": "other-department", "legal_basis": "职责清单", "explanation": "不归我们"}
    for team, proposed in (("sanitation", "water"), ("water", "housing")):
        hands = town.call("handler", team=team)
        sideways.object_to(case_id, proposed_team=town.teams[proposed], call=hands, **objection)
        if team == "sanitation":
            forward.dispatch(case_id, town.teams["water"], call=town.call("dispatcher"))
    arbiter = town.call("arbiter")
    sideways.rule(case_id, town.teams["sanitation"], question="谁修", grounds="三定方案", call=arbiter)
    assert ask(town, case_id).case_id == case_id


def test_what_one_department_asked_for_is_not_granted_to_the_next(town, handling):
    case_id = handling("C-01-02")
    ask(town, case_id)
    sideways.redirect(case_id, town.teams["water"], reason_code="department-agreed", call=town.call("dispatcher"))
    with pytest.raises(problems.NoExtensionAsked):
        timing.grant_extension(case_id, explanation="同意", call=town.call("dispatcher"))
    ask(town, case_id, team="water")
    timing.grant_extension(case_id, explanation="同意", call=town.call("dispatcher"))
    assert list(Extension.objects.order_by("id").values_list("state", flat=True)) == ["lapsed", "granted"]


def test_a_case_settled_on_the_spot_and_found_undone_runs_on_a_clock(town, settled):
    sideways.rework(settled, finding="还有", call=town.call("verifier"))
    sideways.redirect(settled, town.teams["sanitation"], reason_code="department-agreed", call=town.call("dispatcher"))
    assert Clock.objects.get(case=settled, stage="handle").state == "running"
    assert Case.objects.get(pk=settled).due_at is not None


def test_settling_a_hotline_case_does_not_escape_the_callers_clock(town, gathered):
    case_id = gathered(ground=Ground(committee=UUID(int=5)), happened_at=at("2019-04-01 09:00"))
    call = grid_worker(town, case_id)
    forward.settle(case_id, type_code="H-02-01", result="已答复", no_photo_reason="咨询", call=call)
    answer = Clock.objects.get(case=case_id, stage="answer")
    assert (answer.state, answer.events.get().at) == ("running", at("2019-04-01 09:00"))


def test_erased_words_are_not_left_in_the_title(town, gathered):
    case_id = gathered()
    forward.accept(case_id, type_code="E-01-01", title="张演示家门口的垃圾", call=town.call("operator"))
    handled_by = town.call("duty_officer")
    sideways.void(case_id, reason_code="mistake", explanation="重复", call=handled_by)
    asking = Call(town.resident().actor, town.now, "web", reason="本人要求")
    remarks.forget_words(case_id, ground="第四十七条", call=asking)
    case = Case.objects.get(pk=case_id)
    assert (case.title, case.text, case.bigrams) == ("", "", [])
    assert not any("张演示" in str(entry.body) for entry in Entry.objects.all())
    assert not EntryPrivate.objects.filter(entry__subject_id=str(case_id)).exists()


@pytest.mark.django_db(transaction=True)
def test_the_journal_gives_the_same_tables_after_all_of_this(town, handling):
    case_id = handling()
    timing.ask_extension(
        case_id, amount=1, reason_code="weather", explanation="台风", call=town.call("handler", team="sanitation")
    )
    handled(town, case_id)
    sideways.rework(case_id, finding="没有清", call=town.call("verifier"))
    handled(town, case_id)
    closed(town, case_id)
    remarks.forget_words(
        case_id, ground="第四十七条", call=Call(town.resident().actor, town.now, "web", reason="本人要求")
    )
    assert not replay().differences


def test_a_number_with_control_characters_in_it_is_looked_for_without_them():
    assert numbers.tidy("xh\0 2019-0402\x1f") == "XH20190402"
