"""Orders to instruments from this machine: a line of JSON over a socket in the data folder, answered when the instrument has answered.

Whoever may write to the data folder may order; nobody else reaches the socket. `yiwang hj212 order` speaks here.
"""

import asyncio
import json
import logging
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from yiwang.gateways.hj212_tcp.orders import Ended
from yiwang.kernel import walltime
from yiwang.wire.hj212 import codes
from yiwang.wire.hj212.building import Addressee, Unwritable

SOCKET = "instruments.sock"
"""Its name in the data folder."""
LONGEST_PATH = 100
"""Bytes that a socket's path may have."""
LONGEST_LINE = 4096
NOT_CONNECTED, NOT_UNDERSTOOD = "not-connected", "not-understood"
"""Outcomes beside those of orders.ENDS: nothing was sent."""

Write = Callable[[Addressee, str], bytes]
HISTORY = {"minute": codes.MINUTE, "hour": codes.HOUR, "day": codes.DAY}

log = logging.getLogger("yiwang.hj212")


def _set_interval(asked: Mapping[str, Any]) -> Write:
    seconds = int(asked["seconds"])
    return lambda to, qn: to.set_interval(seconds, qn)


def _set_minutes(asked: Mapping[str, Any]) -> Write:
    minutes = int(asked["minutes"])
    return lambda to, qn: to.set_minutes(minutes, qn)


def _set_time(_: Mapping[str, Any]) -> Write:
    return lambda to, qn: to.set_time(walltime.now(), qn)


def _history(asked: Mapping[str, Any]) -> Write:
    begin, end = (datetime.fromisoformat(asked[name]) for name in ("begin", "end"))
    command = HISTORY[asked["of"]]
    return lambda to, qn: to.history(command, begin, end, qn)


ORDERS: Mapping[str, Callable[[Mapping[str, Any]], Write]] = {
    "get-time": lambda _: Addressee.get_time,
    "set-time": _set_time,
    "get-interval": lambda _: Addressee.get_interval,
    "set-interval": _set_interval,
    "get-minutes": lambda _: Addressee.get_minutes,
    "set-minutes": _set_minutes,
    "start-realtime": lambda _: Addressee.start_realtime,
    "stop-realtime": lambda _: Addressee.stop_realtime,
    "history": _history,
}
"""What can be ordered, and how it is read: `seconds`, `minutes`; `of` (minute, hour, day), `begin` and `end` with their offsets."""


class Ordering(Protocol):
    """What gives orders: the server."""

    async def order(self, mn: str, write: Write) -> Ended | None:
        """The order's end; None when that instrument is not connected. Raises Unwritable."""


async def listen(folder: Path, door: Ordering) -> asyncio.Server | None:
    """Hear orders over the socket in this folder. None where its path is too long for one."""
    path = folder / SOCKET
    if len(os.fsencode(path)) > LONGEST_PATH:
        log.warning("%s is too long for a socket: no orders can be given to instruments", path)
        return None
    path.unlink(missing_ok=True)

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            told = await answer(await reader.readuntil(b"\n"), door)
            writer.write(json.dumps(told).encode() + b"\n")
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as gone:
            log.info("whoever asked is gone: %s", type(gone).__name__)
        finally:
            writer.close()

    server = await asyncio.start_unix_server(hear, path, limit=LONGEST_LINE)
    path.chmod(0o600)
    return server


async def answer(line: bytes, door: Ordering) -> dict[str, Any]:
    """What became of the order in a line: `outcome`, and of one that was sent `qn`, `returned` and `told`."""
    try:
        asked = json.loads(line)
        mn, write = str(asked["mn"]), ORDERS[asked["order"]](asked)
        ended = await door.order(mn, write)
    except (ValueError, KeyError, TypeError) as fault:  # Unwritable is a ValueError
        return {"outcome": NOT_UNDERSTOOD, "why": str(fault) if isinstance(fault, Unwritable) else repr(fault)}
    if ended is None:
        return {"outcome": NOT_CONNECTED}
    return {"outcome": ended.outcome, "qn": ended.qn, "returned": ended.returned, "told": ended.told}
