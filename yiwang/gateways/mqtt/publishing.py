"""The town tells its broker of new readings: a reader of the journal whose cursor moves when the broker has said that it has them.

So each is told at least once, in the order in which they were stored, also across a restart of either side.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from paho.mqtt.client import Client, MQTTMessageInfo

from yiwang.gateways.mqtt.broker import Broker, client_of, connect
from yiwang.kernel.journal import readers
from yiwang.kernel.journal.queries import Placed

READER = "mqtt publishing"
QOS = 1
AT_ONCE = 20
"""Entries of the journal for one move of the cursor; one can stand for thousands of readings."""
TOGETHER = 500
"""Messages given to paho before the first is waited for; it holds in flight what brokers usually take."""
LOOK_S = 0.2
PATIENCE_S = 20.0

log = logging.getLogger("yiwang.mqtt")
Told = Callable[[Sequence[Placed]], Iterable[tuple[str, str]]]
"""Topic and payload of what entries of the journal say."""


class NotTaken(Exception):
    """The broker refused a message, or did not say in time that it has it."""


class Publisher:
    """One client of the broker that publishes."""

    def __init__(self, broker: Broker, name: str, told: Told) -> None:
        self._broker, self._told = broker, told
        self.client = client_of(broker, name)
        self.client.on_connect, self.client.on_publish = self._connected, self._answered
        self._refused = ""

    def run(self, stop: threading.Event) -> None:
        """Publish until `stop`. Begins with what is new when it runs for the first time. Raises NotTaken; run a new one then."""
        readers.begin_at_head(READER)
        connect(self.client, self._broker)
        try:
            while not stop.is_set():
                if not (self.client.is_connected() and readers.advance(READER, self.tell, AT_ONCE)):
                    stop.wait(LOOK_S)
        finally:
            self.client.disconnect()
            self.client.loop_stop()

    def _connected(self, _client: Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        log.info("publishing at the broker %s: %s", self._broker.shown, reason)

    def _answered(self, _client: Client, _data: Any, _number: int, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self._refused = str(reason)

    def tell(self, entries: tuple[Placed, ...]) -> None:
        """Publish what entries say and wait until the broker has it. Raises NotTaken."""
        waiting = iter(self._told(entries))
        while some := list(islice(waiting, TOGETHER)):
            end = time.monotonic() + PATIENCE_S
            for one in [self.client.publish(topic, payload, qos=QOS) for topic, payload in some]:
                _wait_for(one, end)
            if self._refused:
                raise NotTaken(self._refused)


def _wait_for(one: MQTTMessageInfo, end: float) -> None:
    try:
        one.wait_for_publish(max(0.01, end - time.monotonic()))
    except (RuntimeError, ValueError) as fault:
        raise NotTaken(str(fault)) from fault
    if not one.is_published():
        raise NotTaken(f"nothing was heard for {PATIENCE_S:.0f} s")
