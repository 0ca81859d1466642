"""An instrument hands its readings in over HTTP: what is acknowledged is stored, once, and nothing else is."""

import json
from typing import Any

import pytest
from django.test import Client

from yiwang.gateways.sensorthings_api import instruments
from yiwang.gateways.sensorthings_api.tests.small_stations import basic, make_instrument
from yiwang.intake.sensing import guesses, queries
from yiwang.intake.sensing.tests.small_town import NOW, SYSTEM, make_station
from yiwang.kernel import walltime
from yiwang.kernel.terms import TeamId

pytestmark = pytest.mark.django_db
ROOT = "/sta/v1.1"
AT = "2026-11-26T04:00:00Z"


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(walltime, "now", lambda: NOW)
    monkeypatch.setattr(instruments, "GUESSES", guesses.Guesses())
    make_instrument()
    return Client(headers={"Accept-Language": "en", "Authorization": basic("probe-1", "secret-1")})


def post(door: Client, where: str, body: Any, status: int = 201) -> Any:
    answer = door.post(f"{ROOT}/{where}", json.dumps(body), content_type="application/json")
    assert answer.status_code == status, answer.content.decode()
    return answer


def observed(door: Client) -> list[Any]:
    return json.loads(door.get(f"{ROOT}/Observations").content)["value"]


def stream(door: Client) -> str:
    """The identifier of the Datastream of COD."""
    found = json.loads(door.get(f"{ROOT}/Datastreams?$filter=ObservedProperty/id eq 'w01018'").content)
    return found["value"][0]["@iot.id"]


def test_an_observation_is_stored_acknowledged_and_read_back_and_the_same_again_is_the_same(door):
    cod = stream(door)
    body = {"result": 12.50, "phenomenonTime": AT, "resultTime": AT, "Datastream": {"@iot.id": int(cod)}}
    first = post(door, "Observations", body)
    again = post(
        door, f"Datastreams({cod})/Observations", {"result": 12.50, "phenomenonTime": AT, "resultQuality": "N"}
    )
    assert first["Location"] == again["Location"]
    (one,) = observed(door)
    assert (one["@iot.selfLink"], one["result"], one["phenomenonTime"]) == (first["Location"], 12.5, AT)


def test_many_are_stored_in_one_batch_and_each_answered_in_its_place(door):
    cod, later = stream(door), "2026-11-26T04:01:00Z"
    body = [
        {"Datastream": {"@iot.id": cod}, "components": ["phenomenonTime", "result"],
         "dataArray": [[AT, 1], ["gestern", 2], [later, 3], [AT, 1], [AT, 9], [AT, -5]]},
        {"Datastream": {"@iot.id": "999"}, "components": ["phenomenonTime", "result"], "dataArray": [[AT, 1]]},
    ]  # fmt: skip
    found = json.loads(post(door, "CreateObservations", body).content)
    assert [one == "error" for one in found] == [False, True, False, False, True, True, True]
    assert found[0] == found[3]
    assert [one["@iot.selfLink"] for one in observed(door)] == [found[0], found[2]]
    assert len(queries.batch_ids(SYSTEM)) == 1
    assert {one.reason for one in queries.apart(SYSTEM)} == {"differs", "out-of-range"}


def test_without_its_moment_an_observation_has_that_of_its_result_and_sent_again_it_is_the_same(door):
    where = f"Datastreams({stream(door)})/Observations"
    first, again = (post(door, where, {"result": 1, "resultTime": AT}) for _ in range(2))
    assert first["Location"] == again["Location"]
    (one,) = observed(door)
    assert one["phenomenonTime"] == AT


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"result": "much"}, 400, "a number is expected"),
        ({"result": -5}, 422, "out of physical range"),
        ({"phenomenonTime": "2027-01-01T00:00:00Z"}, 422, "future"),
        ({"resultQuality": "Q"}, 422, "flag"),
        ({"resultQuality": 1}, 400, "a letter is expected"),
        ({"parameters": {"depth": 1}}, 400, "leave it out"),
        ({"FeatureOfInterest": {"@iot.id": "elsewhere"}}, 400, "leave it out"),
        ({"@iot.id": "1-1"}, 400, "leave it out"),
        ({"phenomenonTime": None}, 400, "say when it was measured"),
        ({"Datastream": {"@iot.id": "999"}}, 404, "Datastreams('999')"),
        ({"colour": "red"}, 400, "nothing of this name"),
    ],
)
def test_what_is_not_taken_is_refused_with_the_reason_and_not_stored(door, change, status, told):
    body = {"result": 1, "phenomenonTime": AT, "Datastream": {"@iot.id": stream(door)}} | change
    found = json.loads(post(door, "Observations", body, status).content)
    assert told in found["message"], found
    assert observed(door) == []


def test_an_instrument_sees_and_feeds_its_own_station_alone(door):
    make_station("other", "MN-9", team_of())
    assert [one["@iot.id"] for one in json.loads(door.get(f"{ROOT}/Things").content)["value"]] == ["probe-1"]
    (other,) = [one for one in queries.stations(SYSTEM) if one.description.code == "other"]
    where = f"Datastreams({other.streams[0].stream_id})/Observations"
    post(door, where, {"result": 1, "phenomenonTime": AT}, 404)
    post(door, "Things", {"name": "x"}, 405)


def test_without_the_right_password_nothing_is_taken_and_guessing_has_an_end(door):
    stranger = Client(headers={"Authorization": basic("probe-1", "guess")})
    for _ in range(guesses.MOST_WRONG):
        answer = post(stranger, "Observations", {"result": 1}, 401)
        assert answer["WWW-Authenticate"].startswith("Basic")
    assert int(post(stranger, "Observations", {"result": 1}, 429)["Retry-After"]) <= 301
    post(Client(), "Observations", {"result": 1}, 401)
    post(Client(headers={"Authorization": "Basic ???"}), "Observations", {"result": 1}, 401)
    post(Client(headers={"Authorization": basic("nobody", "")}), "Observations", {"result": 1}, 401)


def team_of() -> TeamId:
    (one,) = [one for one in queries.stations(SYSTEM) if one.description.code == "probe-1"]
    return one.description.team_id
