"""The only place that looks at the wall clock. Everything else is given `now`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time

from yiwang.kernel.zone import TOWN_ZONE as TOWN_ZONE
from yiwang.kernel.zone import in_town as in_town

_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def now() -> datetime:
    """The present moment, in UTC, to the microsecond."""
    return _moved.get() or datetime.now(UTC)


def unmoved() -> datetime:
    """The same, also while the town's clock is moved: for what Django itself ends by the machine's clock."""
    return datetime.now(UTC)


def going_on_from(moment: datetime) -> Callable[[], datetime]:
    """A clock that shows `moment` now and goes on from there: for work that was given its `now` and then takes long."""
    begun = now()
    return lambda: moment + (now() - begun)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be `moment` in this thread and task, and stand still: for the simulation of a town's past and for tests.

    A working town never calls this (tests/journeys sees to it). Raises ValueError for a moment without an offset.
    """
    token = _moved.set(in_town(moment).astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)


def town_day(moment: datetime) -> date:
    """The calendar day in the town at that moment."""
    return in_town(moment).date()


def day_begins(day: date) -> datetime:
    """The first moment of a calendar day in the town."""
    return datetime.combine(day, time.min, TOWN_ZONE)
