"""When a clock is about to run out: by its own length, and said the same by rows, lists and figures."""

from datetime import date

import pytest

from yiwang.cases import clocks, counted, law, queries
from yiwang.cases.clocks import Pressure
from yiwang.cases.models import Case, Clock
from yiwang.cases.queries import ListFilter
from yiwang.cases.steps import sideways, timing
from yiwang.cases.tests.conftest import at
from yiwang.cases.tests.test_reviews import suspend
from yiwang.kernel.journal import sequencer
from yiwang.kernel.terms import VISITOR
from yiwang.kernel.workdays.clocks import TimeUnit, due_at

BEGAN = "2019-04-02 09:00"


@pytest.mark.parametrize(
    ("amount", "unit", "due", "soon"),
    [
        (2, "working_hour", "2019-04-02 11:00", "2019-04-02 10:30"),
        (4, "working_hour", "2019-04-02 15:00", "2019-04-02 14:00"),
        (26, "working_hour", "2019-04-09 09:00", "2019-04-08 11:30"),
        (4, "urgent_hour", "2019-04-02 13:00", "2019-04-02 12:00"),
        (40, "urgent_hour", "2019-04-04 01:00", "2019-04-03 21:00"),
        (2, "working_day", "2019-04-04 17:00", "2019-04-04 13:45"),
        (15, "working_day", "2019-04-24 17:00", "2019-04-23 17:00"),
        (2, "day", "2019-04-04 17:00", "2019-04-04 05:00"),
        (10, "day", "2019-04-12 17:00", "2019-04-11 17:00"),
    ],
)
def test_a_clock_is_due_soon_in_its_last_quarter_and_at_most_four_hours_or_a_day_before(amount, unit, due, soon):
    """The office is open 08:30-11:30 and 13:30-17:00; 5 to 7 April 2019 are Qingming."""
    found = due_at(at(BEGAN), amount, TimeUnit(unit), law.calendar()).due_at
    assert found == at(due)
    assert clocks.soon_from(found, amount, unit, law.calendar()) == at(soon)


@pytest.mark.parametrize("unit", list(TimeUnit))
@pytest.mark.parametrize("amount", [1, 2, 3, 7, 30])
def test_no_clock_is_born_due_soon(amount, unit):
    due = due_at(at(BEGAN), amount, unit, law.calendar()).due_at
    soon = clocks.soon_from(due, amount, unit, law.calendar())
    assert at(BEGAN) < soon < due


@pytest.mark.parametrize(
    ("now", "ran_out", "expected"),
    [
        ("2019-04-02 13:59", False, Pressure.RUNNING),
        ("2019-04-02 14:00", False, Pressure.SOON),
        ("2019-04-02 15:00", False, Pressure.SOON),
        ("2019-04-02 15:01", False, Pressure.OVERDUE),
        ("2019-04-02 14:00", True, Pressure.OVERDUE),
    ],
)
def test_a_clock_runs_then_is_due_soon_then_overdue(now, ran_out, expected):
    assert clocks.pressure(at("2019-04-02 15:00"), at("2019-04-02 14:00"), at(now), ran_out=ran_out) == expected


def figure_and_list(town):
    """How many cases the duty officer's figure counts as due soon, and how many rows its list has."""
    actor = town.call("duty_officer").actor
    rows = queries.work_list(actor, ListFilter(soon_at=town.now, open_only=True)).rows
    return counted.numbers_of(actor, town.now)["soon"], len(rows)


@pytest.mark.parametrize(
    ("now", "soon"),
    [("2019-04-02 09:00", 0), ("2019-04-02 13:59", 0), ("2019-04-02 14:00", 1), ("2019-04-02 15:01", 0)],
)
def test_figure_and_list_count_what_is_due_soon_and_nothing_else(town, handling, now, soon):
    handling()
    town.now = at(now)
    assert figure_and_list(town) == (soon, soon)


def soon_of(case_id):
    clock = Clock.objects.get(case=case_id, stage="handle")
    assert clock.soon_at == Case.objects.get(pk=case_id).soon_at, "the case shows its handling clock"
    return clock.soon_at


def test_more_time_moves_the_moment_from_which_a_clock_is_due_soon(town, handling):
    case_id = handling()
    hands = town.call("handler", team="sanitation")
    timing.ask_extension(case_id, amount=4, reason_code="parts-ordered", explanation="等车", call=hands)
    timing.grant_extension(case_id, explanation="同意", call=town.call("dispatcher"))
    assert Clock.objects.get(case=case_id, stage="handle").due_at == at("2019-04-03 10:30")
    assert soon_of(case_id) == at("2019-04-02 17:00"), "two of its eight hours before: from the evening on"


def test_a_clock_that_stands_is_not_due_soon_and_one_that_goes_on_is_by_what_is_left(town, handling):
    case_id = handling()
    town.now = at("2019-04-02 10:00")
    suspend(town, case_id, date(2019, 4, 8))
    assert Clock.objects.get(case=case_id, stage="handle").soon_at is None
    town.now = at("2019-04-03 10:00")
    sideways.resume(case_id, explanation="雨停", call=town.call("duty_officer"))
    assert soon_of(case_id) == at("2019-04-03 14:00")


def test_figures_are_counted_again_after_any_step_and_not_before(town, handling, django_assert_num_queries):
    actor = town.call("duty_officer").actor
    handling()
    before = counted.numbers_of(actor, town.now)
    with django_assert_num_queries(2):
        assert counted.numbers_of(actor, town.now) == before
    handling()
    assert counted.numbers_of(actor, town.now)["open"] == before["open"] + 1
    sequencer.sequence_once()
    assert counted.numbers_of(actor, town.now)["open"] == before["open"] + 1


def test_figures_of_one_reach_are_not_shown_to_another(town, handling):
    handling()
    assert counted.numbers_of(town.call("duty_officer").actor, town.now)["open"] == 1
    assert counted.numbers_of(VISITOR, town.now)["open"] == 0
