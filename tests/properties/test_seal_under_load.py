"""Many write, two sequence, two seal, one of them is killed again and again: every head that was signed is over the same tree."""

import random
import threading
from contextlib import suppress

import pytest
from django.db import DatabaseError, InterfaceError, connection, transaction

from yiwang.kernel.journal import checking, exporting, queries, sealed, sealer, sequencer, tree
from yiwang.kernel.journal.notes import Signer
from yiwang.kernel.journal.steps import record
from yiwang.kernel.journal.tests import sample

KEY = Signer("yiwang/here", bytes(range(32)))
WRITERS, TURNS = 4, 80

pytestmark = pytest.mark.django_db(transaction=True)


def write(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(TURNS):
        with transaction.atomic():
            for _ in range(dice.choice([1, 1, 2, 5])):
                record(sample.SampleHeard("red"), call=sample.call_of())
            if dice.random() < 0.2:
                transaction.set_rollback(True)
    connection.close()


def seal(stop: threading.Event, seed: int, *, killed: bool) -> None:
    """Seal batches of any size; a killed one loses its connection at random, also in the middle."""
    dice = random.Random(seed)
    while not stop.is_set():
        with suppress(DatabaseError, InterfaceError), transaction.atomic():
            sealer.seal_once(KEY, sample.NOON, dice.choice([1, 3, 50, 1_000]))
            if killed and dice.random() < 0.3:
                sample.rows("SELECT pg_terminate_backend(pg_backend_pid())")
        if killed:
            connection.close()
    connection.close()


def test_every_head_that_was_signed_while_many_wrote_is_over_one_and_the_same_tree():
    stop = threading.Event()
    background = [threading.Thread(target=sequencer.run, args=[stop]) for _ in range(2)]
    background += [threading.Thread(target=seal, args=[stop, n], kwargs={"killed": n == 0}) for n in range(2)]
    writers = [threading.Thread(target=write, args=[seed]) for seed in range(WRITERS)]
    for thread in [*background, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in background:
        thread.join()
    while sequencer.sequence_once():
        pass
    while sealer.seal_once(KEY, sample.NOON):
        pass
    heads, size = sealed.listed(limit=10_000), queries.head()
    assert heads[0].size == size > WRITERS * TURNS
    assert len(heads) > 3
    leaves = [tree.leaf_hash(one) for one in sealer._entry_hashes(0, size)]
    for head in heads[:: max(1, len(heads) // 40)]:
        assert tree.root_of(leaves[: head.size]).hex() == head.root
    verdict = checking.check(exporting.lines(heads[0]), keys=[str(KEY.verifier)])
    assert verdict.right, verdict.faults
    assert verdict.heads == len(heads)
