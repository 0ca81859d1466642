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
from yiwang.kernel.zone import TOWN_ZONE
from yiwang.wire.hj212 import codes
from yiwang.wire.hj212.building import Addressee, Unwritable

SOCKETS = "instruments-*.sock"
"""Their names in the data folder, one for each process that instruments connect to."""
LONGEST_PATH = 100
"""Bytes that a socket's path may have."""
LONGEST_LINE = 4096
NOT_CONNECTED, NOT_UNDERSTOOD = "not-connected", "not-understood"
"""Outcomes beside those of orders.ENDS: nothing was sent."""
NO_ORDER, UNKNOWN_ORDER, MISSING, NO_NUMBER, NO_MOMENT, NO_HISTORY = (
    "no-order",
    "unknown-order",
    "missing",
    "no-number",
    "no-moment",
    "no-history",
)
"""Why an order is not understood."""
LONGEST_ABOUT = 40

Write = Callable[[Addressee, str], bytes]
HISTORY = {"minute": codes.MINUTE, "hour": codes.HOUR, "day": codes.DAY}

log = logging.getLogger("yiwang.hj212")


class NotUnderstood(ValueError):
    """An order that is none. `reason`: a slug, whose words stand in texts under hj212.why; `about`: the word or name that it is about."""

    def __init__(self, reason: str, about: str = "") -> None:
        self.reason, self.about = reason, about[:LONGEST_ABOUT]
        super().__init__(f"{self.reason} {self.about}".rstrip())


def _said(asked: Mapping[str, Any], name: str) -> Any:
    value = asked.get(name)
    if value is None or value == "":
        raise NotUnderstood(MISSING, name)
    return value


def _whole(asked: Mapping[str, Any], name: str) -> int:
    value = _said(asked, name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotUnderstood(NO_NUMBER, name)
    return value


def _moment(asked: Mapping[str, Any], name: str) -> datetime:
    """A moment; one without its offset is the town's."""
    value = _said(asked, name)
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=TOWN_ZONE)).astimezone(TOWN_ZONE)
    except (TypeError, ValueError, OverflowError):
        raise NotUnderstood(NO_MOMENT, str(value)) from None


def _set_interval(asked: Mapping[str, Any]) -> Write:
    seconds = _whole(asked, "seconds")
    return lambda to, qn: to.set_interval(seconds, qn)


def _set_minutes(asked: Mapping[str, Any]) -> Write:
    minutes = _whole(asked, "minutes")
    return lambda to, qn: to.set_minutes(minutes, qn)


def _set_time(_: Mapping[str, Any]) -> Write:
    return lambda to, qn: to.set_time(walltime.now(), qn)


def _history(asked: Mapping[str, Any]) -> Write:
    begin, end = _moment(asked, "begin"), _moment(asked, "end")
    command = HISTORY.get(str(_said(asked, "of")))
    if command is None:
        raise NotUnderstood(NO_HISTORY, str(asked["of"]))
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
"""What can be ordered, and how it is read: `seconds`, `minutes`; `of` (minute, hour, day), `begin` and `end`."""


class Ordering(Protocol):
    """What gives orders: the server."""

    async def order(self, mn: str, write: Write) -> Ended | None:
        """The order's end; None when that instrument is not connected. Raises Unwritable."""


def socket_of(folder: Path, number: int) -> Path:
    """Where the process of that number, from 0 on, hears orders."""
    return folder / SOCKETS.replace("*", str(number))


async def listen(path: Path, door: Ordering) -> asyncio.Server | None:
    """Hear orders over the socket at this path. None where that is too long for one."""
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
    """What became of the order in a line: `outcome`; of one that was sent `qn`, `returned` and `told`, of one that is none `why`.

    `reason` and `about`: as NotUnderstood has them.
    """
    try:
        ended = await door.order(*_read(line))
    except NotUnderstood as fault:
        return {"outcome": NOT_UNDERSTOOD, "why": str(fault), "reason": fault.reason, "about": fault.about}
    except Unwritable as fault:
        return {"outcome": NOT_UNDERSTOOD, "why": str(fault)}
    if ended is None:
        return {"outcome": NOT_CONNECTED}
    return {"outcome": ended.outcome, "qn": ended.qn, "returned": ended.returned, "told": ended.told}


def _read(line: bytes) -> tuple[str, Write]:
    """The instrument's number, and what writes the order."""
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        raise NotUnderstood(NO_ORDER) from None
    if not isinstance(asked, dict):
        raise NotUnderstood(NO_ORDER)
    mn, name = str(_said(asked, "mn")), str(_said(asked, "order"))
    if name not in ORDERS:
        raise NotUnderstood(UNKNOWN_ORDER, name)
    return mn, ORDERS[name](asked)
