"""The public client frost_sta_client, unmodified, against the real server: it reads what the town keeps."""

import frost_sta_client as fsc
import pytest
import requests
from django.test import Client

from yiwang.gateways.sensorthings_api.tests.small_stations import MINUTES, make_instrument, make_town, person


class Session(fsc.AuthHandler):
    """How somebody who is logged in shows it: the cookie of the browser goes along."""

    def __init__(self, cookie: str) -> None:
        super().__init__()
        self.cookie = cookie

    def add_auth_header(self):
        def carry(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Cookie"] = self.cookie
            return request

        return carry


@pytest.mark.filterwarnings("ignore:furl.*:DeprecationWarning")
@pytest.mark.django_db(transaction=True)
def test_the_public_client_reads_things_streams_and_every_reading_page_by_page(live_server):
    make_town()
    browser = Client()
    browser.force_login(person("leader"))
    cookie = "; ".join(f"{name}={one.value}" for name, one in browser.cookies.items())
    service = fsc.SensorThingsService(f"{live_server.url}/sta/v1.1", auth_handler=Session(cookie))
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
