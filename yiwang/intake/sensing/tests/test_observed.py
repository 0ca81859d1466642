"""Readings under conditions: what meets them, in what order, whose they are, and where a question ends."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from yiwang.intake.sensing import observed, queries
from yiwang.intake.sensing.observed import Opposite, Together, observed_count, observed_each
from yiwang.intake.sensing.problems import ObservedTooMuch, ObservedTooSlow
from yiwang.intake.sensing.tests.small_town import NOW, SYSTEM, make_station, measured, packet, stored
from yiwang.kernel.problems import LogInFirst
from yiwang.kernel.terms import VISITOR

pytestmark = pytest.mark.django_db
Compared = observed.Test
BEGIN = NOW - timedelta(days=1)


@pytest.fixture
def streams() -> list[int]:
    """COD 0 … 4 a minute apart, one of them without a value; ammonia 7 at the same moments as the first two."""
    make_station()
    values = ["0", "1", None, "3", "4"]
    readings = [measured(value, minute, flag="D" if value is None else "N") for minute, value in enumerate(values)]
    stored(packet(*readings, measured("7", 0, "w21003"), measured("7", 1, "w21003")))
    (view,) = queries.stations(SYSTEM)
    return [one.stream_id for one in view.streams]


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        (Compared("value", "gt", Decimal(3)), [7, 7, 4]),
        (Compared("value", "ne", Decimal(7)), [0, 1, None, 3, 4]),
        (Compared("value", "eq", None), [None]),
        (Opposite(Compared("value", "lt", Decimal(7))), [7, 7, None]),
        (Compared("value", "ge", None), []),
        (Compared("flag", "ne", "N"), [None]),
        (Compared("at", "le", BEGIN + timedelta(minutes=1)), [0, 7, 1, 7]),
        (Together("or", (Compared("flag", "eq", "D"), Compared("at", "gt", BEGIN + timedelta(minutes=3)))), [None, 4]),
        (Together("and", ()), [0, 7, 1, 7, None, 3, 4]),
        (Together("or", ()), []),
    ],
)
def test_what_meets_a_condition_comes_in_the_order_of_time_and_stream_and_is_counted_alike(streams, condition, values):
    found = observed.observed(SYSTEM, streams, condition)
    assert [None if one.value is None else int(one.value) for one in found] == values
    assert observed_count(SYSTEM, streams, condition) == len(values)
    assert observed.observed(SYSTEM, streams, condition, skip=1, most=2) == found[1:3]
    backwards = observed.observed(SYSTEM, streams, condition, descending=True)
    assert sorted(backwards, key=lambda one: (one.at, one.stream_id)) == list(found)


def test_of_each_stream_only_the_first_ones_are_read(streams):
    newest = observed_each(SYSTEM, streams, descending=True, most=1)
    assert {int(row.value or -1) for rows in newest.values() for row in rows} == {4, 7}


def test_a_stream_beyond_reach_has_no_readings_and_a_stranger_asks_nothing(streams):
    assert observed.observed(SYSTEM, [streams[-1] + 99]) == ()
    with pytest.raises(LogInFirst):
        observed.observed(VISITOR, streams)


def test_a_question_ends_by_rows_and_by_seconds(streams, monkeypatch):
    with pytest.raises(ObservedTooMuch):
        observed.observed(SYSTEM, streams, skip=observed.MOST_SORTED)
    monkeypatch.setattr(observed, "LONGEST_S", 0.05)
    slow = observed._EACH.replace("ORDER BY at", "AND pg_sleep(1) IS NOT NULL ORDER BY at")
    monkeypatch.setattr(observed, "_EACH", slow)
    with pytest.raises(ObservedTooSlow):
        observed.observed(SYSTEM, streams)
    with connection.cursor() as cursor:  # the connection goes on
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
