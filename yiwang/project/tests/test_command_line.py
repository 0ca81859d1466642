"""The command line answers at once where no row of the town is needed: help, and what only reads files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
        ("workdays add 2019-09-30 5", False),
        ("hotline", False),
        ("hotline import file.csv", True),
        ("case show XH20190001", True),
        ("case draw 2026-10", True),
        ("simulate --days 3", True),
        ("simulate -h", False),
        ("replay", True),
        ("manage migrate", True),
        ("worker", True),
        ("wrong", False),
    ],
)
def test_the_database_is_started_only_for_what_looks_at_rows(line: str, expected: bool) -> None:
    assert needs_database(line.split()) is expected


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--help",), "simulate"),
        *(((name, "--help"), "Usage: yiwang " + name) for name in TOWN_COMMANDS),
        *(((name, "-h"), "Usage: yiwang " + name) for name in TOWN_COMMANDS),
        (("workdays", "add", "2019-09-30", "5"), "2019年10月12日"),
    ],
)
def test_help_and_counting_days_leave_no_data_folder_behind(
    arguments: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    folder = tmp_path / "var"
    kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "YIWANG_SECRET_KEY")}
    answer = subprocess.run(
        [sys.executable, "-m", "yiwang.project.commands", *arguments],
        env={**kept, "YIWANG_DATA": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert told in answer.stdout
    assert not folder.exists()
