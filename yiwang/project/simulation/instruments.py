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
from yiwang.intake.sensing.samples.steps import DOOR as LABORATORY
from yiwang.intake.sensing.steps.storing import store
from yiwang.kernel import ids
from yiwang.kernel.terms import SYSTEM, Call

LIVED = timedelta(days=14)
AT_ONCE = 4_000
"""Readings in one batch, at least: each is an entry of the journal."""

LEVELS = {
    "w00000": (12.0, 5.0, 1), "w01001": (7.6, 0.3, 2), "w01004": (48.0, 9.0, 0), "w01009": (6.8, 1.4, 2), "w01010": (16.0, 3.0, 1),
    "w01018": (32.0, 9.0, 1), "w01019": (4.2, 0.9, 2), "w21003": (0.55, 0.2, 3), "w21001": (9.0, 2.5, 2), "w21011": (0.14, 0.04, 3),
    "a34001": (0.22, 0.12, 3), "a34002": (58.0, 22.0, 0), "a34004": (33.0, 14.0, 0), "a21026": (7.0, 2.0, 0), "a21004": (24.0, 11.0, 0),
    "a21005": (0.6, 0.2, 1), "a05024": (85.0, 45.0, 0),
}  # fmt: skip
"""By factor: a level, how far it swings within a day, and decimals. Invented."""


def is_spilled(at: datetime) -> bool:
    """Whether something is let into a river (by UTC, as the instruments' moments are): a morning in any two weeks."""
    return _week(at) % 2 == 0 and at.isoweekday() == 2 and at.hour < 6


def is_dusty(at: datetime) -> bool:
    """Whether earth is moved on a building site in dry wind: a morning in any two weeks."""
    return _week(at) % 2 == 1 and at.isoweekday() == 4 and 1 <= at.hour < 5


def is_away(at: datetime) -> bool:
    """Whether the site's monitor is sent to be calibrated: from the day after the dust until it is Sunday of another such week."""
    return _week(at) % 2 == 0 or at.isoweekday() == 6 or (at.isoweekday() == 5 and at.hour >= 1)


def is_choked(at: datetime) -> bool:
    """Whether a river full of weeds lacks oxygen: a week in any two."""
    return _week(at) % 2 == 0


def is_fouled(at: datetime) -> bool:
    """Whether that river has too much ammonia: the other week, so that at any time one of its alarms is going on."""
    return not is_choked(at)


def is_maintained(at: datetime) -> bool:
    """Whether somebody cleans the sensors: what is read in that hour carries the flag of maintenance."""
    return _week(at) % 2 == 1 and at.isoweekday() == 5 and at.hour == 2


def _week(at: datetime) -> int:
    """A number of the week that no new year begins again: behind a year of 53 weeks two odd ones would follow each other."""
    return at.toordinal() // 7


AT_SITE = "xinggu-site-dust"
TROUBLES = (
    ("hongxing-1-water", "w21003", 3.5, is_spilled),
    ("changzheng-1-water", "w01009", 0.55, is_choked),
    ("changzheng-1-water", "w21003", 3.0, is_fouled),
    (AT_SITE, "a34001", 6.0, is_dusty),
)
"""At which station which factor is how many times the usual, and when. Invented."""


def demonstrate(now: datetime, *, after: datetime | None = None, held: tuple[str, datetime] | None = None) -> int:
    """Store what the stations of a demonstration measured until now; gives how many readings are new. Again: only what came since.

    `after`: of instruments only what they measured since then. `held`: a station whose readings since a moment do not come yet.
    """
    stored = 0
    for station in queries.stations(SYSTEM):
        if station.description.illustrative and station.description.door != LABORATORY:
            until = held[1] if held and held[0] == station.description.code else now
            stored += _stored(station, after, until, now)
    return stored


def go_on(now: datetime) -> int:
    """Store what the stations of a demonstration measured since they were last heard: they measure as long as the town runs.

    One that was never heard stays silent: its past was not lived. Gives how many readings are new.
    """
    stored = 0
    for station in queries.stations(SYSTEM):
        said = station.description
        if said.illustrative and said.door != LABORATORY and station.heard_at is not None:
            stored += _stored(station, max(station.heard_at, now - LIVED), now, now)
    return stored


def _stored(station: StationView, after: datetime | None, until: datetime, now: datetime) -> int:
    """Store what a station measured until a moment; gives how many readings are new."""
    call = Call(SYSTEM, now, "simulation", None, "invented readings")
    return sum(store(station.description.door, one, call=call).stored for one in _batches(station, after, until))


def _batches(station: StationView, after: datetime | None, until: datetime) -> Iterator[list[Packet]]:
    """Packets in the order of time; one holds what was measured at a moment."""
    moments: dict[datetime, list[Measured]] = defaultdict(list)
    for stream in station.streams:
        for at in _moments(stream.description, after, until):
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


def _moments(stream: StreamDescription, after: datetime | None, until: datetime) -> Iterator[datetime]:
    """Whole intervals since 1970. A mean stands at the beginning of its interval and comes when that is over."""
    since = after or until - LIVED
    over = 0 if stream.statistic == "rtd" else 1
    last = int(until.timestamp()) // stream.every_s - over
    for number in range(int(since.timestamp()) // stream.every_s + 1 - over, last + 1):
        yield datetime.fromtimestamp(number * stream.every_s, UTC)


def measured(code: str, stream: StreamDescription, at: datetime) -> Measured:
    """What a stream of a station read at a moment: the same whenever it is asked."""
    level, swing, decimals = LEVELS.get(stream.factor, (1.0, 0.2, 2))
    dice = ids.dice(f"{code} {stream.factor} {stream.interval} {at.isoformat()}")
    hour = (at.timestamp() / 3600 + 8) % 24
    value = level + swing * (0.6 * math.sin(math.pi * (hour - 7) / 12) + 0.25 * dice.gauss(0, 1))
    for where, factor, times, happens in TROUBLES:
        if (code, stream.factor) == (where, factor) and happens(at):
            value *= times
    away = code == AT_SITE and is_away(at)
    flag = "M" if is_maintained(at) else "D" if away else "N"
    exact = Decimal(f"{max(value, level / 20):.{decimals}f}")
    return Measured(stream.factor, stream.statistic, stream.interval, at, exact, flag)
