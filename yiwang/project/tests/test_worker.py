"""The background loops: a failing one comes back, and all of them stop when asked."""

import logging
import threading
from datetime import datetime

import pytest

from yiwang.project import worker


def test_a_loop_that_fails_is_logged_and_runs_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "FIRST_DELAY_S", 0.001)
    stop, runs = threading.Event(), []

    def loop(_stop: threading.Event) -> None:
        runs.append(len(runs))
        if len(runs) == 3:
            stop.set()
            return
        raise RuntimeError("the tide is out")

    with caplog.at_level(logging.ERROR, "yiwang.worker"):
        worker.keep_running("tides", loop, stop)
    assert runs == [0, 1, 2]
    assert caplog.text.count("loop 'tides' failed") == 2
    assert "the tide is out" in caplog.text


def test_a_loop_that_ends_by_itself_is_a_fault_and_runs_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "FIRST_DELAY_S", 0.001)
    stop, runs = threading.Event(), []

    def loop(_stop: threading.Event) -> None:
        runs.append(1)
        if len(runs) == 2:
            stop.set()

    worker.keep_running("short", loop, stop)
    assert len(runs) == 2
    assert "returned without being asked" in caplog.text


@pytest.mark.django_db  # it closes a connection that an earlier test left open
def test_a_sweeper_is_given_the_present_moment_with_its_offset() -> None:
    stop, moments = threading.Event(), []

    def sweep(now: datetime) -> None:
        moments.append(now)
        if len(moments) == 2:
            stop.set()

    worker.again(0.001, sweep)(stop)
    assert moments[0].tzinfo is not None
    assert moments[0] <= moments[1]


def test_the_sequencer_the_seal_and_the_jobs_are_among_the_loops() -> None:
    assert {"sequencer", "jobs", "seal", "witnesses"} <= set(worker.all_loops())
