"""Sealing: heads over what was placed, taken up again anywhere, and never over a past that was changed."""

import gzip
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from yiwang.kernel.journal import checking, exporting, models, sealed, sealer, sequencer, tree, witnessing
from yiwang.kernel.journal.erasing import erase
from yiwang.kernel.journal.notes import Signer, read_head
from yiwang.kernel.journal.problems import KeyElsewhere, NotSealedYet, RenewalNeedsReason
from yiwang.kernel.journal.steps import record, renew_key
from yiwang.kernel.journal.tests import sample
from yiwang.kernel.journal.tests.sample import NOON, call_of, write_note

KEY = Signer("yiwang/here", bytes(range(32)))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def notes(db):
    with sample.note_table():
        yield


def happen(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            record(sample.SampleHeard(str(number), "words" if number % 3 == 0 else None), call=call_of())
    while sequencer.sequence_once():
        pass


def exported(upto: int | None = None) -> list[bytes]:
    return list(exporting.lines(sealed.required(upto)))


def slow_root() -> str:
    rows = sample.rows("SELECT hash FROM entry_position p JOIN entry e ON e.id = p.entry_id ORDER BY position")
    return tree.root_of([tree.leaf_hash(bytes(row[0])) for row in rows]).hex()


def test_a_head_covers_what_was_placed_and_is_signed_by_the_towns_key(db):
    happen(5)
    assert sealer.seal_once(KEY, NOON) == 5
    head = sealed.newest()
    assert (head.size, head.root, head.signed_at, head.key) == (5, slow_root(), NOON, str(KEY.verifier))
    assert KEY.verifier.signed(read_head(head.note))
    assert sealer.seal_once(KEY, NOON) == 0


@pytest.mark.parametrize("batch", [1, 100, 256, 300, 700, 5_000])
def test_an_old_journal_is_sealed_in_batches_of_any_size_with_the_same_root(db, batch):
    happen(700 if batch > 1 else 20)
    while sealer.seal_once(KEY, NOON, batch):
        pass
    assert sealed.newest().root == slow_root()
    happen(3)
    sealer.seal_once(KEY, NOON)
    assert sealed.newest().root == slow_root()


def test_every_entry_of_a_large_journal_is_proven_to_the_newest_head(db):
    happen(600)
    sealer.seal_once(KEY, NOON, 257)
    sealer.seal_once(KEY, NOON)
    head, source = sealed.newest(), sealer.Stored()
    leaves = [tree.leaf_hash(one) for one in sealer._entry_hashes(0, 600)]
    for index in (0, 1, 255, 256, 511, 512, 599):
        proof = tree.inclusion_proof(source, index, 600)
        assert tree.included(leaves[index], index, 600, proof, bytes.fromhex(head.root))


def test_erasing_what_is_private_leaves_every_head_and_every_proof_as_it_was(notes):
    written = write_note("red", "王小明住在三号楼", call=call_of())
    happen(4)
    sealer.seal_once(KEY, NOON)
    (before,) = exporting.proofs(sealed.newest(), "samplenote", written.note_id)
    first = exported()
    erase("samplenote", written.note_id, ground="《个人信息保护法》第四十七条", call=call_of(reason="asked for it"))
    assert not models.EntryPrivate.objects.filter(entry__subject_id=str(written.note_id)).exists()
    (after,) = exporting.proofs(sealed.newest(), "samplenote", written.note_id)
    assert (before, first) == (after, exported())
    happen(1)
    sealer.seal_once(KEY, NOON)
    assert checking.check(exported()).right


def test_nothing_more_is_signed_over_a_past_that_was_changed(db):
    happen(5)
    sealer.seal_once(KEY, NOON)
    with as_owner_without_triggers() as cursor:
        cursor.execute("UPDATE entry SET hash = sha256('other') WHERE id = (SELECT max(id) FROM entry)")
    happen(1)
    with pytest.raises(sealer.TreeBroken, match="the first 5 entries"):
        sealer.seal_once(KEY, NOON)
    assert sealed.newest().size == 5


@pytest.mark.parametrize(
    ("table", "which"),
    [("entry_position", "position = 299"), ("tree_node", "level = 1"), ("entry_position", "position = 301")],
)
def test_nothing_more_is_signed_when_something_is_missing(db, table, which):
    happen(300)
    sealer.seal_once(KEY, NOON)
    happen(2)
    with as_owner_without_triggers(table) as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {which}")  # noqa: S608 - names of ours
    with pytest.raises(sealer.TreeBroken):
        sealer.seal_once(KEY, NOON)
    assert sealed.newest().size == 300


class as_owner_without_triggers:  # noqa: N801 - reads as a sentence
    """What only somebody with the owner's log-in can do: switch off what refuses, change, switch it on again."""

    def __init__(self, *tables: str) -> None:
        self.tables = tables or ("entry",)

    def __enter__(self):
        self.cursor = connection.cursor()
        self.cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in self.tables:
            self.cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        return self.cursor

    def __exit__(self, *_):
        for table in self.tables:
            self.cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        self.cursor.close()


CHANGES = [
    f"{verb} {table}{rest}"
    for table in ("tree_head", "tree_node")
    for verb, rest in (("UPDATE", " SET hash = NULL"), ("DELETE FROM", ""), ("TRUNCATE", ""))
]


@pytest.mark.parametrize("statement", [one.replace("tree_head SET hash", "tree_head SET root") for one in CHANGES])
def test_the_database_refuses_the_application_to_change_a_head_or_a_node(db, statement):
    happen(256)
    sealer.seal_once(KEY, NOON)
    sample.rows("SELECT set_config('role', 'yiwang_app', true)")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    happen(256)
    assert sealer.seal_once(KEY, NOON) == 256, "the application seals with the rights it has"


def test_even_the_owner_changes_a_head_only_by_switching_off_what_refuses(db):
    happen(1)
    sealer.seal_once(KEY, NOON)
    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tree_head")


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_do_no_harm():
    happen(10)
    with transaction.atomic():
        assert sealer._alone()
        others: list[int] = []

        def other() -> None:
            others.append(sealer.seal_once(KEY, NOON))
            connection.close()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert others == [0]
    assert sealer.seal_once(KEY, NOON) == 10


def test_without_a_key_file_nothing_is_signed_and_nothing_fails(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    happen(2)
    assert sealer.seal(NOON) == 0
    sealer.key_path().write_text(KEY.text + "\n", encoding="utf-8")
    assert sealer.seal(NOON) == 2


def test_the_standing_says_since_when_an_entry_waits_for_its_head(db):
    assert (sealed.standing().newest, sealed.standing().waiting_since) == (None, None)
    happen(2)
    assert sealed.standing().waiting_since == NOON
    sealer.seal_once(KEY, NOON)
    assert (sealed.standing().newest.size, sealed.standing().waiting_since) == (2, None)


def test_a_new_key_is_told_in_the_journal_with_its_reason(db):
    other = Signer("yiwang/here", bytes(32))
    happen(2)
    sealer.seal_once(KEY, NOON)
    with pytest.raises(RenewalNeedsReason):
        renew_key(str(KEY.verifier), str(other.verifier), call=call_of())
    renew_key(str(KEY.verifier), str(other.verifier), call=call_of(reason="the old machine burnt"))
    happen(2)
    sealer.seal_once(other, NOON)
    verdict = checking.check(exported(), keys=[str(other.verifier)])
    assert (verdict.right, verdict.entries) == (True, 5)
    kept = [checking.Witnessed("kept", sealed.newest(2).note)]
    assert [one.slug for one in checking.check(exported(), witnesses=kept).faults] == ["witness-unsigned"]
    both = [str(KEY.verifier), str(other.verifier)]
    assert checking.check(exported(), keys=both, witnesses=kept).right


# --- the export ------------------------------------------------------------------------------------------------------


def test_an_export_ends_at_a_head_and_holds_no_private_payload(notes, tmp_path):
    write_note("red", "王小明住在三号楼", call=call_of())
    happen(3)
    sealer.seal_once(KEY, NOON)
    happen(3)
    with pytest.raises(NotSealedYet):
        exported(3)
    sealer.seal_once(KEY, NOON)
    path = tmp_path / "journal.jsonl.gz"
    exporting.write(path, exporting.lines(sealed.required(5)))
    with gzip.open(path) as file:
        content = list(file)
    assert (len(content), checking.check(content).entries) == (6, 4)
    assert "王小明" not in b"".join(content).decode()
    assert path.stat().st_mode & 0o077 == 0
    assert checking.check(exported()).heads == 2


def test_what_the_owner_changed_in_the_tables_is_named_by_the_check_of_an_export(db):
    happen(9)
    sealer.seal_once(KEY, NOON)
    with as_owner_without_triggers() as cursor:
        cursor.execute(
            "UPDATE entry SET actor = 'staff:nobody' WHERE id = (SELECT entry_id FROM entry_position WHERE position = 4)"
        )
    (fault,) = checking.check(exported()).faults
    assert (fault.slug, fault.position, fault.verb) == ("changed", 4, "samplenote.heard")


def test_the_proof_of_a_subject_is_checked_with_nothing_but_its_file(notes, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    written = write_note("red", "words", call=call_of())
    happen(300)
    sample.count_note(written.note_id, 1, call=call_of())
    happen(1)
    sealer.seal_once(KEY, NOON)
    head = sealed.newest()
    proven = exporting.proofs(head, "samplenote", written.note_id)
    with pytest.raises(KeyElsewhere):
        exporting.proof_lines(head, "XH1", proven)
    sealer.key_path().write_text(KEY.text + "\n", encoding="utf-8")
    content = list(exporting.proof_lines(head, "XH1", proven))
    verdict = checking.check(content)
    assert (verdict.right, verdict.kind, verdict.about, verdict.entries) == (True, "case", "XH1", 2)
    whole = list(
        exporting.proof_lines(head, "XH1", exporting.proofs(head, "samplenote", written.note_id, with_text=True))
    )
    assert checking.check(whole).right
    (fault,) = checking.check([one.replace(b"staff:", b"clerk:") for one in whole]).faults[:1]
    assert (fault.slug, fault.verb) == ("changed", "samplenote.written")
    said_otherwise = [one.replace(b'"verb":"samplenote.written"', b'"verb":"samplenote.counted"') for one in whole]
    assert [one.slug for one in checking.check(said_otherwise).faults] == ["changed", "proof-unsigned"]
    bent = [one.replace(proven[1].hash.encode(), proven[0].hash.encode()) for one in content]
    assert [(one.slug, one.position) for one in checking.check(bent).faults] == [
        ("other-proof", proven[1].position),
        ("proof-unsigned", None),
    ]


# --- witnesses -------------------------------------------------------------------------------------------------------


@pytest.fixture
def head(db) -> Iterator[sealed.Sealed]:
    happen(2)
    sealer.seal_once(KEY, NOON)
    return sealed.newest()


def test_a_witness_is_told_each_new_head_and_not_too_often(head):
    turn = witnessing.take("file:/kept", NOON, 10 * MINUTE)
    assert (turn.head, turn.address) == (head, "file:/kept")
    witnessing.told(turn, NOON)
    assert witnessing.take("file:/kept", NOON + 20 * MINUTE, 10 * MINUTE) is None
    happen(1)
    sealer.seal_once(KEY, NOON)
    assert witnessing.take("file:/kept", NOON + 9 * MINUTE, 10 * MINUTE) is None
    assert witnessing.take("file:/kept", NOON + 10 * MINUTE, 10 * MINUTE).head.size == 3


def test_a_witness_that_cannot_be_told_is_tried_again_later_and_later_and_shown(head):
    turn, moment, pauses = witnessing.take("https://elsewhere", NOON, MINUTE), NOON, []
    for _ in range(8):
        witnessing.failed(turn, "503", moment)
        later = ((witnessing.take("https://elsewhere", moment + n * MINUTE, MINUTE), n) for n in range(1, 100))
        turn, waited = next((one, n) for one, n in later if one)
        moment += waited * MINUTE
        pauses.append(waited)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    (shown,) = sealed.witnesses()
    assert (shown.fault, shown.told_at) == ("503", None)
    witnessing.told(turn, moment)
    (shown,) = sealed.witnesses()
    assert (shown.fault, shown.told_at, shown.size) == ("", moment, 2)


def test_a_turn_whose_worker_was_killed_is_taken_again(head):
    assert witnessing.take("mailto:a@b", NOON, MINUTE)
    assert witnessing.take("mailto:a@b", NOON + MINUTE, MINUTE) is None
    assert witnessing.take("mailto:a@b", NOON + witnessing.LEASE, MINUTE).tries == 2
