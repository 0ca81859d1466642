"""The TCP server for instruments: connections in, packets to be stored out, answers only for what is stored.

One event loop reads all connections; one thread stores what they brought, many packets in one transaction. When storing falls behind,
reading stops, and the instruments' own buffers hold what they have not been answered for: nothing is dropped.
"""

import asyncio
import logging
import resource
import socket
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

from yiwang.gateways.hj212_tcp.orders import Ended
from yiwang.gateways.hj212_tcp.session import Handed, Known, Session, Turn, Waiting
from yiwang.intake.sensing.guesses import Guesses
from yiwang.kernel import walltime
from yiwang.wire.hj212.building import Addressee
from yiwang.wire.hj212.packet import parse

log = logging.getLogger("yiwang.hj212")
T = TypeVar("T")

BATCH = 2000
"""The most packets of one transaction."""
ENOUGH = 400
GATHER_S = 0.1
"""So long a packet waits for others of its batch, where there are not ENOUGH."""
MOST_QUEUED, CALM = 4000, 1000
"""So many packets wait to be stored, and nobody is read from until only so many are left."""
MOST_OF_ONE = 500
"""So many of one connection, and that one is not read from."""
MOST_CONNECTIONS = 4096
STRANGER_S = 10.0
"""So long a line may be open without an instrument having shown itself before it has to make room, where there is none left."""
MOST_UNSENT = 64 * 1024
"""Bytes of answers that an instrument has not taken; then it is not listening, and the connection is closed."""
TICK_S = 1.0
LOOK_S = 2.0
"""So often the stations are looked up anew."""
SILENCE_S = 2 * 3600.0
"""A connection over which nothing came for so long is closed: intervals go up to one hour (R-078)."""
FIRST_DELAY_S, LONGEST_DELAY_S = 0.5, 15.0
DRAIN_S = 4.0
"""At a stop: so long for what is already there."""
KEEPALIVE = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 15), (socket.TCP_KEEPCNT, 4))
"""A line that died without a word is noticed within two minutes."""


@dataclass(frozen=True)
class Keeping:
    """What the server needs of the town. All is called in one thread of its own and may take its time."""

    known: Callable[[], Mapping[str, Known]]
    """The instruments by MN."""
    keep: Callable[[Sequence[Waiting]], list[bool]]
    """Store packets; of each, whether it is stored. Raises when nothing is, and it is to be tried again."""
    leave: Callable[[], None]
    """The thread ends: let go of what it holds."""


class _Queued(NamedTuple):
    connection: "Connection"
    waiting: Waiting


class Connection(asyncio.Protocol):
    """One instrument's line, or a data logger's for several."""

    def __init__(self, door: "Door") -> None:
        self._door = door
        self._transport: asyncio.Transport | None = None
        self._resting = False
        self.heard = self.began = 0.0
        self.session = Session(door.instrument)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's: a new line."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what asyncio makes for TCP
        self._transport = transport
        self.heard = self.began = self._door.clock()
        peer = transport.get_extra_info("peername")
        self.session = Session(self._door.instrument, self._door.guesses, str(peer[0]) if peer else "")
        for option, value in KEEPALIVE:
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, option, value)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if not self._door.admit(self):
            transport.abort()

    def data_received(self, data: bytes) -> None:
        """asyncio's: bytes have come."""
        self.heard = self._door.clock()
        at = walltime.now()
        self.take(self.session.receive(data, now=self.heard, at=at), at)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's: the line is gone. What was waiting for more is stored as it is."""
        at = walltime.now()
        turn = self.session.end(now=self._door.clock(), at=at)
        self._transport = None
        self.take(turn, at)
        self._door.forget(self)

    def tick(self, now: float) -> None:
        """A second has passed."""
        at = walltime.now()
        self.take(self.session.tick(now=now, at=at), at)
        if now - self.heard > SILENCE_S:
            self.close()

    def take(self, turn: Turn, at: datetime) -> None:
        """Do what a turn asks for. `at`: when what caused it came."""
        self.send(turn.send)
        for one in turn.ended:
            self._door.tell(one)
        if turn.handed:
            self._door.queue(self, turn.handed, at)
        if turn.close:
            log.warning("a connection that shows no known instrument is closed")
            self.close()

    def send(self, data: bytes) -> None:
        """Send, as long as the other side takes it."""
        if not data or self._transport is None or self._transport.is_closing():
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > MOST_UNSENT:
            self._transport.abort()

    def abort(self) -> None:
        """End the line at once."""
        if self._transport is not None:
            self._transport.abort()

    def rest(self, wanted: bool) -> None:
        """Read no more, or read again."""
        if self._transport is None or self._transport.is_closing() or wanted == self._resting:
            return
        self._resting = wanted
        if wanted:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def stranger_since(self, now: float) -> float:
        """For how many seconds it has been open without an instrument having shown itself; 0 where one has."""
        return 0.0 if self.session.instruments else now - self.began

    def close(self) -> None:
        """Send what is written, then close."""
        if self._transport is not None:
            self._transport.close()


class Door:
    """The server: its connections, what waits to be stored, and the thread that stores it."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._thread = ThreadPoolExecutor(1, "hj212 storing")
        self._instruments: Mapping[str, Known] = {}
        self.guesses = Guesses()
        self._connections: set[Connection] = set()
        self._queue: list[_Queued] = []
        self._unstored = 0
        self._some = asyncio.Event()
        self._resting = False
        self._stopping = False
        self._asked: dict[tuple[str, str], asyncio.Future[Ended]] = {}
        """Orders whose end somebody waits for, by MN and QN."""
        self.clock: Callable[[], float] = asyncio.get_running_loop().time

    def instrument(self, mn: str) -> Known | None:
        """What is known of an instrument."""
        return self._instruments.get(mn)

    def admit(self, connection: Connection) -> bool:
        """Is there room for another connection? Where all are taken, the longest over which no instrument has shown itself makes room."""
        if len(self._connections) >= MOST_CONNECTIONS:
            now = self.clock()
            stranger = max(self._connections, key=lambda one: one.stranger_since(now))
            if stranger.stranger_since(now) > STRANGER_S:
                log.warning("a connection that has shown no known instrument makes room for another")
                stranger.abort()
                self._connections.discard(stranger)
        if self._stopping or len(self._connections) >= MOST_CONNECTIONS:
            log.warning("a connection is turned away: %d are open", len(self._connections))
            return False
        self._connections.add(connection)
        connection.rest(self._resting)
        return True

    def forget(self, connection: Connection) -> None:
        """A connection is gone."""
        self._connections.discard(connection)

    def queue(self, connection: Connection, handed: Sequence[Handed], at: datetime) -> None:
        """Packets to be stored, that came at that moment. Where too many wait, reading stops."""
        self._queue += [_Queued(connection, Waiting(one, at)) for one in handed]
        self._unstored += len(handed)
        self._some.set()
        if connection.session.waiting > MOST_OF_ONE:
            connection.rest(True)
        if len(self._queue) > MOST_QUEUED and not self._resting:
            self._rest(True)

    async def order(self, mn: str, write: Callable[[Addressee, str], bytes]) -> Ended | None:
        """Give an order to an instrument over the line on which it was heard last, and wait for its end.

        An instrument that says nothing is given up after three sendings, ten seconds each. One that sends its history is waited for
        as long as it goes on sending, with no more than ten seconds between two packets.
        None when it is not connected, or has too many orders open. Raises Unwritable for what no packet can say.
        """
        lines = [one for one in self._connections if mn in one.session.instruments]
        if not lines:
            return None
        line = max(lines, key=lambda one: one.heard)
        written = line.session.order(mn, write, now=self.clock(), at=walltime.now())
        if not written:
            return None
        qn = parse(written).qn
        self._asked[mn, qn] = asyncio.get_running_loop().create_future()
        line.send(written)
        return await self._asked[mn, qn]

    def tell(self, ended: Ended) -> None:
        """An order is over."""
        log.info("command %s to %s: %s", ended.command, ended.mn[:40], ended.outcome)
        asked = self._asked.pop((ended.mn, ended.qn), None)
        if asked and not asked.done():
            asked.set_result(ended)

    async def serve(
        self, host: str, port: int, stop: asyncio.Event, ready: Callable[[int], None], *, shared: bool = False
    ) -> None:
        """Serve until `stop`, then store what is there. `ready` is told the port. Raises OSError when it cannot listen there.

        `shared`: other processes of ours listen at the same port, and the system gives each its part of the connections.
        """
        _many_files()
        while not await self._look_once():  # without its stations it would refuse them all
            await asyncio.sleep(FIRST_DELAY_S)
        server = await asyncio.get_running_loop().create_server(
            lambda: Connection(self), host, port, backlog=1024, reuse_port=shared
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                storing = tasks.create_task(self._keep_storing())
                others = [tasks.create_task(self._keep_looking()), tasks.create_task(self._keep_ticking())]
                ready(server.sockets[0].getsockname()[1])
                await stop.wait()
                server.close()
                await self._drain()
                for task in (storing, *others):
                    task.cancel()
        finally:
            server.close()
            await self._in_thread(self._keeping.leave)
            self._thread.shutdown(wait=True)

    async def _drain(self) -> None:
        """Read no more; what has come is stored and answered; then the lines are closed."""
        self._stopping = True
        self._rest(True)
        end = self.clock() + DRAIN_S
        while self._unstored and self.clock() < end:
            self._some.set()
            await asyncio.sleep(0.02)
        for connection in list(self._connections):
            connection.close()
        await asyncio.sleep(0)

    async def _keep_storing(self) -> None:
        while True:
            await self._some.wait()
            if len(self._queue) < ENOUGH and not self._stopping:
                await asyncio.sleep(GATHER_S)
            batch, self._queue = self._queue[:BATCH], self._queue[BATCH:]
            if batch:
                await self._store(batch)
            if not self._queue:
                self._some.clear()

    async def _store(self, batch: Sequence[_Queued]) -> None:
        """Until it is stored: as long as the database is away, nobody is answered, and soon nobody is read from."""
        delay = FIRST_DELAY_S
        while True:
            try:
                done = await self._in_thread(self._keeping.keep, [one.waiting for one in batch])
            except Exception as fault:
                log.warning("nothing could be stored; again in %.1f s", delay, exc_info=fault)
                await asyncio.sleep(delay)
                delay = min(delay * 2, LONGEST_DELAY_S)
            else:
                break
        self._answer(batch, done)

    def _answer(self, batch: Sequence[_Queued], done: Sequence[bool]) -> None:
        self._unstored -= len(batch)
        by_connection: dict[Connection, tuple[list[Handed], list[Handed]]] = {}
        for one, stored in zip(batch, done, strict=True):
            by_connection.setdefault(one.connection, ([], []))[0 if stored else 1].append(one.waiting.handed)
        for connection, (stored_ones, others) in by_connection.items():
            connection.session.given_up(others)
            connection.send(connection.session.stored(stored_ones))
            if not self._resting and connection.session.waiting <= MOST_OF_ONE:
                connection.rest(False)
        if self._resting and not self._stopping and len(self._queue) <= CALM:
            self._rest(False)

    def _rest(self, wanted: bool) -> None:
        self._resting = wanted
        for connection in self._connections:
            connection.rest(wanted or connection.session.waiting > MOST_OF_ONE)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await self._look_once()

    async def _look_once(self) -> bool:
        try:
            self._instruments = await self._in_thread(self._keeping.known)
        except Exception as fault:
            log.warning("the stations could not be looked up; those known before still count", exc_info=fault)
            return False
        return True

    async def _keep_ticking(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            for connection in list(self._connections):
                connection.tick(self.clock())

    async def _in_thread(self, call: Callable[..., T], *given: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *given)


def _many_files() -> None:
    """As many open connections as the system allows us: usual is 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
