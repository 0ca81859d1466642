"""The eight entities of SensorThings 1.1: their properties and where they lead, as data (18-088, clause 8.2)."""

from dataclasses import dataclass, field
from typing import NamedTuple

TEXT, TIME, MOMENT, INTERVAL, OBJECT, ANY = "text", "time", "moment", "interval", "object", "any"
"""What a property holds: `time` is a moment or an interval, `any` whatever JSON can say."""
ID, SELF_LINK, NAVIGATION_LINK, COUNT, NEXT_LINK = (
    "@iot.id",
    "@iot.selfLink",
    "@iot.navigationLink",
    "@iot.count",
    "@iot.nextLink",
)
OF_COLLECTION = (NAVIGATION_LINK, COUNT, NEXT_LINK)
"""What stands behind the name of a navigation property."""


class Property(NamedTuple):
    """One property of an entity."""

    kind: str
    required: bool = False


class Way(NamedTuple):
    """A navigation property: to which entity, to one or many, by what name it leads back."""

    target: str
    many: bool
    back: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of entity."""

    name: str
    plural: str
    properties: dict[str, Property]
    ways: dict[str, Way] = field(default_factory=dict)


_NAMED = {"name": Property(TEXT, required=True), "description": Property(TEXT, required=True)}
_MORE = {"properties": Property(OBJECT)}
_ENCODED = {"encodingType": Property(TEXT, required=True)}

FORMS: dict[str, Form] = {
    "Thing": Form(
        "Thing",
        "Things",
        {**_NAMED, **_MORE},
        {
            "Locations": Way("Location", many=True, back="Things"),
            "HistoricalLocations": Way("HistoricalLocation", many=True, back="Thing"),
            "Datastreams": Way("Datastream", many=True, back="Thing"),
        },
    ),
    "Location": Form(
        "Location",
        "Locations",
        {**_NAMED, **_ENCODED, "location": Property(ANY, required=True), **_MORE},
        {
            "Things": Way("Thing", many=True, back="Locations"),
            "HistoricalLocations": Way("HistoricalLocation", many=True, back="Locations"),
        },
    ),
    "HistoricalLocation": Form(
        "HistoricalLocation",
        "HistoricalLocations",
        {"time": Property(MOMENT, required=True)},
        {
            "Thing": Way("Thing", many=False, back="HistoricalLocations", required=True),
            "Locations": Way("Location", many=True, back="HistoricalLocations", required=True),
        },
    ),
    "Datastream": Form(
        "Datastream",
        "Datastreams",
        {
            **_NAMED,
            "unitOfMeasurement": Property(OBJECT, required=True),
            "observationType": Property(TEXT, required=True),
            "observedArea": Property(OBJECT),
            "phenomenonTime": Property(INTERVAL),
            "resultTime": Property(INTERVAL),
            **_MORE,
        },
        {
            "Thing": Way("Thing", many=False, back="Datastreams", required=True),
            "Sensor": Way("Sensor", many=False, back="Datastreams", required=True),
            "ObservedProperty": Way("ObservedProperty", many=False, back="Datastreams", required=True),
            "Observations": Way("Observation", many=True, back="Datastream"),
        },
    ),
    "Sensor": Form(
        "Sensor",
        "Sensors",
        {**_NAMED, **_ENCODED, "metadata": Property(ANY, required=True), **_MORE},
        {"Datastreams": Way("Datastream", many=True, back="Sensor")},
    ),
    "ObservedProperty": Form(
        "ObservedProperty",
        "ObservedProperties",
        {**_NAMED, "definition": Property(TEXT, required=True), **_MORE},
        {"Datastreams": Way("Datastream", many=True, back="ObservedProperty")},
    ),
    "Observation": Form(
        "Observation",
        "Observations",
        {
            "phenomenonTime": Property(TIME),
            "result": Property(ANY, required=True),
            "resultTime": Property(MOMENT),
            "resultQuality": Property(ANY),
            "validTime": Property(INTERVAL),
            "parameters": Property(OBJECT),
        },
        {
            "Datastream": Way("Datastream", many=False, back="Observations", required=True),
            "FeatureOfInterest": Way("FeatureOfInterest", many=False, back="Observations"),
        },
    ),
    "FeatureOfInterest": Form(
        "FeatureOfInterest",
        "FeaturesOfInterest",
        {**_NAMED, **_ENCODED, "feature": Property(ANY, required=True), **_MORE},
        {"Observations": Way("Observation", many=True, back="FeatureOfInterest")},
    ),
}
PLURALS: dict[str, str] = {form.plural: name for name, form in FORMS.items()}
"""The set's name → the entity's."""
