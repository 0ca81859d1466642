"""What a browser may keep: nothing of a logged-in person and nothing with a case, so that "back" shows nothing after logging out.

On a committee's shared computer the next one would else read the last one's pages and photos out of the cache. Style sheets and
scripts do not come this way (project/static.py) and are kept for good.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

NOT_KEPT = "private, no-store"
MAPS = frozenset({"desk:map", "portal:layer"})
"""Outlines of the town, the same for everybody: each says itself how long it may be kept."""
ABOUT_NOBODY = frozenset(
    {"portal:start", "portal:report", "portal:places", "surroundings:rivers", "surroundings:river", "surroundings:air"}
)
"""Pages that show a visitor nothing of anybody. The report's form is among them, so that "back" still has what was typed."""


class KeepingMiddleware:
    """Lets a browser keep an answer only when it is known to be about nobody; what is not listed is not kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if not _about_nobody(request, answer) and "no-store" not in answer.get("Cache-Control", ""):
            answer["Cache-Control"] = NOT_KEPT
        return answer


def _about_nobody(request: HttpRequest, answer: HttpResponseBase) -> bool:
    page = request.resolver_match.view_name if request.resolver_match else ""
    if request.method not in ("GET", "HEAD") or answer.status_code != 200:
        return False
    return page in MAPS or (page in ABOUT_NOBODY and settings.SESSION_COOKIE_NAME not in request.COOKIES)
