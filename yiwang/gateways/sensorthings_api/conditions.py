"""A condition on Observations, in two: what it says of their Datastream (judged in memory), and what of the readings themselves."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from yiwang.intake.sensing.observed import Condition, Opposite, Test, Together
from yiwang.wire.sensorthings.expressions import Compared, Every, Expression, Literal, Not, Path, paths
from yiwang.wire.sensorthings.fields import Refused
from yiwang.wire.sensorthings.judging import values
from yiwang.wire.sensorthings.options import Options, Order

FIELDS = {"phenomenonTime": "at", "result": "value", "resultQuality": "flag"}
_WANTED = {"at": (datetime,), "value": (Decimal, type(None)), "flag": (str,)}
_TURNED = {"eq": "eq", "ne": "ne", "gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
OF_STREAM = ("Datastream", "FeatureOfInterest")
HOW = (
    "of Observations, phenomenonTime, result and resultQuality are compared with a value; "
    "what concerns Datastream or FeatureOfInterest stands apart, joined by and"
)


def in_two(condition: Expression | None) -> tuple[tuple[Expression, ...], tuple[Expression, ...]]:
    """The terms about streams, and those about readings. Raises Refused for one that is about both."""
    if condition is None:
        return (), ()
    terms = condition.terms if isinstance(condition, Every) and condition.word == "and" else (condition,)
    about_streams: list[Expression] = []
    about_readings: list[Expression] = []
    for term in terms:
        firsts = {path.steps[0] for path in paths(term)}
        (about_streams if firsts and firsts <= {*OF_STREAM} else about_readings).append(term)
    return tuple(about_streams), tuple(about_readings)


def of_readings(terms: Sequence[Expression], now: datetime) -> Condition:
    """What is asked of readings. Raises Refused for what is not offered."""
    return Together("and", tuple(_condition(term, now) for term in terms))


def _condition(term: Expression, now: datetime) -> Condition:
    if isinstance(term, Every):
        return Together(term.word, tuple(_condition(one, now) for one in term.terms))
    if isinstance(term, Not):
        return Opposite(_condition(term.term, now))
    if isinstance(term, Compared):
        if isinstance(term.left, Path):
            return _test(term.left, term.word, term.right, now)
        if isinstance(term.right, Path):
            return _test(term.right, _TURNED[term.word], term.left, now)
    raise Refused(HOW, "$filter")


def _test(path: Path, word: str, than: Expression, now: datetime) -> Test:
    field = FIELDS.get("/".join(path.steps))
    if field is None or paths(than):
        raise Refused(HOW, "$filter")
    (value,) = values(than, lambda _: (), now)
    if not isinstance(value, _WANTED[field]):
        raise Refused(f"{path.steps[0]} is compared with another kind of value", "$filter")
    return Test(field, word, value)


def newest_first(orders: Sequence[Order]) -> bool:
    """Whether readings are asked for from the newest on. Raises Refused for any order but that of time."""
    if not orders:
        return False
    first = orders[0]
    if first.by != Path(("phenomenonTime",), "moment") or len(orders) > 1:
        raise Refused("Observations are ordered by phenomenonTime alone, asc or desc", "$orderby")
    return first.descending


def after(options: Options, last: datetime, same: int) -> Options:
    """The options of the next page: from the last moment on, behind the `same` readings of it that were shown. So a far page costs no
    more than the first one.
    """
    word = "le" if newest_first(options.orderby) else "ge"
    path = Path(("phenomenonTime",), "moment")
    before = options.filter
    terms = () if before is None else before.terms if isinstance(before, Every) and before.word == "and" else (before,)
    kept = tuple(one for one in terms if not (isinstance(one, Compared) and (one.word, one.left) == (word, path)))
    bound = Compared(word, path, Literal(last))
    condition: Expression = Every("and", (*kept, bound)) if kept else bound
    return Options(
        condition, options.expand, options.orderby, options.top, same, None, options.select, options.data_array
    )
