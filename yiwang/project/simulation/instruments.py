"""What the invented instruments of a demonstration measured in the last two weeks, handed in at the door that everybody uses.

Nothing here is a measurement: levels and waves are made up, and each station says that it is invented.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from yiwang.intake.sensing import queries
from yiwang.intake.sensing.facts import StreamDescription
from yiwang.intake.sensing.queries import StationView
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps.storing import store
from yiwang.kernel import ids
from yiwang.kernel.terms import Actor, ActorKind, Call

SYSTEM = Actor(ActorKind.SYSTEM)
LIVED = timedelta(days=14)
SAMPLED = timedelta(days=360)
"""Samples are taken once a month: a year of them."""
AT_ONCE = 4_000
"""Readings in one batch, at least: each is an entry of the journal."""

LEVELS = {
    "w00000": (12.0, 5.0, 1), "w01001": (7.6, 0.3, 2), "w01009": (6.8, 1.4, 2), "w01010": (16.0, 3.0, 1), "w01018": (32.0, 9.0, 1),
    "w01019": (4.2, 0.9, 2), "w21003": (0.55, 0.2, 3), "w21001": (9.0, 2.5, 2), "w21011": (0.14, 0.04, 3), "a34001": (0.22, 0.12, 3),
    "a34002": (58.0, 22.0, 0), "a34004": (33.0, 14.0, 0), "a21026": (7.0, 2.0, 0), "a21004": (24.0, 11.0, 0), "a21005": (0.6, 0.2, 1),
    "a05024": (85.0, 45.0, 0),
}  # fmt: skip
"""By factor: a level, how far it swings within a day, and decimals. Invented."""
SPILLED_AT, TIMES = ("hongxing-1-water", "w21003"), 3.5
"""Something is let into the river of one station on a Tuesday morning of every other week: so many times the usual ammonia."""


def is_spilled(at: datetime) -> bool:
    """Whether it is that morning (by UTC, as the instruments' moments are): once in any two weeks."""
    return _week(at) % 2 == 0 and at.isoweekday() == 2 and at.hour < 6


def is_maintained(at: datetime) -> bool:
    """Whether somebody cleans the sensors: what is read in that hour carries the flag of maintenance."""
    return _week(at) % 2 == 1 and at.isoweekday() == 5 and at.hour == 2


def _week(at: datetime) -> int:
    """A number of the week that no new year begins again: behind a year of 53 weeks two odd ones would follow each other."""
    return at.toordinal() // 7


def demonstrate(now: datetime) -> int:
    """Store what the stations of a demonstration measured until now; gives how many readings are new. Again: only what came since."""
    stored = 0
    for station in queries.stations(SYSTEM):
        if station.description.illustrative:
            for packets in _batches(station, now):
                call = Call(SYSTEM, now, "simulation", None, "invented readings")
                stored += store(station.description.door, packets, call=call).stored
    return stored


def _batches(station: StationView, now: datetime) -> Iterator[list[Packet]]:
    """Packets in the order of time; one holds what was measured at a moment."""
    moments: dict[datetime, list[Measured]] = defaultdict(list)
    for stream in station.streams:
        for at in _moments(stream.description, now):
            moments[at].append(measured(station.description.code, stream.description, at))
    packets: list[Packet] = []
    waiting = 0
    for at in sorted(moments):
        packets.append(Packet(station.description.key, at, moments[at]))
        waiting += len(moments[at])
        if waiting >= AT_ONCE:
            yield packets
            packets, waiting = [], 0
    if packets:
        yield packets


def _moments(stream: StreamDescription, now: datetime) -> Iterator[datetime]:
    """Whole intervals since 1970, up to now."""
    lived = SAMPLED if stream.interval == "sample" else LIVED
    last = int(now.timestamp()) // stream.every_s
    for number in range(int((now - lived).timestamp()) // stream.every_s + 1, last + 1):
        yield datetime.fromtimestamp(number * stream.every_s, UTC)


def measured(code: str, stream: StreamDescription, at: datetime) -> Measured:
    """What a stream of a station read at a moment: the same whenever it is asked."""
    level, swing, decimals = LEVELS.get(stream.factor, (1.0, 0.2, 2))
    dice = ids.dice(f"{code} {stream.factor} {stream.interval} {at.isoformat()}")
    hour = (at.timestamp() / 3600 + 8) % 24
    value = level + swing * (0.6 * math.sin(math.pi * (hour - 7) / 12) + 0.25 * dice.gauss(0, 1))
    if (code, stream.factor) == SPILLED_AT and is_spilled(at):
        value *= TIMES
    flag = "M" if is_maintained(at) else "N"
    exact = Decimal(f"{max(value, level / 20):.{decimals}f}")
    return Measured(stream.factor, stream.statistic, stream.interval, at, exact, flag)
