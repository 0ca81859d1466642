"""The town's time zone. Pure: it says how a moment is told in town, never which moment it is (walltime.py)."""

from datetime import datetime
from zoneinfo import ZoneInfo

TOWN_ZONE = ZoneInfo("Asia/Shanghai")
"""R-301: every deadline is told in Shanghai time and stored with its offset."""


def in_town(moment: datetime) -> datetime:
    """The same moment as the town's clock shows it. Raises ValueError for a moment without an offset."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no offset; a moment without an offset means nothing here")
    return moment if moment.tzinfo is TOWN_ZONE else moment.astimezone(TOWN_ZONE)
