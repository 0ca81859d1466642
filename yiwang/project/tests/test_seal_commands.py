"""The seal from the command line: the key of a town, the export, the check, and what each says when it cannot."""

import gzip
import json
import subprocess
import sys
from typing import Any

import pytest
import typer
from django.core.exceptions import ImproperlyConfigured
from typer.testing import CliRunner

from yiwang.kernel import walltime
from yiwang.kernel.journal import sealed, sealer, sequencer
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.project import command_journal, command_verify, seal_key, witnesses
from yiwang.project.refusal import Refusal

checker = typer.Typer()
checker.command()(command_verify.verify)


@pytest.fixture
def town(db, settings, tmp_path):
    """A town with its key and two entries, sealed one by one."""
    settings.DATA_DIR = tmp_path
    assert seal_key.keep(settings.TOWN_DIR) == ""
    for code in ("water", "urban"):
        call = Call(Actor(ActorKind.SYSTEM), walltime.now(), "test")
        people_teams.create_team(code, "department", name_zh=code, name_en=code, call=call)
        seal()
    return tmp_path


def seal() -> None:
    sequencer.sequence_once()
    sealer.seal(walltime.now())


def typed(app: Any, *arguments: object) -> Any:
    return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)


def test_the_first_start_makes_a_key_for_its_owner_alone_and_the_next_one_leaves_it(town, settings):
    path = sealer.key_path()
    kept = path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    assert kept.startswith("PRIVATE+KEY+yiwang/xinhai+")
    assert seal_key.keep(settings.TOWN_DIR) == ""
    assert path.read_text() == kept


def test_a_lost_key_is_said_and_no_other_one_made_by_itself(town, settings):
    sealer.key_path().unlink()
    assert "renew-key" in seal_key.keep(settings.TOWN_DIR)
    assert not sealer.key_path().exists()
    assert typed(command_journal.app, "key").stdout.strip() == sealed.newest().key


def test_a_file_that_is_no_key_stops_the_start(town, settings):
    sealer.key_path().write_text("a cat walked here")
    with pytest.raises(Refusal, match="from the backup"):
        seal_key.keep(settings.TOWN_DIR)


def test_an_export_is_right_with_the_key_and_the_heads_that_the_town_prints(town):
    assert typed(command_journal.app, "export", town / "j.gz").exit_code == 0
    (town / "heads.txt").write_text(typed(command_journal.app, "heads").stdout)
    key = typed(command_journal.app, "key").stdout.strip()
    done = typed(checker, town / "j.gz", "--key", key, "--witness", town / "heads.txt", "--json")
    verdict = json.loads(done.stdout)
    assert (done.exit_code, verdict["right"], verdict["entries"], verdict["witnessed"]) == (0, True, 2, 2)
    assert "都与封存时一样" in typed(checker, town / "j.gz", "--witness", f"file:{town}/heads.txt").stdout
    assert typed(command_journal.app, "export", town / "one.gz", "--upto", 1).exit_code == 0
    assert json.loads(typed(checker, town / "one.gz", "--json").stdout)["entries"] == 1


def test_a_tampered_export_ends_with_1_and_names_the_entry_in_both_languages(town):
    typed(command_journal.app, "export", town / "j.gz")
    content = gzip.decompress((town / "j.gz").read_bytes())
    (town / "bent.jsonl").write_bytes(content.replace(b'\\"urban\\"', b'\\"urbum\\"'))
    done = typed(checker, town / "bent.jsonl")
    assert done.exit_code == 1
    assert "第 2 条（team.created）的内容与它的哈希值不符" in done.stdout
    assert "Entry 2 (team.created) is not what its hash was taken of" in done.stdout


def test_before_the_first_head_there_is_nothing_to_export(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with pytest.raises(Refusal, match="not sealed that far"):
        typed(command_journal.app, "export", tmp_path / "j.gz")
    with pytest.raises(Refusal, match="no key yet"):
        typed(command_journal.app, "key")


def test_what_cannot_be_read_or_written_is_refused_with_the_reason(town):
    with pytest.raises(Refusal, match="cannot be written"):
        typed(command_journal.app, "export", "/no/such/folder/j.gz")
    with pytest.raises(Refusal, match="no such file"):
        typed(checker, town / "nothing.gz")
    typed(command_journal.app, "export", town / "j.gz")
    with pytest.raises(Refusal, match="Nothing was checked"):
        typed(checker, town / "j.gz", "--witness", town / "nowhere.txt")


def test_a_new_key_keeps_the_old_file_and_needs_a_reason(town):
    old = sealer.key_path().read_text()
    with pytest.raises(Refusal, match="reason"):
        typed(command_journal.app, "renew-key")
    fresh = typed(command_journal.app, "renew-key", "--reason", "the machine was stolen").stdout.strip()
    assert [path.read_text() for path in town.glob("seal.key.*.old")] == [old]
    seal()
    assert sealed.newest().key == fresh
    typed(command_journal.app, "export", town / "j.gz")
    assert json.loads(typed(checker, town / "j.gz", "--key", fresh, "--json").stdout)["right"]


def test_a_check_needs_neither_a_town_nor_a_database(town, tmp_path):
    typed(command_journal.app, "export", town / "j.gz")
    alone = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": ":".join(sys.path),
        "YIWANG_DATA": str(tmp_path / "none"),
        "DATABASE_URL": "host=/none",
    }
    command = [sys.executable, "-m", "yiwang.project.commands", "verify", str(town / "j.gz")]
    done = subprocess.run(command, env=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "none").exists()


def test_witnesses_are_named_by_addresses_that_can_be_told():
    named = "file:/mnt/a, mailto:a@b.example https://c.example/d"
    assert witnesses.addresses(named) == ("file:/mnt/a", "mailto:a@b.example", "https://c.example/d")
    for wrong in ("file:heads.txt", "mailto:nobody", "https://", "keeper.example", "ftp://a/b"):
        with pytest.raises(ImproperlyConfigured, match="no address of a witness"):
            witnesses.addresses(wrong)
    assert witnesses.minutes("") == 10
    for wrong in ("often", "0", "-1", "nan"):
        with pytest.raises(ImproperlyConfigured, match="no number of minutes"):
            witnesses.minutes(wrong)
