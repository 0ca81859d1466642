"""One connection of an instrument: bytes in; packets to store, bytes to send, and what went wrong out. Pure: no socket, no clock.

An instrument is known by its MN, and shows itself by its password where the station has one. Data is answered (9014) only when the
caller says that it is stored; what cannot be used is refused at once (9011 with the reason) and handed on as evidence.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from typing import NamedTuple

from yiwang.gateways.hj212_tcp.orders import Ended, Orders
from yiwang.intake.sensing.guesses import Guesses
from yiwang.wire.hj212 import building, codes, packet, readings
from yiwang.wire.hj212.building import Addressee, Unwritable
from yiwang.wire.hj212.framing import Found, Splitter
from yiwang.wire.hj212.joining import Joined, Joiner
from yiwang.wire.hj212.packet import Packet
from yiwang.wire.hj212.readings import Plain, Reading

GARBAGE, PASSWORD_WRONG, UNKNOWN_COMMAND, INCOMPLETE = (
    "garbage",
    "password-wrong",
    "command-unknown",
    "split-incomplete",
)
"""Beside those of wire/hj212: faults that only a connection can have."""
LOSSES = (
    readings.TIME_MISSING,
    readings.TIME_BROKEN,
    readings.VALUE_BROKEN,
    readings.STATISTIC_UNKNOWN,
    readings.ITEM_BROKEN,
)
"""Oddities by which a value was lost: the packet is kept as evidence, and the other values are used."""
TOLERABLE = frozenset({packet.CRC_MODBUS, packet.CRC_SWAPPED})
"""What a station's setting can tolerate: a foreign check still proves that nothing was damaged; a wrong one proves nothing."""
DATA = frozenset({*codes.INTERVALS, codes.RESTARTED})
RETURNS = {
    PASSWORD_WRONG: codes.WRONG_PASSWORD,
    UNKNOWN_COMMAND: codes.WRONG_CN,
    packet.FIELD_BROKEN: codes.UNKNOWN,
    packet.FIELD_MISSING: codes.UNKNOWN,
    packet.FIELD_REPEATED: codes.UNKNOWN,
}
"""Fault → QnRtn; every other fault is damage, WRONG_CRC (R-076)."""
STALE_S = 5.0
"""Bytes without an end that wait so long are given up as a frame that was broken off."""
PATIENCE = 200
"""So many pieces without a good one of a known instrument between (a wrong password is none), and the connection is closed."""


class Known(NamedTuple):
    """What a connection must know of an instrument."""

    password: str
    """"" where none is set."""
    tolerates_crc: bool


class Handed(NamedTuple):
    """A packet, or the joined parts of one, for the caller to store: readings, or a fault with the bytes as evidence, or both."""

    mn: str
    """"" where none could be read."""
    interval: str
    """Of the readings, one of codes.INTERVALS; "" without."""
    readings: Plain | Sequence[Reading]
    raw: bytes
    fault: str
    """A slug; "" for none."""
    answer: bytes
    """What to send when it is stored; Session.stored gives it."""


class Waiting(NamedTuple):
    """A packet that is to be stored, and when its last byte came."""

    handed: Handed
    received_at: datetime


@dataclass(slots=True)
class Turn:
    """What comes of some bytes, or of time having passed."""

    handed: list[Handed] = field(default_factory=list)
    send: bytes = b""
    ended: list[Ended] = field(default_factory=list)
    close: bool = False


class Session:
    """One connection. `know` says of an MN what instrument it is, None for nobody's; times are seconds of any steady clock.

    `guesses`: the wrong passwords of all connections, `address`: whose this one is.
    """

    def __init__(self, know: Callable[[str], Known | None], guesses: Guesses | None = None, address: str = "") -> None:
        self._know, self._guesses, self._address = know, guesses or Guesses(), address
        self._splitter, self._joiner, self._orders = Splitter(), Joiner(), Orders()
        self._heard = 0.0
        self._strange = 0
        self._systems: dict[str, str] = {}
        """ST of the instruments that have shown themselves here; commands to them need it."""
        self.waiting = 0
        """Handed out and not yet said to be stored."""

    @property
    def instruments(self) -> Collection[str]:
        """The MNs that have shown themselves."""
        return self._systems.keys()

    def receive(self, data: bytes, *, now: float, at: datetime) -> Turn:
        """Take the next bytes. `at` is the moment, for commands that they cause."""
        self._heard = now
        return self._look_through(self._splitter.feed(data), now, at)

    def tick(self, *, now: float, at: datetime) -> Turn:
        """Time has passed: give up what waits too long, send commands again. Call it about every second."""
        stale = self._splitter.flush() if self._splitter.held and now - self._heard >= STALE_S else []
        turn = self._look_through(stale, now, at)
        self._take_joined(self._joiner.expire(now), turn)
        again, ended = self._orders.look(now)
        turn.send += again
        turn.ended += ended
        return turn

    def end(self, *, now: float, at: datetime) -> Turn:
        """The connection is over: what was still waiting. Nothing can be sent any more."""
        turn = self._look_through(self._splitter.flush(), now, at)
        self._take_joined(self._joiner.flush(), turn)
        turn.ended += self._orders.give_up()
        return turn

    def stored(self, handed: Iterable[Handed]) -> bytes:
        """These are stored for good: the answers that say so."""
        done = list(handed)
        self.waiting -= len(done)
        return b"".join(one.answer for one in done)

    def given_up(self, handed: Iterable[Handed]) -> None:
        """These could not be stored: no answer, so that the instrument sends them again."""
        self.waiting -= len(list(handed))

    def order(self, mn: str, write: Callable[[Addressee, str], bytes], *, now: float, at: datetime) -> bytes:
        """A command to an instrument that has shown itself here: the bytes to send. b"" when it has not, or too much waits.

        `write` is a method of building.Addressee with its arguments bound. Raises Unwritable, as it does.
        """
        known, system = self._know(mn), self._systems.get(mn)
        if known is None or system is None:
            return b""
        return self._orders.give(Addressee(system, mn, known.password), write, at=at, now=now)

    def _look_through(self, found: list[Found], now: float, at: datetime) -> Turn:
        turn = Turn()
        for one in found:
            if one.framed:
                self._take(packet.parse(one.raw), turn, now, at)
            else:
                self._strange += 1
                self._hand(turn, Handed("", "", (), one.raw, GARBAGE, b""))
            if self._strange > PATIENCE:  # what else it brought is not looked at: nobody was told that it is stored
                turn.close = True
                break
        return turn

    def _take(self, found: Packet, turn: Turn, now: float, at: datetime) -> None:
        known = self._know(found.mn)
        fault = self._fault(found, known, at)
        if (
            known is None or fault == PASSWORD_WRONG
        ):  # an MN stands on the instrument: who knows it is not yet the instrument
            self._strange += 1
        elif not fault:
            self._strange = 0
        if fault:
            turn.send += _refusal(found, RETURNS.get(fault, codes.WRONG_CRC))
            self._hand(turn, Handed(found.mn, "", (), found.raw, fault, b""))
            return
        if known and found.cn not in codes.ANSWERS:  # an answer has the ST of answers, not the instrument's
            self._systems[found.mn] = found.fields["ST"]
        ended = self._orders.hear(found, now)
        turn.ended += ended or []
        if found.cn in DATA:  # parts of an instrument that nobody knows are not worth waiting for
            self._take_joined(self._joiner.add(found, now) if known else [Joined((found,), True)], turn)
        elif found.cn == codes.TIME_ASKED and known:
            turn.send += _answer(building.notice_answer, found)
            turn.send += self.order(found.mn, lambda to, qn: to.set_time(at, qn), now=now, at=at)
        elif ended is None and found.cn not in codes.ANSWERS:
            turn.send += _refusal(found, RETURNS[UNKNOWN_COMMAND] if known else codes.WRONG_MN)
            self._hand(turn, Handed(found.mn, "", (), found.raw, UNKNOWN_COMMAND, b""))

    def _take_joined(self, joined: Iterable[Joined], turn: Turn) -> None:
        for one in joined:
            first = one.packets[0]
            known = self._know(first.mn)
            if known is None:
                turn.send += b"".join([_refusal(part, codes.WRONG_MN) for part in one.packets])
            usable, lost = _usable(one.cp)
            fault = lost if one.complete else INCOMPLETE
            raw = b"\r\n".join([part.raw for part in one.packets])
            answer = b"".join([_acknowledgement(part) for part in one.packets]) if known else b""
            self._hand(turn, Handed(first.mn, codes.INTERVALS.get(first.cn, ""), usable, raw, fault, answer))

    def _fault(self, found: Packet, known: Known | None, at: datetime) -> str:
        """Why a packet is not used, "" when it is. Whoever was wrong too often waits, also with the right password."""
        fault = _fault(found, known)
        if known is None or not known.password or fault not in ("", PASSWORD_WRONG):
            return fault
        if self._guesses.wait_s(found.mn, self._address, at):
            return PASSWORD_WRONG
        if fault:
            self._guesses.wrong(found.mn, self._address, at)
        else:
            self._guesses.right(found.mn, self._address)
        return fault

    def _hand(self, turn: Turn, handed: Handed) -> None:
        self.waiting += 1
        turn.handed.append(handed)


def _usable(cp: str) -> tuple[Plain | Sequence[Reading], str]:
    """The readings of parameters that can be used, and by what others were lost, "" for none."""
    plain = readings.read_at_a_glance(cp)
    if plain is not None:
        return plain, ""
    read = readings.read_closely(cp)
    lost = next((loss for loss in LOSSES if loss in read.oddities), "")
    return tuple(reading for reading in read.readings if reading.at and reading.value is not None), lost


def _fault(found: Packet, known: Known | None) -> str:
    """Why a packet is not used, "" when it is. Its check may be foreign where its station is known for that."""
    tolerated = TOLERABLE if known and known.tolerates_crc else frozenset()
    for fault in found.faults:
        if fault not in tolerated:
            return fault
    if known and known.password and not _same(known.password, found.fields.get("PW", "")):
        return PASSWORD_WRONG
    return ""


def _same(ours: str, sent: str) -> bool:
    """Compared in a time that does not tell how much of a guess was right."""
    return compare_digest(ours.encode(), sent.encode())


def _refusal(found: Packet, returned: int) -> bytes:
    """9011 with the reason, to who waits for an answer."""
    return _answer(lambda to: building.request_answer(to, returned), found) if found.wants_reply else b""


def _acknowledgement(found: Packet) -> bytes:
    return _answer(building.data_answer, found) if found.wants_reply else b""


def _answer(write: Callable[[Packet], bytes], found: Packet) -> bytes:
    """An answer; b"" to a packet whose own fields could not stand in one."""
    try:
        return write(found)
    except Unwritable:
        return b""
