"""The town in memory: which cell and committee a point lies in, what is near, and what everything is called.

Pure: built from rows, never changed afterwards. `queries.town_map` keeps the newest one per process. Polygons are
searched with shapely's STRtree (design §3); one `locate` takes about 10 µs, with `nearest` about 30.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from yiwang.kernel.places.rules import ORDER, Kind
from yiwang.kernel.places.shapes import Plane
from yiwang.kernel.terms import PlaceId, Point

REACH_M = 500.0
"""How far `locate` looks for something with a name."""
NAMED = (Kind.RIVER, Kind.ROAD, Kind.ESTATE, Kind.BUILDING, Kind.FACILITY, Kind.SITE)
"""What a person would name as the place of a matter."""


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One valid place with its WGS 84 geometry."""

    place_id: PlaceId
    kind: Kind
    code: str
    name: str
    geometry: BaseGeometry
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    parent_id: PlaceId | None = None
    committee_id: PlaceId | None = None
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Located:
    """Where a point lies. Outside the town both are None; `nearest` is a named place within 500 m and how far it is."""

    in_town: bool
    committee_id: PlaceId | None = None
    cell_id: PlaceId | None = None
    nearest_id: PlaceId | None = None
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """A place and how far from the point it is, in metres (0 inside it)."""

    place: PlaceRow
    distance_m: float


@dataclass(frozen=True, slots=True)
class PlaceName:
    """One of the names by which a place is called."""

    text: str
    place_id: PlaceId
    kind: Kind
    alias: bool


class TownMap:
    """All valid places at one version of the table."""

    def __init__(self, rows: Iterable[PlaceRow]) -> None:
        self.rows = sorted(rows, key=lambda row: (ORDER[row.kind], row.code))
        self._by_id = {row.place_id: row for row in self.rows}
        self._by_code = {(row.kind, row.code): row for row in self.rows}
        self._cells = _Areas([row for row in self.rows if row.kind == Kind.GRID_CELL])
        self._committees = _Areas([row for row in self.rows if row.kind == Kind.COMMITTEE])
        self._towns = _Areas([row for row in self.rows if row.kind == Kind.TOWN])
        self._plane = (
            Plane.around(shapely.GeometryCollection([row.geometry for row in self.rows])) if self.rows else None
        )

    def place(self, place_id: PlaceId) -> PlaceRow | None:
        return self._by_id.get(place_id)

    def coded(self, kind: Kind, code: str) -> PlaceRow | None:
        """The place of that kind with that code."""
        return self._by_code.get((kind, code))

    @property
    def town(self) -> PlaceRow | None:
        """The town itself; None on an empty map."""
        return self._towns.rows[0] if self._towns.rows else None

    def locate(self, point: Point, *, nearest: bool = False) -> Located:
        """The cell and committee that a WGS 84 point lies in, and with `nearest` the named place next to it.

        A point on a border belongs to the area with the lower code, always. In a town without cells the committee is
        still found. `in_town` is true in the gap that a rough drawing may leave between the committees.
        """
        spot = shapely.Point(point.longitude, point.latitude)
        cell = self._cells.of(spot)
        committee_id = cell.parent_id if cell else None
        if committee_id is None:
            committee = self._committees.of(spot)
            committee_id = committee.place_id if committee else None
        in_town = committee_id is not None or self._towns.of(spot) is not None
        if not nearest:
            return Located(in_town, committee_id, cell.place_id if cell else None)
        found = self.near(point, NAMED, REACH_M)[:1]
        return Located(
            in_town,
            committee_id,
            cell.place_id if cell else None,
            found[0].place.place_id if found else None,
            found[0].distance_m if found else None,
        )

    def near(self, point: Point, kinds: Sequence[Kind], metres: float) -> list[Near]:
        """Valid places of these kinds within so many metres of a WGS 84 point, the nearest first."""
        if self._plane is None:
            return []
        x, y = self._plane.xy(point)
        spot = shapely.Point(x, y)
        hits = self._flat_tree.query(spot, predicate="dwithin", distance=metres)
        wanted = [int(number) for number in hits if self.rows[number].kind in kinds]
        distances = shapely.distance(self._flat[wanted], spot)
        found = [Near(self.rows[number], float(far)) for number, far in zip(wanted, distances, strict=True)]
        return sorted(found, key=lambda near: (near.distance_m, -ORDER[near.place.kind], near.place.code))

    def distance_to_town_m(self, point: Point) -> float:
        """How far outside the town's border a point lies, in metres; 0 inside, or when the town is not drawn."""
        if self._plane is None or self.town is None:
            return 0.0
        return float(self._plane.flat(self.town.geometry).distance(shapely.Point(*self._plane.xy(point))))

    def called(self, text: str, kinds: Collection[Kind]) -> PlaceRow | None:
        """The one place of these kinds whose name, English name or alias is just this, whatever the blanks and capitals.

        None where there is none, or more than one.
        """
        asked = _plain(text)
        rows = [row for row in self.rows if row.kind in kinds and asked in map(_plain, _called(row))] if asked else []
        return rows[0] if len(rows) == 1 else None

    @cached_property
    def names(self) -> tuple[PlaceName, ...]:
        """Every name and alias of every place but components and cells, for the reader of messages."""
        return tuple(
            PlaceName(text, row.place_id, row.kind, alias)
            for row in self.rows
            if row.kind not in (Kind.COMPONENT, Kind.GRID_CELL)
            for text, alias in [(row.name, False), *((other, True) for other in row.aliases)]
        )

    @cached_property
    def _flat(self) -> Any:
        assert self._plane is not None  # noqa: S101
        return self._plane.flat(np.array([row.geometry for row in self.rows], dtype=object))

    @cached_property
    def _flat_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._flat)


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _called(row: PlaceRow) -> tuple[str, ...]:
    return (row.name, row.name_en, *row.aliases)


class _Areas:
    """Polygons sorted by code, and the question which one a point lies in."""

    def __init__(self, rows: list[PlaceRow]) -> None:
        self.rows = rows
        shapes = [row.geometry for row in rows]
        shapely.prepare(shapes)
        self._tree = shapely.STRtree(shapes)

    def of(self, spot: shapely.Point) -> PlaceRow | None:
        hits = self._tree.query(spot, predicate="intersects")
        return self.rows[hits.min()] if hits.size else None
