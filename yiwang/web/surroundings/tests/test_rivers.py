"""The rivers as anybody meets them: each with the class of the month, its target, and nothing made up where nothing was measured."""

import json
import re
from html import unescape

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def page(town, address, language="zh-Hans", status=200):
    answer = town.get(address, headers={"accept-language": language})
    assert answer.status_code == status, address
    return unescape(answer.content.decode())


def lines(shown):
    """Each river's line in words, by its name."""
    found = {}
    for row in re.findall(r'<li class="river-row">(.*?)</li>', shown, re.DOTALL):
        words = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", row).split()
        found[words[0]] = " ".join(words[1:])
    return found


def test_each_river_has_the_class_of_the_newest_month_and_says_when_there_is_none(town):
    shown = page(town, "/rivers")
    assert "2026年10月的水质" in shown
    assert lines(shown) == {
        "试验1号河": "Ⅳ Ⅳ类（轻度污染） 没有达到目标 目标：Ⅲ类 · 河长：副镇长（分管水务）",
        "试验2号河": "劣Ⅴ 劣Ⅴ类（重度污染） 没有达到目标 目标：Ⅳ类 · 河长：片区河长办主任",
        "试验3号河": "– 没有数据 河长：片区河长办主任",
    }
    assert "没有监测断面的河道（1条）" in shown


def test_of_several_sections_the_worst_stands_for_the_river_and_another_month_can_be_looked_at(town):
    shown = lines(page(town, "/rivers?month=2026-09"))
    assert shown["试验1号河"].startswith("Ⅳ Ⅳ类（轻度污染）")  # 东断面 Ⅲ, 西断面 Ⅳ
    assert shown["试验2号河"].startswith("– 没有数据")


def test_the_whole_town_is_judged_and_by_what_and_what_is_unverified_is_told(town):
    shown = page(town, "/rivers")
    assert "全镇断面合起来评价：中度污染" in shown
    assert (
        "只有2个断面，不到5个，先把各断面每一项的数值求平均再判：平均为Ⅴ类（只按月报列出的5项，全套21项），其中劣Ⅴ类断面1个。"
        in shown
    )
    assert "另有1个断面这个月没有类别，没有计入。" in shown
    assert "中“河流、流域（水系）水质评价”这一部分，还没有与原文核对，结果供参考。" in shown
    assert "All sections of the town together: moderately polluted" in page(town, "/rivers", "en")


@pytest.mark.parametrize(
    ("month", "told"),
    [
        ("2026-10", "要考核的断面1个：达到目标0个，没有达到1个，没有数据0个。"),
        ("2026-09", "要考核的断面1个：达到目标1个，没有达到0个，没有数据0个。"),
    ],
)
def test_the_assessed_sections_that_met_their_target_are_counted(town, month, told):
    assert told in page(town, f"/rivers?month={month}")


@pytest.mark.parametrize("asked", ["2019-01", "2026-13", "x", "%00"])
def test_a_month_of_which_nothing_was_published_is_answered_with_the_newest(town, asked):
    assert "2026年10月的水质" in page(town, f"/rivers?month={asked}")


def layers(shown):
    found = re.search(r'<script id="[a-z]+-layers" type="application/json">(.*?)</script>', shown, re.DOTALL)
    return {one["text"]: one for one in json.loads(found[1])}


def test_the_map_has_a_layer_for_each_class_and_none_of_a_good_class_for_a_river_without_data(town):
    found = layers(page(town, "/rivers"))
    assert {text: (one.get("colour", ""), one["kind"]) for text, one in found.items()} == {
        "没有数据 · 1条": ("", "dashed"),
        "Ⅳ类（轻度污染） · 1条": ("water-4", "line"),
        "劣Ⅴ类（重度污染） · 1条": ("water-6", "line"),
        "监测断面（圈里是类别）": ("", "mark"),
    }
    marks = found["监测断面（圈里是类别）"]["data"]["features"]
    assert [(one["properties"]["mark"], one["properties"]["colour"]) for one in marks] == [
        ("Ⅳ", "water-4"),
        ("–", ""),
        ("劣Ⅴ", "water-6"),
    ]


def test_a_river_tells_in_plain_words_who_answers_how_its_water_is_and_what_is_worse_than_the_target(town):
    shown = page(town, "/rivers/R1")
    assert "这条河的河长是副镇长（分管水务）。" in shown
    assert "2026年10月是Ⅳ类（轻度污染），没有达到Ⅲ类的目标。" in shown
    assert "Ⅳ类，比Ⅲ类的限值超0.20倍" in shown
    assert "2026年9月是Ⅳ类（轻度污染）。这个断面没有定目标。" in shown  # the west section was not published in October
    assert "类别照录自区生态环境局《地表水水质月报》。" in shown


def test_a_year_has_twelve_months_and_those_without_a_class_say_so(town):
    (year, _west) = re.findall(r'<ol class="year">(.*?)</ol>', page(town, "/rivers/R1"), re.DOTALL)
    told = re.findall(r'<span class="unseen">([^<]+)</span>', year)
    assert len(told) == 12
    assert told[0] == "2025年11月 没有数据"
    assert told[-2:] == ["2026年9月 Ⅲ类（良好）", "2026年10月 Ⅳ类（轻度污染）"]


def test_a_river_without_a_section_asks_to_be_told_and_shows_no_class(town):
    shown = page(town, "/rivers/R3")
    assert "这条河没有监测断面，所以没有水质类别。" in shown
    assert "level-water" not in shown


def test_a_report_about_the_river_begins_with_the_place_filled_in(town):
    link = re.search(r'href="(/report\?place=[0-9a-f-]+)"', page(town, "/rivers/R1"))[1]
    assert "试验1号河" in page(town, link)


def test_an_unknown_river_is_not_found(town):
    page(town, "/rivers/R9", status=404)


def test_the_pages_are_in_english_for_who_asks_so(town):
    assert "Trial River 1" in page(town, "/rivers", "en")
    told = page(town, "/rivers/R1", "en")
    assert "In Oct 2026: class Ⅳ (lightly polluted), which does not meet the target Class III." in told


def test_a_browser_may_keep_the_page_for_some_minutes_and_nothing_of_it_is_about_anybody(town):
    answer = town.get("/rivers/R1")
    assert answer.headers["Cache-Control"] == "private, max-age=300"


def test_a_town_without_a_register_of_rivers_says_so(db):
    assert "还没有河道名录" in page(Client(), "/rivers")
