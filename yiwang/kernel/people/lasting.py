"""How long a session of staff lasts, and how many there may be (record 0033). Pure: the simulation asks it before there are tables."""

from datetime import datetime, timedelta
from uuid import UUID

LASTS = timedelta(hours=12)
"""A colleague's session ends so long after its log-in, however busy: nobody finds yesterday's desk open. (A resident's on their own
telephone lasts two weeks, Django's usual time.)"""
UNUSED = timedelta(hours=1)
"""It ends when nobody asked for a page in so long: an office leaves for lunch. Ours; GB/T 22239-2019 8.1.4.1 b asks for a time and names
none (`verified: false`: the clause is written down from memory, like those of docs/reference/protection.md). What was being typed stays
in the browser (draft.js) and is there after the next log-in."""
MOST = 5
"""Open at once for one account: two computers, a telephone, and some that were left open. One more ends the one that was unused longest."""
TOUCHED_EVERY = timedelta(minutes=5)
"""How exactly it is known when a session was used: one write in so long, and no finer record of anybody's work."""


def ended(opened_at: datetime, used_at: datetime, now: datetime) -> bool:
    """Whether a session is over by its time. Pure."""
    return now - opened_at >= LASTS or now - used_at >= UNUSED


def surplus(used: dict[UUID, datetime], most: int = MOST) -> list[UUID]:
    """The sessions that end so that one more may be opened: those that were unused longest. Pure."""
    return sorted(used, key=lambda one: used[one], reverse=True)[most - 1 :]
