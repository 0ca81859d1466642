"""Dates as sheets hold them: text in many forms, Excel's serial numbers, or dates. The town's clock is meant (R-301)."""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from yiwang.kernel.sheets.problems import DateInFuture, DateNotThere, DateTooOld, DateUnreadable, DayUnreadable
from yiwang.kernel.walltime import TOWN_ZONE, in_town

EARLIEST = datetime(2000, 1, 1, tzinfo=TOWN_ZONE)
EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  # a serial number has no zone of its own
SERIALS = (36526.0, 73051.0)
"""Excel's numbers for 2000-01-01 and 2100-01-01; a number outside is no date."""
WRITTEN = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[T\s]*(?P<half>上午|下午|am|pm)?\s*(?P<hour>\d{1,2})\s*[:时点]\s*(?P<minute>\d{1,2})\s*分?"
    r"(?:\s*:?\s*(?P<second>\d{1,2})\s*秒?(?:\.\d+)?)?\s*(?P<zone>z|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
PACKED = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2}))?"
)
SHOWN_MOST = 40


@dataclass(frozen=True, slots=True)
class Read:
    """A moment with its offset; `day_only` when the sheet gave no time and midnight stands for it."""

    moment: datetime
    day_only: bool


def read_moment(cell: Any, column: str, now: datetime) -> Read:
    """The moment a cell means.

    Raises DateUnreadable, DateNotThere (2019/2/30), DateTooOld (before 2000), DateInFuture (after `now`).
    """
    given = str(cell).strip()[:SHOWN_MOST]
    read = _read(cell, column, given)
    if read.moment < EARLIEST:
        raise DateTooOld(column=column, given=given)
    if read.moment > now:
        raise DateInFuture(column=column, given=given, now=in_town(now).strftime("%Y-%m-%d %H:%M"))
    return read


def day_given(written: str, example: str) -> date:
    """The day that a command was given. Raises DayUnreadable."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise DayUnreadable(given=written, example=example) from None


def _read(cell: Any, column: str, given: str) -> Read:
    if isinstance(cell, datetime):
        midnight = not (cell.hour or cell.minute or cell.second)  # so a workbook gives a cell that shows only a day
        return Read(cell if cell.tzinfo else cell.replace(tzinfo=TOWN_ZONE), day_only=midnight)
    if isinstance(cell, date):
        return Read(datetime(cell.year, cell.month, cell.day, tzinfo=TOWN_ZONE), day_only=True)
    serial = _serial(cell)
    if serial is not None:
        moment = EXCEL_ZERO + timedelta(seconds=round(serial * 86_400))
        return Read(moment.replace(tzinfo=TOWN_ZONE), day_only=serial == math.floor(serial))
    flat = unicodedata.normalize("NFKC", given)
    parts = PACKED.fullmatch(flat) or WRITTEN.fullmatch(flat)
    if parts is None:
        raise DateUnreadable(column=column, given=given)
    try:
        return _moment(parts.groupdict())
    except ValueError as error:
        raise DateNotThere(column=column, given=given) from error


def _serial(cell: Any) -> float | None:
    """Excel's number of a day, also when a CSV was saved with numbers for dates."""
    if isinstance(cell, bool):
        return None
    try:
        number = float(cell)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if SERIALS[0] <= number < SERIALS[1] else None


def _moment(parts: dict[str, str | None]) -> Read:
    """Raises ValueError for a day or hour that does not exist."""
    hour = int(parts["hour"] or 0)
    half = (parts.get("half") or "").lower()
    if half in ("下午", "pm") and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    year, month, day, minute, second = (int(parts[name] or 0) for name in ("year", "month", "day", "minute", "second"))
    moment = datetime(year, month, day, hour, minute, second, tzinfo=TOWN_ZONE)
    if zone := parts.get("zone"):
        moment = datetime.fromisoformat(f"{moment.replace(tzinfo=None).isoformat()}{zone.upper()}")
    return Read(moment, day_only=parts["hour"] is None)
