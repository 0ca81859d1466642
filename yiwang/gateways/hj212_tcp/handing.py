"""From a connection's words to those of intake/sensing, and the two calls that the door makes there."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import close_old_connections

from yiwang.gateways.hj212_tcp.session import Known, Waiting
from yiwang.intake.sensing import queries
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps.storing import store
from yiwang.kernel import walltime
from yiwang.kernel.outages import outage
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.wire.hj212.readings import STATISTICS, Reading

DOOR = "hj212"
SYSTEM = Actor(ActorKind.SYSTEM)
UNSTORABLE = "unstorable"
"""The fault of a packet whose values made the storing itself fail; it is kept as evidence without them."""
NORMAL = "N"
"""A value without a flag, as most of 2005 are, counts as normal [D]."""
NAMES = {name: f"zs_{name[2:].lower()}" if name.startswith("Zs") else name.lower() for name in STATISTICS}
"""Rtd → rtd, ZsAvg → zs_avg."""

log = logging.getLogger("yiwang.hj212")


def known_instruments() -> Mapping[str, Known]:
    """Every instrument of this door by its MN."""
    with _reconnecting():
        found = queries.instruments(SYSTEM, DOOR)
    return {key: Known(one.password, one.tolerates_crc) for key, one in found.items()}


class Instruments:
    """What known_instruments says, asked anew when a station has changed; each time it reads all passwords, so not every two seconds."""

    def __init__(self) -> None:
        self._version: tuple[int, int] | None = None
        self._known: Mapping[str, Known] = {}

    def __call__(self) -> Mapping[str, Known]:
        """Every instrument of this door by its MN."""
        with _reconnecting():
            version = queries.stations_version(SYSTEM)
        if version != self._version:
            self._known = known_instruments()
            self._version = version
        return self._known


def packet_of(waiting: Waiting) -> Packet:
    """What is handed on, as intake/sensing takes it."""
    handed = waiting.handed
    values = [measured(one, handed.interval) for one in handed.readings]
    return Packet(handed.mn, waiting.received_at, [one for one in values if one], handed.raw, handed.fault)


def measured(one: Reading, interval: str) -> Measured | None:
    """One reading; None for one without time, which a session does not hand on."""
    if one.at is None:
        return None
    return Measured(one.factor, NAMES[one.statistic], interval, one.at, one.value, one.flag or NORMAL)


def keep(batch: Sequence[Waiting]) -> list[bool]:
    """Store a batch in one transaction; of each packet, whether it is stored for good.

    When something in one packet makes the storing fail, the others are stored all the same, and that one is kept as evidence. Raises
    what the database raises while it is away or full: then nothing is stored, and the same may be asked again.
    """
    with _reconnecting():
        return _keep([packet_of(one) for one in batch])


@contextmanager
def _reconnecting() -> Iterator[None]:
    """A connection to the database that broke is not used again."""
    try:
        yield
    except Exception:
        close_old_connections()
        raise


def _keep(packets: Sequence[Packet]) -> list[bool]:
    try:
        store(DOOR, packets, call=Call(SYSTEM, walltime.now(), DOOR))
    except Exception as fault:
        if outage(fault):
            raise
        if len(packets) > 1:
            half = len(packets) // 2
            return [*_keep(packets[:half]), *_keep(packets[half:])]
        log.exception("a packet of %r cannot be stored", packets[0].key[:40])
        return [_kept_as_evidence(packets[0])]
    return [True] * len(packets)


def _kept_as_evidence(packet: Packet) -> bool:
    """Only the bytes of a packet whose values cannot be stored. Never stored for good: the instrument is not answered."""
    if packet.fault != UNSTORABLE:
        _keep([packet._replace(readings=(), fault=UNSTORABLE)])
    return False
