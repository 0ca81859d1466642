"""The pages of stations: who sees which, what one measured, what a number rests on, and what was kept apart."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from yiwang.intake.sensing import jobs, series
from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps import stations
from yiwang.intake.sensing.steps.storing import store
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.web.desk.views import stations as views

pytestmark = pytest.mark.django_db
NOW = walltime.now().replace(minute=30, second=0, microsecond=0)
HOUR = NOW.replace(minute=0) - timedelta(hours=2)


def call_of() -> Call:
    return Call(Actor(ActorKind.SYSTEM), NOW, "test")


@pytest.fixture
def river(town):
    """A station of the water department that sent an hour of values, one of them in maintenance, and one that cannot be."""
    said = Description(
        "river-1", "红星1号河水质站", "Hongxing No. 1", "hj212", "MN01", town.teams["water"], date(2026, 1, 1)
    )
    streams = [StreamDescription(one, "rtd", "realtime", "mg/L", 60) for one in ("w21003", "w01018")]
    stations.register_station(said, streams, call=call_of())
    readings = [
        Measured("w21003", "rtd", "realtime", HOUR + timedelta(minutes=n), Decimal(n), "M" if n == 7 else "N")
        for n in range(60)
    ]
    bad = Measured("w01018", "rtd", "realtime", HOUR, Decimal(-4))
    store("hj212", [Packet("MN01", NOW, [*readings, bad], b"##PW=123456;MN=MN01;CP=&&x&&")], call=call_of())
    store("hj212", [Packet("MN-STRANGE", NOW, [bad], b"##stranger")], call=call_of())
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(NOW)
    return town


def page(town, who: str, path: str, language: str = "zh-hans", status: int = 200) -> str:
    with walltime.at(NOW):
        answer = town.client(who, language).get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_the_list_tells_last_contact_completeness_and_what_was_kept_apart(river):
    shown = page(river, "leader", "/desk/stations")
    assert "红星1号河水质站" in shown
    assert "刚刚" in shown
    assert "2%" in shown  # 59 of 2,880
    assert "MN-STRANGE" in shown
    assert "设备没有登记" in shown


def test_a_department_sees_its_own_and_nothing_of_strangers(river):
    assert "红星1号河水质站" in page(river, "water", "/desk/stations")
    assert "MN-STRANGE" not in page(river, "water", "/desk/stations")
    assert "红星1号河水质站" not in page(river, "sanitation", "/desk/stations")
    page(river, "sanitation", "/desk/stations/river-1", status=404)


def test_a_station_shows_a_stream_as_chart_and_table_with_flags(river):
    shown = page(river, "water", "/desk/stations/river-1")
    assert 'class="chart-line"' in shown
    assert "维护" in shown
    assert "超出量程" in shown
    assert "氨氮" in shown
    assert "MN01" in shown


def test_a_station_is_read_in_english_too(river):
    shown = page(river, "leader", "/desk/stations/river-1?span=week", "en")
    assert "Hongxing No. 1" in shown
    assert "Ammonia nitrogen" in shown
    assert not re.search(
        r"[\u4e00-\u9fff]", re.sub(r"(?s)<(nav|header|footer).*?</\1>|水务管理站|演示", "", shown.split("<main")[1])
    )


def test_silence_is_said(river):
    with walltime.at(NOW + timedelta(minutes=10)):
        shown = river.client("leader").get("/desk/stations").content.decode()
    assert "超过应报间隔的三倍没有联系" in shown


def test_a_number_of_an_hour_opens_to_its_readings(river):
    shown = page(river, "water", f"/desk/stations/river-1/rows?stream=1&period=hour&start={int(HOUR.timestamp())}")
    assert "60 个值，其中 59 个进统计" in shown
    assert shown.count("<tr>") == 61


@pytest.mark.parametrize(
    "query", ["", "?stream=1&period=week&start=1", "?stream=1&period=hour&start=x", "?stream=99&period=hour&start=1700000000",
              "?stream=1&period=hour&start=99999999999999"],
)  # fmt: skip
def test_a_number_that_nobody_has_is_not_found(river, query):
    page(river, "water", f"/desk/stations/river-1/rows{query}", status=404)


@pytest.mark.parametrize("query", ["?span=century", "?stream=", "?until=x&span=year", "?until=99999999999999999999"])
def test_what_an_address_cannot_mean_is_read_as_nothing(river, query):
    assert "chart" in page(river, "water", f"/desk/stations/river-1{query}")


def test_a_packet_with_a_fault_of_its_own_is_listed_with_the_fault_in_words(river):
    assert "有问题的数据包" not in page(river, "water", "/desk/stations/river-1")
    faults = [
        ("MN01", "crc-modbus", b"##1"),
        ("MN01", "value-broken", b"##2"),
        ("", "garbage", b"\x00"),
        ("MN01", "new-one", b"##3"),
    ]
    packets = [Packet(key, NOW, (), raw, fault) for key, fault, raw in faults]
    store("hj212", packets, call=call_of())
    shown = page(river, "water", "/desk/stations/river-1")
    for words in ("有问题的数据包", "校验码用的是 Modbus 算法", "有的取值不是数字", "new-one"):
        assert words in shown
    assert "不属于任何数据包的内容" not in shown
    assert "不属于任何数据包的内容" in page(river, "leader", "/desk/stations")
    assert "不属于任何数据包的内容" not in page(river, "water", "/desk/stations")
    link = re.search(r"/desk/packets/[0-9a-f]{64}(?=[^<]*>[^<]*</a>)", shown.split("有问题的数据包", 1)[1])
    assert "<dt>问题</dt><dd>" in page(river, "water", link[0])


def test_a_kept_packet_is_shown_without_its_password(river):
    link = re.search(r"/desk/packets/[0-9a-f]{64}", page(river, "water", "/desk/stations/river-1"))
    shown = page(river, "water", link[0])
    assert "PW=******;MN=MN01" in shown
    assert "123456" not in shown
    page(river, "sanitation", link[0], status=404)


def test_a_value_that_differs_is_decided_on_by_the_registrar_with_a_reason(river):
    river.accounts["registrar"] = people.create_account("registrar", "登演示", call=call_of()).account_id
    people.grant_role(river.accounts["registrar"], "registrar", call=call_of())
    store(
        "hj212", [Packet("MN01", NOW, [Measured("w21003", "rtd", "realtime", HOUR, Decimal("8.25"))])], call=call_of()
    )
    address = re.search(r"/desk/stations/differing/[0-9a-f-]{36}", page(river, "water", "/desk/stations/river-1"))[0]
    assert "由台账管理员决定" in page(river, "water", address)
    page(river, "sanitation", address, status=404)
    shown = page(river, "registrar", address)
    assert ("8.25" in shown, "以后来的值为准" in shown) == (True, True)
    with walltime.at(NOW):
        assert river.client("water").post(f"{address}?to=accept", {"reason": "补传"}).status_code == 403
        assert river.client("registrar").post(f"{address}?to=accept", {"reason": ""}).status_code == 422
        done = river.client("registrar").post(f"{address}?to=accept", {"reason": "校准后补传"}, follow=True)
    assert "differing" not in done.content.decode()
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(NOW)
    rows = page(river, "water", f"/desk/stations/river-1/rows?stream=1&period=hour&start={int(HOUR.timestamp())}")
    assert "是，已更正" in rows
    assert "8.25" in rows


def test_the_readings_of_a_time_are_exported_all_of_them_as_a_sheet(river, monkeypatch):
    monkeypatch.setattr(series, "PAGE", 7)
    start = int(HOUR.timestamp())
    address = f"/desk/stations/river-1/export?stream=1&since={start}&until={start + 3600}"
    with walltime.at(NOW):
        answer = river.client("water").get(address)
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert river.client("sanitation").get(address).status_code == 404
        assert river.client("water").get(address.replace("until=", "until=9")).status_code == 404
    assert lines[0] == "at,value,flag,counted,corrected,batch"
    assert len(lines) == 61
    assert lines[8].split(",")[1:5] == ["7", "M", "false", "false"]


def test_an_hour_with_more_readings_than_a_page_holds_says_so_and_offers_the_rest(river, monkeypatch):
    monkeypatch.setattr(views, "MOST_BEHIND", 10)
    shown = page(river, "water", f"/desk/stations/river-1/rows?stream=1&period=hour&start={int(HOUR.timestamp())}")
    assert "只列出前 10 个" in shown
    assert shown.count("<tr>") == 11
    assert "/desk/stations/river-1/export?" in shown
