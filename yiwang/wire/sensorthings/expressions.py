"""What `$filter` and `$orderby` say, as values, and back to text.

Every part knows its kind (boolean, number, text, moment, …; `any` for what only the stored value tells), and what cannot be
compared or computed is refused before anybody asks a database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from yiwang.wire.sensorthings.fields import Interval, write_length, write_time

BOOLEAN, NUMBER, WORDS, MOMENT, DATE, TIME_OF_DAY, DURATION, ANY = (
    "boolean", "number", "text", "moment", "date", "time of day", "duration", "any",
)  # fmt: skip
Value = str | bool | Decimal | datetime | Interval | date | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written down."""

    value: Value


@dataclass(frozen=True, slots=True)
class Path:
    """What is asked of the entity: `Datastream/Thing/name`, `properties/owner`, `id`."""

    steps: tuple[str, ...]
    kind: str = ANY


@dataclass(frozen=True, slots=True)
class Every:
    """Several conditions: all of them (`and`), or at least one (`or`)."""

    word: str
    terms: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    term: "Expression"


@dataclass(frozen=True, slots=True)
class Compared:
    """`eq ne gt ge lt le` between two."""

    word: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Computed:
    """`add sub mul div mod` of two."""

    word: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Called:
    """A function of the standard."""

    name: str
    arguments: tuple["Expression", ...]


Expression = Literal | Path | Every | Not | Compared | Computed | Called


class Function(NamedTuple):
    """What a function takes and gives; of `takes` the last `optional` may be left out."""

    takes: tuple[str, ...]
    gives: str
    optional: int = 0


FUNCTIONS: dict[str, Function] = {
    "substringof": Function((WORDS, WORDS), BOOLEAN),
    "endswith": Function((WORDS, WORDS), BOOLEAN),
    "startswith": Function((WORDS, WORDS), BOOLEAN),
    "length": Function((WORDS,), NUMBER),
    "indexof": Function((WORDS, WORDS), NUMBER),
    "substring": Function((WORDS, NUMBER, NUMBER), WORDS, optional=1),
    "tolower": Function((WORDS,), WORDS),
    "toupper": Function((WORDS,), WORDS),
    "trim": Function((WORDS,), WORDS),
    "concat": Function((WORDS, WORDS), WORDS),
    "year": Function((MOMENT,), NUMBER),
    "month": Function((MOMENT,), NUMBER),
    "day": Function((MOMENT,), NUMBER),
    "hour": Function((MOMENT,), NUMBER),
    "minute": Function((MOMENT,), NUMBER),
    "second": Function((MOMENT,), NUMBER),
    "fractionalseconds": Function((MOMENT,), NUMBER),
    "date": Function((MOMENT,), DATE),
    "time": Function((MOMENT,), TIME_OF_DAY),
    "totaloffsetminutes": Function((MOMENT,), NUMBER),
    "now": Function((), MOMENT),
    "mindatetime": Function((), MOMENT),
    "maxdatetime": Function((), MOMENT),
    "round": Function((NUMBER,), NUMBER),
    "floor": Function((NUMBER,), NUMBER),
    "ceiling": Function((NUMBER,), NUMBER),
}
"""18-088, table 23, without the geospatial ones."""
GEOSPATIAL = ("geo.", "st_")
COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")
SUMS, PRODUCTS = ("add", "sub"), ("mul", "div", "mod")


def kind_of(expression: Expression) -> str:
    """What a part is: one of the kinds above."""
    if isinstance(expression, Literal):
        return _literal_kind(expression.value)
    if isinstance(expression, Path):
        return expression.kind
    if isinstance(expression, Called):
        return FUNCTIONS[expression.name].gives
    if isinstance(expression, Computed):
        return sum_kind(expression.word, kind_of(expression.left), kind_of(expression.right)) or ANY
    return BOOLEAN


def _literal_kind(value: Value) -> str:
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, datetime | Interval):
        return MOMENT
    kinds = {str: WORDS, Decimal: NUMBER, date: DATE, time: TIME_OF_DAY, timedelta: DURATION}
    return kinds.get(type(value), ANY)


def sum_kind(word: str, left: str, right: str) -> str | None:
    """What two kinds come to under `add sub mul div mod`; None where they cannot be computed. Moments take durations."""
    kinds = {left, right} - {ANY}
    if kinds <= {NUMBER}:
        return ANY if ANY in (left, right) else NUMBER
    if word in PRODUCTS or not kinds <= {MOMENT, DURATION}:
        return None
    if (left, right) == (MOMENT, MOMENT):
        return DURATION if word == "sub" else None
    if ANY in (left, right):
        return ANY
    return left if right == DURATION else (MOMENT if word == "add" else None)


def fits(found: str, wanted: str) -> bool:
    """Whether what is found may stand where a kind is wanted."""
    return ANY in (found, wanted) or found == wanted


# --- writing ---------------------------------------------------------------------------------------------------------

_OR, _AND, _NOT, _COMPARE, _ADD, _MULTIPLY, _ATOM = range(7)


def write(expression: Expression) -> str:
    """The text of an expression, with the brackets it needs and no more; reading it gives the same expression."""
    return _written(expression)[0]


def quoted(value: str) -> str:
    """A text in apostrophes, each inside doubled."""
    return "'" + value.replace("'", "''") + "'"


def _written(one: Expression) -> tuple[str, int]:
    """The text and how tightly it holds together."""
    if isinstance(one, Literal):
        return _literal(one.value), _ATOM
    if isinstance(one, Path):
        return "/".join(one.steps), _ATOM
    if isinstance(one, Called):
        return f"{one.name}({','.join(write(part) for part in one.arguments)})", _ATOM
    if isinstance(one, Not):
        return f"not {_inside(one.term, _NOT)}", _NOT
    if isinstance(one, Every):
        level = _AND if one.word == "and" else _OR
        return f" {one.word} ".join(_inside(term, level + 1) for term in one.terms), level
    if isinstance(one, Compared):
        return f"{_inside(one.left, _ADD)} {one.word} {_inside(one.right, _ADD)}", _COMPARE
    level = _ADD if one.word in SUMS else _MULTIPLY
    return f"{_inside(one.left, level)} {one.word} {_inside(one.right, level + 1)}", level


def _inside(one: Expression, level: int) -> str:
    words, own = _written(one)
    return words if own >= level else f"({words})"


def _literal(value: Value) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, datetime | Interval):
        return write_time(value)
    if isinstance(value, timedelta):
        return f"duration'{write_length(value)}'"
    return value.isoformat() if isinstance(value, date | time) else str(value)


def paths(expression: Expression) -> Sequence[Path]:
    """Every path in an expression: what of the entities must be known to judge it."""
    if isinstance(expression, Path):
        return (expression,)
    if isinstance(expression, Literal):
        return ()
    parts: tuple[Expression, ...]
    if isinstance(expression, Called):
        parts = expression.arguments
    elif isinstance(expression, Every):
        parts = expression.terms
    elif isinstance(expression, Not):
        parts = (expression.term,)
    else:
        parts = (expression.left, expression.right)
    return tuple(path for part in parts for path in paths(part))
