"""What comes at the same time in one process is stored together: one transaction, one entry of the journal, one wait for the disk.

Whoever comes while nothing is being stored begins; the others wait meanwhile and are stored together by the first of them. Who begins just
after others were told waits a moment, until as many are there as were before: they come back with their next one, and would else be half
of each batch by turns. So who is alone waits for nobody, and the more there are the fewer transactions each costs.
"""

import time
from collections.abc import Callable, Sequence
from threading import Event, Lock
from typing import Generic, TypeVar

from yiwang.kernel.outages import outage

T = TypeVar("T")
R = TypeVar("R")


LINGER_S = 0.01
"""So long the next batch waits at most for those whom the last one has told."""


class _Waiting(Generic[T, R]):
    """One that waits: to be told its result, or that it is its turn to store."""

    def __init__(self, what: T) -> None:
        self.what = what
        self.told = Event()
        self.result: R | None = None
        self.fault: BaseException | None = None
        self.leads = False


class Together(Generic[T, R]):
    """Stores for all threads of a process. `store` gives a result for each, or raises when nothing is stored."""

    def __init__(
        self, store: Callable[[Sequence[T]], Sequence[R]], *, weight: Callable[[T], int] = lambda _: 1, most: int = 1000
    ) -> None:
        """`most`: what is stored together weighs no more; what alone weighs more is stored alone."""
        self._store = store
        self._weight, self._most = weight, most
        self._lock = Lock()
        self._waiting: list[_Waiting[T, R]] = []
        self._busy = False
        self._expected = 0
        """So many there were when the last batch was told: those in it, and those who waited."""
        self._all_here = Event()
        self._linger_until = 0.0

    def hand_in(self, what: T) -> R:
        """Its result, once it is stored. Raises what storing it raised."""
        own = _Waiting[T, R](what)
        with self._lock:
            self._waiting.append(own)
            if len(self._waiting) >= self._expected or self._heavy():
                self._all_here.set()
            own.leads, self._busy = not self._busy, True
        if not own.leads:
            own.told.wait()
        if own.leads:
            self._all_here.wait(max(0.0, self._linger_until - time.monotonic()))
            self._lead()
        if own.fault is not None:
            raise own.fault
        return own.result  # type: ignore[return-value]  # it was told, and there was no fault

    def _lead(self) -> None:
        """Store all that waits, one's own among them, then let the first of those who came meanwhile do the same."""
        with self._lock:
            batch = self._next()
        try:
            self._try(batch)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
                self._expected, self._linger_until = len(batch) + len(self._waiting), time.monotonic() + LINGER_S
                if not self._heavy():
                    self._all_here.clear()
            if following is not None:
                following.leads = True
                following.told.set()
            for one in batch:
                one.told.set()

    def _heavy(self) -> bool:
        """Whether no more than what waits may be stored together."""
        return sum(self._weight(one.what) for one in self._waiting) >= self._most

    def _next(self) -> list[_Waiting[T, R]]:
        """The first of those that wait, as many as may be stored together, are taken off the list."""
        weight, many = self._weight(self._waiting[0].what), 1
        for one in self._waiting[1:]:
            weight += self._weight(one.what)
            if weight > self._most:
                break
            many += 1
        batch, self._waiting = self._waiting[:many], self._waiting[many:]
        return batch

    def _try(self, batch: Sequence[_Waiting[T, R]]) -> None:
        """All at once or, where something in one of them makes that fail, each by itself."""
        try:
            for one, result in zip(batch, self._store([one.what for one in batch]), strict=True):
                one.result = result
        except Exception as fault:  # noqa: BLE001 - each is told its own
            if len(batch) > 1 and not outage(fault):
                for one in batch:
                    self._try([one])
                return
            for one in batch:
                one.fault = fault
