"""What is received is stored once, or kept apart with its reason; the door hears which, and the journal what the rows must give."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yiwang.intake.sensing import queries, rules
from yiwang.intake.sensing.models import ApartDay, ApartReading, KeptPacket, Reading, ReadingBatch, StationContact
from yiwang.intake.sensing.received import Instant, Measured, Packet, Run
from yiwang.intake.sensing.steps import stations, storing
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
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.zone import TOWN_ZONE

pytestmark = pytest.mark.django_db


@pytest.fixture
def station(db):
    return make_station()


def rows() -> list[tuple]:
    return list(Reading.objects.order_by("stream", "at").values_list("stream", "at", "value", "flag"))


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_packet_is_stored_and_its_door_hears_it(station):
    done = stored(packet(measured("12.50"), measured("7", factor="w01001")))
    assert (done.stored, done.repeated, done.apart) == (2, 0, 0)
    assert [(value, flag) for _, _, value, flag in rows()] == [(Decimal("12.50"), "N"), (Decimal("7"), "N")]
    assert StationContact.objects.get(station=station).heard_at == NOW


def test_decimals_stay_as_they_were_written(station):
    stored(packet(measured("12.500"), measured("0.10", 1), measured("1E+2", 2)))
    assert [str(value) for _, _, value, _ in rows()] == ["12.500", "0.10", "100"]


def test_a_month_that_was_there_and_has_been_taken_away_is_made_again(station, monkeypatch):
    long_ago = measured("12.5", minute=-200 * 24 * 60)
    monkeypatch.setattr(storing.rows, "_made", {rules.month_of(long_ago.at)})
    with pytest.raises(storing.rows.MonthGone), transaction.atomic():
        storing.rows.add(
            storing.rows.next_batch(), [(1, rules.micros(long_ago.at), "12.5", "N", long_ago.at.isoformat())]
        )
    storing.rows._made.add(rules.month_of(long_ago.at))
    assert stored(packet(long_ago)).stored == 1
    assert [value for _, _, value, _ in rows()] == [Decimal("12.5")]


def test_the_same_reading_twice_is_one_reading_in_one_batch_and_in_the_next(station):
    first = stored(packet(measured("12.5")), packet(measured("12.50")))
    assert [(one.stored, one.repeated) for one in first.packets] == [(1, 0), (0, 1)]
    again = stored(packet(measured("12.5")))
    assert (again.fact, again.stored, again.repeated, again.apart) == (None, 0, 1, 0)
    assert len(rows()) == 1


def test_another_value_for_the_same_moment_is_kept_apart_and_the_first_stays(station):
    stored(packet(measured("12.5")))
    other = stored(packet(measured("13", 1), measured("99"), raw=b"##another"))
    assert other.packets[0].apart == [(1, rules.DIFFERS)]
    assert other.stored == 1
    assert [value for _, _, value, _ in rows()] == [Decimal("12.5"), Decimal("13")]
    kept = ApartReading.objects.get()
    assert (kept.reason, kept.value, kept.times) == (rules.DIFFERS, "99", 1)
    assert queries.packet(SYSTEM, kept.packet).content == b"##another"


def test_another_flag_is_another_reading(station):
    stored(packet(measured("12.5")))
    assert stored(packet(measured("12.5", flag="D"))).packets[0].apart == [(0, rules.DIFFERS)]


def test_a_value_that_is_missing_is_stored_as_missing(station):
    assert stored(packet(measured(None, flag="D"))).stored == 1
    assert stored(packet(measured(None, flag="D"))).repeated == 1
    assert [(value, flag) for _, _, value, flag in rows()] == [(None, "D")]


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (measured("1", factor="w99999"), rules.UNKNOWN_FACTOR),
        (Measured("w01018", "avg", "hour", NOW, Decimal(1)), rules.UNKNOWN_FACTOR),
        (measured("1", flag="Q"), rules.UNKNOWN_FLAG),
        (measured("1", flag=""), rules.UNKNOWN_FLAG),
        (measured("-0.1"), rules.OUT_OF_RANGE),
        (measured("100000.1"), rules.OUT_OF_RANGE),
        (measured("NaN"), rules.OUT_OF_RANGE),
        (measured("sNaN"), rules.OUT_OF_RANGE),
        (measured("Infinity"), rules.OUT_OF_RANGE),
        (measured("1E-5000"), rules.OUT_OF_RANGE),
        (measured("1." + "1" * 60), rules.OUT_OF_RANGE),
        (measured("1", minute=24 * 60 + 11), rules.IN_FUTURE),
        (measured("1", minute=-400 * 24 * 60), rules.NOT_IN_USE),
    ],
)
def test_what_cannot_be_used_is_kept_apart_with_its_reason(station, reading, reason):
    done = stored(packet(measured("5"), reading))
    assert done.packets[0].apart == [(1, reason)]
    assert done.stored == 1
    kept = ApartReading.objects.get()
    assert (kept.reason, kept.at, kept.station_id) == (reason, reading.at, station)
    assert queries.apart(SYSTEM, code="hongxing-1")[0].reason == reason


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_a_moment_for_which_there_can_be_no_month_is_kept_apart_and_what_came_with_it_is_stored(station, year):
    strange = measured("2")._replace(at=datetime(year, 6, 1, tzinfo=UTC))
    found = stored(packet(measured("1"), strange))
    assert (found.stored, found.apart) == (1, 1)


@pytest.mark.parametrize("value", ["-0.0", "1E+1", "0E-7", "00.50", "2.00"])
def test_a_number_however_it_is_spelt_has_the_digest_of_its_row(station, value):
    batch = stored(packet(measured(value))).fact.batch_id
    assert queries.check_batch(SYSTEM, batch).holds


def test_a_clock_that_is_a_little_fast_is_forgiven(station):
    assert stored(packet(measured("1", minute=24 * 60 + 10))).stored == 1


def test_a_code_of_2005_is_the_same_factor(station):
    stored(packet(measured("8", factor="011")))
    assert stored(packet(measured("8", factor="W01018"))).repeated == 1


def test_what_an_unknown_instrument_sends_is_kept_and_never_lost(station):
    done = stored(packet(measured("5"), measured("6", 1), key="nobody's"))
    assert done.fact is None
    assert not done.packets[0].known
    assert [reason for _, reason in done.packets[0].apart] == [rules.UNKNOWN_INSTRUMENT] * 2
    assert ApartReading.objects.filter(station=None, key="nobody's").count() == 2
    assert KeptPacket.objects.get().key == "nobody's"


def test_a_faulty_packet_is_evidence_with_its_fault_and_without_the_password(station):
    stored(packet(raw=b"##0099QN=1;PW=123456;MN=1;CP=&&&&1C80\r\n", fault="crc-wrong"))
    kept = KeptPacket.objects.get()
    assert (kept.fault, kept.station_id) == ("crc-wrong", station)
    assert b"123456" not in bytes(kept.content)
    assert queries.packet(SYSTEM, kept.id).content == b"##0099QN=1;PW=******;MN=1;CP=&&&&1C80\r\n"


def test_what_comes_again_is_counted_and_not_kept_again(station):
    for _ in range(3):
        stored(packet(measured("-1")))
    assert (ApartReading.objects.get().times, KeptPacket.objects.get().times) == (3, 3)


def test_a_mad_instrument_does_not_fill_the_disk_and_all_it_sent_is_counted(station):
    for begin in (0, 300):
        packets = [packet(measured("-1", begin + n), raw=b"##%d" % (begin + n)) for n in range(300)]
        assert stored(*packets).apart == 300
    assert ApartReading.objects.count() == rules.APART_A_DAY
    assert KeptPacket.objects.count() == rules.PACKETS_A_DAY
    assert ApartDay.objects.get(reason=rules.OUT_OF_RANGE).seen == 600
    assert {(one.reason, one.seen) for one in queries.apart_counts(SYSTEM, date(2026, 11, 27))} == {
        (rules.OUT_OF_RANGE, 600),
        ("packet", 600),
    }


def test_texts_that_the_database_cannot_hold_are_kept_as_far_as_it_can(station):
    strange = Measured("w\0\ud800" + "x" * 500, "rtd", "realtime", NOW, Decimal(1), "\0")
    stored(packet(strange, key="key\0\ud800" + "y" * 500))
    assert ApartReading.objects.get().key.startswith("key\ufffd\ufffdyyy")


# --- the journal -----------------------------------------------------------------------------------------------------


def test_a_batch_has_one_entry_with_the_digest_of_its_rows(station):
    done = stored(packet(measured("12.50", 1), measured("3", 0)), packet(measured(None, 5, flag="D")))
    lines = [
        f"{stream} {int(at.timestamp()) * 1_000_000} {'-' if value is None else value} {flag}"
        for stream, at, value, flag in rows()
    ]
    assert done.fact.digest == hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert (done.fact.count, done.fact.last_at - done.fact.first_at) == (3, timedelta(minutes=5))
    assert Entry.objects.filter(verb="readings.stored").count() == 1
    assert queries.check_batch(SYSTEM, done.fact.batch_id).holds


def test_a_batch_with_nothing_new_has_no_entry(station):
    stored(packet(measured("1")))
    assert stored(packet(measured("1")), packet(measured("-1"))).fact is None
    assert ReadingBatch.objects.count() == 1


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE reading SET value = 0.5 WHERE value = 12.50",
        "UPDATE reading SET value = 12.5 WHERE value = 12.50",
        "UPDATE reading SET flag = 'D'",
        "UPDATE reading SET at = at + INTERVAL '1 second' WHERE value = 3",
        "DELETE FROM reading WHERE value = 3",
        "INSERT INTO reading SELECT at + INTERVAL '1 second', batch, stream, flag, value FROM reading WHERE value = 3",
    ],
)
def test_whoever_changes_a_reading_is_seen(station, tampering):
    done = stored(packet(measured("12.50", 0), measured("3", 1), measured("4", 2)))
    run(tampering)
    assert not queries.check_batch(SYSTEM, done.fact.batch_id).holds


def test_replay_gives_stations_streams_and_batches_again(station):
    stored(packet(measured("1"), measured("2", 1)), packet(measured("-1")))
    outcome = replay()
    assert outcome.differences == ()
    assert {"station", "stream", "reading_batch"} <= set(outcome.tables)


# --- months ----------------------------------------------------------------------------------------------------------


def test_a_month_begins_with_its_first_second_in_utc(station):
    last = datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
    done = [Measured("w01018", "rtd", "realtime", at, Decimal(1)) for at in (last, last + timedelta(seconds=1))]
    assert stored(packet(*done)).stored == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text, count(*) FROM reading GROUP BY 1 ORDER BY 1")
        assert cursor.fetchall() == [("reading_2026_10", 1), ("reading_2026_11", 1)]


def test_the_applications_role_stores_readings_and_can_neither_change_nor_take_them_away(station):
    run("SET LOCAL ROLE yiwang_app")
    assert stored(packet(measured("1"))).stored == 1
    for statement in (
        "UPDATE reading SET value = 2",
        "DELETE FROM reading",
        "TRUNCATE reading",
        "INSERT INTO reading_2026_11 SELECT * FROM reading",
        "DROP TABLE reading_2026_11",
        "CREATE TABLE mine (a int)",
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
            run(statement)


@pytest.mark.parametrize("day", ["1999-12-31", "2100-01-01", "9999-01-01"])
def test_nobody_makes_months_without_end(db, day):
    with pytest.raises(DatabaseError, match="no readings are kept for"), transaction.atomic():
        run("SELECT reading_month_made(%s)", day)


# --- any order -------------------------------------------------------------------------------------------------------

some = st.lists(
    st.builds(
        measured,
        st.none() | st.decimals(0, 20, places=2).map(str),
        st.integers(0, 30),
        st.sampled_from(["w01018", "w21003", "011"]),
        st.sampled_from("NSDM"),
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda one: (one.at, "w01018" if one.factor == "011" else one.factor),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(readings=some, data=st.data())
def test_any_split_order_and_repetition_of_readings_gives_the_same_rows(station, readings, data):
    def rows_after(order: list[Measured], sizes: list[int]) -> list[tuple]:
        with transaction.atomic():
            left = list(order)
            for size in sizes:
                done = stored(packet(*left[:size]), packet(*left[: size // 2]))
                assert done.apart == 0
                left = left[size:]
            stored(packet(*left))
            found = rows()
            assert all(queries.check_batch(SYSTEM, one.id).holds for one in ReadingBatch.objects.all())
            transaction.set_rollback(True)
        return found

    whole = rows_after(readings, [])
    repeated = [*readings, *data.draw(st.lists(st.sampled_from(readings), max_size=10))]
    shuffled = data.draw(st.permutations(repeated))
    assert rows_after(shuffled, data.draw(st.lists(st.integers(1, 8), max_size=4))) == whole
    assert len(whole) == len(readings)


AT_ODDS = st.sampled_from(["1", "-1", "-0.5", "-0", "0E-9", "1E-25", "1E+2", "0." + "1" * 45, "9" * 9, "1000000"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(st.decimals(0, 20, places=2).map(str) | AT_ODDS, min_size=1, max_size=6),
    minutes=st.lists(st.sampled_from([0, 1, 2, 3, 5000, -400 * 1440, -8 * 366 * 1440 * 4]), min_size=6, max_size=6),
    factor=st.sampled_from(["w01018", "W01018", "011", "w99999"]),
    alone=st.integers(0, 2),
)
def test_values_by_the_column_come_to_the_same_as_one_by_one(station, values, minutes, factor, alone):
    readings = [measured(value, minute, factor) for value, minute in zip(values, minutes, strict=False)]
    at, numbers = [one.at for one in readings[alone:]], [one.value for one in readings[alone:]]
    run = Run(factor, "rtd", "realtime", list(map(rules.micros, at)), [one.isoformat() for one in at], numbers)
    by_column = packet(*readings[:alone])._replace(columns=[run] if at else [])
    assert what_comes_of(packet(*readings)) == what_comes_of(by_column)


def what_comes_of(one: Packet) -> tuple:
    """Everything that is kept of a packet, and what its door is told; then it is taken back."""
    with transaction.atomic():
        done = stored(one)
        apart = list(
            ApartReading.objects.order_by("factor", "at", "value").values_list("factor", "at", "value", "reason")
        )
        found = (done.packets, done.fact and done.fact.digest, rows(), apart)
        transaction.set_rollback(True)
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(st.decimals(0, 20, places=2).map(str) | AT_ODDS, min_size=2, max_size=4),
    factors=st.permutations(["w01018", "W21003", "011", "w01001", "w99999"]),
    flags=st.lists(st.sampled_from(["N", "N", "D", "S", "<", "Q"]), min_size=4, max_size=4),
    minute=st.sampled_from([0, 0, 5000, -8 * 366 * 1440 * 4]),
    usual=st.booleans(),
)
def test_the_values_of_one_instant_come_to_the_same_as_one_by_one(station, values, factors, flags, minute, usual):
    flags = ["N"] * 4 if usual else flags
    readings = [
        measured(value, minute, factor)._replace(flag=flag)
        for value, factor, flag in zip(values, factors, flags, strict=False)
    ]
    names, count = tuple((one.factor, one.statistic, one.interval) for one in readings), len(readings)
    instant = Instant(names, readings[0].at, [one.value for one in readings], flags[:count])
    assert what_comes_of(packet(*readings)) == what_comes_of(packet()._replace(columns=[instant]))


def test_the_call_needs_no_key(station):
    with pytest.raises(AssertionError, match="known by itself"):
        storing.store("hj212", [], call=replace(call_of(), key="x"))


def test_nothing_received_is_nothing_stored(station):
    assert stored().fact is None
    assert stored(packet(key=MN)).stored == 0


def test_of_values_that_a_known_instrument_was_told_to_forget_a_day_is_kept(station):
    fast = [measured("1.5")._replace(at=NOW + timedelta(hours=1, seconds=n)) for n in range(rules.APART_A_DAY + 50)]
    stored(packet(*fast))
    assert ApartReading.objects.filter(reason=rules.IN_FUTURE).count() == rules.APART_A_DAY + 50


def test_a_clock_that_begins_before_the_first_month_is_kept_apart_and_answered(db):
    since_2000 = replace(described(team()), in_use_from=date(2000, 1, 1))
    stations.register_station(since_2000, streams(), call=call_of())
    outcome = stored(packet(measured("1.5")._replace(at=datetime(2000, 1, 1, tzinfo=TOWN_ZONE)), measured("2")))
    assert (outcome.stored, outcome.packets[0].apart) == (1, [(0, rules.NOT_IN_USE)])


@pytest.mark.parametrize("last", [date(2099, 12, 31), date(2100, 1, 1), date(9999, 12, 31)])
def test_a_last_day_far_away_is_no_end_and_stops_no_station(db, last):
    ours = team()
    stations.register_station(replace(described(ours), in_use_to=last), streams(), call=call_of())
    other = replace(described(ours), code="another", key="ANOTHER", in_use_to=None)
    stations.register_station(other, streams(), call=call_of())
    assert [stored(packet(measured("1.5"), key=key)).stored for key in (MN, "ANOTHER")] == [1, 1]
