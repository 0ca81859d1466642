"""Timers of reports: what came in and was not read yet is read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from yiwang.intake.reports import queries, steps, town_reader
from yiwang.intake.reports.reading.duplicates import RecentIndex
from yiwang.intake.reports.reading.reader import Message
from yiwang.kernel.terms import Call, PlaceId

BATCH = 200


def read_waiting(
    call: Call, *, stopped: Callable[[], bool] = lambda: False, progress: Callable[[int], Any] = lambda done: None
) -> int:
    """Read every report that waits for it and keep what was made of it; returns how many. Safe to run twice at once:
    a report is read once more at worst, and the later reading stands."""
    done = 0
    recent: RecentIndex | None = None
    while not stopped():
        waiting = queries.unread(call.actor, BATCH)
        if not waiting:
            return done
        if recent is None:  # one index for all batches: each report joins it when it was read
            recent = town_reader.recent_index(call.now, besides=queries.unread_cases(call.actor))
        readings = town_reader.reader(call.now).read_many(
            [
                Message(
                    text=report.text,
                    at=report.happened_at,
                    point=report.point,
                    place_id=PlaceId(report.place_id) if report.place_id else None,
                    ref=report.case_id,
                    kind="case",
                )
                for report in waiting
            ],
            recent=recent,
        )
        with transaction.atomic():
            for report, reading in zip(waiting, readings, strict=True):
                steps.keep_reading(report.report_id, reading, call=replace(call, key=None))
        done += len(waiting)
        progress(done)
    return done


def sweep_unread(now: datetime) -> int:
    """Read what came in since the last time; returns how many."""
    return read_waiting(Call(steps.reading_actor(), now, door="timer"))


SWEEPS = {"reading": (1, sweep_unread)}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
