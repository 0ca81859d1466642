"""From a connection's words to those of intake/sensing, and the two calls that the door makes there."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from functools import lru_cache

from yiwang.gateways.hj212_tcp.session import Known, Waiting
from yiwang.intake.sensing import queries
from yiwang.intake.sensing.received import NORMAL, Instant, Measured, Packet
from yiwang.intake.sensing.steps import keeping
from yiwang.intake.sensing.steps.keeping import reconnecting
from yiwang.kernel.terms import SYSTEM
from yiwang.wire.hj212.readings import STATISTICS, USUAL_NAMES, Plain, Reading

DOOR = "hj212"
NAMES = {name: f"zs_{name[2:].lower()}" if name.startswith("Zs") else name.lower() for name in STATISTICS}
"""Rtd → rtd, ZsAvg → zs_avg."""


def known_instruments() -> Mapping[str, Known]:
    """Every instrument of this door by its MN."""
    with reconnecting():
        found = queries.instruments(SYSTEM, DOOR)
    return {key: Known(one.password, one.tolerates_crc) for key, one in found.items()}


class Instruments:
    """What known_instruments says, asked anew when a station has changed; each time it reads all passwords, so not every two seconds."""

    def __init__(self) -> None:
        self._version: tuple[int, int, int] | None = None
        self._known: Mapping[str, Known] = {}

    def __call__(self) -> Mapping[str, Known]:
        """Every instrument of this door by its MN."""
        with reconnecting():
            version = queries.stations_version(SYSTEM)
        if version != self._version:
            self._known = known_instruments()
            self._version = version
        return self._known


def packet_of(waiting: Waiting) -> Packet:
    """What is handed on, as intake/sensing takes it."""
    handed = waiting.handed
    if isinstance(handed.readings, Plain):
        columns = [_instant(handed.readings, handed.interval)]
        return Packet(handed.mn, waiting.received_at, (), handed.raw, handed.fault, columns)
    values = [measured(one, handed.interval) for one in handed.readings]
    return Packet(handed.mn, waiting.received_at, [one for one in values if one], handed.raw, handed.fault)


def _instant(plain: Plain, interval: str) -> Instant:
    names = (_remembered_names if len(plain.names) <= USUAL_NAMES else _names)(plain.names, interval)
    return Instant(names, plain.at.astimezone(UTC), plain.values, [one or NORMAL for one in plain.flags])


@lru_cache(maxsize=1024)
def _remembered_names(read: tuple[tuple[str, str], ...], interval: str) -> tuple[tuple[str, str, str], ...]:
    return _names(read, interval)


def _names(read: tuple[tuple[str, str], ...], interval: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((factor, NAMES[statistic], interval) for factor, statistic in read)


def measured(one: Reading, interval: str) -> Measured | None:
    """One reading; None for one without time, which a session does not hand on."""
    if one.at is None:
        return None
    return Measured(one.factor, NAMES[one.statistic], interval, one.at, one.value, one.flag or NORMAL)


def keep(batch: Sequence[Waiting]) -> list[bool]:
    """Store a batch in one transaction; of each packet, whether it is stored for good. Raises as keeping.keep does."""
    return keeping.keep(DOOR, [packet_of(one) for one in batch])
