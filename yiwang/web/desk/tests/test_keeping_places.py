"""What the registrar does on the desk: the register of places, one by one and by file; and what waits for it at home."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yiwang.kernel import walltime
from yiwang.kernel.places import queries
from yiwang.kernel.places.rules import Kind
from yiwang.web.desk.tests.conftest import SYSTEM, DeskTown, made_with_places

FOLDER = Path(__file__).parents[4] / "towns" / "xinhai" / "places"
HALL = {
    "kind": "facility", "code": "F-900", "name": "演示早市", "aliases": "早市、鱼市", "longitude": "121.55", "latitude": "31.72",
    "datum": "WGS84", "_key": "k",
}  # fmt: skip


@pytest.fixture
def town(db, remembered) -> DeskTown:
    return remembered("desk with places", made_with_places)


@pytest.fixture
def registrar(town) -> Client:
    return town.client("registrar")


@pytest.fixture
def hall(registrar) -> dict[str, str]:
    """A point that lies in the town, so that the form is right."""
    middle = next(view.middle for view in queries.listed(SYSTEM, [Kind.ESTATE]))
    return {**HALL, "longitude": str(middle.longitude), "latitude": str(middle.latitude)}


def coded(code: str, kind: Kind = Kind.FACILITY):
    return queries.coded(SYSTEM, kind, code)


def test_from_home_what_is_not_in_order_is_two_clicks_away(registrar):
    home = registrar.get("/desk/").content.decode()
    waiting = re.search(r'<h2 id="waiting-\d">只有示意图形的地点 <span class="count">(\d+)', home)
    assert int(waiting[1]) == sum(view.illustrative for view in queries.listed(SYSTEM))
    address = re.search(r'<a href="(/desk/place/[0-9a-f-]+)">', home)[1]
    assert f'action="{address}/change"' in registrar.get(address).content.decode()


def test_places_are_listed_by_kind_and_found_by_a_part_of_the_name(registrar):
    name = queries.listed(SYSTEM, [Kind.ESTATE])[0].name
    page = registrar.get("/desk/place", {"kind": "estate", "q": name}).content.decode()
    assert name in page
    assert set(re.findall(r'data-label="种类">(\S+?)[\s<]', page)) == {"小区"}
    assert "没有这样的地点" in registrar.get("/desk/place", {"q": "无此地"}).content.decode()


def test_a_place_is_registered_corrected_and_retired(registrar, hall):
    address = registrar.post("/desk/place/new", hall)["Location"]
    made = coded("F-900")
    assert (made.name, made.aliases, made.committee_id is not None) == ("演示早市", ("早市", "鱼市"), True)
    changed = {**hall, "name": "演示农贸市场", "_key": "k2"}
    assert registrar.post(f"{address}/change", changed).status_code == 302
    assert (coded("F-900").name, coded("F-900").place_id) == ("演示农贸市场", made.place_id)
    proposed = re.search(r'name="on" type="date" value="([^"]*)"', registrar.get(address).content.decode())[1]
    assert date.fromisoformat(proposed) >= walltime.town_day(walltime.now())
    assert registrar.post(f"{address}/retire", {"on": "2036-01-01", "_key": "k3"}).status_code == 302
    page = registrar.get(address).content.decode()
    assert "从 2036-01-01 起不再有效" in page
    assert "act-form" not in page


def test_correcting_an_area_with_the_form_as_it_is_shown_changes_nothing(registrar):
    area = queries.listed(SYSTEM, [Kind.ESTATE])[0]
    page = registrar.get(f"/desk/place/{area.place_id}")
    fields = page.context["deeds"][0]["form"].initial
    kept = {key: value for key, value in fields.items() if value not in (None, False) and key != "kind"}
    sent = {**kept, **({"illustrative": "on"} if fields["illustrative"] else {}), "_key": "k"}
    answer = registrar.post(f"/desk/place/{area.place_id}/change", sent)
    assert answer.status_code == 409
    assert queries.place(SYSTEM, area.place_id) == area


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": ""}, "请填写这一项"),
        ({"code": "!!"}, "!!"),
        ({"kind": "component"}, "F-900"),
        ({"longitude": "", "latitude": ""}, "请填经度和纬度"),
        ({"longitude": "31.7", "latitude": "121.5"}, "写反了"),
        ({"longitude": "116.4", "latitude": "39.9"}, "镇"),
        ({"geometry": "{nonsense"}, "这不是 JSON"),
        ({"geometry": "[" * 5000}, "这不是 JSON"),
        ({"geometry": '{"type": "Point", "coordinates": ' + "[" * 800 + "]" * 800 + "}"}, "图形"),
        ({"geometry": '{"type": "\\ud800", "coordinates": [121.37, 31.8]}'}, "图形"),
        ({"geometry": '{"type": "Polygon", "coordinates": []}'}, "图形"),
        ({"kind": "estate"}, "Point"),
        ({"parent": "estate/none"}, "estate/none"),
        ({"datum": "Peking54"}, "请从清单里选一项"),
    ],
)
def test_a_place_that_cannot_be_registered_is_refused_in_words(registrar, hall, given, told):
    answer = registrar.post("/desk/place/new", {**hall, **given})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert 'role="alert"' in page
    assert not [view for view in queries.listed(SYSTEM, text="F-900")]


def test_a_code_that_is_taken_is_refused_with_its_holder(registrar, hall):
    registrar.post("/desk/place/new", hall)
    answer = registrar.post("/desk/place/new", {**hall, "name": "别的", "_key": "k2"})
    assert answer.status_code == 422
    assert "演示早市" in answer.content.decode()


def _file(*features: dict) -> SimpleUploadedFile:
    content = json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False)
    return SimpleUploadedFile("更正.geojson", content.encode(), "application/geo+json")


def _feature(hall: dict[str, str], **given) -> dict:
    point = {"type": "Point", "coordinates": [float(hall["longitude"]), float(hall["latitude"])]}
    properties = {"kind": "facility", "code": "F-901", "name": "演示公厕", **given}
    return {"type": "Feature", "geometry": point, "properties": properties}


def test_a_files_good_features_go_in_and_the_others_are_named_by_number_and_property(registrar, hall):
    file = _file(_feature(hall), _feature(hall, code="F-902", name=""), _feature(hall, code="F-903", kind="castle"))
    page = registrar.post("/desk/place/import", {"file": file, "datum": ""}).content.decode()
    assert coded("F-901").name == "演示公厕"
    assert re.findall(r'data-label="要素">(\d)</td><td data-label="属性">(\w+)', page) == [("2", "name"), ("3", "kind")]
    again = registrar.post("/desk/place/import", {"file": _file(_feature(hall)), "datum": ""}).content.decode()
    assert re.search(r"没有变化</span>\s*<span class=\"figure-value\">1", again)


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ('"beds": NaN', "attributes"),
        ('"attributes": {"beds": 1e400}', "attributes"),
        ('"beds": "\\u0000"', "attributes"),
        ('"name": "\\u0000"', "name"),
        ('"name": "\\ud800"', "name"),
        (f'"attributes": {"[" * 800 + "]" * 800}', "attributes"),
    ],
)
def test_a_feature_that_no_database_keeps_is_named_and_the_good_rest_goes_in(registrar, hall, part, named):
    bad = json.dumps(_feature(hall, code="F-902"))
    bad = bad[: bad.rindex("}}")] + f", {part}}}}}"
    content = f'{{"type": "FeatureCollection", "features": [{json.dumps(_feature(hall))}, {bad}]}}'
    file = SimpleUploadedFile("x.geojson", content.encode())
    answer = registrar.post("/desk/place/import", {"file": file, "datum": ""})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert re.findall(r'data-label="要素">(\d)</td><td data-label="属性">(\w+)', page) == [("2", named)]
    assert coded("F-901").name == "演示公厕"


@pytest.mark.parametrize(("content", "status"), [(b"", 422), (b"\xff\xd8\xff a photo", 422), (b"{}", 422)])
def test_what_is_no_file_of_places_is_refused_with_what_to_do(registrar, content, status):
    answer = registrar.post("/desk/place/import", {"file": SimpleUploadedFile("x.geojson", content), "datum": ""})
    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()


def test_without_a_file_the_page_says_so(registrar):
    assert "还没有选文件" in registrar.post("/desk/place/import", {}).content.decode()


def test_what_is_exported_is_read_back_without_a_change(registrar):
    answer = registrar.get("/desk/place/export?kind=estate")
    given = json.loads(answer.content)
    assert {one["properties"]["kind"] for one in given["features"]} == {"estate"}
    file = SimpleUploadedFile("places-estate.geojson", answer.content)
    page = registrar.post("/desk/place/import", {"file": file}).content.decode()
    assert re.search(rf"没有变化</span>\s*<span class=\"figure-value\">{len(given['features'])}", page)


@pytest.mark.parametrize("who", ["operator", "dispatcher", "auditor", "sanitation"])
def test_others_keep_away_from_the_register(town, who):
    assert {town.client(who).get(f"/desk/place{one}").status_code for one in ("", "/new", "/import", "/export")} == {
        403
    }
