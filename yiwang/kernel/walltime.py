"""The only place that looks at the wall clock. Everything else is given `now`."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TOWN_ZONE = ZoneInfo("Asia/Shanghai")
"""R-301: every deadline is told in Shanghai time and stored with its offset."""


def now() -> datetime:
    """The present moment, in UTC, to the microsecond."""
    return datetime.now(UTC)


def in_town(moment: datetime) -> datetime:
    """The same moment as the town's clock shows it. Raises ValueError for a moment without an offset."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no offset; a moment without an offset means nothing here")
    return moment.astimezone(TOWN_ZONE)


def town_day(moment: datetime) -> date:
    """The calendar day in the town at that moment."""
    return in_town(moment).date()
