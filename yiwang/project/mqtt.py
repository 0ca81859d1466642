"""The process that talks to an MQTT broker (gateways/mqtt): it listens to instruments and tells new readings, as the town's `mqtt.yaml`
says. `yiwang up --mqtt mqtt://HOST` keeps it running.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

import django
from django.conf import settings

from yiwang.gateways.mqtt.broker import Broker, read_address
from yiwang.gateways.mqtt.declared import TOPICS, Topics, read_topics
from yiwang.gateways.mqtt.door import Door, Hearing
from yiwang.gateways.mqtt.problems import NoTopics
from yiwang.gateways.mqtt.receipts import Receipts
from yiwang.intake.sensing import law
from yiwang.kernel import walltime
from yiwang.project import modules
from yiwang.project.worker import Loop, keep_running

ADDRESS, PASSWORD, VERSION = "YIWANG_MQTT", "YIWANG_MQTT_PASSWORD", "YIWANG_MQTT_VERSION"

log = logging.getLogger("yiwang.mqtt")


def broker(address: str) -> Broker:
    """The broker of an address; version and password come from the environment. Raises what read_address raises."""
    version = os.environ.get(VERSION, "5")
    return read_address(address, version=version, password=os.environ.get(PASSWORD, ""))


def topics(town_dir: Path) -> Topics:
    """What the town's folder says of topics. Raises NoTopics, RuleFileProblem."""
    path = town_dir / TOPICS
    if not path.exists():
        raise NoTopics(file=str(path))
    return read_topics(path, law.catalogue())


def loops(at: Broker, said: Topics, folder: Path) -> Mapping[str, Loop]:
    """What runs until it is asked to stop: the side that listens and the side that publishes, each where the file has it."""
    from yiwang.gateways.mqtt import handing, publishing  # their tables need a Django that is set up

    def listen(stop: threading.Event) -> None:
        hearing = Hearing(at, said.client, said.listening, handing.keep, Receipts(folder), walltime.now)
        Door(hearing).run(stop)

    def publish(stop: threading.Event) -> None:
        published = said.published
        assert published is not None  # noqa: S101 - else it is not among the loops
        publishing.Publisher(at, f"{said.client}-out", lambda entries: handing.told(entries, published)).run(stop)

    found: dict[str, Loop] = {}
    if said.listening:
        found["mqtt listening"] = listen
    if said.published:
        found["mqtt publishing"] = publish
    return found


def main() -> int:
    """Listen and publish as the environment and the town's folder say, until SIGTERM or SIGINT."""
    with modules.loaded():
        django.setup()
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for which in (signal.SIGTERM, signal.SIGINT):
        signal.signal(which, ask)
    running = loops(broker(os.environ[ADDRESS]), topics(settings.TOWN_DIR), settings.DATA_DIR)
    threads = [
        threading.Thread(target=keep_running, args=(name, loop, stop), name=name) for name, loop in running.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
