"""Orders over the socket in the data folder: to an instrument that is connected, with its answer brought back."""

import asyncio
import json
import stat
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from yiwang.gateways.hj212_tcp import asking
from yiwang.gateways.hj212_tcp.server import Door, Keeping
from yiwang.gateways.hj212_tcp.session import Known, Waiting
from yiwang.wire.hj212 import codes
from yiwang.wire.hj212.building import build
from yiwang.wire.hj212.packet import parse

HELLO = build([("ST", "21"), ("CN", "2011"), ("PW", "1"), ("MN", "A1")], "DataTime=20210412154500")
SPAN = {"begin": "2026-11-26T08:00:00+08:00", "end": "2026-11-26T20:00:00+08:00"}


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hj") as made:
        yield Path(made)


def keep(batch: Sequence[Waiting]) -> list[bool]:
    return [True] * len(batch)


def run(folder: Path, talk: Callable[[int], Coroutine[Any, Any, None]]) -> None:
    async def both() -> None:
        stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
        door = Door(Keeping(lambda: {"A1": Known("1", False)}, keep, lambda: None))
        orders = await asking.listen(asking.socket_of(folder, 0), door)
        serving = asyncio.create_task(door.serve("127.0.0.1", 0, stop, port.set_result))
        try:
            await asyncio.wait_for(talk(await port), 20)
        finally:
            stop.set()
            await serving
            assert orders
            orders.close()

    asyncio.run(both())


async def ask(folder: Path, line: bytes) -> dict[str, Any]:
    reader, writer = await asyncio.open_unix_connection(asking.socket_of(folder, 0))
    writer.write(line + b"\n")
    told = json.loads(await asyncio.wait_for(reader.readline(), 10))
    writer.close()
    return dict(told)


def order(what: str, mn: str = "A1", **more: Any) -> bytes:
    return json.dumps({"mn": mn, "order": what, **more}).encode()


ASKED = [
    (order("get-time"), codes.GET_TIME, ""),
    (order("get-interval"), codes.GET_INTERVAL, ""),
    (order("get-minutes"), codes.GET_MINUTES, ""),
    (order("start-realtime"), codes.REALTIME, ""),
    (order("stop-realtime"), codes.STOP_REALTIME, ""),
    (order("set-interval", seconds=60), codes.SET_INTERVAL, "RtdInterval=60"),
    (order("set-minutes", minutes=10), codes.SET_MINUTES, "MinInterval=10"),
    (order("history", of="hour", **SPAN), codes.HOUR, "BeginTime=20261126080000,EndTime=20261126200000"),
    (
        order("history", of="day", begin="2026-11-26T00:00Z", end="2026-11-26T20:00"),
        codes.DAY,
        "BeginTime=20261126080000,EndTime=20261126200000",
    ),
]


def test_each_order_reaches_the_instrument_and_its_answer_comes_back(folder: Path) -> None:
    async def talk(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HELLO)
        await asyncio.sleep(0.05)
        for line, command, cp in ASKED:
            asked = asyncio.create_task(ask(folder, line))
            heard = parse(await asyncio.wait_for(reader.readline(), 10))
            assert (heard.cn, heard.cp, heard.fields["PW"]) == (command, cp, "1")
            for cn, told in ((codes.GET_TIME, "SystemTime=20261126080000"), (codes.RESULT, "ExeRtn=1")):
                writer.write(build([("QN", heard.qn), ("ST", "21"), ("CN", cn), ("PW", "1"), ("MN", "A1")], told))
            expected = {"outcome": "done", "qn": heard.qn, "returned": 1, "told": "SystemTime=20261126080000"}
            assert await asked == expected
        asked = asyncio.create_task(ask(folder, order("set-time")))
        assert parse(await reader.readline()).cp.startswith("SystemTime=20")
        writer.close()
        assert (await asked)["outcome"] == "unanswered"
        assert await ask(folder, order("get-time")) == {"outcome": "not-connected"}

    run(folder, talk)


NOT_UNDERSTOOD = [
    (b"", "no-order"),
    (b"[]", "no-order"),
    (b"{", "no-order"),
    (b"[" * 4000, "no-order"),
    (b"\xff", "no-order"),
    (b'{"mn": "A1"}', "missing order"),
    (order("dance"), "unknown-order dance"),
    (order("set-interval"), "missing seconds"),
    (order("set-interval", seconds="x"), "no-number seconds"),
    (order("set-interval", seconds=float("inf")), "no-number seconds"),
    (order("set-minutes", minutes=float("nan")), "no-number minutes"),
    (order("set-interval", seconds=5), "5 is not from 30 to 3600"),
    (order("history", of="year", **SPAN), "no-history year"),
    (order("history", of="hour"), "missing begin"),
    (order("history", of="hour", begin="yesterday", end="today"), "no-moment yesterday"),
    (order("history", of="hour", begin="0001-01-01T00:00+14:00", end="today"), "no-moment 0001-01-01T00:00+14:00"),
]


def test_what_is_not_understood_is_said_to_be_so_and_nothing_is_sent(folder: Path) -> None:
    async def talk(port: int) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HELLO)
        await asyncio.sleep(0.05)
        for line, why in NOT_UNDERSTOOD:
            told = await ask(folder, line)
            assert (told["outcome"], told["why"]) == ("not-understood", why), line
        assert await ask(folder, order("get-time", mn="X9")) == {"outcome": "not-connected"}

    run(folder, talk)


def test_only_the_owner_of_the_folder_reaches_the_socket(folder: Path) -> None:
    async def talk(port: int) -> None:
        assert stat.S_IMODE((asking.socket_of(folder, 0)).stat().st_mode) == 0o600
        _, writer = await asyncio.open_unix_connection(asking.socket_of(folder, 0))
        writer.write(b"x" * 10_000)
        writer.close()
        assert (
            await asking.listen(asking.socket_of(folder / ("x" * 120), 0), Door(Keeping(dict, keep, lambda: None)))
            is None
        )

    run(folder, talk)
