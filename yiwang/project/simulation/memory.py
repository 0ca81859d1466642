"""What a simulated past has been answered so far, so that one that was stopped goes on where it stopped.

Everything in a simulation follows from its seed, its `now` and the answers it got. So the answers are written down, one
line each; a second run is given them again without asking, comes to the very step at which the first was stopped, and
asks that one under the same idempotency key. What other people did meanwhile is neither read nor touched.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from yiwang.kernel import ids, walltime
from yiwang.project.simulation.doors import Asker

LOG_IN = ("POST", "/session")
"""Never remembered: the session belongs to the client that asked, and a second run has new clients."""


class OtherPast(Exception):
    """The remembered answers belong to other questions: the program has changed since the first run."""


class Memory:
    """Answers in the order in which they were asked for; without a path it keeps nothing."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known: list[list[Any]] = _lines(path) if path and path.exists() else []
        self._known.reverse()

    @property
    def going_over(self) -> bool:
        """Whether what happens now happened in an earlier run already."""
        return bool(self._known)

    def kept(self, what: str, make: Callable[[], Any]) -> Any:
        """The answer of the earlier run, else a new one, which is written down. Plain JSON. Raises OtherPast."""
        if self._known:
            asked, answer = self._known.pop()
            if asked != what:
                raise OtherPast(f"{asked} was asked for, now {what}")
            return answer
        answer = make()
        if self._path is not None:
            with open(self._path, "a", encoding="utf-8", opener=_for_us_alone) as lines:
                lines.write(json.dumps([what, answer], ensure_ascii=False) + "\n")
        return answer


class Remembering:
    """An asker whose answers are kept, for one person of the simulation."""

    def __init__(self, asker: Asker, memory: Memory) -> None:
        self._asker, self._memory = asker, memory

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and content, asked now or by an earlier run. A fault of the town is no answer and not kept."""
        if (method, path) == LOG_IN:  # under its old key it would only be told what the first run's client was told
            return self._asker.ask(method, path, body, headers | {"Idempotency-Key": str(ids.new_id(walltime.now()))})

        def asked() -> tuple[int, str]:
            status, content = self._asker.ask(method, path, body, headers)
            if status >= 500:
                raise RuntimeError(f"the town failed ({status}) at {path}: {content[:500]!r}")
            return status, content.decode()

        status, content = self._memory.kept(f"{method} {path}", asked)
        return status, content.encode()


def _lines(path: Path) -> list[list[Any]]:
    """Every whole line; what a kill left of the last one is cut off, since it will be asked again."""
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        os.truncate(path, len(whole))
    return [json.loads(line) for line in whole.splitlines()]


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
