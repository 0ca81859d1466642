"""The town at a real broker (Mosquitto): what instruments publish is stored before it is acknowledged, and what is stored is published."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from paho.mqtt import publish
from psycopg import connect
from psycopg.conninfo import make_conninfo

from yiwang.gateways.mqtt import handing
from yiwang.gateways.mqtt.broker import Broker, read_address
from yiwang.gateways.mqtt.declared import TOPICS, Published
from yiwang.gateways.mqtt.door import Door, Hearing
from yiwang.gateways.mqtt.publishing import READER, NotTaken, Publisher
from yiwang.gateways.mqtt.receipts import Receipts
from yiwang.gateways.mqtt.tests.broker_process import Mosquitto
from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.models import KeptPacket, Reading
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps import keeping, stations
from yiwang.kernel import walltime
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal import readers, sequencer
from yiwang.kernel.people.steps.teams import create_team
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.project import mqtt
from yiwang.project.database import APPLICATION_ROLE

SYSTEM = Actor(ActorKind.SYSTEM)
DAY = "2026-11-26T04:{:02}:00Z"
TABLE = """
client: yiwang-small
listen:
  - {topic: "small/{station}/{factor}", key: "small/{station}", payload: json, moment: at, value: v}
  - {topic: "plain/{station}/{factor}", key: "small/{station}", payload: number, moment: received}
publish: {address: "http://town.example/sta/v1.1", stations: [pump]}
"""
ADDRESS = "http://town.example/sta/v1.1"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    broker = Mosquitto(tmp_path / "broker")
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def pump() -> int:
    """The station `pump` with one stream, and another one that is not published; gives the pump's stream."""
    call = Call(SYSTEM, walltime.now(), "test")
    team = create_team("water", "department", name_zh="水务站", name_en="Water Station", call=call).team_id
    made = []
    for code in ("pump", "other"):
        said = Description(code, "泵站流量计", "Pump", "mqtt", f"small/{code}", team, date(2016, 1, 1))
        made.append(
            stations.register_station(said, [StreamDescription("w01018", "rtd", "realtime", "mg/L", 60)], call=call)
        )
    return made[0].streams[0].stream_id


class Town:
    """`yiwang.project.mqtt` as the supervisor starts it, on this test's database, in the role that may not delete."""

    def __init__(self, mosquitto: Mosquitto, folder: Path) -> None:
        (folder / TOPICS).write_text(TABLE, encoding="utf-8")
        database = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
        told = {"DATABASE_URL": database, "YIWANG_DB_ROLE": APPLICATION_ROLE, mqtt.ADDRESS: mosquitto.address}
        told |= {"YIWANG_TOWN": str(folder), "YIWANG_DATA": str(folder)}
        self._log = (folder / "mqtt.log").open("ab")
        command = [sys.executable, "-m", "yiwang.project.mqtt"]
        self.process = subprocess.Popen(command, env=os.environ | told, stdout=self._log, stderr=self._log)

    def end(self, which: signal.Signals) -> int:
        self.process.send_signal(which)
        try:
            return self.process.wait(30)
        finally:
            self._log.close()


def until(holds: Callable[[], Any], seconds: float = 30.0) -> Any:
    """What it gives once it gives something."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "this never came true"
        time.sleep(0.05)
    return found


def send(mosquitto: Mosquitto, *said: tuple[str, str], retain: bool = False) -> None:
    """Publish at QoS 1, as an instrument does: returns when the broker has all of it."""
    messages = [{"topic": topic, "payload": payload, "qos": 1, "retain": retain} for topic, payload in said]
    publish.multiple(messages, hostname="127.0.0.1", port=mosquitto.port)


def measured(minute: int, value: str) -> tuple[str, str]:
    return "small/pump/w01018", json.dumps({"at": DAY.format(minute), "v": value})


def stored() -> list[tuple[int, Decimal]]:
    """Minute and value of each reading."""
    return [(one.at.minute, one.value) for one in Reading.objects.order_by("at")]


def listens(mosquitto: Mosquitto) -> bool:
    return b"small/+/+ (QoS 1)" in (mosquitto.folder / "mosquitto.log").read_bytes()


@pytest.mark.usefixtures("pump")
def test_what_is_published_is_stored_once_and_what_cannot_be_used_is_kept_apart(mosquitto, tmp_path):
    send(mosquitto, ("plain/pump/w01018", "99"), retain=True)
    town = Town(mosquitto, tmp_path)
    until(lambda: listens(mosquitto))
    send(mosquitto, measured(1, "1.50"), measured(2, "2.50"), measured(1, "1.50"))
    send(mosquitto, ("small/pump/w01018", "{"), ("small/stranger/w01018", measured(3, "3")[1]))
    until(lambda: len(stored()) == 2 and KeptPacket.objects.count() == 3)
    assert stored() == [(1, Decimal("1.50")), (2, Decimal("2.50"))]
    assert {(one.key, one.fault) for one in KeptPacket.objects.all()} == {
        ("small/pump", "payload-unreadable"),
        ("small/stranger", "unknown-instrument"),
        ("small/pump", "retained"),
    }
    mosquitto.stop()
    mosquitto.start()
    until(lambda: (tmp_path / "mqtt.log").read_bytes().count(b"connected to the broker") >= 2)
    send(mosquitto, measured(4, "4"))
    until(lambda: len(stored()) == 3)
    assert town.end(signal.SIGTERM) == 0
    send(mosquitto, measured(5, "5"))  # while nobody is there: the broker keeps it for us
    town = Town(mosquitto, tmp_path)
    until(lambda: len(stored()) == 4)
    assert town.end(signal.SIGTERM) == 0


@pytest.mark.usefixtures("pump")
def test_a_process_killed_between_receipt_and_commit_loses_nothing_and_a_message_keeps_its_moment(mosquitto, tmp_path):
    town = Town(mosquitto, tmp_path)
    until(lambda: listens(mosquitto))
    address = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    with connect(address) as other:
        other.execute("LOCK TABLE reading IN EXCLUSIVE MODE")  # nothing can be stored
        send(mosquitto, *(measured(minute, "1") for minute in range(10)), ("plain/pump/w01018", "7"))
        noted = until(lambda: noted_at(tmp_path))
        assert town.end(signal.SIGKILL) == -signal.SIGKILL
    assert stored() == []
    began = walltime.now()
    town = Town(mosquitto, tmp_path)
    until(lambda: len(stored()) == 11)
    assert town.end(signal.SIGTERM) == 0
    (at,) = Reading.objects.filter(value=7).values_list("at", flat=True)
    assert at == noted < began
    assert [minute for minute, value in stored() if value == 1] == list(range(10))


def noted_at(folder: Path) -> datetime | None:
    """When the one message without a moment came, as the door has written it down."""
    file = folder / "mqtt.json"
    said = json.loads(file.read_text(encoding="utf-8"))["messages"] if file.exists() else []
    return datetime.fromisoformat(said[0][2]) if said else None


class Sides:
    """The two sides of the broker in threads of this process."""

    def __init__(self, mosquitto: Mosquitto, folder: Path) -> None:
        self.broker: Broker = read_address(mosquitto.address)
        self.folder = folder

    def listen(self, keep: Any, stop: threading.Event) -> threading.Thread:
        listening = mqtt.topics(self.folder).listening
        hearing = Hearing(self.broker, "yiwang-small", listening, keep, Receipts(self.folder), walltime.now)
        return self._run(lambda: Door(hearing).run(stop))

    def publish(self, stop: threading.Event) -> threading.Thread:
        published = Published(ADDRESS, frozenset({"pump"}))
        return self._run(
            lambda: Publisher(self.broker, "yiwang-out", lambda entries: handing.told(entries, published)).run(stop)
        )

    def _run(self, work: Callable[[], None]) -> threading.Thread:
        def whole() -> None:
            try:
                work()
            finally:
                connections.close_all()

        thread = threading.Thread(target=whole)
        thread.start()
        return thread


@pytest.mark.usefixtures("pump")
def test_what_is_stored_and_not_yet_acknowledged_comes_again_and_is_one_reading(mosquitto, tmp_path):
    (tmp_path / TOPICS).write_text(TABLE, encoding="utf-8")
    sides, stop, outcomes = Sides(mosquitto, tmp_path), threading.Event(), []

    def stores_and_fails(packets: list[Packet]) -> list[bool]:
        outcomes.append(handing.keep(packets))
        stop.set()  # asked to stop in the moment between commit and acknowledgement
        raise ConnectionError

    thread = sides.listen(stores_and_fails, stop)
    until(lambda: listens(mosquitto))
    send(mosquitto, ("plain/pump/w01018", "7"))
    thread.join(20)
    assert outcomes == [[True]]

    def stores(packets: list[Packet]) -> list[bool]:
        outcomes.append(handing.keep(packets))
        return outcomes[-1]

    stop = threading.Event()
    thread = sides.listen(stores, stop)
    until(lambda: len(outcomes) == 2)
    stop.set()
    thread.join(20)
    assert Reading.objects.count() == 1


def store_and_place(minute: int, code: str = "pump") -> None:
    at = datetime(2026, 11, 26, 4, minute, tzinfo=UTC)
    packet = Packet(f"small/{code}", walltime.now(), [Measured("w01018", "rtd", "realtime", at, Decimal("1.50"))])
    keeping.keep("mqtt", [packet])
    while sequencer.sequence_once():
        pass


def heard(mosquitto: Mosquitto, count: int) -> "subprocess.Popen[str]":
    """mosquitto_sub, subscribed, which ends when it has so many messages."""
    command = ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(mosquitto.port), "-q", "1", "-t", "v1.1/+/Observations"]
    command += ["-C", str(count), "-W", "30", "-F", "%t %p"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    until(lambda: b"v1.1/+/Observations (QoS 1)" in (mosquitto.folder / "mosquitto.log").read_bytes())
    return process


def test_a_new_reading_is_published_in_order_and_none_is_lost_over_a_restart(mosquitto, tmp_path, pump):
    store_and_place(0)  # from before: it is not new
    sides, stop = Sides(mosquitto, tmp_path), threading.Event()
    thread = sides.publish(stop)
    until(lambda: journal.reader_position(READER))
    listening = heard(mosquitto, 3)
    store_and_place(1, "other")  # of a station that is not published
    store_and_place(2)
    until(lambda: journal.reader_position(READER) == journal.head())
    stop.set()
    thread.join(20)
    store_and_place(3)
    again = threading.Event()
    thread = sides.publish(again)
    until(lambda: journal.reader_position(READER) == journal.head())
    store_and_place(4)
    lines = listening.communicate(timeout=30)[0].splitlines()
    again.set()
    thread.join(20)
    assert [line.split(" ", 1)[0] for line in lines] == [f"v1.1/Datastreams('{pump}')/Observations"] * 3
    told = [json.loads(line.split(" ", 1)[1]) for line in lines]
    assert [one["phenomenonTime"] for one in told] == [DAY.format(minute) for minute in (2, 3, 4)]
    assert told[0]["@iot.selfLink"] == f"{ADDRESS}/Observations('{told[0]['@iot.id']}')"
    assert (told[0]["result"], told[0]["resultQuality"]) == (1.5, "N")


@pytest.mark.usefixtures("pump")
def test_the_cursor_waits_until_the_broker_has_what_it_was_told(mosquitto, tmp_path, monkeypatch):
    monkeypatch.setattr("yiwang.gateways.mqtt.publishing.PATIENCE_S", 0.5)
    publisher = Publisher(read_address(mosquitto.address), "yiwang-out", lambda entries: [("v1.1/x", "1")])
    publisher.client.connect("127.0.0.1", mosquitto.port)  # and nobody runs its loop: nothing is ever answered
    store_and_place(0)
    before = journal.reader_position(READER)
    with pytest.raises(NotTaken):
        readers.advance(READER, publisher.tell)
    assert journal.reader_position(READER) == before
