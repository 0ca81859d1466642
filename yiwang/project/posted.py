"""Observations that instruments post over HTTP, answered before Django's sessions and accounts, which they have no use for.

One that comes as an earlier one of its sender came is answered at once (sensorthings_api/again.py). Else the same view answers, inside
the same middlewares but those that only a person's session needs. What is not plainly such a request (another address, no length, a large
body, no password) goes on to the pages, which know everything.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest, get_script_name
from django.http import HttpRequest
from django.urls import set_script_prefix
from django.utils.module_loading import import_string

from yiwang.gateways.sensorthings_api import views
from yiwang.gateways.sensorthings_api.again import Again, created
from yiwang.project.admission import Line

ROOT = "/sta/v1.1/"
_ADDRESS = re.compile(r"Observations|CreateObservations|Datastreams\('?[0-9]{1,10}'?\)/Observations")
FEW = 20_000
"""Bytes of a body with few values."""
LONGEST_LENGTH = 8
"""Digits."""
OF_SESSIONS = frozenset(
    {
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "yiwang.kernel.people.middleware.PeopleMiddleware",
        "yiwang.web.keeping.KeepingMiddleware",  # the view's answers are never kept
        "yiwang.project.bodycheck.BodyMiddleware",  # line_of looks at the length
        "yiwang.web.problems.ProblemMiddleware",  # the view tells its own
    }
)
"""Middlewares that an instrument's post does without; a new one is passed through."""
Answering = Callable[[HttpRequest], Any]
"""Django's own type leaves room for answers that are awaited."""


def line_of(asked: dict[str, Any]) -> Line | None:
    """In which line an instrument stands that hands in; None for what is to go to the pages."""
    path, length = asked["PATH_INFO"], asked.get("CONTENT_LENGTH") or ""
    if asked["REQUEST_METHOD"] != "POST" or not path.startswith(ROOT) or not _ADDRESS.fullmatch(path, len(ROOT)):
        return None
    if asked.get("HTTP_AUTHORIZATION", "")[:6].lower() != "basic " or asked.get("HTTP_TRANSFER_ENCODING"):
        return None
    if not (length.isascii() and length.isdecimal() and len(length) <= LONGEST_LENGTH):
        return None
    if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return None
    return Line.INSTRUMENT if int(length) <= FEW else Line.COLLECTED


class Posted:
    """A WSGI application for requests that have a `line_of`."""

    def __init__(self) -> None:
        answer: Answering = convert_exception_to_response(
            lambda request: views.ask(request, request.path_info[len(ROOT) :])
        )
        for name in reversed([one for one in settings.MIDDLEWARE if one not in OF_SESSIONS]):
            answer = convert_exception_to_response(import_string(name)(answer))
        self._answer = answer
        self._again = Again()

    def __call__(self, asked: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        before, taken = self._again.taken(asked) or (None, None)
        if before and isinstance(taken, str):
            start_response("201 Created", created(before, taken))
            return [b""]
        set_script_prefix(get_script_name(asked))
        request = WSGIRequest(asked)
        request.taken = taken  # type: ignore[attr-defined]
        answer = self._answer(request)
        if not before:
            self._again.remember(asked, request, answer)
        start_response(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
        return [answer.content]
