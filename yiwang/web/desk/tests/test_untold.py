"""A text that could not be brought stands on the case's page, for those who may read the case, and on the home page of those who
call people, until somebody has called."""

import re
from datetime import timedelta

import pytest

from yiwang.cases.models import Case
from yiwang.cases.steps import forward, lineage, sideways
from yiwang.intake.reports import jobs
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.people.rules import TEXT_PAUSES
from yiwang.kernel.people.tests import senders
from yiwang.web.desk import home

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


def test_who_was_reached_about_the_main_case_has_heard_of_what_followed_it(town, given_up):
    main = town.dispatched(phone=senders.REFUSED)
    lineage.merge(given_up, main, call=town.call("operator"))
    town.finish(main)
    sequencer.sequence_once()
    jobs.tell_people(walltime.now())
    assert UNTOLD not in town.client("operator").get(f"/desk/cases/{town.number(given_up)}").content.decode()


# --- the list of those who wait for a call ----------------------------------------------------------------------------

QUEUE = "短信没送到，待电话告知"


def told_in_vain(settings):
    """Every try to tell people was refused."""
    settings.CODE_SENDER = f"{senders.HERE}.Picky"
    sequencer.sequence_once()
    moment = walltime.now()
    for pause in (*TEXT_PAUSES, timedelta()):
        jobs.tell_people(moment)
        moment += pause


def waiting(town, who: str) -> tuple[str, list[str]]:
    """The number beside the queue on this person's home page (empty: no such queue), and the cases of the list it opens."""
    page = town.client(who).get("/desk/").content.decode()
    found = re.search(rf'{QUEUE} <span class="count">(\d+)</span>', page)
    return found[1] if found else "", listed(town, who)


def listed(town, who: str) -> list[str]:
    page = town.client(who).get("/desk/cases?limit=untold").content.decode()
    return re.findall(r'data-number="(XH\w+)"', page)


def noted(town, post, who, case_id, reached="yes"):
    answer = post(town, who, case_id, "contact", reached=reached, note="电话里说了")
    assert answer.status_code == 302, answer.content.decode()
    sequencer.sequence_once()
    jobs.tell_people(walltime.now())


def test_whoever_may_call_finds_it_waiting_on_the_home_page_until_the_call_is_noted(town, given_up, post):
    number = town.number(given_up)
    assert "limit=untold" in town.client("operator").get("/desk/").content.decode()
    assert waiting(town, "operator") == waiting(town, "duty_officer") == ("1", [number])
    noted(town, post, "operator", given_up, reached="no")
    assert waiting(town, "operator") == ("1", [number])
    noted(town, post, "duty_officer", given_up)
    assert waiting(town, "operator") == ("0", [])


def test_the_list_has_only_what_its_reader_may_call_about(town, given_up):
    assert waiting(town, "sanitation") == ("", [town.number(given_up)])
    assert waiting(town, "water") == waiting(town, "leader") == waiting(town, "auditor") == ("", [])


ENDED_AS = {
    "declined": ("gathered", lambda case_id, town: sideways.decline(
        case_id, reason_code="not-town", explanation="归区里", call=town.call("operator"))),
    "dismissed": ("accepted", lambda case_id, town: sideways.dismiss(
        case_id, reason_code="lawful", explanation="看过", passed_to="", call=town.call("dispatcher"))),
    "voided": ("gathered", lambda case_id, town: sideways.void(
        case_id, reason_code="mistake", explanation="录错", call=town.call("duty_officer"))),
    "closed after a call": ("closed", lambda case_id, town: None),
    "rated": ("closed", lambda case_id, town: forward.rate(
        case_id, solved="yes", satisfaction="satisfied", call=town.call("operator"))),
}  # fmt: skip


@pytest.mark.parametrize("end", ENDED_AS)
def test_also_of_a_case_that_has_ended_the_call_can_be_noted_and_takes_it_off_the_list(town, settings, post, end):
    begun, act = ENDED_AS[end]
    make = {"gathered": town.report, "accepted": town.accepted, "closed": town.closed}[begun]
    case_id = make(phone=senders.REFUSED)
    act(case_id, town)
    told_in_vain(settings)
    number, state = town.number(case_id), town.state(case_id)
    assert waiting(town, "operator") == ("1", [number])
    assert "打过电话了，记一笔" in town.client("operator").get(f"/desk/cases/{number}").content.decode()
    noted(town, post, "operator", case_id)
    assert waiting(town, "operator") == ("0", [])
    assert town.state(case_id) == state
    assert UNTOLD not in town.client("operator").get(f"/desk/cases/{number}").content.decode()


def test_what_was_only_received_may_be_told_by_telephone_too(town, settings, post):
    case_id = town.report(phone=senders.REFUSED)
    told_in_vain(settings)
    noted(town, post, "operator", case_id)
    assert waiting(town, "operator") == ("0", [])


def test_without_an_untold_text_an_ended_case_offers_no_call(town):
    case_id = town.report()
    sideways.decline(case_id, reason_code="not-town", explanation="归区里", call=town.call("operator"))
    page = town.client("operator").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    assert "act/contact" not in page


def test_the_number_counts_all_that_wait_also_those_beyond_the_rows_shown(town, settings):
    cases = [town.report(f"第{n}处垃圾没人收", phone=senders.REFUSED) for n in range(home.SHOWN + 2)]
    told_in_vain(settings)
    number, shown = waiting(town, "operator")
    assert (number, len(shown)) == (str(len(cases)), len(cases))
