"""Roll-ups come to the same whatever the order of batches, and a series is as fine as a page can show."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yiwang.intake.sensing import jobs, rules, series
from yiwang.intake.sensing.models import RolledBatch, Rollup
from yiwang.intake.sensing.problems import StreamUnknown
from yiwang.intake.sensing.received import Measured
from yiwang.intake.sensing.rules import Sums, Window
from yiwang.intake.sensing.steps import rolling, stations
from yiwang.intake.sensing.tests.small_town import (
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
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.models import Reader

pytestmark = pytest.mark.django_db
BEGIN = NOW - timedelta(days=1)


@pytest.fixture
def station(db):
    return make_station()


def follow() -> None:
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(NOW)


def rolled() -> dict[tuple, tuple]:
    return {
        (one.stream, one.period, one.start): (one.n, one.n_valid, one.n_marked, one.sum, one.least, one.greatest)
        for one in Rollup.objects.all()
    }


def by_hand(readings: list[Measured], stream_of: dict[str, int]) -> dict[tuple, tuple]:
    """The same with fractions, and days of the town found another way."""
    groups: dict[tuple, list[Measured]] = defaultdict(list)
    for one in readings:
        stream, hour = stream_of[one.factor], one.at.replace(minute=0, second=0, microsecond=0)
        china = one.at + timedelta(hours=8)
        groups[stream, "hour", hour].append(one)
        groups[stream, "day", china.replace(hour=0, minute=0, second=0) - timedelta(hours=8)].append(one)
    return {key: summed(found) for key, found in groups.items()}


def summed(found: list[Measured]) -> tuple:
    valid = [Fraction(one.value) for one in found if one.value is not None and one.flag in "NS"]
    marked = sum(one.flag == "S" and one.value is not None for one in found)
    return (len(found), len(valid), marked, *((sum(valid), min(valid), max(valid)) if valid else (None,) * 3))


some = st.lists(
    st.builds(
        measured,
        st.none() | st.decimals(0, 14, places=3).map(str),
        st.integers(-3000, 1000),
        st.sampled_from(["w01018", "w01001"]),
        st.sampled_from("NNNSDM"),
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda one: (one.at, one.factor),
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(readings=some, data=st.data())
def test_any_order_split_and_repetition_comes_to_the_same_and_to_what_is_counted_by_hand(station, readings, data):
    stream_of = {"w01018": 1, "w01001": 3}
    with transaction.atomic():
        left = data.draw(st.permutations([*readings, *data.draw(st.lists(st.sampled_from(readings), max_size=8))]))
        for size in data.draw(st.lists(st.integers(1, 6), max_size=5)):
            stored(packet(*left[:size]))
            left = left[size:]
            if data.draw(st.booleans()):
                follow()
        stored(packet(*left))
        follow()
        assert rolled() == by_hand(readings, stream_of)
        transaction.set_rollback(True)


def test_a_batch_is_added_once_whatever_the_reader_forgets(station):
    done = stored(packet(measured("5"), measured("7", 1)))
    follow()
    before = rolled()
    Reader.objects.filter(name=jobs.READER).update(position=0)
    follow()
    assert rolling.follow(SYSTEM, [done.fact]) == 0
    assert rolled() == before
    assert RolledBatch.objects.count() == 1


def test_a_reading_of_the_first_minutes_of_a_day_in_the_town_is_of_that_day(station):
    midnight = datetime(2026, 11, 25, 16, tzinfo=UTC)
    at = [midnight - timedelta(seconds=1), midnight]
    stored(packet(*(Measured("w01018", "rtd", "realtime", one, Decimal(1)) for one in at)))
    follow()
    days = sorted(start for _, period, start in rolled() if period == "day")
    assert days == [midnight - timedelta(days=1), midnight]


# --- series ----------------------------------------------------------------------------------------------------------


def filled(count: int, minutes: int = 1) -> None:
    stored(packet(*(measured(str(n % 10), n * minutes) for n in range(count))))
    follow()


def test_few_readings_are_shown_each_with_its_flag(station):
    stored(packet(measured("5"), measured("6", 1, flag="D"), measured(None, 2, flag="B")))
    follow()
    found = series.series(SYSTEM, "hongxing-1", 1, BEGIN, NOW)
    assert (found.fineness, found.description.factor) == ("raw", "w01018")
    assert [(one.value, one.flag) for one in found.points] == [(Decimal(5), "N"), (None, "D"), (None, "B")]


def test_more_are_shown_by_hour_and_still_more_by_day(station):
    filled(1200)
    by_hour = series.series(SYSTEM, "hongxing-1", 1, BEGIN, NOW, most=100)
    assert (by_hour.fineness, len(by_hour.points)) == ("hour", 20)
    assert by_hour.points[0].value == Decimal("4.5")
    assert by_hour.points[0].sums == Sums(60, 60, 0, Decimal(270), Decimal(0), Decimal(9))
    by_day = series.series(SYSTEM, "hongxing-1", 1, BEGIN, NOW, most=10)
    assert (by_day.fineness, [one.sums.n for one in by_day.points]) == ("day", [720, 480])


def test_a_number_opens_to_the_readings_it_rests_on(station):
    done = stored(packet(measured("5"), measured("7", 59), measured("9", 60), measured("1", 30, flag="M")))
    follow()
    rows = series.behind(SYSTEM, "hongxing-1", 1, "hour", BEGIN)
    assert [(one.value, one.counted) for one in rows] == [(Decimal(5), True), (Decimal(1), False), (Decimal(7), True)]
    assert {one.batch_id for one in rows} == {done.fact.batch_id}


def test_a_stream_of_another_station_is_not_shown(station):
    with pytest.raises(StreamUnknown):
        series.series(SYSTEM, "hongxing-1", 99, BEGIN, NOW)


@pytest.mark.parametrize(
    ("statistic", "value"),
    [("rtd", "2"), ("avg", "2"), ("max", "3"), ("zs_max", "3"), ("min", "1"), ("cou", "6"), ("zs_avg", "2")],
)
def test_one_number_stands_for_a_period_by_its_statistic(statistic, value):
    assert rules.one_value(statistic, Sums(4, 3, 0, Decimal(6), Decimal(1), Decimal(3))) == Decimal(value)


def test_a_period_without_anything_valid_has_no_number():
    assert rules.one_value("rtd", Sums(4, 0, 0, None, None, None)) is None


# --- completeness ----------------------------------------------------------------------------------------------------


def test_completeness_is_of_what_was_expected_and_a_stream_does_not_make_up_for_another(db):
    own = team()
    stations.register_station(described(own), streams(["w01018", "w21003"]), call=call_of())
    stored(packet(*(measured("1", n) for n in range(60)), *(measured("1", n, "w21003", "D") for n in range(30))))
    follow()
    until = BEGIN + timedelta(hours=1)
    found = series.completeness(SYSTEM, BEGIN, until)["hongxing-1"]
    assert (found.valid, found.expected, found.percent) == (60, 120, 50)
    assert series.completeness(SYSTEM, BEGIN, BEGIN + timedelta(hours=2), code="hongxing-1")["hongxing-1"].percent == 25


def test_nothing_is_expected_of_samples_nor_before_a_station_is_in_use():
    window = Window(BEGIN, NOW)
    assert rules.expected(60, BEGIN - timedelta(days=9), BEGIN, window) == 0
    assert rules.expected(60, BEGIN - timedelta(days=9), BEGIN + timedelta(hours=1), window) == 60
    assert rules.expected(3600, BEGIN, BEGIN + timedelta(minutes=59), window) == 0
    assert series.Completeness(0, 0).percent is None
    assert series.Completeness(999, 1000).percent == 99
