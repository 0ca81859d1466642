"""A backup of a town in which people work, put back somewhere else: the same rows, files and heads, or a clear refusal."""

import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo
from typer.testing import CliRunner

from yiwang.kernel import walltime
from yiwang.kernel.files import imaging, store
from yiwang.kernel.files import steps as files
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.files.tests.pictures import jpeg
from yiwang.kernel.journal import sealed, sealer, sequencer, tree
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.project import backup, command_backup, command_restore, seal_key, secret
from yiwang.project.environment import Folder, secret_key
from yiwang.project.refusal import Refusal

SYSTEM = Actor(ActorKind.SYSTEM)
WRITERS, TEAMS = 3, 25
DIGEST = "SELECT count(*), md5(coalesce(string_agg(row::text, chr(10) ORDER BY row::text), '')) FROM {} AS row"

pytestmark = pytest.mark.django_db(transaction=True)


def call() -> Call:
    return Call(SYSTEM, walltime.now(), "test")


def team(code: str) -> None:
    people_teams.create_team(code, "department", name_zh=code, name_en=code, call=call())


def seal() -> None:
    sequencer.sequence_once()
    sealer.seal(walltime.now())


def typed(app: Any, *arguments: object) -> Any:
    return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)


@pytest.fixture
def town(transactional_db, settings, tmp_path, monkeypatch) -> Path:
    """A town with a photo in use, its keys and a signed head. Gives the place for backups."""
    settings.DATA_DIR = tmp_path / "var"
    settings.DATA_DIR.mkdir()
    monkeypatch.setenv(
        "DATABASE_URL", make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    )
    monkeypatch.delenv("YIWANG_DB_ROLE", raising=False)
    secret.keep_check()
    seal_key.keep(settings.TOWN_DIR)
    team("water")
    stored = files.store_photo(imaging.encoded_anew(jpeg()), call=call())
    files.use_file(stored.sha256, "team", "water", Purpose.SCENE, call=call())
    seal()
    return tmp_path


@pytest.fixture
def elsewhere(town, settings, monkeypatch) -> Iterator[str]:
    """An empty database and an empty data folder, to which the commands now point when they are called `over there`."""
    name = f"restored_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield make_conninfo(os.environ["DATABASE_URL"], dbname=name)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def restored(file: Path, url: str, settings: Any, *more: str) -> Any:
    """What `yiwang restore` says on another machine: its own folder, its own database."""
    folder = file.parent / "there"
    folder.mkdir(exist_ok=True)
    here, settings.DATA_DIR = settings.DATA_DIR, folder
    with pytest.MonkeyPatch.context() as over_there:
        over_there.setenv("YIWANG_DATA", str(folder))
        over_there.setenv("DATABASE_URL", url)
        try:
            return typed(command_restore.app, file, *more)
        finally:
            settings.DATA_DIR = here


def digests(url: str) -> dict[str, Any]:
    """How many rows each table has, and a digest of them."""
    with psycopg.connect(url) as reader:
        tables = reader.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        return {name: reader.execute(DIGEST.format(f'"{name}"')).fetchone() for (name,) in tables}


@pytest.mark.processes
def test_a_town_put_back_elsewhere_has_the_same_rows_files_heads_and_guards(town, elsewhere, settings):
    done = typed(command_backup.app, town / "one.backup")
    assert (done.exit_code, "1 个文件 files" in done.stdout) == (0, True)
    assert (town / "one.backup").stat().st_mode & 0o077 == 0
    assert b"PRIVATE+KEY" not in (town / "one.backup").read_bytes()
    assert restored(town / "one.backup", elsewhere, settings).exit_code == 0
    assert digests(elsewhere) == digests(os.environ["DATABASE_URL"])
    here, there = ([p.name for p in (town / at / "files").rglob("*") if len(p.name) == 64] for at in ("var", "there"))
    assert here == there != []
    with psycopg.connect(elsewhere) as reader:
        question = "SELECT has_table_privilege('yiwang_app', %s, 'DELETE')"
        rights = [reader.execute(question, [name]).fetchone() for name in ("entry", "tree_head", "team")]
        assert rights == [(False,), (False,), (True,)]
        with pytest.raises(psycopg.Error, match="entry"):
            reader.execute("DELETE FROM entry")
    with pytest.raises(Refusal, match="There is a town here already"):
        restored(town / "one.backup", elsewhere, settings)


@pytest.mark.processes
def test_a_backup_while_many_write_holds_one_moment_and_all_that_was_acknowledged_before_it(town, elsewhere, settings):
    begun = threading.Barrier(WRITERS + 1)

    def write(number: int) -> None:
        for turn in range(TEAMS):
            team(f"w{number}-{turn}")
            seal()
            if turn == 2:
                begun.wait(30)
        connection.close()

    writers = [threading.Thread(target=write, args=[number]) for number in range(WRITERS)]
    for one in writers:
        one.start()
    begun.wait(30)
    assert typed(command_backup.app, town / "one.backup").exit_code == 0
    for one in writers:
        one.join()
    assert restored(town / "one.backup", elsewhere, settings).exit_code == 0
    with psycopg.connect(elsewhere) as reader:
        codes = {code for (code,) in reader.execute("SELECT code FROM team")}
        told = {code for (code,) in reader.execute("SELECT body->>'code' FROM entry WHERE verb = 'team.created'")}
        newest = reader.execute("SELECT size, root FROM tree_head ORDER BY size DESC LIMIT 1").fetchone()
        placed = "SELECT hash FROM entry JOIN entry_position ON entry_id = id ORDER BY position"
        leaves = [bytes(row[0]) for row in reader.execute(placed)]
    assert codes == told >= {f"w{number}-{turn}" for number in range(WRITERS) for turn in range(3)}
    assert newest is not None
    assert tree.root_of([tree.leaf_hash(one) for one in leaves[: newest[0]]]) == bytes(newest[1])
    there = backup.manifest_of(town / "one.backup").head
    assert there in [one.note for one in sealed.listed(None, 1000)]


def test_a_backup_that_is_cut_off_changed_or_none_is_refused_and_nothing_is_written(town, elsewhere, settings):
    typed(command_backup.app, town / "one.backup")
    whole = (town / "one.backup").read_bytes()
    place = whole.index(b"PGDMP") + 2000
    changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    cases = {
        "its end is missing|not whole": whole[: len(whole) // 2],
        "not as it was written: database.dump": changed,
        "no backup": b"a cat walked here" * 1000,
    }
    for says, content in cases.items():
        (town / "bad.backup").write_bytes(content)
        with pytest.raises(Refusal, match=says):
            restored(town / "bad.backup", elsewhere, settings)
    assert digests(elsewhere) == {}
    assert not (town / "there" / "files").exists()


def rewritten(file: Path, to: Path, change: Any) -> None:
    """A backup as somebody writes it who has no key: other parts, and checksums that fit."""
    with tarfile.open(file) as tar:
        parts = [(one.name, tar.extractfile(one).read()) for one in tar]  # type: ignore[union-attr]
    changed = change(dict(parts))
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in changed.items() if name != backup.CHECKSUMS}
    told = json.loads(changed[backup.CHECKSUMS])
    changed[backup.CHECKSUMS] = json.dumps(told | {"parts": sums} if "parts" in told else sums).encode()
    with tarfile.open(to, "w") as tar:
        for name, content in changed.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def as_of_old(parts: dict[str, bytes]) -> dict[str, bytes]:
    manifest = json.loads(parts[backup.MANIFEST]) | {"form": 1}
    return parts | {backup.MANIFEST: json.dumps(manifest).encode(), backup.CHECKSUMS: b"{}"}


def test_what_somebody_without_the_key_wrote_into_a_backup_is_not_run(town, elsewhere, settings):
    """A dump is SQL, which psql runs with the rights of whoever restores; and checksums anybody can write anew."""
    typed(command_backup.app, town / "one.backup")
    changes = (lambda parts: parts | {"database.dump": parts["database.dump"] + b"!"}, as_of_old)
    for change in changes:
        rewritten(town / "one.backup", town / "bad.backup", change)
        with pytest.raises(Refusal, match="has not vouched"):
            restored(town / "bad.backup", elsewhere, settings)
    assert digests(elsewhere) == {}
    assert restored(town / "bad.backup", elsewhere, settings, "--unvouched").exit_code == 0  # one of an older program
    assert digests(elsewhere) == digests(os.environ["DATABASE_URL"])


def test_a_backup_with_a_part_twice_a_link_or_a_manifest_of_nonsense_is_refused(town, elsewhere, settings):
    typed(command_backup.app, town / "one.backup")
    whole = (town / "one.backup").read_bytes()
    nonsense: tuple[dict[str, Any] | list[int], ...] = (
        [1],
        {"key_check": "zz"},
        {"migrations": 5},
        {"postgres": "new"},
        {"mayor": "x"},
    )
    manifest = json.loads(backup.manifest_bytes(backup.manifest_of(town / "one.backup")))
    for bad in nonsense:
        content = json.dumps(bad if isinstance(bad, list) else manifest | bad).encode()
        rewritten(town / "one.backup", town / "bad.backup", lambda parts, told=content: parts | {backup.MANIFEST: told})
        with pytest.raises(Refusal, match="Nothing was restored"):
            restored(town / "bad.backup", elsewhere, settings)
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.REGTYPE):
        (town / "bad.backup").write_bytes(whole)
        with tarfile.open(town / "bad.backup", "a") as tar:
            info = tarfile.TarInfo(backup.DATABASE)
            info.type, info.linkname = kind, backup.MANIFEST
            tar.addfile(info)
        with pytest.raises(Refusal, match="does not belong there"):
            restored(town / "bad.backup", elsewhere, settings)
    assert digests(elsewhere) == {}


def test_a_backup_of_another_key_of_a_newer_program_or_of_a_newer_server_is_refused_with_the_way_out(
    town, elsewhere, settings
):
    typed(command_backup.app, town / "one.backup")
    true = backup.manifest_of(town / "one.backup")
    cases = {
        "secret.key": {"key_check": "00" * 32},
        "Install that version": {"migrations": (*true.migrations, "cases.9999_from_the_future")},
        "Use 99 or later": {"postgres": 99},
    }
    for says, other in cases.items():
        with backup.written(town / "other.backup") as writer:
            writer.add_bytes(backup.MANIFEST, backup.manifest_bytes(backup.Manifest(**{**true.__dict__, **other})))
        with pytest.raises(Refusal, match=says):
            restored(town / "other.backup", elsewhere, settings)
    assert digests(elsewhere) == {}


def test_a_database_that_cannot_take_all_of_it_takes_nothing(town, elsewhere):
    typed(command_backup.app, town / "one.backup")
    backup.extract(town / "one.backup", backup.DATABASE, town / "one.dump")
    with psycopg.connect(elsewhere, autocommit=True) as owner:
        owner.execute("CREATE TABLE tree_head (a int)")
    with pytest.raises(Refusal, match="tree_head"):
        backup.load(elsewhere, town / "one.dump")
    assert list(digests(elsewhere)) == ["tree_head"]


def test_a_file_that_the_disk_lost_is_named_and_the_rest_is_in_the_backup(town):
    name = next(path.name for path in store.root().rglob("*") if len(path.name) == 64)
    store.path_of(name).write_bytes(b"the disk lost its mind")
    done = typed(command_backup.app, town / "one.backup")
    assert (done.exit_code, name in done.stderr) == (1, True)
    store.path_of(name).unlink()
    assert typed(command_backup.app, town / "two.backup").exit_code == 1
    assert backup.manifest_of(town / "two.backup").entries > 0


def test_a_backup_is_never_written_over_and_where_nothing_can_be_written_that_is_said(town):
    (town / "one.backup").write_text("yesterday's")
    with pytest.raises(Refusal, match="not written over"):
        typed(command_backup.app, town / "one.backup")
    assert (town / "one.backup").read_text() == "yesterday's"
    with pytest.raises(Refusal, match="No half backup was left"):
        typed(command_backup.app, town / "nowhere" / "one.backup")


def test_without_the_towns_key_nothing_is_put_back_and_no_new_key_is_made(tmp_path):
    with pytest.raises(Refusal, match=r"put this town's secret\.key"):
        secret_key(Folder(tmp_path), None, {}, may_make=False)
    assert not list(tmp_path.iterdir())


def test_the_manifest_can_be_read_by_whoever_has_only_tar(town):
    typed(command_backup.app, town / "one.backup")
    with backup._opened(town / "one.backup") as tar:
        assert [one.name.split("/")[0] for one in tar] == [
            "manifest.json",
            "database.dump",
            "files",
            "checksums.json",
        ]
        content = tar.extractfile("manifest.json")
        assert content is not None
        assert json.load(content)["yiwang"] == "backup"
