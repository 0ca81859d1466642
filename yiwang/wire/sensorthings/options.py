"""The query options: `$filter $expand $orderby $top $skip $count $select $resultFormat`, with their own inside `$expand`."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from yiwang.wire.sensorthings.expressions import Expression, write
from yiwang.wire.sensorthings.fields import Refused, text
from yiwang.wire.sensorthings.filters import read_expression, read_filter
from yiwang.wire.sensorthings.model import FORMS, ID

LONGEST = 16_000
"""Characters of one option."""
DEEPEST = 5
"""Entities within entities."""
MOST_EXPANDED = 30
"""Navigation properties in all that one request expands."""
MOST_ORDERS = 10
DATA_ARRAY = "dataArray"
_WHOLE = re.compile(r"[0-9]{1,9}")
_DIRECTION = re.compile(r"\s(asc|desc)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Order:
    """What to order by, and whether from the greatest on."""

    by: Expression
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """What a client asks of a set of entities. `top` and `count` are None where it does not say; `select` is empty for everything."""

    filter: Expression | None = None
    expand: tuple["Expanded", ...] = ()
    orderby: tuple[Order, ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool | None = None
    select: tuple[str, ...] = ()
    data_array: bool = False

    def expanded(self, way: str) -> "Options | None":
        """What is asked of the entities behind a navigation property; None where it is not expanded."""
        return next((one.options for one in self.expand if one.way == way), None)


@dataclass(frozen=True, slots=True)
class Expanded:
    """A navigation property whose entities come along."""

    way: str
    options: Options = Options()


NOTHING = Options()


def read_options(query: Mapping[str, Sequence[str]], entity: str) -> Options:
    """What a request's query asks of entities of a kind (a key of FORMS); arguments without `$` are somebody else's.

    Raises Refused naming the option.
    """
    pairs = [(name, value) for name, values in query.items() for value in values if name.startswith("$")]
    found = _read(pairs, entity, 0)
    if sum(1 for _ in _all_expanded(found)) > MOST_EXPANDED:
        raise Refused(f"more than {MOST_EXPANDED} navigation properties", "$expand")
    return found


def _read(pairs: Iterable[tuple[str, str]], entity: str, depth: int) -> Options:
    found, seen = NOTHING, set()
    for name, value in pairs:
        if name in seen:
            raise Refused("stands twice", name)
        seen.add(name)
        if len(value) > LONGEST:
            raise Refused(f"has {len(value)} characters; at most {LONGEST} are taken", name)
        reader = _READERS.get(name)
        if reader is None:
            raise Refused(f"there is no such option; there are {', '.join(_READERS)}", name[:40])
        found = reader(found, value, entity, depth)
    return found


def _all_expanded(options: Options) -> Iterator[Expanded]:
    for one in options.expand:
        yield one
        yield from _all_expanded(one.options)


def _filter(options: Options, value: str, entity: str, depth: int) -> Options:
    return replace(options, filter=read_filter(value, entity))


def _orderby(options: Options, value: str, entity: str, depth: int) -> Options:
    orders = []
    for part in _parts(value, ",", "$orderby"):
        said = part.strip()
        match = _DIRECTION.search(said)
        by = said[: match.start()].rstrip() if match else said
        orders.append(Order(read_expression(by, entity), match is not None and match[1].lower() == "desc"))
    if len(orders) > MOST_ORDERS:
        raise Refused(f"{len(orders)} orders; at most {MOST_ORDERS} are taken", "$orderby")
    return replace(options, orderby=tuple(orders))


def _top(options: Options, value: str, entity: str, depth: int) -> Options:
    return replace(options, top=_whole(value, "$top"))


def _skip(options: Options, value: str, entity: str, depth: int) -> Options:
    return replace(options, skip=_whole(value, "$skip"))


def _whole(value: str, name: str) -> int:
    if not _WHOLE.fullmatch(value):
        raise Refused(f"{value[:40]!r} is no whole number from 0", name)
    return int(value)


def _count(options: Options, value: str, entity: str, depth: int) -> Options:
    if value not in ("true", "false"):
        raise Refused(f"{value[:40]!r} is neither true nor false", "$count")
    return replace(options, count=value == "true")


def _select(options: Options, value: str, entity: str, depth: int) -> Options:
    form, names = FORMS[entity], []
    for part in value.split(","):
        name = "id" if part.strip() == ID else part.strip()
        if name != "id" and name not in form.properties and name not in form.ways:
            raise Refused(f"a {entity} has no {name[:40]}", "$select")
        names.append(name)
    return replace(options, select=tuple(dict.fromkeys(names)))


def _result_format(options: Options, value: str, entity: str, depth: int) -> Options:
    if value != DATA_ARRAY or entity != "Observation" or depth:
        raise Refused(f"only {DATA_ARRAY} is offered, for Observations", "$resultFormat")
    return replace(options, data_array=True)


def _expand(options: Options, value: str, entity: str, depth: int) -> Options:
    if depth >= DEEPEST:
        raise Refused(f"more than {DEEPEST} entities within entities", "$expand")
    found: dict[str, Options] = {}
    for part in _parts(value, ",", "$expand"):
        one = _expanded(part.strip(), entity, depth)
        found[one.way] = _joined(found[one.way], one.options) if one.way in found else one.options
    return replace(options, expand=tuple(Expanded(way, inner) for way, inner in found.items()))


def _expanded(part: str, entity: str, depth: int) -> Expanded:
    """`Datastreams/Thing($select=name)`: the last one has the options, the ones before only lead there."""
    path, bracket, rest = part.partition("(")
    way, _, further = path.strip().partition("/")
    known = FORMS[entity].ways.get(way)
    if known is None:
        raise Refused(f"a {entity} leads to no {way[:40]!r}", "$expand")
    if further:
        return Expanded(way, _expand(NOTHING, further + bracket + rest, known.target, depth + 1))
    if not bracket:
        return Expanded(way)
    if not rest.endswith(")"):
        raise Refused("a bracket is not closed at the end", "$expand")
    pairs = [_pair(one) for one in _parts(rest[:-1], ";", "$expand") if one.strip()]
    return Expanded(way, _read(pairs, known.target, depth + 1))


def _pair(written: str) -> tuple[str, str]:
    name, equals, value = written.strip().partition("=")
    if not equals:
        raise Refused(f"{written[:40]!r} is no option such as $top=5", "$expand")
    return name.strip(), value


def _joined(first: Options, second: Options) -> Options:
    """The same navigation property named twice (`A,A/B`): what both expand; everything else only once."""
    plain_first, plain_second = replace(first, expand=()), replace(second, expand=())
    if NOTHING not in (plain_first, plain_second):
        raise Refused("a navigation property stands twice with options", "$expand")
    found = {one.way: one.options for one in first.expand}
    for one in second.expand:
        found[one.way] = _joined(found[one.way], one.options) if one.way in found else one.options
    plain = plain_first if plain_second == NOTHING else plain_second
    return replace(plain, expand=tuple(Expanded(way, options) for way, options in found.items()))


_READERS: dict[str, Callable[[Options, str, str, int], Options]] = {
    "$filter": _filter,
    "$expand": _expand,
    "$orderby": _orderby,
    "$top": _top,
    "$skip": _skip,
    "$count": _count,
    "$select": _select,
    "$resultFormat": _result_format,
}


def _parts(written: str, mark: str, where: str) -> list[str]:
    """The parts between marks that stand outside of brackets and texts. Raises Refused for brackets and texts left open."""
    text(written)
    parts, begin, depth, inside = [], 0, 0, False
    for place, sign in enumerate(written):
        if sign == "'":
            inside = not inside
        elif not inside:
            depth += (sign == "(") - (sign == ")")
            if sign == mark and not depth:
                parts.append(written[begin:place])
                begin = place + 1
    if inside or depth:
        raise Refused("a bracket or a text is left open", where)
    return [*parts, written[begin:]]


# --- writing ---------------------------------------------------------------------------------------------------------


def written_options(options: Options) -> list[tuple[str, str]]:
    """The options as names and values, not yet percent-encoded; reading them gives the same options."""
    orders = ",".join(write(one.by) + (" desc" if one.descending else "") for one in options.orderby)
    said = [
        ("$filter", "" if options.filter is None else write(options.filter)),
        ("$expand", ",".join(map(_written_expanded, options.expand))),
        ("$orderby", orders),
        ("$top", "" if options.top is None else str(options.top)),
        ("$skip", str(options.skip or "")),
        ("$count", "" if options.count is None else str(options.count).lower()),
        ("$select", ",".join(options.select)),
        ("$resultFormat", DATA_ARRAY if options.data_array else ""),
    ]
    return [(name, value) for name, value in said if value]


def _written_expanded(one: Expanded) -> str:
    inner = ";".join(f"{name}={value}" for name, value in written_options(one.options))
    return f"{one.way}({inner})" if inner else one.way


def query_string(options: Options) -> str:
    """The options as a link has them."""
    return "&".join(f"{name}={quote(value, safe='$(),;=/@')}" for name, value in written_options(options))
