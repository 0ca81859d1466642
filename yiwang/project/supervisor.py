"""Keeps programs running: starts them, starts them again when they end, and stops them in order."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from yiwang.project import processes
from yiwang.project.processes import OsUser

log = logging.getLogger(__name__)

FIRST_DELAY_S = 0.2
LONGEST_DELAY_S = 30.0
LONGEST_OF_FOUNDATION_S = 5.0
"""Without the database nobody is served: when its disk has room again, it is tried soon."""
CALM_AFTER_S = 60.0
LOG_MAX_BYTES = 32 * 1024 * 1024


class StopAsked(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM or SIGHUP. Not an Exception: no handler of errors may swallow it."""


_asked: list[str] = []
"""Signals that asked to stop. Python drops what a handler raises during a fork, a finaliser or a weak reference's callback;
so the wish is kept here as well, and every wait looks at it (heed)."""


def raise_on_signals() -> None:
    """From here on, SIGINT, SIGTERM and SIGHUP raise StopAsked in the main thread, at the latest at its next heed()."""
    _asked.clear()

    def ask(number: int, _frame: FrameType | None) -> None:
        _asked.append(signal.Signals(number).name)
        raise StopAsked(_asked[-1])

    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(which, ask)


def ignore_signals() -> None:
    """While stopping, further presses of Ctrl-C change nothing: every stop has its own limit of patience."""
    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(which, signal.SIG_IGN)


def heed() -> None:
    """Raises StopAsked when somebody has asked to stop. Call it in every loop that waits."""
    if _asked:
        raise StopAsked(_asked[-1])


@dataclass(frozen=True)
class Service:
    """One program and how it likes to be treated."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log_path: Path
    stop_signal: signal.Signals = signal.SIGTERM
    patience_s: float = 10
    last_signal: signal.Signals = signal.SIGKILL
    user: OsUser | None = None
    cwd: Path | None = None
    before_start: Callable[[], None] | None = None
    foundation: bool = False
    """Others stand on it (the database): stopped when all of them have ended, and never killed outright."""


@dataclass
class _Running:
    service: Service
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    delay_s: float = FIRST_DELAY_S
    due_at: float = 0
    restarts: int = field(default=0)


class Supervisor:
    """Use from the main thread only (see processes.spawn). Times are seconds of the monotonic clock."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._running: list[_Running] = []

    def start(self, service: Service) -> None:
        """Starts the service and keeps it from now on."""
        running = _Running(service)
        self._running.append(running)
        self._launch(running)

    def alive(self, name: str) -> bool:
        """Whether that service's process lives at this moment. For loops that wait: raises StopAsked when a stop was asked."""
        heed()
        return any(
            one.service.name == name and one.process is not None and one.process.poll() is None for one in self._running
        )

    def pids(self) -> dict[str, int]:
        """Process ids by name of service."""
        return {one.service.name: one.process.pid for one in self._running if one.process is not None}

    def look(self) -> None:
        """One round: notices what ended and starts again what is due. Raises StopAsked when a stop was asked."""
        heed()
        now = time.monotonic()
        for running in self._running:
            if running.process is None:
                if now >= running.due_at:
                    self._launch(running)
            elif (code := running.process.poll()) is not None:
                self._plan_restart(running, code, now)

    def watch(self, every_s: float = 0.2) -> None:
        """Looks for ever, until StopAsked."""
        while True:
            self.look()
            time.sleep(every_s)

    def stop_all(self) -> None:
        """First all programs at once, then what they stand on; each has its own signal, patience and last signal."""
        for foundation in (False, True):
            layer = [one for one in self._running if one.service.foundation is foundation]
            for running in layer:
                _ask(running)
            asked_at = time.monotonic()
            for running in layer:
                self._see_off(running, asked_at)
        self._running.clear()

    def _launch(self, running: _Running) -> None:
        service = running.service
        if service.before_start is not None:
            service.before_start()
        _turn_over(service.log_path)
        with service.log_path.open("ab") as output:
            running.process = processes.spawn(
                service.command,
                environment=service.environment,
                output=output,
                user=service.user,
                cwd=service.cwd,
                death_signal=service.stop_signal,
            )
        running.started_at = time.monotonic()

    def _plan_restart(self, running: _Running, code: int, now: float) -> None:
        assert running.process is not None  # noqa: S101 - the caller has just polled it
        _end_group(running.service, running.process.pid)
        running.process = None
        if now - running.started_at > CALM_AFTER_S:
            running.delay_s = FIRST_DELAY_S
        running.due_at = now + running.delay_s
        running.restarts += 1
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        self._tell(
            f"{running.service.name} ended ({how}); it is started again in {running.delay_s:.1f} s "
            f"(restart {running.restarts}, see {running.service.log_path})"
        )
        longest = LONGEST_OF_FOUNDATION_S if running.service.foundation else LONGEST_DELAY_S
        running.delay_s = min(running.delay_s * 2, longest)

    def _see_off(self, running: _Running, asked_at: float) -> None:
        process, service = running.process, running.service
        if process is None:
            return
        try:
            process.wait(timeout=max(0.01, asked_at + service.patience_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._tell(f"{service.name} did not stop within {service.patience_s:.0f} s; {service.last_signal.name}")
            os.kill(process.pid, service.last_signal)
            process.wait()
        _end_group(service, process.pid)


def _ask(running: _Running) -> None:
    if running.process is not None and running.process.poll() is None:
        os.kill(running.process.pid, running.service.stop_signal)


def _end_group(service: Service, group: int) -> None:
    """Ends workers whose leader is gone. A database's processes see to that themselves, and need their time for it."""
    if not service.foundation:
        processes.signal_group(group, signal.SIGKILL)


def _turn_over(path: Path) -> None:
    """Keeps one older log beside the current one."""
    if path.exists() and path.stat().st_size > LOG_MAX_BYTES:
        path.replace(path.with_suffix(".log.1"))
