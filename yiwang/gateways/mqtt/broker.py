"""The broker that the town is a client of: its address as somebody writes it, and a client that keeps its session there.

Passwords are never part of an address: they would stand in the list of processes.
"""

import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from paho.mqtt.client import Client, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from yiwang.gateways.mqtt.messages import MOST_BYTES
from yiwang.gateways.mqtt.problems import BrokerAddressWrong, PasswordInAddress

PORTS = {"mqtt": 1883, "mqtts": 8883}
VERSIONS = {"5": MQTTv5, "3.1.1": MQTTv311}
KEEPALIVE_S = 30
KEPT_FOR_S = 7 * 24 * 3600
"""[D]: so long a broker that speaks version 5 keeps what comes while the town is away; 3.1.1 cannot say it, and the broker decides."""
MOST_UNANSWERED = 1000
"""Messages that a broker of version 5 may send before we say that the first of them is stored; 3.1.1 leaves it to the broker."""
SHORTEST_DELAY_S, LONGEST_DELAY_S = 1, 30
OVERHEAD = 4096
"""Bytes of a message beside its payload."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where it is and how the town shows itself there."""

    host: str
    port: int
    encrypted: bool
    version: str = "5"
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def shown(self) -> str:
        """For log lines."""
        return f"{self.host}:{self.port}"


def read_address(address: str, *, version: str = "5", password: str = "") -> Broker:
    """A broker from `mqtt://host`, `mqtts://user@host:8883`. Raises BrokerAddressWrong, PasswordInAddress."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise BrokerAddressWrong(given=address.rpartition("@")[2][:80]) from None
    if parts.password is not None:
        raise PasswordInAddress
    more = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in PORTS or not parts.hostname or more or version not in VERSIONS:
        raise BrokerAddressWrong(given=f"{address[:80]} ({version})")
    return Broker(
        parts.hostname, port or PORTS[parts.scheme], parts.scheme == "mqtts", version, parts.username or "", password
    )


def client_of(broker: Broker, name: str) -> Client:
    """A client of that name, not yet connected: it acknowledges nothing by itself, and the broker keeps its session."""
    modern = broker.version == "5"
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=name,
        clean_session=None if modern else False,
        protocol=VERSIONS[broker.version],
        manual_ack=True,
    )
    if broker.user or broker.password:
        client.username_pw_set(broker.user, broker.password)
    if broker.encrypted:
        client.tls_set_context(ssl.create_default_context())
    client.reconnect_delay_set(SHORTEST_DELAY_S, LONGEST_DELAY_S)
    return client


def connect(client: Client, broker: Broker) -> None:
    """Begin to connect, in paho's own thread, and go on for ever. With a broker of version 5 the session outlives us."""
    if broker.version == "5":
        client.connect_async(broker.host, broker.port, KEEPALIVE_S, clean_start=False, properties=_session())
    else:
        client.connect_async(broker.host, broker.port, KEEPALIVE_S)
    client.loop_start()


def _session() -> Properties:
    asked = Properties(PacketTypes.CONNECT)
    asked.SessionExpiryInterval = KEPT_FOR_S
    asked.ReceiveMaximum = MOST_UNANSWERED
    asked.MaximumPacketSize = MOST_BYTES + OVERHEAD
    return asked
