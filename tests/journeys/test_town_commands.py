"""`yiwang simulate` and `yiwang replay`, as somebody types them."""

import json
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection
from typer.testing import CliRunner

from tests.journeys.conftest import load_xinhai
from yiwang.kernel.journal.replay import ReplayStopped
from yiwang.project import command_replay, command_simulate, environment
from yiwang.project.refusal import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def xinhai(db: None, remembered: Any) -> None:
    load_xinhai(remembered)


def typed(app: Any, *arguments: str) -> Any:
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_simulate_tells_a_machine_what_it_did_and_replay_finds_no_difference(xinhai):
    done = json.loads(typed(command_simulate.app, "--days", "2", "--rate", "3", "--json").stdout)
    assert sum(done["states"].values()) == sum(done["reports"].values()) == len(done["numbers"]) > 0
    answer = typed(command_replay.app, "--json")
    assert (answer.exit_code, json.loads(answer.stdout)["differences"]) == (0, [])


def test_replay_names_a_row_that_somebody_changed_behind_the_journals_back(xinhai):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE team SET name_zh = '别的名字' WHERE code = 'water'")
    answer = typed(command_replay.app)
    assert answer.exit_code == 2
    assert "team" in answer.stdout
    assert "name_zh" in answer.stdout


def test_replay_says_where_it_stopped(xinhai, monkeypatch):
    def stops(_progress: Any) -> None:
        raise ReplayStopped("entry 7 (case.gathered v1): KeyError")

    monkeypatch.setattr(command_replay, "replay", stops)
    with pytest.raises(Refusal, match="entry 7"):
        typed(command_replay.app)


def test_a_running_town_is_not_simulated_behind_its_back(xinhai):
    path = environment.data_folder().lock
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, 2); print(1, flush=True); input()",
            path,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout
    assert holder.stdin
    holder.stdout.readline()
    try:
        with pytest.raises(Refusal, match="--at"):
            typed(command_simulate.app, "--days", "1")
    finally:
        holder.communicate(b"\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--days", "0"], "400"), (["--days", "401"], "400"), (["--at", "ftp://x"], "网址"), (["--rate", "0"], "10000")],
)
def test_simulate_refuses_what_makes_no_sense(arguments, says, xinhai):
    with pytest.raises(Refusal, match=says):
        typed(command_simulate.app, *arguments)
