"""What may be public, which number comes next, and how promises are counted: pure."""

from datetime import date

import pytest

from yiwang.plan.facts import Words
from yiwang.plan.rules import Colour
from yiwang.plan.summaries import rules
from yiwang.plan.summaries.facts import FrozenPromise
from yiwang.plan.summaries.problems import MonthNotBegun, MonthStaysInside

WORDS = Words("某事", "Something")


def frozen(owner: str, colour: str, *, late: bool = False) -> FrozenPromise:
    return FrozenPromise(
        "1.01", 1, WORDS, owner, Words(owner, owner), None, None, date(2031, 12, 31), colour, "x", late, None
    )  # fmt: skip


def test_a_board_may_be_public_and_a_month_only_internal():
    for kind, state in (("board", "public"), ("board", "internal"), ("month", "internal")):
        rules.disclosable(kind, state)
    with pytest.raises(MonthStaysInside):
        rules.disclosable("month", "public")


def test_the_numbers_of_a_year_begin_at_one_and_leave_nothing_out():
    assert [rules.number_after(one) for one in (None, 1, 41)] == [1, 2, 42]


def test_the_running_month_has_a_table_and_the_next_has_none():
    assert rules.month_of(date(2031, 6, 30), date(2031, 6, 1)) == date(2031, 6, 1)
    with pytest.raises(MonthNotBegun):
        rules.month_of(date(2031, 7, 1), date(2031, 6, 30))


def test_promises_are_counted_by_colour_with_a_number_for_each_colour():
    counted = rules.tally([frozen("a", "red", late=True), frozen("a", "grey"), frozen("b", "red")])
    assert (counted.total, counted.late) == (3, 1)
    assert counted.colours == {Colour.GREEN: 0, Colour.AMBER: 0, Colour.RED: 2, Colour.GREY: 1}


def test_whose_lists_only_departments_with_something_late_or_red_and_not_by_how_much():
    listed = [frozen("c", "green"), frozen("b", "red"), frozen("a", "red", late=True), frozen("a", "red", late=True)]
    assert [(owner, one.late) for owner, _name, one in rules.whose(listed)] == [("b", 0), ("a", 2)]
