"""Decisions about places: kinds, codes (R-103, R-104), and what becomes a fact. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from yiwang.kernel.places.facts import Description, PlaceChanged, PlaceRegistered, PlaceRetired
from yiwang.kernel.places.problems import (
    CodeMissing,
    CodeOutsideTown,
    CodeWrong,
    DateWrong,
    KindUnknown,
    NameMissing,
    PlaceInUse,
    PlaceRetiredAlready,
    ShapeWrong,
)
from yiwang.kernel.terms import PlaceId


class Kind(StrEnum):
    """What a place is. The order is the order of import: what others belong to comes first."""

    TOWN = "town"
    COMMITTEE = "committee"
    GRID_CELL = "grid_cell"
    RIVER = "river"
    ROAD = "road"
    ESTATE = "estate"
    BUILDING = "building"
    FACILITY = "facility"
    SITE = "site"
    COMPONENT = "component"


ORDER = {kind: number for number, kind in enumerate(Kind)}

_AREA = frozenset({"Polygon", "MultiPolygon"})
_LINE = frozenset({"LineString", "MultiLineString"})
_POINT = frozenset({"Point"})
SHAPES: Mapping[Kind, frozenset[str]] = {
    Kind.TOWN: _AREA,
    Kind.COMMITTEE: _AREA,
    Kind.GRID_CELL: _AREA,
    Kind.RIVER: _LINE | _AREA,
    Kind.ROAD: _LINE | _AREA,
    Kind.ESTATE: _AREA,
    Kind.BUILDING: _AREA | _POINT,
    Kind.FACILITY: _AREA | _POINT,
    Kind.SITE: _AREA | _POINT,
    Kind.COMPONENT: _POINT | _LINE,
}
"""How each kind may be drawn (GeoJSON geometry types)."""

CODE_PATTERNS: Mapping[Kind, tuple[str, str]] = {
    Kind.TOWN: (r"\d{9}", "9 = 6 + 3"),
    Kind.COMMITTEE: (r"\d{12}", "12 = 6 + 3 + 3"),
    Kind.GRID_CELL: (r"\d{15}", "15 = 6 + 3 + 3 + 3"),
    Kind.COMPONENT: (r"\d{16}", "16 = 6 + 2 + 2 + 6"),
}
"""Kinds whose codes are laid down: R-103 (grid code 6 + 3 + 3 + 3) and R-104 (component 6 + 2 + 2 + 6)."""
FREE_CODE = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"
FREE_CODE_RULE = "A-Z a-z 0-9 . _ -, ≤ 40"


@dataclass(frozen=True, slots=True)
class Draft:
    """A place as somebody wants it, not yet registered. `wkt` is WGS 84; `parent` is "kind/code" or empty."""

    kind: Kind
    code: str
    name: str
    wkt: str
    shape: str
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    illustrative: bool = False
    source: str = ""

    @property
    def key(self) -> str:
        """How a file names a place: "kind/code"."""
        return f"{self.kind}/{self.code}"


@dataclass(frozen=True, slots=True)
class Known:
    """A registered place, as the decisions need it."""

    place_id: PlaceId
    description: Description
    valid_from: date | None = None
    valid_to: date | None = None


def kind_named(text: str) -> Kind:
    """The kind of that name. Raises KindUnknown."""
    try:
        return Kind(text)
    except ValueError:
        raise KindUnknown(kind=text, known="、".join(Kind)) from None


@dataclass(frozen=True, slots=True)
class GridCode:
    """A grid cell's code in its parts (R-103): division 6, town 3, committee 3, cell 3; cells run W→E, N→S from 001."""

    division: str
    town: str
    committee: str
    cell: str

    @property
    def committee_code(self) -> str:
        """The 12-digit code of the committee that the cell lies in."""
        return self.division + self.town + self.committee


def grid_code(text: str) -> GridCode:
    """Take a 15-digit grid code apart (R-103). Raises CodeWrong."""
    check_code(Kind.GRID_CELL, text)
    if text.endswith("000"):
        raise CodeWrong(kind=str(Kind.GRID_CELL), code=text, rule="001–999")
    return GridCode(text[:6], text[6:9], text[9:12], text[12:])


@dataclass(frozen=True, slots=True)
class ComponentCode:
    """A component's id in its parts (R-104, unverified): division 6, class 2, subclass 2, serial 6."""

    division: str
    main_class: str
    subclass: str
    serial: str


def component_code(text: str) -> ComponentCode:
    """Take a 16-digit component id apart (R-104). Raises CodeWrong."""
    check_code(Kind.COMPONENT, text)
    return ComponentCode(text[:6], text[6:8], text[8:10], text[10:])


def check_code(kind: Kind, code: str) -> None:
    """Pass when the code is built as this kind's codes are. Raises CodeMissing or CodeWrong."""
    if not code:
        raise CodeMissing(kind=str(kind))
    pattern, rule = CODE_PATTERNS.get(kind, (FREE_CODE, FREE_CODE_RULE))
    if not re.fullmatch(pattern, code, re.ASCII):
        raise CodeWrong(kind=str(kind), code=code, rule=rule)


def check_belongs(kind: Kind, code: str, town_code: str) -> None:
    """Pass when a laid-down code starts as the town's does (a component's only with the division). Raises CodeOutsideTown."""
    if kind not in CODE_PATTERNS:
        return
    expected = town_code[:6] if kind == Kind.COMPONENT else town_code
    if not code.startswith(expected):
        raise CodeOutsideTown(code=code, expected=expected)


def check_draft(draft: Draft, town_code: str | None) -> None:
    """Pass when a draft could be registered as it stands. `town_code` is None before the town itself is known.

    Raises CodeMissing, CodeWrong, CodeOutsideTown, NameMissing, ShapeWrong or DateWrong.
    """
    check_code(draft.kind, draft.code)
    if draft.kind == Kind.GRID_CELL:
        grid_code(draft.code)
    if town_code:
        check_belongs(draft.kind, draft.code, town_code)
    if not draft.name.strip():
        raise NameMissing(kind=str(draft.kind), code=draft.code)
    if draft.shape not in SHAPES[draft.kind]:
        raise ShapeWrong(kind=str(draft.kind), given=draft.shape, allowed="、".join(sorted(SHAPES[draft.kind])))
    if draft.valid_from and draft.valid_to and draft.valid_to <= draft.valid_from:
        raise DateWrong(given=f"{draft.valid_from} – {draft.valid_to}")


def parent_key(draft: Draft) -> str:
    """The place it belongs to as "kind/code": a cell's committee and a committee's town stand in the code (R-103)."""
    if draft.kind == Kind.GRID_CELL:
        return f"{Kind.COMMITTEE}/{draft.code[:12]}"
    if draft.kind == Kind.COMMITTEE:
        return f"{Kind.TOWN}/{draft.code[:9]}"
    return draft.parent


def arrange(drafts: Iterable[Draft], known: Collection[str]) -> tuple[list[Draft], list[Draft]]:
    """Drafts so ordered that what others belong to comes first, and those whose parent is nowhere (or a circle).

    `known` are the "kind/code" of registered places.
    """
    available = set(known)
    waiting = sorted(drafts, key=lambda draft: ORDER[draft.kind])
    ordered: list[Draft] = []
    while True:
        held: list[Draft] = []
        for draft in waiting:
            parent = parent_key(draft)
            if parent and (parent not in available or parent == draft.key):
                held.append(draft)
                continue
            available.add(draft.key)
            ordered.append(draft)
        if len(held) == len(waiting):
            return ordered, held
        waiting = held


def described(draft: Draft, parent_id: PlaceId | None, committee_id: PlaceId | None) -> Description:
    """What the journal will say of the place."""
    return Description(
        kind=str(draft.kind),
        code=draft.code,
        name=draft.name.strip(),
        wkt=draft.wkt,
        name_en=draft.name_en.strip(),
        aliases=tuple(draft.aliases),
        parent_id=parent_id,
        committee_id=committee_id,
        attributes=dict(draft.attributes),
        illustrative=draft.illustrative,
        source=draft.source,
    )


def register(place_id: PlaceId, description: Description, draft: Draft) -> PlaceRegistered:
    """A place comes into the register, valid in the draft's own dates."""
    return PlaceRegistered(place_id, description, draft.valid_from, draft.valid_to)


def change(known: Known, description: Description) -> PlaceChanged | None:
    """A registered place is described anew; None when nothing differs. Its kind stays.

    Raises PlaceRetiredAlready, or KindUnknown for another kind.
    """
    if known.description == description:
        return None
    if known.valid_to is not None:
        raise PlaceRetiredAlready(name=known.description.name, since=known.valid_to.isoformat())
    if known.description.kind != description.kind:
        raise KindUnknown(kind=description.kind, known=known.description.kind)
    return PlaceChanged(known.place_id, description)


def retire(known: Known, on: date, dependents: int) -> PlaceRetired:
    """A place is valid no longer from `on`. Raises PlaceRetiredAlready, DateWrong, or PlaceInUse while others belong to it."""
    if known.valid_to is not None:
        raise PlaceRetiredAlready(name=known.description.name, since=known.valid_to.isoformat())
    if known.valid_from is not None and on < known.valid_from:
        raise DateWrong(given=on.isoformat())
    if dependents:
        raise PlaceInUse(name=known.description.name, count=dependents)
    return PlaceRetired(known.place_id, on)
