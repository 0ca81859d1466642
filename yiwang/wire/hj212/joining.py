"""Parts of a split packet brought together (R-074): by MN, QN and CN, in any order, with bounds and an end to waiting."""

from dataclasses import dataclass, field
from typing import NamedTuple

from yiwang.wire.hj212.packet import Packet

WAIT_SECONDS = 5.0
"""How long a set waits for its next part. Shorter than the shortest time after which an instrument sends again (10 s over GPRS), so
that one which waits for an answer to part 1 before it sends part 2 gets it."""
MOST_SETS = 8
"""Sets that wait at the same time; one instrument seldom sends more than one."""
MOST_BYTES = 64 * 1024
"""Bytes of all parts that wait."""

Key = tuple[str, str, str]


class Joined(NamedTuple):
    """A whole packet, or the parts of one that came, in their order. `cp` holds the parameters of all."""

    packets: tuple[Packet, ...]
    complete: bool

    @property
    def cp(self) -> str:
        """The parameters of all parts, one behind the other."""
        return ";".join([packet.cp.strip(";") for packet in self.packets])


@dataclass(slots=True)
class _Set:
    of: int
    last: float
    parts: dict[int, Packet] = field(default_factory=dict)

    def joined(self) -> Joined:
        return Joined(tuple(self.parts[number] for number in sorted(self.parts)), len(self.parts) == self.of)


class Joiner:
    """Keeps parts until all are there, or too long, or too much."""

    def __init__(self) -> None:
        self._sets: dict[Key, _Set] = {}
        self._bytes = 0

    @property
    def held(self) -> int:
        """Bytes of the parts that wait."""
        return self._bytes

    def add(self, packet: Packet, now: float) -> list[Joined]:
        """Take a packet at `now` (seconds of any steady clock); give back what is whole by it, or had to make room.

        A part that came before with the same bytes is dropped: it was sent again. With other bytes it begins a new set, since packets
        of 2005 have no QN by which two sets could be told apart.
        """
        part = packet.part
        if part is None:
            return [Joined((packet,), True)]
        number, of = part
        key = (packet.mn, packet.qn, packet.cn)
        waiting = self._sets.get(key)
        given = []
        if waiting and (waiting.of != of or waiting.parts.get(number, packet).raw != packet.raw):
            given.append(self._take(key))
            waiting = None
        if waiting is None:
            waiting = self._sets[key] = _Set(of, now)
        if number not in waiting.parts:
            waiting.parts[number] = packet
            self._bytes += len(packet.raw)
        waiting.last = now
        if len(waiting.parts) == of:
            return [*given, self._take(key)]
        return given + self._make_room()

    def expire(self, now: float) -> list[Joined]:
        """Give back the sets whose last part came too long before `now`."""
        late = [key for key, waiting in self._sets.items() if now - waiting.last >= WAIT_SECONDS]
        return [self._take(key) for key in late]

    def flush(self) -> list[Joined]:
        """Give back all that waits."""
        return [self._take(key) for key in list(self._sets)]

    def _make_room(self) -> list[Joined]:
        given = []
        while len(self._sets) > MOST_SETS or self._bytes > MOST_BYTES:
            given.append(self._take(min(self._sets, key=lambda key: self._sets[key].last)))
        return given

    def _take(self, key: Key) -> Joined:
        joined = self._sets.pop(key).joined()
        self._bytes -= sum(len(packet.raw) for packet in joined.packets)
        return joined
