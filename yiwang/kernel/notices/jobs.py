"""Timers of notices: what happened is told, and what is old goes."""

from datetime import datetime

from django.db.models import Q

from yiwang.kernel.journal import readers
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.notices import mailing, rules, telling
from yiwang.kernel.notices.models import Notice

READER = "notices"


def follow(now: datetime) -> int:
    """Make notices of what happened since the last time; returns how many entries were read.

    In the transaction of the reader's cursor: nothing is missed, and nobody is told twice.
    """
    read = 0

    def handle(batch: tuple[Placed, ...]) -> None:
        room = telling.Room()
        for placed in batch:
            telling.from_entry(room, placed, now)

    while taken := readers.advance(READER, handle):
        read += taken
    return read


def sweep_old(now: datetime) -> int:
    """Delete what was read a while ago and what nobody read for long; returns how many."""
    read = Q(unread=False, at__lt=now - rules.READ_KEPT)
    return Notice.objects.filter(read | Q(at__lt=now - rules.UNREAD_KEPT)).delete()[0]


SWEEPS = {"notices": (1, follow), "notices by mail": (10, mailing.send_due), "old notices": (3600, sweep_old)}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
