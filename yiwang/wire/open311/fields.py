"""What a field of a GeoReport v2 document may hold, and how it is spelt in XML and in JSON.

Source: GeoReport v2 (wiki.open311.org/GeoReport_v2): moments in W3C form with their offset, coordinates in WGS 84, "Spark" JSON
(what is empty is null, flags and coordinates are no strings).
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

LONGEST_COORDINATE = 32
"""Characters. A longer one is no coordinate, and a number of a million digits is slow to read."""


class Refused(ValueError):
    """Bytes, a document or a request that the protocol does not allow: `where` it is and `reason`, in English."""

    def __init__(self, reason: str, where: str = "") -> None:
        self.reason, self.where = reason, where
        super().__init__(f"{where}: {reason}" if where else reason)


class Kind(NamedTuple):
    """One kind of value: from its text to the value, from the value to JSON's spelling; XML's is the text of that."""

    read: Callable[[str], Any]
    write: Callable[[Any], Any]


def text_of(value: Any) -> str:
    """JSON's or XML's plain value as text: a number as it was written, null and nothing as ''. Raises Refused for a structure."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | Decimal):
        return str(value).strip()
    raise Refused(f"a plain value is expected, not {type(value).__name__}")


def flag(text: str) -> bool:
    """`true` or `false`; nothing is false. Raises Refused otherwise."""
    if text not in ("true", "false", ""):
        raise Refused(f"{text[:40]!r} is neither true nor false")
    return text == "true"


def moment(text: str) -> datetime:
    """A moment with its offset. Raises Refused without one: a time alone is another moment in another town."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"{text[:40]!r} is no moment such as 2010-01-01T00:00:00Z") from None
    if found.tzinfo is None:
        raise Refused(f"{text[:40]!r} says no offset from UTC, such as Z or +08:00")
    return found


def coordinate(text: str) -> Decimal:
    """Degrees, WGS 84. Raises Refused for what is no number."""
    try:
        found = Decimal(text) if len(text) <= LONGEST_COORDINATE else Decimal("nan")
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite():
        raise Refused(f"{text[:40]!r} is no number of degrees")
    return found


def count(text: str) -> int:
    """A whole number from 0. Raises Refused otherwise."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refused(f"{text[:40]!r} is no whole number")
    return int(text)


def _or_nothing(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda text: read(text) if text else None


TEXT = Kind(str, lambda value: value or None)
FLAG = Kind(flag, bool)
COUNT = Kind(_or_nothing(count), lambda value: value)
MOMENT = Kind(_or_nothing(moment), lambda value: value and value.isoformat(timespec="seconds"))
DEGREES = Kind(_or_nothing(coordinate), lambda value: None if value is None else float(value))
WORDS = Kind(
    lambda text: tuple(word for part in text.split(",") if (word := part.strip())),
    lambda value: ", ".join(value) or None,
)
