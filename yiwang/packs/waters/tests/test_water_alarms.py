"""What the alarm rules of the waters pack say of a section's readings: a table that a clerk can read."""

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
BEGIN = datetime(2026, 6, 1, tzinfo=UTC)


def episodes(code: str, target: str, means: list[str]) -> list[tuple[int, int | None, str]]:
    """Hours from the first to the last of each alarm, and its severity, from means of one hour after the other."""
    section = RowSpan(date(2019, 1, 1), None, "water_section", "D-1", {"target_class": target})
    watch = levels.watch(RULES[code], BOOK, [section])
    (series,) = watch.rule.series
    line = [Sample(BEGIN + timedelta(hours=hour), Decimal(value), "N") for hour, value in enumerate(means)]
    found = judge(watch, {series: line}).episodes
    return [(_hour(one.start), None if one.end is None else _hour(one.end), one.severity) for one in found]


def _hour(moment: datetime) -> int:
    return (moment - BEGIN) // timedelta(hours=1)


AMMONIA, OXYGEN, STILL = "waters.nh3n_over_target", "waters.oxygen_under_target", "waters.ammonia_stands_still"


@pytest.mark.parametrize(
    ("rule", "target", "means", "alarms"),
    [
        (AMMONIA, "i", ["0.15", "0.15"], []),
        (AMMONIA, "i", ["0.16", "0.16"], [(0, None, "minor")]),
        (AMMONIA, "ii", ["0.5", "0.76"], []),
        (AMMONIA, "ii", ["0.51", "0.76"], [(0, None, "major")]),
        (AMMONIA, "iii", ["1.0", "1.0", "1.0"], []),
        (AMMONIA, "iii", ["1.01", "1.0"], []),
        (AMMONIA, "iii", ["1.01", "1.01"], [(0, None, "minor")]),
        (AMMONIA, "iv", ["1.5", "1.5"], []),
        (AMMONIA, "iv", ["1.51", "2.25"], [(0, None, "major")]),
        (AMMONIA, "v", ["6.0", "6.0"], [(0, None, "serious")]),
        (AMMONIA, "iii", ["1.2", "1.2", "0.96", "0.96", "0.96"], [(0, None, "minor")]),
        (AMMONIA, "iii", ["1.2", "1.2", "0.95", "0.95", "0.95"], [(0, 2, "minor")]),
        (AMMONIA, "", ["9", "9"], []),
        (OXYGEN, "i", ["7.4", "7.4", "7.4", "7.4"], [(0, None, "minor")]),
        (OXYGEN, "ii", ["6", "6", "6", "6"], []),
        (OXYGEN, "iii", ["4.9", "4.9", "4.9"], []),
        (OXYGEN, "iii", ["4.9", "4.9", "4.9", "4.9"], [(0, None, "minor")]),
        (OXYGEN, "iv", ["3.0", "3.0", "3.0", "3.0"], []),
        (OXYGEN, "v", ["1.0", "1.9", "1.9", "1.9"], [(0, None, "serious")]),
        (STILL, "iii", ["0.42"] * 24, []),
        (STILL, "iii", ["0.42"] * 25, [(0, None, "minor")]),
        (STILL, "iii", ["0.42"] * 24 + ["0.43"] * 24, []),
    ],
)
def test_hourly_means_of_a_section_are_an_alarm_by_its_target(rule, target, means, alarms):
    assert episodes(rule, target, means) == alarms


def test_every_rule_opens_a_case_of_the_pack_and_has_a_proof_of_return():
    assert {one.case_type for one in RULES.values()} == {"E-41-01", "E-41-02"}
    assert all(one.proof >= one.clear_after for one in RULES.values())
