"""What can be said of a station, and what becomes of a value that came. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from yiwang.intake.sensing.factors import Factors
from yiwang.intake.sensing.facts import Description, OpenStream, StreamDescription
from yiwang.intake.sensing.problems import RangeWanted, StationFieldWrong, StreamTwice
from yiwang.intake.sensing.received import INTERVALS, SAMPLE, STATISTICS, Instant, Measured, Run
from yiwang.kernel.keeping import can_be_kept

DOORS = ("hj212", "mqtt", "sensorthings", "laboratory")
"""Ways in for readings; each has its own gateway or upload, and its own keys."""
FLAGS = frozenset("NFMSDCTB")
"""R-077."""
COUNTED = "NS"
"""R-077 [D]: only these enter sums and means; S (entered by hand) is counted apart beside it."""
MARKED = "S"
BELOW, ABOVE = "<", ">"
"""Of a sample: below the detection limit, which stands as the value; beyond what could be measured, which stands as the value."""
BOUNDS = frozenset((BELOW, ABOVE))

FUTURE = timedelta(minutes=10)
"""[D]: an instrument's clock may be fast by so much; a value from later on is kept apart."""
EARLIEST = date(2000, 1, 1)
LATEST = date(2100, 1, 1)
"""Between these days there can be months of readings (the function in the database holds to it too)."""
LONGEST_NUMBER = 40
"""Characters of a value: more of them no instrument measures."""
FINEST = -20
"""The first digit of a value stands no further behind the point."""

UNKNOWN_INSTRUMENT = "unknown-instrument"
UNKNOWN_FACTOR = "unknown-factor"
UNKNOWN_FLAG = "unknown-flag"
NOT_IN_USE = "not-in-use"
IN_FUTURE = "in-future"
OUT_OF_RANGE = "out-of-range"
DIFFERS = "differs"
ARCHIVED = "archived"
"""Its month was taken out of the database (steps/archiving.py)."""
REASONS = (
    UNKNOWN_INSTRUMENT,
    UNKNOWN_FACTOR,
    UNKNOWN_FLAG,
    NOT_IN_USE,
    IN_FUTURE,
    OUT_OF_RANGE,
    DIFFERS,
    ARCHIVED,
)
"""Why a value is kept apart."""

PACKET = "packet"
"""In the counts of a day: the packets themselves, beside the reasons of values."""
APART_A_DAY = 200
"""Values kept apart of one station on one day for one reason; further ones are counted. All unknown instruments of a door are one."""
MEASURED_ALL_THE_SAME = frozenset({IN_FUTURE, DIFFERS, ARCHIVED})
APART_OF_A_DAY = 50_000
"""Of those, of a known station, as many as it sends in a day, and at most so many: its instrument was told that it need not keep them."""
PACKETS_A_DAY = 50
"""Packets kept of one station on one day, as evidence."""
LONGEST_PACKET = 4096
"""Bytes of a packet that are kept: an HJ 212 packet has at most some 1,040."""

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_CODE, LONGEST_KEY, LONGEST_NAME, LONGEST_UNIT = 60, 100, 100, 20
MOST_SECONDS = 366 * 86_400


# --- stations --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KnownStream:
    """A stream that the station has or had."""

    stream_id: int
    description: StreamDescription


def check(description: Description, streams: Sequence[StreamDescription], factors: Factors) -> None:
    """Refuse a description that cannot be used. Raises StationFieldWrong, FactorUnknown, StreamTwice or RangeWanted."""
    _wanted(bool(CODE.fullmatch(description.code)) and len(description.code) <= LONGEST_CODE,
            "code", description.code, "hongxing-1-water")  # fmt: skip
    _wanted(description.door in DOORS, "door", description.door, ", ".join(DOORS))
    for field, given, most in (
        ("key", description.key, LONGEST_KEY),
        ("name_zh", description.name_zh, LONGEST_NAME),
        ("name_en", description.name_en, LONGEST_NAME),
    ):
        _wanted(bool(given.strip()) and len(given) <= most and can_be_kept(given, 0), field, given[:60], f"1–{most}")
    ends = description.in_use_to
    _wanted(EARLIEST <= description.in_use_from < LATEST, "in_use_from", str(description.in_use_from), f"{EARLIEST} …")
    _wanted(ends is None or ends >= description.in_use_from, "in_use_to", str(ends), f"≥ {description.in_use_from}")
    seen: set[tuple[str, str, str]] = set()
    for one in streams:
        _check_stream(one, factors)
        slot = (one.factor, one.statistic, one.interval)
        if slot in seen:
            raise StreamTwice(factor=one.factor, statistic=one.statistic, interval=one.interval)
        seen.add(slot)


def _check_stream(one: StreamDescription, factors: Factors) -> None:
    factor = factors.of(one.factor)
    _wanted(one.factor == factor.code, "factor", one.factor, factor.code)
    _wanted(one.statistic in STATISTICS, "statistic", one.statistic, ", ".join(STATISTICS))
    _wanted(one.interval in INTERVALS, "interval", one.interval, ", ".join(INTERVALS))
    _wanted(bool(one.unit.strip()) and len(one.unit) <= LONGEST_UNIT, "unit", one.unit[:60], factor.unit)
    _wanted(0 < one.every_s <= MOST_SECONDS, "every_s", str(one.every_s), "60")
    if one.unit != factor.unit and None in (one.least, one.most):
        raise RangeWanted(factor=one.factor, unit=one.unit, usual=factor.unit)
    least, most = range_of(one, factors)
    _wanted(least < most, "most", str(most), f"> {least}")


def _wanted(holds: bool, field: str, given: str, wanted: str) -> None:
    if not holds:
        raise StationFieldWrong(field=field, given=given, wanted=wanted)


def range_of(stream: StreamDescription, factors: Factors) -> tuple[Decimal, Decimal]:
    """The least and greatest value that a stream can have, in its unit: its own, or the factor's. Raises FactorUnknown."""
    factor = factors.of(stream.factor)
    return (
        factor.least if stream.least is None else stream.least,
        factor.most if stream.most is None else stream.most,
    )


def opened(wanted: Iterable[StreamDescription], known: Iterable[KnownStream], next_id: int) -> tuple[OpenStream, ...]:
    """The streams with their numbers: one that the station had keeps its own, a new one gets the next from `next_id` on.

    A stream is the same as long as factor, statistic, interval and unit are: with another unit its values would mean another thing.
    """
    numbers = {_identity(one.description): one.stream_id for one in known}
    result = []
    for one in wanted:
        if _identity(one) not in numbers:
            numbers[_identity(one)] = next_id
            next_id += 1
        result.append(OpenStream(numbers[_identity(one)], one))
    return tuple(result)


def _identity(one: StreamDescription) -> tuple[str, str, str, str]:
    return one.factor, one.statistic, one.interval, one.unit


# --- values ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """Where a value of an instrument goes."""

    stream_id: int
    least: Decimal
    most: Decimal


Name = tuple[str, str, str]
"""What an instrument calls a value: factor, statistic, interval."""


class Lanes(NamedTuple):
    """The targets of several values, by the column."""

    streams: Sequence[int]
    least: Sequence[Decimal]
    most: Sequence[Decimal]


class Targets:
    """Where the values of one instrument go, by their names: each code of a factor, in small letters."""

    __slots__ = ("_by_name", "_last")

    def __init__(self, by_name: Mapping[Name, Target]) -> None:
        self._by_name = by_name
        self._last: tuple[tuple[Name, ...], Lanes | None] = ((), None)

    def of(self, factor: str, statistic: str, interval: str) -> Target | None:
        """The target of one value, however its factor is written; None where it has none."""
        return self._by_name.get((factor.lower(), statistic, interval))

    def lanes(self, names: tuple[Name, ...]) -> Lanes | None:
        """The targets of all these; None where one has none. An instrument sends the same names for years, and a door remembers them,
        so those given last are known by being the same object.
        """
        last, lanes = self._last
        if last is names:
            return lanes
        found = [target for target in (self.of(*name) for name in names) if target]
        lanes = Lanes([one.stream_id for one in found], [one.least for one in found], [one.most for one in found])
        given = lanes if found and len(found) == len(names) else None
        self._last = (names, given)  # set as one: another thread may ask at the same time
        return given


@dataclass(frozen=True, slots=True)
class Window:
    """The moments whose values are taken: from the first on (not before FIRST_MOMENT), before the second. Both in UTC: with another
    moment in UTC they are compared in a tenth of the time."""

    first: datetime
    end: datetime


FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""Before it there is no month of readings."""


def fault_of_moment(at: datetime, window: Window, latest: datetime) -> str:
    """Why a value of a moment cannot be stored; empty when it can. `latest`: after that it is in the future."""
    if at > latest:
        return IN_FUTURE
    return "" if window.first <= at < window.end else NOT_IN_USE


def fault_of(one: Measured, target: Target | None, moment: str) -> str:
    """Why a value cannot be stored; empty when it can. `moment`: what fault_of_moment says of its moment."""
    if target is None:
        return UNKNOWN_FACTOR
    if one.flag not in FLAGS and not (one.flag in BOUNDS and one.interval == SAMPLE and one.value is not None):
        return UNKNOWN_FLAG
    return moment or ("" if one.value is None or _plausible(one.value, target) else OUT_OF_RANGE)


def _plausible(value: Decimal, target: Target) -> bool:
    """Whether a number lies in the physical range, and is no longer and no finer than a measured one can be."""
    return (
        value.is_finite()
        and target.least <= value <= target.most
        and value.adjusted() >= FINEST
        and len(str(value)) <= LONGEST_NUMBER
    )


def written_run(run: Run, target: Target, window: Window, latest: datetime) -> list[str] | None:
    """The values of a run as `written` has each; None where one of them may be odd, and each is to be looked at by itself."""
    ends = moment(min(run.micros)), moment(max(run.micros))
    if any(fault_of_moment(at, window, latest) for at in ends):
        return None
    return _texts(run.values) if target.least <= min(run.values) <= max(run.values) <= target.most else None


def written_instant(one: Instant, lanes: Lanes) -> list[str] | None:
    """The same of an instant, whose moment can be stored. `lanes`: of its names."""
    if not FLAGS.issuperset(one.flags):
        return None
    for least, value, most in zip(lanes.least, one.values, lanes.most, strict=True):
        if not least <= value <= most:
            return None
    return _texts(one.values)


def _texts(values: Iterable[Decimal]) -> list[str] | None:
    """Finite values as `written` has each; None where one of them is odd: too long, far behind the point, or zero with a sign."""
    texts = list(map(str, values))
    joined = " ".join(texts)
    return None if "E" in joined or "-0" in joined or max(map(len, texts)) > LONGEST_NUMBER else texts


def value_of(column: Run | Instant, place: int) -> Measured:
    """One of the values of a column."""
    if isinstance(column, Run):
        at = moment(column.micros[place])
        return Measured(column.factor, column.statistic, column.interval, at, column.values[place])
    return Measured(*column.names[place], column.at, column.values[place], column.flags[place])


HALF = Decimal("0.5")


def counted(value: Decimal | None, flag: str) -> Decimal | None:
    """With what a reading enters sums and means: half of a detection limit that it is below (R-007); None where it does not."""
    if flag == BELOW:
        return None if value is None else value * HALF
    return value if flag in COUNTED else None


def told(value: Decimal | None, flag: str) -> str | None:
    """A value as it is shown: `<0.025` below a detection limit; None for none."""
    return None if value is None else f"{flag if flag in BOUNDS else ''}{value:f}"


def month_of(at: datetime) -> date:
    """The first day of the month of UTC that a moment lies in: its partition."""
    return at.astimezone(UTC).date().replace(day=1)


def month_begins(month: date) -> datetime:
    """The moment at which a month of UTC begins; its first day is given."""
    return datetime.combine(month, time(), UTC)


# --- roll-ups --------------------------------------------------------------------------------------------------------

HOUR, DAY = "hour", "day"
PERIODS = {HOUR: timedelta(hours=1), DAY: timedelta(days=1)}
"""Of what readings are added up; a day is the town's."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What readings come to: how many, how many valid (those that `counted` gives a number for), how many of these entered by hand,
    and of the valid ones sum, least and greatest value (None without any)."""

    n: int
    n_valid: int
    n_marked: int
    sum: Decimal | None
    least: Decimal | None
    greatest: Decimal | None


@dataclass(frozen=True, slots=True)
class StreamDay:
    """What one stream came to: `expected` values by its interval, 0 where somebody samples. `sums` None: nothing came.

    `comparable`: its unit is the factor's, in which limits are.
    """

    factor: str
    statistic: str
    interval: str
    expected: int
    sums: Sums | None
    comparable: bool = True

    @property
    def valid(self) -> int:
        """Valid values, no more than expected: one that sends more does not make up for a silent one."""
        return min(self.sums.n_valid, self.expected) if self.sums else 0


def one_value(statistic: str, sums: Sums) -> Decimal | None:
    """The one number that stands for a period: the greatest of greatest values, the least of least ones, the total of totals, else the
    mean of the valid ones, to six decimals. None where nothing valid was read.
    """
    if sums.sum is None or not sums.n_valid:
        return None
    if statistic.endswith("max"):
        return sums.greatest
    if statistic.endswith("min"):
        return sums.least
    return sums.sum if statistic == "cou" else round(sums.sum / sums.n_valid, 6)


def expected(every_s: int, since: datetime, until: datetime, window: Window) -> int:
    """How many readings a stream should have brought from one moment to another, as far as its station was in use."""
    length = min(until, window.end) - max(since, window.first)
    return max(0, int(length / timedelta(seconds=every_s)))


SILENT_AFTER = 3
"""[D]: a station is silent when so many times its interval have passed since it was last heard."""


def is_silent(heard_at: datetime | None, every_s: int, now: datetime) -> bool:
    """Whether a station that should send every so many seconds (0: nothing is expected) has sent nothing for too long."""
    if not every_s:
        return False
    return heard_at is None or now - heard_at > timedelta(seconds=SILENT_AFTER * every_s)


# --- the digest of a batch -------------------------------------------------------------------------------------------


BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MICROS_A_DAY = 86_400_000_000
NO_VALUE = "-"


def micros(at: datetime) -> int:
    """A moment as microseconds since 1970 in UTC."""
    return (at - BEGIN) // MICROSECOND


def micros_of(several: Iterable[datetime]) -> list[int]:
    """The same of several: they come by the thousand, and a call for each would take as long again."""
    return [(at - BEGIN) // MICROSECOND for at in several]


def moment(micros: int) -> datetime:
    """The moment that `micros` gives the number of, in UTC."""
    return BEGIN + micros * MICROSECOND


def written(value: Decimal | None) -> str:
    """A value with all its decimals, as the database writes it: without exponent, and zero without a sign. NO_VALUE for none."""
    if value is None:
        return NO_VALUE
    text = str(value)
    return format(value if value else abs(value), "f") if "E" in text or not value else text


def read(text: str) -> Decimal | None:
    """The value that `written` wrote."""
    return None if text == NO_VALUE else Decimal(text)


def line(stream_id: int, at: datetime, value: Decimal | None, flag: str) -> str:
    """One stored reading as the digest has it: stream, microseconds, value, flag."""
    return f"{stream_id} {micros(at)} {written(value)} {flag}"


def digest(lines: Iterable[str]) -> str:
    """SHA-256 in hexadecimal over the lines of a batch, in the order of stream and moment, with line feeds between."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
