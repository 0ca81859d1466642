"""Observations by the thousand in one document: `CreateObservations`, and `$resultFormat=dataArray` (18-088, clauses 11 and 12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from yiwang.wire.sensorthings.addresses import Address, Hop, entity_address, link
from yiwang.wire.sensorthings.entities import Entity, Page, around, identifier, plain, property_of
from yiwang.wire.sensorthings.fields import Refused, plain_moments, read_json, write_json
from yiwang.wire.sensorthings.model import ANY, COUNT, FORMS, ID, NAVIGATION_LINK

MOST = 10_000
"""Observations in one call."""
FEATURE = "FeatureOfInterest/id"
COMPONENTS = ("id", *FORMS["Observation"].properties, FEATURE)
Quick = tuple[str, str, bool]
"""A component that is a property: its name, what it holds, whether it must be there."""
_KINDS = {name: (one.kind, one.required) for name, one in FORMS["Observation"].properties.items()}
_ONLY_TIMES = frozenset(("phenomenonTime", "resultTime", "result"))
_NUMBERS = frozenset((int, Decimal))
_ABOUT = ("Datastream", "components", "dataArray", f"dataArray{COUNT}")


@dataclass(frozen=True, slots=True)
class Plain:
    """Observations of which a moment and a number are all there is to keep, as of nearly all; by the column."""

    at: Sequence[datetime]
    """phenomenonTime, without one resultTime,"""
    moments: Sequence[str]
    """as it was written,"""
    results: Sequence[Decimal]
    """and the number."""

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True, slots=True)
class Group:
    """Observations for one Datastream, in their order. A row that cannot be read is the refusal, in its place; the others count."""

    datastream: str
    rows: Sequence[Entity | Refused] | Plain


def read_groups(content: bytes) -> tuple[Group, ...]:
    """What a client posts to CreateObservations. Raises Refused for a document that is none; a faulty row stands in its group."""
    raw = read_json(content)
    if not isinstance(raw, list):
        raise Refused("a list is expected")
    groups = tuple(_group(one, f"[{place}]") for place, one in enumerate(raw))
    if (total := sum(len(one.rows) for one in groups)) > MOST:
        raise Refused(f"{total} observations; at most {MOST} at a time")
    return groups


def _group(raw: Any, where: str) -> Group:
    if not isinstance(raw, dict):
        raise Refused("an object is expected", where)
    for name in raw:
        if name not in _ABOUT:
            raise Refused("there is nothing of this name here", f"{where}/{name[:60]}")
    stream, components, rows = raw.get("Datastream"), raw.get("components"), raw.get("dataArray")
    if not isinstance(stream, dict) or ID not in stream:
        raise Refused(f"an object with {ID} is expected", f"{where}/Datastream")
    if not isinstance(components, list) or not all(isinstance(one, str) for one in components):
        raise Refused("a list of names is expected", f"{where}/components")
    _check_components(components, f"{where}/components")
    if not isinstance(rows, list):
        raise Refused("a list is expected", f"{where}/dataArray")
    datastream = identifier(stream[ID], f"{where}/Datastream/{ID}")
    return Group(datastream, read_at_a_glance(components, rows) or read_closely(components, rows, where))


def read_one_at_a_glance(content: bytes) -> Group | None:
    """An Observation with a plain moment and a number for a Datastream, as nearly all are that come alone; None for one that may be odd."""
    try:
        raw = read_json(content)
    except Refused:
        return None
    if not isinstance(raw, dict) or not isinstance(stream := raw.pop("Datastream", None), dict) or set(stream) != {ID}:
        return None
    plain = read_at_a_glance(tuple(raw), [list(raw.values())]) if "result" in raw else None
    return Group(str(stream[ID]), plain) if plain and type(stream[ID]) in (str, int) else None


def read_at_a_glance(components: Sequence[str], rows: Sequence[Any]) -> Plain | None:
    """Rows of which each has a plain moment and a number: they are read by the column, in a tenth of the time. None where one may be
    odd, and all are to be looked at.
    """
    if not rows or not set(components) <= _ONLY_TIMES or len(components) < 2:
        return None
    if set(map(type, rows)) != {list} or set(map(len, rows)) != {len(components)}:
        return None
    columns = dict(zip(components, zip(*rows, strict=True), strict=True))
    results = columns.pop("result")
    if not set(map(type, results)) <= _NUMBERS:
        return None
    told = columns.get("resultTime")
    said = columns.get("phenomenonTime", told)
    kept = plain_moments(said or ())
    if kept is None or said is None or (told not in (None, said) and plain_moments(told or ()) is None):
        return None
    return Plain(kept, said, list(map(Decimal, results)))


def read_closely(components: Sequence[str], rows: Sequence[Any], where: str) -> Sequence[Entity | Refused]:
    """Rows of any kind, each by itself."""
    kinds = [_KINDS.get(name) for name in components]
    quick = [] if None in kinds else [(name, *kind) for name, kind in zip(components, kinds, strict=True) if kind]
    return tuple(_row(one, components, quick, f"{where}/dataArray", at) for at, one in enumerate(rows))


def _check_components(components: Sequence[str], where: str) -> None:
    for name in components:
        if name not in COMPONENTS or components.count(name) > 1:
            told = "stands twice" if name in COMPONENTS else f"is none of {', '.join(COMPONENTS)}"
            raise Refused(f"{name[:40]} {told}", where)
    if "result" not in components:
        raise Refused("result is missing", where)


def _row(raw: Any, components: Sequence[str], quick: Sequence[Quick], where: str, at: int) -> Entity | Refused:
    """One row. Thousands come at a time: usual ones are read without saying where they stand, which only a refusal needs."""
    if not isinstance(raw, list) or len(raw) != len(components):
        return Refused(f"a list of {len(components)} values is expected", f"{where}[{at}]")
    if quick:
        try:
            values = zip(quick, raw, strict=True)
            said = {
                name: value if kind == ANY else property_of(value, kind, must, "")
                for (name, kind, must), value in values
            }
            return Entity("Observation", None, said)
        except Refused:
            pass  # the other way tells the place
    try:
        return _observation(dict(zip(components, raw, strict=True)), f"{where}[{at}]")
    except Refused as fault:
        return fault


def _observation(said: Mapping[str, Any], where: str) -> Entity:
    feature = said.get(FEATURE)
    known = FORMS["Observation"].properties
    return Entity(
        "Observation",
        None if said.get("id") is None else identifier(said["id"], f"{where}/id"),
        {
            name: property_of(value, known[name].kind, known[name].required, f"{where}/{name}")
            for name, value in said.items()
            if name in known
        },
        {}
        if feature is None
        else {"FeatureOfInterest": Entity("FeatureOfInterest", identifier(feature, f"{where}/{FEATURE}"))},
    )


def write_created(base: str, identifiers: Sequence[str]) -> str:
    """What CreateObservations answers: of each observation its link or, where it was not taken and has no identifier, `error`."""
    whole = encode_basestring(link(base, Address((Hop(FORMS["Observation"].plural),))))[:-1]
    links = [f"{whole}('{one}')\"" if one else '"error"' for one in identifiers]  # digits: nothing to encode
    return f"[{','.join(links)}]"


def write_data_array(page: Page, base: str, select: Sequence[str] = ()) -> str:
    """A page of Observations as `$resultFormat=dataArray` has it: by Datastream, in the order of the first of each.

    Each Observation has its Datastream in it, as `Entity("Datastream", id)`.
    """
    names = [name for name in COMPONENTS[:-1] if not select or name in select]
    groups: dict[str, list[list[Any]]] = {}
    for one in page.entities:
        stream = one.inside["Datastream"]
        assert isinstance(stream, Entity)  # noqa: S101  # what the docstring says
        groups.setdefault(stream.id or "", []).append(
            [one.id if name == "id" else plain(one.values.get(name)) for name in names]
        )
    found = [
        {
            f"Datastream{NAVIGATION_LINK}": link(base, entity_address("Datastream", stream)),
            "components": names,
            f"dataArray{COUNT}": len(rows),
            "dataArray": rows,
        }
        for stream, rows in groups.items()
    ]
    return write_json(around(page, found))
