"""A suspended case is looked at again on its review day: the day's coming is a fact, once for each suspension."""

from datetime import date

import pytest

from yiwang.cases import jobs, problems, queries
from yiwang.cases.models import Case
from yiwang.cases.queries import ListFilter
from yiwang.cases.stages import State
from yiwang.cases.steps import sideways
from yiwang.cases.tests.conftest import at
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal.replay import replay


def suspend(town, case_id, day):
    call = town.call("duty_officer")
    sideways.suspend(case_id, reason_code="weather", explanation="连日下雨", review_on=day, call=call)


def came(case_id):
    """When the review days of a case came, as the journal has it."""
    history = journal.history("case", case_id)
    return [one.entry.happened_at for one in history if one.entry.verb == "case.review_day_came"]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2019-04-07 23:59", 0),
        ("2019-04-08 00:00", 1),
        ("2019-04-08 09:00", 1),
        ("2019-05-20 09:00", 1),
    ],
)
def test_the_review_day_comes_at_its_first_moment_and_is_written_down_once(town, handling, now, found):
    case_id = handling()
    suspend(town, case_id, date(2019, 4, 8))
    assert jobs.sweep_reviews(at(now)) == found
    assert jobs.sweep_reviews(at(now)) == 0
    assert came(case_id) == [at("2019-04-08 00:00")] * found
    assert Case.objects.get(pk=case_id).review_due is bool(found)


def test_a_suspended_case_can_be_given_another_review_day_which_comes_too(town, handling):
    case_id = handling()
    suspend(town, case_id, date(2019, 4, 8))
    town.now = at("2019-04-08 09:00")
    jobs.sweep_reviews(town.now)
    suspend(town, case_id, date(2019, 4, 15))
    case = Case.objects.get(pk=case_id)
    assert (case.state, case.review_on, case.review_due) == (State.SUSPENDED, date(2019, 4, 15), False)
    assert jobs.sweep_reviews(at("2019-04-14 09:00")) == 0
    assert jobs.sweep_reviews(at("2019-04-15 09:00")) == 1
    assert came(case_id) == [at("2019-04-08 00:00"), at("2019-04-15 00:00")]


def test_another_review_day_lies_in_the_future_as_the_first_did(town, handling):
    case_id = handling()
    suspend(town, case_id, date(2019, 4, 8))
    with pytest.raises(problems.BadReviewDay):
        suspend(town, case_id, date(2019, 4, 2))


def test_another_review_day_lets_the_clock_stand_where_it_stood(town, handling):
    case_id = handling()
    town.now = at("2019-04-02 10:00")
    suspend(town, case_id, date(2019, 4, 8))
    town.now = at("2019-04-08 10:00")
    suspend(town, case_id, date(2019, 4, 15))
    town.now = at("2019-04-15 09:00")
    sideways.resume(case_id, explanation="雨停", call=town.call("duty_officer"))
    assert Case.objects.get(pk=case_id).due_at == at("2019-04-15 14:00")


def test_a_case_that_goes_on_before_its_review_day_is_not_reviewed(town, handling):
    case_id = handling()
    suspend(town, case_id, date(2019, 4, 8))
    sideways.resume(case_id, explanation="雨停", call=town.call("duty_officer"))
    assert jobs.sweep_reviews(at("2019-04-09 09:00")) == 0
    assert Case.objects.get(pk=case_id).review_on is None


def test_suspended_cases_are_listed_by_their_review_days(town, handling):
    later, first = handling(), handling()
    suspend(town, later, date(2019, 4, 20))
    suspend(town, first, date(2019, 4, 8))
    actor = town.call("duty_officer").actor
    rows = queries.work_list(actor, ListFilter(states=(State.SUSPENDED,))).rows
    assert [(row.id, row.review_on) for row in rows] == [(first, date(2019, 4, 8)), (later, date(2019, 4, 20))]


@pytest.mark.django_db(transaction=True)
def test_replay_gives_the_same_review_days(town, handling):
    waits, goes_on = handling(), handling()
    for case_id in (waits, goes_on):
        suspend(town, case_id, date(2019, 4, 8))
    town.now = at("2019-04-08 09:00")
    assert jobs.sweep_reviews(town.now) == 2
    sideways.resume(goes_on, explanation="雨停", call=town.call("duty_officer"))
    assert not replay().differences


@pytest.mark.parametrize("then", ["resumed", "another day"])
def test_a_review_day_that_came_before_the_sweeper_looked_is_written_by_the_act_that_ends_the_wait(
    town, handling, then
):
    case_id = handling()
    suspend(town, case_id, date(2019, 4, 8))
    town.now = at("2019-04-10 09:00")
    if then == "resumed":
        sideways.resume(case_id, explanation="雨停", call=town.call("duty_officer"))
    else:
        suspend(town, case_id, date(2019, 4, 15))
    assert came(case_id) == [at("2019-04-08 00:00")]
    assert jobs.sweep_reviews(town.now) == 0
    assert Case.objects.get(pk=case_id).review_due is False
