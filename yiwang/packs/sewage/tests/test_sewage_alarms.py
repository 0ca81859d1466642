"""What the alarm rules of the sewage pack say of an outlet's and a plant's readings: a table that a clerk can read."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from yiwang.intake.sensing.alarms import declared, levels
from yiwang.intake.sensing.alarms.conditions import Sample
from yiwang.intake.sensing.alarms.levels import RowSpan
from yiwang.intake.sensing.alarms.rules import judge
from yiwang.kernel.params import loading

PACK = Path(__file__).parents[1]
RULES = declared.load([PACK])
BOOK = loading.load(loading.rule_files(PACK))


def alarms(
    code: str, row: dict[str, str], begin: datetime, every: timedelta, means: list[str]
) -> list[tuple[int, str]]:
    """The first mean of each alarm, counted from 0, and its severity."""
    rule = RULES[code]
    watch = levels.watch(rule, BOOK, [RowSpan(date(2019, 1, 1), None, rule.stands_at, "1", row)])
    (series,) = rule.series
    line = [Sample(begin + nth * every, Decimal(value), "N") for nth, value in enumerate(means)]
    return [((one.start - begin) // every, one.severity) for one in judge(watch, {series: line}).episodes]


@pytest.mark.parametrize(
    ("item", "permit", "means", "found"),
    [
        ("cod", {"cod_limit": "50"}, ["50", "50", "50"], []),
        ("cod", {"cod_limit": "50"}, ["50.1", "50"], []),
        ("cod", {"cod_limit": "50"}, ["50.1", "50.1"], [(0, "minor")]),
        ("cod", {"cod_limit": "50"}, ["60", "75"], [(0, "major")]),
        ("ammonia", {"ammonia_limit": "8"}, ["24", "24"], [(0, "serious")]),
        ("phosphorus", {"phosphorus_limit": "0.5"}, ["0.4", "0.6", "0.6"], [(1, "minor")]),
        ("phosphorus", {}, ["9", "9"], []),
    ],
)
def test_hourly_means_of_an_outlet_are_an_alarm_by_its_permit(item, permit, means, found):
    begin = datetime(2026, 6, 1, tzinfo=UTC)
    assert alarms(f"sewage.outlet_{item}_over_permit", permit, begin, timedelta(hours=1), means) == found


@pytest.mark.parametrize(
    ("item", "plant", "first_day", "means", "found"),
    [
        ("cod", "first_a", date(2025, 6, 1), ["50", "50.5"], [(1, "minor")]),
        ("cod", "first_b", date(2025, 6, 1), ["60"], []),
        ("cod", "second", date(2025, 6, 1), ["150"], [(0, "major")]),
        ("cod", "third", date(2025, 6, 1), ["900"], []),
        ("cod", "rural", date(2025, 6, 1), ["900"], []),
        ("nitrogen", "first_a", date(2025, 6, 1), ["15.1"], [(0, "minor")]),
        ("nitrogen", "second", date(2025, 6, 1), ["99"], []),
        ("cod", "first_a", date(2026, 2, 28), ["51"], [(0, "minor")]),
        ("cod", "first_a", date(2026, 3, 1), ["900"], []),
    ],
    ids=lambda value: str(value) if isinstance(value, date) else None,
)
def test_means_of_days_of_a_plant_are_an_alarm_by_the_standard_of_the_day(item, plant, first_day, means, found):
    begin = datetime(first_day.year, first_day.month, first_day.day, tzinfo=UTC)
    row = {"effluent_class": plant}
    assert alarms(f"sewage.plant_{item}_over_standard", row, begin, timedelta(days=1), means) == found
