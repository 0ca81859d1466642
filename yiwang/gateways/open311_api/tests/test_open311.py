"""GeoReport v2 through the real door: what clients of others do, what strangers may read, and what is refused how."""

import importlib
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from PIL import Image

from yiwang.cases import queries as cases
from yiwang.cases.steps import forward
from yiwang.gateways.open311_api.offered import service_types
from yiwang.intake.reports import queries as reports
from yiwang.kernel import walltime
from yiwang.kernel.files import queries as files
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.wire.open311.reading import read_list, read_one

pytestmark = pytest.mark.django_db
SYSTEM = Actor(ActorKind.SYSTEM)
LAMP, ASK = "C-01-02", "H-01-01"
"""A type that a photo can show, and a request about which only its own person may know."""
FORM = {
    "service_code": LAMP,
    "description": "村口的路灯不亮。",
    "lat": "31.7600",
    "long": "121.3600",
    "first_name": "演示",
    "last_name": "林",
    "phone": "13900000001",
}


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Xinhai with its invented people; gone after these tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        importlib.import_module(settings.TOWN_LOADER).load(settings.TOWN_DIR, demonstration=True)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def client(loaded: None, db: None) -> Client:
    return Client(headers={"Accept-Language": "en"})


def post(client: Client, spelling: str = "json", **change: Any) -> Any:
    form = {name: value for name, value in {**FORM, **change}.items() if value is not None}
    return client.post(f"/open311/v2/requests.{spelling}", form)


def faults(answer: Any, spelling: str = "json") -> list[Any]:
    return list(read_list(answer.content, "fault", spelling))


def accept(number: str, type_code: str) -> None:
    """The desk takes the matter on."""
    card = next(card for card in people.accounts(SYSTEM) if card.username == "operator")
    call = Call(card.actor(), walltime.now(), "test")
    forward.accept(cases.case_id_of(SYSTEM, number), type_code=type_code, title="路灯", call=call)


def report_of(number: str) -> reports.ReportView:
    """What the town keeps of it."""
    (found,) = reports.reports_of_case(SYSTEM, cases.case_id_of(SYSTEM, number))
    return found


@pytest.mark.parametrize("spelling", ["xml", "json"])
def test_the_services_are_the_towns_case_types_and_each_has_a_definition(client, spelling):
    answer = client.get(f"/open311/v2/services.{spelling}")
    assert answer["Content-Type"].startswith({"xml": "text/xml", "json": "application/json"}[spelling])
    found = {one.service_code: one for one in read_list(answer.content, "service", spelling)}
    assert set(found) == set(service_types())
    assert (found[LAMP].service_name, found[LAMP].type, found[ASK].type) == ("Street lamp out", "realtime", "batch")
    definition = read_one(client.get(f"/open311/v2/services/{LAMP}.{spelling}").content, "definition", spelling)
    assert [(one.code, [value.key for value in one.values]) for one in definition.attributes] == [
        ("urgent", ["yes", "no"])
    ]


def test_a_matter_of_the_public_space_gets_its_number_and_is_listed_without_words_place_or_person(client):
    answer = post(client, **{"attribute[urgent]": "yes"})
    assert answer.status_code == 201
    (receipt,) = read_list(answer.content, "receipt", "json")
    assert receipt.token == ""
    assert f"/r/{receipt.service_request_id}/" in receipt.service_notice
    (told,) = read_list(
        client.get(f"/open311/v2/requests/{receipt.service_request_id}.json").content, "request", "json"
    )
    assert (told.status, told.service_code, told.description, told.address, told.lat) == ("open", "", "", "", None)
    assert read_list(client.get("/open311/v2/requests.json").content, "request", "json") == ()
    accept(receipt.service_request_id, LAMP)
    listed = client.get("/open311/v2/requests.json")
    (told,) = read_list(listed.content, "request", "json")
    assert (told.service_request_id, told.service_code, told.description) == (receipt.service_request_id, LAMP, "")
    for secret in ("村口", "13900000001", "林", "121.36"):
        assert secret not in listed.content.decode()
    assert report_of(receipt.service_request_id).channel == "open311"


def test_a_request_about_a_person_gets_a_token_and_is_in_nobodys_list(client):
    (receipt,) = read_list(post(client, "xml", service_code=ASK).content, "receipt", "xml")
    assert receipt.service_request_id == ""
    (told,) = read_list(client.get(f"/open311/v2/tokens/{receipt.token}.xml").content, "receipt", "xml")
    accept(told.service_request_id, ASK)
    assert read_list(client.get("/open311/v2/requests.xml").content, "request", "xml") == ()
    (shown,) = read_list(
        client.get(f"/open311/v2/requests.xml?service_request_id={told.service_request_id}").content, "request", "xml"
    )
    assert (shown.status, shown.service_code) == ("open", "")
    wrong = client.get(f"/open311/v2/tokens/{told.service_request_id}~wrong.json")
    assert (wrong.status_code, faults(wrong)[0].code) == (404, "404")


def test_the_same_form_again_gets_the_first_answer_and_another_photo_makes_it_another(client):
    def photo(colour: str) -> io.BytesIO:
        content = io.BytesIO()
        Image.new("RGB", (32, 24), colour).save(content, "JPEG")
        content.seek(0)
        content.name = "lamp.jpg"
        return content

    numbers = [
        read_list(post(client, media=photo(colour)).content, "receipt", "json")[0].service_request_id
        for colour in ("#6a7", "#6a7", "#a67")
    ]
    assert numbers[0] == numbers[1] != numbers[2]
    assert len(files.files_of(SYSTEM, "case", cases.case_id_of(SYSTEM, numbers[0]))) == 1


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"service_code": "Z-99"}, 404, "Z-99"),
        ({"service_code": None}, 400, "service_code"),
        ({"lat": None, "long": None}, 400, "location"),
        ({"attribute[urgent]": "perhaps"}, 400, "attribute[urgent]"),
        ({"attribute[colour]": "red"}, 400, "attribute[colour]"),
        ({"jurisdiction_id": "elsewhere"}, 404, "elsewhere"),
        ({"phone": "123"}, 422, "phone"),
        ({"description": "a\x00b"}, 400, "description"),
        ({"lat": "91"}, 400, "lat"),
    ],
)
@pytest.mark.parametrize("spelling", ["xml", "json"])
def test_what_is_refused_says_why_in_the_form_of_the_specification(client, change, status, told, spelling):
    answer = post(client, spelling, **change)
    assert answer.status_code == status, answer.content.decode()
    (fault,) = faults(answer, spelling)
    assert fault.code == str(status)
    assert told in fault.description


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("status=half", 400),
        ("start_date=2026-01-01", 400),
        ("page=0", 400),
        ("service_request_id=%00", 400),
        ("start_date=0001-01-01T00:00:00Z", 200),
        ("end_date=9999-12-31T23:59:59Z", 200),
        ("service_code=Z-99", 200),
        ("jurisdiction_id=xinhai&updated_since=2026-01-01T00:00:00Z&page=2&page_size=1", 200),
    ],
)
def test_odd_searches_are_answered_or_refused_and_never_break(client, query, status):
    answer = client.get(f"/open311/v2/requests.json?{query}")
    assert answer.status_code == status, answer.content.decode()
    assert isinstance(json.loads(answer.content), list)


def test_another_method_is_refused_with_what_is_allowed(client):
    answer = client.delete("/open311/v2/services.json")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
