"""An instrument's post that is answered before Django's sessions gets the very answer that the pages would give, and its own seats."""

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import RequestFactory

from yiwang.gateways.sensorthings_api import instruments
from yiwang.gateways.sensorthings_api.tests.small_stations import basic, make_instrument
from yiwang.intake.sensing import queries
from yiwang.intake.sensing.guesses import MOST_WRONG, Guesses
from yiwang.intake.sensing.models import ApartReading, Reading
from yiwang.intake.sensing.steps import stations
from yiwang.intake.sensing.tests.small_town import SYSTEM, call_of
from yiwang.kernel import walltime
from yiwang.project import posted
from yiwang.project.admission import INSTRUMENT_ROOMS, INSTRUMENT_SEATS, THREADS, Admission, Line, Room
from yiwang.project.busy import Door
from yiwang.project.posted import FEW, line_of
from yiwang.project.wsgi import pages

NOW = datetime(2026, 11, 26, 6, tzinfo=UTC)
AT, ROOT = "2026-11-26T04:00:00Z", "/sta/v1.1/"
RIGHT = basic("probe-1", "secret-1")
OWN = "X-Request-Id"
"""Differs with each request."""


def ask(application: Any, path: str, body: bytes, **extra: Any) -> tuple[str, dict[str, str], bytes]:
    environ = RequestFactory().generic("POST", ROOT + path, body, "application/json", **extra).environ
    told: dict[str, Any] = {}
    answer = application(environ, lambda status, headers: told.update(status=status, headers=dict(headers)))
    try:
        return told["status"], told["headers"], b"".join(answer)
    finally:
        answer.close()


@pytest.fixture
def stream(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(walltime, "now", lambda: NOW)
    monkeypatch.setattr(instruments, "GUESSES", Guesses())
    make_instrument()
    (probe,) = queries.stations(SYSTEM)
    return str(probe.streams[0].stream_id)


def posts(stream: str) -> list[tuple[str, Any, dict[str, str]]]:
    """Where, what, and with which headers."""
    one = {"result": 12.5, "phenomenonTime": AT, "Datastream": {"@iot.id": stream}}
    rows = [[AT, 1], [AT, 12.5], ["gestern", 2], [AT, -5]]
    many = [{"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"], "dataArray": rows}]
    right, english = {"HTTP_AUTHORIZATION": RIGHT}, {"HTTP_ACCEPT_LANGUAGE": "en"}
    return [
        ("Observations", one, right),
        (f"Datastreams({stream})/Observations", {"result": 12.5, "phenomenonTime": AT}, right),
        (f"Datastreams('{stream}')/Observations", {"result": 13, "phenomenonTime": AT}, right | english),
        ("CreateObservations", many, right | {"HTTP_ACCEPT_ENCODING": "identity"}),
        ("Observations", one | {"result": -5}, right),
        ("Observations", one | {"colour": "red"}, right | english),
        ("Observations", one | {"Datastream": {"@iot.id": "999"}}, right | english),
        ("Observations", "{", right),
        ("Observations", one, {"HTTP_AUTHORIZATION": basic("probe-1", "guess")}),
        ("Observations", one, {"HTTP_AUTHORIZATION": "Basic ???"}),
    ]


def test_the_short_way_answers_as_the_pages_do(stream):
    door, statuses = Door(pages), []
    for path, body, headers in posts(stream):
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        assert line_of(RequestFactory().generic("POST", ROOT + path, content, **headers).environ) is Line.INSTRUMENT
        short, long = (ask(one, path, content, **headers) for one in (door, pages))
        short[1].pop(OWN), long[1].pop(OWN)
        assert short == long
        statuses.append(short[0][:3])
    assert statuses == ["201", "201", "422", "201", "422", "400", "404", "400", "401", "401"]


def test_who_posts_as_before_is_answered_as_before_and_without_django(stream, monkeypatch):
    def post(way: Any, minute: int, result: object = 12.5, **more: object) -> tuple[str, dict[str, str], bytes]:
        said = {"result": result, "phenomenonTime": f"2026-11-26T03:{minute:02}:00Z", "Datastream": {"@iot.id": stream}}
        answer = ask(way, "Observations", json.dumps(said | more).encode(), HTTP_AUTHORIZATION=RIGHT)
        marks.append(answer[1].pop(OWN))
        return answer

    door, marks = Door(pages), []
    first = post(door, 0)
    with monkeypatch.context() as without:
        without.setattr(posted, "WSGIRequest", None)
        again = [post(door, 0), post(door, 1), post(door, 1), post(door, 2, 7)]
    assert [first, first, *again[1:]] == [first, again[0], *(post(pages, *one) for one in [(1,), (1,), (2, 7)])]
    refused = [(3, -5), (0, 13), (3, "much"), (61, 1)]
    assert [post(door, *one) for one in refused] == [post(pages, *one) for one in refused]
    assert post(door, 3, colour="red") == post(pages, 3, colour="red")
    assert len(set(marks)) == len(marks)
    assert Reading.objects.count() == 3
    assert ApartReading.objects.count() == 2


def test_an_address_of_its_own_says_for_which_datastream_a_value_is_also_the_second_time(stream):
    door, other = Door(pages), {"Datastream": {"@iot.id": "999"}}
    for minute in (1, 2):
        body = json.dumps({"result": 1, "phenomenonTime": f"2026-11-26T03:0{minute}:00Z"} | other).encode()
        told = [
            ask(way, f"Datastreams({stream})/Observations", body, HTTP_AUTHORIZATION=RIGHT) for way in (door, pages)
        ]
        assert told[0][0] == told[1][0]
        assert told[0][1].get("Location") == told[1][1].get("Location")


def test_who_posts_as_before_waits_like_everybody_while_somebody_guesses_at_the_password(stream):
    body = json.dumps({"result": 1, "phenomenonTime": AT, "Datastream": {"@iot.id": stream}}).encode()
    door = Door(pages)
    assert ask(door, "Observations", body, HTTP_AUTHORIZATION=RIGHT)[0].startswith("201")
    for _ in range(MOST_WRONG):
        assert ask(door, "Observations", body, HTTP_AUTHORIZATION=basic("probe-1", "guess"))[0].startswith("401")
    assert ask(door, "Observations", body, HTTP_AUTHORIZATION=RIGHT)[0].startswith("429")


def test_a_name_that_the_town_has_not_is_refused_as_by_the_pages(stream):
    for way in (Door(pages), pages):
        assert ask(way, "Observations", b"{}", HTTP_AUTHORIZATION=RIGHT, HTTP_HOST="elsewhere.example")[0][:3] == "400"


def test_a_password_that_was_changed_meanwhile_no_longer_counts(stream):
    body = json.dumps({"result": 1, "phenomenonTime": AT, "Datastream": {"@iot.id": stream}}).encode()
    door = Door(pages)
    assert ask(door, "Observations", body, HTTP_AUTHORIZATION=RIGHT)[0].startswith("201")
    stations.set_password(queries.stations(SYSTEM)[0].station_id, "secret-2", call=call_of())
    assert ask(door, "Observations", body, HTTP_AUTHORIZATION=RIGHT)[0].startswith("401")
    assert ask(door, "Observations", body, HTTP_AUTHORIZATION=basic("probe-1", "secret-2"))[0].startswith("201")


def test_a_crowd_of_readers_does_not_keep_instruments_out_and_too_many_of_them_are_told_as_programs(stream):
    body = json.dumps({"result": 1, "phenomenonTime": AT, "Datastream": {"@iot.id": stream}}).encode()
    door = Door(pages, Admission(0))
    assert ask(door, "Observations", body, HTTP_AUTHORIZATION=RIGHT)[0].startswith("201")
    door.admission_of_instruments = Admission(0, {Line.INSTRUMENT: Room(0, 0, 0)})
    environ = RequestFactory().generic("POST", ROOT + "Observations", body, HTTP_AUTHORIZATION=RIGHT).environ
    told: dict[str, Any] = {}
    (content,) = door(environ, lambda status, headers: told.update(status=status, headers=dict(headers)))
    assert (told["status"][:3], json.loads(content)["code"]) == ("503", 503)
    assert int(told["headers"]["Retry-After"]) >= 4


def test_every_instrument_that_is_let_in_or_waits_has_a_thread():
    assert sum(room.seats for room in INSTRUMENT_ROOMS.values()) == INSTRUMENT_SEATS
    assert INSTRUMENT_SEATS + sum(room.places for room in INSTRUMENT_ROOMS.values()) < THREADS


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({}, Line.INSTRUMENT),
        ({"CONTENT_LENGTH": str(FEW + 1)}, Line.COLLECTED),
        ({"CONTENT_LENGTH": str(3 * 1024 * 1024)}, None),
        ({"CONTENT_LENGTH": ""}, None),
        ({"CONTENT_LENGTH": "１"}, None),
        ({"CONTENT_LENGTH": "9" * 5000}, None),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, None),
        ({"HTTP_AUTHORIZATION": "Bearer x"}, None),
        ({"HTTP_AUTHORIZATION": ""}, None),
        ({"REQUEST_METHOD": "GET"}, None),
        ({"PATH_INFO": "/sta/v1.1/Things"}, None),
        ({"PATH_INFO": "/sta/v1.1/Observations('1-1')"}, None),
        ({"PATH_INFO": "/sta/v1.1/Observations\x00"}, None),
        ({"PATH_INFO": "/"}, None),
    ],
)
def test_what_is_not_plainly_an_instruments_post_goes_to_the_pages(change, line):
    asked = {"REQUEST_METHOD": "POST", "PATH_INFO": "/sta/v1.1/Observations", "CONTENT_LENGTH": "80",
             "HTTP_AUTHORIZATION": RIGHT, "wsgi.input": BytesIO()}  # fmt: skip
    assert line_of(asked | change) is line
