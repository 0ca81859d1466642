"""What was erased after a backup comes back with it, and is erased again from a later export of the journal."""

import gzip
import json
from typing import Any

import pytest
import typer
from django.db import transaction
from typer.testing import CliRunner

from yiwang.kernel import walltime
from yiwang.kernel.journal import checking, sealer, sequencer, tree
from yiwang.kernel.journal.models import Entry, EntryPrivate
from yiwang.kernel.journal.notes import Head, Signer
from yiwang.kernel.journal.registry import APPLIERS
from yiwang.kernel.people.models import Account
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.project import command_erasures, command_journal, seal_key
from yiwang.project.refusal import Refusal

checker = typer.Typer()
checker.command()(command_erasures.again)
WHY = ("--reason", "disk lost")


def call(reason: str = "") -> Call:
    return Call(Actor(ActorKind.SYSTEM), walltime.now(), "test", reason=reason)


def typed(app: Any, *arguments: object) -> Any:
    return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)


def seal() -> None:
    while sequencer.sequence_once():
        pass
    sealer.seal(walltime.now())


@pytest.fixture
def back(db, settings, tmp_path) -> Any:
    """Two people; one was erased, the journal exported, and then the town put back as it was before that."""
    settings.DATA_DIR = tmp_path
    seal_key.keep(settings.TOWN_DIR)
    gone, stays = (people.keep_contact(phone, name="演示", call=call()) for phone in ("19900000771", "19900000772"))
    seal()
    backup = transaction.savepoint()
    himself = Call(Actor(ActorKind.RESIDENT, gone), walltime.now(), "test", reason="本人要求")
    people.erase_person(gone, ground="第四十七条", call=himself)
    seal()
    assert typed(command_journal.app, "export", tmp_path / "later.jsonl.gz").exit_code == 0
    transaction.savepoint_rollback(backup)
    return tmp_path / "later.jsonl.gz", gone, stays


def private_of(account_id: object) -> int:
    return EntryPrivate.objects.filter(entry__subject_kind="account", entry__subject_id=str(account_id)).count()


def test_who_was_erased_after_the_backup_is_erased_again_and_nobody_else(back):
    export, gone, stays = back
    assert private_of(gone) > 0
    assert "Erased again" in typed(checker, export, *WHY).stdout
    assert (private_of(gone), private_of(stays) > 0) == (0, True)
    assert Account.objects.get(pk=gone).erased
    assert not Account.objects.get(pk=stays).erased
    entries = Entry.objects.count()
    assert "nothing to erase again" in typed(checker, export, *WHY).stdout
    assert Entry.objects.count() == entries


def test_an_export_that_was_changed_or_a_reason_that_is_missing_erases_nothing(back):
    export, gone, _ = back
    with pytest.raises(Refusal, match="reason"):
        typed(checker, export, "--reason", " ")
    export.write_bytes(export.read_bytes()[:-40])
    with pytest.raises(Refusal, match="no whole export"):
        typed(checker, export, *WHY)
    with pytest.raises(Refusal, match="cannot be opened"):
        typed(checker, export.with_name("nothing"), *WHY)
    assert private_of(gone) > 0


def test_an_export_that_another_signed_erases_nobody(back, settings):
    """Whoever writes an export of their own could have anybody's words taken away for ever."""
    export, gone, _ = back
    lines = [json.loads(one) for one in gzip.decompress(export.read_bytes()).splitlines()]
    leaves = [tree.leaf_hash(bytes.fromhex(one["hash"])) for one in lines[1:-1]]
    forger = Signer(seal_key.origin(settings.TOWN_DIR), bytes(32))
    note = forger.note(Head(forger.name, len(leaves), tree.root_of(leaves)).text)
    forged = [lines[0] | {"key": str(forger.verifier), "head": note}, *(one | {} for one in lines[1:])]
    for one in forged[1:]:
        one.pop("head", None)
    content = b"".join(checking.spelt(one) + b"\n" for one in forged)
    assert checking.check(content.splitlines(keepends=True)).right
    export.write_bytes(gzip.compress(content))
    with pytest.raises(Refusal, match="not signed with this town's key"):
        typed(checker, export, *WHY)
    assert private_of(gone) > 0
    assert "Erased again" in typed(checker, export, *WHY, "--key", str(forger.verifier)).stdout


def test_every_verb_that_takes_something_away_is_repeated():
    verbs = {fact.fact_kind.verb for fact in APPLIERS}
    taking = {verb for verb in verbs if verb.endswith(("erased", "forgotten")) and not verb.startswith("test.")}
    taking -= {"readings.evidence_forgotten"}  # packets of instruments: the daily step lets them go again by itself
    assert taking | {"file.released"} == command_erasures.ERASING
