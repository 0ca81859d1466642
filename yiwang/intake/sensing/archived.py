"""Months of readings that were taken out of the database: which, and their rows, read from their Parquet files.

Nothing that asks for readings need know where they lie: `series`, `pasts` and `queries.check_batch` add what is here to what they find.
No permission is asked here; whoever calls has asked.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from yiwang.intake.sensing import parquet, rules
from yiwang.intake.sensing.models import ArchivedMonth
from yiwang.intake.sensing.parquet import Row
from yiwang.kernel.access import permission
from yiwang.kernel.files import store
from yiwang.kernel.files.guards import guards
from yiwang.kernel.terms import TOWN_WIDE, Actor

SUBJECT = "reading_month"
READ = "station.read"
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
"""Moments that no reading is before, and none after."""


def months() -> Mapping[date, ArchivedMonth]:
    """Every month that was taken out, by its first day."""
    return {one.month: one for one in ArchivedMonth.objects.order_by("month")}


def rows(streams: Collection[int], first: datetime, end: datetime, most: int | None = None) -> list[Row]:
    """The archived readings of streams from a moment on, before another, in order of stream and moment."""
    there = _files(first, end, streams)
    return parquet.some(there, rules.micros(first), rules.micros(end), streams=streams, most=most) if there else []


def off(stream: int, first: datetime, end: datetime, counts: Collection[str], most: int) -> list[Row]:
    """The first archived readings of a stream whose flag, as it counts now, is none of these."""
    there = _files(first, end, [stream])
    if not there:
        return []
    return parquet.some(there, rules.micros(first), rules.micros(end), streams=[stream], most=most, without=counts)


def of_batch(batch: int, first: datetime, last: datetime) -> list[Row]:
    """The archived readings of a batch, whose moments lie between these two (both included)."""
    end = last + rules.MICROSECOND
    there = _files(first, end)
    return parquet.some(there, rules.micros(first), rules.micros(end), batch=batch) if there else []


def nearest_before(stream: int, moment: datetime, after: datetime = FIRST) -> Row | None:
    """The last archived reading of a stream before a moment, and after another: no month is read that lies before that."""
    return _nearest(stream, after + rules.MICROSECOND, moment, newest_first=True)


def nearest_after(stream: int, moment: datetime, before: datetime = LAST) -> Row | None:
    """The first archived reading of a stream after a moment, and before another."""
    return _nearest(stream, moment + rules.MICROSECOND, before, newest_first=False)


def counted(row: Row) -> tuple[datetime, Decimal | None, str]:
    """Moment, value and flag of what counts."""
    return rules.moment(row.micros), rules.read(row.counted_written), row.counted_flag


def _nearest(stream: int, first: datetime, end: datetime, *, newest_first: bool) -> Row | None:
    """Month by month from the near side on: the first that has one says which."""
    for one in sorted(_between(first, end, [stream]), key=lambda kept: kept.month, reverse=newest_first):
        found = parquet.some(
            _paths(one),
            max(rules.micros(first), rules.micros(_begins(one.month))),
            min(rules.micros(end), rules.micros(_begins(following(one.month)))),
            streams=[stream],
            most=1,
            newest_first=newest_first,
        )
        if found:
            return found[0]
    return None


def _files(first: datetime, end: datetime, streams: Collection[int] = ()) -> list[Path]:
    return [path for one in _between(first, end, streams) for path in _paths(one)]


def _between(first: datetime, end: datetime, streams: Collection[int] = ()) -> list[ArchivedMonth]:
    """The archived months that a time touches, of streams those in which one of them has readings."""
    if first >= end:
        return []
    found = ArchivedMonth.objects.filter(month__gte=rules.month_of(first), month__lte=rules.month_of(end))
    return list(found.filter(streams__overlap=list(streams)) if streams else found)


def _paths(month: ArchivedMonth) -> list[Path]:
    return [store.path_of(sha256) for sha256 in month.files]


def _begins(month: date) -> datetime:
    return rules.month_begins(month)


def following(month: date) -> date:
    """The first day of the month after."""
    return (month + timedelta(days=31)).replace(day=1)


@guards(SUBJECT)
def may_see_files(actor: Actor, subject_id: str) -> bool:
    """Whoever may read every station may have a month's file."""
    return permission.reach(actor, READ).covers(TOWN_WIDE)
