"""Plans as governments published them, read in place; golden figures of the town's own plan (domain, Part 1)."""

from pathlib import Path

import pytest
from django.conf import settings

from yiwang.plan.parsing.outline import parse

PLANS = settings.ROOT.parent / "shared" / "data" / "plans"
XINHAI = PLANS / "xinhai-2019.txt"

pytestmark = pytest.mark.skipif(not XINHAI.exists(), reason="the published plans are not beside this checkout")


def test_the_town_plan_has_8_chapters_26_items_and_153_sentences_after_the_titles() -> None:
    document = parse(XINHAI.read_text(encoding="utf-8"))
    items = list(document.items())
    assert (len(document.chapters), len(items)) == (8, 26)
    assert sum(len(item.sentences) for item in items) == 153
    assert dict(document.metadata)["索引号"] == "SY6840202040201900112"
    assert dict(document.metadata)["发布日期"] == "2019-06-20"


def test_its_hard_figures_are_the_eight_the_domain_lists() -> None:
    found = [
        (item.no, one.comparator, str(one.value), one.unit)
        for item in parse(XINHAI.read_text(encoding="utf-8")).items()
        for one in item.targets
    ]
    assert found == [
        ("1", "=", "0", "个"),
        ("1", "=", "0", "个"),
        ("6", ">=", "500", "家"),
        ("6", ">=", "3.2", "亿元"),
        ("7", ">=", "69.8", "亩"),
        ("10", ">=", "80", "%"),
        ("14", "=", "100", "%"),
        ("14", "=", "100", "%"),
    ]


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.txt")), ids=lambda path: path.stem[:20])
def test_every_published_plan_is_read_and_every_quote_stands_where_it_says(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    parts = [part for item in parse(text).items() for part in (*item.sentences, *item.commitments, *item.targets)]
    assert len(parts) > 10
    assert all(text[part.start : part.end] == part.quote for part in parts)


SENSIBLY = {
    "01_chongming_xinhai": (1, 3, 12, {"before", "past", "cut"}),
    "02_chongming_chengqiao": (1, 1, 7, {"before", "cut"}),
    "04_chongming_district": (1, 6, 19, {"before"}),
    "08_chongming_district": (6, 6, 27, {"before"}),
    "2026_上海市": (4, 27, 417, {"before", "page", "past"}),
    "2026_浙江省": (3, 29, 516, {"before", "page", "past"}),
}
"""By the file's beginning: chapters, items, sentences, and why something was not read. 01 and 02 are excerpts that break off."""
TITLES = {
    "01_chongming_xinhai": "",
    "02_chongming_chengqiao": "崇明区城桥镇人民政府2024年工作要点",
    "04_chongming_district": "2025年区政府实事项目和重点工程安排",
    "08_chongming_district": "2019年崇明区政府实事项目和重点工程安排",
    "2026_上海市": "2026年上海市政府工作报告",
    "2026_浙江省": "2026年浙江省政府工作报告",
    "xinhai": "2019年新海镇党委、政府工作要点",
}
"""The excerpt 01 begins after its title."""


@pytest.mark.parametrize("beginning", TITLES)
def test_the_title_is_the_plans_own_and_no_date_or_letter_around_it(beginning: str) -> None:
    (path,) = PLANS.glob(f"{beginning}*.txt")
    assert parse(path.read_text(encoding="utf-8")).title == TITLES[beginning]


@pytest.mark.parametrize(("beginning", "past"), [("01_chongming_xinhai", 1), ("2026_上海市", 1), ("2026_浙江省", 1)])
def test_a_chapter_about_the_year_before_promises_nothing_and_is_named(beginning: str, past: int) -> None:
    (path,) = PLANS.glob(f"{beginning}*.txt")
    document = parse(path.read_text(encoding="utf-8"))
    named = [one.start for one in document.unread if one.why == "past"]
    assert len(named) == past
    for chapter in document.chapters:
        promised = [one for item in chapter.items for one in (*item.commitments, *item.targets)]
        assert bool(promised) is (chapter.start not in named)


@pytest.mark.parametrize("beginning", SENSIBLY)
def test_the_other_plans_are_read_sensibly_and_what_was_not_read_is_named(beginning: str) -> None:
    (path,) = PLANS.glob(f"{beginning}*.txt")
    text = path.read_text(encoding="utf-8")
    document = parse(text)
    items = list(document.items())
    whys = {one.why for one in document.unread}
    assert (len(document.chapters), len(items), sum(len(one.sentences) for one in items), whys) == SENSIBLY[beginning]
    assert all(text[one.start : one.end] == one.quote for one in document.unread)
