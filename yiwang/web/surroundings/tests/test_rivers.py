"""The rivers as anybody meets them: each with the class of the month, its target, and nothing made up where nothing was measured."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from yiwang.intake.sensing import jobs as rolling
from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps import stations
from yiwang.intake.sensing.steps.storing import store
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.people import queries as people
from yiwang.registers import importing
from yiwang.web.surroundings.tests.conftest import CALL, NOW

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
        "试验3号河": "– 月报里没有 河长：片区河长办主任",
    }
    assert "没有监测断面的河道（1条）" in shown


def test_of_several_sections_the_worst_stands_for_the_river_and_another_month_can_be_looked_at(town):
    shown = lines(page(town, "/rivers?month=2026-09"))
    assert shown["试验1号河"].startswith("Ⅳ Ⅳ类（轻度污染）")  # 东断面 Ⅲ, 西断面 Ⅳ
    assert shown["试验2号河"].startswith("– 月报里没有")


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
        ("2026-10", "监测断面共3个，其中要考核的1个：达到目标0个，没有达到1个，月报里没有0个。"),
        ("2026-09", "监测断面共3个，其中要考核的1个：达到目标1个，没有达到0个，月报里没有0个。"),
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
        "月报里没有 · 1条": ("", "dashed"),
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
    assert told[0] == "2025年11月 月报里没有"
    assert told[-2:] == ["2026年9月 Ⅲ类（良好）", "2026年10月 Ⅳ类（轻度污染）"]


def test_a_river_without_a_section_asks_to_be_told_and_shows_no_class(town):
    shown = page(town, "/rivers/R3")
    assert "这条河没有监测断面，所以没有水质类别。" in shown
    assert "level-water" not in shown


@pytest.fixture
def measured(town):
    """A laboratory at the south section, an automatic station at the west one, and one at an outlet."""
    team = people.team_by_code(CALL.actor, "water").team_id
    for code, register, key, kind in (
        ("lab", "water_section", "D3", ("rtd", "sample")),
        ("auto", "water_section", "D2", ("avg", "hour")),
        ("pipe", "outlet", "R3", ("rtd", "sample")),
    ):
        said = Description(
            code, f"{code}站", code, "hj212", code, team, date(2026, 1, 1), register=register, register_key=key
        )
        streams = [StreamDescription(factor, *kind, "mg/L", 3600) for factor in ("w21003", "w01009")]
        stations.register_station(said, streams, call=CALL)
        for at, ammonia in ((NOW - timedelta(days=3), "0.9"), (NOW - timedelta(days=2), "1.3")):
            readings = [
                Measured("w21003", *kind, at, Decimal(ammonia), "N"),
                Measured("w01009", *kind, at, Decimal(6), "N"),
            ]
            store("hj212", [Packet(code, NOW, readings, b"##x")], call=CALL)
    while sequencer.sequence_once():
        pass
    rolling.follow_journal(NOW)
    return town


def test_what_the_town_measured_itself_shows_beside_a_section_that_the_district_s_report_does_not_have(measured):
    shown = re.sub(r"<[^>]+>", " ", page(measured, "/rivers/R2"))
    assert "镇里自己测的 lab站 · 2026年11月18日人工采样" in " ".join(shown.split())
    assert "Ⅳ类（2/21项）" in shown  # the newer sample: 1.3 mg/L of ammonia
    mean = page(measured, "/rivers/R1")
    assert "自动站最近30天的平均值（有数据2天）" in mean
    assert "Ⅳ类（2/21项）" in mean  # 1.1 mg/L on average
    assert "自己测的" not in page(measured, "/rivers/R3")  # of an outlet nothing is told here
    assert "2026年11月18日人工采样：Ⅳ类（2/21项）" in page(measured, "/rivers")


def test_a_section_without_a_published_class_says_which_report_does_not_have_it_and_the_target_stands_beside_a_class(
    town,
):
    assert "目标：Ⅲ类" in page(town, "/rivers/R1").partition("现在的水质")[2].partition("谁负责这条河")[0]
    with walltime.at(NOW + timedelta(days=1)):
        call = replace(CALL, now=NOW + timedelta(days=1))
        sheet = "断面编号,断面名称,所在河道,断面级别,是否考核,目标类别,责任部门,经度,纬度\nD4,北断面,R3,镇级,否,,water,121.37,31.815\n"
        importing.take("water_section", sheet.encode(), "more.csv", call=call)
        told = page(town, "/rivers/R3")
    assert "区里的断面月报最近十二个月没有这个断面，所以没有区里公布的类别。" in told


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
