"""Published words find the promises that mean the same, and none where nothing does."""

import re

import pytest

from yiwang.plan.matching import matches, meanings
from yiwang.plan.parsing.outline import parse
from yiwang.plan.tests.test_xinhai_commitments import DOMAIN, PUBLISHED, enumerated, ours

__all__ = ["enumerated", "ours"]

PROMISES = {
    "1.01": "镇域河道里的黑臭河道一条不剩。",
    "1.02": "新造的生态林带按测绘面积不少于计划数。",
    "1.03": "养老床位按规划配齐。",
}


def test_words_find_the_promise_that_means_the_same() -> None:
    assert matches(["消除黑臭河道", "新建生态林带", "增加养老床位"], PROMISES) == [("1.01",), ("1.02",), ("1.03",)]


def test_words_that_mean_nothing_of_ours_find_nothing() -> None:
    assert matches(["举办运动会"], PROMISES) == [()]


def test_without_promises_nothing_is_found() -> None:
    assert matches(["消除黑臭河道"], {}) == [()]


def fragments(words: str) -> list[str]:
    """The pieces of a cell that quotes the plan, long enough to be told from others."""
    pieces = (re.sub(r"\W", "", piece) for piece in re.split(r"[;；/…()（）,，、 ]", words))
    return [piece for piece in pieces if len(piece) >= 4]


@pytest.mark.skipif(not (DOMAIN.exists() and PUBLISHED.exists()), reason="the plan is not beside this checkout")
def test_in_the_town_plan_what_is_sure_is_one_promise_and_the_right_one(ours, enumerated):
    said = {row[0]: fragments(row[1]) for row in enumerated}
    sure = []
    for item in parse(PUBLISHED.read_text(encoding="utf-8")).items():
        within = {one.row: one.promise["zh-Hans"] + one.measure["zh-Hans"] for one in ours if str(one.item) == item.no}
        quotes = [re.sub(r"\W", "", one.quote) for one in item.commitments]
        for quote, found in zip(quotes, meanings(quotes, within), strict=True):
            meant = {
                row for row in within if any(each in quote or (len(quote) >= 5 and quote in each) for each in said[row])
            }
            if found.sure and meant:
                assert len(found.rows) == 1
                sure.append((quote, found.rows[0], found.rows[0] in meant))
    assert len(sure) >= 60
    assert [one for one in sure if not one[2]] == []


@pytest.mark.skipif(not (DOMAIN.exists() and PUBLISHED.exists()), reason="the plan is not beside this checkout")
def test_in_the_town_plan_nearly_every_proposal_is_the_row_that_the_enumeration_gives(ours, enumerated):
    said = {row[0]: fragments(row[1]) for row in enumerated}
    right = wrong = 0
    for item in parse(PUBLISHED.read_text(encoding="utf-8")).items():
        within = {one.row: one.promise["zh-Hans"] + one.measure["zh-Hans"] for one in ours if str(one.item) == item.no}
        quotes = [re.sub(r"\W", "", one.quote) for one in item.commitments]
        for quote, rows in zip(quotes, matches(quotes, within), strict=True):
            meant = {
                row for row in within if any(each in quote or (len(quote) >= 5 and quote in each) for each in said[row])
            }
            right += bool(rows and rows[0] in meant)
            wrong += bool(rows and meant and rows[0] not in meant)
    assert right >= 150
    assert wrong <= 10
