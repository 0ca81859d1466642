"""The public client frost_sta_client, unmodified, against the real server: it reads what the town keeps."""

import frost_sta_client as fsc
import pytest
import requests
from django.test import Client
from frost_sta_client.model.ext.entity_list import EntityList

from yiwang.gateways.sensorthings_api.tests.small_stations import MINUTES, make_instrument, make_town, person
from yiwang.intake.sensing import queries
from yiwang.intake.sensing.steps import stations
from yiwang.intake.sensing.tests.small_town import SYSTEM, call_of, team

OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


class Session(fsc.AuthHandler):
    """How somebody who is logged in shows it: the cookie of the browser goes along, with the token for what changes something."""

    def __init__(self, browser: Client) -> None:
        super().__init__()
        token = browser.get("/api/session").json()["csrf_token"]
        cookie = "; ".join(f"{name}={one.value}" for name, one in browser.cookies.items())
        self.headers = {"Cookie": cookie, "X-CSRFToken": token}

    def add_auth_header(self):
        def carry(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers.update(self.headers)
            return request

        return carry


@pytest.mark.filterwarnings("ignore:furl.*:DeprecationWarning")
@pytest.mark.django_db(transaction=True)
def test_the_public_client_reads_things_streams_and_every_reading_page_by_page(live_server):
    make_town()
    browser = Client()
    browser.force_login(person("leader"))
    service = fsc.SensorThingsService(f"{live_server.url}/sta/v1.1", auth_handler=Session(browser))
    assert [one.id for one in service.things().query().orderby("id", "ASC").list()] == ["dust-1", "hongxing-1"]
    thing = service.things().find("hongxing-1")
    assert (thing.name, thing.properties["inUseFrom"]) == ("红星1号河水质站", "2026-01-01")
    streams = (
        thing.get_datastreams().query().filter("ObservedProperty/id eq 'w01018'").expand("ObservedProperty").list()
    )
    (cod,) = list(streams)
    assert (cod.observed_property.name, cod.unit_of_measurement.symbol) == ("化学需氧量", "mg/L")
    readings = cod.get_observations().query().top(25).orderby("phenomenonTime", "desc").list()
    assert [one.result for one in readings] == [minute + 0.5 for minute in reversed(range(MINUTES))]


@pytest.mark.filterwarnings("ignore:furl.*:DeprecationWarning")
@pytest.mark.django_db(transaction=True)
def test_the_public_client_hands_readings_in_one_by_one_and_many_at_once(live_server):
    make_instrument()
    service = fsc.SensorThingsService(
        f"{live_server.url}/sta/v1.1", auth_handler=fsc.AuthHandler("probe-1", "secret-1")
    )
    (cod,) = list(service.datastreams().query().filter("ObservedProperty/id eq 'w01018'").list())
    moments = [f"2026-11-26T04:0{minute}:00Z" for minute in range(5)]
    for moment in moments[:2]:
        one = fsc.Observation(phenomenon_time=moment, result=12.5, datastream=cod)
        service.create(one)
        assert service.observations().find(one.id).result == 12.5
    many = fsc.DataArrayValue()
    many.datastream, many.components = cod, {many.Property.PHENOMENON_TIME, many.Property.RESULT}
    for moment in moments[1:]:
        many.add_observation(fsc.Observation(phenomenon_time=moment, result=12.5, datastream=cod))
    document = fsc.DataArrayDocument()
    document.add_data_array_value(many)
    assert len(service.observations().create(document)) == 4
    kept = cod.get_observations().query().orderby("phenomenonTime", "asc").list()
    assert [one.phenomenon_time for one in kept] == moments


@pytest.mark.filterwarnings("ignore:furl.*:DeprecationWarning")
@pytest.mark.django_db(transaction=True)
def test_the_public_client_makes_a_thing_asks_for_it_and_its_instrument_hands_in(live_server):
    team()
    browser = Client()
    browser.force_login(person("registrar"))
    root = f"{live_server.url}/sta/v1.1"
    service = fsc.SensorThingsService(root, auth_handler=Session(browser))
    datastream = fsc.Datastream(
        name="化学需氧量", description="COD", observation_type=OM, properties={"everySeconds": 600},
        unit_of_measurement=fsc.UnitOfMeasurement(name="milligram per litre", symbol="mg/L", definition="ucum:mg/L"),
        sensor=fsc.Sensor(name="某型号", description="a model", encoding_type="text/plain", metadata="none"),
        observed_property=fsc.ObservedProperty(name="化学需氧量", description="COD", definition="urn:hj212:w01018"),
    )  # fmt: skip
    place = fsc.Location(name="桥", description="a bridge", encoding_type="application/geo+json")
    place.location = {"type": "Point", "coordinates": [121.4, 31.62]}
    thing = fsc.Thing(
        name="三号探头", description="Probe three", properties={"team": "water", "inUseFrom": "2026-01-01"}
    )
    thing.id, thing.locations = "probe-3", EntityList("frost_sta_client.model.location.Location", entities=[place])
    service.create(thing)
    datastream.thing = fsc.Thing(id="probe-3")
    service.create(datastream)
    found = service.things().query().filter("properties/door eq 'sensorthings'").expand("Datastreams,Locations").list()
    (made,) = list(found)
    (stream,) = list(made.datastreams)
    (where,) = list(made.locations)
    assert (made.id, stream.id, where.location["coordinates"]) == ("probe-3", datastream.id, [121.4, 31.62])
    stations.set_password(queries.station(SYSTEM, "probe-3").station_id, "secret-3", call=call_of())
    instrument = fsc.SensorThingsService(root, auth_handler=fsc.AuthHandler("probe-3", "secret-3"))
    instrument.create(fsc.Observation(phenomenon_time="2026-11-26T04:00:00Z", result=12.5, datastream=stream))
    assert [one.result for one in service.datastreams().find(stream.id).get_observations().query().list()] == [12.5]
