"""The command line answers at once where no row of the town is needed: help, and what only reads files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from yiwang.project import commands
from yiwang.project.commands import TOWN_COMMANDS, needs_database


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", False),
        ("--help", False),
        ("up --port 8080", False),  # `up` starts its own
        ("town", False),
        ("town --help", False),
        ("town check towns/xinhai", False),
        ("town check --json towns/xinhai", False),
        ("town load towns/xinhai", True),
        ("town load --help", False),
        ("plan parse plan.txt", False),
        ("hj212 decode capture.bin", False),
        ("hj212 decode --json -", False),
        ("hj212 order A1 get-time", False),
        ("hj212 send A1 w21003=1", False),
        ("workdays add 2019-09-30 5", False),
        ("hotline", False),
        ("hotline import file.csv", True),
        ("case show XH20190001", True),
        ("case draw 2026-10", True),
        ("simulate --days 3", True),
        ("simulate -h", False),
        ("replay", True),
        ("verify journal.jsonl.gz", False),
        ("journal export journal.jsonl.gz", True),
        ("backup town.backup", True),
        ("backup --help", False),
        ("restore town.backup", True),
        ("manage migrate", True),
        ("manage", False),
        ("manage help", False),
        ("manage migrate --help", False),
        ("worker", True),
        ("worker --help", False),
        ("water classify samples.csv", False),  # a pack's command
        ("wrong", False),
    ],
)
def test_the_database_is_started_only_for_what_looks_at_rows(line: str, expected: bool) -> None:
    assert needs_database(line.split()) is expected


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--help",), "simulate"),
        (("case", "-h"), "Usage: yiwang case"),
        (("worker", "--help"), "Usage: yiwang worker"),
        (("manage", "migrate", "--help"), "usage: yiwang manage migrate"),
        (("workdays", "add", "2019-09-30", "5"), "2019年10月12日"),
    ],
)
def test_help_and_counting_days_leave_no_data_folder_behind(
    arguments: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    answer = without_a_town(tmp_path / "var", "-m", "yiwang.project.commands", *arguments)
    assert answer.returncode == 0, answer.stderr
    assert told in answer.stdout
    assert not (tmp_path / "var").exists()


def without_a_town(folder: Path, *line: str) -> subprocess.CompletedProcess[str]:
    """What Python answers where nothing is said of a town but its folder, which is not there."""
    kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "YIWANG_SECRET_KEY")}
    told = {**kept, "YIWANG_DATA": str(folder), "COLUMNS": "200"}
    return subprocess.run([sys.executable, *line], env=told, capture_output=True, text=True, timeout=120, check=False)


ONE_AFTER_ANOTHER = """
import sys
from yiwang.project import commands
for name in commands.TOWN_COMMANDS:
    for wish in ("--help", "-h"):
        sys.argv = ["yiwang", name, wish]
        try:
            commands.main()
        except SystemExit as ended:
            print("ended with", ended.code)
"""
"""In one process: it would load the same modules for each."""


def test_the_help_of_every_command_leaves_no_data_folder_behind(tmp_path: Path) -> None:
    answer = without_a_town(tmp_path / "var", "-c", ONE_AFTER_ANOTHER)
    told = [
        line.strip().removeprefix("Usage: ").split(" [")[0] for line in answer.stdout.splitlines() if "Usage: " in line
    ]
    assert told == [f"yiwang {name}" for name in TOWN_COMMANDS for _ in range(2)], answer.stderr
    assert answer.returncode == 0
    assert "ended with" not in answer.stdout.replace("ended with 0", "")
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("workdays add 2019-09-30 -3", ("-3", "yiwang workdays add", "yiwang workdays add --help")),
        ("workdays add 2019-09-30", ("N", "yiwang workdays add --help")),
        ("workdays ad 2019-09-30 3", ("ad", "yiwang workdays --help")),
        ("simulate --days x --help-me", ("--help-me", "yiwang simulate --help")),
        ("up --port eight", ("--port", "yiwang up --help")),
        ("strat", ("strat", "yiwang --help")),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_how_to_write_it(line, told, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["yiwang", *line.split()])
    monkeypatch.setattr(commands, "needs_database", lambda arguments: False)
    with pytest.raises(SystemExit) as ended:
        commands.main()
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.startswith("这行命令看不懂：")
    assert all(part in said for part in told), said


def test_a_command_that_is_only_named_tells_what_it_can_do(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["yiwang", "workdays"])
    with pytest.raises(SystemExit):
        commands.main()
    assert "看不懂" not in capsys.readouterr().err
