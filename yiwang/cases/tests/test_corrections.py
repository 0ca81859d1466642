"""A case that is found to be something else has the limits of what it is, counted from when they began."""

from datetime import date

import pytest

from yiwang.cases import problems
from yiwang.cases.locked import clocks_of, locked_case
from yiwang.cases.models import Case, Clock, ClockEvent, Extension
from yiwang.cases.numbers import Source
from yiwang.cases.steps import forward, remarks, sideways, timing
from yiwang.cases.tests.conftest import SYSTEM, at
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.terms import Call

RUBBISH, SPOIL, LAMP = "E-01-01", "E-01-08", "C-01-02"
"""4 working hours, 2 working days, 2 working days."""


def correct(town, case_id, type_code, **given):
    return remarks.correct(case_id, type_code=type_code, **given, call=town.call("operator"))


def clock(case_id, stage):
    return Clock.objects.get(case=case_id, stage=stage)


def asked(town, case_id, amount):
    hands = town.call("handler", team="sanitation")
    timing.ask_extension(case_id, amount=amount, reason_code="weather", explanation="雨", call=hands)


@pytest.fixture
def demand(town, gathered):
    """An order of 12345 received on Tuesday 2 April 2019 at nine, accepted as an ordinary request."""

    def make(kind="request", type_code="H-01-01", source=Source.HOTLINE):
        case_id = gathered(source=source)
        forward.accept(case_id, type_code=type_code, demand=kind, title="房屋", call=town.call("operator"))
        return case_id

    return make


def test_the_handling_limit_becomes_that_of_the_right_type_from_the_same_start(town, handling):
    case_id = handling(RUBBISH)
    town.now = at("2019-04-02 14:00")
    correct(town, case_id, SPOIL)
    found = clock(case_id, "handle")
    assert (found.rule, found.rule_version) == ("E-01-08.handle", "E-01-08.handle@2019-01-01")
    assert (found.amount, found.unit, found.due_at) == (2, "working_day", at("2019-04-04 17:00"))
    assert Case.objects.get(pk=case_id).due_at == at("2019-04-04 17:00")
    event = ClockEvent.objects.get(clock=found, kind="relimit")
    assert (event.at, event.reason) == (town.now, "corrected")


def test_a_place_put_right_changes_no_clock(town, handling):
    case_id = handling(RUBBISH)
    assert correct(town, case_id, RUBBISH).clocks == ()


def test_what_ran_out_by_a_wrong_limit_and_not_by_the_right_one_is_in_time(town, handling):
    case_id = handling(RUBBISH)
    town.now = at("2019-04-02 16:00")
    correct(town, case_id, SPOIL)
    assert (clock(case_id, "handle").ran_out, Case.objects.get(pk=case_id).overdue) == (False, False)
    assert Entry.objects.filter(verb="case.ran_out").count() == 1, "that it ran out was so, and stays written"


def test_a_shorter_limit_may_be_over_already_and_the_sweeper_says_when(town, handling):
    case_id = handling(LAMP)
    town.now = at("2019-04-03 10:00")
    correct(town, case_id, RUBBISH)
    assert timing.sweep(Call(SYSTEM, town.now, "timer")) == 1
    assert Entry.objects.get(verb="case.ran_out").happened_at == at("2019-04-02 15:00")


def test_a_pause_counts_under_the_new_limit_too_and_a_clock_that_stands_goes_on_with_it(town, handling):
    case_id = handling(RUBBISH)
    town.now = at("2019-04-02 10:00")
    suspending = {"reason_code": "weather", "explanation": "暴雨", "review_on": date(2019, 4, 8)}
    sideways.suspend(case_id, **suspending, call=town.call("duty_officer"))
    correct(town, case_id, "E-01-03")
    assert (clock(case_id, "handle").state, clock(case_id, "handle").due_at) == ("paused", None)
    town.now = at("2019-04-03 14:00")
    sideways.resume(case_id, explanation="雨停", call=town.call("duty_officer"))
    assert clock(case_id, "handle").due_at == at("2019-04-03 15:00"), "2 working hours, of which one was used"


def test_more_time_is_carried_over_in_the_same_unit_and_goes_with_the_old_limit_in_another(town, handling):
    case_id = handling(LAMP)
    asked(town, case_id, 1)
    timing.grant_extension(case_id, explanation="同意", call=town.call("dispatcher"))
    correct(town, case_id, "C-02-04")
    assert clock(case_id, "handle").due_at == at("2019-04-11 17:00"), "five working days and one, over Qingming"
    correct(town, case_id, RUBBISH)
    assert clock(case_id, "handle").due_at == at("2019-04-02 15:00")


def test_a_request_for_more_of_the_old_limit_waits_no_longer(town, handling):
    case_id = handling(RUBBISH)
    asked(town, case_id, 2)
    correct(town, case_id, SPOIL)
    assert Extension.objects.get().state == "lapsed"
    asked(town, case_id, 1)
    assert locked_case(case_id).extension_asked


@pytest.mark.parametrize(
    ("right", "due"),
    [
        ("consultation", "2019-04-03 17:00"),
        ("suggestion", "2019-04-03 17:00"),
        ("supervision", "2019-04-08 17:00"),
        ("complaint", "2019-04-10 17:00"),
    ],
)
def test_the_kind_of_demand_can_be_put_right_and_its_days_count_from_receipt(town, demand, right, due):
    case_id = demand("request")
    town.now = at("2019-04-03 10:00")
    correct(town, case_id, "H-01-01", demand=right)
    answer = clock(case_id, "answer")
    assert (answer.rule, answer.due_at) == (f"hotline.limit.{right}", at(due))
    assert Case.objects.get(pk=case_id).demand == right


def test_a_kind_of_demand_that_does_not_exist_is_refused(town, demand):
    with pytest.raises(problems.BadChoice):
        correct(town, demand(), "H-01-01", demand="wish")


def test_an_order_of_12345_keeps_its_kind_and_days_when_only_its_type_was_wrong(town, demand):
    case_id = demand("consultation")
    correct(town, case_id, RUBBISH)
    assert Case.objects.get(pk=case_id).demand == "consultation"
    assert clock(case_id, "answer").due_at == at("2019-04-03 17:00")


def test_what_is_no_demand_any_more_has_no_days_to_be_answered_in(town, demand):
    case_id = demand("request", source=Source.PORTAL)
    correct(town, case_id, RUBBISH, demand="request")
    assert Case.objects.get(pk=case_id).demand == ""
    assert clock(case_id, "answer").state == "stopped"


def test_what_turns_out_to_be_a_demand_is_answered_within_its_days_from_receipt(town, handling):
    case_id = handling(RUBBISH)
    town.now = at("2019-04-03 10:00")
    correct(town, case_id, "H-01-01")
    answer = clock(case_id, "answer")
    assert (answer.rule, answer.due_at) == ("hotline.limit.request", at("2019-04-10 17:00"))
    assert [event.at for event in clocks_of(case_id)[-1].events] == [at("2019-04-02 09:00")]


@pytest.mark.django_db(transaction=True)
def test_the_journal_gives_the_same_tables_after_corrections(town, handling, demand):
    case_id = handling(RUBBISH)
    town.now = at("2019-04-02 16:00")
    correct(town, case_id, SPOIL)
    correct(town, demand(), "H-01-01", demand="supervision")
    assert replay().differences == ()
