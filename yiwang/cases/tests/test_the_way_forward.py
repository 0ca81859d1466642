"""The seven stages, from report to rating, through the steps."""

import pytest
from django.db import connection

from yiwang.cases import problems
from yiwang.cases.models import Case
from yiwang.cases.steps import forward, sideways
from yiwang.cases.tests.conftest import at
from yiwang.cases.tests.photos import stored_photo
from yiwang.kernel.problems import ChangedMeanwhile, NotAllowed


@pytest.fixture
def photo(town):
    """A photo that was uploaded a moment ago."""
    return (stored_photo(town.call("operator")),)


def test_a_case_goes_through_the_seven_stages_and_each_says_what_stage_it_is(town, handling, photo):
    case_id = handling()
    town.now = at("2019-04-02 10:00")
    forward.report_back(
        case_id, outcome="solved", result="已清运", files=photo, call=town.call("handler", team="sanitation")
    )
    forward.verify(
        case_id, finding="现场干净", files=(stored_photo(town.call("verifier")),), call=town.call("verifier")
    )
    forward.close(case_id, called_back="solved", answer="已清理，欢迎监督。", call=town.call("operator"))
    forward.rate(case_id, solved="yes", satisfaction="satisfied", call=town.resident())
    case = Case.objects.get(pk=case_id)
    assert (case.state, case.stage, case.outcome, case.called_back, case.satisfaction) == (
        "rated",
        7,
        "solved",
        "solved",
        "satisfied",
    )
    assert (case.due_at, case.overdue) == (None, False)


def test_a_number_that_is_in_use_is_passed_over_when_the_serials_come_round_again(town, gathered):
    first = Case.objects.get(pk=gathered()).number
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('case_serial', %s, false)", [int(first[-7:-2])])
    second = Case.objects.get(pk=gathered()).number
    assert int(second[-7:-2]) == int(first[-7:-2]) + 1


def test_nobody_verifies_what_they_handled(town, handling, photo):
    case_id = handling()
    hands = town.call("handler", team="sanitation")
    forward.report_back(case_id, outcome="solved", result="已清运", files=photo, call=hands)
    same_person = town.call("verifier", account=hands.actor.account_id.int)
    with pytest.raises(problems.OwnWork):
        forward.verify(case_id, finding="好", files=photo, call=same_person)


def test_what_a_photo_can_show_needs_a_photo_or_a_reason(town, handling, photo):
    case_id = handling()
    hands = town.call("handler", team="sanitation")
    with pytest.raises(problems.ProofMissing):
        forward.report_back(case_id, outcome="solved", result="已清运", call=hands)
    forward.report_back(case_id, outcome="solved", result="已清运", no_photo_reason="夜间无法拍照", call=hands)
    assert Case.objects.get(pk=case_id).state == "handled"


def test_a_step_taken_on_an_old_page_is_refused(town, gathered):
    case_id = gathered()
    shown = Case.objects.get(pk=case_id).row_version
    forward.accept(case_id, type_code="E-01-01", title="垃圾", version=shown, call=town.call("operator"))
    with pytest.raises(ChangedMeanwhile):
        sideways.decline(
            case_id, reason_code="not-town", explanation="请找区里", version=shown, call=town.call("operator")
        )


def test_an_arrow_that_is_not_in_the_table_is_refused_and_the_refusal_says_what_can_be_done(town, gathered):
    with pytest.raises(problems.WrongStage) as refusal:
        forward.dispatch(gathered(), town.teams["water"], call=town.call("dispatcher"))
    assert "accept" in refusal.value.parameters["allowed"]


@pytest.mark.parametrize(
    ("role", "team", "allowed"),
    [
        ("handler", "sanitation", True),
        ("handler", "water", False),
        ("operator", None, False),
        ("dispatcher", None, False),
        ("leader", None, False),
    ],
)
def test_only_the_department_whose_it_is_reports_back(town, handling, photo, role, team, allowed):
    case_id = handling()
    call = town.call(role, team=team)
    report = {"outcome": "solved", "result": "已清运", "files": photo, "call": call}
    if allowed:
        assert forward.report_back(case_id, **report).outcome == "solved"
    else:
        with pytest.raises(NotAllowed):
            forward.report_back(case_id, **report)


def test_the_same_key_gives_the_same_case(town, gathered):
    call = town.call("operator", key="k1")
    assert gathered(call=call) == gathered(call=call)
    assert Case.objects.count() == 1
