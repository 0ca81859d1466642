"""Many writers at once, slow ones among them, sequencers that are doubled or killed: nothing committed is lost or placed twice."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.signals import connection_created

from yiwang.kernel.journal import queries, readers, sequencer
from yiwang.kernel.journal.models import CallKey, Entry
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.journal.tests import sample

WRITERS = 8
TURNS = 25

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def notes():
    with sample.note_table():
        yield


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """Run each task in a thread and on a connection of its own; gives their answers, raises what they raise."""
    start = threading.Barrier(len(tasks))

    def alone(task: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result() for future in [pool.submit(alone, task) for task in tasks]]


def eventually(question: Callable[[], object]) -> None:
    """Ask until the answer is yes; after ten seconds it is not going to be."""
    for _ in range(1_000):
        if question():
            return
        time.sleep(0.01)
    raise AssertionError("waited for ten seconds in vain")


def waits_for_a_lock(backend: int) -> bool:
    return bool(sample.rows("SELECT 1 FROM pg_locks WHERE NOT granted AND pid = %s", backend))


@contextmanager
def sequencing(how_many: int) -> Iterator[list[int]]:
    """So many sequencers at work in threads; gives the backend processes of their connections as they come into being."""
    backends: list[int] = []
    stop = threading.Event()

    def heard(connection: Any, **_: Any) -> None:
        if threading.current_thread().name.startswith("sequencer"):
            backends.append(connection.connection.info.backend_pid)

    connection_created.connect(heard)
    threads = [threading.Thread(target=sequencer.run, args=[stop], name=f"sequencer {n}") for n in range(how_many)]
    for thread in threads:
        thread.start()
    try:
        yield backends
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)
        connection_created.disconnect(heard)


def write_slowly(seed: int) -> set[int]:
    """Transactions that hold their entry for a while; some are rolled back. Gives the entries that were committed."""
    dice, committed = random.Random(seed), set()
    for _ in range(TURNS):
        with transaction.atomic():
            sample.write_note("red", "words", call=sample.call_of())
            entry_id = sample.rows("SELECT currval(pg_get_serial_sequence('entry', 'id'))")[0][0]
            time.sleep(dice.choice([0, 0, 0.001, 0.005, 0.02]))
            if dice.random() < 0.2:
                transaction.set_rollback(True)
                continue
        committed.add(entry_id)
    return committed


class Follower:
    """Reads along live with a position as its cursor, in its own thread."""

    def __init__(self) -> None:
        self.seen: list[tuple[int | None, int]] = []
        self.done = threading.Event()

    def __call__(self) -> None:
        while not (self.done.is_set() and not self._step()):
            self._step()
            time.sleep(0.005)

    def _step(self) -> int:
        position = self.seen[-1][0] if self.seen else 0
        fresh = queries.entries_after(position or 0, limit=7)
        self.seen += [(placed.position, placed.entry.id) for placed in fresh]
        return len(fresh)


def writers_and_follower(follower: Follower) -> set[int]:
    """All writers at once while the follower reads; gives every committed entry once they are all placed."""
    committed: set[int] = set()

    def write_all() -> None:
        try:
            tasks = [lambda seed=seed: write_slowly(seed) for seed in range(WRITERS)]
            committed.update(*at_once(*tasks))
            assert readers.wait_for(len(committed), timeout_s=10)
        finally:
            follower.done.set()

    at_once(write_all, follower)
    return committed


def assert_each_placed_once(committed: set[int], follower: Follower) -> None:
    placed = sample.rows("SELECT position, entry_id FROM entry_position ORDER BY position")
    assert len(committed) > WRITERS * TURNS / 2
    assert [position for position, _ in placed] == list(range(1, len(committed) + 1))
    assert {entry for _, entry in placed} == committed
    assert follower.seen == placed
    assert sample.rows("SELECT count(*) FROM entry_pending") == [(0,)]
    assert replay().differences == ()


@pytest.mark.parametrize("sequencers", [1, 2])
def test_eight_slow_writers_lose_nothing(sequencers):
    follower = Follower()
    with sequencing(sequencers):
        committed = writers_and_follower(follower)
    assert_each_placed_once(committed, follower)


def test_a_sequencer_that_is_killed_again_and_again_loses_nothing():
    follower, stop = Follower(), threading.Event()

    def kill() -> int:
        killed = 0
        while not stop.wait(0.05):
            killed += sum(ended for pid in backends for (ended,) in sample.rows("SELECT pg_terminate_backend(%s)", pid))
        return killed

    def write() -> set[int]:
        try:
            return writers_and_follower(follower)
        finally:
            stop.set()

    with sequencing(2) as backends:
        committed, killed = at_once(write, kill)
    assert killed >= 2
    assert_each_placed_once(committed, follower)


def test_a_sequencer_killed_in_the_middle_of_placing_leaves_its_batch_to_be_placed_once():
    for _ in range(3):
        sample.write_note("red", None, call=sample.call_of())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE entry_position IN SHARE MODE")
        with sequencing(1) as backends:
            eventually(lambda: backends and waits_for_a_lock(backends[0]))
            assert sample.rows("SELECT pg_terminate_backend(%s)", backends[0]) == [(True,)]
    assert queries.head() == 0
    with sequencing(1):
        assert readers.wait_for(3)
    assert [entry.position for entry in queries.entries_after(0)] == [1, 2, 3]


def test_readers_in_four_processes_deal_with_each_entry_once():
    for _ in range(60):
        sample.write_note("red", None, call=sample.call_of())
    sequencer.sequence_once()

    def handle(batch: tuple[queries.Placed, ...]) -> None:
        with connection.cursor() as cursor:
            for placed in batch:
                cursor.execute("UPDATE sample_note SET total = total + 1 WHERE id = %s", [placed.fact.note_id])
        time.sleep(0.005)

    def read() -> int:
        return sum(readers.advance("sample", handle, limit=5) for _ in range(20))

    handled = sum(at_once(read, read, read, read))
    handled += readers.advance("sample", handle)
    assert handled == 60
    assert sample.rows("SELECT DISTINCT total FROM sample_note") == [(1,)]


def test_the_same_key_from_eight_threads_gives_one_fact_and_eight_equal_answers():
    call = sample.call_of(key="the same")
    answers = at_once(*[lambda: sample.write_note("red", "words", call=call)] * WRITERS)
    assert len(set(answers)) == 1
    assert Entry.objects.count() == CallKey.objects.count() == 1
    assert sample.rows("SELECT count(*) FROM sample_note") == [(1,)]


def test_eight_keys_from_eight_threads_give_eight_facts():
    calls = [sample.call_of(key=f"key {number}") for number in range(WRITERS)]
    answers = at_once(*[lambda call=call: sample.write_note("red", None, call=call) for call in calls])
    assert len(set(answers)) == Entry.objects.count() == WRITERS


def test_a_rival_waits_for_the_first_and_takes_the_key_when_the_first_is_rolled_back():
    call, held = sample.call_of(key="the same"), threading.Event()

    def first_then_fail() -> None:
        with transaction.atomic():
            sample.write_note("red", None, call=call)
            held.set()
            eventually(lambda: sample.rows("SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"))
            transaction.set_rollback(True)

    def rival() -> sample.NoteWritten:
        held.wait()
        return sample.write_note("blue", None, call=call)

    _, answer = at_once(first_then_fail, rival)
    assert answer.colour == "blue"
    assert [placed.fact for placed in queries.history("samplenote", answer.note_id)] == [answer]
    assert Entry.objects.count() == 1


def test_replay_beside_writers_and_a_sequencer_at_work_always_finds_town_and_journal_equal():
    def write(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(15):
            note = sample.write_note("red", "words", call=sample.call_of())
            time.sleep(dice.random() / 100)
            for by in range(2):
                sample.count_note(note.note_id, by, call=sample.call_of())

    def count_shared(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(15):
            sample.count_note(shared.note_id, dice.randrange(10), call=sample.call_of())

    def compare() -> list[Any]:
        return [difference for _ in range(4) for difference in replay().differences]

    shared = sample.write_note("blue", None, call=sample.call_of())
    tasks = [lambda seed=seed: write(seed) for seed in range(2)] + [
        lambda seed=seed: count_shared(seed) for seed in range(3)
    ]
    with sequencing(1):
        *_, differences = at_once(*tasks, compare)
    assert differences == []
    assert replay().differences == ()
