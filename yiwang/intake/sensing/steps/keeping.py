"""How a door that hears many instruments at once stores what it gathered: one packet that cannot be stored spoils no other."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import close_old_connections

from yiwang.intake.sensing.received import Packet
from yiwang.intake.sensing.steps.storing import store
from yiwang.kernel import walltime
from yiwang.kernel.outages import outage
from yiwang.kernel.terms import Actor, ActorKind, Call

SYSTEM = Actor(ActorKind.SYSTEM)
UNSTORABLE = "unstorable"
"""The fault of a packet whose values made the storing itself fail; it is kept as evidence without them."""

log = logging.getLogger("yiwang.sensing")


def keep(door: str, packets: Sequence[Packet]) -> list[bool]:
    """Store a batch in one transaction; of each packet, whether it is stored for good.

    When something in one packet makes the storing fail, the others are stored all the same, and that one is kept as evidence. Raises
    what the database raises while it is away or full: then nothing is stored, and the same may be asked again.
    """
    with reconnecting():
        return _keep(door, packets)


@contextmanager
def reconnecting() -> Iterator[None]:
    """A connection to the database that broke is not used again."""
    try:
        yield
    except Exception:
        close_old_connections()
        raise


def _keep(door: str, packets: Sequence[Packet]) -> list[bool]:
    try:
        store(door, packets, call=Call(SYSTEM, walltime.now(), door))
    except Exception as fault:
        if outage(fault):
            raise
        if len(packets) > 1:
            half = len(packets) // 2
            return [*_keep(door, packets[:half]), *_keep(door, packets[half:])]
        log.exception("a packet of %r cannot be stored", packets[0].key[:40])
        return [_kept_as_evidence(door, packets[0])]
    return [True] * len(packets)


def _kept_as_evidence(door: str, packet: Packet) -> bool:
    """Only the bytes of a packet whose values cannot be stored. Never stored for good: the instrument is not answered."""
    if packet.fault != UNSTORABLE:
        _keep(door, [packet._replace(readings=(), columns=(), fault=UNSTORABLE)])
    return False
