"""What a door hands in: packets of instruments with the values read in them. Pure, and light: there are tens of thousands a second.

A door reads its protocol and says what it read; whether the town knows the instrument and can use the value is decided here.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

STATISTICS = ("rtd", "min", "avg", "max", "cou", "zs_rtd", "zs_min", "zs_avg", "zs_max")
"""What a value says of its interval (R-078): as read, least, mean, greatest, total; `zs` converted to standard conditions."""
SAMPLE = "sample"
INTERVALS = ("realtime", "minute", "hour", "day", SAMPLE)
"""Over what time: as read, over some minutes, an hour, a day; `sample`: one sample that somebody took."""


NORMAL = "N"
"""The flag of a value that is as it should be (R-077); of one that comes without a flag, as most of 2005 do [D]."""


class Measured(NamedTuple):
    """One value as the instrument sent it. `factor`: its code of 2017 or 2005; `value`: exact as written, None for none."""

    factor: str
    statistic: str
    interval: str
    at: datetime
    """When it was measured; of a mean, the beginning of its interval (R-078). With an offset."""
    value: Decimal | None
    flag: str = NORMAL
    """R-077: N normal, F stopped, M maintenance, S entered by hand, D fault, C calibration, T over range, B communication; of a sample also
    `<` (below the detection limit that stands as the value) and `>` (beyond what could be measured)."""


class Run(NamedTuple):
    """Values with the flag NORMAL of one stream, by the column: so thousands of them are looked through in a tenth of the time."""

    factor: str
    statistic: str
    interval: str
    micros: Sequence[int]
    """Of each its moment, as microseconds since 1970 in UTC,"""
    moments: Sequence[str]
    """the same as ISO 8601 text with an offset,"""
    values: Sequence[Decimal]
    """and the finite number."""

    @property
    def size(self) -> int:
        """How many values are in it."""
        return len(self.micros)


class Instant(NamedTuple):
    """Finite values of one moment, by the column. `names`: factor, statistic and interval of each, best the same object from packet to
    packet; `at`: best in UTC, with which it is compared; `flags`: as Measured has them.
    """

    names: tuple[tuple[str, str, str], ...]
    at: datetime
    values: Sequence[Decimal]
    flags: Sequence[str]

    @property
    def size(self) -> int:
        """How many values are in it."""
        return len(self.values)


class Packet(NamedTuple):
    """One packet. `key`: under what the instrument is known at its door (MN, topic). `fault`: what is wrong with it, a slug."""

    key: str
    received_at: datetime
    readings: Sequence[Measured] = ()
    raw: bytes = b""
    """As it came: kept where something in it cannot be used."""
    fault: str = ""
    columns: Sequence[Run | Instant] = ()
    """Further values, behind `readings`: what is told of a value by its place counts on through these."""

    @property
    def size(self) -> int:
        """How many values are in it."""
        return len(self.readings) + sum(one.size for one in self.columns)
