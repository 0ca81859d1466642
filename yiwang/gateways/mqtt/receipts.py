"""What the door must know again after a restart: when messages came whose instruments send no moment, and which topics it listened to.

A moment is on disk before its reading is stored, so that a message which the broker sends again keeps it, and is the same reading. A
broker sends one again only while it has not heard that we have it, under the same number (MQTT-4.4.0-1); of these it has at most as
many in flight as we allow, and twice as many are remembered.
"""

import hashlib
import json
import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from yiwang.gateways.mqtt.broker import MOST_UNANSWERED

FILE = "mqtt.json"
REMEMBERED = 2 * MOST_UNANSWERED


class Receipts:
    """By the broker's number of a message: what it was, and when it came first."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        said = json.loads(self._path.read_text(encoding="utf-8")) if self._path.exists() else {}
        self._topics: set[str] = set(said.get("topics", ()))
        self._noted: dict[int, tuple[str, datetime]] = {
            number: (digest, datetime.fromisoformat(at)) for number, digest, at in said.get("messages", ())
        }
        self._changed = False

    def moment(self, number: int, raw: bytes, again: bool, now: datetime) -> datetime:
        """When a message came first: `again` says that the broker may have sent it before. Keep what this notes with `write`."""
        digest = hashlib.sha256(raw).hexdigest()[:32]
        known = self._noted.get(number)
        if again and known and known[0] == digest:
            return known[1]
        self._noted.pop(number, None)  # the newest stand last
        self._noted[number] = (digest, now)
        self._changed = True
        return now

    def left_over(self, topics: Collection[str]) -> list[str]:
        """What was listened to before and is no longer; from now on it is `topics`. The broker would keep it in its session."""
        left = sorted(self._topics - set(topics))
        if self._topics != set(topics):
            self._topics, self._changed = set(topics), True
        return left

    def write(self) -> None:
        """Keep on disk what was noted, before anything of it is stored."""
        if not self._changed:
            return
        for number in list(self._noted)[:-REMEMBERED]:
            del self._noted[number]
        messages = [[number, digest, at.isoformat()] for number, (digest, at) in self._noted.items()]
        beside = self._path.with_suffix(".new")
        with beside.open("w", encoding="utf-8") as file:
            json.dump({"topics": sorted(self._topics), "messages": messages}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
        self._changed = False
