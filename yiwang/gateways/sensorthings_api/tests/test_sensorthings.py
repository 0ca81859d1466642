"""SensorThings 1.1 through the real door: what each question gives, who sees what, how much it asks of the database, what is refused."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yiwang.gateways.sensorthings_api import pages
from yiwang.gateways.sensorthings_api.tests.small_stations import MINUTES, logged_in, make_town
from yiwang.intake.sensing import observed
from yiwang.intake.sensing.tests.small_town import NOW
from yiwang.wire.sensorthings.model import PLURALS

pytestmark = pytest.mark.django_db
ROOT = "/sta/v1.1"
BEGIN = NOW - timedelta(days=1)
MOST_STATEMENTS = 16
"""Of any question, with those that say who asks."""


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """Stations, readings and a leader's browser; gone after these tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_town()
        yield made, logged_in("leader")
        transaction.set_rollback(True)


@pytest.fixture
def leader(town: Any, db: None) -> Client:
    return town[1]


def ask(client: Client, question: str, status: int = 200) -> Any:
    address = question if "://" in question else f"{ROOT}/{question}"
    answer = client.get(address.replace("http://testserver", ""))
    assert answer.status_code == status, answer.content.decode()
    return (
        json.loads(answer.content) if "json" in answer["Content-Type"] and answer.content else answer.content.decode()
    )


def ids(client: Client, question: str) -> list[str]:
    return [one["@iot.id"] for one in ask(client, question)["value"]]


def of_cod(client: Client) -> str:
    """The address of the Datastream of COD."""
    (number,) = ids(client, "Datastreams?$filter=ObservedProperty/id eq 'w01018' and Thing/id eq 'hongxing-1'")
    return f"Datastreams('{number}')"


def test_the_service_lists_its_eight_sets_and_each_can_be_read(leader):
    found = ask(leader, "")
    assert {one["name"] for one in found["value"]} == set(PLURALS)
    for one in found["value"]:
        assert isinstance(ask(leader, one["url"])["value"], list)


def test_a_station_is_a_thing_with_all_that_the_standard_hangs_on_it(leader):
    streams = "Datastreams($expand=Sensor,ObservedProperty;$count=true;$top=1)"
    thing = ask(leader, f"Things('hongxing-1')?$expand=Locations/HistoricalLocations,{streams}")
    assert (thing["@iot.id"], thing["name"]) == ("hongxing-1", "红星1号河水质站")
    assert thing["@iot.selfLink"] == f"http://testserver{ROOT}/Things('hongxing-1')"
    assert thing["Locations"][0]["location"] == {"type": "Point", "coordinates": [121.4, 31.62]}
    assert thing["Locations"][0]["HistoricalLocations"][0]["time"] == "2025-12-31T16:00:00Z"
    (stream,) = thing["Datastreams"]
    assert (stream["unitOfMeasurement"]["symbol"], stream["ObservedProperty"]["@iot.id"]) == ("mg/L", "w01018")
    assert stream["Sensor"]["metadata"] == "hj212"
    assert thing["Datastreams@iot.count"] == 2
    following = ask(leader, thing["Datastreams@iot.nextLink"])
    assert following["value"][0]["ObservedProperty"]["@iot.id"] == "w21003"


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Things?$filter=startswith(@iot.id,'hong')", ["hongxing-1"]),
        (
            "Things?$filter=Datastreams/ObservedProperty/name eq '氨氮' and properties/illustrative eq false",
            ["dust-1", "hongxing-1"],
        ),
        ("Things?$filter=Locations/id ne null", ["hongxing-1"]),
        ("Things?$orderby=id desc&$top=1", ["hongxing-1"]),
        ("Things?$skip=1", ["hongxing-1"]),
        ("Things?$top=0", []),
        ("Things('hongxing-1')/Locations", ["hongxing-1"]),
        ("Things('dust-1')/Locations", []),
        ("ObservedProperties?$filter=id eq 'w21003'", ["w21003"]),
        ("ObservedProperties('w21003')/Datastreams?$filter=Thing/id eq 'dust-1'&$select=id&$top=0", []),
        ("FeaturesOfInterest?$filter=feature eq null", ["dust-1"]),
        ("Sensors('dust-1')/Datastreams?$filter=unitOfMeasurement/symbol eq 'pH'&$skip=5", []),
    ],
)
def test_sets_are_filtered_ordered_and_paged(leader, question, found):
    assert ids(leader, question) == found


def test_readings_come_with_value_flag_and_moment_as_they_are_stored(leader):
    (first,) = ask(leader, f"{of_cod(leader)}/Observations?$top=1")["value"]
    assert first["result"] == 0.5
    assert (first["phenomenonTime"], first["resultQuality"], first["resultTime"]) == ("2026-11-26T04:00:00Z", "N", None)
    assert ask(leader, first["@iot.selfLink"]) == first
    assert ask(leader, first["Datastream@iot.navigationLink"])["@iot.selfLink"].endswith(of_cod(leader))
    assert ask(leader, first["FeatureOfInterest@iot.navigationLink"])["@iot.id"] == "hongxing-1"
    raw = leader.get(f"{ROOT}/Observations('{first['@iot.id']}')/result/$value")
    assert (raw.content, raw["Content-Type"].split(";")[0]) == (b"0.50", "text/plain")


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("result gt 10 and result lt 12", 2),
        ("12 gt result and not result le 10", 2),
        ("result eq 10.5 or result eq 11.5", 2),
        ("phenomenonTime ge 2026-11-26T04:50:00Z", 10),
        ("phenomenonTime lt 2026-11-26T12:10:00+08:00", 20),
        ("phenomenonTime gt now()", 0),
        ("resultQuality ne 'N'", 1),
        ("result eq null", 0),
        ("Datastream/ObservedProperty/id eq 'w21003'", 10),
        ("Datastream/Thing/id eq 'dust-1'", 0),
        (
            "FeatureOfInterest/name eq '红星1号河水质站' and Datastream/properties/interval eq 'realtime' and result eq 0.2",
            10,
        ),
    ],
)
def test_readings_are_filtered_by_moment_value_flag_and_by_what_measured_them(leader, condition, count):
    found = ask(leader, f"Observations?$count=true&$top=0&$filter={quote(condition)}")
    assert found == {"@iot.count": count, "value": []}


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("top", [7, 1])
def test_pages_of_readings_follow_each_other_without_gap_or_repetition_also_where_moments_are_equal(leader, order, top):
    question, seen = (
        f"Observations?$top={top}&$orderby=phenomenonTime {order}&$filter=phenomenonTime lt 2026-11-26T04:12:00Z",
        [],
    )
    while question:
        page = ask(leader, question)
        seen += page["value"]
        question = page.get("@iot.nextLink", "")
        assert len(page["value"]) <= top
    moments = [one["phenomenonTime"] for one in seen]
    assert len({one["@iot.id"] for one in seen}) == len(seen) == 22
    assert moments == sorted(moments, reverse=order == "desc")


def test_a_page_far_on_does_not_skip_what_came_before(leader):
    first = ask(leader, f"{of_cod(leader)}/Observations?$top=20")
    second = ask(leader, first["@iot.nextLink"])
    assert "$skip=1&" in second["@iot.nextLink"] + "&"
    assert unquote(second["@iot.nextLink"]).count("phenomenonTime ge") == 1
    assert second["value"][0]["result"] == 20.5


def test_what_every_stream_measured_last_takes_a_bounded_number_of_statements(leader):
    newest = "Observations($orderby=phenomenonTime desc;$top=1)"
    with CaptureQueriesContext(connection) as asked:
        found = ask(leader, f"Things?$expand=Locations,Datastreams($expand=ObservedProperty,{newest})")
    shown = [one["Observations"] for thing in found["value"] for one in thing["Datastreams"]]
    assert sorted(len(one) for one in shown) == [0, 0, 0, 1, 1]
    assert {one[0]["result"] for one in shown if one} == {MINUTES - 0.5, 0.2}
    assert len(asked) <= MOST_STATEMENTS, [one["sql"] for one in asked]


def test_readings_come_as_arrays_where_that_is_asked_for(leader):
    asked = "$top=3&$orderby=phenomenonTime desc&$select=phenomenonTime,result&$count=true"
    found = ask(leader, f"Observations?$resultFormat=dataArray&{asked}")
    (group,) = found["value"]
    assert (group["components"], group["dataArray"][0]) == (
        ["phenomenonTime", "result"],
        ["2026-11-26T04:59:00Z", 59.5],
    )
    assert (found["@iot.count"], group["dataArray@iot.count"]) == (MINUTES + 10, 3)


def test_a_count_stops_somewhere_and_says_that_it_does(leader, monkeypatch):
    for module in (observed, pages):
        monkeypatch.setattr(module, "MOST_COUNTED", 50)
    answer = leader.get(f"{ROOT}/Observations?$count=true&$top=1")
    assert (json.loads(answer.content)["@iot.count"], answer["X-Count-At-Least"]) == (50, "50")
    assert "X-Count-At-Least" not in leader.get(f"{ROOT}/Observations?$count=true&$filter=result lt 3").headers


def test_single_properties_values_and_references(leader):
    assert ask(leader, "Things('hongxing-1')/description") == {"description": "Hongxing No. 1"}
    assert ask(leader, "Things('hongxing-1')/properties/inUseFrom/$value") == "2026-01-01"
    assert ask(leader, "Things('hongxing-1')/properties/inUseTo", 204) == ""
    assert ask(leader, "Things/$ref")["value"][0] == {"@iot.selfLink": f"http://testserver{ROOT}/Things('dust-1')"}


@pytest.mark.parametrize(
    ("question", "status", "told"),
    [
        ("Cases", 404, "“Cases”"),
        ("Things('nobody')", 404, "Things('nobody')"),
        ("Things('dust-1')/Datastreams('1')", 404, "Datastreams('1')"),
        ("Observations('1-99')", 404, "Observations('1-99')"),
        ("Observations('x')", 404, "Observations('x')"),
        ("CreateObservations", 405, "POST"),
        ("Things?$filter=colour eq 1", 400, "Thing has no colour"),
        ("Things?$filter=Observations/result eq 1", 400, "Thing has no Observations"),
        ("Things?$filter=Datastreams/Observations/result eq 1", 400, "/Observations?$filter="),
        ("Observations?$filter=round(result) eq 1", 400, "phenomenonTime, result and resultQuality are compared"),
        ("Observations?$filter=result eq 'much'", 400, "another kind of value"),
        ("Observations?$filter=result gt 1 or Datastream/id eq '1'", 400, "joined by and"),
        ("Observations?$orderby=result", 400, "ordered by phenomenonTime alone"),
        ("Observations?$skip=200000", 422, "200,000|200000"),
        ("Datastreams?$expand=Observations($top=1000;$skip=20000)", 400, "ask for fewer"),
        ("Datastreams?$expand=Observations($count=true)", 400, "counted only where"),
        ("Things?$top=-1", 400, "$top"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(leader, question, status, told):
    found = ask(leader, question, status)
    assert (found["code"], found["type"]) == (status, "error")
    assert any(one in found["message"] for one in told.split("|")), found


def test_strangers_are_asked_to_log_in_and_a_department_sees_its_own_stations(town, db):
    assert json.loads(Client().get(f"{ROOT}/Things").content)["code"] == 401
    handler = logged_in_as_handler(town[0]["urban"])
    assert ids(handler, "Things") == ["dust-1"]
    assert ids(handler, "Observations") == []
    ask(handler, "Things('hongxing-1')", 404)


def logged_in_as_handler(team_id: Any) -> Client:
    return logged_in("handler", team_id, "dust-handler")


def test_an_address_that_leads_nowhere_is_told_in_one_language(leader):
    answer = leader.get(f"{ROOT}/Nowhere", headers={"Accept-Language": "zh-Hans"})
    assert answer.status_code == 404
    assert "没有“Nowhere”。" in answer.content.decode()
    refused = leader.get(f"{ROOT}/Things?$top=x", headers={"Accept-Language": "zh-Hans"})
    assert "这个查询不能受理：$top" in refused.content.decode()
