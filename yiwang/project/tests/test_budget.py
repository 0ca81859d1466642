"""The connection budget: its sum, and what is said to a server that has fewer."""

import os

import pytest

from yiwang.project import budget, worker


@pytest.mark.parametrize(("processes", "together"), [(1, 55), (2, 63), (4, 79)])
def test_the_shares_add_up_to_what_the_page_says(processes: int, together: int) -> None:
    assert sum(budget.shares(processes).values()) == together


def test_the_worker_has_a_connection_for_each_loop_and_six_for_jobs() -> None:
    assert len(worker.all_loops()) - 1 + 6 <= budget.WORKER


@pytest.mark.parametrize(("offered", "complains"), [(62, True), (63, False), (97, False)])
def test_a_server_with_too_few_connections_is_complained_of_in_both_languages(offered: int, complains: bool) -> None:
    said = budget.complaint(2, offered)
    assert bool(said) is complains
    assert all(word in said for word in ("62", "63", "max_connections", "--workers")) is complains


@pytest.mark.django_db
def test_what_a_login_is_offered_is_read_from_the_server() -> None:
    assert 20 < budget.offered(os.environ["DATABASE_URL"]) < 1000


def test_each_process_for_instruments_has_a_connection_more() -> None:
    assert budget.shares(1, 3)["yiwang instruments"] == 3
