"""Shapes on the ground: a geometry that carries its datum (R-304), distances in metres, and H3 cells. Pure, with shapely."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import h3
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from yiwang.kernel.places.datum import SEMI_MAJOR_M, Datum, convert
from yiwang.kernel.places.problems import DatumsMixed
from yiwang.kernel.terms import Point

METRES_PER_DEGREE = SEMI_MAJOR_M * math.pi / 180.0
H3_RESOLUTION = 9
"""For grouping: hexagons of about 0.1 km², some 1,000 in the town; the coarser ones are its parents (h3.cell_to_parent)."""
DECIMALS = 7
"""Of a stored degree: 1 cm."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry (longitude, latitude in degrees) and the datum its numbers refer to."""

    geometry: BaseGeometry
    datum: Datum

    def to(self, target: Datum) -> "Shape":
        """The same place on the ground in another datum; every vertex is converted."""
        if target == self.datum:
            return self
        return Shape(shapely.transform(self.geometry, lambda pairs: self._moved(pairs, target)), target)

    def _moved(self, pairs: Any, target: Datum) -> Any:
        return np.array([convert(x, y, self.datum, target) for x, y in pairs]).reshape(-1, 2)

    def covers(self, other: "Shape") -> bool:
        """Whether the other lies wholly in this one, its border included. Raises DatumsMixed."""
        same_datum(self, other)
        return bool(self.geometry.covers(other.geometry))

    def distance_m(self, other: "Shape") -> float:
        """The shortest distance in metres, good to 0.1 % within a town. Raises DatumsMixed."""
        same_datum(self, other)
        plane = Plane.around(self.geometry)
        return float(plane.flat(self.geometry).distance(plane.flat(other.geometry)))


def same_datum(one: Shape, other: Shape) -> None:
    """Pass when both shapes speak of the same datum. Raises DatumsMixed."""
    if one.datum != other.datum:
        raise DatumsMixed(one=str(one.datum), other=str(other.datum))


@dataclass(frozen=True, slots=True)
class Plane:
    """A flat sheet of metres laid on the ground around one latitude: distances across a town are right to 0.1 %."""

    longitude: float
    latitude: float

    @classmethod
    def around(cls, geometry: BaseGeometry) -> "Plane":
        west, south, east, north = geometry.bounds
        return cls((west + east) / 2, (south + north) / 2)

    @property
    def east_m(self) -> float:
        """Metres in a degree of longitude here."""
        return METRES_PER_DEGREE * math.cos(math.radians(self.latitude))

    def flat(self, geometry: Any) -> Any:
        """A geometry, or an array of them, in metres east and north of the sheet's middle."""
        return shapely.transform(
            geometry, lambda pairs: (pairs - [self.longitude, self.latitude]) * [self.east_m, METRES_PER_DEGREE]
        )

    def xy(self, point: Point) -> tuple[float, float]:
        """A point in metres east and north of the sheet's middle."""
        return (point.longitude - self.longitude) * self.east_m, (point.latitude - self.latitude) * METRES_PER_DEGREE


def area_m2(geometry: BaseGeometry) -> float:
    """The area of a WGS 84 polygon in m²."""
    return float(Plane.around(geometry).flat(geometry).area)


def wkt(geometry: BaseGeometry) -> str:
    """A geometry as the journal keeps it: WKT with at most 7 decimals, the same text for the same shape."""
    return str(shapely.to_wkt(geometry, rounding_precision=DECIMALS, trim=True))


def middle(geometry: BaseGeometry) -> Point:
    """One point that lies on the shape, for a marker or a grouping."""
    point = geometry.representative_point()
    return Point(point.x, point.y)


def h3_cell(point: Point) -> str:
    """The H3 cell of a WGS 84 point at H3_RESOLUTION, as text."""
    return str(h3.latlng_to_cell(point.latitude, point.longitude, H3_RESOLUTION))


def union(geometries: Iterable[BaseGeometry]) -> BaseGeometry:
    """All of them as one shape."""
    return shapely.union_all(list(geometries))
