"""Values of SensorThings documents and addresses: moments and intervals, texts, JSON with its numbers exactly as written.

Source: OGC SensorThings API part 1, version 1.1 (18-088), with the literals of OData 4. Standard library only.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import chain
from json.encoder import encode_basestring
from typing import Any, NamedTuple

MOST_BYTES = 10_000_000
LONGEST_NUMBER = 64
"""Characters. A longer one nobody measured, and one of a million digits is slow to read."""
DEEPEST_JSON = 32
LONGEST_ID = 200
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,4})?")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})")
_MOMENT_SHAPE = re.compile(rb"0000-00-00T00:00:00(\.0{1,6})?(Z|[+-]00:00)")
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_NUMBER_MARKS = bytes.maketrans(b"0123456789+-.E", b"0000000000000e")
_TOO_LONG = b"0" * (LONGEST_NUMBER + 1)
_HOLDERS = frozenset((list, dict))
_NO_MARKS = bytes(set(range(256)) - set(b'[]{}",:\\'))


class Refused(ValueError):
    """What the standard does not allow, or this reader does not take: `where` it stands and `reason`, in English."""

    def __init__(self, reason: str, where: str = "") -> None:
        self.reason, self.where = reason, where
        super().__init__(f"{where}: {reason}" if where else reason)


class Interval(NamedTuple):
    """From one moment to another, not before it."""

    start: datetime
    end: datetime


def text(value: str) -> str:
    """A text that can be written in UTF-8 and kept. Raises Refused for NUL and halves of characters."""
    if _NO_TEXT.search(value):
        raise Refused("holds a character that is no text")
    return value


def moment(value: str) -> datetime:
    """A moment with its offset from UTC. Raises Refused without one: a time alone is another moment in another town."""
    found = None
    if len(value) <= LONGEST_NUMBER and _MOMENT.fullmatch(value):
        try:
            found = datetime.fromisoformat(value)
            found.astimezone(UTC)
        except (ValueError, OverflowError):
            found = None
    if found is None:
        raise Refused(
            f"{value[:40]!r} is no moment with its offset such as 2026-11-27T08:00:00Z (in an address + is written %2B)"
        )
    return found


def plain_moments(column: Sequence[Any]) -> list[datetime] | None:
    """Moments as nearly all are written, `2026-11-27T08:00:00Z`, each as `moment` reads it; None where one may be anything else."""
    if (
        set(map(type, column)) != {str} or min(column) < "1" or max(column) >= "9"
    ):  # their moments may have no year in UTC
        return None
    shapes = set(" ".join(column).encode("utf-8", "replace").translate(_DIGITS).split(b" "))
    if not all(map(_MOMENT_SHAPE.fullmatch, shapes)):
        return None
    try:
        return list(map(datetime.fromisoformat, column))
    except ValueError:
        return None


def time_of(value: str) -> datetime | Interval:
    """A moment, or an interval `from/to`. Raises Refused."""
    if "/" not in value:
        return moment(value)
    first, _, last = value.partition("/")
    found = Interval(moment(first), moment(last))
    if found.end < found.start:
        raise Refused(f"{value[:80]!r} ends before it begins")
    return found


def write_time(value: datetime | Interval) -> str:
    """A moment or interval in UTC with Z, to the microsecond where there is one."""
    if isinstance(value, Interval):
        return f"{write_time(value.start)}/{write_time(value.end)}"
    fine = value.microsecond
    spec = "seconds" if not fine else "microseconds" if fine % 1000 else "milliseconds"
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=spec) + "Z"


def number(value: str) -> Decimal:
    """A number exactly as it was written. Raises Refused."""
    if len(value) > LONGEST_NUMBER or not _NUMBER.fullmatch(value):
        raise Refused(f"{value[:40]!r} is no number")
    return Decimal(value)


def length_of(span: str) -> timedelta:
    """An ISO 8601 duration of days, hours, minutes and seconds, such as P1DT6H. Raises Refused."""
    found = re.fullmatch(
        r"(-)?P(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6}(?:\.[0-9]{1,6})?)S)?)?", span
    )
    if not found or not any(found.groups()[1:]):
        raise Refused(f"{span[:40]!r} is no duration such as PT1H30M")
    days, hours, minutes = (int(one or 0) for one in found.groups()[1:4])
    whole = timedelta(days=days, hours=hours, minutes=minutes, microseconds=int(Decimal(found[5] or 0) * 1_000_000))
    return -whole if found[1] else whole


def write_length(span: timedelta) -> str:
    """A duration as days, seconds and their parts."""
    sign, micros = ("-", -span) if span < timedelta() else ("", span)
    return f"{sign}P{micros.days}DT{micros.seconds}.{micros.microseconds:06}S"


# --- JSON ------------------------------------------------------------------------------------------------------------


def read_json(content: bytes) -> Any:
    """What stands in a body. Numbers with a point are Decimals as written. Raises Refused with line and column."""
    if len(content) > MOST_BYTES:
        raise Refused(f"more than {MOST_BYTES} bytes")
    if _numbers_are_plain(content):
        return _read(content, Decimal, int)
    return _read(content, number, _whole)


def _numbers_are_plain(content: bytes) -> bool:
    """Whether every number in it is short and without an exponent: JSON's own reader then makes no other than `number` does."""
    marks = content.translate(_NUMBER_MARKS)
    return b"0e" not in marks and _TOO_LONG not in marks


def _read(content: bytes, with_point: Callable[[str], Decimal], whole: Callable[[str], int]) -> Any:
    try:
        found = json.loads(
            content.decode("utf-8-sig"),
            parse_float=with_point,
            parse_int=whole,
            parse_constant=_no_number,
            object_pairs_hook=_each_once,
        )
    except UnicodeDecodeError as fault:
        raise Refused("not UTF-8", f"byte {fault.start}") from None
    except json.JSONDecodeError as fault:
        raise Refused(f"not JSON: {fault.msg}", f"line {fault.lineno}, column {fault.colno}") from None
    except RecursionError:
        raise Refused("nested too deeply") from None
    if not _plainly_shallow(content):
        _bounded(found, b"\\u" in content)
    return found


def _plainly_shallow(content: bytes) -> bool:
    """Whether JSON that could be read is plainly not nested too deep and has no escape: of long documents this is told in no time.

    Two texts never stand side by side, so what is left of one that holds no mark is a pair of quotes.
    """
    marks = content.translate(None, _NO_MARKS).replace(b'""', b"")
    if b'"' in marks or b"\\" in marks:
        return False
    marks = marks.translate(None, b",:")
    for _ in range(DEEPEST_JSON):
        marks = marks.replace(b"[]", b"").replace(b"{}", b"")
    return not marks


def _whole(written: str) -> int:
    return int(number(written))


def _no_number(name: str) -> Any:
    raise Refused(f"{name} is no number in JSON")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        again = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Refused("stands twice in one object", again[:60])
    return found


def _bounded(value: Any, escaped: bool) -> None:
    """Refuse what is nested too deep, and texts that cannot be kept: only what was written with an escape can be one."""
    level, depth = [value], 0
    while True:
        if escaped:
            for one in level:
                if isinstance(one, str):
                    text(one)
        holders = [one for one in level if type(one) in _HOLDERS]
        if not holders:
            return
        if depth > DEEPEST_JSON:
            raise Refused(f"nested more than {DEEPEST_JSON} deep")
        level = [one for held in holders for one in (chain(held, held.values()) if type(held) is dict else held)]
        depth += 1


def write_json(value: Any) -> str:
    """JSON in one line; a Decimal with all its digits, which the standard library's writer would round to a float's."""
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return _digits(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{encode_basestring(name)}:{write_json(one)}" for name, one in value.items()) + "}"
    return "[" + ",".join(write_json(one) for one in value) + "]"


def _digits(value: Decimal) -> str:
    return format(value, "f") if -LONGEST_NUMBER < value.as_tuple().exponent <= 0 else str(value)  # type: ignore[operator]
