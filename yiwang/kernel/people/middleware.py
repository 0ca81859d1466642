"""Gives every request its actor and its call."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yiwang.kernel import walltime
from yiwang.kernel.people import devices, lines
from yiwang.kernel.people.session import STAFF_SESSION_S, arrive
from yiwang.kernel.problems import BadField
from yiwang.kernel.terms import VISITOR, Call

KEY_FIELD = "_key"
KEY_HEADER = "Idempotency-Key"
LONGEST_KEY = 200


class PeopleMiddleware:
    """Sets `request.actor` (no query for a visitor, one for a session) and `request.call(reason="", key=None)`.

    Stands after Django's SessionMiddleware. A request without a session's cookie never touches the session, so that
    its pages may be cached.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Decide once who asks."""
        known = settings.SESSION_COOKIE_NAME in request.COOKIES
        request.actor = arrive(request) if known else VISITOR  # type: ignore[attr-defined]
        request.call = partial(call_of, request)  # type: ignore[attr-defined]
        answer = self.get_response(request)
        if given := getattr(request, "device_cookie", ""):
            _remember(answer, devices.COOKIE, given, int(devices.KEPT.total_seconds()))
        if given := getattr(request, "line_cookie", ""):
            _remember(answer, lines.COOKIE, given, STAFF_SESSION_S)
        return answer


def _remember(answer: HttpResponse, name: str, value: str, seconds: int) -> None:
    """Let this browser be known again: by whoever just proved who they are, also after logging out, or by its place in line."""
    answer.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def call_of(request: HttpRequest, reason: str = "", key: str | None = None) -> Call:
    """The request as a Call, at this moment. The key is that of the header or the form's field `_key`.

    Raises BadField for a key over 200 characters.
    """
    key = key or request.headers.get(KEY_HEADER) or (request.POST.get(KEY_FIELD) if request.method == "POST" else None)
    if key and len(key) > LONGEST_KEY:
        raise BadField(field=KEY_HEADER, why=f"> {LONGEST_KEY}")
    if key and not key.isprintable():
        raise BadField(field=KEY_HEADER, why=repr(key))
    door = "api" if request.path_info.startswith(("/api/", "/open311/", "/sta/")) else "web"
    return Call(request.actor, walltime.now(), door, key or None, reason)  # type: ignore[attr-defined]
