"""How much one request may bring, decided by its headers before anything of it is read.

Neither server has an option for it. Django reads a form's files to their end into the temporary folder before a view
can look at their size, and under ASGI it reads every body before the first middleware is asked. The middleware stands in
project/bodycheck.py: an ASGI server imports this module before the applications are loaded.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings

from yiwang.kernel.problems import Problem

MEGABYTE = 1024 * 1024

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


class BodyTooLarge(Problem):
    """The request brings more than MOST_BODY_BYTES. Parameter: limit (in MB)."""

    slug = "body-too-large"
    status = 413


class BodyOfUnknownLength(Problem):
    """The request does not say beforehand how much it brings (`Transfer-Encoding: chunked`). Parameter: limit (in MB)."""

    slug = "body-of-unknown-length"
    status = 411


def refused(length: str, encoding: str, most: int) -> Problem | None:
    """Why a body is not read: its declared length in bytes (as the header gives it) is over `most`, or it has none.

    The servers let no body grow longer than it declared. Both headers at once are a way of smuggling a second request
    past a proxy (RFC 9112 §6.3); such a body counts as one of unknown length.
    """
    limit = most // MEGABYTE
    if encoding or (length and not (length.isascii() and length.isdecimal())):
        return BodyOfUnknownLength(limit=limit)
    digits = length.lstrip("0")
    if len(digits) > len(str(most)) or int(digits or "0") > most:
        return BodyTooLarge(limit=limit)
    return None


class BodyUnread:
    """An ASGI application that is given nothing of a body which the middleware will refuse."""

    def __init__(self, pages: Application) -> None:
        self.pages = pages

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            length, encoding = (_header(scope, name) for name in (b"content-length", b"transfer-encoding"))
            if refused(length, encoding, settings.MOST_BODY_BYTES):
                receive = _nothing()
        await self.pages(scope, receive, send)


def _header(scope: dict[str, Any], name: bytes) -> str:
    """A header as Django joins it when it comes twice."""
    return ",".join(value.decode("latin-1") for given, value in scope["headers"] if given.lower() == name)


def _nothing() -> Receive:
    """An empty body, and then silence until Django has answered."""
    messages: list[Mapping[str, Any]] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Mapping[str, Any]:
        if not messages:
            await asyncio.Event().wait()
        return messages.pop()

    return receive
