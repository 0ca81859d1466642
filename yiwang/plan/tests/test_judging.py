"""The colour of a promise follows from figures and days alone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.plan.facts import Goal
from yiwang.plan.rules import INDICATOR, Colour, Said, Shown, judge, shown_by_signed

BEGINS, DUE = date(2019, 1, 1), date(2019, 12, 31)
FIRMS = Goal(Decimal(500), "firm", ">=")
SHARE = Goal(Decimal(80), "percent", ">=")
NONE_LEFT = Goal(Decimal(0), "count", "=")
EACH = Goal(Decimal(100), "percent", "=")


def number(day: date, value: object) -> Shown:
    return Shown(day, Decimal(str(value)))


def months(day: date, value: object) -> Shown:
    """A figure of months that are over."""
    return replace(number(day, value), by=INDICATOR, settled=True)


JULY, OCTOBER, NEXT = date(2019, 7, 1), date(2019, 10, 1), date(2020, 1, 1)
TABLE = [
    ("nothing shown in the year", FIRMS, None, JULY, "grey", "no-data", False),
    ("nothing shown on its last day", FIRMS, None, DUE, "grey", "no-data", False),
    ("nothing shown and its day over", FIRMS, None, NEXT, "red", "nothing-in-time", True),
    ("half of the firms at half of the year", FIRMS, number(JULY, 250), JULY, "green", "on-course", False),
    ("nearly half", FIRMS, number(JULY, 235), JULY, "amber", "behind", False),
    ("far from half", FIRMS, number(JULY, 100), JULY, "red", "far-behind", False),
    ("on course, but told long ago", FIRMS, number(date(2019, 5, 1), 180), OCTOBER, "amber", "stale", False),
    ("reached early", FIRMS, number(JULY, 500), JULY, "green", "reached", False),
    ("missed", FIRMS, number(DUE, 499), NEXT, "red", "missed", True),
    ("a share below its mark in the year", SHARE, number(JULY, 70), JULY, "amber", "not-yet", False),
    ("a share at its mark", SHARE, number(JULY, 80), JULY, "green", "reached", False),
    ("two black rivers left", NONE_LEFT, number(JULY, 2), JULY, "amber", "not-yet", False),
    ("two months that were black", NONE_LEFT, months(JULY, 2), JULY, "red", "out-of-reach", False),
    ("a month that missed what each was to reach", EACH, months(JULY, 90), JULY, "red", "out-of-reach", False),
    ("months of which not all are to reach it", SHARE, months(JULY, 70), JULY, "amber", "not-yet", False),
    ("none left", NONE_LEFT, number(JULY, 0), JULY, "green", "reached", False),
    ("a task that was ended", None, Shown(JULY, done=True), JULY, "green", "reached", False),
    ("a task that was begun", None, Shown(JULY), JULY, "green", "goes-on", False),
    ("a task that was begun long ago", None, Shown(date(2019, 5, 1)), OCTOBER, "amber", "silent", False),
    ("a task that was never ended", None, Shown(JULY), NEXT, "red", "missed", True),
    (
        "a figure without a number to reach",
        None,
        Shown(DUE, Decimal(7), by=INDICATOR),
        NEXT,
        "amber",
        "no-number",
        True,
    ),
    (
        "a figure of so few cases that it is withheld",
        SHARE,
        Shown(DUE, by=INDICATOR, withheld=True),
        NEXT,
        "grey",
        "withheld",
        False,
    ),
    ("a task ended on its day", None, Shown(NEXT, done=True, since=DUE), NEXT, "green", "reached", False),
    ("a task ended after its day", None, Shown(NEXT, done=True, since=NEXT), NEXT, "green", "reached-late", False),
    ("a paper where a number is to be reached", SHARE, Shown(JULY), JULY, "amber", "not-yet", False),
]


@pytest.mark.parametrize(
    ("said", "goal", "shown", "as_of", "colour", "why", "late"), TABLE, ids=[row[0] for row in TABLE]
)
def test_a_promise_has_the_colour_that_the_rule_gives(said, goal, shown, as_of, colour, why, late) -> None:
    found = judge(goal, begins=BEGINS, due=DUE, shown=shown, as_of=as_of)
    assert (found.colour, found.why, found.late) == (colour, why, late), said


def test_what_was_signed_last_counts_and_a_paper_hides_no_number() -> None:
    paper, number_, done = Said(OCTOBER, None, False), Said(JULY, Decimal(3), False), Said(BEGINS, None, True)
    assert shown_by_signed(FIRMS, [paper, number_, done]) == Shown(JULY, Decimal(3))
    assert shown_by_signed(FIRMS, [paper]) == Shown(OCTOBER)
    assert shown_by_signed(None, [paper, number_, done]) == Shown(BEGINS, done=True, since=BEGINS)
    assert shown_by_signed(None, [paper, number_]) == Shown(OCTOBER)
    assert shown_by_signed(FIRMS, []) is None


def test_a_forecast_goes_on_as_before() -> None:
    assert judge(FIRMS, begins=BEGINS, due=DUE, shown=number(JULY, 250), as_of=JULY).forecast == Decimal("501.4")


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 600), st.integers(0, 600), st.integers(0, 364))
def test_more_is_never_worse_for_what_is_to_grow(less: int, more: int, day: int) -> None:
    order = [Colour.RED, Colour.AMBER, Colour.GREEN]
    as_of = date.fromordinal(BEGINS.toordinal() + day)
    seen = [
        judge(FIRMS, begins=BEGINS, due=DUE, shown=number(as_of, value), as_of=as_of).colour
        for value in sorted((less, more))
    ]
    assert order.index(seen[0]) <= order.index(seen[1])


def test_what_was_reached_after_its_day_says_by_how_many_days_since_it_stands() -> None:
    late, more = Said(date(2020, 1, 31), Decimal(500), False), Said(date(2020, 3, 1), Decimal(510), False)
    fell = Said(date(2020, 2, 1), Decimal(490), False)
    on = {"begins": BEGINS, "due": DUE, "as_of": date(2020, 4, 1)}
    assert judge(FIRMS, shown=shown_by_signed(FIRMS, [more, late]), **on).days_late == 31
    assert judge(FIRMS, shown=shown_by_signed(FIRMS, [more, fell, late]), **on).days_late == 61
    in_time = Said(DUE, Decimal(500), False)
    assert judge(FIRMS, shown=shown_by_signed(FIRMS, [more, late, in_time]), **on).why == "reached"
    assert judge(FIRMS, shown=shown_by_signed(FIRMS, [more, late]), **on).colour == "green"
