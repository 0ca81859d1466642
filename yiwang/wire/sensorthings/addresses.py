"""Resource paths: `Things('a')/Datastreams`, `Datastreams('1')/unitOfMeasurement/name/$value`, `Things/$ref` (18-088, clause 9.2).

Identifiers are texts, written in apostrophes; a bare number in an address is the text of its digits.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from yiwang.wire.sensorthings.expressions import quoted
from yiwang.wire.sensorthings.fields import LONGEST_ID, Refused, text
from yiwang.wire.sensorthings.model import ANY, FORMS, ID, OBJECT, PLURALS

LONGEST = 2_000
MOST_SEGMENTS = 12
VALUE, REF, CREATE_OBSERVATIONS = "$value", "$ref", "CreateObservations"
_PLAIN = "/()'$,:@"
"""Not percent-encoded in a link."""
_SEGMENT = re.compile(r"(?P<name>[^/()']+)(?:\((?:'(?P<text>(?:[^']|'')*)'|(?P<number>-?[0-9]{1,40}))\))?(?:/|$)")


@dataclass(frozen=True, slots=True)
class Hop:
    """One step to entities: a set (`Things`), one of it by its identifier, or the one behind a navigation property (`Thing`)."""

    name: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """What a path names. Nothing at all: the service itself."""

    hops: tuple[Hop, ...] = ()
    below: tuple[str, ...] = ()
    """A property of the entity, and what is below it."""
    form: str = ""
    """`$value`, `$ref` or `CreateObservations`."""

    @property
    def entity(self) -> str:
        """Of what kind the entities at the end are: a key of FORMS; empty for the service itself."""
        found = ""
        for hop in self.hops:
            found = FORMS[found].ways[hop.name].target if found else PLURALS[hop.name]
        return found

    @property
    def many(self) -> bool:
        """Whether it names a set and not one entity."""
        return bool(self.hops) and self.hops[-1].id is None and self.hops[-1].name in PLURALS


def read_address(path: str) -> Address:
    """What a path below the service's root names, percent-decoded. Raises Refused naming the part that leads nowhere."""
    if len(path) > LONGEST:
        raise Refused(f"has {len(path)} characters; at most {LONGEST} are taken", "address")
    segments = _segments(text(path).strip("/"))
    if segments == [Hop(CREATE_OBSERVATIONS)]:
        return Address(form=CREATE_OBSERVATIONS)
    hops: list[Hop] = []
    for place, one in enumerate(segments):
        address = Address(tuple(hops))
        if not _leads(address, one):
            return _ended(address, segments[place:])
        hops.append(one)
    return Address(tuple(hops))


def _segments(path: str) -> list[Hop]:
    found, at = [], 0
    while at < len(path):
        match = _SEGMENT.match(path, at)
        if match is None:
            raise Refused("cannot be read; an identifier stands in brackets and apostrophes", path[at : at + 40])
        words = match["text"]
        given = match["number"] if words is None else words.replace("''", "'")
        if given is not None and not 0 < len(given) <= LONGEST_ID:
            raise Refused(f"an identifier has 1 to {LONGEST_ID} characters", match["name"][:40])
        found.append(Hop(match["name"], given))
        at = match.end()
    if len(found) > MOST_SEGMENTS:
        raise Refused(f"has {len(found)} parts; at most {MOST_SEGMENTS} are taken", "address")
    return found


def _leads(address: Address, hop: Hop) -> bool:
    """Whether from an address a hop leads to entities."""
    if not address.hops:
        if hop.name not in PLURALS:
            raise Refused(f"there is no such set; there are {', '.join(PLURALS)}", hop.name[:40])
        return True
    way = FORMS[address.entity].ways.get(hop.name)
    if way is None or address.many:
        return False
    if hop.id is not None and not way.many:
        raise Refused("leads to one entity and takes no identifier", hop.name)
    return True


def _ended(address: Address, rest: list[Hop]) -> Address:
    """What follows the last entity: a property, parts of it, `$value`, `$ref`."""
    names = [hop.name for hop in rest]
    if any(hop.id is not None for hop in rest):
        raise Refused(f"leads to no entity from {address.hops[-1].name}", names[0][:40])
    if names == [REF] and address.many:
        return Address(address.hops, form=REF)
    if address.many:
        raise Refused("a set has no properties; only $ref", names[0][:40])
    value = names[-1] == VALUE
    below = tuple("id" if name == ID else name for name in (names[:-1] if value else names))
    _check_below(address.entity, below)
    return Address(address.hops, below, VALUE if value else "")


def _check_below(entity: str, below: tuple[str, ...]) -> None:
    first = below[0] if below else VALUE
    known = FORMS[entity].properties.get(first)
    if known is None and first != "id":
        raise Refused(f"a {entity} has no such property", first[:40])
    if len(below) > 1 and (known is None or known.kind not in (OBJECT, ANY)):
        raise Refused(f"{first} has nothing below it", below[1][:40])
    if "" in below or any(name.startswith("$") for name in below):
        raise Refused("is no property", "/".join(below)[:60])


def write_address(address: Address) -> str:
    """The path of an address, not percent-encoded; reading it gives the same address."""
    hops = [hop.name if hop.id is None else f"{hop.name}({quoted(hop.id)})" for hop in address.hops]
    return "/".join([*hops, *address.below, *([address.form] if address.form else [])])


def link(base: str, address: Address) -> str:
    """The address as a link; `base` is the service's root without a slash at its end."""
    return f"{base}/{quote(write_address(address), safe=_PLAIN)}"


def entity_address(entity: str, identifier: str) -> Address:
    """Where one entity stands."""
    return Address((Hop(FORMS[entity].plural, identifier),))
