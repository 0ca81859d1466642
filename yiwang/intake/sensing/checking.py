"""Whether what is stored still gives the digests that were recorded: of every batch, and of every month that was taken out.

The files of a month are read once, for its own digest and for those of all batches that lie in it: there, too, the rows of a batch
stand in the order of its digest. No permission is asked here; whoever calls has asked.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from yiwang.intake.sensing import archived, parquet, rules
from yiwang.intake.sensing.models import ArchivedMonth, ReadingBatch
from yiwang.intake.sensing.parquet import Row
from yiwang.kernel.files import store

Line = tuple[int, int, str]
"""Stream, microseconds since 1970, and the reading as a digest has it (rules.line)."""
_HERE = "SELECT stream, at, value, flag FROM reading WHERE batch = %s AND at BETWEEN %s AND %s"


@dataclass(frozen=True, slots=True)
class BatchCheck:
    """Whether the rows of a batch still give the digest that the journal holds."""

    batch_id: int
    recorded: int
    found: int
    digest_recorded: str
    digest_found: str

    @property
    def holds(self) -> bool:
        """Whether nothing was changed, added or taken away."""
        return self.digest_recorded == self.digest_found and self.recorded == self.found


@dataclass(frozen=True, slots=True)
class MonthCheck:
    """Whether the files of a month that was taken out still say what they said. `damaged`: those that are gone, or not as named."""

    month: str
    recorded: int
    found: int
    digest_recorded: str
    digest_found: str
    damaged: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was changed, added or taken away."""
        return self.digest_recorded == self.digest_found and self.recorded == self.found and not self.damaged


def check_batch(batch: ReadingBatch) -> BatchCheck:
    """One batch by itself, wherever its rows lie."""
    old = archived.of_batch(batch.id, batch.first_at, batch.last_at)
    return _check(batch, [_line(one) for one in old])


def check_all(since: datetime | None = None) -> Iterator[BatchCheck | MonthCheck]:
    """Every batch that was stored from a moment on (all when None), and every archived month that has readings of one."""
    wanted = ReadingBatch.objects.filter(stored_at__gte=since) if since else ReadingBatch.objects.all()
    beside: dict[int, list[Line]] = defaultdict(list)
    """The archived rows of batches that lie on both sides of a month's end."""
    done: set[int] = set()
    months = archived.months()
    for kept in months.values():
        there = {one.id: one for one in wanted.filter(**_touching(kept.month))}
        if there or since is None:
            for one in _check_month(kept, there, beside):
                done.update([one.batch_id] if isinstance(one, BatchCheck) else [])
                yield one
    for number in wanted.order_by("id").values_list("id", flat=True):
        if number not in done:
            batch = ReadingBatch.objects.get(id=number)
            checked = _check(batch, beside.pop(number, ()))
            moved = not checked.holds and archived.months().keys() != months.keys()  # taken out since we began
            yield check_batch(batch) if moved else checked


def _check_month(
    kept: ArchivedMonth, there: Mapping[int, ReadingBatch], beside: dict[int, list[Line]]
) -> Iterator[BatchCheck | MonthCheck]:
    """The month, and each of its batches that lies in it as a whole; rows of the others are put beside."""
    whole = {number: one for number, one in there.items() if _lies_in(kept.month, one)}
    found = _Found(batches={number: _Digest() for number in whole})
    for row in _rows(kept, found):
        if row.batch in found.batches:
            found.batches[row.batch].add(_line(row)[2])
        elif row.batch in there:
            beside[row.batch].append(_line(row))
    yield found.check_month(kept)
    for number, one in whole.items():
        digest = found.batches[number]
        yield BatchCheck(number, one.count, digest.count, one.digest, digest.hexadecimal)


def _touching(month: date) -> dict[str, datetime]:
    begins, ends = rules.month_begins(month), rules.month_begins(archived.following(month))
    return {"first_at__lt": ends, "last_at__gte": begins}


def _check(batch: ReadingBatch, elsewhere: Iterable[Line]) -> BatchCheck:
    with connection.cursor() as cursor:
        cursor.execute(_HERE, [batch.id, batch.first_at, batch.last_at])
        here = [(row[0], rules.micros(row[1]), rules.line(*row)) for row in cursor.fetchall()]
    lines = sorted([*elsewhere, *here])
    return BatchCheck(batch.id, batch.count, len(lines), batch.digest, rules.digest(text for *_, text in lines))


def _lies_in(month: date, batch: ReadingBatch) -> bool:
    return rules.month_of(batch.first_at) == month == rules.month_of(batch.last_at)


def _line(row: Row) -> Line:
    """As it was stored, whatever counts instead."""
    return row.stream, row.micros, f"{row.stream} {row.micros} {row.written} {row.flag}"


# --- the files of a month ---------------------------------------------------------------------------------------------


class _Digest:
    """A batch's digest (rules.digest), growing line by line."""

    def __init__(self) -> None:
        self._sum, self.count = hashlib.sha256(), 0

    def add(self, line: str) -> None:
        self._sum.update(f"\n{line}".encode() if self.count else line.encode())
        self.count += 1

    @property
    def hexadecimal(self) -> str:
        return self._sum.hexdigest()


@dataclass(slots=True)
class _Found:
    """What the files of a month say."""

    batches: Mapping[int, _Digest]
    sum: Any = field(default_factory=hashlib.sha256)
    count: int = 0
    damaged: list[str] = field(default_factory=list)

    def check_month(self, kept: ArchivedMonth) -> MonthCheck:
        """The same beside what was recorded."""
        month = f"{kept.month:%Y-%m}"
        return MonthCheck(month, kept.count, self.count, kept.digest, self.sum.hexdigest(), tuple(self.damaged))


def _rows(kept: ArchivedMonth, found: _Found) -> Iterator[Row]:
    """All rows of a month, as far as they can be read; what is wrong with its files is noted."""
    for name in kept.files:
        try:
            content = store.path_of(name).read_bytes()
            if store.hash_of(content) != name:
                found.damaged.append(name)
            for row in parquet.everything(content):
                found.sum.update(f"{parquet.line(row)}\n".encode())
                found.count += 1
                yield row
        except (FileNotFoundError, parquet.Unreadable):
            if name not in found.damaged:
                found.damaged.append(name)
