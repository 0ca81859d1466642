"""`yiwang town …` as somebody at the terminal meets it."""

import json
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from typer.testing import CliRunner

from yiwang.kernel.people.queries import accounts
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.project.command_town import app

XINHAI = settings.ROOT / "towns" / "xinhai"


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def run(*words: object, typed: str = ""):
    return CliRunner().invoke(app, [str(word) for word in words], input=typed)


def test_a_good_folder_passes_and_a_bad_one_is_refused_with_exit_code_2(tmp_path: Path):
    assert run("check", XINHAI).exit_code == 0
    bad = Path(shutil.copytree(XINHAI, tmp_path / "bad"))
    (bad / "town.yaml").unlink()
    refused = run("check", bad, "--json")
    assert refused.exit_code == 2
    (fault,) = json.loads(refused.stdout)["faults"]
    assert "town.yaml" in fault


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
