"""Alarms where people work: a station's chart, the list, the duty screen, and their case with what proves that they are over."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from yiwang.cases.steps import forward
from yiwang.intake.sensing import jobs as rolling
from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing.alarms import jobs, queries
from yiwang.intake.sensing.alarms.states import AlarmState
from yiwang.intake.sensing.alarms.steps import proving
from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.samples import taking
from yiwang.intake.sensing.steps import stations
from yiwang.intake.sensing.steps.storing import store
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.places.rules import Draft, Kind
from yiwang.kernel.places.steps import register_place
from yiwang.kernel.terms import Actor, ActorKind, Call, CaseId
from yiwang.registers import steps as registers

pytestmark = pytest.mark.django_db
SYSTEM = Actor(ActorKind.SYSTEM)
NOW = walltime.now().replace(minute=30, second=0, microsecond=0)
BEGIN = NOW.replace(minute=0) - timedelta(hours=20)
"""The first hour of the story: class IV, whose limit of ammonia is 1.5 mg/L."""
SECTION = {
    "number": "D-1", "called": "横河断面", "river": "R-X01", "level": "town", "assessed": True, "target_class": "iv", "team": "water",
    "longitude": "121.37", "latitude": "31.805",
}  # fmt: skip


AMMONIA = StreamDescription("w21003", "avg", "hour", "mg/L", 3600)


def call_of() -> Call:
    return Call(SYSTEM, NOW, "test")


def send(*values: str, since: int = 0, flag: str = "N") -> None:
    """Means of one hour after the other, then what the timers do an hour after the last."""
    read = [
        Measured("w21003", "avg", "hour", BEGIN + timedelta(hours=since + n), Decimal(value), flag)
        for n, value in enumerate(values)
    ]
    store("hj212", [Packet("MN01", NOW, read)], call=call_of())
    while sequencer.sequence_once():
        pass
    rolling.follow_journal(NOW)
    jobs.follow_journal(read[-1].at + timedelta(hours=1))


@pytest.fixture
def section(town):
    """A station at a section with four hours of which two are beyond the limit, and one in maintenance before."""
    line = "LINESTRING (121.361 31.805, 121.379 31.805)"
    register_place(Draft(Kind.RIVER, "R-X01", "新海横河", line, "LineString"), call=call_of())
    registers.enter_row("water_section", SECTION, date(2019, 1, 1), call=call_of())
    about = Description(
        "river-1", "红星1号河水质站", "Hongxing No. 1", "hj212", "MN01", town.teams["water"], date(2026, 1, 1),
        register="water_section", register_key="D-1",
    )  # fmt: skip
    stations.register_station(about, [AMMONIA], call=call_of())
    send("9.9", flag="M")
    send("0.8", "2.0", "3.2", since=1)
    return town


def page(town, who: str, path: str, language: str = "zh-hans", status: int = 200) -> str:
    with walltime.at(NOW):
        answer = town.client(who, language).get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def number() -> str:
    (alarm,) = queries.alarms(SYSTEM, state=(*AlarmState,))
    return alarm.case_number


def words(shown: str) -> str:
    """The main part of a page as text."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", shown.split("<main")[1]))


def test_the_chart_of_a_station_has_its_limit_its_alarm_and_its_maintenance_in_words(section):
    shown = page(section, "water", "/desk/stations/river-1")
    assert 'class="chart-limit"' in shown
    assert 'class="chart-alarm-bar"' in shown
    assert 'class="chart-off-bar"' in shown
    told = words(shown)
    assert "氨氮超过水质目标：不高于 1.5 mg/L" in told
    assert "报警（较重）：氨氮超过水质目标" in told
    assert "不计入统计：维护" in told


def test_the_table_beside_the_chart_says_the_same(section):
    shown = page(section, "water", "/desk/stations/river-1")
    assert shown.count('data-label="限值">1.5<') == 4
    assert shown.count('data-label="报警">氨氮超过水质目标（较重）<') == 2


def test_a_changed_target_is_a_step_of_the_line_from_its_day(section):
    today = walltime.town_day(NOW)
    registers.enter_row("water_section", SECTION | {"target_class": "v"}, today, call=call_of())
    shown = words(page(section, "water", "/desk/stations/river-1?span=week"))
    assert f"不高于 1.5，{today.isoformat()}起 2 mg/L" in shown


def test_a_stream_in_another_unit_is_judged_by_no_limit_and_the_page_says_so(section):
    (before,) = queries.alarms(SYSTEM)
    found = sensing.station(SYSTEM, "river-1")
    in_micrograms = replace(AMMONIA, unit="μg/L", least=Decimal(0), most=Decimal(100_000))
    stations.change_station(found.station_id, found.description, [in_micrograms], call=call_of())
    send("800", "800", "800", since=10)  # 0.8 mg/L; read as mg/L it would be beyond
    told = words(page(section, "water", "/desk/stations/river-1"))
    assert "报警规则“氨氮超过水质目标”没有用于“氨氮”：这个序列的单位是 μg/L，规则的限值按 mg/L 计" in told
    assert "报警规则“水质数据中断”没有用于" not in told
    assert queries.alarms(SYSTEM) == (before,)
    stations.change_station(found.station_id, found.description, [AMMONIA], call=call_of())
    assert "没有用于" not in words(page(section, "water", "/desk/stations/river-1"))


def test_the_case_says_what_is_beyond_and_what_is_missing_before_it_can_be_closed(section):
    told = words(page(section, "water", f"/desk/cases/{number()}"))
    assert "还没有证明恢复，不能结案" in told
    assert "连续 12 小时" in told
    assert "为 3.2 mg/L，限值 1.5 mg/L" in told
    send("0.8", "0.8", "0.8", since=4)
    assert "起已经回到限值以内" in words(page(section, "water", f"/desk/cases/{number()}"))


def test_the_case_says_that_the_instrument_proved_it(section):
    send(*["0.8"] * 14, since=4)
    told = words(page(section, "water", f"/desk/cases/{number()}"))
    assert "仪器证明已恢复" in told
    assert "一直没有再超过" in told


def sampled(town, *rows: str) -> None:
    """A laboratory's samples at the same section."""
    about = Description(
        "lab-1", "横河断面采样", "Samples", "laboratory", "lab-1", town.teams["water"], date(2026, 1, 1),
        register="water_section", register_key="D-1",
    )  # fmt: skip
    stations.register_station(about, [StreamDescription("w21003", "rtd", "sample", "mg/L", 2592000)], call=call_of())
    sheet = "站点,样品编号,采样时间,检测单位,氨氮(mg/L)\n" + "\n".join(f"lab-1,{row}" for row in rows)
    assert taking.take(sheet.encode(), "a.csv", call=call_of()).refused == ()


def test_the_case_opens_to_the_samples_taken_there_since_and_says_which_one_was_named_as_proof(section):
    hours = [f"{walltime.in_town(BEGIN + timedelta(hours=n)):%Y-%m-%d %H:%M}" for n in (-30, 8, 9)]
    sampled(
        section, f"WS-1,{hours[0]},区监测站,2.5", f"WS-11,{hours[1]},区监测站,1.8", f"WS-12,{hours[2]},区监测站,0.8"
    )
    chosen = page(section, "duty_officer", f"/desk/cases/{number()}/act/show_sample").split("<form")[-1]
    assert "WS-12，" in chosen
    assert "WS-11，" not in chosen, "it is beyond"
    (sample,) = re.findall(r'name="sample" value="([0-9a-f-]{36})"', chosen)
    (alarm,) = queries.alarms(SYSTEM)
    proving.show_sample(alarm.case_id, sample=UUID(sample), call=section.call("duty_officer"))
    shown = page(section, "duty_officer", f"/desk/cases/{number()}").split('id="alarm"')[1].split("</section>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", shown.split("报警以后在这里采的样品")[-1], re.DOTALL)
    told = [re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]*>", " ", row)).split() for row in rows if "WS-" in row]
    assert [(one[0], one[-1]) for one in told] == [("WS-12", "登记为证明"), ("WS-11", "—")]
    assert [one[-2] for one in told] == ["达标", "超标"]
    opened = re.search(r'href="(/desk/samples/[0-9a-f-]+)">WS-12<', shown)[1]
    assert "WS-12" in page(section, "duty_officer", opened)


def handled(town, case_id: CaseId) -> None:
    """The water station took the case and says that it is mended."""
    forward.sign(case_id, call=town.call("water"))
    forward.report_back(case_id, outcome="solved", result="已封堵", no_photo_reason="夜间", call=town.call("water"))


def test_a_leader_is_offered_no_close_without_proof_while_the_instrument_measures_and_is_told_why(section, post):
    (alarm,) = queries.alarms(SYSTEM)
    send(*["9.9"] * 15, since=4)
    with walltime.at(NOW):
        handled(section, alarm.case_id)
        shown = page(section, "leader", f"/desk/cases/{number()}")
        assert "领导不能未经证明结案" in words(shown)
        assert "/act/close_unproven" not in shown
        assert page(section, "leader", f"/desk/cases/{number()}/act/close_unproven", status=409)

        found = sensing.station(SYSTEM, "river-1")
        gone = replace(found.description, in_use_to=walltime.town_day(NOW) - timedelta(days=1))
        stations.change_station(found.station_id, gone, [AMMONIA], call=call_of())
        shown = page(section, "leader", f"/desk/cases/{number()}")
        assert "站点已停用：领导可以写明理由，未经证明结案" in words(shown)
        answer = post(section, "leader", alarm.case_id, "close_unproven", finding="仪器拆走了")
        assert answer.status_code == 302
        assert "未经仪器证明" in words(page(section, "leader", f"/desk/cases/{number()}"))
        assert "未经证明结案" in words(page(section, "leader", "/desk/alarms?state=all"))


def test_a_case_without_samples_since_shows_no_list_of_them(section):
    assert "报警以后在这里采的样品" not in page(section, "water", f"/desk/cases/{number()}")


def test_the_list_is_narrowed_by_state_station_and_severity(section):
    assert "红星1号河水质站" in words(page(section, "leader", "/desk/alarms")).split("报警，新的在前")[1]
    for query in ("?state=ended", "?severity=minor", "?state=withdrawn"):
        assert "没有这样的报警" in page(section, "leader", f"/desk/alarms{query}")
    for query in ("?state=all", "?severity=major", "?station=river-1", "?station=nowhere", "?state=x&skip=-5"):
        assert number() in page(section, "leader", f"/desk/alarms{query}")


def test_what_late_readings_take_back_is_listed_as_withdrawn_with_the_reason(section):
    registers.enter_row("water_section", SECTION | {"target_class": ""}, date(2019, 1, 1), call=call_of())
    jobs.look(BEGIN + timedelta(hours=5))
    told = words(page(section, "leader", "/desk/alarms?state=withdrawn"))
    assert "规则或限值改了，不再成立" in told


def test_a_department_sees_the_alarms_of_its_own_stations_alone(section):
    assert number() in page(section, "water", "/desk/alarms")
    assert number() not in page(section, "sanitation", "/desk/alarms")


def test_the_duty_screen_counts_the_alarms_that_go_on(section):
    tile = page(section, "duty_officer", "/desk/watch/board").split('id="watch-tile-alarms"')[1].split("</li>")[0]
    assert '<span class="figure-value">1</span>' in tile
    send(*["0.8"] * 4, since=4)
    tile = page(section, "duty_officer", "/desk/watch/board").split('id="watch-tile-alarms"')[1].split("</li>")[0]
    assert '<span class="figure-value">0</span>' in tile


@pytest.mark.parametrize("path", ["/desk/alarms", "/desk/stations/river-1", "/desk/cases/{number}"])
def test_what_alarms_say_is_read_in_english_too(section, path):
    shown = page(section, "leader", path.format(number=number()), "en").split("<main")[1]
    about = shown.split('id="alarm"')[1].split("</section>")[0] if "case" in path else shown
    assert "Ammonia nitrogen beyond the target class" in about
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"(?s)<(nav|header|footer).*?</\1>|水务管理站|演示", "", about))
