"""Stations that staff make as Things, with their streams as Datastreams, and streams that a station gets later.

What the standard has no words for stands in `properties`, under the names by which it is read. What it asks for and the town has from
elsewhere is taken and not kept: name and description of Datastream, Sensor, Location and ObservedProperty.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from yiwang.gateways.sensorthings_api.instruments import DOOR
from yiwang.gateways.sensorthings_api.problems import NoSuchEntity
from yiwang.gateways.sensorthings_api.town import MEASUREMENT
from yiwang.intake.sensing import law, queries
from yiwang.intake.sensing.factors import Factor
from yiwang.intake.sensing.facts import Description, OpenStream, StreamDescription
from yiwang.intake.sensing.problems import StationUnknown
from yiwang.intake.sensing.steps import stations
from yiwang.kernel.people import queries as people
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import Call, Point, TeamId
from yiwang.wire.sensorthings.entities import Entity, Page
from yiwang.wire.sensorthings.fields import Refused

OF_THING = ("team", "inUseFrom", "inUseTo", "door", "key", "register", "registerKey")
OF_STREAM = ("everySeconds", "statistic", "interval", "least", "most")
EXAMPLES = {"team": '"water"', "inUseFrom": '"2026-11-27"', "everySeconds": "60"}
"""Of what no station or stream can be without."""


def make_thing(thing: Entity, call: Call) -> str:
    """Register a station with its streams; its code. Raises Refused with the place, and what stations.register_station raises."""
    _only(thing, {"Locations", "Datastreams"}, {"name", "description", "properties"}, "Thing")
    if thing.id is None:
        raise Refused('the station\'s code is missing, such as "hongxing-1-water"', "Thing/@iot.id")
    said = _properties(thing, OF_THING, "Thing")
    description = Description(
        code=thing.id,
        name_zh=thing.values["name"],
        name_en=thing.values["description"],
        door=_text(said, "door", DOOR),
        key=_text(said, "key", thing.id),
        team_id=_team(_wanted(said, "team", "Thing"), call),
        in_use_from=_day(_wanted(said, "inUseFrom", "Thing"), "inUseFrom"),
        in_use_to=_day(said["inUseTo"], "inUseTo") if said.get("inUseTo") is not None else None,
        point=_point(_inside(thing, "Locations")),
        register=_text(said, "register", ""),
        register_key=_text(said, "registerKey", ""),
    )
    streams = [_stream(one) for one in _inside(thing, "Datastreams")]
    stations.register_station(description, streams, call=call)
    return description.code


def make_datastream(datastream: Entity, code: str, call: Call) -> int:
    """Have a station expect one more stream; its number. Raises Refused, NoSuchEntity, and what stations.add_streams raises."""
    try:
        station = queries.station(call.actor, code)
    except StationUnknown:
        raise NoSuchEntity(asked=f"Things('{code[:40]}')") from None
    wanted = _stream(datastream)
    made: tuple[OpenStream, ...] = stations.add_streams(station.station_id, [wanted], call=call).streams
    return next(one.stream_id for one in made if one.description == wanted)


def _stream(one: Entity) -> StreamDescription:
    ways = {"Thing", "Sensor", "ObservedProperty"}
    _only(one, ways, {"name", "description", "unitOfMeasurement", "observationType", "properties"}, "Datastream")
    if one.id is not None:
        raise Refused("identifiers are given here: leave it out", "Datastream/@iot.id")
    if one.values["observationType"] != MEASUREMENT:
        raise Refused(f"only {MEASUREMENT} is kept", "Datastream/observationType")
    said = _properties(one, OF_STREAM, "Datastream")
    return StreamDescription(
        _factor(one.inside["ObservedProperty"]).code,
        _text(said, "statistic", "rtd"),
        _text(said, "interval", "realtime"),
        _unit(one.values["unitOfMeasurement"]),
        _whole(_wanted(said, "everySeconds", "Datastream")),
        _number(said, "least"),
        _number(said, "most"),
    )


def _only(one: Entity, ways: Collection[str], values: Collection[str], where: str) -> None:
    """Refuse what has no place: a property or entity inside that would not be kept."""
    inside = {name for name, found in one.inside.items() if found not in (None, Page())}
    for name in [*(inside - {*ways}), *(name for name in one.values if name not in values)]:
        if name in inside or one.values[name] is not None:
            raise Refused("has no place here: leave it out", f"{where}/{name}")


def _properties(one: Entity, known: Collection[str], where: str) -> Mapping[str, Any]:
    said: Mapping[str, Any] = one.values.get("properties") or {}
    for name in said:
        if name not in known:
            raise Refused(f"is none of {', '.join(known)}", f"{where}/properties/{name[:40]}")
    return said


def _wanted(said: Mapping[str, Any], name: str, where: str) -> Any:
    if said.get(name) is None:
        raise Refused(f"is missing, such as {EXAMPLES[name]}", f"{where}/properties/{name}")
    return said[name]


def _text(said: Mapping[str, Any], name: str, usual: str) -> str:
    found = said.get(name)
    if found is None:
        return usual
    if not isinstance(found, str):
        raise Refused("a text is expected", f"properties/{name}")
    return found


def _day(found: Any, name: str) -> date:
    try:
        return date.fromisoformat(found)
    except (TypeError, ValueError):
        raise Refused("a day such as 2026-11-27 is expected", f"properties/{name}") from None


def _whole(found: Any) -> int:
    if isinstance(found, bool) or not isinstance(found, int):
        raise Refused("a whole number of seconds is expected, such as 60", "properties/everySeconds")
    return found


def _number(said: Mapping[str, Any], name: str) -> Decimal | None:
    found = said.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        raise Refused("a number is expected", f"properties/{name}")
    return Decimal(found)


def _team(code: Any, call: Call) -> TeamId:
    try:
        return people.team_by_code(call.actor, str(code)).team_id
    except NotFound:
        raise Refused(f"there is no team {str(code)[:40]!r} in departments.yaml", "Thing/properties/team") from None


def _inside(one: Entity, way: str) -> tuple[Entity, ...]:
    found = one.inside.get(way)
    return found.entities if isinstance(found, Page) else ()


def _point(locations: tuple[Entity, ...]) -> Point | None:
    """Where the station stands: of one Location, a point as GeoJSON has it."""
    if not locations:
        return None
    said = locations[0].values.get("location")
    if isinstance(said, dict) and said.get("type") == "Feature":
        said = said.get("geometry")
    ordinates: Any = said.get("coordinates") if isinstance(said, dict) and said.get("type") == "Point" else None
    fits = isinstance(ordinates, list) and len(ordinates) == 2 and all(map(_is_number, ordinates))
    if len(locations) > 1 or not fits or not (-180 <= ordinates[0] <= 180 and -90 <= ordinates[1] <= 90):
        raise Refused(
            'one point is expected, such as {"type": "Point", "coordinates": [121.4, 31.6]}', "Thing/Locations"
        )
    return Point(float(ordinates[0]), float(ordinates[1]))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _unit(said: Mapping[str, Any]) -> str:
    """By its sign, else by its name. Whether it is the factor's own, or comes with a range, the step looks at."""
    found = said.get("symbol") or said.get("name")
    if not isinstance(found, str):
        raise Refused('symbol is missing, such as "mg/L"', "Datastream/unitOfMeasurement")
    return found


def _factor(said: Entity | Page | None) -> Factor:
    """What is observed, by its identifier, the last part of its definition, or its name."""
    assert isinstance(said, Entity)  # noqa: S101 - the reader has seen to it that it is there
    factors = law.catalogue()
    definition = str(said.values.get("definition") or "")
    last = definition.replace("/", ":").rpartition(":")[2]
    for code in (said.id, last):
        if code and (known := factors.by_code.get(code.lower())):
            return known
    name = said.values.get("name")
    named: Callable[[Factor], bool] = lambda one: name in (one.code, *one.name.values())  # noqa: E731
    found = next((one for one in factors.all() if said.id is None and named(one)), None)
    if found is None:
        raise Refused(
            'is none of the town\'s factors; name one of ObservedProperties, such as {"@iot.id": "w01018"}',
            "Datastream/ObservedProperty",
        )
    return found
