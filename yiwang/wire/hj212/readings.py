"""The readings of a packet: factor, statistic, value exactly as written, flag, and the time they stand for (R-077, R-078, R-080)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from yiwang.wire.hj212.codes import DATA_FLAGS, VERSION
from yiwang.wire.hj212.packet import SEPARATOR, Packet

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Instruments tell the time of Shanghai. Its summers of 1986 to 1991 are left out: no packet of HJ 212 is as old as that."""

STATISTICS = ("Rtd", "Min", "Avg", "Max", "Cou", "ZsRtd", "ZsMin", "ZsAvg", "ZsMax", "ZsCou", "RS", "RT")
"""What a factor's number is: real time, of the interval, total; `Zs…` converted to the reference state; RS, RT: state and running
time of a device (SB1, SB2 …)."""
_KINDS = frozenset(STATISTICS)
_SPELT = {name.lower(): name for name in (*STATISTICS, "Flag", "EFlag", "SampleTime")}
_OF_NOISE = {("leq", "data"), ("la", "data"), ("lmx", "data"), ("ld", "daydata"), ("ln", "nightdata")}
"""What instruments of noise write for Avg: the level of the interval, of the day's two parts (as public programs do, not seen in the
standard)."""
DATA_TIME = "DataTime"
YEARS = range(2000, 2100)
"""Of a time that can be meant: an instrument that has lost its clock says 1970 or 1980, and HJ/T 212 is of 2005."""
LONGEST_VALUE = 32
"""Characters. A longer one is no measured value."""
_FLAGS_OR_NONE = frozenset((*DATA_FLAGS, ""))
USUAL_NAMES = 100
"""Parameters of a packet: 30 factors with their flags are 61. What a stranger invents beyond that takes no room in memory."""
_VALUE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_OF_NUMBERS = b"0123456789.+-,"
"""Of these alone Decimal reads what `_VALUE` finds, and nothing else."""
_MARKS = b";,="
_NO_MARKS = bytes(byte for byte in range(256) if byte not in _MARKS)
_FACTOR_2017 = re.compile(r"[a-z][0-9]{5}")
_FACTOR_2005 = re.compile(r"[0-9]{2,3}|B[0-9]{2}")

ITEM_BROKEN, VALUE_BROKEN, STATISTIC_UNKNOWN = "item-broken", "value-broken", "statistic-unknown"
FLAG_UNKNOWN, FLAG_ALONE, TIME_BROKEN, TIME_MISSING = "flag-unknown", "flag-alone", "time-broken", "time-missing"
ODDITIES = (ITEM_BROKEN, VALUE_BROKEN, STATISTIC_UNKNOWN, FLAG_UNKNOWN, FLAG_ALONE, TIME_BROKEN, TIME_MISSING)


class Reading(NamedTuple):
    """One number of one factor."""

    factor: str
    """As written: w01001, 011, B01, PM10 …"""
    statistic: str
    """One of STATISTICS."""
    value: Decimal | None
    """None when `written` is no number."""
    written: str
    flag: str
    """As written, normally one of DATA_FLAGS; "" when the packet gives none."""
    at: datetime | None
    """DataTime: the beginning of the interval. None when missing or unreadable."""
    sampled_at: datetime | None
    """SampleTime of the factor, where one is given."""


class Read(NamedTuple):
    """The readings of a packet, and what in its parameters could not be used or is unusual."""

    readings: tuple[Reading, ...]
    oddities: tuple[str, ...]


@dataclass(slots=True)  # not frozen: that would take three times as long to make
class Plain:
    """The readings of one moment in which nothing is odd, by the column: a hundred thousand numbers a second come so."""

    names: tuple[tuple[str, str], ...]
    """Factor and statistic of each: up to USUAL_NAMES the same object from packet to packet,"""
    values: tuple[Decimal, ...]
    written: tuple[str, ...]
    flags: tuple[str, ...]
    at: datetime
    """and the moment of all."""

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[Reading]:
        for (factor, statistic), value, written, flag in zip(
            self.names, self.values, self.written, self.flags, strict=True
        ):
            yield Reading(factor, statistic, value, written, flag, self.at, None)


@lru_cache(maxsize=4096)
def moment(text: str) -> datetime | None:
    """A time as instruments write it, `yyyyMMddHHmmss` or with milliseconds behind; None for what is none."""
    if len(text) not in (14, 17) or not (text.isascii() and text.isdigit()):
        return None
    if int(text[:4]) not in YEARS:
        return None
    try:
        return datetime(
            int(text[:4]),
            int(text[4:6]),
            int(text[6:8]),
            int(text[8:10]),
            int(text[10:12]),
            int(text[12:14]),
            int(text[14:] or "0") * 1000,
            SHANGHAI,
        )
    except ValueError:
        return None


def number(text: str) -> Decimal | None:
    """A decimal with the digits it was written with; None for what is no plain number."""
    if len(text) <= LONGEST_VALUE and _VALUE.fullmatch(text):
        return Decimal(text)
    return None


def items(cp: str) -> list[tuple[str, str]]:
    """Names and values of the parameters in their order, whatever separates them; a value without a name has the name ""."""
    found = []
    for item in cp.replace(";", ",").split(","):
        if item:
            name, equals, value = item.partition("=")
            found.append((name, value) if equals else ("", name))
    return found


def read(cp: str) -> Read:
    """The readings that stand in a packet's parameters. Each belongs to the DataTime before it, or to the first."""
    plain = read_at_a_glance(cp)
    return read_closely(cp) if plain is None else Read(tuple(plain), ())


class _Plan(NamedTuple):
    """What parameters with certain names hold: the values are their values in order, and "" behind all."""

    names: tuple[tuple[str, str], ...]
    """Factor and statistic of each number."""
    numbers: Callable[[list[str]], tuple[str, ...]]
    """The numbers among the values,"""
    flags: Callable[[list[str]], tuple[str, ...]]
    """and the flag of each."""


def _plan(names: tuple[str, ...]) -> _Plan | None:
    """For DataTime first, then numbers and flags alone, each in the standard's spelling and each flag once; None for other names.

    An instrument sends the same names for years, so each is looked through once; more than any has are not remembered.
    """
    return _remembered_plan(names) if len(names) <= USUAL_NAMES else _plan_of(names)


@lru_cache(maxsize=1024)
def _remembered_plan(names: tuple[str, ...]) -> _Plan | None:
    return _plan_of(names)


def _plan_of(names: tuple[str, ...]) -> _Plan | None:
    split = [name.rpartition("-") for name in names[1:]]
    flags = {factor: place for place, (factor, _, kind) in enumerate(split, 1) if kind == "Flag"}
    values = [(place, factor, kind) for place, (factor, _, kind) in enumerate(split, 1) if kind in _KINDS]
    if names[0] != DATA_TIME or not values or len(flags) + len(values) < len(split) or "" in {one[0] for one in split}:
        return None
    if not flags.keys() <= {factor for _, factor, _ in values}:
        return None
    places = [flags.get(factor, -1) for _, factor, _ in values]
    numbers = [place for place, _, _ in values]
    return _Plan(tuple((factor, kind) for _, factor, kind in values), _picker(numbers), _picker(places))


def _picker(places: list[int]) -> Callable[[list[str]], tuple[str, ...]]:
    return itemgetter(*places) if len(places) > 1 else lambda values: (values[places[0]],)


def read_at_a_glance(cp: str) -> Plain | None:
    """Parameters in which nothing is odd, as nearly all are: a tenth of the time. None where something may be, and is to be looked at."""
    if not cp.isascii():
        return None
    marks = cp.encode("ascii").translate(None, _NO_MARKS)
    if marks[:3] != b"=;=" or marks[::2].count(b"=") != marks.count(b"=") or marks.count(b"=") * 2 != len(marks) + 1:
        return None
    parts = cp.replace(";", ",").replace("=", ",").split(",")
    values, plan, at = parts[1::2], _plan(tuple(parts[::2])), moment(parts[1])
    if plan is None or at is None or "" in values:
        return None
    values.append("")  # the flag of a number that has none
    written, flags = plan.numbers(values), plan.flags(values)
    if not _FLAGS_OR_NONE.issuperset(flags) or max(map(len, written)) > LONGEST_VALUE:
        return None
    if ",".join(written).encode("ascii").translate(None, _OF_NUMBERS):
        return None
    try:
        return Plain(plan.names, tuple(map(Decimal, written)), written, flags, at)
    except InvalidOperation:  # no number, such as "" or "1.2.3"
        return None


def read_closely(cp: str) -> Read:
    """As `read`, of any parameters, item by item."""
    oddities: dict[str, None] = {}
    section = _Section(_first_time(cp, oddities))
    done: list[Reading] = []
    for item in cp.replace(";", ",").split(","):
        name, equals, value = item.partition("=")
        factor, dash, kind = name.rpartition("-")
        if dash and factor and equals:
            section.take(factor, kind, value, oddities)
        elif name == DATA_TIME and value != section.time:
            done += section.readings(oddities)
            section = _Section(value)
        elif (item and not equals) or name == "Flag":
            oddities[FLAG_ALONE if equals else ITEM_BROKEN] = None
    return Read(tuple(done + section.readings(oddities)), tuple(oddities))


def _first_time(cp: str, oddities: dict[str, None]) -> str | None:
    """The first DataTime. A comma behind it, where a semicolon belongs, is noted."""
    found = cp.find(f"{DATA_TIME}=")
    if found < 0:
        return None
    text = cp[found + len(DATA_TIME) + 1 :].partition(";")[0]
    if "," in text:
        oddities[SEPARATOR] = None
    return text.partition(",")[0]


class _Section:
    """What belongs to one DataTime."""

    def __init__(self, time: str | None) -> None:
        self.time = time
        self.values: list[tuple[str, str, str]] = []
        self.flags: dict[str, str] = {}
        self.sampled: dict[str, datetime | None] = {}

    def take(self, factor: str, last: str, value: str, oddities: dict[str, None]) -> None:
        kind = last if last in _KINDS else _kind_of(factor, last)
        if kind == "Flag":
            self.flags[factor] = value
            if value not in DATA_FLAGS:
                oddities[FLAG_UNKNOWN] = None
        elif kind == "SampleTime":
            self.sampled[factor] = _noted_moment(value, oddities)
        elif kind in _KINDS:
            self.values.append((factor, kind, value))
        elif kind != "EFlag":
            oddities[STATISTIC_UNKNOWN] = None

    def readings(self, oddities: dict[str, None]) -> list[Reading]:
        """What was taken, with its flags, which may stand before or behind."""
        if not self.values:
            return []
        at = None
        if self.time is None:
            oddities[TIME_MISSING] = None
        else:
            at = _noted_moment(self.time, oddities)
        flags, sampled = self.flags, self.sampled
        found = []
        for factor, statistic, written in self.values:
            value = number(written)
            if value is None:
                oddities[VALUE_BROKEN] = None
            found.append(Reading(factor, statistic, value, written, flags.get(factor, ""), at, sampled.get(factor)))
        return found


def _kind_of(factor: str, last: str) -> str:
    """What is meant by a kind that is written in another way; "" for none that is known."""
    return "Avg" if (factor.lower(), last.lower()) in _OF_NOISE else _SPELT.get(last.lower(), "")


def _noted_moment(text: str, oddities: dict[str, None]) -> datetime | None:
    found = moment(text)
    if found is None:
        oddities[TIME_BROKEN] = None
    return found


def form_of(packet: Packet) -> str:
    """Which standard a packet follows: "2017", "2005", "2005-or-2017" when both would write it so, "" when it shows nothing.

    The version in Flag decides, then the factors' codes (R-080).
    """
    flag = packet.flag
    if flag is not None and flag & VERSION:
        return "2017"
    factors = {name.rpartition("-")[0] for name, _ in items(packet.cp)}
    if any(_FACTOR_2017.fullmatch(factor) for factor in factors):
        return "2017"
    if any(_FACTOR_2005.fullmatch(factor) for factor in factors):
        return "2005"
    return "2005-or-2017" if flag is not None else ""
