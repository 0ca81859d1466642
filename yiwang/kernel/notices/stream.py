"""Whose bell changed, for many listeners in one process: one LISTEN for all of them.

Nothing is kept: who listens asks first how many notices there are, then each time a bell rings.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Iterable
from weakref import WeakKeyDictionary

from psycopg import OperationalError

from yiwang.kernel.journal.stream import connect
from yiwang.kernel.notices.telling import CHANNEL
from yiwang.kernel.terms import AccountId

log = logging.getLogger(__name__)

BACK_OFF_S = (0.1, 5.0)


async def heard(account_id: AccountId) -> AsyncGenerator[None, None]:
    """Once as soon as it listens, then whenever this account's notices changed; several changes may be heard as one."""
    hub = _hubs.setdefault(asyncio.get_running_loop(), _Hub())
    bell = hub.enter(str(account_id))
    try:
        await hub.listening.wait()
        while True:
            bell.clear()
            yield
            await bell.wait()
    finally:
        await hub.leave(str(account_id), bell)


class _Hub:
    """Listens for all accounts of one event loop. It has a connection while it has listeners."""

    def __init__(self) -> None:
        self.bells: dict[str, set[asyncio.Event]] = {}
        self.listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def enter(self, account: str) -> asyncio.Event:
        bell = asyncio.Event()
        self.bells.setdefault(account, set()).add(bell)
        if self._task is None:
            self._task = asyncio.create_task(self._listen())
        return bell

    async def leave(self, account: str, bell: asyncio.Event) -> None:
        self.bells[account].discard(bell)
        if not self.bells[account]:
            del self.bells[account]
        if not self.bells and self._task is not None:
            task, self._task = self._task, None
            self.listening.clear()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _listen(self) -> None:
        back_off = BACK_OFF_S[0]
        while True:
            try:
                async with await connect() as listener:
                    await listener.execute(f"LISTEN {CHANNEL}")
                    self.listening.set()
                    self._ring(self.bells)  # what changed while nobody listened
                    back_off = BACK_OFF_S[0]
                    async for told in listener.notifies():
                        self._ring([told.payload])
            except OperationalError as fault:
                log.warning("the bells lost the database, next try in %.1f s: %s", back_off, str(fault).strip())
                await asyncio.sleep(back_off)
                back_off = min(back_off * 2, BACK_OFF_S[1])

    def _ring(self, accounts: Iterable[str]) -> None:
        for account in accounts:
            for bell in self.bells.get(account, ()):
                bell.set()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, _Hub] = WeakKeyDictionary()
