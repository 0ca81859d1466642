"""Stations and their streams: what can be said of them, what a change does, who sees which."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from yiwang.intake.sensing import law, queries
from yiwang.intake.sensing.facts import StreamDescription
from yiwang.intake.sensing.models import Station, Stream
from yiwang.intake.sensing.problems import (
    FactorUnknown,
    RangeWanted,
    StationCodeTaken,
    StationFieldWrong,
    StationKeyTaken,
    StationUnchanged,
    StationUnknown,
    StreamTwice,
)
from yiwang.intake.sensing.received import Measured
from yiwang.intake.sensing.steps import stations
from yiwang.intake.sensing.steps.storing import store
from yiwang.intake.sensing.tests.small_town import (
    MN,
    NOW,
    SYSTEM,
    call_of,
    described,
    make_station,
    measured,
    packet,
    stored,
    streams,
    team,
)
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.people.steps.teams import create_team
from yiwang.kernel.problems import NotAllowed, NotFound
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Grant, Point, ScopeKind, TeamId

pytestmark = pytest.mark.django_db


def handler(team_id: TeamId) -> Actor:
    return Actor(ActorKind.STAFF, None, (Grant("handler", ScopeKind.TEAM, team_id),))


def test_a_station_is_known_with_all_that_was_said_of_it(db):
    said = described(team(), point=Point(121.37, 31.8), register="river", register_key="R-H01", tolerates_crc=True)
    made = stations.register_station(said, streams(), call=call_of())
    found = queries.station(SYSTEM, "hongxing-1")
    assert (found.station_id, found.description, found.heard_at) == (made.station_id, said, None)
    assert [one.description for one in found.streams] == streams()
    assert [one.stream_id for one in found.streams] == [1, 2, 3]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "Hong Xing"}, "code"),
        ({"code": "x" * 61}, "code"),
        ({"door": "fax"}, "door"),
        ({"key": " "}, "key"),
        ({"key": "a\0"}, "key"),
        ({"name_zh": ""}, "name_zh"),
        ({"in_use_from": date(1999, 12, 31)}, "in_use_from"),
        ({"in_use_to": date(2025, 12, 31)}, "in_use_to"),
    ],
)
def test_a_description_that_cannot_be_used_is_refused_by_field(db, wrong, field):
    with pytest.raises(StationFieldWrong) as refused:
        stations.register_station(replace(described(team()), **wrong), streams(), call=call_of())
    assert refused.value.parameters["field"] == field


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"factor": "w99999"}, FactorUnknown),
        ({"factor": "011"}, StationFieldWrong),
        ({"statistic": "median"}, StationFieldWrong),
        ({"interval": "year"}, StationFieldWrong),
        ({"unit": " "}, StationFieldWrong),
        ({"every_s": 0}, StationFieldWrong),
        ({"unit": "μg/L"}, RangeWanted),
        ({"least": Decimal(5), "most": Decimal(5)}, StationFieldWrong),
    ],
)
def test_a_stream_that_cannot_be_used_is_refused(db, wrong, problem):
    with pytest.raises(problem):
        stations.register_station(described(team()), [replace(streams()[0], **wrong)], call=call_of())


def test_two_streams_for_the_same_values_are_refused(db):
    with pytest.raises(StreamTwice):
        stations.register_station(described(team()), [*streams(), streams()[0]], call=call_of())


def test_a_code_and_a_key_are_of_one_station_and_the_owner_is_a_team_that_there_is(db):
    own = team()
    make_station(team_id=own)
    with pytest.raises(StationCodeTaken):
        stations.register_station(described(own, key="other"), streams(), call=call_of())
    with pytest.raises(StationKeyTaken):
        stations.register_station(described(own, "other"), streams(), call=call_of())
    stations.register_station(replace(described(own, "other"), door="mqtt"), streams(), call=call_of())
    with pytest.raises(NotFound):
        stations.register_station(described(TeamId(UUID(int=9)), "third", "third"), streams(), call=call_of())


def test_a_changed_station_takes_by_its_new_description_at_once(db):
    own = team()
    made = make_station(team_id=own)
    assert stored(packet(measured("900"))).stored == 1
    narrow = [replace(one, most=Decimal(500)) for one in streams() if one.factor == "w01018"]
    stations.change_station(made, described(own, key="new"), narrow, call=call_of())
    assert not stored(packet(measured("1", 1))).packets[0].known
    assert stored(packet(measured("900", 1), measured("1", 2, "w21003"), key="new")).apart == 2
    assert stored(packet(measured("400", 1), key="new")).stored == 1
    with pytest.raises(StationUnchanged):
        stations.change_station(made, described(own, key="new"), narrow, call=call_of())


def test_a_stream_in_another_unit_is_another_stream_and_the_old_one_keeps_its_readings(db):
    own = team()
    made = make_station(team_id=own)
    stored(packet(measured("5")))
    finer = StreamDescription("w01018", "rtd", "realtime", "μg/L", 60, Decimal(0), Decimal(100_000_000))
    stations.change_station(made, described(own), [finer], call=call_of())
    assert stored(packet(measured("5000"))).stored == 1
    assert list(Stream.objects.order_by("id").values_list("unit", "open")) == [
        ("mg/L", False), ("mg/L", False), ("pH", False), ("μg/L", True),
    ]  # fmt: skip
    stations.change_station(made, described(own), streams(), call=call_of())
    assert [one.stream_id for one in queries.station(SYSTEM, "hongxing-1").streams] == [1, 2, 3]
    assert replay().differences == ()


def test_a_password_is_sealed_and_only_the_door_gets_it(db):
    made = make_station()
    stations.set_password(made, "abc123", call=call_of())
    assert b"abc123" not in bytes(Station.objects.get().password_cipher)
    assert queries.instruments(SYSTEM, "hj212")[MN].password == "abc123"
    assert queries.instruments(SYSTEM, "mqtt") == {}
    assert queries.station(SYSTEM, "hongxing-1").has_password
    with pytest.raises(NotAllowed):
        queries.instruments(handler(team_of(made)), "hj212")
    stations.set_password(made, "", call=call_of())
    assert queries.instruments(SYSTEM, "hj212")[MN].password == ""
    assert replay().differences == ()


def team_of(station_id) -> TeamId:
    return Station.objects.get(id=station_id).team


@pytest.mark.parametrize("password", ["x" * 65, "密码", "a\nb"])
def test_a_password_that_no_packet_can_carry_is_refused_without_being_told(db, password):
    with pytest.raises(StationFieldWrong) as refused:
        stations.set_password(make_station(), password, call=call_of())
    assert password not in str(refused.value)


def test_a_version_changes_with_any_station_and_with_nothing_else(db):
    made = make_station()
    first = queries.stations_version(SYSTEM)
    stored(packet(measured("1")))
    assert queries.stations_version(SYSTEM) == first
    stations.set_password(made, "x", call=call_of())
    assert queries.stations_version(SYSTEM) != first


def test_a_change_that_is_committed_after_one_with_a_higher_number_changes_the_version_too(db):
    made = make_station()
    other = make_station("hongxing-2", "31015111400002", team_of(made))
    Station.objects.filter(id=other).update(entry=2**40)  # drew its number later, and was committed before
    first = queries.stations_version(SYSTEM)
    stations.set_password(made, "x", call=call_of())
    assert queries.stations_version(SYSTEM) != first
    assert queries.instruments(SYSTEM, "hj212")[MN].password == "x"


def test_a_department_sees_and_feeds_its_own_stations_and_no_others(db):
    own = team()
    other = create_team("roads", "department", name_zh="道路所", name_en="Roads", call=call_of()).team_id
    make_station(team_id=own)
    stored(packet(measured("-1")))
    kept = queries.apart(SYSTEM)[0]
    assert [one.description.code for one in queries.stations(handler(own))] == ["hongxing-1"]
    assert queries.apart(handler(own), code="hongxing-1")[0].value == "-1"
    assert queries.packet(handler(own), kept.packet).fault == "out-of-range"
    assert queries.stations(handler(other)) == ()
    with pytest.raises(StationUnknown):
        queries.station(handler(other), "hongxing-1")
    with pytest.raises(NotAllowed):
        queries.apart(handler(own))
    with pytest.raises(Exception, match="packet"):
        queries.packet(handler(other), kept.packet)
    with pytest.raises(Exception, match="log-in-first"):
        queries.stations(VISITOR)


def test_a_department_hands_in_samples_of_its_own_stations_only(db):
    own = team()
    other = create_team("roads", "department", name_zh="道路所", name_en="Roads", call=call_of()).team_id
    make_station(team_id=own)
    sample = [packet(measured("1"))]
    assert store("hj212", sample, call=replace(call_of(), actor=handler(own))).stored == 1
    for packets in (sample, [packet(measured("1"), key="nobody's")]):
        with pytest.raises(NotAllowed):
            store("hj212", packets, call=replace(call_of(), actor=handler(other)))


# --- the list of factors ---------------------------------------------------------------------------------------------


def test_the_list_of_factors_can_be_read_and_knows_codes_of_2005():
    factors = law.catalogue()
    assert len(factors.all()) == 53
    assert factors.of("060") is factors.of("w21003") is factors.of("W21003")
    assert factors.of("b01").code == "w00000"
    assert (factors.of("B03").code, factors.of("Leq").code, factors.of("Ld").code) == ("n00000", "n00006", "n00008")
    assert (factors.of("PM10").code, factors.of("PM25").code, factors.of("pm2.5").code) == (
        "a34002",
        "a34004",
        "a34004",
    )
    assert [one.code for one in factors.all() if not one.verified] == [
        *("a05024", "n00000", "n00006", "n00008", "n00009", "n00010", "w01004"),
    ]


def test_measured_is_as_light_as_a_tuple():
    assert isinstance(Measured("a", "rtd", "realtime", NOW, None), tuple)
