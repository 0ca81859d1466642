"""Registers over the API: the catalogue, the rows of a day, one key's history, and who is told what."""

from dataclasses import replace
from datetime import date

import pytest

from yiwang.gateways.api.frame import api
from yiwang.kernel import walltime
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.registers import law, steps
from yiwang.registers.declared import Catalogue

pytestmark = pytest.mark.django_db
ROWS = "/registers/river/rows"


def changed(day: str, **cells: str) -> None:
    """The river R-X01 as its keeper says it is from a day on."""
    call = Call(Actor(ActorKind.SYSTEM), walltime.now(), "test", reason="镇府〔2026〕1号")
    said = {"river": "R-X01", "level": "town", "chief_office": "镇长", "team": "water", **cells}
    steps.enter_row("river", said, date.fromisoformat(day), call=call)


def test_the_catalogue_tells_every_register_with_owner_basis_purpose_and_retention(somebody):
    found = {one["code"]: one for one in somebody("leader").get("/registers").json()}
    assert set(found) == {one.code for one in law.catalogue().all()}
    river = found["river"]
    assert (river["name"], river["owner"], river["retention_months"], river["place"]) == (
        "河道名录",
        "water",
        120,
        "place",
    )
    assert river["legal_basis"]
    assert river["rows"] > 10
    assert [one["code"] for one in river["fields"]][:2] == ["river", "level"]
    english = somebody("leader").get("/registers", **{"Accept-Language": "en"}).json()
    assert {one["name"] for one in english} >= {"Rivers"}


def test_rows_are_those_of_the_day_narrowed_sorted_and_by_the_page(somebody):
    leader = somebody("leader")
    everything = leader.get(ROWS).json()
    assert len(everything["rows"]) == everything["total"] > 10
    assert leader.get(f"{ROWS}?on=2023-12-31").json()["total"] == 0
    town = leader.get(f"{ROWS}?only=level:town&sort=-width_m").json()
    assert {one["values"]["level"] for one in town["rows"]} == {"town"}
    widths = [float(one["values"]["width_m"]) for one in town["rows"]]
    assert widths == sorted(widths, reverse=True)
    assert leader.get(f"{ROWS}?text=新海横河").json()["total"] == 1
    second = leader.get(f"{ROWS}?first=1&size=2").json()["rows"]
    assert [one["key"] for one in second] == [one["key"] for one in everything["rows"][1:3]]
    assert everything["rows"][0]["words"]["team"] == "水务管理站"


def test_a_keys_history_has_its_changes_and_its_corrections(somebody):
    changed("2026-02-01", width_m="20")
    changed("2026-02-01", width_m="21")
    newest, first = somebody("auditor").get(f"{ROWS}/R-X01").json()
    assert (newest["valid_from"], newest["values"]["width_m"], newest["words"]["chief_office"]) == (
        "2026-02-01", "21", "镇长",
    )  # fmt: skip
    assert [(one["values"]["width_m"], one["reason"]) for one in newest["earlier"]] == [("20", "镇府〔2026〕1号")]
    assert first["valid_to"] == "2026-02-01"
    assert first["earlier"] == []


def test_who_may_read_nothing_is_told_nothing(somebody):
    for address in ("/registers", ROWS, f"{ROWS}/R-X01"):
        assert somebody("").get(address).status_code == 401


def test_an_internal_register_is_its_own_departments_and_the_offices(somebody, monkeypatch):
    river = replace(law.catalogue().register("river"), disclosure="internal")
    monkeypatch.setattr(law, "catalogue", lambda: Catalogue({"river": river}))
    stranger = somebody("sanitation")
    assert [one["rows"] for one in stranger.get("/registers").json()] == [None]
    assert stranger.get(ROWS).status_code == 403
    assert stranger.get(f"{ROWS}/R-X01").status_code == 403
    assert somebody("leader").get(ROWS).status_code == 200


def test_what_is_not_there_is_refused_as_a_problem(somebody):
    leader = somebody("leader")
    for address, slug in (("/registers/nothing/rows", "register-unknown"), (f"{ROWS}/R-Z99", "register-row-unknown")):
        answer = leader.get(address)
        assert (answer.status_code, answer.json()["type"]) == (404, slug)


def test_the_description_names_the_addresses_and_their_action():
    paths = api.get_openapi_schema()["paths"]
    for address in ("/api/registers", "/api/registers/{code}/rows", "/api/registers/{code}/rows/{key}"):
        assert paths[address]["get"]["x-action"] == "register.read"


def test_a_key_longer_than_any_key_is_refused_with_the_limit(somebody):
    answer = somebody("leader").get(f"{ROWS}/{'L' * 201}")
    assert answer.status_code == 422
    assert "200" in answer.content.decode()
    assert somebody("leader").get(f"{ROWS}/{'L' * 200}").json()["type"] == "register-row-unknown"
