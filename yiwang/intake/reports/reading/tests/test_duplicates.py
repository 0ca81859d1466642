"""The same trouble told twice is recognised by text, place and time; and never by who tells it."""

from datetime import timedelta
from uuid import UUID

import pytest
from datasketch.lsh import _optimal_param

from yiwang.intake.reports.reading.duplicates import (
    BANDS_AND_ROWS,
    NEIGHBOURS_MOST,
    PERMUTATIONS,
    TEXT_THRESHOLD,
    Likeness,
    RecentIndex,
    metres_between,
    probability,
)
from yiwang.intake.reports.reading.reader import Earlier, Message
from yiwang.intake.reports.reading.tests.small_town import BRIDGE, NOON, PLACES, small_reader
from yiwang.kernel.terms import Point

FIRST = UUID(int=100)
TEXT = "跃进桥北面的桥头有人倒了一大堆建筑垃圾，三天了没有人来收，麻烦快点处理"
NEAR = Point(BRIDGE.longitude + 0.0004, BRIDGE.latitude)
FAR = Point(BRIDGE.longitude + 0.05, BRIDGE.latitude)
BRIDGE_PLACE = PLACES["跃进桥"].place_id
OTHER_PLACE = PLACES["红星路"].place_id

LIKENESSES = [
    # text, same type, same place, metres, days, expected p (by hand from the formula)
    (1.0, False, False, None, 0, 1.00),
    (1.0, True, False, 0.0, 0, 1.00),
    (0.1, True, False, 0.0, 0, 0.86),
    (0.1, 0.5, False, 0.0, 0, 0.71),
    (0.1, True, False, 150.0, 0, 0.49),
    (0.0, False, False, 0.0, 0, 0.25),
    (0.0, True, False, None, 0, 0.10),
    (0.0, False, True, None, 0, 0.20),
    (0.6, False, False, 5000.0, 0, 0.40),
    (1.0, False, False, None, 60, 0.99),
    (0.0, False, False, None, 0, 0.02),
]


@pytest.mark.parametrize(("text", "same_type", "same_place", "metres", "days", "expected"), LIKENESSES)
def test_the_formula(text, same_type, same_place, metres, days, expected):
    assert probability(Likeness(text, same_type, same_place, metres, days)) == pytest.approx(expected, abs=0.006)


def earlier(**changes):
    row = {"ref": FIRST, "kind": "case", "text": TEXT, "at": NOON, "point": BRIDGE, "code": "E-01-01"}
    return Earlier(**{**row, **changes})


MESSAGES = [
    # what happens, the earlier one, the new text, its point, hours later, found
    ("word for word, without a point", earlier(), TEXT, None, 1, True),
    ("other signs and spaces", earlier(), f"　{TEXT.replace('，', ' ,')}！！", None, 1, True),
    ("other words, same thing, same spot", earlier(), "这里垃圾堆起来了，苍蝇很多", NEAR, 20, True),
    ("other words, same thing, far away", earlier(), "这里垃圾堆起来了，苍蝇很多", FAR, 20, False),
    ("other words, other thing, same spot", earlier(), "路灯坏了", NEAR, 1, False),
    ("other words, same thing, no point", earlier(point=None), "这里垃圾堆起来了", None, 1, False),
    ("other words, a year later", earlier(), "这里垃圾堆起来了，苍蝇很多", NEAR, 24 * 365, False),
    ("place named instead of a point", earlier(point=None, place_id=BRIDGE_PLACE), "跃进桥旁边都是垃圾", None, 2, True),
    ("another place named", earlier(point=None, place_id=OTHER_PLACE), "跃进桥旁边都是垃圾", None, 2, False),
]


@pytest.mark.parametrize(
    ("what", "known", "text", "point", "hours", "found"), MESSAGES, ids=[row[0] for row in MESSAGES]
)
def test_an_earlier_case_is_suggested(what, known, text, point, hours, found):
    advice = small_reader().read(text, at=NOON + timedelta(hours=hours), point=point, recent=RecentIndex([known]))
    assert [(d.kind, d.ref) for d in advice.duplicates] == ([("case", FIRST)] if found else [])
    for duplicate in advice.duplicates:
        assert duplicate.reason.said("zh-Hans")
        assert duplicate.reason.said("en")


def test_messages_read_together_are_compared_with_those_before_them_only():
    messages = [Message(TEXT, NOON, ref=UUID(int=number)) for number in (1, 2, 3)]
    advice_list = small_reader().read_many(messages, recent=RecentIndex())
    assert [{d.ref.int for d in r.duplicates} for r in advice_list] == [set(), {1}, {1, 2}]


def test_what_was_removed_is_not_suggested_and_reading_it_again_does_not_find_itself():
    index = RecentIndex([earlier(), earlier(ref=UUID(int=7), text="", point=None)])
    message = Message(TEXT, NOON, point=BRIDGE, ref=FIRST)
    assert index.similar(message) == ()
    index.add(earlier())
    assert len(index) == 2
    index.remove(FIRST)
    index.remove(FIRST)
    assert index.similar(Message(TEXT, NOON, point=BRIDGE)) == ()


def test_pruning_forgets_what_is_too_old_and_the_oldest_beyond_the_most():
    index = RecentIndex(earlier(ref=UUID(int=day), at=NOON + timedelta(days=day)) for day in (5, 1, 4, 2, 3))
    index.prune(NOON + timedelta(days=2), 10)
    assert UUID(int=1) not in index
    assert len(index) == 4
    index.prune(NOON, 2)
    assert [UUID(int=day) in index for day in (2, 3, 4, 5)] == [False, False, True, True]


def test_a_busy_corner_compares_only_the_newest():
    index = RecentIndex(
        earlier(ref=UUID(int=number + 1), text=f"第{number}次", at=NOON) for number in range(NEIGHBOURS_MOST * 3)
    )
    found = index.similar(Message("这里又脏了", NOON, point=BRIDGE), {"E-01-01": 0.7})
    assert len(found) == 5
    assert min(d.ref.int for d in found) > NEIGHBOURS_MOST


def test_a_hundred_metres_are_a_hundred_metres():
    assert metres_between(BRIDGE, Point(BRIDGE.longitude, BRIDGE.latitude + 0.0009)) == pytest.approx(100, abs=1)
    assert metres_between(BRIDGE, Point(BRIDGE.longitude + 0.001057, BRIDGE.latitude)) == pytest.approx(100, abs=1)


def test_bands_and_rows_are_what_the_library_reckons_for_the_threshold():
    assert _optimal_param(TEXT_THRESHOLD, PERMUTATIONS, 0.5, 0.5) == BANDS_AND_ROWS
