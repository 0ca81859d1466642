"""The server with real sockets: answers only for what is stored, rests when storing falls behind, keeps what it has at a stop."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest

from yiwang.gateways.hj212_tcp import server
from yiwang.gateways.hj212_tcp.server import Door, Keeping
from yiwang.gateways.hj212_tcp.session import Known, Waiting
from yiwang.wire.hj212.building import build
from yiwang.wire.hj212.packet import parse

CP = "DataTime=20210412154500;w01018-Rtd=2.50,w01018-Flag=N"


class Shelf:
    """Takes what is to be stored; fails or waits when told so."""

    def __init__(self) -> None:
        self.packets: list[Waiting] = []
        self.failures = 0
        self.refused: set[bytes] = set()
        self.open = threading.Event()
        self.open.set()
        self.left = False

    def keep(self, batch: Sequence[Waiting]) -> list[bool]:
        self.open.wait(10)
        if self.failures:
            self.failures -= 1
            raise ConnectionError("away")
        self.packets += batch
        return [one.handed.raw not in self.refused for one in batch]

    def leave(self) -> None:
        self.left = True


def data(number: int, flag: int = 5) -> bytes:
    return build(
        [("QN", f"{number:017}"), ("ST", "21"), ("CN", "2011"), ("PW", "1"), ("MN", "A1"), ("Flag", str(flag))], CP
    )


def run(shelf: Shelf, talk: Callable[[int, asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Start a server, talk to it at its port, stop it."""

    async def both() -> None:
        stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
        keeping = Keeping(lambda: {"A1": Known("1", False)}, shelf.keep, shelf.leave)
        serving = asyncio.create_task(Door(keeping).serve("127.0.0.1", 0, stop, port.set_result))
        try:
            await asyncio.wait_for(talk(await asyncio.wait_for(port, 10), stop), 30)
        finally:
            shelf.open.set()
            stop.set()
            await asyncio.wait_for(serving, 10)

    asyncio.run(both())
    assert shelf.left


async def answers(reader: asyncio.StreamReader, count: int) -> list[tuple[str, str]]:
    """So many packets that the server sends: command and request number."""
    found = [parse(await asyncio.wait_for(reader.readline(), 10)) for _ in range(count)]
    return [(one.cn, one.qn) for one in found]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"GATHER_S": 0.01, "FIRST_DELAY_S": 0.05, "TICK_S": 0.05, "LOOK_S": 0.05}.items():
        monkeypatch.setattr(server, name, value)


def test_an_answer_comes_when_the_packet_is_stored_and_not_before() -> None:
    shelf = Shelf()
    shelf.open.clear()

    async def talk(port: int, _stop: asyncio.Event) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data(1) + data(2))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.readline(), 0.3)
        shelf.open.set()

    run(shelf, talk)
    assert [one.handed.mn for one in shelf.packets] == ["A1", "A1"]


def test_while_nothing_can_be_stored_nobody_is_answered_and_nothing_is_lost() -> None:
    shelf = Shelf()
    shelf.failures = 3

    async def talk(port: int, _stop: asyncio.Event) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data(1))
        assert await answers(reader, 1) == [("9014", f"{1:017}")]

    run(shelf, talk)
    assert (shelf.failures, len(shelf.packets)) == (0, 1)


def test_a_packet_that_cannot_be_stored_is_not_answered_and_the_next_is() -> None:
    shelf = Shelf()
    shelf.refused = {data(1).rstrip()}

    async def talk(port: int, _stop: asyncio.Event) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data(1) + data(2))
        assert await answers(reader, 1) == [("9014", f"{2:017}")]

    run(shelf, talk)


def test_when_storing_falls_behind_reading_stops_and_then_goes_on_without_a_loss(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "MOST_OF_ONE", 50)
    monkeypatch.setattr(server, "MOST_QUEUED", 200)
    monkeypatch.setattr(server, "CALM", 50)
    shelf, many = Shelf(), 15_000
    shelf.open.clear()

    async def talk(port: int, _stop: asyncio.Event) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
        for number in range(many):
            writer.write(data(number, 5 if number % 1000 == 0 else 4))
        with pytest.raises(TimeoutError):  # what is not read stays with the sender
            await asyncio.wait_for(writer.drain(), 0.5)
        shelf.open.set()
        assert [qn for _, qn in await answers(reader, many // 1000)] == [f"{n:017}" for n in range(0, many, 1000)]

    run(shelf, talk)
    assert len(shelf.packets) >= many - 1000
    assert [one.handed.raw[9:26] for one in shelf.packets] == [b"%017d" % n for n in range(len(shelf.packets))]


def test_a_stop_stores_and_answers_what_has_come_and_closes_the_lines() -> None:
    shelf = Shelf()
    shelf.open.clear()

    async def talk(port: int, stop: asyncio.Event) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data(1))
        await asyncio.sleep(0.2)
        stop.set()
        await asyncio.sleep(0.1)
        shelf.open.set()
        assert await answers(reader, 1) == [("9014", f"{1:017}")]
        assert await asyncio.wait_for(reader.read(), 10) == b""

    run(shelf, talk)


def test_a_stranger_is_shown_the_door_and_half_a_packet_is_kept_when_its_line_is_gone() -> None:
    shelf = Shelf()

    async def talk(port: int, _stop: asyncio.Event) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\n##" * 300)
        assert await asyncio.wait_for(reader.read(), 10) == b""
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data(7)[:50])
        writer.close()
        await asyncio.sleep(0.3)

    run(shelf, talk)
    assert shelf.packets[-1].handed.raw == data(7)[:50]
    assert {one.handed.fault for one in shelf.packets} >= {"garbage", "unended"}


def test_more_connections_than_there_is_room_for_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 2)

    async def talk(port: int, _stop: asyncio.Event) -> None:
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        await asyncio.sleep(0.1)
        reader, _ = await asyncio.open_connection("127.0.0.1", port)
        with pytest.raises((ConnectionError, AssertionError)):
            assert await asyncio.wait_for(reader.read(), 5) != b""
        lines[0][1].write(data(1))
        assert await answers(lines[0][0], 1) == [("9014", f"{1:017}")]

    run(Shelf(), talk)
