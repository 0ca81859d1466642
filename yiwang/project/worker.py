"""The background process: named loops, each in its own thread, each started again when it fails.

A loop is a function of one `threading.Event` that returns soon after the event is set. The journal's sequencer is one, Procrastinate's
worker (outside calls and timers) another; every installed application may name more in its `jobs.py`: `LOOPS = {"stream": run}`, and
sweepers, which are called again and again with the present moment: `SWEEPS = {"case clocks": (5, sweep)}` (seconds between two calls).
"""

import asyncio
import importlib
import importlib.util
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from types import FrameType

import django
from django.apps import apps
from django.conf import settings
from django.db import close_old_connections, connections
from procrastinate import App
from procrastinate.contrib.django import app as jobs_app

from yiwang.kernel import walltime
from yiwang.project import modules

Loop = Callable[[threading.Event], None]
Sweep = Callable[[datetime], object]

log = logging.getLogger("yiwang.worker")

FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 30.0
CALM_AFTER_S = 60.0
RESCUE_EVERY_S = 20.0
STOP_WITHIN_S = 4.0
"""For all loops together: what is cut off then is in the journal or in the queue and is done by the next worker."""
SILENT_WORKER_S = 45.0
"""A worker that has not given a sign of life for so long is dead; Procrastinate's workers give one every 10 s."""
INVENTED_EVERY_S = 60.0
"""How often the invented instruments of a demonstration are asked what they measured since."""
STANDS_BACK = 5
"""Niceness: after a burst there are minutes of reading to do, and a page that somebody waits for goes first."""


def run_jobs(stop: threading.Event) -> None:
    """Procrastinate's worker and the rescue of jobs whose worker was killed, until `stop`."""
    with jobs_app.replace_connector(jobs_app.connector.get_worker_connector()) as ready:
        asyncio.run(_work_until(ready, stop))


async def _work_until(ready: App, stop: threading.Event) -> None:
    async with ready.open_async(), asyncio.TaskGroup() as tasks:
        work = tasks.create_task(ready.run_worker_async(install_signal_handlers=False, shutdown_graceful_timeout=3))
        rescue = tasks.create_task(_rescue(ready))
        while not stop.is_set() and not work.done():
            await asyncio.sleep(0.2)
        rescue.cancel()
        work.cancel()


async def _rescue(ready: App) -> None:
    """A killed worker's job would stay `doing` for ever: it goes back into the queue."""
    while True:
        for job in await ready.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_WORKER_S):
            log.warning("job %s (%s) lost its worker and is queued again", job.id, job.task_name)
            await ready.job_manager.retry_job(job)
        await asyncio.sleep(RESCUE_EVERY_S)


def all_loops() -> dict[str, Loop]:
    """Every loop of every installed application, by name. Two loops of one name are a programmer's mistake."""
    found: dict[str, Loop] = {"jobs": run_jobs}
    sequencer = "yiwang.kernel.journal.sequencer"
    if importlib.util.find_spec(sequencer) is not None:
        found["sequencer"] = importlib.import_module(sequencer).run
    for config in apps.get_app_configs():
        for name, loop in _loops_of(config.name).items():
            assert name not in found, f"two loops are called {name!r}"  # noqa: S101
            found[name] = loop
    if settings.DEMONSTRATION:
        invented = importlib.import_module("yiwang.project.simulation.instruments")
        found["invented instruments"] = again(INVENTED_EVERY_S, invented.go_on)
    return found


def _loops_of(application: str) -> dict[str, Loop]:
    if importlib.util.find_spec(f"{application}.jobs") is None:
        return {}
    jobs = importlib.import_module(f"{application}.jobs")
    sweeps: Mapping[str, tuple[float, Sweep]] = getattr(jobs, "SWEEPS", {})
    return {**getattr(jobs, "LOOPS", {}), **{name: again(seconds, sweep) for name, (seconds, sweep) in sweeps.items()}}


def again(seconds: float, sweep: Sweep) -> Loop:
    """A loop that calls the sweeper with the present moment, then waits so many seconds."""

    def loop(stop: threading.Event) -> None:
        while not stop.is_set():
            sweep(walltime.now())
            close_old_connections()
            stop.wait(seconds)

    return loop


def keep_running(name: str, loop: Loop, stop: threading.Event) -> None:
    """Runs the loop until `stop`; a failure is logged with its trace and the loop starts again, later each time."""
    delay_s = FIRST_DELAY_S
    while not stop.is_set():
        began = time.monotonic()
        try:
            loop(stop)
        except Exception:
            log.exception("loop %r failed; it starts again in %.1f s", name, delay_s)
        else:
            if not stop.is_set():
                log.error("loop %r returned without being asked; it starts again in %.1f s", name, delay_s)
        finally:
            connections.close_all()
        if time.monotonic() - began > CALM_AFTER_S:
            delay_s = FIRST_DELAY_S
        stop.wait(delay_s)
        delay_s = min(delay_s * 2, LONGEST_DELAY_S)


def main() -> int:
    """Runs all loops until SIGTERM or SIGINT."""
    os.nice(STANDS_BACK)
    with modules.loaded():
        django.setup()
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    loops = all_loops()
    threads = [
        threading.Thread(target=keep_running, args=(name, loop, stop), name=name, daemon=True)
        for name, loop in loops.items()
    ]
    log.info("loops: %s", ", ".join(sorted(loops)))
    for thread in threads:
        thread.start()
    while not stop.wait(0.5):
        pass
    end = time.monotonic() + STOP_WITHIN_S
    for thread in threads:
        thread.join(timeout=max(0, end - time.monotonic()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
