"""Everything that these codecs can say, for hypothesis to draw from."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from yiwang.wire.sensorthings.entities import Entity, Page
from yiwang.wire.sensorthings.expressions import (
    ANY,
    BOOLEAN,
    DURATION,
    FUNCTIONS,
    MOMENT,
    NUMBER,
    WORDS,
    Called,
    Compared,
    Computed,
    Every,
    Literal,
    Not,
    Path,
)
from yiwang.wire.sensorthings.fields import Interval, Refused
from yiwang.wire.sensorthings.model import ANY as ANYTHING
from yiwang.wire.sensorthings.model import FORMS, OBJECT, TEXT, TIME, Way
from yiwang.wire.sensorthings.model import INTERVAL as AN_INTERVAL
from yiwang.wire.sensorthings.model import MOMENT as A_MOMENT
from yiwang.wire.sensorthings.options import Expanded, Options, Order


def attempted(read: Any, *given: Any, **said: Any) -> Any:
    """What is read, or None where it is refused; any other error is a fault."""
    try:
        return read(*given, **said)
    except Refused as fault:
        if not fault.reason:
            raise
        return None


TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=8)
IDS = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), min_size=1, max_size=8)
MOMENTS = st.integers(-(10**15), 10**15).map(
    lambda micros: datetime(2050, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
)
INTERVALS = st.tuples(MOMENTS, MOMENTS).map(lambda two: Interval(min(two), max(two)))
NUMBERS = st.decimals(-(10**6), 10**6, places=3)
PATHS = {
    BOOLEAN: ("parameters/checked",),
    NUMBER: ("result", "parameters/depth"),
    WORDS: ("Datastream/name", "Datastream/Thing/description"),
    MOMENT: ("phenomenonTime", "resultTime"),
    ANY: ("id", "FeatureOfInterest/id"),
}
KIND_AT = {
    "Datastream/name": WORDS,
    "Datastream/Thing/description": WORDS,
    "phenomenonTime": MOMENT,
    "resultTime": MOMENT,
}
LITERALS = {
    BOOLEAN: st.booleans(),
    NUMBER: NUMBERS,
    WORDS: TEXTS,
    MOMENT: MOMENTS | INTERVALS,
    "date": st.dates(date(2000, 1, 1), date(2099, 1, 1)),
    "time of day": st.times().map(lambda one: time(one.hour, one.minute, one.second, one.microsecond)),
    DURATION: st.timedeltas(timedelta(days=-900), timedelta(days=900)),
}
COMPARED = (NUMBER, WORDS, MOMENT, "date", "time of day", DURATION)


@st.composite
def valued(draw: Any, kind: str, depth: int = 2) -> Any:
    """An expression of a kind."""
    choices = ["literal"]
    if kind in PATHS:
        choices.append("path")
    if depth and kind == NUMBER:
        choices.append("computed")
    if depth and any(one.gives == kind and one.takes for one in FUNCTIONS.values()) and kind != BOOLEAN:
        choices.append("called")
    choice = draw(st.sampled_from(choices))
    if choice == "literal":
        return Literal(draw(LITERALS[kind]))
    if choice == "path":
        written = draw(st.sampled_from(PATHS[kind]))
        return Path(tuple(written.split("/")), KIND_AT.get(written, ANY))
    if choice == "computed":
        word = draw(st.sampled_from(["add", "sub", "mul", "div", "mod"]))
        return Computed(word, draw(valued(NUMBER, depth - 1)), draw(valued(NUMBER, depth - 1)))
    return draw(called(kind, depth))


@st.composite
def called(draw: Any, kind: str, depth: int) -> Called:
    """A function that gives a kind."""
    name = draw(st.sampled_from(sorted(name for name, one in FUNCTIONS.items() if one.gives == kind)))
    known = FUNCTIONS[name]
    count = draw(st.integers(len(known.takes) - known.optional, len(known.takes)))
    return Called(name, tuple(draw(valued(wanted, depth - 1)) for wanted in known.takes[:count]))


@st.composite
def conditions(draw: Any, depth: int = 3) -> Any:
    """A condition on Observations."""
    choice = draw(st.sampled_from(["compared", "called", "every", "not"] if depth else ["compared"]))
    if choice == "compared":
        kind = draw(st.sampled_from(COMPARED))
        word = draw(st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"]))
        return Compared(word, draw(valued(kind)), draw(valued(kind)))
    if choice == "called":
        return draw(called(BOOLEAN, 2))
    if choice == "not":
        return Not(draw(conditions(depth - 1)))
    word = draw(st.sampled_from(["and", "or"]))
    terms = draw(st.lists(conditions(depth - 1), min_size=2, max_size=3))
    flat = [part for one in terms for part in (one.terms if isinstance(one, Every) and one.word == word else [one])]
    return Every(word, tuple(flat))


@st.composite
def options(draw: Any, entity: str = "Observation", depth: int = 2) -> Options:
    """What a client asks of a set of entities."""
    form = FORMS[entity]
    ways = draw(st.lists(st.sampled_from(sorted(form.ways)), unique=True, max_size=2)) if depth else []
    names = st.sampled_from(["id", *form.properties, *form.ways])
    own = entity == "Observation"
    orders = st.lists(st.builds(Order, valued(NUMBER) if own else st.just(Path(("id",))), st.booleans()), max_size=2)
    return Options(
        draw(st.none() | conditions()) if own else None,
        tuple(Expanded(way, draw(options(form.ways[way].target, depth - 1))) for way in ways),
        tuple(draw(orders)),
        draw(st.none() | st.integers(0, 10**9 - 1)),
        draw(st.integers(0, 10**9 - 1)),
        draw(st.none() | st.booleans()),
        tuple(draw(st.lists(names, unique=True, max_size=3))),
        draw(st.booleans()) if own and depth == 2 else False,
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(TEXTS, JSON, max_size=3)
HELD = {
    TEXT: TEXTS,
    TIME: MOMENTS | INTERVALS,
    A_MOMENT: MOMENTS,
    AN_INTERVAL: INTERVALS,
    OBJECT: OBJECTS,
    ANYTHING: JSON,
}


@st.composite
def entities(draw: Any, kind: str, depth: int = 2, came_from: str = "", known: bool = True) -> Entity:
    """An entity with all it needs, and with entities in it."""
    form = FORMS[kind]
    identifier = draw(IDS) if known else draw(st.none() | IDS)
    values = {
        name: draw(HELD[one.kind]) for name, one in form.properties.items() if one.required or draw(st.booleans())
    }
    inside: dict[str, Any] = {}
    for name, way in form.ways.items():
        if name != came_from and (way.required or (depth and draw(st.booleans()))):
            inside[name] = draw(behind(way, depth - 1, known))
    return Entity(kind, identifier, values, inside)


@st.composite
def behind(draw: Any, way: Way, depth: int, known: bool) -> Any:
    """What stands behind a navigation property; at the bottom only what points at another entity."""
    pointing = st.builds(Entity, st.just(way.target), IDS)
    one = entities(way.target, depth, way.back, known) if depth > 0 else pointing
    return Page(tuple(draw(st.lists(one, min_size=1, max_size=2)))) if way.many else draw(one)
