"""GeoJSON in and out (RFC 7946). Pure: bytes in; good rows, and a refusal for each of the others.

RFC 7946 means WGS 84. A file from a Chinese map may say otherwise in a member `"datum": "GCJ-02"`, or the one who hands
it in says so; it is converted here and nowhere else.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely
import shapely.geometry
import shapely.validation
from shapely.geometry.base import BaseGeometry

from yiwang.kernel.keeping import can_be_kept, shown
from yiwang.kernel.places import shapes
from yiwang.kernel.places.datum import Datum, convert, datum_named
from yiwang.kernel.places.problems import (
    CellElsewhere,
    CodeTaken,
    DateWrong,
    DatumMissing,
    LooksShifted,
    LooksSwapped,
    NoSuchCoordinate,
    NotGeoJson,
    OutsideTown,
    ParentUnknown,
    PropertyWrong,
    ShapeBroken,
    ShapeCrossesItself,
    TooManyFeatures,
    ValueNotKept,
)
from yiwang.kernel.places.rules import ORDER, Draft, Kind, arrange, check_draft, kind_named, parent_key
from yiwang.kernel.problems import Problem

FEATURES_MAX = 50_000
VALUE_DEPTH = 16
"""How deep an attribute may nest."""
SHAPE_DEPTH = 4
"""How deep coordinates nest in RFC 7946: a MultiPolygon's polygons, rings, positions, numbers."""
EDGE_M = 100.0
"""How far beyond the town's border something may reach before it is refused: a bridge, a river's mouth."""
PROPERTIES = frozenset(
    {
        "kind",
        "code",
        "name",
        "name_en",
        "aliases",
        "parent",
        "valid_from",
        "valid_to",
        "illustrative",
        "source",
        "attributes",
    }
)
DEFAULTS = ("kind", "source", "illustrative")
"""Members of the file that hold for every feature without its own."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is known of the town before the file is read."""

    town_code: str | None = None
    town: BaseGeometry | None = None
    committees: Mapping[str, BaseGeometry] = field(default_factory=dict)
    """Committee polygons by 12-digit code."""
    known: frozenset[str] | None = None
    """What a feature may belong to, as "kind/code"; None when nobody asked the register."""


@dataclass(frozen=True, slots=True)
class Row:
    """A good feature. `number` counts from 1 in the file."""

    number: int
    draft: Draft
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Refusal:
    """A feature that cannot go in: its number (from 1), the property at fault (or "geometry"), and why."""

    number: int
    property: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file gave. `declared` is False when nothing said the datum and RFC 7946's WGS 84 was taken."""

    rows: tuple[Row, ...]
    refusals: tuple[Refusal, ...]
    datum: Datum
    declared: bool

    @property
    def drafts(self) -> tuple[Draft, ...]:
        return tuple(row.draft for row in self.rows)


class _Refused(Exception):
    """Carries a Problem together with the property that it is about."""

    def __init__(self, at: str, problem: Problem) -> None:
        self.at = at
        self.problem = problem
        super().__init__(at)


def read_geojson(content: bytes, declared_datum: Datum | None = None, frame: Frame | None = None) -> ReadFile:
    """Read a FeatureCollection of places. The order of rows is that of import: what others belong to comes first.

    The datum is the declared one, else the file's member `datum` or old `crs`, else WGS 84. Raises NotGeoJson,
    TooManyFeatures or DatumUnknown for the file as a whole; everything else is a refusal of one feature.
    """
    collection = _collection(content)
    datum = declared_datum or _datum_of(collection)
    defaults = {name: collection[name] for name in DEFAULTS if name in collection}
    rows: list[Row] = []
    refusals: list[Refusal] = []
    for number, feature in enumerate(collection["features"], 1):
        try:
            rows.append(_row(number, feature, defaults, datum or Datum.WGS84))
        except _Refused as refused:
            refusals.append(Refusal(number, refused.at, refused.problem))
    rows.sort(key=lambda row: (ORDER[row.draft.kind], row.number))
    good, more = _placed(rows, frame or Frame(), datum or Datum.WGS84)
    if datum is None and any(isinstance(refusal.problem, LooksShifted) for refusal in more):
        good, more = [], _doubted(rows, more)
    if frame is not None and frame.known is not None:
        _, orphans = arrange([row.draft for row in good], frame.known)
        lost = {draft.key for draft in orphans}
        more += [orphaned(row) for row in good if row.draft.key in lost]
        good = [row for row in good if row.draft.key not in lost]
    ordered = sorted([*refusals, *more], key=lambda refusal: refusal.number)
    return ReadFile(tuple(good), tuple(ordered), datum or Datum.WGS84, datum is not None)


def orphaned(row: Row) -> Refusal:
    """The refusal of a feature whose parent is neither registered nor good itself."""
    return Refusal(row.number, "parent", ParentUnknown(parent=parent_key(row.draft)))


def _collection(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotGeoJson(why=str(error)) from error
    if not isinstance(found, dict) or not isinstance(found.get("features"), list):
        raise NotGeoJson(why='{"type": "FeatureCollection", "features": […]}')
    if len(found["features"]) > FEATURES_MAX:
        raise TooManyFeatures(count=len(found["features"]), most=FEATURES_MAX)
    return found


def _datum_of(collection: dict[str, Any]) -> Datum | None:
    if "datum" in collection:
        return datum_named(shown(collection["datum"]))
    crs = collection.get("crs")
    if isinstance(crs, dict) and isinstance(crs.get("properties"), dict):
        return datum_named(shown(crs["properties"].get("name", crs)))
    return None


def _row(number: int, feature: Any, defaults: Mapping[str, Any], datum: Datum) -> Row:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise _Refused("properties", PropertyWrong(name="properties", expected="{…}"))
    given = {**defaults, **feature["properties"]}
    _check_kept(given)
    geometry = _geometry(feature.get("geometry"), datum)
    return Row(number, _draft(given, geometry), geometry)


def _check_kept(given: Mapping[str, Any]) -> None:
    """First of all: what the database cannot keep is not looked at any further, and never repeated in a message."""
    for name, value in given.items():
        if not can_be_kept([name, value], VALUE_DEPTH + 1):
            at = name if name in PROPERTIES else "attributes"
            raise _Refused(at, ValueNotKept(name=shown(name), deepest=VALUE_DEPTH))


def _draft(given: Mapping[str, Any], geometry: BaseGeometry) -> Draft:
    try:
        kind = kind_named(shown(given.get("kind", "")))
    except Problem as problem:
        raise _Refused("kind", problem) from None
    draft = Draft(
        kind=kind,
        code=_code(given),
        name=_text(given, "name"),
        wkt=shapes.wkt(geometry),
        shape=geometry.geom_type,
        name_en=_text(given, "name_en"),
        aliases=_aliases(given),
        parent=_text(given, "parent"),
        valid_from=_date(given, "valid_from"),
        valid_to=_date(given, "valid_to"),
        attributes=_attributes(given),
        illustrative=_truth(given, "illustrative"),
        source=_text(given, "source"),
    )
    try:
        check_draft(draft, None)
    except Problem as problem:
        raise _Refused(_PROPERTY_OF.get(problem.slug, "code"), problem) from None
    return draft


_PROPERTY_OF = {"place-name-missing": "name", "shape-wrong": "geometry", "place-date-wrong": "valid_to"}


def _code(given: Mapping[str, Any]) -> str:
    code = given.get("code", "")
    if isinstance(code, bool) or not isinstance(code, str | int):
        raise _Refused("code", PropertyWrong(name="code", expected='"…"'))
    return str(code).strip()


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Refused(name, PropertyWrong(name=name, expected='"…"'))
    return value.strip()


def _aliases(given: Mapping[str, Any]) -> tuple[str, ...]:
    value = given.get("aliases") or []
    if not isinstance(value, list) or not all(isinstance(alias, str) for alias in value):
        raise _Refused("aliases", PropertyWrong(name="aliases", expected='["…", "…"]'))
    return tuple(alias.strip() for alias in value if alias.strip())


def _truth(given: Mapping[str, Any], name: str) -> bool:
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise _Refused(name, PropertyWrong(name=name, expected="true / false"))
    return value


def _date(given: Mapping[str, Any], name: str) -> date | None:
    value = given.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _Refused(name, DateWrong(given=shown(value))) from None


def _attributes(given: Mapping[str, Any]) -> dict[str, Any]:
    inner = given.get("attributes") or {}
    if not isinstance(inner, dict):
        raise _Refused("attributes", PropertyWrong(name="attributes", expected="{…}"))
    return {**{key: value for key, value in given.items() if key not in PROPERTIES}, **inner}


def _geometry(given: Any, datum: Datum) -> BaseGeometry:
    if not isinstance(given, dict):
        raise _Refused("geometry", ShapeBroken(why="null"))
    if not can_be_kept(given.get("type"), 0):
        raise _Refused("geometry", ShapeBroken(why="type"))
    for position in _positions(given.get("coordinates"), SHAPE_DEPTH):
        _check_position(position)
    try:
        geometry = shapely.force_2d(shapely.geometry.shape(given))
    except (
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        IndexError,
        OverflowError,
        shapely.errors.ShapelyError,
    ) as error:
        raise _Refused("geometry", ShapeBroken(why=str(error))) from error
    if geometry.is_empty:
        raise _Refused("geometry", ShapeBroken(why="EMPTY"))
    if not geometry.is_valid:
        raise _Refused("geometry", ShapeCrossesItself(where=shapely.validation.explain_validity(geometry)))
    inside = shapes.Shape(geometry, datum).to(Datum.WGS84).geometry
    return shapely.from_wkt(shapes.wkt(inside))


def _positions(coordinates: Any, deepest: int) -> Iterator[list[Any]]:
    """Every position in nested coordinates. Anything that is neither a list of lists nor a position is a refusal."""
    if not isinstance(coordinates, list) or not coordinates or deepest == 0:
        raise _Refused("geometry", ShapeBroken(why="coordinates"))
    if not isinstance(coordinates[0], list):
        yield coordinates
        return
    for inner in coordinates:
        yield from _positions(inner, deepest - 1)


def _check_position(position: list[Any]) -> None:
    numbers = [value for value in position[:2] if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) < 2:
        raise _Refused(
            "geometry", NoSuchCoordinate(first=shown(position[0]), second=", ".join(map(shown, position[1:2])))
        )
    first, second = numbers
    if 3 <= first <= 54 and 73 <= second <= 136:  # China's latitudes where a longitude should be
        raise _Refused("geometry", LooksSwapped(first=first, second=second))
    if not (-180 <= first <= 180 and -90 <= second <= 90):  # not a number and infinity fail here, too
        raise _Refused("geometry", NoSuchCoordinate(first=shown(first), second=shown(second)))


# --- against the town ------------------------------------------------------------------------------------------------


def _placed(rows: list[Row], frame: Frame, datum: Datum) -> tuple[list[Row], list[Refusal]]:
    """Rows that fit the town and each other, and refusals of those that do not."""
    good: list[Row] = []
    refusals: list[Refusal] = []
    frame = _with_file(frame, rows)
    surveyor = _Surveyor(frame, datum)
    seen: dict[str, int] = {}
    for row in rows:
        try:
            if row.draft.key in seen:
                raise _Refused("code", CodeTaken(kind=row.draft.kind, code=row.draft.code, holder=seen[row.draft.key]))
            surveyor.check(row)
        except _Refused as refused:
            refusals.append(Refusal(row.number, refused.at, refused.problem))
        else:
            seen[row.draft.key] = row.number
            good.append(row)
    return good, refusals


def _with_file(frame: Frame, rows: Iterable[Row]) -> Frame:
    """The frame with the town and the committees that the file itself draws."""
    towns = [row for row in rows if row.draft.kind == Kind.TOWN]
    committees = {row.draft.code: row.geometry for row in rows if row.draft.kind == Kind.COMMITTEE}
    return Frame(
        towns[0].draft.code if towns else frame.town_code,
        towns[0].geometry if towns else frame.town,
        {**frame.committees, **committees},
        frame.known,
    )


class _Surveyor:
    """Checks rows against the town's border and codes."""

    def __init__(self, frame: Frame, datum: Datum) -> None:
        self.frame = frame
        self.datum = datum
        if frame.town is not None:
            self.plane = shapes.Plane.around(frame.town)
            self.flat_town = self.plane.flat(frame.town)

    def check(self, row: Row) -> None:
        if row.draft.kind == Kind.TOWN:
            return
        if self.frame.town is not None:
            self._check_inside(row)
        try:
            check_draft(row.draft, self.frame.town_code)
        except Problem as problem:
            raise _Refused("code", problem) from None
        home = self.frame.committees.get(row.draft.code[:12])
        if row.draft.kind == Kind.GRID_CELL and home is not None:
            spot = shapes.middle(row.geometry)
            if not home.covers(shapely.Point(spot.longitude, spot.latitude)):
                raise _Refused("code", CellElsewhere(code=row.draft.code, committee=row.draft.code[:12]))

    def _check_inside(self, row: Row) -> None:
        beyond_m = self._beyond_m(row.geometry)
        if beyond_m <= EDGE_M or (row.draft.kind in (Kind.RIVER, Kind.ROAD) and self._mostly_inside(row.geometry)):
            return
        likely = self._likely_datum(row.geometry)
        if likely is not None:
            raise _Refused("geometry", LooksShifted(declared=self.datum, likely=likely, metres=round(beyond_m)))
        raise _Refused("geometry", OutsideTown(kilometres=f"{beyond_m / 1000:.1f}"))

    def _beyond_m(self, geometry: BaseGeometry) -> float:
        """How far the farthest vertex lies beyond the town's border, in metres."""
        flat = self.plane.flat(geometry)
        if self.flat_town.covers(flat):
            return 0.0
        return float(shapely.distance(self.flat_town, shapely.points(shapely.get_coordinates(flat))).max())

    def _mostly_inside(self, geometry: BaseGeometry) -> bool:
        """Whether at least half of a river or road lies in the town; many run on into the next."""
        flat = self.plane.flat(geometry)
        return bool(self.flat_town.intersection(flat).length >= flat.length / 2)

    def _likely_datum(self, geometry: BaseGeometry) -> Datum | None:
        """Another datum in which the same numbers would lie inside the town."""
        for other in Datum:
            if other == self.datum:
                continue
            moved = shapely.transform(geometry, lambda pairs, other=other: self._reread(pairs, other))
            if self._beyond_m(moved) <= EDGE_M:
                return other
        return None

    def _reread(self, pairs: Any, other: Datum) -> Any:
        given = [convert(x, y, Datum.WGS84, self.datum) for x, y in pairs]
        return [convert(x, y, other, Datum.WGS84) for x, y in given]


def _doubted(rows: list[Row], refusals: list[Refusal]) -> list[Refusal]:
    """Nothing said the datum and some places look shifted: then none of them can be trusted, also not those inside."""
    kept = {refusal.number: refusal for refusal in refusals}
    example = next(refusal.number for refusal in refusals if isinstance(refusal.problem, LooksShifted))
    return [kept.get(row.number) or Refusal(row.number, "datum", DatumMissing(example=example)) for row in rows]


# --- out -------------------------------------------------------------------------------------------------------------


def feature(draft: Draft, place_id: str = "") -> dict[str, Any]:
    """A place as a GeoJSON feature in WGS 84. What is empty is left out; read_geojson reads the same draft again."""
    properties = {
        "kind": str(draft.kind),
        "code": draft.code,
        "name": draft.name,
        "name_en": draft.name_en,
        "aliases": list(draft.aliases),
        "parent": draft.parent,
        "valid_from": draft.valid_from.isoformat() if draft.valid_from else "",
        "valid_to": draft.valid_to.isoformat() if draft.valid_to else "",
        "attributes": dict(draft.attributes),
        "illustrative": draft.illustrative,
        "source": draft.source,
    }
    geometry = shapely.geometry.mapping(shapely.from_wkt(draft.wkt))
    kept = {key: value for key, value in properties.items() if value or key == "illustrative"}
    return {"type": "Feature", **({"id": place_id} if place_id else {}), "geometry": geometry, "properties": kept}


def write_geojson(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A FeatureCollection that says its datum, and whether anything in it is only a drawing."""
    listed = list(features)
    drawn = any(one["properties"].get("illustrative") for one in listed)
    return {"type": "FeatureCollection", "datum": str(Datum.WGS84), "illustrative": drawn, "features": listed}
