"""News of the journal for many listeners in one process: one LISTEN, one query per news, any number of subscribers.

Listeners hear only where something happened (position, verb, subject), never what: the page then asks its own query,
which asks whether the actor may see it.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.db import connections
from psycopg import AsyncConnection, OperationalError

from yiwang.kernel.journal.sequencer import CHANNEL

log = logging.getLogger(__name__)

KEPT = 10_000
"""How many of the newest changes stay in memory; a subscriber further behind reads from the database."""
BATCH = 500
LOOK_S = 10.0
"""The head is looked up at least this often, in case a notification went lost with its connection."""
BACK_OFF_S = (0.1, 5.0)

_HEAD = "SELECT coalesce(max(position), 0) FROM entry_position"
_AFTER = """
SELECT p.position, e.verb, e.subject_kind, e.subject_id
FROM entry_position p JOIN entry e ON e.id = p.entry_id WHERE p.position > %s ORDER BY p.position LIMIT %s
"""


class Change(NamedTuple):
    """Where something happened."""

    position: int
    verb: str
    subject_kind: str
    subject_id: str


Changes = tuple[Change, ...]


async def changes(after: int | None = None, *, idle_s: float = 15.0) -> AsyncGenerator[Changes, None]:
    """What happens after a position (None: from now on), in batches, without end, each change once and in order.

    When nothing happened for `idle_s` seconds it gives an empty batch, so that a door can send a sign of life.
    A lost database is waited for; the changes of the meantime follow. Close the generator to leave.
    """
    async with _hub() as hub:
        position = hub.head if after is None else after
        while True:
            batch = await hub.after(position, idle_s)
            if batch:
                position = batch[-1].position
            yield batch


async def connect() -> AsyncConnection[Any]:
    """A connection of our own to Django's database, in their role, which stands in the parameters (project/database.py)."""
    database = connections["default"]
    parameters = database.get_connection_params()
    for only_django in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(only_django, None)
    return await AsyncConnection.connect(**parameters, autocommit=True)


class _Hub:
    """Listens for all subscribers of one event loop. It lives while it has subscribers."""

    def __init__(self) -> None:
        self.head = 0
        self.subscribers = 0
        self._recent: deque[Change] = deque(maxlen=KEPT)
        self._news = asyncio.Event()
        self._ready = asyncio.Event()
        self._database: AsyncConnection[Any] | None = None
        self._task: asyncio.Task[None] | None = None

    async def enter(self) -> None:
        self.subscribers += 1
        if self._task is None:
            self._task = asyncio.create_task(self._listen())
        await self._ready.wait()

    async def leave(self) -> None:
        self.subscribers -= 1
        if self.subscribers == 0 and self._task is not None:
            task, self._task = self._task, None
            self._ready.clear()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def after(self, position: int, idle_s: float) -> Changes:
        """The changes after `position`; waits up to `idle_s` seconds for some, else an empty batch."""
        if position >= self.head:
            news = self._news
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), idle_s)
        if position >= self.head:
            return ()
        if self._recent and self._recent[0].position <= position + 1:
            first = position + 1 - self._recent[0].position  # positions have no gaps
            return tuple(self._recent[index] for index in range(first, min(first + BATCH, len(self._recent))))
        return await self._read(position)

    async def _read(self, position: int) -> Changes:
        try:
            assert self._database is not None  # noqa: S101  # ready was awaited
            cursor = await self._database.execute(_AFTER, [position, BATCH])
            return tuple(Change(*row) for row in await cursor.fetchall())
        except OperationalError:
            await asyncio.sleep(BACK_OFF_S[0])  # the listener is taking up the connection again
            return ()

    async def _listen(self) -> None:
        back_off = BACK_OFF_S[0]
        while True:
            try:
                async with await connect() as listener, await connect() as self._database:
                    await listener.execute(f"LISTEN {CHANNEL}")
                    back_off = BACK_OFF_S[0]
                    await self._follow(listener, self._database)
            except OperationalError as fault:
                log.warning("the stream lost the database, next try in %.1f s: %s", back_off, str(fault).strip())
                await asyncio.sleep(back_off)
                back_off = min(back_off * 2, BACK_OFF_S[1])

    async def _follow(self, listener: AsyncConnection[Any], database: AsyncConnection[Any]) -> None:
        while True:
            row = await (await database.execute(_HEAD)).fetchone()
            await self._take(database, int(row[0]) if row else 0)
            self._ready.set()
            async for notice in listener.notifies(timeout=LOOK_S):
                await self._take(database, int(notice.payload))

    async def _take(self, database: AsyncConnection[Any], head: int) -> None:
        """Read what is new once, for everyone, and wake them."""
        if not self._ready.is_set() and self.head == 0:
            self.head = head
            return
        while self.head < head:
            cursor = await database.execute(_AFTER, [self.head, BATCH])
            fresh = [Change(*row) for row in await cursor.fetchall()]
            if not fresh:
                break
            self._recent.extend(fresh)
            self.head = fresh[-1].position
            news, self._news = self._news, asyncio.Event()
            news.set()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, _Hub] = WeakKeyDictionary()


@contextlib.asynccontextmanager
async def _hub() -> AsyncIterator[_Hub]:
    """This event loop's hub, entered and left again."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = _Hub()
    hub = _hubs[loop]
    await hub.enter()
    try:
        yield hub
    finally:
        await hub.leave()
        if hub.subscribers == 0 and _hubs.get(loop) is hub:
            del _hubs[loop]
