"""The town's stations as the entities of SensorThings, all but the readings: they are few and stand in memory.

A station is a Thing, with its instrument as Sensor, its point as Location, and what it stands at as FeatureOfInterest; all four have its
code. A Datastream has the number of its stream, an ObservedProperty the code of its factor.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from yiwang.intake.sensing import rules
from yiwang.intake.sensing.factors import Factor, Factors
from yiwang.intake.sensing.observed import Observed
from yiwang.intake.sensing.queries import StationView
from yiwang.intake.sensing.rules import KnownStream
from yiwang.kernel.terms import Point
from yiwang.kernel.walltime import day_begins
from yiwang.wire.sensorthings.entities import Entity
from yiwang.wire.sensorthings.fields import Refused
from yiwang.wire.sensorthings.model import FORMS

MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
GEOJSON, PLAIN = "application/geo+json", "text/plain"


class Town:
    """What one actor may see."""

    def __init__(self, stations: Sequence[StationView], factors: Factors) -> None:
        self._stations = {one.description.code: one for one in stations}
        self._factors = {one.code: one for one in factors.all()}
        self.streams: dict[int, tuple[StationView, KnownStream]] = {
            one.stream_id: (view, one) for view in stations for one in (*view.streams, *view.closed)
        }

    def all(self, kind: str) -> list[Entity]:
        """Every entity of a kind but Observation, in the order of their identifiers."""
        if kind == "Datastream":
            return [self._stream(number) for number in sorted(self.streams)]
        if kind == "ObservedProperty":
            return [_property(one) for one in self._factors.values()]
        return [one for view in self._stations.values() for one in _of_station(kind, view)]

    def one(self, kind: str, identifier: str) -> Entity | None:
        """One entity by its identifier; None where there is none, or none that the actor may see."""
        if kind == "Datastream":
            number = int(identifier) if identifier.isascii() and identifier.isdigit() else -1
            return self._stream(number) if number in self.streams else None
        if kind == "ObservedProperty":
            return _property(self._factors[identifier]) if identifier in self._factors else None
        view = self._stations.get(identifier)
        return next(iter(_of_station(kind, view)), None) if view else None

    def behind(self, one: Entity, way: str) -> list[Entity]:
        """The entities behind a navigation property that leads to no Observations."""
        target = FORMS[one.kind].ways[way].target
        if one.kind == "ObservedProperty":
            return [self._stream(number) for number in self.streams_of(one)]
        if one.kind in ("Datastream", "Observation"):
            view, known = self.streams[stream_number(one)]
            if target == "ObservedProperty":
                return [_property(self._factors[known.description.factor])]
            if target == "Datastream":
                return [self._stream(known.stream_id)]
        else:
            view = self._stations[one.id or ""]
        if target == "Datastream":
            return [self._stream(number) for number in self.streams_of(one)]
        return _of_station(target, view)

    def streams_of(self, one: Entity) -> list[int]:
        """The numbers of the streams that belong to an entity."""
        if one.kind == "Datastream":
            return [stream_number(one)]
        if one.kind == "ObservedProperty":
            return sorted(number for number, (_, known) in self.streams.items() if known.description.factor == one.id)
        return sorted(number for number, (view, _) in self.streams.items() if view.description.code == one.id)

    def look(self, one: Entity) -> Callable[[tuple[str, ...]], Iterator[Any]]:
        """What stands at the end of a path from an entity, for conditions."""

        def found(steps: tuple[str, ...]) -> Iterator[Any]:
            first, rest = steps[0], steps[1:]
            if first in FORMS[one.kind].ways:
                if first == "Observations":
                    raise Refused("Observations are asked for by themselves: /Observations?$filter=…", "$filter")
                for each in self.behind(one, first):
                    yield from self.look(each)(rest)
            else:
                value: Any = one.id if first == "id" else one.values.get(first)
                for step in rest:
                    value = value.get(step) if isinstance(value, dict) else None
                yield value

        return found

    def _stream(self, number: int) -> Entity:
        view, known = self.streams[number]
        said, factor = known.description, self._factors[known.description.factor]
        station = view.description
        more = {
            "statistic": said.statistic,
            "interval": said.interval,
            "everySeconds": said.every_s,
            "open": known in view.streams,
        }
        return Entity(
            "Datastream",
            str(number),
            {
                "name": f"{station.name_zh} {factor.name['zh-Hans']} {said.statistic}/{said.interval}",
                "description": f"{station.name_en}: {factor.name['en']}, {said.statistic} ({said.interval})",
                "unitOfMeasurement": {"name": said.unit, "symbol": said.unit, "definition": None},
                "observationType": MEASUREMENT,
                "properties": more,
            },
        )


def stream_number(one: Entity) -> int:
    """The number of the stream of a Datastream or an Observation."""
    return int((one.id or "").partition("-")[0])


def observation_id(stream: int | str, micros: int) -> str:
    """The identifier of the reading of a stream at a moment, in microseconds since 1970 in UTC."""
    return f"{stream}-{micros}"


def observation(row: Observed) -> Entity:
    """A reading as an Observation. `phenomenonTime` of a mean is the beginning of its interval (R-078)."""
    values = {
        "phenomenonTime": row.at,
        "result": row.value,
        "resultTime": None,
        "resultQuality": row.flag,
        "parameters": {"batch": row.batch_id},
    }
    return Entity("Observation", observation_id(row.stream_id, rules.micros(row.at)), values)


def read_observation_id(identifier: str) -> tuple[int, datetime] | None:
    """The stream and the moment that an Observation's identifier names; None for what is none."""
    stream, _, micros = identifier.partition("-")
    if not all(part.isascii() and part.isdigit() for part in (stream, micros)) or len(stream) > 9 or len(micros) > 16:
        return None
    return int(stream), rules.moment(int(micros))


def _point(at: Point) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [Decimal(str(at.longitude)), Decimal(str(at.latitude))]}


def _of_station(kind: str, view: StationView) -> list[Entity]:
    said = view.description
    named = {"name": said.name_zh, "description": said.name_en}
    point = _point(said.point) if said.point else None
    if kind == "Thing":
        properties = {
            "door": said.door,
            "inUseFrom": said.in_use_from.isoformat(),
            "inUseTo": said.in_use_to.isoformat() if said.in_use_to else None,
            "register": said.register,
            "registerKey": said.register_key,
            "illustrative": said.illustrative,
        }
        return [Entity(kind, said.code, {**named, "properties": properties})]
    if kind == "Sensor":
        return [Entity(kind, said.code, {**named, "encodingType": PLAIN, "metadata": said.door})]
    if kind == "FeatureOfInterest":
        return [Entity(kind, said.code, {**named, "encodingType": GEOJSON, "feature": point})]
    if point is None:
        return []
    if kind == "Location":
        return [Entity(kind, said.code, {**named, "encodingType": GEOJSON, "location": point})]
    return [Entity(kind, said.code, {"time": day_begins(said.in_use_from)})]


def _property(factor: Factor) -> Entity:
    more = {"unit": factor.unit, "codes2005": list(factor.codes_2005), "verified": factor.verified}
    values = {
        "name": factor.name["zh-Hans"],
        "description": factor.name["en"],
        "definition": f"urn:hj212:{factor.code}",
        "properties": more,
    }
    return Entity("ObservedProperty", factor.code, values)
