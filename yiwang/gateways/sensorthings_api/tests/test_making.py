"""Staff make stations as Things, and streams as Datastreams: what is kept of them, and what is refused with its place."""

import json
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client

from yiwang.gateways.sensorthings_api.tests.small_stations import basic, logged_in, make_instrument, person
from yiwang.intake.sensing import queries
from yiwang.intake.sensing.facts import StreamDescription
from yiwang.intake.sensing.tests.small_town import SYSTEM, team
from yiwang.kernel.terms import Point

pytestmark = pytest.mark.django_db
ROOT = "/sta/v1.1"
OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
SENSOR = {"name": "x", "description": "x", "encodingType": "text/plain", "metadata": "x"}
DATASTREAM = {
    "name": "化学需氧量", "description": "COD", "observationType": OM,
    "unitOfMeasurement": {"name": "milligram per litre", "symbol": "mg/L", "definition": None},
    "properties": {"everySeconds": 600},
    "Sensor": SENSOR, "ObservedProperty": {"@iot.id": "w01018"},
}  # fmt: skip
THING = {
    "@iot.id": "probe-2", "name": "二号探头", "description": "Probe two",
    "properties": {"team": "water", "inUseFrom": "2026-11-01"},
    "Locations": [{"name": "x", "description": "x", "encodingType": "application/geo+json",
                   "location": {"type": "Point", "coordinates": [121.4, 31.62]}}],
    "Datastreams": [DATASTREAM],
}  # fmt: skip


@pytest.fixture
def keeper() -> Client:
    team()
    return logged_in("registrar")


def post(client: Client, where: str, body: Any, status: int = 201) -> Any:
    answer = client.post(f"{ROOT}/{where}", json.dumps(body), content_type="application/json")
    assert answer.status_code == status, answer.content.decode()
    return answer


def changed(body: Any, path: str, value: Any) -> Any:
    """The body with one thing in it another; None takes it out."""
    body, *steps = deepcopy(body), *path.split("/")
    inside = body
    for step in steps[:-1]:
        inside = inside[int(step) if step.isdigit() else step]
    inside[steps[-1]] = value
    if value is None:
        del inside[steps[-1]]
    return body


def test_a_thing_with_its_datastreams_becomes_a_station_with_its_streams(keeper):
    where = post(keeper, "Things", THING)["Location"]
    assert where == f"http://testserver{ROOT}/Things('probe-2')"
    made = queries.station(SYSTEM, "probe-2")
    said = made.description
    assert (said.name_zh, said.name_en, said.door, said.key) == ("二号探头", "Probe two", "sensorthings", "probe-2")
    assert (str(said.in_use_from), said.point) == ("2026-11-01", Point(121.4, 31.62))
    cod = StreamDescription("w01018", "rtd", "realtime", "mg/L", 600)
    assert [one.description for one in made.streams] == [cod]
    ammonia = DATASTREAM | {"ObservedProperty": {"name": "氨氮", "description": "x", "definition": "urn:hj212:w21003"}}
    ammonia["properties"] = {"everySeconds": 3600, "statistic": "avg", "interval": "hour"}
    answer = post(keeper, "Things('probe-2')/Datastreams", ammonia)
    more = queries.station(SYSTEM, "probe-2").streams
    assert [one.description for one in more] == [cod, StreamDescription("w21003", "avg", "hour", "mg/L", 3600)]
    assert answer["Location"].endswith(f"Datastreams('{more[1].stream_id}')")
    named = changed(ammonia, "properties/interval", "day") | {"Thing": {"@iot.id": "probe-2"}}
    post(keeper, "Datastreams", named)
    read = json.loads(keeper.get(f"{ROOT}/Things('probe-2')/Datastreams?$expand=ObservedProperty").content)["value"]
    assert [one["ObservedProperty"]["name"] for one in read] == ["化学需氧量", "氨氮", "氨氮"]


@pytest.mark.parametrize(
    ("path", "value", "status", "told"),
    [
        ("@iot.id", None, 400, "Thing/@iot.id"),
        ("@iot.id", "Probe Two", 422, "hongxing-1-water"),
        ("properties/team", None, 400, "Thing/properties/team is missing, such as \"water\""),
        ("properties/team", "nobody", 400, "departments.yaml"),
        ("properties/inUseFrom", None, 400, "2026-11-27"),
        ("properties/inUseFrom", "soon", 400, "a day such as"),
        ("properties/colour", "red", 400, "is none of team"),
        ("properties/door", "fax", 422, "sensorthings"),
        ("Locations/0/location", {"type": "Polygon", "coordinates": []}, 400, "one point is expected"),
        ("Locations/0/location/coordinates", [31.62, 121.4], 400, "one point is expected"),
        ("HistoricalLocations", [{"time": "2026-11-01T00:00:00Z", "Locations": [{"@iot.id": "x"}]}], 400, "leave it out"),
        ("Datastreams/0/properties/everySeconds", None, 400, "everySeconds is missing, such as 60"),
        ("Datastreams/0/properties/everySeconds", True, 400, "seconds is expected"),
        ("Datastreams/0/properties/statistic", "middle", 422, "rtd"),
        ("Datastreams/0/observationType", "OM_Category", 400, "OM_Measurement"),
        ("Datastreams/0/unitOfMeasurement", {"symbol": "oz"}, 422, "mg/L"),
        ("Datastreams/0/unitOfMeasurement", {}, 400, "symbol is missing"),
        ("Datastreams/0/ObservedProperty", {"@iot.id": "beauty"}, 400, "none of the town's factors"),
        ("Datastreams/0/observedArea", {"type": "Point"}, 400, "leave it out"),
        ("Datastreams/0/Sensor", None, 400, "Sensor"),
    ],
)  # fmt: skip
def test_what_is_missing_or_cannot_be_kept_is_refused_with_its_place(keeper, path, value, status, told):
    message = json.loads(post(keeper, "Things", changed(THING, path, value), status).content)["message"]
    assert told in message
    assert queries.stations(SYSTEM) == ()


def test_the_same_thing_or_datastream_twice_is_refused(keeper):
    post(keeper, "Things", THING)
    post(keeper, "Things", THING, 409)
    assert "w01018" in post(keeper, "Things('probe-2')/Datastreams", DATASTREAM, 422).content.decode()
    post(keeper, "Things('nobody')/Datastreams", DATASTREAM, 404)
    assert len(queries.station(SYSTEM, "probe-2").streams) == 1


def test_only_who_keeps_stations_makes_them_and_only_from_a_page_of_ours():
    make_instrument()
    post(Client(), "Things", THING, 401)
    post(Client(headers={"Authorization": basic("probe-1", "secret-1")}), "Things", THING, 405)
    post(logged_in("leader", username="leader-1"), "Things", THING, 403)
    foreign = Client(enforce_csrf_checks=True)
    foreign.force_login(person("registrar", username="keeper-1"))
    post(foreign, "Things", THING, 403)
    post(logged_in("registrar", username="keeper-2"), "Observations", {"result": 1}, 401)
    post(logged_in("registrar", username="keeper-4"), "", {}, 401)
    post(logged_in("registrar", username="keeper-3"), "Sensors", SENSOR, 405)
    assert [one.description.code for one in queries.stations(SYSTEM)] == ["probe-1"]
