"""What the alarm rules of the environment pack say of a site's dust: how many means of 15 minutes of a day lay above a limit (R-098)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from yiwang.intake.sensing.alarms import declared, levels
from yiwang.intake.sensing.alarms.conditions import Sample
from yiwang.intake.sensing.alarms.rules import judge
from yiwang.kernel.params import loading

PACK = Path(__file__).parents[1]
RULES = declared.load([PACK])
BOOK = loading.load(loading.rule_files(PACK))
MORNING = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
"""Eight o'clock in the town: 64 means later the next day begins."""
QUARTER = timedelta(minutes=15)
TO_MIDNIGHT = 64


def alarms(means: list[str]) -> list[tuple[int, int | None, str]]:
    """The quarters of an hour from the first to the last of each alarm, and its severity."""
    watch = levels.watch(RULES["environment.site_dust_too_often"], BOOK)
    (series,) = watch.rule.series
    line = [Sample(MORNING + nth * QUARTER, Decimal(value), "N") for nth, value in enumerate(means)]
    found = judge(watch, {series: line}).episodes
    return [(_nth(one.start), None if one.end is None else _nth(one.end), one.severity) for one in found]


def _nth(moment: datetime) -> int:
    return (moment - MORNING) // QUARTER


@pytest.mark.parametrize(
    ("means", "found"),
    [
        (["1.0"] * 96, []),
        (["1.1"] * 6 + ["1.0"] * 20, []),
        (["1.1"] * 7, [(6, None, "minor")]),
        (["1.1"] * 6 + ["0.2"] * 30 + ["1.1"], [(36, None, "minor")]),
        (["2.0", "2.0"], []),
        (["2.1"], []),
        (["2.1", "0.3", "2.1"], [(2, None, "minor")]),
        (["1.1"] * 13, [(6, None, "major")]),
        (["1.1"] * 7 + ["0.2"] * 60, [(6, TO_MIDNIGHT, "minor")]),
        (["0.2"] * 60 + ["1.1"] * 10, []),
        (["0.2"] * 57 + ["1.1"] * 15, [(63, 64, "minor"), (70, None, "minor")]),
    ],
)
def test_means_above_the_limit_are_an_alarm_once_they_are_too_many_in_a_day(means, found):
    assert alarms(means) == found
