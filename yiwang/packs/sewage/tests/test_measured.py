"""What is counted of an outlet's day, as a table: means against the permit's limits, and days that prove nothing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from yiwang.indicators.measured import DatedRow, StationDay
from yiwang.intake.sensing.rules import StreamDay, Sums
from yiwang.packs.sewage.measured import MEASURED

DAY = date(2026, 6, 3)
COD, AMMONIA = "w01018", "w21003"


def hours(factor: str, mean: str, n: int = 24) -> StreamDay:
    return StreamDay(factor, "avg", "hour", 24, Sums(n, n, 0, Decimal(mean) * n, Decimal(0), Decimal(99)))


@pytest.mark.parametrize(
    ("limits", "streams", "holds"),
    [
        (
            {"cod_limit": "50", "ammonia_limit": "5"},
            [hours(COD, "50"), hours(AMMONIA, "5")],
            {"measured", "within_limits"},
        ),
        (
            {"cod_limit": "50", "ammonia_limit": "5"},
            [hours(COD, "50.01"), hours(AMMONIA, "5")],
            {"measured", "beyond_limits"},
        ),
        (
            {"cod_limit": "50", "ammonia_limit": "5"},
            [hours(COD, "60"), hours(AMMONIA, "1", 3)],
            {"measured", "beyond_limits"},
        ),
        ({"cod_limit": "50", "ammonia_limit": "5"}, [hours(COD, "40")], {"open"}),
        ({"cod_limit": "50"}, [hours(COD, "90", 23)], {"open"}),
        ({}, [hours(COD, "40")], {"open"}),
        ({"cod_limit": "50"}, [replace(hours(COD, "40000"), comparable=False)], {"open"}),
    ],
)
def test_a_day_is_judged_by_its_means_where_all_of_it_was_measured(limits, streams, holds):
    row = DatedRow("outlet", "P-1", date(2026, 1, 1), None, limits, 1)
    assert set(MEASURED["outlet_day"].holds(StationDay("s-1", DAY, streams, row, ()))) == {"due", *holds}


def test_a_station_at_no_outlet_is_no_outlet_day():
    assert set(MEASURED["outlet_day"].holds(StationDay("s-1", DAY, [hours(COD, "40")], None, ()))) == set()


OF_FIRM = {"number": "P-1", "called": "一号排口", "kind": "firm", "permit_number": "X-1", "team": "environment"}


def outlet(since: date, until: date | None = None, **said: str) -> DatedRow:
    return DatedRow("outlet", "P-1", since, until, OF_FIRM | said, 1)


def permit(issued: str, expires: str, number: str = "X-1") -> DatedRow:
    values = {"permit_number": number, "outlet": "P-1", "issued_on": issued, "expires_on": expires}
    return DatedRow("discharge_permit", f"{number}·P-1", date(2026, 1, 1), None, values, 2)


@pytest.mark.parametrize(
    ("outlets", "permits", "months"),
    [
        (
            [outlet(date(2026, 1, 10))],
            [permit("2024-01-01", "2029-01-01")],
            ["01 permitted", "02 permitted", "03 permitted"],
        ),
        (
            [outlet(date(2026, 1, 10))],
            [permit("2024-01-01", "2026-02-14")],
            ["01 permitted", "02 without", "03 without"],
        ),
        (
            [outlet(date(2026, 1, 10))],
            [permit("2024-01-01", "2029-01-01", "X-2")],
            ["01 without", "02 without", "03 without"],
        ),
        ([outlet(date(2026, 1, 10))], [], ["01 without", "02 without", "03 without"]),
        ([outlet(date(2026, 1, 10), date(2026, 2, 20))], [], ["01 without", "02 none"]),
        ([outlet(date(2026, 1, 10), kind="rain")], [], ["01 none", "02 none", "03 none"]),
    ],
)
def test_an_outlet_has_a_permit_in_a_month_as_its_last_day_says(outlets, permits, months):
    group = {"outlet": outlets, "discharge_permit": permits}
    found = MEASURED["outlet_month"].standings(group, date(2026, 3, 15))
    last = {one.month: one.holds for one in found}
    words = {"permitted": "permitted", "without_permit": "without"}
    told = [
        f"{month:%m} {next((words[one] for one in holds if one in words), 'none')}" for month, holds in last.items()
    ]
    assert told == months
