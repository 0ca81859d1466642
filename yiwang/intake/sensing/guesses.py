"""Whoever shows a wrong password for an instrument often has to wait: by the instrument's key and the network address, in one process.

So a stranger elsewhere cannot keep the instrument out, and nobody finds six digits by trying.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

MOST_WRONG, WHILE = 10, timedelta(minutes=5)
"""[D]: so many wrong passwords within that time."""
MOST_REMEMBERED = 10_000
"""Keys with an address; of more, those that were wrong longest ago are forgotten."""


class Guesses:
    """The wrong passwords of the last minutes."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[tuple[str, str], list[datetime]] = OrderedDict()
        self._lock = Lock()

    def wait_s(self, key: str, address: str, now: datetime) -> int:
        """How many seconds nobody from there may show a password for this key; 0: they may."""
        with self._lock:
            recent = [one for one in self._wrong.get((key, address), ()) if one > now - WHILE]
        return int((recent[0] + WHILE - now).total_seconds()) + 1 if len(recent) >= MOST_WRONG else 0

    def wrong(self, key: str, address: str, now: datetime) -> None:
        """It was wrong."""
        with self._lock:
            before = self._wrong.pop((key, address), [])
            self._wrong[key, address] = [*(one for one in before if one > now - WHILE), now][-MOST_WRONG:]
            while len(self._wrong) > MOST_REMEMBERED:
                self._wrong.popitem(last=False)

    def right(self, key: str, address: str) -> None:
        """It was right: what was wrong before is forgotten."""
        if self._wrong:
            with self._lock:
                self._wrong.pop((key, address), None)
