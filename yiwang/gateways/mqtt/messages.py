"""What a message says: its topic and payload as a packet of readings, by the town's own table of topics (declared.py). Pure.

What cannot be read is a packet with a fault, so that it is kept apart and seen; nothing is passed over in silence.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from yiwang.intake.sensing import rules
from yiwang.intake.sensing.received import NORMAL, Measured, Packet
from yiwang.wire.sensorthings.fields import Refused, moment, number, read_json

RECEIVED = "received"
"""In place of a path to the moment: that of receipt counts, because the instrument sends none."""
ISO, SECONDS, MILLISECONDS = "iso", "seconds", "milliseconds"
FORMS = (ISO, SECONDS, MILLISECONDS)
"""How a moment is written: with its offset, or as a count since 1970 in UTC."""
MOST_BYTES = 64 * 1024
"""Of a payload: no instrument says more at once."""

TOPIC_UNKNOWN, TOO_LARGE, RETAINED = "topic-unknown", "too-large", "retained"
UNREADABLE, STATION_MISSING = "payload-unreadable", "station-missing"
MOMENT_BROKEN, VALUE_BROKEN = "moment-broken", "value-broken"
FAULTS = (TOPIC_UNKNOWN, TOO_LARGE, RETAINED, UNREADABLE, STATION_MISSING, MOMENT_BROKEN, VALUE_BROKEN)
"""Why a message, or a value in it, could not be read."""
_PART = re.compile(r"\{([a-z_]+)\}")


class Message(NamedTuple):
    """A message as it came. `retained`: the broker had it from before we subscribed, so the moment of receipt says nothing of it."""

    topic: str
    payload: bytes
    received_at: datetime
    retained: bool = False

    @property
    def raw(self) -> bytes:
        """What is kept as evidence: the topic, and below it the payload."""
        return self.topic.encode() + b"\n" + self.payload


@dataclass(frozen=True)
class Listened:
    """How messages are read whose topic has one pattern."""

    topic: str
    """Levels between slashes; `{name}` is any one level."""
    key: str
    """Under what the station is known at this door; `{name}` from the topic, or `{station}` from the payload."""
    moment: str
    """Where the moment stands in the payload, or RECEIVED."""
    as_json: bool = True
    """Else the payload is a number and nothing more."""
    moment_form: str = ISO
    station: str = ""
    """Where the payload names the station; "" where the topic does. All places are names with dots between."""
    value: str = ""
    factor: str = ""
    """Where value and factor stand; the factor may be a part of the topic instead."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Instead of `value`: place → factor, for payloads with several."""
    flag: str = ""
    factors: Mapping[str, str] = field(default_factory=dict)
    """What the instrument calls a factor → its code."""
    statistic: str = "rtd"
    interval: str = "realtime"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a topic looks like."""
        levels = (_PART.fullmatch(level) for level in self.topic.split("/"))
        shapes = [
            f"(?P<{part[1]}>[^/]*)" if part else re.escape(level)
            for part, level in zip(levels, self.topic.split("/"), strict=True)
        ]
        return re.compile("/".join(shapes))

    @property
    def parts(self) -> list[str]:
        """The names of the parts of a topic."""
        return parts_of(self.topic)

    @property
    def filter(self) -> str:
        """The topic as a broker is asked for it."""
        return _PART.sub("+", self.topic)


def parts_of(words: str) -> list[str]:
    """The names that stand in braces."""
    return _PART.findall(words)


def meet(one: str, other: str) -> bool:
    """Whether a topic could have both patterns."""
    pairs = list(zip(one.split("/"), other.split("/"), strict=False))
    same_length = one.count("/") == other.count("/")
    return same_length and all(a == b or _PART.fullmatch(a) or _PART.fullmatch(b) for a, b in pairs)


def form_of(topic: str, listening: Sequence[Listened]) -> tuple[Listened, Mapping[str, str]] | None:
    """How a topic's messages are read, with its parts; None for one that nobody described."""
    for one in listening:
        if found := one.pattern.fullmatch(topic):
            return one, found.groupdict()
    return None


def read(message: Message, listening: Sequence[Listened]) -> Packet:
    """The message as a packet. What could not be read of it is its fault; values beside a broken one are used."""
    found = form_of(message.topic, listening)
    if found is None:
        return _faulty(message, message.topic, TOPIC_UNKNOWN)
    form, parts = found
    if len(message.payload) > MOST_BYTES:
        return _faulty(message, _key(form, parts), TOO_LARGE)
    if message.retained and form.moment == RECEIVED:
        return _faulty(message, _key(form, parts), RETAINED)
    try:
        said = read_json(message.payload) if form.as_json else number(message.payload.decode("ascii").strip())
    except (Refused, UnicodeDecodeError):
        return _faulty(message, _key(form, parts), UNREADABLE)
    return _read(message, form, dict(parts), said)


def _read(message: Message, form: Listened, parts: dict[str, str], said: Any) -> Packet:
    if form.station:
        station = at_place(said, form.station)
        if not isinstance(station, str | int) or isinstance(station, bool):
            return _faulty(message, message.topic, STATION_MISSING)
        parts["station"] = str(station)
    key = _key(form, parts)
    try:
        at = _moment(said, form, message)
    except (Refused, OverflowError, ValueError):
        return _faulty(message, key, MOMENT_BROKEN)
    flag = _flag(said, form)
    readings, broken = [], False
    for factor, value in _values(said, form, parts):
        try:
            readings.append(Measured(factor, form.statistic, form.interval, at, _number(value), flag))
        except Refused:
            broken = True
    fault = VALUE_BROKEN if broken or not readings else ""
    return Packet(key, message.received_at, readings, message.raw, fault)


def _faulty(message: Message, key: str, fault: str) -> Packet:
    return Packet(key, message.received_at, (), message.raw, fault)


def _key(form: Listened, parts: Mapping[str, str]) -> str:
    """The station's key. What only the payload would have told stays as it is written."""
    return _PART.sub(lambda part: parts.get(part[1], part[0]), form.key)


def _values(said: Any, form: Listened, parts: Mapping[str, str]) -> list[tuple[str, Any]]:
    """Each factor with what stands for its value. A place of `values` that the payload has not is no value of this message."""
    if form.values:
        places = [(factor, at_place(said, place)) for place, factor in form.values.items()]
        return [(factor, value) for factor, value in places if value is not MISSING]
    named = at_place(said, form.factor) if form.factor else parts["factor"]
    value = at_place(said, form.value) if form.as_json else said
    if not isinstance(named, str) or value is MISSING:
        return []
    return [(form.factors.get(named, named), value)]


MISSING = object()
"""Stands for what is not there, since null is a value that an instrument may send."""


def at_place(said: Any, place: str) -> Any:
    """What stands at a place, such as `data.flow`, or MISSING. A number among the names counts in a list, from 0."""
    for name in place.split("."):
        if isinstance(said, dict) and name in said:
            said = said[name]
        elif isinstance(said, list) and name.isdecimal() and int(name) < len(said):
            said = said[int(name)]
        else:
            return MISSING
    return said


def _moment(said: Any, form: Listened, message: Message) -> datetime:
    if form.moment == RECEIVED:
        return message.received_at
    written = at_place(said, form.moment)
    if form.moment_form == ISO:
        if not isinstance(written, str):
            raise Refused("no moment")
        return moment(written)
    unit = 1_000_000 if form.moment_form == SECONDS else 1_000
    counted = _number(written)
    if counted is None:
        raise Refused("no moment")
    return rules.moment(int(counted * unit))


def _number(value: Any) -> Decimal | None:
    """A value as it was written, also one in quotation marks; None for null."""
    if value is None:
        return None
    if isinstance(value, str):
        return number(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refused("no number")
    return Decimal(value)


def _flag(said: Any, form: Listened) -> str:
    """The flag; one that is no text is written out, and is then unknown."""
    found = at_place(said, form.flag) if form.flag else MISSING
    if found is MISSING or found is None:
        return NORMAL
    return found if isinstance(found, str) else str(found)
