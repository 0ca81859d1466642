"""What is counted of a station's day, as tables: complete or not, and a site's dust."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from yiwang.indicators.measured import AlarmThere, DatedRow, StationDay
from yiwang.intake.sensing.rules import StreamDay, Sums
from yiwang.packs.environment.measured import MEASURED

DAY = date(2026, 6, 3)
SITE = DatedRow("construction_site", "G-1", date(2026, 1, 1), None, {"number": "G-1"}, 1)


def stream(factor: str, expected: int, valid: int) -> StreamDay:
    sums = Sums(valid, valid, 0, Decimal(valid), Decimal(1), Decimal(1)) if valid else None
    return StreamDay(factor, "avg", "minute", expected, sums)


def day(*streams: StreamDay, row: DatedRow | None = None, alarms: tuple[str, ...] = ()) -> StationDay:
    told = tuple(AlarmThere(UUID(int=1), rule, "XH1") for rule in alarms)
    return StationDay("s-1", DAY, streams, row, told)


@pytest.mark.parametrize(
    ("streams", "holds"),
    [
        ([(100, 100)], {"due", "complete"}),
        ([(100, 75)], {"due", "complete"}),
        ([(100, 74)], {"due"}),
        ([(100, 0)], {"due", "silent"}),
        ([(100, 300), (100, 0)], {"due"}),  # more of one does not make up for a silent one
        ([(0, 5)], set()),  # somebody samples: nothing is due by itself
        ([], set()),
    ],
)
def test_a_day_is_complete_from_three_quarters_of_what_was_due(streams, holds):
    found = day(*(stream(f"w0{at}", *one) for at, one in enumerate(streams)))
    assert set(MEASURED["station_day"].holds(found)) == holds


@pytest.mark.parametrize(
    ("streams", "row", "alarms", "holds"),
    [
        ([stream("a34001", 96, 90)], SITE, (), {"due", "monitored"}),
        ([stream("a34001", 96, 1)], SITE, ("environment.site_dust_too_often",), {"due", "monitored", "exceeded"}),
        ([stream("a34001", 96, 1)], SITE, ("environment.site_dust_silent",), {"due", "monitored"}),
        ([stream("a34001", 96, 0)], SITE, (), {"due"}),
        ([stream("a34004", 96, 96)], SITE, (), set()),
        ([stream("a34001", 96, 96)], None, (), set()),
    ],
)
def test_a_site_is_monitored_where_its_dust_was_read_and_exceeded_where_an_alarm_began(streams, row, alarms, holds):
    assert set(MEASURED["site_day"].holds(day(*streams, row=row, alarms=alarms))) == holds
