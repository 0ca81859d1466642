"""What a connection hands out is stored by intake/sensing, whatever bytes stand in it; one packet that cannot be stored spoils no other."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from yiwang.gateways.hj212_tcp.handing import NAMES, Instruments, keep, known_instruments, packet_of
from yiwang.gateways.hj212_tcp.session import Known, Session, Waiting
from yiwang.intake.sensing import queries
from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.models import ApartReading, KeptPacket, Reading
from yiwang.intake.sensing.received import INTERVALS, STATISTICS, Packet
from yiwang.intake.sensing.steps import keeping, stations, storing
from yiwang.kernel.journal.erasing import erase
from yiwang.kernel.people.steps.teams import create_team
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call, Grant, ScopeKind
from yiwang.wire.hj212 import codes
from yiwang.wire.hj212.building import frame

NOW = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)
SYSTEM = Actor(ActorKind.SYSTEM)
HEAD = b"QN=20261127114500000;ST=21;CN=2011;PW=123456;MN=A1;Flag=5;CP=&&DataTime=20261127114500;"


@pytest.fixture
def town(db: None) -> None:
    call = Call(SYSTEM, NOW, "test")
    team = create_team("water", "department", name_zh="水务站", name_en="Water Station", call=call).team_id
    said = Description("one", "一号水质站", "Station one", "hj212", "A1", team, date(2026, 1, 1), tolerates_crc=True)
    streams = [StreamDescription(factor, "rtd", "realtime", "mg/L", 60) for factor in ("w01018", "w21003")]
    made = stations.register_station(said, streams, call=call)
    stations.set_password(made.station_id, "123456", call=call)


def waiting(*sent: bytes) -> list[Waiting]:
    session = Session(known_instruments().get)
    turn = session.receive(b"".join(sent), now=0.0, at=NOW)
    turn.handed += session.end(now=0.0, at=NOW).handed
    return [Waiting(one, NOW) for one in turn.handed]


def with_items(items: bytes) -> bytes:
    return frame(HEAD + items + b"&&")


@pytest.mark.usefixtures("town")
def test_what_the_door_knows_of_its_instruments_comes_from_the_stations() -> None:
    assert known_instruments() == {"A1": Known("123456", True)}


@pytest.mark.usefixtures("town")
def test_a_changed_station_is_known_at_once_and_so_is_an_erased_password(
    django_assert_num_queries: Any,
) -> None:
    instruments = Instruments()
    assert instruments() == {"A1": Known("123456", True)}
    with django_assert_num_queries(1):
        assert instruments() == {"A1": Known("123456", True)}
    (station,) = queries.stations(SYSTEM)
    stations.set_password(station.station_id, "654321", call=Call(SYSTEM, NOW, "test"))
    assert instruments() == {"A1": Known("654321", True)}
    admin = Actor(ActorKind.STAFF, AccountId(UUID(int=7)), (Grant("administrator", ScopeKind.TOWN),))
    erase("station", station.station_id, ground="合同第三条", call=Call(admin, NOW, "test", reason="换设备"))
    assert instruments() == {"A1": Known("", True)}


@pytest.mark.usefixtures("town")
def test_a_packet_becomes_readings_with_their_flags_and_one_without_a_flag_is_normal() -> None:
    assert keep(waiting(with_items(b"w01018-Rtd=2.50,w01018-Flag=D;060-Rtd=0.10"))) == [True]
    rows = Reading.objects.order_by("stream").values_list("value", "flag", "at")
    assert [(str(value), flag, at) for value, flag, at in rows] == [
        ("2.50", "D", datetime(2026, 11, 27, 3, 45, tzinfo=UTC)),
        ("0.10", "N", datetime(2026, 11, 27, 3, 45, tzinfo=UTC)),
    ]


BY_NAME = (
    b"PM10-Rtd=69,PM10-Flag=N;PM25-Rtd=28,PM25-Flag=N;SO2-Rtd=23,SO2-Flag=N;"
    b"CO-Rtd=1.3,CO-Flag=N;O3-Rtd=41,O3-Flag=N;NO2-Rtd=28,NO2-Flag=N"
)
"""As in packet 56 of shared/data/hj212/packets.tsv."""


@pytest.mark.usefixtures("town")
def test_what_an_air_station_sends_by_name_is_stored_under_its_factors_and_a_makers_number_is_kept_apart() -> None:
    call, units = Call(SYSTEM, NOW, "test"), {"a21005": "mg/m³"}
    (water,) = queries.stations(SYSTEM)
    said = Description("two", "空气站", "Air station", "hj212", "A2", water.description.team_id, date(2026, 1, 1))
    factors = ("a34002", "a34004", "a21026", "a21005", "a05024", "a21004")
    streams = [StreamDescription(one, "rtd", "realtime", units.get(one, "μg/m³"), 60) for one in factors]
    made = stations.register_station(said, streams, call=call)
    head = b"ST=22;CN=2011;PW=;MN=A2;CP=&&DataTime=20261127114500;"
    assert keep(waiting(frame(head + BY_NAME + b";107-Rtd=70,107-Flag=N&&"))) == [True]
    names = {one.stream_id: one.description.factor for one in queries.station(SYSTEM, "two").streams}
    stored = {names[one.stream]: str(one.value) for one in Reading.objects.all()}
    assert stored == dict(zip(factors, ("69", "28", "23", "1.3", "41", "28"), strict=True))
    assert [(one.factor, one.reason) for one in ApartReading.objects.filter(station_id=made.station_id)] == [
        ("107", "unknown-factor")
    ]


@pytest.mark.usefixtures("town")
def test_a_noise_monitors_levels_of_an_hour_are_stored_under_the_factors_of_noise() -> None:
    call = Call(SYSTEM, NOW, "test")
    (water,) = queries.stations(SYSTEM)
    said = Description("two", "噪声点", "Noise", "hj212", "A2", water.description.team_id, date(2026, 1, 1))
    streams = [StreamDescription(one, "avg", "hour", "dB(A)", 3600) for one in ("n00006", "n00010")]
    stations.register_station(said, streams, call=call)
    head = b"QN=20261127114500000;ST=23;CN=2061;PW=;MN=A2;Flag=5;CP=&&DataTime=20261127110000;"
    assert keep(waiting(frame(head + b"LMx-Data=80.2;Leq-Data=61.5&&"))) == [True]
    names = {one.stream_id: one.description.factor for one in queries.station(SYSTEM, "two").streams}
    stored = {names[one.stream]: str(one.value) for one in Reading.objects.all()}
    assert stored == {"n00006": "61.5", "n00010": "80.2"}


NASTY = [
    b"w01018-Rtd=1,\x00\x01-Rtd=2,w01018-Flag=N",
    b"w01018-Rtd=1,w01018-Flag=\x00",
    b"w01018-Rtd=99999999999999999999999999999999",
    b"w01018-Rtd=1e99",
    b"w01018-Rtd=1e-99",
    b"w01018-Rtd=-0",
    b"w01018-Rtd=NaN;w21003-Rtd=\xff\xfe",
    b"\xce\xc5\xb1\xbe-Rtd=3;\\.\t-Rtd=4;'--Rtd=5",
    b"x" * 300 + b"-Rtd=6",
    b"DataTime=00010101000000;w01018-Rtd=7",
    b"DataTime=20991231235959;w01018-Rtd=8",
    b"DataTime=20000101000000;w01018-Rtd=9",
    b"SB1-RS=1;w01018-ZsCou=1;w01018-ZsRtd=2",
    b"",
]


@pytest.mark.usefixtures("town")
def test_whatever_stands_in_a_packet_its_batch_is_stored() -> None:
    sent = [with_items(items) for items in NASTY]
    strangers = [one.replace(b"MN=A1", b"MN=\xffB\x00") for one in sent]
    strangers += [b"\x00" * 3000, with_items(b"w01018-Rtd=1")[:50]]
    batch = waiting(*sent, *strangers)
    assert len(batch) > 2 * len(NASTY)
    assert keep(batch) == [True] * len(batch)
    assert keep(batch) == [True] * len(batch)
    assert Reading.objects.exists()
    assert {one.reason for one in ApartReading.objects.all()} >= {"unknown-factor", "in-future", "out-of-range"}
    assert {one.fault for one in KeptPacket.objects.all()} >= {"length-wrong", "unended", "garbage", "value-broken"}


@pytest.mark.usefixtures("town")
def test_one_packet_that_cannot_be_stored_is_kept_as_evidence_and_not_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails_on_two(door: str, packets: list[Packet], *, call: Call) -> storing.Outcome:
        if any(str(value) == "2" for packet in packets for column in packet.columns for value in column.values):
            raise ValueError("no column holds this")
        return storing.store(door, packets, call=call)

    monkeypatch.setattr(keeping, "store", fails_on_two)
    minutes = [HEAD.replace(b"7114500;", b"711%02d00;" % n) + b"w01018-Rtd=%d&&" % n for n in range(5)]
    batch = waiting(*map(frame, minutes))
    assert keep(batch) == [True, True, False, True, True]
    assert [one.fault for one in KeptPacket.objects.all()] == [keeping.UNSTORABLE]


def test_every_statistic_and_interval_has_its_name_in_sensing() -> None:
    assert {*NAMES.values()} - {*STATISTICS} == {"zs_cou", "rs", "rt"}, "kept apart there as unknown"
    assert {*codes.INTERVALS.values()} <= {*INTERVALS}
    assert packet_of(Waiting(waiting_without_town(), NOW)).readings == []


def waiting_without_town():
    return Session(lambda _: None).receive(b"\x01garbage\r\n##", now=0.0, at=NOW).handed[0]
