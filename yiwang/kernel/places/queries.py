"""The reads of places. `town_map` answers where a point lies from memory, thousands of times per call."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

import shapely
from django.db import connection
from django.db.models import Q, QuerySet
from shapely.geometry.base import BaseGeometry

from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.places import geojson, shapes
from yiwang.kernel.places.book import known_of
from yiwang.kernel.places.geojson import Frame
from yiwang.kernel.places.models import Place
from yiwang.kernel.places.problems import PlaceUnknown
from yiwang.kernel.places.rules import Draft, Kind
from yiwang.kernel.places.town_map import Located, Near, PlaceName, PlaceRow, TownMap
from yiwang.kernel.terms import TOWN_WIDE, Actor, PlaceId, Point

CHECK_SECONDS = 1.0
"""How long a process may answer from its map before it asks the table whether something changed."""


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Everything about one place. `geometry` is WGS 84; `middle` a point on it."""

    place_id: PlaceId
    kind: Kind
    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    geometry: BaseGeometry
    middle: Point
    h3: str
    parent_id: PlaceId | None
    committee_id: PlaceId | None
    valid_from: date | None
    valid_to: date | None
    attributes: dict[str, Any]
    illustrative: bool
    source: str


# --- the town in memory ----------------------------------------------------------------------------------------------

Version = tuple[int, date]


@dataclass(slots=True)
class _Kept:
    """The newest map of this process, which version it shows, and when it was last compared with the table."""

    version: Version | None = None
    town_map: TownMap | None = None
    checked_at: float = float("-inf")


_kept = _Kept()
_building = Lock()


def town_map(actor: Actor) -> TownMap:
    """All valid places in memory: `.locate(point)`, `.near(…)`, `.names`. Take it once per call and ask it often.

    Compared with the table at most once a second; inside a transaction always, since a step must see what it has
    just written itself.
    """
    permission.require(actor, "place.read", TOWN_WIDE)
    kept = _kept.town_map
    moment = time.monotonic()
    fresh = moment - _kept.checked_at < CHECK_SECONDS and not connection.in_atomic_block
    if kept is not None and fresh:
        return kept
    version = _version()
    with _building:
        if _kept.town_map is None or _kept.version != version:
            _kept.town_map = TownMap([_map_row(row) for row in _valid_on(version[1])])
            _kept.version = version
        _kept.checked_at = moment
        return _kept.town_map


def _version() -> Version:
    """A number that every committed change makes larger, and the day. (The largest entry id would not do: a smaller one
    may be committed later.)"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(entry), 0) FROM place")
        return int(cursor.fetchone()[0]), walltime.town_day(walltime.now())


def _valid_on(day: date) -> QuerySet[Place]:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return Place.objects.filter(begun, Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def _map_row(row: Place) -> PlaceRow:
    return PlaceRow(
        place_id=PlaceId(row.id),
        kind=Kind(row.kind),
        code=row.code,
        name=row.name,
        geometry=shapely.from_wkb(bytes(row.geom)),
        name_en=row.name_en,
        aliases=tuple(row.aliases),
        parent_id=PlaceId(row.parent_id) if row.parent_id else None,
        committee_id=PlaceId(row.committee_id) if row.committee_id else None,
        illustrative=row.illustrative,
    )


def locate(actor: Actor, point: Point) -> Located:
    """The cell and committee that a WGS 84 point lies in, and the named place next to it (within 500 m)."""
    return town_map(actor).locate(point, nearest=True)


def near(actor: Actor, point: Point, kinds: Sequence[Kind], metres: float) -> list[Near]:
    """Valid places of these kinds within so many metres of a WGS 84 point, the nearest first."""
    return town_map(actor).near(point, kinds, metres)


def names(actor: Actor) -> tuple[PlaceName, ...]:
    """Every name and alias of every valid place but components and cells, for the reader of messages."""
    return town_map(actor).names


# --- rows ------------------------------------------------------------------------------------------------------------


def place(actor: Actor, place_id: PlaceId) -> PlaceView:
    """One place, valid or not. Raises PlaceUnknown."""
    permission.require(actor, "place.read", TOWN_WIDE)
    row = Place.objects.filter(id=place_id).first()
    if row is None:
        raise PlaceUnknown(place=str(place_id))
    return _view(row)


def coded(actor: Actor, kind: Kind, code: str) -> PlaceView:
    """The place of that kind with that code, valid or not. Raises PlaceUnknown."""
    permission.require(actor, "place.read", TOWN_WIDE)
    row = Place.objects.filter(kind=kind, code=code).first()
    if row is None:
        raise PlaceUnknown(place=f"{kind}/{code}")
    return _view(row)


def listed(
    actor: Actor,
    kinds: Sequence[Kind] = (),
    *,
    committee_id: PlaceId | None = None,
    text: str = "",
    limit: int | None = None,
) -> list[PlaceView]:
    """Places valid today by kind and in pinyin order; `text` is a part of the name, an alias or the code."""
    permission.require(actor, "place.read", TOWN_WIDE)
    rows = _valid_on(walltime.town_day(walltime.now()))
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if committee_id is not None:
        rows = rows.filter(committee=committee_id)
    if text := text.replace("\0", ""):
        rows = rows.filter(Q(name__icontains=text) | Q(code__startswith=text) | Q(aliases__icontains=text))
    return [_view(row) for row in rows.order_by("kind", "sort_key", "code")[:limit]]


def count_on(actor: Actor, kind: Kind, day: date) -> int:
    """How many places of a kind are valid on a day."""
    permission.require(actor, "place.read", TOWN_WIDE)
    return _valid_on(day).filter(kind=kind).count()


def committees(actor: Actor) -> list[PlaceView]:
    """The town's committees (居委) in the order of their codes."""
    return sorted(listed(actor, [Kind.COMMITTEE]), key=lambda view: view.code)


def export(actor: Actor, kinds: Sequence[Kind] = ()) -> dict[str, Any]:
    """Places valid today as a GeoJSON FeatureCollection in WGS 84; read_geojson takes it back."""
    views = listed(actor, kinds)
    keys = {PlaceId(row.id): f"{row.kind}/{row.code}" for row in Place.objects.only("id", "kind", "code")}
    return geojson.write_geojson(geojson.feature(_draft_of(view, keys), str(view.place_id)) for view in views)


def frame(actor: Actor) -> Frame:
    """What a file of places is checked against: the town's border and code, its committees, what is registered."""
    current = town_map(actor)
    return Frame(
        town_code=current.town.code if current.town else None,
        town=current.town.geometry if current.town else None,
        committees={row.code: row.geometry for row in current.rows if row.kind == Kind.COMMITTEE},
        known=frozenset(f"{row.kind}/{row.code}" for row in current.rows),
    )


def _draft_of(view: PlaceView, keys: dict[PlaceId, str]) -> Draft:
    """A place as somebody could have handed it in; `keys` are the "kind/code" of places by id."""
    return Draft(
        kind=view.kind,
        code=view.code,
        name=view.name,
        wkt=shapes.wkt(view.geometry),
        shape=view.geometry.geom_type,
        name_en=view.name_en,
        aliases=view.aliases,
        parent=keys[view.parent_id] if view.parent_id else "",
        valid_from=view.valid_from,
        valid_to=view.valid_to,
        attributes=view.attributes,
        illustrative=view.illustrative,
        source=view.source,
    )


def _view(row: Place) -> PlaceView:
    known = known_of(row)
    geometry = shapely.from_wkb(bytes(row.geom))
    return PlaceView(
        place_id=known.place_id,
        kind=Kind(row.kind),
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        aliases=known.description.aliases,
        geometry=geometry,
        middle=shapes.middle(geometry),
        h3=row.h3,
        parent_id=known.description.parent_id,
        committee_id=known.description.committee_id,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        attributes=row.attributes,
        illustrative=row.illustrative,
        source=row.source,
    )
