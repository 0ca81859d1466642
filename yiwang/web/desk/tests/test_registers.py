"""Registers on the desk: the catalogue, the rivers as a list, one river with its history, sheets in and out."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yiwang.kernel import walltime
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.terms import ScopeKind
from yiwang.registers import handed_in, importing, law, queries
from yiwang.registers.declared import Catalogue
from yiwang.web.desk.tests.conftest import SYSTEM, DeskTown, made_with_places
from yiwang.web.desk.views import registersheets

FOLDER = settings.TOWN_DIR
GIVEN = {
    "level": "town", "chief_office": "镇长", "team": "water", "target_class": "iii", "notice_board": "yes", "width_m": "20",
    "dredged_on": "2026-01-31", "reason": "镇府〔2026〕1号",
}  # fmt: skip


@pytest.fixture
def town(db, remembered) -> DeskTown:
    return remembered("desk with rivers", made_with_rivers)


def made_with_rivers() -> DeskTown:
    """The desk's town with the places of Xinhai, a registrar, and the register of rivers."""
    town = made_with_places()
    importing.take(
        "river", (FOLDER / "registers" / "river.csv").read_bytes(), "river.csv", call=town.call("administrator")
    )
    return town


@pytest.fixture
def registrar(town) -> Client:
    return town.client("registrar")


def rivers() -> int:
    return queries.rows(SYSTEM, "river", on=walltime.town_day(walltime.now())).total


def test_the_catalogue_shows_every_register_and_field_with_owner_basis_purpose_and_retention(registrar):
    assert 'href="/desk/registers"' in registrar.get("/desk/").content.decode()
    page = registrar.get("/desk/registers").content.decode()
    for register in law.catalogue().all():
        assert register.name["zh-Hans"] in page
        assert register.legal_basis in page
        assert f'href="#r-{register.code}"' in page  # on a phone the last one is eight screens below
        assert register.purpose["zh-Hans"] in page
        assert f"{register.retention_months} 个月" in page
        assert all(field.name["zh-Hans"] in page and field.fact in page for field in register.fields)
    assert "水务管理站" in page


def test_the_catalogue_reads_in_english(town, registrar):
    page = town.client("registrar", "en").get("/desk/registers").content.decode()
    assert "Kept by" in page
    assert "River chief&#x27;s office" in page
    assert "负责部门" not in page


def test_rivers_are_listed_found_narrowed_and_sorted(registrar):
    page = registrar.get("/desk/registers/river").content.decode()
    assert f"共 {rivers()} 行" in page
    found = registrar.get("/desk/registers/river", {"q": "新海横河"}).content.decode()
    assert "共 1 行" in found
    towns = registrar.get("/desk/registers/river", {"level": "town", "sort": "-width_m"}).content.decode()
    widths = [int(width) for width in re.findall(r'data-label="管理范围宽度（米）" class="to-end">(\d+)', towns)]
    assert widths == sorted(widths, reverse=True)
    assert len(widths) == len(re.findall(r'data-label="河长级别">镇级<', towns)) < rivers()
    assert "没有这样的行" in registrar.get("/desk/registers/river", {"q": "没有的河"}).content.decode()


def map_layers(page: str) -> dict[str, list[dict[str, Any]]]:
    """What is drawn by the kinds of the layers; of the ground nothing is in the page."""
    found = re.search(r'<script id="register-map-layers" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    layers = json.loads(found[1])
    return {layer["kind"]: layer["data"]["features"] for layer in layers if "data" in layer}


def test_rivers_are_on_a_map_with_their_list_and_each_leads_to_its_row(registrar):
    page = registrar.get("/desk/registers/river").content.decode()
    assert "?view=map" in page
    shown = registrar.get("/desk/registers/river", {"view": "map", "level": "town"}).content.decode()
    lines = map_layers(shown)["line"]
    assert 0 < len(lines) < rivers()
    assert all(one["geometry"]["type"].endswith("LineString") for one in lines)
    assert all(one["properties"]["href"].startswith("/desk/registers/river/row/R-") for one in lines)
    for one in lines:
        assert f'<a href="{one["properties"]["href"]}">{one["properties"]["text"]}</a>' in shown
    assert "没有这样的行" in registrar.get("/desk/registers/river", {"view": "map", "q": "没有的河"}).content.decode()


def test_a_river_gets_another_chief_from_a_day_on_and_its_past_stays(registrar):
    address = "/desk/registers/river/row/R-X01"
    page = registrar.get(address).content.decode()
    assert 'value="副镇长（分管水务）"' in page
    done = registrar.post(address, GIVEN | {"valid_from": "2026-02-01", "_key": "k1"}, follow=True).content.decode()
    assert "2024-01-01 起，2026-02-01 止" in done
    assert "河长职务 镇长" in done
    registrar.post(address, GIVEN | {"chief_office": "副镇长", "valid_from": "2026-02-01", "_key": "k2"})
    corrected = registrar.get(address).content.decode()
    assert "更正前" in corrected
    assert "镇府〔2026〕1号" in corrected


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(registrar):
    wrong = GIVEN | {"valid_from": "2026-02-01", "width_m": "宽", "chief_office": "镇长 13900000001", "_key": "k"}
    answer = registrar.post("/desk/registers/river/row/R-X01", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“管理范围宽度”写的是“宽”，读不出来" in page
    assert "手机号或身份证号" in page
    assert 'value="宽"' in page


def test_a_river_is_ended_and_entered_anew(registrar):
    before = rivers()
    registrar.post("/desk/registers/river/end/R-H05", {"on": "2026-01-01", "reason": "填没", "_key": "k"})
    assert rivers() == before - 1
    assert "从 2026-01-01 起不再有效" in registrar.get("/desk/registers/river/row/R-H05").content.decode()
    again = GIVEN | {"river": "R-H05", "valid_from": "2026-06-01", "_key": "k2"}
    assert registrar.post("/desk/registers/river/new", again).status_code == 302
    assert rivers() == before


def test_a_sheet_goes_in_row_by_row_and_comes_out_again(registrar):
    out = registrar.get("/desk/registers/river/export")
    assert out["Content-Disposition"].startswith('attachment; filename="river-')
    sheet = out.content.decode("utf-8-sig").replace("副镇长（分管水务）", "镇长", 1).replace("村居级", "市级", 1)
    sent = SimpleUploadedFile("河道.csv", sheet.encode())
    page = registrar.post("/desk/registers/river/import", {"file": sent}).content.decode()
    assert 'data-label="行">3<' in page
    assert "不在选项里" in page
    assert "最近导入" in registrar.get("/desk/registers/river/import").content.decode()
    workbook = registrar.get("/desk/registers/river/export", {"form": "xlsx"}).content
    again = registrar.post("/desk/registers/river/import", {"file": SimpleUploadedFile("a.xlsx", workbook)})
    assert "没有收进的行" not in again.content.decode()
    assert registrar.post("/desk/registers/river/import").status_code == 422


def test_a_long_sheet_is_taken_in_by_the_worker_while_the_page_tells_how_far_it_is(registrar, monkeypatch):
    monkeypatch.setattr(registersheets, "AT_ONCE", 5)
    sheet = registrar.get("/desk/registers/river/export").content.decode("utf-8-sig")
    changed = sheet.replace("镇级", "村居级", 1).replace("村居级", "市级", 1).replace("2024-01-01", "2026-11-01")
    sent = registrar.post("/desk/registers/river/import", {"file": SimpleUploadedFile("河道.csv", changed.encode())})
    assert sent.status_code == 302
    waiting = registrar.get(sent["Location"]).content.decode()
    assert "等待后台程序" in waiting
    assert f"0 / {rivers()}" in waiting
    assert "河道.csv" in registrar.get("/desk/registers/river/import").content.decode()
    assert handed_in.work_off(walltime.now()) == 1
    part = registrar.get(sent["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "hx-get" not in part
    assert 'data-label="行">2<' in part
    assert "不在选项里" in part
    again = registrar.post("/desk/registers/river/import", {"file": SimpleUploadedFile("河道.csv", changed.encode())})
    handed_in.work_off(walltime.now())
    told = registrar.get(again["Location"]).content.decode()
    assert re.search(rf"没有变化.*?{rivers() - 1}", told, re.DOTALL)
    assert registrar.get("/desk/registers/river/import", {"sheet": "x"}).status_code == 404


def test_a_sheet_whose_columns_are_wrong_is_refused_before_it_waits(registrar, monkeypatch):
    monkeypatch.setattr(registersheets, "AT_ONCE", 0)
    sent = SimpleUploadedFile("a.csv", "河道,有公示牌\nR-X01,是\n".encode())
    answer = registrar.post("/desk/registers/river/import", {"file": sent})
    assert answer.status_code == 422
    assert "河长级别" in answer.content.decode()
    assert handed_in.work_off(walltime.now()) == 0


def test_the_form_of_a_mirror_is_refused_before_anything_is_typed(registrar, monkeypatch):
    found = law.catalogue()
    mirror = replace(found.register("river"), mirror_of="区河道名录")
    mirrored = Catalogue({**found.by_code, "river": mirror})
    monkeypatch.setattr(law, "catalogue", lambda: mirrored)
    answer = registrar.get("/desk/registers/river/new")
    assert answer.status_code == 422
    assert "区河道名录" in answer.content.decode()


def test_a_point_outside_the_town_is_told_by_the_columns_name_in_a_sheet(registrar):
    works = (FOLDER / "registers" / "works_project.csv").read_text(encoding="utf-8-sig").splitlines()
    sheet = "\n".join([works[0], works[1].replace("121.34264", "120.34264")])
    sent = SimpleUploadedFile("工程.csv", sheet.encode())
    page = registrar.post("/desk/registers/works_project/import", {"file": sent}).content.decode()
    assert "这个点在镇外" in page
    assert 'data-label="列">经度<' in page
    assert "longitude" not in page


def test_a_department_keeps_its_own_registers_and_reads_the_public_ones_of_others(town, registrar):
    call = town.call("administrator")
    town.accounts["river"] = people.create_account("river", "河演示", call=call).account_id
    people.grant_role(town.accounts["river"], "handler", scope_id=town.teams["water"], call=call)
    own, other = town.client("river"), town.client("sanitation")
    assert "登记一行" in own.get("/desk/registers/river").content.decode()
    page = other.get("/desk/registers/river")
    assert page.status_code == 200
    assert "登记一行" not in page.content.decode()
    assert other.get("/desk/registers/river/new").status_code == 403
    assert ScopeKind.TEAM in {grant.scope for grant in town.actor("river").grants}


def test_a_register_that_nobody_declares_is_not_there(registrar):
    assert registrar.get("/desk/registers/nothing").status_code == 404
    assert registrar.get("/desk/registers/river/row/R-Z99").status_code == 404


@pytest.fixture
def redeclare(monkeypatch):
    """Lets the pack declare a field of the rivers in another way, or without `changed` not at all."""
    river = law.catalogue().register("river")

    def change(code: str, **changed: Any) -> None:
        kept = [one for one in river.fields if changed or one.code != code]
        fields = tuple(replace(one, **changed) if one.code == code else one for one in kept)
        monkeypatch.setattr(law, "catalogue", lambda: Catalogue({"river": replace(river, fields=fields)}))

    return change


CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("chief_office", {"type": "yes_no"}),
    ("width_m", {"type": "date", "unit": ""}),
    ("level", {}),
    ("river", {"kind": "road"}),
]


def test_no_page_breaks_when_a_pack_declares_a_field_in_another_way(registrar, redeclare):
    here = "/desk/registers/river"
    for code, changed in CHANGES:
        redeclare(code, **changed)
        for address in (
            f"{here}?sort=-{code}&q=R", f"{here}?view=map", f"{here}/row/R-X01", f"{here}/export", f"{here}?view=unfit",
        ):  # fmt: skip
            assert registrar.get(address).status_code == 200, (code, changed, address)
        assert f"有 {rivers()} 行与现在的字段说明不相符" in registrar.get(here).content.decode(), (code, changed)


def test_a_row_from_an_older_declaration_is_listed_with_field_and_reason_until_it_is_put_right(registrar, redeclare):
    here = "/desk/registers/river"
    assert "不相符" not in registrar.get(here).content.decode()
    redeclare("width_m", unit="千米")
    listed = registrar.get(f"{here}?view=unfit").content.decode()
    assert re.search(r"管理范围宽度 \d+ 米 登记时用的是别的单位", listed)
    row = registrar.get(f"{here}/row/R-X01").content.decode()
    assert re.search(r"<dd>\d+ 米</dd>", row)
    assert 'name="width_m" value=' not in row
    registrar.post(f"{here}/row/R-X01", GIVEN | {"valid_from": "2026-02-01", "_key": "k1"})
    assert f"有 {rivers() - 1} 行与现在的字段说明不相符" in registrar.get(here).content.decode()


def test_who_only_reads_a_register_is_not_told_which_rows_to_put_right(town, registrar, redeclare):
    redeclare("width_m", unit="千米")
    other = town.client("sanitation")
    assert "不相符" not in other.get("/desk/registers/river").content.decode()
    assert other.get("/desk/registers/river?view=unfit").status_code == 403
