"""回访 and 评价 (R-112): a call that nobody answers is no rating, and what the desk notes never ends the reporter's own word."""

from dataclasses import replace

import pytest

from yiwang.cases import law, problems
from yiwang.cases.classes import Catalogue
from yiwang.cases.models import Case
from yiwang.cases.numbers import Source
from yiwang.cases.steps import forward, remarks, sideways
from yiwang.kernel.journal.replay import replay

RATING = {"solved": "yes", "satisfaction": "satisfied"}
OWN = {"solved": "no", "satisfaction": "unsatisfied"}


@pytest.fixture
def verified(town, handling):
    def make(**given):
        case_id = handling(**given)
        hands = town.call("handler", team="sanitation")
        forward.report_back(case_id, outcome="solved", result="已清", no_photo_reason="夜间", call=hands)
        forward.verify(case_id, finding="已清", no_photo_reason="看过", call=town.call("verifier"))
        return case_id

    return make


def close(town, case_id, called_back):
    return forward.close(case_id, called_back=called_back, answer="已清运", call=town.call("operator"))


def called(town, case_id, found):
    return forward.call_back(case_id, called_back=found, note="再打一次", call=town.call("operator"))


def noted(town, case_id):
    return forward.rate(case_id, **RATING, call=town.call("operator"))


def test_the_desk_notes_no_rating_of_somebody_whom_no_call_back_reached_and_they_still_rate_themselves(town, verified):
    case_id = verified()
    close(town, case_id, "unreachable")
    with pytest.raises(problems.NotReached):
        noted(town, case_id)
    assert Case.objects.get(pk=case_id).satisfaction == ""
    forward.rate(case_id, **OWN, call=town.resident())
    case = Case.objects.get(pk=case_id)
    assert (case.state, case.satisfaction, case.rating_taken_by) == ("rated", "unsatisfied", None)


def test_calls_that_nobody_answered_are_counted_before_close_and_after_it(town, verified):
    case_id = verified()
    called(town, case_id, "unreachable")
    close(town, case_id, "unreachable")
    called(town, case_id, "unreachable")
    case = Case.objects.get(pk=case_id)
    assert (case.state, case.called_back, case.missed_calls) == ("closed", "unreachable", 2)
    with pytest.raises(problems.NotReached):
        noted(town, case_id)


def test_a_later_call_that_reached_them_opens_the_rating_which_says_who_took_it(town, verified):
    case_id = verified()
    close(town, case_id, "unreachable")
    called(town, case_id, "explained")
    operator = town.call("operator").actor.account_id
    assert noted(town, case_id).taken_by == operator
    case = Case.objects.get(pk=case_id)
    assert (case.called_back, case.satisfaction, case.rating_taken_by) == ("explained", "satisfied", operator)
    assert not replay().differences


def test_a_missed_call_after_one_that_reached_them_changes_nothing_of_it(town, verified):
    case_id = verified()
    close(town, case_id, "solved")
    called(town, case_id, "unreachable")
    assert Case.objects.get(pk=case_id).called_back == "solved"


def test_the_reporters_own_rating_replaces_the_desks_once_and_the_desks_replaces_nothing(town, verified):
    case_id = verified()
    close(town, case_id, "solved")
    noted(town, case_id)
    with pytest.raises(problems.RatedBefore):
        noted(town, case_id)
    forward.rate(case_id, **OWN, call=town.resident())
    assert Case.objects.get(pk=case_id).satisfaction == "unsatisfied"
    for again in (town.resident(), town.call("operator")):
        with pytest.raises(problems.RatedBefore):
            forward.rate(case_id, **RATING, call=again)


@pytest.mark.parametrize("found", ["solved", "explained", "unreachable"])
def test_a_call_back_is_claimed_only_where_somebody_is_known(town, verified, found):
    case_id = verified(reporter=None)
    with pytest.raises(problems.NobodyToCall):
        close(town, case_id, found)
    with pytest.raises(problems.NobodyToCall):
        called(town, case_id, found)
    close(town, case_id, "nobody")
    with pytest.raises(problems.NotReached):
        noted(town, case_id)


def test_a_first_contact_is_claimed_only_where_somebody_is_known(town, gathered):
    with pytest.raises(problems.NobodyToCall):
        forward.contact(gathered(reporter=None), reached=True, call=town.call("operator"))
    assert forward.contact(gathered(), reached=True, call=town.call("operator")).reached


def test_who_told_12345_is_reached_through_it_also_when_the_sheet_names_nobody(town, verified):
    case_id = verified(reporter=None, source=Source.HOTLINE)
    close(town, case_id, "solved")
    assert noted(town, case_id).taken_by is not None


def test_nobody_notes_a_rating_after_the_person_was_taken_out(town, verified):
    case_id = verified()
    close(town, case_id, "solved")
    wish = replace(town.resident(), reason="本人要求删除")
    remarks.forget_words(case_id, ground="个人信息保护法第四十七条", call=wish)
    with pytest.raises(problems.NotReached):
        noted(town, case_id)


def test_a_reopened_case_begins_its_call_backs_and_its_rating_anew(town, verified):
    case_id = verified()
    called(town, case_id, "unreachable")
    close(town, case_id, "solved")
    noted(town, case_id)
    sideways.reopen(case_id, ground="not-mended", call=town.resident())
    case = Case.objects.get(pk=case_id)
    assert (case.missed_calls, case.satisfaction, case.rating_taken_by) == (0, "", None)


def test_a_closed_case_whose_pack_was_taken_away_is_still_called_back_about_and_rated(town, verified, monkeypatch):
    case_id = verified()
    close(town, case_id, "unreachable")
    monkeypatch.setattr(law, "catalogue", lambda: Catalogue(()))
    called(town, case_id, "solved")
    forward.rate(case_id, **OWN, call=town.resident())
    assert Case.objects.get(pk=case_id).state == "rated"
    assert replay().differences == ()
