"""Live updates for the desk as server-sent events: that something happened to which cases, never what.

Served by the ASGI process. A page that hears of a change asks its own query, which asks what the reader may see.
"""

import json
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from yiwang.cases import queries as cases
from yiwang.gateways.stream.merging import merged
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import door
from yiwang.kernel.journal.stream import Change, changes
from yiwang.kernel.notices import queries as notices
from yiwang.kernel.notices.stream import heard
from yiwang.kernel.people.session import actor_still
from yiwang.kernel.terms import Actor, CaseId

LONGEST_S = 15 * 60
"""A stream ends after this time; the browser comes back where it was, and its rights are looked at anew."""
AGAIN_S = 60.0
"""So often it asks whether the session and the permission still hold; a stream of somebody who logged out ends within that and IDLE_S."""
IDLE_S = 15.0
BELL = "notices"
"""The event by which a page hears how many notices are unread."""
RETRY_MS = 3000
MOST_IDS = 500


@require_GET
@door("desk.follow")
def desk(request: HttpRequest) -> HttpResponseBase:
    """What happens to cases within the actor's reach, from `after` (or Last-Event-ID) on.

    Outside the ASGI process it answers 204, which tells a browser not to come back; pages then ask `/desk/changes`.
    """
    if not hasattr(request, "scope"):
        return _for_origin(request, HttpResponse(status=204))
    actor: Actor = request.actor  # type: ignore[attr-defined]
    answer = StreamingHttpResponse(
        _events(actor, _after(request), request.session.session_key), content_type="text/event-stream"
    )
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    connections.close_all()  # a stream lasts; it must not keep a connection of the pool for itself
    return _for_origin(request, answer)


def _after(request: HttpRequest) -> int | None:
    for given in (request.headers.get("Last-Event-ID", ""), request.GET.get("after", "")):
        if given.isdecimal() and len(given) < 18:
            return int(given)
    return None


def _for_origin(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """Let a page of the same host at another port read the answer, with its cookie; nobody else.

    Behind a proxy with TLS live updates have the pages' own address, and no other port's page has a business here.
    """
    if settings.HTTPS:
        return answer
    origin = request.headers.get("Origin", "")
    answer["Vary"] = "Origin, Cookie"
    if origin and urlsplit(origin).hostname == urlsplit(f"//{request.get_host()}").hostname:
        answer["Access-Control-Allow-Origin"] = origin
        answer["Access-Control-Allow-Credentials"] = "true"
    return answer


async def _events(actor: Actor, after: int | None, session_key: str | None) -> AsyncGenerator[bytes, None]:
    yield f"retry: {RETRY_MS}\n\n".encode()
    begun = asked = time.monotonic()
    following = merged(_sources(actor, after))
    try:
        async for source, news in following:
            if time.monotonic() - asked >= AGAIN_S:
                actor, asked = await sync_to_async(_anew)(session_key), time.monotonic()
                if permission.reach(actor, "desk.follow").nothing:
                    return
            yield await (_unread(actor) if source == BELL else _changed(actor, news))
            if time.monotonic() - begun > LONGEST_S:
                return
    finally:
        await following.aclose()


def _sources(actor: Actor, after: int | None) -> dict[str, AsyncGenerator[Any, None]]:
    """What somebody hears of: what happens to cases, and their own bell."""
    sources: dict[str, AsyncGenerator[Any, None]] = {"cases": changes(after, idle_s=IDLE_S)}
    if actor.account_id and not permission.reach(actor, "notice.read").nothing:
        sources[BELL] = heard(actor.account_id)
    return sources


async def _changed(actor: Actor, batch: Sequence[Change]) -> bytes:
    return _event(batch[-1].position, await _within(actor, batch)) if batch else b": still here\n\n"


async def _unread(actor: Actor) -> bytes:
    """How many of one's own notices are unread: nothing about what they say, and no position to come back to."""
    count = await sync_to_async(_counted)(actor)
    return f"event: {BELL}\ndata: {json.dumps({'unread': count})}\n\n".encode()


def _counted(actor: Actor) -> int:
    try:
        return notices.unread(actor)
    finally:
        connections.close_all()


def _anew(session_key: str | None) -> Actor:
    """Who listens, with the roles of this moment; a visitor once they logged out or their account ended."""
    try:
        return actor_still(session_key)
    finally:
        connections.close_all()


def _event(position: int, ids: Iterable[str]) -> bytes:
    told = json.dumps({"position": position, "ids": list(ids)[:MOST_IDS]})
    return f"id: {position}\ndata: {told}\n\n".encode()


async def _within(actor: Actor, batch: Iterable[Change]) -> list[str]:
    """The cases of a batch that the actor may see, each once. Who sees the whole town costs no query."""
    touched = list(dict.fromkeys(one.subject_id for one in batch if one.subject_kind == "case"))
    reach = permission.reach(actor, "case.read")
    if reach.nothing or not touched:
        return []
    return touched if reach.town else await sync_to_async(_seen)(actor, touched)


def _seen(actor: Actor, touched: list[str]) -> list[str]:
    try:
        seen: Any = cases.rows_of(actor, [CaseId(UUID(one)) for one in touched])
        return [str(case_id) for case_id in seen]
    finally:
        connections.close_all()
