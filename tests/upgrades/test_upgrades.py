"""A town that an older version left is brought up to date on its own rows, and its journal still gives its tables.

The dumps beside this file are of demonstrations at landed versions; keep.py makes one more (after a landing with migrations).
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.upgrades.keep import SECRET
from yiwang.project import backup

pytestmark = pytest.mark.processes
DUMPS = sorted(Path(__file__).parent.glob("*.dump"))
ROOT = Path(__file__).resolve().parents[2]
KEPT = ("entry", "case", "report", "account", "place", "commitment")


@pytest.fixture
def database() -> Iterator[str]:
    """An empty database on the tests' own server."""
    server, name = os.environ["DATABASE_URL"], f"upgrade_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield psycopg.conninfo.make_conninfo(server, dbname=name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def done(url: str, folder: Path, *command: str) -> str:
    values = {**os.environ, "DATABASE_URL": url, "YIWANG_DATA": str(folder), "YIWANG_SECRET_KEY": SECRET}
    ran = subprocess.run(
        [sys.executable, "-m", *command], env=values, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def counted(url: str) -> tuple[int, ...]:
    """How much there is of what no upgrade may lose."""
    asked = [sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)) for table in KEPT]
    with psycopg.connect(url) as connection:
        return tuple(connection.execute(one).fetchone()[0] for one in asked)


@pytest.mark.parametrize("dump", DUMPS, ids=[one.stem for one in DUMPS])
def test_a_town_of_an_older_version_is_brought_up_to_date_and_is_still_what_its_journal_says(
    dump: Path, database: str, tmp_path: Path
) -> None:
    backup.load(database, dump)
    before = counted(database)
    assert all(before)
    done(database, tmp_path, "yiwang.project.prepare", "--tables")
    assert counted(database) == before
    replayed = json.loads(done(database, tmp_path, "yiwang.project.commands", "replay", "--json"))
    assert replayed["differences"] == []
    assert replayed["entries"] == before[0]


def test_there_are_dumps_of_two_landed_versions_at_least() -> None:
    assert len(DUMPS) >= 2
