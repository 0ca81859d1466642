"""The people of kills.py: each takes cases through their life, repeats what got no answer, and writes down what was acknowledged."""

import hashlib
import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from burst import Town as Cast

from yiwang.kernel import ids
from yiwang.project.simulation import photos

AGAIN = 0.15
"""So often somebody asks again, under the same key, for what was answered already."""
PAUSE_S, LINE_S, PATIENCE_S = 0.3, 30.0, 600.0
BOUNDARY = "yiwang-kills"


@dataclass
class Record:
    """What everybody was told, and what they sent without ever being told."""

    steps: list[dict[str, str]] = field(default_factory=list)
    """Acknowledged: number, action (report, or the arrow), key, and of a report its words."""
    photos: list[str] = field(default_factory=list)
    """SHA-256 of each acknowledged photo that an acknowledged step uses."""
    sent: int = 0
    tries: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    otherwise: int = 0
    late: int = 0
    unanswered: int = 0
    odd: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def acknowledged(self) -> int:
        """So many steps so far."""
        return len(self.steps)

    def counts(self) -> dict[str, int | str]:
        """For the table."""
        reports = sum(one["action"] == "report" for one in self.steps)
        return {
            "steps asked for": self.sent,
            "requests sent": self.tries,
            "reports acknowledged": reports,
            "other steps acknowledged": len(self.steps) - reports,
            "photos acknowledged": len(self.photos),
            "refused": str(dict(self.refused) or 0),
        }

    def kept(self) -> dict[str, Any]:
        """For the checker."""
        return {"steps": self.steps, "photos": self.photos}


class Refused(Exception):
    """The town said no; its slug."""


class Patient:
    """One person's program, which asks until it is answered."""

    def __init__(self, address: str, record: Record, over: threading.Event) -> None:
        self.host, self.record, self.over = urlsplit(address).netloc, record, over
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.line = http.client.HTTPConnection(self.host, timeout=LINE_S)

    def once(self, method: str, path: str, content: bytes, kind: str, key: str) -> tuple[int, bytes, float]:
        """Status, content, and after how many seconds to come again. Raises OSError, HTTPException when the line breaks."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "X-CSRFToken": self.token}
        headers |= {"Content-Type": kind, "Idempotency-Key": key, "Referer": f"http://{self.host}/"}
        try:
            self.line.request(method, f"/api{path}", content or None, headers)
            answer = self.line.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException):
            self.line.close()
            raise
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: one.value for name, one in SimpleCookie(cookie).items()}
        return answer.status, said, float(answer.headers.get("Retry-After", PAUSE_S))

    def ask(self, path: str, content: bytes, kind: str, key: str) -> tuple[bytes, int]:
        """The answer, and how often it was asked for. Raises Refused. It does not give up before PATIENCE_S."""
        end, tries = time.monotonic() + PATIENCE_S, 0
        while time.monotonic() < end:
            tries += 1
            self.record.tries += 1
            pause = PAUSE_S
            try:
                status, said, pause = self.once("POST", path, content, kind, key)
            except (OSError, http.client.HTTPException):
                status, said = 503, b""
            if status < 400:
                return said, tries
            if status < 500 and status != 429:
                raise Refused(self._why(status, said, path, tries))
            time.sleep(min(pause, 5.0))
        self.record.unanswered += 1
        raise Refused("never answered")

    def _why(self, status: int, said: bytes, path: str, tries: int) -> str:
        slug = str(json.loads(said).get("type", status))
        if tries > 1:  # what the first asking did must not stand in the way of the second
            self.record.late += 1
            self.record.odd.append(f"refused after {tries} askings: {slug} at {path}")
        return slug

    def log_in(self, account_id: str) -> "Patient":
        """As an invented person."""
        body = json.dumps({"kind": "demonstration", "account_id": account_id}).encode()
        said, _ = self.ask("/session", body, "application/json", "")
        self.token = json.loads(said)["csrf_token"]
        return self

    def post(self, path: str, body: dict[str, Any], key: str) -> Any:
        """A step, under its key. Raises Refused."""
        return self._asked(path, json.dumps(body, ensure_ascii=False).encode(), "application/json", key)

    def photo(self, content: bytes, key: str) -> dict[str, Any]:
        """An uploaded photo: token and sha256. Raises Refused."""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n'
        whole = f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        said, _ = self.ask("/photos", whole, f"multipart/form-data; boundary={BOUNDARY}", key)
        return dict(json.loads(said))

    def _asked(self, path: str, content: bytes, kind: str, key: str) -> Any:
        self.record.sent += 1
        said, _ = self.ask(path, content, kind, key)
        if int(hashlib.sha256(key.encode()).hexdigest(), 16) % 1000 < AGAIN * 1000:
            again, _ = self.ask(path, content, kind, key)
            if again != said:
                with self.record.lock:
                    self.record.otherwise += 1
                    self.record.odd.append(f"{path}: {said.decode()[:200]} and then {again.decode()[:200]}")
        return json.loads(said)


class Shift:
    """The people who take one case after the other along."""

    def __init__(self, cast: Cast, address: str, record: Record, seed: str, over: threading.Event) -> None:
        self.cast, self.record, self.dice, self.seed = cast, record, ids.dice(seed), seed

        def person(account_id: str) -> Patient:
            return Patient(address, record, over).log_in(account_id)

        self.desk, self.dispatcher, self.verifier = (
            person(cast.roles[role]) for role in ("operator", "dispatcher", "verifier")
        )
        self.handler = person(cast.handlers[cast.team])
        self.made = 0

    def life(self) -> None:
        """A case from its report as far as the dice let it come. Raises Refused."""
        self.made += 1
        name = f"{self.seed}/{self.made}"
        number = self.report(name)
        proof = (
            {"photos": [self.picture(self.handler, f"{name}/proof")]}
            if self.made % 3 == 0
            else {"no_photo_reason": "夜间"}
        )
        way: list[tuple[Patient, str, dict[str, Any]]] = [
            (self.desk, "accept", {"type_code": self.cast.type_code, "title": "路灯不亮"}),
            (self.dispatcher, "dispatch", {"team": self.cast.team, "instruction": "请尽快处理"}),
            (self.handler, "sign", {}),
            (self.handler, "report_back", {"outcome": "solved", "result": "已修好", **proof}),
            (self.verifier, "verify", {"finding": "看过，亮了", "no_photo_reason": "夜间"}),
            (self.desk, "close", {"called_back": "solved", "answer": "已修好，谢谢。"}),
        ]
        for who, arrow, body in way[: self.dice.choice((1, 2, 4, 6, 6))]:
            who.post(f"/cases/{number}/{arrow}", body, f"{name}/{arrow}")
            self.keep(number, arrow, f"{name}/{arrow}")

    def report(self, name: str) -> str:
        """What the desk writes down. Raises Refused."""
        body = {
            "text": f"演示：小区门口的路灯不亮了，请派人来看看（第 {name} 件）。",
            "title": "路灯不亮", "channel": "desk", "point": self.cast.place, "place_text": "小区门口",
            "reporter": {"phone": f"1990000{1000 + self.dice.randrange(500)}", "name": "演示来电"},
        }  # fmt: skip
        if self.made % 2 == 0:
            body["photos"] = [self.picture(self.desk, f"{name}/photo")]
        number = str(self.desk.post("/reports", body, f"{name}/report")["number"])
        self.keep(number, "report", f"{name}/report", str(body["text"]))
        return number

    def picture(self, who: Patient, name: str) -> str:
        """The token of a photo that the next step uses."""
        stored = who.photo(photos.picture(ids.dice(name)), name)
        self.record.photos.append(stored["sha256"])
        return str(stored["token"])

    def keep(self, number: str, action: str, key: str, text: str = "") -> None:
        """The town has said that it is done."""
        with self.record.lock:
            self.record.steps.append({"number": number, "action": action, "key": key, "text": text})


def work(address: str, record: Record, seed: str, over: threading.Event) -> None:
    """Life after life until it is over; the one that was begun is ended."""
    shift = Shift(Cast(address), address, record, seed, over)
    while not over.is_set():
        try:
            shift.life()
        except Refused as refused:
            with record.lock:
                record.refused[str(refused)] += 1
