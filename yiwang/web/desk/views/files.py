"""Photos of cases for those who may read them, and the upload door of the desk's forms."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yiwang.kernel.access.door import door
from yiwang.kernel.files import queries as files
from yiwang.kernel.files import uploads
from yiwang.kernel.files.problems import FileEmpty, FileTooLarge
from yiwang.kernel.files.queries import Opened
from yiwang.kernel.files.rules import MAX_PHOTO_BYTES, MEGABYTE
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import Call
from yiwang.kernel.wording import problem_text
from yiwang.web import house
from yiwang.web.desk.room import actor_of, call_of


@require_GET
@door("desk.read")
def show(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """A stored file in full."""
    opened = files.open_for(actor_of(request), sha256)
    return _sent(opened)


@require_GET
@door("desk.read")
def thumbnail(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """A stored photo, small."""
    opened = files.open_for(actor_of(request), sha256, thumbnail=True)
    return _sent(opened)


def _sent(opened: Opened) -> FileResponse:
    """A file with the headers that files gives it. FileResponse guesses a type unless it is told one on its own."""
    headers = dict(opened.headers)
    return FileResponse(opened.stream, content_type=headers.pop("Content-Type"), headers=headers)


@require_POST
@door("file.store")
def take(request: HttpRequest) -> HttpResponseBase:
    """Take one photo ahead of its form: 201 with its token and address, else a refusal in words."""
    try:
        received = receive(request.FILES.get("file"), call_of(request))
    except Problem as refusal:
        text = problem_text(refusal, house.language())
        return JsonResponse(
            {"title": text["what"], "detail": f"{text['what']}{text['do']}", **text}, status=refusal.status
        )
    return JsonResponse({"id": received.token, "url": reverse("desk:photo_show", args=[received.token])}, status=201)


def receive(sent: Any, call: Call) -> uploads.Received:
    """Store one uploaded photo. One that is too large is refused before it is read. Raises the Problems of files."""
    if sent is None:
        raise FileEmpty
    if sent.size > MAX_PHOTO_BYTES:
        raise FileTooLarge(megabytes=round(sent.size / MEGABYTE, 1), limit=MAX_PHOTO_BYTES // MEGABYTE)
    return uploads.receive(sent.read(), sent.content_type or "", call=call)


@require_GET
@door("file.store")
def uploaded(request: HttpRequest, token: str) -> HttpResponseBase:
    """What was just uploaded, for whoever holds its token."""
    opened = files.open_uploaded(actor_of(request), token, now=call_of(request).now)
    return _sent(opened)
