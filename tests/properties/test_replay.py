"""The tables are a function of the journal: replay finds them equal, and names what is not."""

import json
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yiwang.kernel.journal import models, sequencer
from yiwang.kernel.journal.erasing import erase
from yiwang.kernel.journal.replay import Difference, ReplayStopped, replay
from yiwang.kernel.journal.tests import sample

WORDS = "王小明住在三号楼"


@pytest.fixture
def notes(db):
    with sample.note_table():
        yield


def write() -> sample.NoteWritten:
    return sample.write_note("red", WORDS, call=sample.call_of())


def change(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


steps = st.lists(
    st.one_of(
        st.just(("write",)),
        st.tuples(st.just("count"), st.integers(0, 9), st.integers(0, 9)),
        st.tuples(st.just("erase"), st.integers(0, 9)),
        st.just(("place",)),
    ),
    max_size=25,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_whatever_was_done_replay_gives_the_same_rows(notes, done):
    with transaction.atomic():
        written: list[UUID] = []
        for what, *arguments in done:
            if what == "write":
                written.append(write().note_id)
            elif what == "place":
                sequencer.sequence_once()
            elif written and what == "count":
                sample.count_note(written[arguments[0] % len(written)], arguments[1], call=sample.call_of())
            elif written and models.EntryPrivate.objects.filter(entry__subject_id=written[arguments[0] % len(written)]):
                call = sample.call_of(reason="本人要求")
                erase("samplenote", written[arguments[0] % len(written)], ground="法律", call=call)
        outcome = replay()
        assert outcome.differences == ()
        assert outcome.entries == models.Entry.objects.count()
        transaction.set_rollback(True)


def test_every_table_of_the_town_is_compared_but_those_declared_apart(notes):
    compared = replay().tables
    assert "sample_note" in compared
    assert not {"entry", "reader", "call_key", "django_session"} & set(compared)


def test_a_changed_a_missing_and_an_invented_row_are_named(notes):
    changed, missing = write(), write()
    change("UPDATE sample_note SET colour = 'blue', total = 7 WHERE id = %s", changed.note_id)
    change("DELETE FROM sample_note WHERE id = %s", missing.note_id)
    change("INSERT INTO sample_note VALUES (%s, 'red', NULL, 0, now())", UUID(int=5))
    assert {(one.table, one.kind, one.key["id"], one.columns) for one in replay().differences} == {
        ("sample_note", "changed", str(changed.note_id), ("colour", "total")),
        ("sample_note", "only in the replay", str(missing.note_id), ()),
        ("sample_note", "only in the town", str(UUID(int=5)), ()),
    }


def test_a_table_without_a_primary_key_cannot_be_compared_and_says_so(notes):
    change("CREATE TABLE sample_keyless (word text)")
    assert replay().differences == (Difference("sample_keyless", "no key", {}),)


def test_the_replayed_table_holds_nothing_that_was_erased(notes):
    note = write()
    erase("samplenote", note.note_id, ground="法律", call=sample.call_of(reason="本人要求"))
    assert replay().differences == ()
    assert sample.rows("SELECT words FROM sample_note") == [(None,)]


def test_an_entry_of_an_old_version_is_replayed_through_its_upcaster(notes):
    note = write()
    entry = models.Entry.objects.get()
    change("ALTER TABLE entry DISABLE TRIGGER only_added_to")
    old = json.dumps({**entry.body, "colour": 2})
    change("UPDATE entry SET v = 1, body = %s WHERE id = %s", old, entry.pk)
    change("ALTER TABLE entry ENABLE TRIGGER only_added_to")
    change("UPDATE sample_note SET colour = 'blue' WHERE id = %s", note.note_id)
    assert replay().differences == ()


def test_replay_leaves_the_town_as_it_was_and_nothing_behind(notes):
    write()
    before = sample.rows("SELECT t::text FROM sample_note t")
    replay()
    assert sample.rows("SELECT t::text FROM sample_note t") == before
    assert sample.rows("SELECT relname::text FROM pg_class WHERE relnamespace = pg_my_temp_schema()") == []
    assert models.EntryPrivate.objects.count() == 1


def test_an_entry_that_cannot_be_applied_stops_the_replay_with_its_number_and_verb(notes):
    note = write()
    change("UPDATE sample_note SET id = %s", UUID(int=5))
    entry = models.Entry.objects.get()
    entry.pk, entry.body = None, {**entry.body, "colour": None}
    entry.save()
    with pytest.raises(ReplayStopped, match=rf"entry {entry.pk} \(samplenote\.written v2\): ValidationError.*\ncolour"):
        replay()
    assert sample.rows("SELECT count(*) FROM sample_note WHERE id = %s", note.note_id) == [(0,)]


def test_progress_is_told_from_nothing_to_all(notes):
    for _ in range(3):
        write()
    told: list[tuple[int, int]] = []
    replay(lambda done, total: told.append((done, total)))
    assert (told[0], told[-1]) == ((0, 3), (3, 3))
