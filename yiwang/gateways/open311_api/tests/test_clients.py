"""Two public client libraries, unmodified, against the real server: what they are told is what the town keeps."""

import importlib
import io
import itertools
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from georeport import GeoReport
from PIL import Image

from yiwang.cases import queries as cases
from yiwang.intake.reports import queries as reports
from yiwang.kernel.files import queries as files
from yiwang.kernel.terms import Actor, ActorKind

SYSTEM = Actor(ActorKind.SYSTEM)
LAMP, ASK = "C-01-02", "H-01-01"
"""A type that a photo can show, and a request about which only its own person may know."""


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The library `three` of Code for America, unmodified. It names itertools.ifilter, which Python 3 calls filter."""
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)
    import three as library

    yield library
    for name in [name for name in sys.modules if name == "three" or name.startswith("three.")]:
        del sys.modules[name]


def picture() -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (32, 24), "#6a7").save(content, "JPEG")
    content.seek(0)
    content.name = "lamp.jpg"
    return content


@pytest.mark.django_db(transaction=True)
def test_public_client_libraries_discover_define_create_take_the_token_and_read_back(three, live_server):
    importlib.import_module(settings.TOWN_LOADER).load(settings.TOWN_DIR, demonstration=False)
    (endpoint,) = json.loads(three.Three().discovery(f"{live_server.url}/open311/discovery.json"))["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    city = three.Three(endpoint["url"], jurisdiction="xinhai")
    services = {one["service_code"]: one["type"] for one in city.services()}
    assert (services[LAMP], services[ASK]) == ("realtime", "batch")
    (urgent,) = city.services(ASK)["attributes"]
    said = {"description": "申请加装扶手", "address": "新海镇演示路1号", "phone": "13900000001", "name": "演示 林"}
    (created,) = city.post(ASK, **said, **{f"attribute[{urgent['code']}]": "yes"})
    assert "service_request_id" not in created
    (told,) = city.token(created["token"])
    (read,) = city.request(told["service_request_id"])
    assert (read["status"], read["description"]) == ("open", None)
    case_id = cases.case_id_of(SYSTEM, told["service_request_id"])
    (kept,) = reports.reports_of_case(SYSTEM, case_id)
    assert (kept.text, kept.channel) == ("申请加装扶手", "open311")
    assert cases.rows_of(SYSTEM, [case_id])[case_id].urgent

    (seen,) = city.post(LAMP, description="路灯不亮", lat="31.76", long="121.36", media=picture())
    case_id = cases.case_id_of(SYSTEM, seen["service_request_id"])
    assert len(files.files_of(SYSTEM, "case", case_id)) == 1

    for spelling in ("json", "xml"):
        other = GeoReport(endpoint["url"], jurisdiction="xinhai", output_format=spelling)
        assert {one["service_code"] for one in other.get_service_list()} == set(services)
        assert other.get_service_definition(ASK)["service_code"] == ASK
        assert other.get_service_request(told["service_request_id"])["status"] == "open"
