"""Which entry holds which fact, for the length of one step: so that a kept answer points at exactly the entry it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Noted = list[tuple[Any, int]]

_noted: ContextVar[Noted | None] = ContextVar("journal_recorded", default=None)


@contextmanager
def noting() -> Iterator[Noted]:
    """Collect (fact, entry id) of everything recorded inside, also by steps inside this one."""
    running = _noted.get()
    if running is not None:
        yield running
        return
    noted: Noted = []
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def note(fact: Any, entry_id: int) -> None:
    """Called by `record`."""
    noted = _noted.get()
    if noted is not None:
        noted.append((fact, entry_id))
