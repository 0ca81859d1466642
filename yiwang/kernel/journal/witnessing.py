"""Which witness is to be told of which head, and what came of it. Who tells them is a gateway: the journal opens no door.

A witness keeps every head that it was given. Whoever rebuilt the journal would have to take those back as well.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from yiwang.kernel.journal import sealed
from yiwang.kernel.journal.models import Witness

LEASE = timedelta(minutes=2)
"""After so long a turn whose worker was killed is taken again: the witness then gets a head twice, never not at all."""
LONGEST_PAUSE = timedelta(hours=1)
FAULT_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Turn:
    """The head that one witness is to be told now."""

    address: str
    head: sealed.Sealed
    tries: int


def take(address: str, now: datetime, every: timedelta) -> Turn | None:
    """Whether this witness is to be told of the newest head now; the turn is then ours for LEASE. Outside a transaction."""
    newest = sealed.newest()
    if newest is None:
        return None
    with transaction.atomic():
        Witness.objects.get_or_create(address=address)
        row = Witness.objects.select_for_update(skip_locked=True).filter(address=address, size__lt=newest.size).first()
        if row is None or not _due(row, now, every):
            return None
        row.tries, row.next_at = row.tries + 1, now + LEASE
        row.save(update_fields=["tries", "next_at"])
        return Turn(address, newest, row.tries)


def _due(row: Witness, now: datetime, every: timedelta) -> bool:
    if row.next_at is not None:
        return row.next_at <= now
    return row.told_at is None or row.told_at + every <= now


def told(turn: Turn, now: datetime) -> None:
    """The witness has it."""
    values = {"size": turn.head.size, "told_at": now, "tries": 0, "next_at": None, "fault": "", "failed_at": None}
    Witness.objects.filter(address=turn.address).update(**values)


def failed(turn: Turn, fault: str, now: datetime) -> None:
    """It could not be told. It is tried again after a pause that doubles, at least once an hour, and never given up."""
    pause = min(timedelta(minutes=2 ** min(turn.tries - 1, 10)), LONGEST_PAUSE)
    values = {"fault": fault[:FAULT_CHARACTERS], "failed_at": now, "next_at": now + pause}
    Witness.objects.filter(address=turn.address).update(**values)
