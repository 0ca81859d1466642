"""The town's real door, the JSON API: in this process with Django's own client, or over HTTP on a running town."""

import http.client
import http.cookiejar
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, Protocol

from django.conf import settings
from django.test import Client

from yiwang.kernel import walltime
from yiwang.kernel.people import lasting
from yiwang.project.refusal import Refusal

PATIENCE_S = 60.0
"""Over HTTP: how long an asking is repeated, with its key, while the town does not answer: a database may be recovering."""
FIRST_PATIENCE_S = 3.0
"""A town that has never answered is more likely not there."""
LONGEST_PAUSE_S = 2.0
BOUNDARY = "yiwang-simulation-boundary"


class Refused(Exception):
    """The town refused something: its slug and status."""

    def __init__(self, slug: str, status: int, path: str) -> None:
        self.slug, self.status = slug, status
        super().__init__(f"{slug} ({status}) at {path}")


class Asker(Protocol):
    """One person's program, with its session."""

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and content of the answer to one request below /api."""


class InProcess:
    """Asks by Django's client, through every middleware, with the cross-site check on."""

    def __init__(self) -> None:
        hosts = [host for host in settings.ALLOWED_HOSTS if host.strip(".*")]
        self.client = Client(enforce_csrf_checks=True, SERVER_NAME=hosts[0] if hosts else "localhost")

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """The answer of this process."""
        kind = headers.pop("Content-Type", "application/octet-stream")
        answer = self.client.generic(method, f"/api{path}", body, content_type=kind, headers=headers)
        return answer.status_code, answer.content


class OverHttp:
    """Asks a running town; repeats with the same key what got no answer, as a phone on a bad network does."""

    def __init__(self, address: str) -> None:
        if not address.startswith(("http://", "https://")):
            raise Refusal(f"“{address}”不是网址 is no address.\n请写成 http://127.0.0.1:8000 这样。")
        self.address = address.rstrip("/")
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)
        self.patience_s = FIRST_PATIENCE_S

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """The town's answer. Raises Refusal when there is none in time."""
        headers = {"Referer": f"{self.address}/", **headers}
        end, pause_s = time.monotonic() + self.patience_s, 0.3
        while True:
            request = urllib.request.Request(  # noqa: S310 - the address was checked to be http
                f"{self.address}/api{path}", body if method != "GET" else None, headers, method=method
            )
            try:
                with self.opener.open(request, timeout=30) as answer:
                    self.patience_s = PATIENCE_S
                    return answer.status, answer.read()
            except urllib.error.HTTPError as refused:
                if refused.code < 500:
                    return refused.code, refused.read()
                why = str(refused)
            except (OSError, http.client.HTTPException) as lost:
                why = repr(lost)
            if time.monotonic() > end:
                raise Refusal(f"{self.address} 没有应答 does not answer ({why}).\n先用 yiwang up 启动，或核对网址。")
            time.sleep(pause_s)
            pause_s = min(pause_s * 1.5, LONGEST_PAUSE_S)


class Person:
    """Somebody of the simulation: asks, keeps the session's token, and logs in again when the session is over by its time."""

    def __init__(self, asker: Asker, new_key: Callable[[], str]) -> None:
        self.asker = asker
        self.new_key = new_key
        self.token = ""
        self.account_id = ""
        self.opened_at = self.used_at = walltime.now()

    def get(self, path: str) -> Any:
        """What the town shows. Raises Refused."""
        return self._answer("GET", path, b"", {})

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """What the town says to a step, asked under a key of its own. Raises Refused."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": self.new_key()}
        return self._answer("POST", path, json.dumps(body, ensure_ascii=False).encode(), headers)

    def photo(self, content: bytes) -> str:
        """The token of an uploaded photo. Raises Refused."""
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="photo.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        return str(self._answer("POST", "/photos", body, headers)["token"])

    def log_in(self, account_id: str) -> None:
        """Become an invented person. Raises Refused in a town that is no demonstration."""
        self.account_id, self.opened_at, self.used_at = account_id, walltime.now(), walltime.now()
        body = {"kind": "demonstration", "account_id": account_id}
        self.token = self.post("/session", body)["csrf_token"]

    def _answer(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        now = walltime.now()
        if self.account_id and lasting.ended(self.opened_at, self.used_at - lasting.TOUCHED_EVERY, now):
            self.log_in(self.account_id)
        self.used_at = now
        if self.token:
            headers["X-CSRFToken"] = self.token
        headers["Accept-Language"] = "zh-hans"
        status, content = self.asker.ask(method, path, body, headers)
        answer = json.loads(content)
        if status >= 400:
            raise Refused(answer["type"], status, path)
        return answer
