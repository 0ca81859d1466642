"""A text that could not be brought stands on the case's page, for those who may read the case, until somebody has called."""

from datetime import timedelta

import pytest

from yiwang.cases.models import Case
from yiwang.cases.steps import forward
from yiwang.intake.reports import jobs
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.people.rules import TEXT_PAUSES
from yiwang.kernel.people.tests import senders

UNTOLD = "短信没有送到"


@pytest.fixture
def given_up(town, settings):
    """A case of which the reporter was told nothing: every try was refused."""
    settings.CODE_SENDER = f"{senders.HERE}.Picky"
    case_id = town.dispatched(phone=senders.REFUSED)
    sequencer.sequence_once()
    moment = walltime.now()
    for pause in (*TEXT_PAUSES, timedelta()):
        assert UNTOLD not in town.client("operator").get(f"/desk/cases/{town.number(case_id)}").content.decode()
        jobs.tell_people(moment)
        moment += pause
    return case_id


def test_staff_see_what_the_person_did_not_hear_and_why(town, given_up):
    page = town.client("operator").get(f"/desk/cases/{town.number(given_up)}").content.decode()
    assert UNTOLD in page
    assert "已经受理" in page
    assert "运营商不接受这个号码" in page
    assert senders.REFUSED not in page
    english = town.client("sanitation", "en").get(f"/desk/cases/{town.number(given_up)}").content.decode()
    assert "A text did not arrive" in english
    assert "tried 7 times" in english


def test_whoever_may_not_read_the_case_sees_nothing_of_it(town, given_up):
    answer = town.client("water").get(f"/desk/cases/{town.number(given_up)}")
    assert answer.status_code == 404
    assert UNTOLD not in answer.content.decode()


def test_after_the_person_was_reached_by_telephone_it_is_gone(town, given_up):
    forward.contact(given_up, reached=True, note="电话里说了", call=town.call("sanitation"))
    sequencer.sequence_once()
    jobs.tell_people(walltime.now())
    assert UNTOLD not in town.client("operator").get(f"/desk/cases/{town.number(given_up)}").content.decode()


def test_after_a_call_back_that_reached_the_person_it_is_gone_too(town, given_up):
    Case.objects.filter(pk=given_up).update(state="closed")
    forward.call_back(given_up, called_back="unreachable", call=town.call("operator"))
    sequencer.sequence_once()
    jobs.tell_people(walltime.now())
    assert UNTOLD in town.client("operator").get(f"/desk/cases/{town.number(given_up)}").content.decode()
    forward.call_back(given_up, called_back="solved", call=town.call("operator"))
    sequencer.sequence_once()
    jobs.tell_people(walltime.now())
    assert UNTOLD not in town.client("operator").get(f"/desk/cases/{town.number(given_up)}").content.decode()
