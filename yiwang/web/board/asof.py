"""The day or moment an address asks for: papers lead back to the rows as they stood when they were issued."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest

from yiwang.kernel import walltime


@dataclass(frozen=True, slots=True)
class AsOf:
    """A day, and the moment up to which things are known; None: by all that is known."""

    day: date
    known_at: datetime | None = None


def asked(request: HttpRequest, now: datetime) -> AsOf:
    """What `?as_of=` names; today without one, for what is neither and for what is to come."""
    text, today = request.GET.get("as_of", ""), walltime.town_day(now)
    try:
        moment = datetime.fromisoformat(text)
        day = walltime.town_day(moment) if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):  # the second: a moment of which the town's calendar has no day, before year 1
        return AsOf(today)
    if moment.tzinfo:
        return AsOf(day, moment) if moment < now else AsOf(today)
    return AsOf(min(day, today))
