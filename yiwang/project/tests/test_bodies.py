"""How much one request may bring, at every door."""

import asyncio
import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from yiwang.project.asgi import application
from yiwang.project.bodies import refused

MOST = 32 * 1024 * 1024

LENGTHS = [
    ("", "", None),
    ("0", "", None),
    (str(MOST), "", None),
    ("000" + str(MOST), "", None),
    (str(MOST + 1), "", 413),
    ("9" * 5000, "", 413),
    ("", "chunked", 411),
    ("5", "chunked", 411),
    ("5,5", "", 411),
    ("-1", "", 411),
    ("٣", "", 411),
]


@pytest.mark.parametrize(("length", "encoding", "status"), LENGTHS)
def test_a_body_is_judged_by_what_it_declares(length: str, encoding: str, status: int | None) -> None:
    problem = refused(length, encoding, MOST)
    assert (problem and problem.status) == status


class Unread:
    """A body that must not be touched."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read before it was refused")

    readline = read

    def close(self) -> None:
        """The client closes what it was given."""


TOO_LARGE = {"CONTENT_LENGTH": str(MOST + 1), "wsgi.input": Unread()}
CHUNKED = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": Unread()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("extra", "status", "slug"), [(TOO_LARGE, 413, "body-too-large"), (CHUNKED, 411, "body-of-unknown-length")]
)
def test_the_api_refuses_it_unread_as_a_problem(client: Client, extra: Any, status: int, slug: str) -> None:
    answer = client.post("/api/photos", **extra)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == slug
    assert "32 MB" in answer.json()["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/report", "/photos", "/desk/sheets", "/desk/login", "/no-such-page", "/apix"])
@pytest.mark.parametrize(("language", "told"), [("zh-hans", "一次最多 32 MB"), ("en", "may bring 32 MB")])
def test_a_page_refuses_it_unread_with_what_to_do(client: Client, path: str, language: str, told: str) -> None:
    answer = client.post(path, headers={"Accept-Language": language}, **TOO_LARGE)
    assert answer.status_code == 413
    assert told in answer.content.decode()


def asked_by_asgi(headers: list[tuple[bytes, bytes]]) -> tuple[int, int]:
    """The status that the ASGI door answers to an endless body, and how often it asked for a part of it."""
    status, asked = [], []
    scope = {
        "type": "http", "method": "POST", "path": "/api/photos", "raw_path": b"/api/photos", "query_string": b"",
        "root_path": "", "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 8001),
        "headers": [(b"host", b"127.0.0.1:8001"), *headers],
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        asked.append(1)
        assert len(asked) < 2000, "the body is read without end"
        return {"type": "http.request", "body": bytes(65536), "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])

    asyncio.run(application(scope, receive, send))
    return status[0], len(asked)


@pytest.mark.parametrize("door", ["asgi", "wsgi"])
def test_a_server_can_import_its_door_before_anything_of_django_is_loaded(door: str) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "yiwang.project.settings", "YIWANG_SECRET_KEY": "x" * 40}
    command = [sys.executable, "-c", f"from yiwang.project.{door} import application"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("headers", "status"),
    [([(b"transfer-encoding", b"chunked")], 411), ([(b"content-length", str(MOST + 1).encode())], 413)],
)
def test_the_asgi_door_reads_nothing_of_it(headers: list[tuple[bytes, bytes]], status: int) -> None:
    assert asked_by_asgi(headers) == (status, 0)
