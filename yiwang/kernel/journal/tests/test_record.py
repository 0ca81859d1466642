"""Recording facts, steps and their keys, old versions, erasure, histories."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from yiwang.kernel import secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.journal import codec, models, queries, readers, reading, sequencer
from yiwang.kernel.journal.erasing import erase, erase_entries
from yiwang.kernel.journal.facts import EntryErased
from yiwang.kernel.journal.problems import ErasedByItsModule, ErasureNeedsGround, KeyUsedOtherwise, NothingToErase
from yiwang.kernel.journal.step import drop_expired_keys, step, together
from yiwang.kernel.journal.steps import record
from yiwang.kernel.journal.tests import sample
from yiwang.kernel.journal.tests.sample import call_of, count_note, fresh_key, write_note
from yiwang.kernel.problems import NotAllowed
from yiwang.kernel.terms import Call, fact

SECRET_WORDS = "王小明住在三号楼二零一室"
GROUND = "《个人信息保护法》第四十七条"


@pytest.fixture
def notes(db):
    with sample.note_table():
        yield


# --- recording -------------------------------------------------------------------------------------------------------


def test_a_recorded_fact_can_be_read_back_with_its_private_part(notes):
    written = write_note("red", SECRET_WORDS, call=call_of(reason="asked by phone"))
    entry = models.Entry.objects.get()
    assert reading.fact_of(entry) == written
    assert (entry.verb, entry.v, entry.subject_id) == ("samplenote.written", 2, str(written.note_id))
    assert (entry.actor, entry.door, entry.reason) == (sample.ADMINISTRATOR.name, "test", "asked by phone")
    assert SECRET_WORDS not in str(entry.body)


def test_the_stored_hash_is_the_one_that_the_stored_columns_give(notes):
    write_note("red", SECRET_WORDS, call=call_of())
    entry = models.Entry.objects.get()
    assert bytes(entry.hash) == reading.hash_of(entry)
    plain = secrecy.unseal(entry.private.ciphertext).encode()
    assert bytes(entry.private_hash) == codec.private_commitment(bytes(entry.private.salt), plain)


def test_the_rows_are_written_in_the_same_transaction_as_the_entry(notes):
    with transaction.atomic():
        write_note("red", None, call=call_of())
        transaction.set_rollback(True)
    assert not models.Entry.objects.exists()
    assert sample.rows("SELECT count(*) FROM sample_note") == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_a_mistake():
    with pytest.raises(AssertionError, match="only inside a step's transaction"):
        record(sample.NoteCounted(UUID(int=3), 1), call=call_of())


@fact("sampleorphan.found", subject="orphan_id")
@dataclass(frozen=True, slots=True)
class OrphanFound:
    orphan_id: int


def test_a_fact_that_nobody_applies_is_a_mistake(db):
    with pytest.raises(AssertionError, match="nobody applies OrphanFound"):
        record(OrphanFound(1), call=call_of())


def test_a_moment_without_an_offset_is_a_mistake(notes):
    with pytest.raises(AssertionError, match="without an offset"):
        record(sample.NoteCounted(UUID(int=3), 1), call=call_of(), happened_at=datetime(2026, 1, 1))  # noqa: DTZ001


# --- steps and keys --------------------------------------------------------------------------------------------------


def test_a_step_that_does_not_ask_for_its_permission_fails(db):
    with pytest.raises(AssertionError, match="never asked for its permission"):
        sample.forgetful(call=call_of())


def test_a_step_of_someone_without_the_role_leaves_nothing_behind(notes):
    with pytest.raises(NotAllowed):
        write_note("red", None, call=call_of(sample.NOBODY, key=fresh_key()))
    assert not models.Entry.objects.exists()
    assert not models.CallKey.objects.exists()


def test_of_steps_taken_together_all_count_or_none(notes):
    def one_allowed_and_one_not():
        with together():
            write_note("red", None, call=call_of())
            write_note("blue", None, call=call_of(actor=sample.NOBODY))

    with pytest.raises(NotAllowed):
        one_allowed_and_one_not()
    assert not models.Entry.objects.exists()
    with together():
        write_note("red", None, call=call_of())
        write_note("blue", None, call=call_of())
    assert models.Entry.objects.count() == 2


def test_steps_taken_together_need_no_savepoint_each(notes):
    with together(), CaptureQueriesContext(connection) as asked:
        write_note("red", None, call=call_of())
        write_note("blue", None, call=call_of())
    assert not [one["sql"] for one in asked if "SAVEPOINT" in one["sql"]]


def test_a_repeated_key_gets_the_first_answer_and_writes_nothing(notes):
    call = call_of(key=fresh_key())
    first = write_note("red", SECRET_WORDS, call=call)
    count_note(first.note_id, 1, call=call_of())
    later = replace(call, now=call.now + timedelta(hours=1), door="other", reason="again")
    assert write_note(colour="red", words=SECRET_WORDS, call=later) == first
    assert models.Entry.objects.filter(verb="samplenote.written").count() == 1


@pytest.mark.parametrize("said", [("blue", SECRET_WORDS), ("red", "other words"), ("red", None)])
def test_a_repeated_key_with_anything_else_said_is_refused_and_nothing_is_lost_unheard(notes, said):
    call = call_of(key=fresh_key())
    first = write_note("red", SECRET_WORDS, call=call)
    with pytest.raises(KeyUsedOtherwise):
        write_note(*said, call=call)
    assert write_note("red", SECRET_WORDS, call=call) == first
    assert write_note(*said, call=replace(call, key=fresh_key())) != first


def test_what_the_door_or_the_town_filled_in_may_have_changed_when_a_call_is_repeated(notes):
    @step("entry.erase", apart=("salted",))
    def write_on(colour: str, *, salted: str = "", version: int | None = None, call: Call) -> sample.NoteWritten:
        permission.require(call.actor, "entry.erase", sample.TOWN_WIDE)
        return write_note(colour, None, call=call)

    call = replace(call_of(key=fresh_key()), filled=frozenset({"colour"}))
    first = write_on("red", salted="a", version=1, call=call)
    assert write_on("blue", salted="b", version=2, call=call) == first


def test_two_steps_of_one_action_do_not_answer_for_each_other(notes):
    @step("entry.erase")
    def write_too(colour: str, words: str | None, *, call: Call) -> sample.NoteWritten:
        permission.require(call.actor, "entry.erase", sample.TOWN_WIDE)
        return write_note(colour, words, call=call)

    call = call_of(key=fresh_key())
    write_note("red", None, call=call)
    with pytest.raises(KeyUsedOtherwise):
        write_too("red", None, call=call)


def test_a_key_from_before_arguments_were_kept_is_known_by_its_action_alone(notes):
    call = call_of(key=fresh_key())
    first = write_note("red", None, call=call)
    models.CallKey.objects.update(digest=None)
    assert write_note("blue", None, call=call) == first


def test_what_was_said_stands_in_the_keys_table_only_as_a_hash_that_needs_the_towns_secret(notes):
    write_note("red", SECRET_WORDS, call=call_of(key=fresh_key()))
    (row,) = sample.rows("SELECT t::text FROM call_key t")
    assert SECRET_WORDS not in row[0]
    plain = json.dumps({"colour": "red", "words": SECRET_WORDS}, sort_keys=True)
    assert bytes(models.CallKey.objects.get().digest) != hashlib.sha256(plain.encode()).digest()


def test_another_key_or_another_actor_is_another_call(notes):
    other = sample.Actor(sample.ActorKind.STAFF, sample.AccountId(UUID(int=9)), sample.ADMINISTRATOR.grants)
    key = fresh_key()
    answers = {
        write_note("red", None, call=call)
        for call in (call_of(key=key), call_of(key=fresh_key()), call_of(other, key=key))
    }
    assert len(answers) == 3


@step("sampleother.do")
def other_step(*, call: Call) -> None:
    """Has another action; is only ever called with a key that is taken."""


def test_a_key_that_was_used_for_another_action_is_refused(notes):
    call = call_of(key=fresh_key())
    write_note("red", None, call=call)
    with pytest.raises(KeyUsedOtherwise):
        other_step(call=call)


def test_the_answer_kept_for_a_key_is_the_very_entry_that_the_step_recorded(notes):
    """Not the newest one of its subject: the same step may record the same kind of fact again after the answer."""

    @step("entry.erase")
    def count_twice(note_id: UUID, *, call: Call) -> sample.NoteCounted:
        permission.require(call.actor, "entry.erase", sample.TOWN_WIDE)
        answer = count_note(note_id, 1, call=call)
        count_note(note_id, 2, call=call)
        return answer

    note = write_note("red", None, call=call_of())
    call = call_of(key=fresh_key())
    assert count_twice(note.note_id, call=call).by == 1
    assert count_twice(note.note_id, call=call).by == 1


def test_expired_keys_are_dropped_and_young_ones_stay(notes):
    write_note("red", None, call=call_of(key=fresh_key()))
    assert drop_expired_keys(sample.NOON + timedelta(days=1)) == 0
    assert drop_expired_keys(sample.NOON + timedelta(days=3)) == 1


# --- old versions ----------------------------------------------------------------------------------------------------


def test_an_old_version_is_read_through_its_upcaster(notes):
    write_note("red", SECRET_WORDS, call=call_of())
    entry = models.Entry.objects.get()
    entry.v, entry.body = 1, {**entry.body, "colour": 2}
    assert reading.fact_of(entry) == sample.NoteWritten(UUID(entry.subject_id), "blue", SECRET_WORDS)


def test_a_version_that_nobody_can_read_says_so():
    with pytest.raises(KeyError, match=r"samplenote\.written"):
        codec.load("samplenote.written", 7, {}, None)


# --- erasure ---------------------------------------------------------------------------------------------------------


def everything_stored() -> str:
    """All rows of all tables as text, and what is sealed in them in plain words."""
    tables = sample.rows(
        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    text = "".join(str(sample.rows(f'SELECT t::text FROM public."{table}" t')) for (table,) in tables)  # noqa: S608
    return text + "".join(str(reading.opened(private)) for private in models.EntryPrivate.objects.all())


def test_after_erasure_no_table_holds_the_words_and_readers_see_the_defaults(notes):
    note = write_note("red", SECRET_WORDS, call=call_of())
    before = models.Entry.objects.get()
    assert SECRET_WORDS in everything_stored()

    erased = erase("samplenote", note.note_id, ground=GROUND, call=call_of(reason="本人要求"))

    assert SECRET_WORDS not in everything_stored()
    after = models.Entry.objects.get(pk=before.pk)
    assert reading.fact_of(after) == sample.NoteWritten(note.note_id, "red", None)
    assert bytes(after.hash) == bytes(before.hash) == reading.hash_of(after)
    assert (erased.verbs, erased.entry_ids) == (("samplenote.written",), (before.pk,))


def test_the_erasure_itself_is_recorded_with_who_why_and_on_what_ground(notes):
    note = write_note("red", SECRET_WORDS, call=call_of())
    erase("samplenote", note.note_id, ground=GROUND, call=call_of(reason="本人要求"))
    told = queries.history("samplenote", note.note_id)
    assert [placed.entry.verb for placed in told] == ["samplenote.written", "entry.erased"]
    assert (told[1].entry.actor, told[1].entry.reason, told[1].fact.ground) == (
        sample.ADMINISTRATOR.name,
        "本人要求",
        GROUND,
    )


@pytest.mark.parametrize(("reason", "ground"), [("", GROUND), ("本人要求", " ")])
def test_an_erasure_without_reason_or_ground_is_refused(notes, reason, ground):
    note = write_note("red", SECRET_WORDS, call=call_of())
    with pytest.raises(ErasureNeedsGround):
        erase("samplenote", note.note_id, ground=ground, call=call_of(reason=reason))
    assert models.EntryPrivate.objects.count() == 1


def test_erasing_twice_says_that_nothing_is_left(notes):
    note = write_note("red", SECRET_WORDS, call=call_of())
    erase("samplenote", note.note_id, ground=GROUND, call=call_of(reason="本人要求"))
    with pytest.raises(NothingToErase):
        erase("samplenote", note.note_id, ground=GROUND, call=call_of(reason="本人要求"))


def test_a_kind_that_no_module_blanks_is_not_erased_from_outside(notes):
    with pytest.raises(ErasedByItsModule):
        erase("samplekinds", 1, ground=GROUND, call=call_of(reason="本人要求"))


def test_single_entries_of_several_subjects_are_erased_with_one_fact_for_each_subject(notes):
    for _ in range(2):
        write_note("red", SECRET_WORDS, call=call_of())
    held = list(models.EntryPrivate.objects.values_list("entry_id", flat=True))
    facts = erase_entries(held, ground=GROUND, call=call_of(reason="法院要求"))
    assert [len(fact.entry_ids) for fact in facts] == [1, 1]
    assert models.Entry.objects.filter(verb=EntryErased.fact_kind.verb).count() == 2
    assert SECRET_WORDS not in everything_stored()


# --- positions, histories, readers in one connection -----------------------------------------------------------------


def test_entries_follow_in_the_order_of_their_positions(notes):
    written = [write_note("red", SECRET_WORDS, call=call_of()) for _ in range(5)]
    start = queries.head()
    assert sequencer.sequence_once(batch=3) == 3
    assert sequencer.sequence_once(batch=3) == 2
    assert sequencer.sequence_once() == 0
    placed = queries.entries_after(start)
    assert [entry.position for entry in placed] == [start + number for number in (1, 2, 3, 4, 5)]
    assert [entry.fact.note_id for entry in placed] == [note.note_id for note in written]
    assert queries.entries_after(start + 3, limit=1)[0].position == start + 4
    assert readers.wait_for(start + 5, timeout_s=0)
    assert not readers.wait_for(start + 6, timeout_s=0)


def test_readers_see_private_parts_only_when_they_ask(notes):
    note = write_note("red", SECRET_WORDS, call=call_of())
    sequencer.sequence_once()
    assert [placed.fact.words for placed in queries.entries_after(0)] == [None]
    assert [placed.fact.words for placed in queries.entries_after(0, with_private=True)] == [SECRET_WORDS]
    assert [placed.fact.words for placed in queries.history("samplenote", note.note_id)] == [None]
    assert [placed.fact.words for placed in queries.history("samplenote", note.note_id, with_private=True)] == [
        SECRET_WORDS
    ]


def test_a_reader_whose_handler_fails_meets_the_same_entries_again(notes):
    for _ in range(3):
        write_note("red", None, call=call_of())
    sequencer.sequence_once()
    seen = []

    def failing(batch):
        seen.append([placed.position for placed in batch])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        readers.advance("sample", failing, limit=2)
    assert queries.reader_position("sample") == 0
    assert readers.advance("sample", lambda batch: seen.append([placed.position for placed in batch]), limit=2) == 2
    assert readers.advance("sample", lambda batch: seen.append([placed.position for placed in batch]), limit=2) == 1
    assert readers.advance("sample", failing) == 0
    assert seen[0] == seen[1]
    assert queries.reader_position("sample") == seen[2][-1] == queries.head()


def test_one_history_can_tell_of_several_subjects(notes):
    first, second = (write_note("red", None, call=call_of()) for _ in range(2))
    count_note(first.note_id, 1, call=call_of())
    told = queries.history_of([("samplenote", first.note_id), ("samplenote", second.note_id)])
    assert [placed.entry.verb for placed in told] == ["samplenote.written", "samplenote.written", "samplenote.counted"]
    assert [placed.position for placed in told] == [None, None, None]
    assert queries.history_of([]) == ()


# --- the database's own guard ----------------------------------------------------------------------------------------

FORBIDDEN = [
    "UPDATE entry SET actor = 'nobody'",
    "DELETE FROM entry",
    "TRUNCATE entry CASCADE",
    "ALTER TABLE entry DISABLE TRIGGER only_added_to",
    "DROP TRIGGER only_added_to ON entry",
    "UPDATE entry_position SET position = position + 1",
    "DELETE FROM entry_position",
    "TRUNCATE entry_position",
    "ALTER TABLE entry_position DISABLE TRIGGER ALL",
    "UPDATE entry_private SET salt = ''",
    "TRUNCATE entry_private",
    "UPDATE entry_pending SET entry_id = 0",
    "DROP TABLE entry",
    "DROP FUNCTION journal_is_only_added_to CASCADE",
    "SET session_replication_role = replica",
    "DELETE FROM django_migrations",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('journal', '0099', now())",
]


def refusal(statement: str) -> str:
    with pytest.raises(DatabaseError) as fault, transaction.atomic():
        sample.rows(statement)
    assert fault.value.__cause__.sqlstate == "42501"  # insufficient privilege
    return str(fault.value)


@pytest.fixture
def as_application(notes):
    sample.rows("SELECT set_config('role', 'yiwang_app', true)")
    assert sample.rows("SELECT current_user::text") == [("yiwang_app",)]
    yield
    sample.rows("SELECT set_config('role', 'none', true)")


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_cannot_change_the_journal_nor_take_its_guard_away(as_application, statement):
    assert refusal(statement).startswith(("permission denied", "must be owner"))


@pytest.mark.parametrize("statement", [FORBIDDEN[0], FORBIDDEN[1], FORBIDDEN[5], FORBIDDEN[6], FORBIDDEN[9]])
def test_even_the_owner_cannot_change_an_entry_by_mistake(db, statement):
    assert "the journal is only added to" in refusal(statement)


def test_the_application_can_do_all_that_the_journal_needs(notes):
    sample.rows("SELECT set_config('role', 'none', true)")
    with connection.cursor() as cursor:
        cursor.execute("GRANT ALL ON sample_note TO yiwang_app")
        cursor.execute("SET LOCAL ROLE yiwang_app")
    note = write_note("red", SECRET_WORDS, call=call_of(key=fresh_key()))
    assert sequencer.sequence_once() == 1
    assert readers.advance("sample", lambda batch: None) == 1
    erase("samplenote", note.note_id, ground=GROUND, call=call_of(reason="本人要求"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("RESET ROLE")
    assert not models.EntryPrivate.objects.exists()


@pytest.mark.parametrize("shadow", ["", "CREATE TEMP TABLE entry AS SELECT * FROM public.entry WHERE false"])
def test_the_application_takes_no_payload_away_without_an_erasure_that_names_it(notes, shadow):
    with connection.cursor() as cursor:
        cursor.execute("GRANT ALL ON sample_note TO yiwang_app")
        cursor.execute("SET LOCAL ROLE yiwang_app")
    first, _ = (write_note("red", SECRET_WORDS, call=call_of(key=fresh_key())) for _ in range(2))
    erase("samplenote", first.note_id, ground=GROUND, call=call_of(reason="本人要求"))
    if shadow:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(shadow)
    assert "only by an erasure" in refusal("DELETE FROM entry_private")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("RESET ROLE")
    assert models.EntryPrivate.objects.count() == 1


def test_the_application_takes_no_waiting_mark_away_without_a_position(notes):
    with connection.cursor() as cursor:
        cursor.execute("GRANT ALL ON sample_note TO yiwang_app")
        cursor.execute("SET LOCAL ROLE yiwang_app")
    write_note("red", SECRET_WORDS, call=call_of(key=fresh_key()))
    assert "until it has a position" in refusal("DELETE FROM entry_pending")
    assert sequencer.sequence_once() == 1
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("RESET ROLE")
    assert not models.EntryPending.objects.exists()
