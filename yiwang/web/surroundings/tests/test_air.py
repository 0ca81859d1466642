"""The air as anybody meets it: the newest hour, the table of its own day, fourteen days, and nothing where nothing was measured."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps import stations
from yiwang.intake.sensing.steps.storing import store
from yiwang.kernel import walltime
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.terms import Actor, ActorKind, Call

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 4, 30, tzinfo=UTC)
"""12:30 in the town."""
CALL = Call(Actor(ActorKind.SYSTEM), NOW, "test")
NOON = NOW.replace(minute=0)
UNITS = {
    "a21026": "μg/m³",
    "a21004": "μg/m³",
    "a21005": "mg/m³",
    "a05024": "μg/m³",
    "a34002": "μg/m³",
    "a34004": "μg/m³",
}
CLEAN = {"a21026": "9", "a21004": "20", "a21005": "0.6", "a05024": "80", "a34002": "40", "a34004": "20"}


def station(team, code, factors):
    said = Description(code, f"{code}站", f"Station {code}", "hj212", code, team, date(2026, 1, 1))
    streams = [StreamDescription(one, "avg", "hour", UNITS[one], 3600) for one in factors]
    stations.register_station(said, streams, call=CALL)


def hour(code, at, **other):
    values = CLEAN | other
    readings = [Measured(one, "avg", "hour", at, Decimal(value), "N") for one, value in values.items()]
    store("hj212", [Packet(code, NOW, readings, b"##x")], call=CALL)


@pytest.fixture
def air(db):
    team = people_teams.create_team(
        "environment", "department", name_zh="环保站", name_en="Environment", call=CALL
    ).team_id
    station(team, "air", CLEAN)
    station(team, "fence", ["a34002", "a34004"])
    with walltime.at(NOW):
        yield Client()


def page(client, language="zh-Hans"):
    answer = client.get("/air", headers={"accept-language": language})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_the_newest_hour_stands_first_with_its_index_its_words_and_its_table(air):
    hour("air", NOON - timedelta(hours=2))
    hour("air", NOON - timedelta(hours=1), a34004="75")
    shown = page(air)
    assert re.search(
        r'level-air-3">114</span> <span><strong>轻度污染</strong><br><span class="soft">11月20日 周五 11:00–12:00',
        shown,
    )
    assert "首要污染物：PM2.5。" in shown
    assert "宜减少长时间、费力的户外锻炼" in shown
    assert "按 HJ 633-2026 计算。" in shown


def test_a_monitor_that_measures_less_than_the_index_looks_at_is_no_station_of_ambient_air(air):
    assert "fence站" not in page(air)


def test_without_an_hour_nothing_is_said_of_the_air(air):
    shown = page(air)
    assert "最近24小时没有数据。" in shown
    assert "level-air" not in shown


def days(shown):
    found = re.findall(r'<span class="unseen">(\d+年[^<]+)</span>', shown)
    return dict(one.split(" ", 1) for one in found)


@pytest.mark.parametrize(("hours", "told"), [(24, "50 优"), (20, "50 优"), (19, "NA 没有测全，不发布指数")])
def test_a_day_has_an_index_when_enough_of_its_hours_were_measured(air, hours, told):
    begins = walltime.day_begins(date(2026, 11, 18))
    for number in range(hours):
        hour("air", begins + timedelta(hours=number), a34004="35", a05024="10")
    found = days(page(air))
    assert len(found) == 14
    assert found["2026年11月18日"] == told
    assert found["2026年11月17日"] == "没有数据"


def test_the_days_of_good_air_are_counted_of_those_that_have_an_index(air):
    for day, fine in ((16, "300"), (17, "35"), (18, "35")):
        begins = walltime.day_begins(date(2026, 11, day))
        for number in range(24):
            hour("air", begins + timedelta(hours=number), a34004=fine, a05024="10")
    shown = page(air)
    assert "最近14天里，3天算得出指数，其中2天优良（指数不超过100）。" in shown
    assert "评价用到的GB 3095 环境空气质量标准中“数据统计的有效性”这一部分，还没有与原文核对，结果供参考。" in shown
    assert "Of the last 14 days 3 have an index; on 2 of these" in page(air, "en")


def test_a_town_without_a_station_of_air_says_what_would_be_here(db):
    assert "还没有空气质量监测站点" in page(Client())


def test_the_page_is_in_english_for_who_asks_so(air):
    hour("air", NOON)
    assert "excellent" in page(air, "en")
