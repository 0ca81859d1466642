"""Entities as documents, both ways: what a client sends (with entities inside entities: deep insert), and what a server answers.

What the standard has no place for is refused by its name, so nothing that somebody sends is lost unseen; links that a server wrote are
passed over when they come back.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from yiwang.wire.sensorthings.addresses import Address, Hop, entity_address, link
from yiwang.wire.sensorthings.fields import (
    LONGEST_ID,
    Interval,
    Refused,
    moment,
    read_json,
    time_of,
    write_json,
    write_time,
)
from yiwang.wire.sensorthings.model import (
    ANY,
    COUNT,
    FORMS,
    ID,
    INTERVAL,
    MOMENT,
    NAVIGATION_LINK,
    NEXT_LINK,
    OBJECT,
    OF_COLLECTION,
    PLURALS,
    SELF_LINK,
    TEXT,
    TIME,
    Form,
)
from yiwang.wire.sensorthings.options import NOTHING, Options

MOST_INSIDE = 2_000
"""Entities in one document that a client sends."""
DEEPEST = 6
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity. `id` is None for a new one; one with an identifier and nothing else only points at it."""

    kind: str
    id: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    inside: dict[str, "Entity | Page | None"] = field(default_factory=dict)
    """By navigation property: the entity or entities that stand in this one. None: there is none."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some entities of a set: `count` of all of them where it is known, and where the next ones are."""

    entities: tuple[Entity, ...] = ()
    count: int | None = None
    next_link: str = ""


# --- reading ---------------------------------------------------------------------------------------------------------


def read_entity(content: bytes, kind: str, *, whole: bool = True, given: str = "") -> Entity:
    """An entity of a kind (a key of FORMS) from a body. `whole`: it is a new one and has all it needs; else a change.

    `given`: a navigation property that the address answers already (POST Datastreams('1')/Observations). Raises Refused with the place.
    """
    return entity_of(read_json(content), kind, whole=whole, given=given)


def entity_of(raw: Any, kind: str, *, whole: bool = True, given: str = "", where: str = "") -> Entity:
    """As read_entity, from what JSON said. `where`: how the place is called in refusals."""
    reader = _Reader(whole)
    return reader.entity(raw, FORMS[kind], where or kind, given, 0)


class _Reader:
    """One document being read."""

    def __init__(self, whole: bool) -> None:
        self.whole, self.count = whole, 0

    def entity(self, raw: Any, form: Form, where: str, given: str, depth: int) -> Entity:
        if not isinstance(raw, dict):
            raise Refused("an object is expected", where)
        self.count += 1
        if depth > DEEPEST or self.count > MOST_INSIDE:
            raise Refused(f"more than {DEEPEST} entities within entities, or {MOST_INSIDE} in all", where)
        found = Entity(form.name, identifier(raw[ID], f"{where}/{ID}") if ID in raw else None)
        for name, value in raw.items():
            self.member(found, form, name, value, f"{where}/{name[:60]}", depth)
        if self.whole and (found.id is None or not depth):  # inside, one with an identifier points at what there is
            _check_whole(found, form, where, given)
        return found

    def member(self, found: Entity, form: Form, name: str, value: Any, where: str, depth: int) -> None:
        known, way = form.properties.get(name), form.ways.get(name)
        if known is not None:
            found.values[name] = property_of(value, known.kind, known.required, where)
        elif way is None:
            if name not in (ID, SELF_LINK) and not _of_way(form, name):
                raise Refused(f"a {form.name} has nothing of this name", where)
        elif way.many:
            found.inside[name] = Page(tuple(self.several(value, FORMS[way.target], where, way.back, depth)))
        else:
            found.inside[name] = (
                None if value is None else self.entity(value, FORMS[way.target], where, way.back, depth + 1)
            )

    def several(self, value: Any, form: Form, where: str, back: str, depth: int) -> Iterator[Entity]:
        if not isinstance(value, list):
            raise Refused("a list is expected", where)
        for place, one in enumerate(value):
            yield self.entity(one, form, f"{where}[{place}]", back, depth + 1)


def _of_way(form: Form, name: str) -> bool:
    way, _, rest = name.partition("@")
    return way in form.ways and f"@{rest}" in OF_COLLECTION


def _check_whole(found: Entity, form: Form, where: str, given: str) -> None:
    for name, known in form.properties.items():
        if known.required and name not in found.values:
            raise Refused("is missing", f"{where}/{name}")
    for name, way in form.ways.items():
        inside = found.inside.get(name)
        if way.required and name != given and (inside is None or inside == Page()):
            raise Refused("is missing", f"{where}/{name}")


def identifier(raw: Any, where: str) -> str:
    """An identifier as text, also where a client writes a number. Raises Refused."""
    if isinstance(raw, bool) or not isinstance(raw, int | str) or not 0 < len(str(raw)) <= LONGEST_ID:
        raise Refused(f"an identifier is a text of 1 to {LONGEST_ID} characters, or a whole number", where)
    return str(raw)


def property_of(value: Any, kind: str, required: bool, where: str) -> Any:
    """What a property holds, from what JSON said; null only where it may be missing. Raises Refused with the place."""
    if value is None and kind != ANY:
        if required:
            raise Refused("may not be null", where)
        return None
    wanted = _JSON_TYPES[kind]
    if not isinstance(value, wanted):
        raise Refused(f"{'a text' if wanted is str else 'an object'} is expected", where)
    if isinstance(value, str) and wanted is str and len(value) > LONGEST_TEXT:
        raise Refused(f"has {len(value)} characters; at most {LONGEST_TEXT} are taken", where)
    try:
        return _READ.get(kind, _as_it_is)(value)
    except Refused as fault:
        raise Refused(fault.reason, where) from None


def _as_it_is(value: Any) -> Any:
    return value


def _interval(value: str) -> Interval:
    found = time_of(value)
    if not isinstance(found, Interval):
        raise Refused(f"{value[:40]!r} is no interval such as 2026-11-27T00:00:00Z/2026-11-27T01:00:00Z")
    return found


_JSON_TYPES: dict[str, type] = {TEXT: str, TIME: str, MOMENT: str, INTERVAL: str, OBJECT: dict, ANY: object}
_READ: dict[str, Callable[[str], Any]] = {TIME: time_of, MOMENT: moment, INTERVAL: _interval}


# --- writing ---------------------------------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """A property's value as JSON has it."""
    return write_time(value) if isinstance(value, datetime | Interval) else value


def document(entity: Entity, base: str, options: Options = NOTHING) -> dict[str, Any]:
    """An entity as it is answered: what is selected, links to what it leads to, and what stands in it.

    `base`: the service's root without a slash at its end. The entity has an identifier.
    """
    form, own = FORMS[entity.kind], entity_address(entity.kind, entity.id or "")
    wanted = options.select or ("id", *form.properties, *form.ways)
    said: dict[str, Any] = {}
    if "id" in wanted:
        said |= {ID: entity.id, SELF_LINK: link(base, own)}
    said |= {name: plain(entity.values[name]) for name in form.properties if name in wanted and name in entity.values}
    for name in form.ways:
        if name in wanted:
            said[name + NAVIGATION_LINK] = link(base, Address((*own.hops, Hop(name))))
        if name in entity.inside:
            said |= _inside(name, entity.inside[name], base, options.expanded(name) or NOTHING)
    return said


def _inside(name: str, inside: Entity | Page | None, base: str, options: Options) -> dict[str, Any]:
    if inside is None:
        return {name: None}
    if isinstance(inside, Entity):
        return {name: document(inside, base, options)}
    said: dict[str, Any] = {} if inside.count is None else {name + COUNT: inside.count}
    said[name] = [document(one, base, options) for one in inside.entities]
    return said | ({name + NEXT_LINK: inside.next_link} if inside.next_link else {})


def write_entity(entity: Entity, base: str, options: Options = NOTHING) -> str:
    """One entity's document."""
    return write_json(document(entity, base, options))


def write_page(page: Page, base: str, options: Options = NOTHING) -> str:
    """A set's document: `value`, with the count and the link to what follows where there are such."""
    return write_json(around(page, [document(one, base, options) for one in page.entities]))


def write_references(page: Page, base: str) -> str:
    """The document of `$ref`: only where each entity stands."""
    return write_json(
        around(page, [{SELF_LINK: link(base, entity_address(one.kind, one.id or ""))} for one in page.entities])
    )


def around(page: Page, value: Sequence[Any]) -> dict[str, Any]:
    """A set's document around its `value`: with the count and the link to what follows where there are such."""
    said: dict[str, Any] = {} if page.count is None else {COUNT: page.count}
    if page.next_link:
        said[NEXT_LINK] = page.next_link
    return said | {"value": value}


def write_service(base: str, conformance: Sequence[str]) -> str:
    """The service itself: its sets, and which classes of the standard it keeps."""
    return write_json(
        {
            "value": [{"name": name, "url": f"{base}/{name}"} for name in PLURALS],
            "serverSettings": {"conformance": list(conformance)},
        }
    )


def write_fault(code: int, message: str) -> str:
    """A refusal."""
    return write_json({"code": code, "type": "error", "message": message})


def value_at(entity: Entity, below: Sequence[str]) -> tuple[bool, Any]:
    """What stands at a property or below it: whether there is anything, and what."""
    if tuple(below) == ("id",):
        return True, entity.id
    found: Any = {name: plain(value) for name, value in entity.values.items()}
    for name in below:
        if isinstance(found, list) and name.isdecimal() and len(name) < 6 and int(name) < len(found):
            found = found[int(name)]
        elif isinstance(found, dict) and name in found:
            found = found[name]
        else:
            return False, None
    return True, found


def raw_value(value: Any) -> str:
    """A value as `$value` answers it: a text as it is, everything else as JSON."""
    return value if isinstance(value, str) else write_json(value)
