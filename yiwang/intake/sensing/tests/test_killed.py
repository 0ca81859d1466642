"""A process that is killed in the middle of a batch leaves nothing of it: all is stored or nothing, and then it can be sent again."""

import os
import signal
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from yiwang.intake.sensing import queries, rules
from yiwang.intake.sensing.models import ApartReading, Reading, ReadingBatch
from yiwang.intake.sensing.steps import rows
from yiwang.intake.sensing.tests.small_town import SYSTEM, make_station, measured, packet, stored
from yiwang.kernel.journal.models import Entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

PACKETS = [packet(*(measured(str(n % 50), n) for n in range(500))), packet(measured("-1"), key="nobody's")]


ROWS = [(1, rules.micros(one.at), rules.written(one.value), "N", one.at.isoformat()) for one in PACKETS[0].readings]


def after_adding_as_new() -> None:
    rows.make_months({one.at.date().replace(day=1) for one in PACKETS[0].readings})
    assert rows.add(rows.next_batch(), ROWS)[0].count == 500


def after_copying() -> None:
    rows.make_months({one.at.date().replace(day=1) for one in PACKETS[0].readings})
    rows.send(ROWS)


def after_adding() -> None:
    after_copying()
    rows.add_those(rows.next_batch())


def after_all_but_the_commit() -> None:
    assert stored(*PACKETS).stored == 500


def killed(until: Callable[[], None]) -> int:
    """Does so much of it in another process, which then kills itself before it commits; gives the signal it died of."""
    child = os.fork()
    if child == 0:
        connection.connection = None  # that of the parent: not to be closed, not to be used
        connection.in_atomic_block, connection.savepoint_ids = False, []
        try:
            with transaction.atomic():
                until()
                os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("until", [after_adding_as_new, after_copying, after_adding, after_all_but_the_commit])
def test_a_batch_that_was_killed_before_its_commit_leaves_nothing(until):
    make_station()
    before = Entry.objects.count()
    assert killed(until) == signal.SIGKILL
    assert not Reading.objects.exists()
    assert not ReadingBatch.objects.exists()
    assert not ApartReading.objects.exists()
    assert Entry.objects.count() == before
    again = stored(*PACKETS)
    assert (again.stored, again.repeated, again.apart) == (500, 0, 1)
    assert queries.check_batch(SYSTEM, again.fact.batch_id).holds


def test_what_was_committed_stays_when_the_process_is_killed_afterwards():
    make_station()
    stored(*PACKETS)
    assert killed(after_all_but_the_commit_repeated) == signal.SIGKILL
    assert Reading.objects.count() == 500
    assert queries.check_batch(SYSTEM, ReadingBatch.objects.get().id).holds


def after_all_but_the_commit_repeated() -> None:
    assert stored(*PACKETS).repeated == 500
