"""A command on a folder where no town was made yet, and on one that an older program made."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from yiwang.project.readiness import refuse_unready
from yiwang.project.refusal import Refusal

UNKNOWN_NUMBER = "XH20190402W0000102"


@pytest.fixture
def nowhere() -> Iterator[Path]:
    """A folder that does not exist yet; a short path, because a socket's may have 107 bytes."""
    outer = Path(tempfile.mkdtemp(prefix="yw"))
    outer.chmod(0o711)
    yield outer / "var"
    shutil.rmtree(outer)


def typed(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_URL", "YIWANG_"))}
    return subprocess.run(
        [sys.executable, "-m", "yiwang.project.commands", *arguments],
        env={**kept, "YIWANG_DATA": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.processes
def test_before_there_is_a_town_a_command_says_how_to_make_one_and_load_makes_it_ready_to_live(nowhere):
    too_early = typed(nowhere, "case", "show", UNKNOWN_NUMBER)
    assert (too_early.returncode, too_early.stdout) == (2, "")
    assert "yiwang town load" in too_early.stderr
    assert "Traceback" not in too_early.stderr
    by_hand = typed(nowhere, "manage", "showmigrations")
    assert (by_hand.returncode, "yiwang town load" in by_hand.stderr, "Traceback" in by_hand.stderr) == (2, True, False)
    assert typed(nowhere, "town", "load", "towns/xinhai", "--demonstration").returncode == 0
    lived = typed(nowhere, "simulate", "--days", "1", "--rate", "2", "--json")
    assert lived.returncode == 0, lived.stderr


def test_tables_older_than_the_program_are_named_with_the_way_out(db):
    refuse_unready()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'cases' AND name > '0005'")
    with pytest.raises(Refusal, match=r"\d+ migrations are missing.*"):
        refuse_unready()
