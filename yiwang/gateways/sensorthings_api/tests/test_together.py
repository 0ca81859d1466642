"""What comes at the same time is stored together, each told its own result; what cannot be stored spoils nothing else."""

import threading
from collections.abc import Sequence

from django.db import OperationalError
from psycopg.errors import AdminShutdown

from yiwang.gateways.sensorthings_api import together
from yiwang.gateways.sensorthings_api.together import Together

PATIENCE_S = 20


class Desk:
    """Stores numbers as their tenfold, and holds the first batch back until others wait behind it."""

    def __init__(self, wanted: int) -> None:
        self.batches: list[list[int]] = []
        self.wanted = wanted
        self.together: Together[int, int] = Together(self.store)
        self.first = threading.Event()
        self.release = threading.Event()

    def store(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append(list(numbers))
        if len(self.batches) == 1:
            self.first.set()
            assert self.release.wait(PATIENCE_S)
        if 13 in numbers:
            raise ValueError("13")
        if 99 in numbers:
            raise OperationalError from AdminShutdown()
        return [10 * one for one in numbers]

    def hand_in(self, first: int, others: Sequence[int]) -> dict[int, object]:
        """The first one, then the others while it is being stored; what each got."""
        got: dict[int, object] = {}

        def one(number: int) -> None:
            try:
                got[number] = self.together.hand_in(number)
            except Exception as fault:  # noqa: BLE001 - what it is, the test compares
                got[number] = type(fault)

        threads = [threading.Thread(target=one, args=(number,)) for number in (first, *others)]
        threads[0].start()
        assert self.first.wait(PATIENCE_S)
        for thread in threads[1:]:
            thread.start()
        while len(self.together._waiting) < len(others):
            threading.Event().wait(0.01)
        self.release.set()
        for thread in threads:
            thread.join(PATIENCE_S)
        return got


def test_one_alone_waits_for_nobody():
    desk = Desk(0)
    desk.release.set()
    assert [desk.together.hand_in(number) for number in (1, 2)] == [10, 20]
    assert desk.batches == [[1], [2]]


def test_those_that_come_meanwhile_are_stored_together_and_each_gets_its_own():
    desk = Desk(5)
    assert desk.hand_in(1, [2, 3, 4, 5, 6]) == {number: 10 * number for number in range(1, 7)}
    assert [sorted(batch) for batch in desk.batches] == [[1], [2, 3, 4, 5, 6]]


def test_those_who_were_told_and_come_back_at_once_are_waited_for_and_are_one_batch_again(monkeypatch):
    monkeypatch.setattr(together, "LINGER_S", 3)
    desk, begun = Desk(0), threading.Barrier(4)
    desk.release.set()

    def store(numbers: Sequence[int]) -> list[int]:
        threading.Event().wait(0.01)  # as the disk takes its time
        return desk.store(numbers)

    desk.together = Together(store)

    def come_back(first: int) -> None:
        begun.wait(PATIENCE_S)
        for number in range(first, first + 30):
            assert desk.together.hand_in(number) == 10 * number

    threads = [threading.Thread(target=come_back, args=(first,)) for first in (100, 200, 300, 400)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert {len(batch) for batch in desk.batches[8:-2]} == {4}


def test_one_that_cannot_be_stored_spoils_no_other():
    desk = Desk(3)
    assert desk.hand_in(1, [2, 13, 4]) == {1: 10, 2: 20, 13: ValueError, 4: 40}


def test_no_more_are_stored_together_than_weigh_what_is_allowed():
    desk = Desk(4)
    desk.together = Together(desk.store, weight=lambda number: number, most=10)
    assert desk.hand_in(1, [40, 5, 50, 6]) == {1: 10, 40: 400, 5: 50, 50: 500, 6: 60}
    assert all(len(batch) == 1 or sum(batch) <= 10 for batch in desk.batches)


def test_when_the_database_is_away_all_are_told_and_nothing_is_tried_again():
    desk = Desk(3)
    assert desk.hand_in(1, [2, 99, 4]) == {1: 10, 2: OperationalError, 99: OperationalError, 4: OperationalError}
    assert len(desk.batches) == 2
    assert desk.together.hand_in(5) == 50
