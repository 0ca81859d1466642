"""Datums of coordinates and the conversions between them (R-304). Pure arithmetic; degrees in, degrees out.

Inside there is one datum: WGS 84, which is CGCS2000 to less than a metre. Chinese web maps shift it: GCJ-02 (高德, 腾讯)
by about 500 m, BD-09 (百度) once more. They are known only here, at the edge.
"""

import math
from collections.abc import Callable
from enum import StrEnum

from yiwang.kernel.places.problems import DatumUnknown

SEMI_MAJOR_M = 6_378_137.0
"""a of the shift's formula. R-304: the common code (eviltransform) has 6378137; other code has 6378245 and lands up to a metre off."""
ECCENTRICITY_SQUARED = 0.00669342162296594323
BD_TURN = math.pi
"""Half turn per degree in BD-09's ripple, as in eviltransform, whose values R-304 gives as golden. Other code has π · 3000 / 180
here and lands up to 30 m beside it; Baidu has published neither, so a place taken from BD-09 is good to 30 m."""
PRECISION_DEGREES = 1e-9
ROUNDS_MAX = 30

Pair = tuple[float, float]
"""(longitude, latitude) in degrees, in this order everywhere."""


class Datum(StrEnum):
    """What the numbers of a coordinate refer to."""

    WGS84 = "WGS84"
    """WGS 84 and CGCS2000: within a metre of each other and treated as one (R-304)."""
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


_SPELLINGS = {
    "wgs84": Datum.WGS84,
    "cgcs2000": Datum.WGS84,
    "crs84": Datum.WGS84,
    "ogc:crs84": Datum.WGS84,
    "ogc:1.3:crs84": Datum.WGS84,
    "epsg:4326": Datum.WGS84,
    "epsg::4326": Datum.WGS84,
    "epsg:4490": Datum.WGS84,
    "epsg::4490": Datum.WGS84,
    "gcj02": Datum.GCJ02,
    "bd09": Datum.BD09,
    "bd09ll": Datum.BD09,
}


def datum_named(text: str) -> Datum:
    """The datum that a file or a person means by `text`: "WGS 84", "CGCS2000", "GCJ-02", "bd09", an OGC or EPSG name.

    Raises DatumUnknown (projected systems such as Beijing 1954 or the Shanghai city grid among them).
    """
    plain = text.strip().lower().removeprefix("urn:ogc:def:crs:").replace("-", "").replace(" ", "").replace("_", "")
    if plain not in _SPELLINGS:
        raise DatumUnknown(datum=text)
    return _SPELLINGS[plain]


def convert(longitude: float, latitude: float, source: Datum, target: Datum) -> Pair:
    """The same place on the ground in another datum, in degrees. To WGS 84 it is exact to 1e-6° (10 cm) by iteration."""
    if source == target:
        return longitude, latitude
    gcj = _TO_GCJ[source](longitude, latitude)
    return _FROM_GCJ[target](*gcj)


def is_shifted_here(longitude: float, latitude: float) -> bool:
    """Whether web maps shift coordinates here: the box that the common code draws around China."""
    return 72.004 <= longitude <= 137.8347 and 0.8293 <= latitude <= 55.8271


def wgs84_to_gcj02(longitude: float, latitude: float) -> Pair:
    """WGS 84 → GCJ-02, degrees (R-304). Outside China nothing is shifted."""
    if not is_shifted_here(longitude, latitude):
        return longitude, latitude
    east, north = _offset(longitude - 105.0, latitude - 35.0)
    radians = math.radians(latitude)
    magic = 1 - ECCENTRICITY_SQUARED * math.sin(radians) ** 2
    root = math.sqrt(magic)
    north = north * 180.0 / (SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED) / (magic * root) * math.pi)
    east = east * 180.0 / (SEMI_MAJOR_M / root * math.cos(radians) * math.pi)
    return longitude + east, latitude + north


def gcj02_to_wgs84(longitude: float, latitude: float) -> Pair:
    """GCJ-02 → WGS 84, degrees: the point that wgs84_to_gcj02 sends here, found by iteration."""
    return _inverse(wgs84_to_gcj02, longitude, latitude)


def gcj02_to_bd09(longitude: float, latitude: float) -> Pair:
    """GCJ-02 → BD-09, degrees (R-304)."""
    radius = math.hypot(longitude, latitude) + 0.00002 * math.sin(latitude * BD_TURN)
    angle = math.atan2(latitude, longitude) + 0.000003 * math.cos(longitude * BD_TURN)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


def bd09_to_gcj02(longitude: float, latitude: float) -> Pair:
    """BD-09 → GCJ-02, degrees: the point that gcj02_to_bd09 sends here, found by iteration."""
    return _inverse(gcj02_to_bd09, longitude, latitude)


def _offset(x: float, y: float) -> Pair:
    """The shift in metres (east, north) at x degrees east of 105° E and y degrees north of 35° N."""
    waves = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves * 2.0 / 3.0
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves * 2.0 / 3.0
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    return east, north


def _inverse(forward: Callable[[float, float], Pair], longitude: float, latitude: float) -> Pair:
    """The argument of `forward` that gives (longitude, latitude): corrected by the miss until it is below 1e-9°."""
    x, y = longitude, latitude
    for _ in range(ROUNDS_MAX):
        there = forward(x, y)
        miss_x, miss_y = longitude - there[0], latitude - there[1]
        x, y = x + miss_x, y + miss_y
        if max(abs(miss_x), abs(miss_y)) < PRECISION_DEGREES:
            break
    return x, y


def _same(longitude: float, latitude: float) -> Pair:
    return longitude, latitude


_TO_GCJ: dict[Datum, Callable[[float, float], Pair]] = {
    Datum.WGS84: wgs84_to_gcj02,
    Datum.GCJ02: _same,
    Datum.BD09: bd09_to_gcj02,
}
_FROM_GCJ: dict[Datum, Callable[[float, float], Pair]] = {
    Datum.WGS84: gcj02_to_wgs84,
    Datum.GCJ02: _same,
    Datum.BD09: gcj02_to_bd09,
}
