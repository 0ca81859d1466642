"""A day on which a section was sampled, as a table: black and smelly or not by the country's items, or not to be judged."""

from datetime import date
from decimal import Decimal

import pytest

from yiwang.indicators.measured import DatedRow, StationDay
from yiwang.intake.sensing.rules import StreamDay, Sums
from yiwang.packs.waters.measured import MEASURED

CLEAR, OXYGEN, AMMONIA = "w01004", "w01009", "w21003"
DAY = date(2026, 6, 3)
SECTION = DatedRow("water_section", "D-1", date(2020, 1, 1), None, {"called": "一号断面", "team": "water"}, 1)


def sampled(said: dict[str, str], interval: str = "sample", n: int = 1) -> list[StreamDay]:
    return [
        StreamDay(factor, "rtd", interval, 0, Sums(n, n, 0, Decimal(value) * n, Decimal(value), Decimal(value)))
        for factor, value in said.items()
    ]


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ({CLEAR: "25", OXYGEN: "2", AMMONIA: "15"}, {"sampled", "conclusive", "not_smelly"}),
        ({CLEAR: "24.9", OXYGEN: "6", AMMONIA: "1"}, {"sampled", "conclusive", "black_smelly"}),
        ({CLEAR: "60", OXYGEN: "1.9", AMMONIA: "1"}, {"sampled", "conclusive", "black_smelly"}),
        ({CLEAR: "60", OXYGEN: "6", AMMONIA: "15.1"}, {"sampled", "conclusive", "black_smelly"}),
        ({CLEAR: "10"}, {"sampled", "conclusive", "black_smelly"}),
        ({CLEAR: "60", OXYGEN: "6"}, {"sampled"}),
        ({OXYGEN: "1", AMMONIA: "20"}, set()),
        ({}, set()),
    ],
)
def test_a_sampling_day_is_judged_where_it_can_be(said, holds):
    for n in (1, 3):
        assert set(MEASURED["smelly_day"].holds(StationDay("s-1", DAY, sampled(said, n=n), SECTION, ()))) == holds


def several(factor: str, *values: str) -> StreamDay:
    numbers = [Decimal(value) for value in values]
    total = (sum(numbers), min(numbers), max(numbers)) if numbers else (None, None, None)
    return StreamDay(factor, "rtd", "sample", 0, Sums(max(len(numbers), 1), len(numbers), 0, *total))


@pytest.mark.parametrize(
    ("streams", "holds"),
    [
        ([several(CLEAR, "10", "45"), several(OXYGEN, "6"), several(AMMONIA, "1")], "black_smelly"),
        ([several(CLEAR, "45"), several(OXYGEN, "6"), several(AMMONIA, "1", "16")], "black_smelly"),
        ([several(CLEAR), several(OXYGEN, "0.5"), several(AMMONIA, "1")], "black_smelly"),
        ([several(CLEAR), several(OXYGEN, "6"), several(AMMONIA, "1")], "sampled"),
    ],
)
def test_the_worst_sample_of_a_day_decides_and_a_bound_is_no_value(streams, holds):
    found = set(MEASURED["smelly_day"].holds(StationDay("s-1", DAY, streams, SECTION, ())))
    assert found == ({"sampled"} if holds == "sampled" else {"sampled", "conclusive", holds})


def test_neither_an_instrument_nor_a_station_at_no_section_nor_a_day_before_the_guide_is_judged():
    holds = MEASURED["smelly_day"].holds
    found = {CLEAR: "10", OXYGEN: "1", AMMONIA: "20"}
    assert set(holds(StationDay("s-1", DAY, sampled(found, "realtime"), SECTION, ()))) == set()
    assert set(holds(StationDay("s-1", DAY, sampled(found), None, ()))) == set()
    assert set(holds(StationDay("s-1", date(2019, 10, 31), sampled(found), SECTION, ()))) == {"sampled"}
