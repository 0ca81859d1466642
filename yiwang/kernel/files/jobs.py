"""The sweeper: uploads whose form never came, and bytes that a crash left without a row."""

import itertools
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yiwang.kernel.files import queries, rules, steps, store
from yiwang.kernel.terms import SYSTEM, Call, FileHash

log = logging.getLogger(__name__)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep removed: unused uploads, bytes unknown to the database, half-written files."""

    uploads: int
    strays: int
    parts: int


def sweep_orphans(now: datetime) -> Swept:
    """Remove what nothing has used for a day, never a file in use. It may run at any time, also twice at once."""
    before = now - rules.ORPHAN_AGE
    call = Call(SYSTEM, now, door="timer", reason="unused for a day")
    uploads = 0
    for sha256 in queries.unused_since(SYSTEM, before):
        if steps.sweep_file(sha256, call=call):
            uploads += 1
            _remove(sha256)
    return Swept(uploads, _sweep_strays(before), store.remove_parts(before))


def _remove(sha256: FileHash) -> bool:
    """Delete the bytes, unless they have a row again or are being stored this moment."""
    with transaction.atomic():
        free = store.turn(sha256, wait=False) and not queries.known(SYSTEM, [sha256])
        if free:
            store.remove(sha256)
    return free


def _sweep_strays(before: datetime) -> int:
    """Remove bytes from before the moment that no row names; how many. No one when the database looks like another's."""
    seen, strays = 0, list[FileHash]()
    for batch in _batches(store.kept_before(before)):
        seen += len(batch)
        strays += sorted(set(batch) - queries.known(SYSTEM, batch))
    if rules.looks_like_another_database(seen - len(strays), len(strays)):
        log.error("%d of %d files are unknown to the database: none swept, check DATABASE_URL", len(strays), seen)
        return 0
    return sum(_remove(sha256) for sha256 in strays)


def _batches(hashes: Iterable[FileHash]) -> Iterator[list[FileHash]]:
    waiting = iter(hashes)
    while batch := list(itertools.islice(waiting, BATCH)):
        yield batch


SWEEPS = {"orphaned files": (3600, sweep_orphans)}
"""For the worker (project/worker.py): once an hour."""
