"""From the hours of a day to what its report looks at."""

from datetime import date
from decimal import Decimal

import pytest

from yiwang.packs.environment import law
from yiwang.packs.environment.rules.days import day_of

DAY = date(2026, 11, 18)


def hours(item, values):
    return {hour: {item: Decimal(value)} for hour, value in values.items()}


@pytest.mark.parametrize(
    ("item", "values", "means", "few"),
    [
        ("pm25", dict.fromkeys(range(24), "30"), {"pm25": 30}, ()),
        ("pm25", dict.fromkeys(range(20), "30"), {"pm25": 30}, ()),
        ("pm25", dict.fromkeys(range(19), "30"), {}, ("pm25",)),
        ("o3", dict.fromkeys(range(8), "100") | dict.fromkeys(range(8, 24), "40"), {"o3_8h": 100}, ()),
        ("o3", {16: "160", 17: "160", 18: "160", 19: "160", 20: "40", 21: "40"}, {"o3_8h": 120}, ()),  # 6 of the last 8
        ("o3", dict.fromkeys(range(5), "100"), {}, ("o3_8h",)),
        ("so2", {}, {}, ()),
    ],
)
def test_a_day_is_made_of_its_hours(item, values, means, few):
    found = day_of(hours(item, values), DAY, law.rulebook())
    assert (dict(found.means), found.few) == (means, few)
