"""Commands to instruments and what becomes of them: sent, answered, ended. Pure: the time is given, bytes are handed out.

An instrument answers a command (9011), sends what was asked for, and tells how it ended (9012). Where no answer comes in time the same
bytes are sent again, SENDINGS times in all; where the answer has come, but no end, the command is given up after as long.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from yiwang.gateways.hj212_tcp.naming import returned
from yiwang.wire.hj212 import building, codes
from yiwang.wire.hj212.building import Addressee
from yiwang.wire.hj212.packet import Packet
from yiwang.wire.hj212.readings import items

OVERTIME_S = float(codes.OVERTIME_SECONDS)
MOST_ORDERS = 16
"""Commands of one connection that wait for their end."""

SENT, ANSWERED, DONE, REFUSED, FAILED, UNANSWERED = "sent", "answered", "done", "refused", "failed", "unanswered"
ARROWS = {
    (SENT, "ready"): ANSWERED,
    (SENT, "refusal"): REFUSED,
    (SENT, "data"): ANSWERED,
    (SENT, "success"): DONE,
    (SENT, "failure"): FAILED,
    (SENT, "silence"): UNANSWERED,
    (ANSWERED, "ready"): ANSWERED,
    (ANSWERED, "refusal"): REFUSED,
    (ANSWERED, "data"): ANSWERED,
    (ANSWERED, "success"): DONE,
    (ANSWERED, "failure"): FAILED,
    (ANSWERED, "silence"): UNANSWERED,
}
"""State, what happens → state. An end may come without an answer before it: some instruments leave 9011 out."""
ENDS = frozenset({DONE, REFUSED, FAILED, UNANSWERED})


class Ended(NamedTuple):
    """A command that is over."""

    mn: str
    qn: str
    command: str
    outcome: str
    """One of ENDS."""
    returned: int | None
    """QnRtn of a refusal, ExeRtn of a result."""
    told: str
    """The parameters of what the instrument sent in answer, such as SystemTime=…; "" when it sent nothing but answers."""


@dataclass(slots=True)
class _Order:
    mn: str
    qn: str
    command: str
    written: bytes
    state: str
    due: float
    sendings: int = 1
    told: str = ""


class Orders:
    """The commands of one connection that are not over."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], _Order] = {}

    def __len__(self) -> int:
        return len(self._open)

    def give(self, to: Addressee, write: Callable[[Addressee, str], bytes], *, at: datetime, now: float) -> bytes:
        """A new command's bytes; b"" when too many wait. `write` makes it from the addressee and a request number of the moment `at`.

        `now` is seconds of a steady clock. Raises Unwritable, as `write` does.
        """
        if len(self._open) >= MOST_ORDERS:
            return b""
        qn = self._free_number(to.number, at)
        written = write(to, qn)
        command = written.partition(b"CN=")[2][:4].decode("ascii")
        self._open[to.number, qn] = _Order(to.number, qn, command, written, SENT, now + OVERTIME_S)
        return written

    def _free_number(self, mn: str, at: datetime) -> str:
        number = int(building.request_number(at))
        while (mn, str(number)) in self._open:
            number += 1
        return str(number)

    def hear(self, packet: Packet, now: float) -> list[Ended] | None:
        """A packet of the instrument. None when it belongs to no open command; otherwise the command it ends, if it does."""
        if not self._open:
            return None
        told = dict(items(packet.cp))
        order = self._open.get((packet.mn, packet.qn)) or self._open.get((packet.mn, told.get("QN", "")))
        if order is None:
            return None
        happened, number = _what(packet)
        if happened == "data":
            order.told = packet.cp
        order.due = now + OVERTIME_S
        return self._move(order, happened, number)

    def look(self, now: float) -> tuple[bytes, list[Ended]]:
        """What is to be sent again by now, and the commands that are given up."""
        again, ended = [], []
        for order in [order for order in self._open.values() if order.due <= now]:
            if order.state == SENT and order.sendings < codes.SENDINGS:
                order.sendings += 1
                order.due = now + OVERTIME_S
                again.append(order.written)
            else:
                ended += self._move(order, "silence", None)
        return b"".join(again), ended

    def give_up(self) -> list[Ended]:
        """The line is gone: whatever is open stays unanswered."""
        return [one for order in list(self._open.values()) for one in self._move(order, "silence", None)]

    def _move(self, order: _Order, happened: str, returned: int | None) -> list[Ended]:
        order.state = ARROWS[order.state, happened]
        if order.state not in ENDS:
            return []
        del self._open[order.mn, order.qn]
        return [Ended(order.mn, order.qn, order.command, order.state, returned, order.told)]


def _what(packet: Packet) -> tuple[str, int | None]:
    answer = returned(packet)
    number = answer.number if answer else None
    if packet.cn == codes.REQUEST_ANSWER:
        return ("ready" if number == codes.READY else "refusal"), number
    if packet.cn == codes.RESULT:
        return ("success" if number == codes.DONE else "failure"), number
    return "data", None
