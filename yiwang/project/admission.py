"""How many requests are worked on at once, who waits for how long, and who is sent away when there are more (record 0037).

Each process that serves pages has some seats, and a line before them for each kind of reader. Colleagues are seated first. Whoever
finds the line full, or has waited out its patience, is told at once to come again: a page that comes after a minute helps nobody,
and what is not begun need not be recovered from.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock


class Line(StrEnum):
    """Kinds of readers, in the order in which they are seated."""

    STAFF = "staff"
    LOG_IN = "log-in"
    PUBLIC = "public"
    INSTRUMENT = "instrument"
    """Handing in what it measured, a few values at a time;"""
    COLLECTED = "collected"
    """or thousands."""


@dataclass(frozen=True, slots=True)
class Room:
    """What one kind of reader has in one process."""

    seats: int
    """So many of them at most are worked on at once."""
    places: int
    """So many of them may wait."""
    patience_s: float
    """and for so long."""


SEATS = 5
"""Requests that one process works on at once. Each holds at most one connection: WEB_POOL (project/budget.py) has some more."""
ROOMS: Mapping[Line, Room] = {
    Line.STAFF: Room(seats=5, places=16, patience_s=10.0),
    Line.LOG_IN: Room(seats=4, places=4, patience_s=10.0),
    Line.PUBLIC: Room(seats=4, places=12, patience_s=3.0),
}
"""One seat stays free of strangers, so that a colleague need not wait until one of theirs is done."""
INSTRUMENT_SEATS = 36
INSTRUMENT_ROOMS: Mapping[Line, Room] = {
    Line.INSTRUMENT: Room(seats=32, places=32, patience_s=10.0),
    Line.COLLECTED: Room(seats=4, places=12, patience_s=10.0),
}
"""Of instruments, whose seats are not those of people: they hold no connection, since one of them stores for all that wait. A body of
thousands of values takes some ten times its size while it is read, so of these there are few."""
THREADS = (
    SEATS + INSTRUMENT_SEATS + sum(room.places for rooms in (ROOMS, INSTRUMENT_ROOMS) for room in rooms.values()) + 11
)
"""What the server needs: one for everybody seated or waiting, and some that send away and hand out style sheets."""
SOONEST_S = 4
SPREAD_S = 8
"""Whoever is sent away is asked back after 4 to 11 s, each a second later than the one before: they do not all return at once."""


class Admission:
    """The seats and lines of one process. Every `enter` that gave True needs one `leave`."""

    def __init__(self, seats: int = SEATS, rooms: Mapping[Line, Room] = ROOMS) -> None:
        self._seats = seats
        self._rooms = rooms
        self._lock = Lock()
        self._seated = dict.fromkeys(Line, 0)
        self._waiting: dict[Line, deque[Event]] = {line: deque() for line in Line}
        self._sent_away = dict.fromkeys(Line, 0)

    def enter(self, line: Line) -> bool:
        """Take a seat, after waiting for one if need be. False: none in time, or too many wait already."""
        with self._lock:
            waiting = self._waiting[line]
            if not waiting and self._free(line):
                self._seated[line] += 1
                return True
            if len(waiting) >= self._rooms[line].places:
                self._sent_away[line] += 1
                return False
            ticket = Event()
            waiting.append(ticket)
        if ticket.wait(self._rooms[line].patience_s):
            return True
        with self._lock:
            if ticket.is_set():  # called in the last moment
                return True
            waiting.remove(ticket)
            self._sent_away[line] += 1
            return False

    def leave(self, line: Line) -> None:
        """Give the seat back; whoever is next takes it."""
        with self._lock:
            self._seated[line] -= 1
            for one in Line:
                self._call(one)

    def come_again_s(self) -> int:
        """After how many seconds whoever was sent away should ask again."""
        with self._lock:
            return SOONEST_S + sum(self._sent_away.values()) % SPREAD_S

    def counts(self) -> dict[str, dict[str, int]]:
        """Seated and waiting now, and sent away since the start, by line."""
        with self._lock:
            return {
                line.value: {
                    "seated": self._seated[line],
                    "waiting": len(self._waiting[line]),
                    "sent_away": self._sent_away[line],
                }
                for line in Line
            }

    def _free(self, line: Line) -> bool:
        return sum(self._seated.values()) < self._seats and self._seated[line] < self._rooms[line].seats

    def _call(self, line: Line) -> None:
        while self._waiting[line] and self._free(line):
            self._seated[line] += 1
            self._waiting[line].popleft().set()
