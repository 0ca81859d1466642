"""The town listens at its broker: messages in, packets to be stored out, and acknowledged only when they are stored.

paho reads in a thread of its own and puts messages into a queue; the caller's thread gathers and stores them, many in one transaction.
When storing falls behind, the queue is full, reading stops, and the broker keeps the rest: nothing is dropped.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from paho.mqtt.client import Client, MQTTMessage

from yiwang.gateways.mqtt.broker import Broker, client_of, connect
from yiwang.gateways.mqtt.messages import RECEIVED, Listened, Message, form_of, read
from yiwang.gateways.mqtt.receipts import Receipts
from yiwang.intake.sensing.received import Packet

DOOR = "mqtt"
QOS = 1
MOST_QUEUED = 4000
BATCH = 2000
GATHER_S, QUIET_S = 0.1, 0.01
"""So long messages are gathered for one transaction; when none has come for QUIET_S the broker waits for us."""
LOOK_S = 0.5
FIRST_DELAY_S, LONGEST_DELAY_S = 0.5, 15.0
DRAIN_S = 2.0
"""At a stop: so long for what is already here."""

log = logging.getLogger("yiwang.mqtt")
Keep = Callable[[Sequence[Packet]], list[bool]]
"""Stores packets; of each, whether it is stored. Raises when nothing is, and it is to be tried again."""


class Taken(NamedTuple):
    """A message as paho gave it, and of which connection it is: one that is over cannot be told anything."""

    connection: int
    number: int
    again: bool
    quality: int
    message: Message


@dataclass(frozen=True)
class Hearing:
    """What the door needs of the town."""

    broker: Broker
    client: str
    listening: Sequence[Listened]
    keep: Keep
    receipts: Receipts
    now: Callable[[], datetime]


class Door:
    """One client of the broker that listens."""

    def __init__(self, hearing: Hearing) -> None:
        self._town = hearing
        self._queue: queue.Queue[Taken] = queue.Queue(MOST_QUEUED)
        self._left = hearing.receipts.left_over([one.filter for one in hearing.listening])
        self._connection = 0
        self._stopping = threading.Event()
        self.client = client_of(hearing.broker, hearing.client)
        self.client.on_connect, self.client.on_disconnect = self._connected, self._disconnected
        self.client.on_connect_fail, self.client.on_subscribe = self._not_reached, self._subscribed
        self.client.on_message = self._heard

    def run(self, stop: threading.Event) -> None:
        """Listen and store until `stop`; then store what is already here. Messages at the broker wait for the next run."""
        connect(self.client, self._town.broker)
        try:
            while not stop.is_set():
                self._store(self._gathered(), stop)
            end = time.monotonic() + DRAIN_S
            while not self._queue.empty() and time.monotonic() < end:
                self._store(self._gathered(), stop)
        finally:
            self._stopping.set()
            self.client.disconnect()
            self.client.loop_stop()

    # --- in paho's thread

    def _connected(self, client: Client, _data: Any, flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.warning("the broker %s turns us away: %s", self._town.broker.shown, reason)
            return
        self._connection += 1
        kept = "it kept what came meanwhile" if flags.session_present else "a new session"
        log.info("connected to the broker %s as %s: %s", self._town.broker.shown, self._town.client, kept)
        if self._left:
            client.unsubscribe(self._left)
        client.subscribe([(one.filter, QOS) for one in self._town.listening])

    def _subscribed(self, _client: Client, _data: Any, _number: int, reasons: Sequence[Any], _properties: Any) -> None:
        for one, reason in zip(self._town.listening, reasons, strict=False):
            if reason.is_failure:
                log.error("the broker does not let us listen to %s: %s", one.filter, reason)
            else:
                log.info("listening to %s", one.filter)

    def _disconnected(self, _client: Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if not self._stopping.is_set():
            log.warning("the connection to the broker %s is lost (%s); trying again", self._town.broker.shown, reason)

    def _not_reached(self, _client: Client, _data: Any) -> None:
        log.warning("the broker %s cannot be reached; trying again", self._town.broker.shown)

    def _heard(self, _client: Client, _data: Any, found: MQTTMessage) -> None:
        message = Message(found.topic, bytes(found.payload), self._town.now(), found.retain)
        taken = Taken(self._connection, found.mid, found.dup, found.qos, message)
        while not self._stopping.is_set():
            try:
                self._queue.put(taken, timeout=LOOK_S)
            except queue.Full:
                continue
            return

    # --- in the caller's thread

    def _gathered(self) -> list[Taken]:
        """The next messages; none when nothing came for a while."""
        try:
            found = [self._queue.get(timeout=LOOK_S)]
        except queue.Empty:
            return []
        end = time.monotonic() + GATHER_S
        while len(found) < BATCH and time.monotonic() < end:
            try:
                found.append(self._queue.get(timeout=QUIET_S))
            except queue.Empty:
                break
        return found

    def _store(self, batch: Sequence[Taken], stop: threading.Event) -> None:
        """Until it is stored. What is asked to stop meanwhile leaves it to the broker, which sends it again."""
        if not batch:
            return
        packets = [read(self._dated(one), self._town.listening) for one in batch]
        self._town.receipts.write()
        delay = FIRST_DELAY_S
        while True:
            try:
                done = self._town.keep(packets)
            except Exception as fault:
                log.warning("nothing could be stored; again in %.1f s", delay, exc_info=fault)
            else:
                break
            if stop.wait(delay):
                return
            delay = min(delay * 2, LONGEST_DELAY_S)
        for one, stored in zip(batch, done, strict=True):
            self._answer(one, stored)

    def _dated(self, one: Taken) -> Message:
        """The message with the moment at which it came first, where that matters."""
        form = form_of(one.message.topic, self._town.listening)
        if form is None or form[0].moment != RECEIVED or one.quality == 0:
            return one.message
        at = self._town.receipts.moment(one.number, one.message.raw, one.again, one.message.received_at)
        return one.message._replace(received_at=at)

    def _answer(self, one: Taken, stored: bool) -> None:
        """Acknowledge. What could not be stored is kept as evidence, and would fail again: it is acknowledged too."""
        if not stored:
            log.error("a message of %r could not be stored and is kept as evidence", one.message.topic[:80])
        if one.quality and one.connection == self._connection:
            self.client.ack(one.number, one.quality)
