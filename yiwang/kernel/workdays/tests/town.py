"""The calendar the tests count on: all notices and the hours 08:30–11:30, 13:30–17:00, as in the demonstration town."""

from datetime import date, datetime
from functools import cache

from yiwang.kernel.workdays.calendar import Calendar
from yiwang.kernel.workdays.loading import NOTICES, calendar_from
from yiwang.kernel.workdays.office import OfficeHours, Period, windows_of
from yiwang.kernel.zone import TOWN_ZONE

USUAL = windows_of(["08:30-11:30", "13:30-17:00"])
SUMMER = windows_of(["08:00-11:30", "14:30-18:00"])


@cache
def calendar() -> Calendar:
    return calendar_from(NOTICES.glob("*.yaml"), OfficeHours([Period(date(2000, 1, 1), USUAL, "test")]))


@cache
def seasons() -> Calendar:
    """As `calendar`, with longer hours from July to September 2019: a working day is 390 minutes, then 420."""
    periods = [
        Period(date(2000, 1, 1), USUAL, "test"),
        Period(date(2019, 7, 1), SUMMER, "test"),
        Period(date(2019, 10, 1), USUAL, "test"),
    ]
    return calendar_from(NOTICES.glob("*.yaml"), OfficeHours(periods))


def at(text: str) -> datetime:
    """`2019-09-30 10:00` on the town's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=TOWN_ZONE)
