"""The upload door of photos. A photo is sent alone as soon as it is picked, and may be sent again on a bad network."""

import hashlib
from dataclasses import replace

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yiwang.kernel.access.door import door
from yiwang.kernel.files import queries as files
from yiwang.kernel.files.rules import MAX_PHOTO_BYTES
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import Call
from yiwang.kernel.wording import problem_text
from yiwang.web import house
from yiwang.web.portal import room
from yiwang.web.problems import with_wait


@require_POST
@door("file.store")
def take(request: HttpRequest) -> HttpResponseBase:
    """Take one photo (`file`): 201 with its token, its picture's address and where it says it was taken; else a refusal in words."""
    try:
        received = room.received_photo(request.FILES.get("file"), _bound(request), origin_of(request))
    except Problem as refusal:
        text = problem_text(refusal, house.language())
        detail = f"{text['what']}{text['do']}" if house.language() != "en" else f"{text['what']} {text['do']}"
        told = {"title": text["what"], "detail": detail, **text, "what": detail}
        return with_wait(JsonResponse(told, status=refusal.status), refusal)
    position = received.position
    return JsonResponse(
        {
            "id": received.token,
            "url": reverse("portal:photo_show", args=[received.token]),
            "position": {"longitude": position.longitude, "latitude": position.latitude} if position else None,
        },
        status=201,
    )


def _bound(request: HttpRequest) -> Call:
    """The call with its key bound to what was sent: all visitors are one actor, and a key alone could be two people's."""
    call: Call = request.call()  # type: ignore[attr-defined]
    sent = request.FILES.get("file")
    if call.key is None or sent is None or sent.size is None or sent.size > MAX_PHOTO_BYTES:
        return replace(call, key=None)
    digest = hashlib.sha256(call.key.encode() + b"\0" + sent.read()).hexdigest()
    sent.seek(0)
    return replace(call, key=digest)


@require_GET
@door("file.store")
def show(request: HttpRequest, token: str) -> HttpResponseBase:
    """What was just uploaded, for whoever holds its token."""
    call: Call = request.call()  # type: ignore[attr-defined]
    opened = files.open_uploaded(call.actor, token, now=call.now)
    return room.sent(opened)
