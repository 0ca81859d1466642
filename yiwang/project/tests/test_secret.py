"""A database is served only with the key that it was sealed with. Each test starts `yiwang up` and changes the key."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yiwang.kernel import secrecy
from yiwang.project import environment
from yiwang.project.refusal import Refusal
from yiwang.project.tests.test_starting_and_stopping import Up, cluster_of, new_folder

pytestmark = pytest.mark.processes

OTHER = "another-key-another-key-another-key-another"
SEALED = """INSERT INTO account (id, kind, password, phone_cipher, active, erased, demonstration, language, large_type)
            VALUES (gen_random_uuid(), 'resident', '', %s, true, false, false, 'zh-hans', false)"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with new_folder() as data:
        yield data


def refusal(folder: Path, **environment: str) -> str:
    up = Up(folder, **environment)
    assert up.process.wait(timeout=40) == 2, up.text()
    return up.text()


def in_database(folder: Path, statement: str, parameters: list[object]) -> None:
    """Runs one statement as the tables' owner while the town does not run."""
    cluster = cluster_of(folder)
    with (
        environment.database_at_hand(environment.Folder(folder), cluster, lambda _text: None),
        psycopg.connect(cluster.url("yiwang"), autocommit=True) as connection,
    ):
        connection.execute(statement, parameters)


def test_a_start_with_another_key_is_refused_and_says_where_it_came_from_and_what_to_restore(folder: Path) -> None:
    Up(folder).ready().end(signal.SIGTERM)
    key = (folder / "secret.key").read_text()
    told = refusal(folder, YIWANG_SECRET_KEY=OTHER)
    assert "YIWANG_SECRET_KEY" in told
    assert "另一把密钥" in told
    (folder / "secret.key").write_text(OTHER)
    told = refusal(folder)
    assert f"The key in use comes from {folder / 'secret.key'}" in told
    assert "from the backup" in told
    assert not (folder / "log" / "web.log").read_text().count("Started worker") > 1
    (folder / "secret.key").write_text(key)
    Up(folder).ready().end(signal.SIGTERM)


def test_where_the_check_value_was_taken_out_the_ciphertext_itself_refuses_another_key(
    folder: Path, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    Up(folder).ready().end(signal.SIGTERM)
    key = (folder / "secret.key").read_text()
    settings.SECRET_KEY = key.strip()  # type: ignore[attr-defined]
    secrecy._key.cache_clear()
    sealed = secrecy.seal("13900000001")
    secrecy._key.cache_clear()
    in_database(folder, SEALED, [sealed])
    in_database(folder, "DELETE FROM secret_check", [])
    assert "另一把密钥" in refusal(folder, YIWANG_SECRET_KEY=OTHER)
    Up(folder).ready().end(signal.SIGTERM)
    in_database(folder, "DELETE FROM account", [])
    assert "另一把密钥" in refusal(folder, YIWANG_SECRET_KEY=OTHER), "the right key's start did not put the check back"


def test_a_single_command_with_another_key_is_refused_too(folder: Path) -> None:
    up = Up(folder).ready()
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    values = kept | {"YIWANG_DATA": str(folder), "YIWANG_SECRET_KEY": OTHER}
    values |= {"DJANGO_SETTINGS_MODULE": "yiwang.project.tests.small_town"}
    command = [sys.executable, "-m", "yiwang.project.commands", "worker"]
    done = subprocess.run(command, env=values, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stderr
    assert "YIWANG_SECRET_KEY" in done.stderr
    up.end(signal.SIGTERM)


def test_a_new_folder_on_a_sealed_outside_database_does_not_begin_with_a_key_of_its_own(folder: Path) -> None:
    server, name = os.environ["DATABASE_URL"], f"sealed_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    outside = psycopg.conninfo.make_conninfo(server, dbname=name)
    try:
        Up(folder, DATABASE_URL=outside).ready().end(signal.SIGTERM)
        with new_folder() as another:
            assert str(another / "secret.key") in refusal(another, DATABASE_URL=outside)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_key_that_is_too_short_to_seal_anything_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="32"):
        environment.secret_key(environment.Folder(tmp_path), None, {"YIWANG_SECRET_KEY": "short"})
