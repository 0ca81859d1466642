"""Cutting words, reading a figure as a number to reach, numbering a promise, and what is no document's number."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.plan.facts import Goal
from yiwang.plan.problems import DocumentNumberUnclear, DueOutOfYear, PieceMissing, PiecesWanted, ReasonWanted
from yiwang.plan.review import rules

WORDS = "新建绿地3亩,种树200棵,种树200棵"


def test_pieces_stand_where_they_say_and_the_same_words_twice_are_two_places():
    found = rules.pieces(WORDS, 100, ["新建绿地3亩", "种树200棵", " 种树200棵 "])
    assert [(one.start, one.end) for one in found] == [(100, 106), (107, 113), (114, 120)]
    assert all(WORDS[one.start - 100 : one.end - 100] == one.quote for one in found)


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        (["新建绿地3亩"], PiecesWanted),
        (["新建绿地3亩", "  "], PiecesWanted),
        (["新"] * 13, PiecesWanted),
        (["种树200棵", "新建绿地3亩"], PieceMissing),
        (["新建绿地3亩", "种花200棵"], PieceMissing),
    ],
)
def test_what_cannot_be_cut_so_is_refused(wanted, fault):
    with pytest.raises(fault):
        rules.pieces(WORDS, 0, wanted)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text("甲乙丙丁", min_size=1, max_size=4), min_size=2, max_size=6), st.integers(0, 50))
def test_any_sentence_cut_at_its_commas_is_found_again_piece_by_piece(parts, start):
    quote = "，".join(parts)
    found = rules.pieces(quote, start, parts)
    assert [one.quote for one in found] == parts
    assert all(quote[one.start - start : one.end - start] == one.quote for one in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


@pytest.mark.parametrize(
    ("value", "unit", "goal"),
    [
        ("3.2", "亿元", Goal(Decimal(320_000_000), "yuan", ">=")),
        ("500", "家", Goal(Decimal(500), "firm", ">=")),
        ("69.8", "亩", Goal(Decimal("69.8"), "mu", ">=")),
        ("80", "%", Goal(Decimal(80), "percent", ">=")),
        ("1.3", "万户", Goal(Decimal(13_000), "count", ">=")),
        ("5", "个", Goal(Decimal(5), "count", ">=")),
    ],
)
def test_a_figure_of_the_text_becomes_a_number_in_our_units(value, unit, goal):
    assert rules.goal_of([{"value": value, "unit": unit, "comparator": ">="}]) == goal


def test_without_a_figure_or_with_several_nothing_is_guessed():
    one = {"value": "5", "unit": "个", "comparator": ">="}
    assert rules.goal_of([]) is None
    assert rules.goal_of([one, one]) is None


def test_another_promise_of_an_item_gets_the_number_after_the_last():
    assert rules.next_row(1, ["1.01", "1.12", "11.40", "2.20"]) == "1.13"
    assert rules.next_row(3, ["1.01"]) == "3.01"
    assert rules.next_row(8, ["8.09", "8.51", "8.52"]) == "8.10"
    assert rules.next_row(0, ["0.1", "0.4"]) == "0.5"


@pytest.mark.parametrize(
    ("given", "kept"), [("新府〔2019〕7号", "新府〔2019〕7号"), (" 新府 〔2019〕 7 号 ", "新府〔2019〕7号")]
)
def test_a_documents_number_is_kept_without_blanks(given, kept):
    assert rules.number_of(given) == kept


@pytest.mark.parametrize("given", ["", "号", "7", "见附件", "第7号" * 30])
def test_what_is_no_documents_number_is_refused(given):
    with pytest.raises(DocumentNumberUnclear):
        rules.number_of(given)


def test_a_reason_is_words_and_a_day_lies_in_the_year_or_some_years_on():
    with pytest.raises(ReasonWanted):
        rules.reason_of("  \n")
    rules.check_due(date(2031, 1, 1), 2031)
    rules.check_due(date(2041, 12, 31), 2031)
    for day in (date(2030, 12, 31), date(2042, 1, 1)):
        with pytest.raises(DueOutOfYear):
            rules.check_due(day, 2031)
