"""`yiwang register …` as somebody at the terminal meets it."""

import csv
import io
import json

import openpyxl
import pytest
from django.conf import settings
from typer.testing import CliRunner

from yiwang.kernel import walltime
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.places import loading
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.project.command_register import app
from yiwang.project.commands import TOWN_COMMANDS
from yiwang.project.refusal import Refusal

pytestmark = pytest.mark.django_db
RIVERS = settings.ROOT / "towns" / "xinhai" / "registers" / "river.csv"
COUNT = len(RIVERS.read_text(encoding="utf-8").splitlines()) - 1


def run(*words: str):
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def town(db, remembered):
    remembered("places and a register's keeper", made)


def made():
    """Xinhai's rivers as places, and the department that keeps their register."""
    call = Call(Actor(ActorKind.SYSTEM), walltime.now(), "test")
    people_teams.create_team("water", "department", name_zh="水务管理站", name_en="Water Station", call=call)
    loading.load_places(RIVERS.parents[1] / "places", call=call)


@pytest.fixture
def rivers(town):
    """The same, with their rows taken in."""
    answer = run("import", "river", str(RIVERS), "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_a_sheet_goes_in_and_again_changes_nothing(rivers):
    assert (rivers["entered"], rivers["unchanged"], rivers["refused"]) == (COUNT, 0, [])
    again = json.loads(run("import", "river", str(RIVERS), "--json").stdout)
    assert (again["entered"], again["unchanged"]) == (0, COUNT)


def test_the_registers_are_listed_with_owner_and_rows_in_both_languages(rivers):
    told = run("list").output
    assert "river" in told
    assert "水务管理站" in told
    assert str(COUNT) in told
    assert "Water Station" in run("list", "--en").output
    (river,) = [one for one in json.loads(run("list", "--json").stdout) if one["code"] == "river"]
    assert (river["rows"], river["owner"], river["key"]) == (COUNT, "water", ["river"])


def test_the_rows_are_those_of_the_day_that_is_asked_for(rivers):
    assert json.loads(run("list", "river", "--on", "2023-12-31", "--json").stdout)["rows"] == []
    found = json.loads(run("list", "river", "--json").stdout)
    assert len(found["rows"]) == COUNT
    assert found["rows"][0]["words"]["team"] == "水务管理站"
    assert f"共 {COUNT} 行" in run("list", "river").output


def test_rows_that_cannot_be_used_are_named_by_row_and_column_and_the_rest_goes_in(town, tmp_path):
    file = tmp_path / "rivers.csv"
    file.write_text(RIVERS.read_text(encoding="utf-8").replace("村居级", "市级", 1) + "备注\n", encoding="utf-8")
    told = run("import", "river", str(file)).output
    assert f"登记 {COUNT - 1} 行，没有变化 0 行，没有收进 2 行" in told
    assert "第 2 行，列 河长级别：" in told
    answer = json.loads(run("import", "river", str(file), "--json", "--en").stdout)
    first = answer["refused"][0]
    assert (first["row"], first["column"], first["type"]) == (2, "河长级别", "register-value-not-offered")


def test_what_comes_out_as_a_workbook_or_csv_goes_in_again_without_a_change(rivers, tmp_path):
    for name in ("rivers.xlsx", "rivers.csv"):
        file = tmp_path / name
        told = json.loads(run("export", "river", str(file), "--json").stdout)
        assert (told["rows"], told["file"]) == (COUNT, str(file))
        answer = json.loads(run("import", "river", str(file), "--json").stdout)
        assert (answer["entered"], answer["unchanged"], answer["refused"]) == (0, COUNT, [])
    assert openpyxl.load_workbook(tmp_path / "rivers.xlsx").active.max_row == COUNT + 1
    text = (tmp_path / "rivers.csv").read_text(encoding="utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text)))) == COUNT + 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("list", "nothing"), "没有“nothing”这个台账"),
        (("list", "river", "--on", "tomorrow"), "“tomorrow”不是日期"),
        (("import", "river", "/no/such.csv"), "没有文件 /no/such.csv"),
        (("export", "river", "/no/such/rivers.csv"), "没有写成 /no/such/rivers.csv"),
        (("export", "nothing", "x.csv", "--en"), "There is no register"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_why_and_what_to_do(town, words, told):
    refused = run(*words).exception
    assert isinstance(refused, Refusal)
    assert refused.exit_code == 2
    assert told in str(refused)
    assert len(str(refused).splitlines()) >= 3


def test_a_sheet_that_lacks_a_needed_column_is_refused_as_a_whole(town, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("河道,有公示牌\nR-X01,是\n", encoding="utf-8")
    assert "河长级别" in str(run("import", "river", str(file)).exception)


def test_the_command_stands_in_the_list_of_commands():
    assert TOWN_COMMANDS["register"][0] == "yiwang.project.command_register"
