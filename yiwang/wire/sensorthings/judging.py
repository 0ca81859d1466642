"""What an expression comes to for one entity, where the entities are in memory.

A path may lead to several values (`Datastreams/ObservedProperty/id`): a condition holds where it holds for one of them. What is null,
of another kind than expected, or cannot be computed (÷ 0) comes to null, and null is true for nothing but `eq null`.
"""

import itertools
import operator
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from yiwang.wire.sensorthings.expressions import (
    SUMS,
    Called,
    Compared,
    Computed,
    Every,
    Expression,
    Literal,
    Not,
    Path,
)
from yiwang.wire.sensorthings.fields import Interval, Refused

MOST_COMBINED = 10_000
"""Values that one path leads to, and combinations of values that one comparison looks at."""
Look = Callable[[tuple[str, ...]], Iterable[Any]]
"""What stands at the end of a path of the entity."""
_COMPARE = {
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le,
}  # fmt: skip
_COMPUTE = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "mod": operator.mod,
}  # fmt: skip
FIRST, LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def holds(condition: Expression, look: Look, now: datetime, where: str = "$filter") -> bool:
    """Whether a condition holds for the entity that `look` looks into. Raises Refused where it would have to look at too much."""
    if isinstance(condition, Every):
        judged = (holds(term, look, now, where) for term in condition.terms)
        return all(judged) if condition.word == "and" else any(judged)
    if isinstance(condition, Not):
        return not holds(condition.term, look, now, where)
    return any(value is True for value in values(condition, look, now, where))


def values(one: Expression, look: Look, now: datetime, where: str = "$filter") -> list[Any]:
    """What an expression comes to: one value, or several where a path leads to several. Raises Refused, `where`, for too many."""
    if isinstance(one, Literal):
        return [_plain(one.value)]
    if isinstance(one, Path):
        return [_plain(value) for value in _led_to(one, look, where)] or [None]
    if isinstance(one, Every | Not):
        return [holds(one, look, now, where)]
    parts = one.arguments if isinstance(one, Called) else (one.left, one.right)
    given = [values(part, look, now, where) for part in parts]
    return [_come_to(one, each, now) for each in _combined(given, where)]


def _led_to(path: Path, look: Look, where: str) -> list[Any]:
    """No more is looked up than one over what is taken: the rest may be millions."""
    found = list(itertools.islice(look(path.steps), MOST_COMBINED + 1))
    if len(found) > MOST_COMBINED:
        raise Refused(f"{'/'.join(path.steps)[:60]} leads to more than {MOST_COMBINED} values", where)
    return found


def sort_key(value: Any) -> tuple[int, Any]:
    """To order by: null first, then by kind, each in its own order."""
    kinds: list[type] = [bool, Decimal, str, datetime]
    for rank, kind in enumerate(kinds, 1):
        if isinstance(value, kind):
            return rank, value
    return (0, 0) if value is None else (len(kinds) + 1, str(value))


def _combined(given: list[list[Any]], where: str) -> Iterable[tuple[Any, ...]]:
    count = 1
    for one in given:
        count *= len(one)
    if count > MOST_COMBINED:
        raise Refused(f"would compare {count} combinations of values; at most {MOST_COMBINED} are looked at", where)
    return itertools.product(*given)


def _plain(value: Any) -> Any:
    """Numbers are Decimals, an interval is its beginning."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return value.start if isinstance(value, Interval) else value


def _come_to(one: Called | Compared | Computed, given: tuple[Any, ...], now: datetime) -> Any:
    try:
        if isinstance(one, Called):
            return None if None in given else _plain(_CALLS[one.name](now, *given))
        return _compared(one.word, *given) if isinstance(one, Compared) else _computed(one.word, *given)
    except (TypeError, ValueError, OverflowError, ArithmeticError, InvalidOperation, AttributeError):
        return None  # kinds that only the stored values told, or a number that cannot be


def _compared(word: str, left: Any, right: Any) -> bool:
    if left is None or right is None or type(left) is not type(right):
        left, right = _alike(left, right)
        same = left == right
        return same if word == "eq" else not same if word == "ne" else False
    return bool(_COMPARE[word](left, right))


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """An identifier is a text; whoever writes `id eq 12` means the text of its digits."""
    if {type(left), type(right)} == {str, Decimal}:
        return str(left), str(right)
    return left, right


def _computed(word: str, left: Any, right: Any) -> Any:
    if left is None or right is None or (word not in SUMS and not isinstance(left, Decimal)):
        return None
    if isinstance(left, str) or isinstance(right, str):
        return None
    return _COMPUTE[word](left, right)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)


_CALLS: dict[str, Callable[..., Any]] = {
    "substringof": lambda _, part, whole: part in whole,
    "endswith": lambda _, whole, part: whole.endswith(part),
    "startswith": lambda _, whole, part: whole.startswith(part),
    "length": lambda _, words: len(words) if isinstance(words, str) else None,
    "indexof": lambda _, whole, part: whole.index(part) if part in whole else -1,
    "substring": lambda _, words, at, count=None: words[max(0, int(at)) :][
        : None if count is None else max(0, int(count))
    ],
    "tolower": lambda _, words: words.lower(),
    "toupper": lambda _, words: words.upper(),
    "trim": lambda _, words: words.strip(),
    "concat": lambda _, first, second: first + second if isinstance(first, str) else None,
    "year": lambda _, at: at.astimezone(UTC).year,
    "month": lambda _, at: at.astimezone(UTC).month,
    "day": lambda _, at: at.astimezone(UTC).day,
    "hour": lambda _, at: at.astimezone(UTC).hour,
    "minute": lambda _, at: at.astimezone(UTC).minute,
    "second": lambda _, at: at.astimezone(UTC).second,
    "fractionalseconds": lambda _, at: Decimal(at.microsecond) / 1_000_000,
    "date": lambda _, at: at.astimezone(UTC).date(),
    "time": lambda _, at: at.astimezone(UTC).time(),
    "totaloffsetminutes": lambda _, at: at.utcoffset() // timedelta(minutes=1),
    "now": lambda now: now,
    "mindatetime": lambda _: FIRST,
    "maxdatetime": lambda _: LAST,
    "round": lambda _, value: _rounded(value),
    "floor": lambda _, value: value // 1 if value >= 0 or value == value // 1 else value // 1 - 1,
    "ceiling": lambda _, value: -((-value) // 1) if value <= 0 or value == value // 1 else value // 1 + 1,
}
