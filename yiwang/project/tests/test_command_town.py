"""`yiwang town …` as somebody at the terminal meets it."""

import json
import shutil
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from typer.testing import CliRunner

from yiwang.kernel import walltime
from yiwang.kernel.people.queries import account, accounts
from yiwang.kernel.people.steps import accounts as account_steps
from yiwang.kernel.people.tests.strongly import log_in_strongly
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.kernel.wording import PACKAGE
from yiwang.project.command_town import FOUND, app
from yiwang.project.startcheck import check

XINHAI = settings.ROOT / "towns" / "xinhai"


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def run(*words: object, typed: str = ""):
    return CliRunner().invoke(app, [str(word) for word in words], input=typed)


def test_a_good_folder_passes_and_is_counted():
    found = json.loads(run("check", XINHAI, "--json").stdout)
    assert found["faults"] == []
    counted = found["found"]
    assert (counted["committees"], counted["notice_years"], counted["packs"]) == (5, 20, len(settings.PACKS))
    assert all(counted.values())
    told = run("check", XINHAI)
    assert told.exit_code == 0
    assert set(counted) == set(FOUND)
    assert f"案件类别 case types: {counted['case_types']}" in told.output


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Copies to spoil: Xinhai's folder, and the files of law and texts of the package."""
    package = tmp_path / "yiwang"
    for pattern in (
        "**/permissions.yaml",
        "kernel/access/roles.yaml",
        "kernel/access/second_factor.yaml",
        "**/texts/*.yaml",
        "**/params/*.yaml",
        "kernel/workdays/notices/*.yaml",
        "intake/sensing/factors.yaml",
        "packs/__init__.py",  # in a Python package a pack may have code
        "packs/*/**/*.*",
    ):
        for path in PACKAGE.glob(pattern):
            if "__pycache__" not in path.parts:
                copied = package / path.relative_to(PACKAGE)
                copied.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copied)
    return Path(shutil.copytree(XINHAI, tmp_path / "xinhai")), package


def test_the_copies_are_without_a_fault(folders):
    town_dir, package = folders
    assert check(town_dir, package) == check(XINHAI)


HOTLINE, GRID, NOTICES = "packs/hotline/", "packs/grid/", "kernel/workdays/notices/"
AREAS, FACILITIES = "places/areas.geojson", "places/facilities.geojson"

SPOILED = [
    # the town's own files
    ("town.yaml", "demonstration: true", "demonstration: ja", ["town.yaml:6 rule-file-wrong-kind"]),
    ("town.yaml", "case_letters: XH", "case_letters: xh\ncolour: red",
     ["town.yaml:8 rule-file-unknown-key", "town.yaml:7 rule-file-wrong-kind"]),
    ("departments.yaml", "{code: urban,", "{code: centre,",
     ["departments.yaml:4 town-given-twice", "accounts.yaml:* town-team-unknown", "plan.yaml:* rule-file-unknown-choice",
      "stations.yaml:* station-name-unknown",
      "packs/grid/case_types.yaml:* town-department-of-types-missing",
      "packs/*/registers.yaml:* town-owner-of-register-missing"]),
    ("departments.yaml", "310151114005", "310151114009", ["departments.yaml:* town-place-missing"]),
    ("accounts.yaml", "[{role: auditor}]", "[{role: auditor}, {role: security_administrator}]",
     ["accounts.yaml:14 town-roles-not-apart"]),
    ("accounts.yaml", "role: operator", "role: king", ["accounts.yaml:6 town-role-unknown"]),
    ("office_hours.yaml", "08:30-11:30", "25:30-11:30", ["office_hours.yaml:13 rule-file-wrong-kind"]),
    ("office_hours.yaml", "id: office.hours", "id: office.ours", ["office_hours.yaml:1 rule-file-missing-key"]),
    # places
    (FACILITIES, '"features": [', '"features": ', ["places/facilities.geojson:3 town-places-unreadable"]),
    (FACILITIES, '"kind":"facility"', '"kind":"castle"', ["places/facilities.geojson:2 town-place-refused"]),
    (AREAS, '"kind":"grid_cell"', '"kind":"cell"',
     ["places/areas.geojson:4 town-place-refused", "places/areas.geojson:3 town-place-refused"]),
    # a department that only the case types miss
    ("departments.yaml", "{code: sanitation,", "{code: cleaning,",
     ["accounts.yaml:21 town-team-unknown", "plan.yaml:* rule-file-unknown-choice",
      "packs/grid/case_types.yaml:* town-department-of-types-missing"]),
    # packs
    (GRID + "pack.toml", 'serves = ["S22"]', 'serves = ["S99"]', ["packs/grid/pack.toml:3 rule-file-wrong-kind"]),
    (GRID + "quality.yaml", "examples-invented: done", "examples-invented: perhaps",
     ["packs/grid/quality.yaml:8 rule-file-wrong-kind"]),
    (GRID + "case_types.yaml", "photo: true", "photo: often", ["packs/grid/case_types.yaml:14 rule-file-wrong-kind"]),
    (HOTLINE + "case_types.yaml", "code: H-01-02", "code: H-01-01",
     ["packs/hotline/case_types.yaml:26 rule-file-double-key"]),
    # dated rules, of a pack and of a module
    (HOTLINE + "params/hotline_limits.yaml", "  scope: town\n", "",
     ["packs/hotline/params/hotline_limits.yaml:3 rule-file-missing-key"]),
    ("cases/params/cases.yaml", "unit: working_hour", "units: working_hour",
     ["cases/params/cases.yaml:4 rule-file-unknown-key", "cases/params/cases.yaml:2 rule-file-missing-key"]),
    ("cases/params/cases.yaml", "id: cases.limit.close", "id: cases.limit.accept",
     ["cases/params/cases.yaml:10 rule-file-double-key"]),
    ("cases/params/cases.yaml", "{from: 2019-01-01, value: 2,", "{from: 2019-01-01, to: 2018-01-01, value: 2,",
     ["cases/params/cases.yaml:9 rule-file-dates-backwards"]),
    # what the code of cases needs of them
    ("cases/params/cases.yaml", "value: 2,", "value: soon,", ["cases/params/cases.yaml:9 rule-file-wrong-kind"]),
    ("cases/params/cases.yaml", "value: 2,", "value: 0,", ["cases/params/cases.yaml:9 rule-file-wrong-kind"]),
    ("cases/params/cases.yaml", "value: 2,", "value: 2.9,", ["cases/params/cases.yaml:9 rule-file-wrong-kind"]),
    ("cases/params/cases.yaml", "unit: percent", "unit: day", ["cases/params/cases.yaml:* rule-file-unknown-choice"]),
    ("cases/params/cases.yaml", "unit: working_hour", "unit: fortnight",
     ["cases/params/cases.yaml:4 rule-file-unknown-choice"]),
    ("cases/params/cases.yaml", "id: cases.limit.accept", "id: cases.limit.acept",
     ["cases/params/cases.yaml:2 rule-wanted"]),
    (HOTLINE + "params/hotline_limits.yaml", "value: 1,", "value: -5,",
     ["packs/hotline/params/hotline_limits.yaml:* rule-file-wrong-kind"]),
    # stations, and what instruments measure
    ("stations.yaml", "door: mqtt", "door: fax", ["stations.yaml:* station-refused"]),
    ("mqtt.yaml", "{flow: w00000}", "{flow: flow}", ["mqtt.yaml:11 mqtt-topic-refused"]),
    ("intake/sensing/factors.yaml", "code: w01001", "code: pH", ["intake/sensing/factors.yaml:9 rule-file-wrong-kind"]),
    # notices
    (NOTICES + "2019.yaml", "rest: [2019-04-05]", "rest: [2021-04-05]",
     ["kernel/workdays/notices/2019.yaml:11 notice-file"]),
    (NOTICES + "2019.yaml", "year: 2019", "year: 2020", ["kernel/workdays/notices/2019.yaml:1 notice-of-another-year"]),
    # who may do what
    ("kernel/access/permissions.yaml", "admin.read: {", "x.bogus: {nobody: town}\nadmin.read: {",
     ["kernel/access/permissions.yaml:2 rule-file-unknown-choice"]),
    ("kernel/access/permissions.yaml", "admin.read: {", "admin.read: {visitor: town}\nadmin.read: {",
     ["kernel/access/permissions.yaml:3 rule-file-double-key"]),
    ("kernel/access/second_factor.yaml", "account.list: always", "account.list: sometimes",
     ["kernel/access/second_factor.yaml:* rule-file-unknown-choice"]),
    ("kernel/places/permissions.yaml", "place.read: {", "admin.read: {visitor: town}\nplace.read: {",
     ["kernel/places/permissions.yaml:2 rule-file-double-key"]),
    ("cases/permissions.yaml", "case.void: {duty_officer: town}", "case.void: {duty_officer: city}",
     ["cases/permissions.yaml:* rule-file-unknown-choice"]),
    ("cases/permissions.yaml", "case.void: {duty_officer: town}", "case.void: {}", ["cases/permissions.yaml:* rule-file-wrong-kind"]),
    ("cases/permissions.yaml", "case.void: {duty_officer: town}", "case.void: {duty_officer: town, duty_officer: own}",
     ["cases/permissions.yaml:* rule-file-double-key"]),
    ("kernel/access/roles.yaml", "operator: {scope: town", "operator: {scope: county",
     ["kernel/access/roles.yaml:* rule-file-unknown-choice"]),
    ("kernel/access/roles.yaml", "arbiter: {scope: town", "leader: {scope: town",
     ["kernel/access/roles.yaml:* rule-file-double-key"]),
    # texts
    ("cases/texts/en.yaml", "    what: ", "    watt: ",
     ["cases/texts/en.yaml:* rule-file-unknown-key", "cases/texts/en.yaml:* rule-file-missing-key"]),
    ("kernel/workdays/texts/en.yaml", "{day} is outside", "{date} is outside",
     ["kernel/workdays/texts/en.yaml:* text-parameters-differ"]),
    ("kernel/workdays/texts/zh-Hans.yaml", "holiday.weekend", "holiday.weak-end",
     ["kernel/workdays/texts/zh-Hans.yaml:* text-in-one-language", "kernel/workdays/texts/en.yaml:* text-in-one-language"]),
    (HOTLINE + "texts/en.yaml", "  hotline.kind.H: Demand", "  hotline.kind.H: Demand\n  hotline.kind.H: Wish",
     ["packs/hotline/texts/en.yaml:4 rule-file-double-key"]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "right", "wrong", "faults"), SPOILED)
def test_a_spoiled_file_is_told_with_file_and_line(folders, file, right, wrong, faults):
    town_dir, package = folders
    path = next(root / file for root in folders if (root / file).exists())
    content = path.read_text(encoding="utf-8")
    assert right in content, f"{right} is not in {file}"
    path.write_text(content.replace(right, wrong, 1), encoding="utf-8")
    told = [f"{named(fault.file, folders)}:{fault.line} {fault.slug}" for fault in check(town_dir, package).faults]
    kinds = list(dict.fromkeys(told))
    assert len(kinds) >= len(faults)
    assert all(any(fnmatchcase(one, wanted) for wanted in faults) for one in kinds), kinds
    assert all(any(fnmatchcase(one, wanted) for one in kinds) for wanted in faults), kinds


def named(file: str, folders: tuple[Path, Path]) -> str:
    """The file's name below the one of the folders in which it lies."""
    return next(Path(file).relative_to(root).as_posix() for root in folders if Path(file).is_relative_to(root))


@pytest.mark.parametrize("name", ["town.yaml", "departments.yaml", "office_hours.yaml"])
def test_a_file_that_every_town_has_is_missed(folders, name):
    town_dir, package = folders
    (town_dir / name).unlink()
    assert [named(fault.file, folders) for fault in check(town_dir, package).faults] == [name]


def test_a_missing_year_between_notices_is_missed(folders):
    town_dir, package = folders
    (package / NOTICES / "2013.yaml").unlink()
    (fault,) = check(town_dir, package).faults
    assert (named(fault.file, folders), fault.slug) == (NOTICES + "2013.yaml", "notice-year-missing")


def test_all_faults_are_told_at_once_and_the_exit_code_is_2(folders):
    town_dir, _ = folders
    for name, right, wrong in (
        ("town.yaml", "case_letters: XH", "case_letters: X"),
        ("town.yaml", "demonstration: true", "demonstration: ja"),
        ("office_hours.yaml", "08:30-11:30", "11:30-08:30"),
        (FACILITIES, '"kind":"facility"', '"kind":"castle"'),
    ):
        path = town_dir / name
        path.write_text(path.read_text(encoding="utf-8").replace(right, wrong, 1), encoding="utf-8")
    refused = run("check", town_dir, "--json")
    assert refused.exit_code == 2
    faults = json.loads(refused.stdout)["faults"]
    assert [(Path(fault["file"]).name, fault["line"]) for fault in faults] == [
        ("town.yaml", 6),
        ("town.yaml", 7),
        ("facilities.geojson", 2),
        ("office_hours.yaml", 13),
    ]
    told = run("check", town_dir)
    assert told.exit_code == 2
    assert all(f"{fault['file']}:{fault['line']}: " in told.output for fault in faults)


@pytest.mark.django_db
def test_a_folder_is_loaded_and_counted_and_a_bad_one_is_not(tmp_path: Path):
    counted = json.loads(run("load", XINHAI, "--json").stdout)
    assert (counted["teams"]["added"], counted["accounts"]["added"]) == (25, 0)
    assert json.loads(run("load", XINHAI, "--demonstration", "--json").stdout)["accounts"]["added"] > 30
    bad = Path(shutil.copytree(XINHAI, tmp_path / "bad"))
    (bad / "departments.yaml").write_text("- {}\n", encoding="utf-8")
    assert run("load", bad).exit_code == 2


@pytest.mark.django_db
def test_a_real_town_gets_its_first_administrator():
    typed = "a-long-password\na-long-password\n"
    assert run("administrator", "li.real", "李管理", typed=typed).exit_code == 0
    (card,) = accounts(Actor(ActorKind.SYSTEM))
    assert [role.role for role in card.roles] == ["administrator"]
    assert run("administrator", "li.real", "李管理", typed=typed).exit_code == 2
    assert run("administrator", "li.other", "李管理", typed="short\nshort\n").exit_code == 2
    assert len(accounts(Actor(ActorKind.SYSTEM))) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["staff", "resident"])
def test_invented_people_never_come_into_a_town_of_real_ones(who):
    assert run("load", XINHAI).exit_code == 0
    if who == "staff":
        assert run("administrator", "li.real", "李管理", typed="a-long-password\na-long-password\n").exit_code == 0
    else:
        account_steps.register_resident("13900000001", call=Call(Actor(ActorKind.SYSTEM), walltime.now(), "command"))
    before = accounts(Actor(ActorKind.SYSTEM))
    refused = run("load", XINHAI, "--demonstration")
    assert refused.exit_code == 2
    assert "已有真实的账号" in refused.output
    assert "accounts of real people" in refused.output
    assert accounts(Actor(ActorKind.SYSTEM)) == before
    assert run("load", XINHAI).exit_code == 0


@pytest.mark.django_db
def test_who_runs_the_server_takes_a_lost_app_away_with_a_reason():
    assert run("administrator", "li.real", "李管理", typed="a-long-password\na-long-password\n").exit_code == 0
    assert run("reset-second-factor", "li.real", "--reason", "当面说手机丢了").exit_code == 2  # there is none
    (card,) = accounts(Actor(ActorKind.SYSTEM))
    log_in_strongly(Client(), card.account_id)
    done = run("reset-second-factor", "li.real", "--reason", "当面说手机丢了")
    assert (done.exit_code, "已取消两步登录" in done.output) == (0, True)
    assert not account(Actor(ActorKind.SYSTEM), card.account_id).second_factor
    assert run("reset-second-factor", "nobody", "--reason", "x").exit_code == 2
