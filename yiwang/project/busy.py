"""The door that lets requests in by kind (project/admission.py), and what it tells whoever has to come again.

It stands before Django: what is sent away costs no query, no session and no template but the first time.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from time import monotonic
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.http.cookie import parse_cookie
from django.template.loader import render_to_string
from django.utils import translation

from yiwang.gateways.api import answers as api
from yiwang.gateways.sensorthings_api import answers as sensorthings
from yiwang.kernel.people import lines
from yiwang.kernel.problems import Problem
from yiwang.kernel.wording import problem_text
from yiwang.project import posted
from yiwang.project.admission import INSTRUMENT_ROOMS, INSTRUMENT_SEATS, Admission, Line
from yiwang.project.posted import Posted
from yiwang.web import house
from yiwang.web.policy import POLICY

log = logging.getLogger("yiwang.busy")
TOLD_EVERY_S = 30.0
"""The log has one line about it in so long: a flood must not fill the disk as well."""

API_LOG_IN = "/api/session"
COOKIES = "HTTP_COOKIE"
"""Where WSGI says what the browser sent."""


class TownBusy(Problem):
    """More ask than can be answered at once. Nothing was done. Parameter: seconds, until it is worth asking again."""

    slug = "town-busy"
    status = 503

    @property
    def retry_after_s(self) -> int:
        """When to ask again."""
        return int(self.parameters["seconds"])


def line_of(asked: dict[str, Any]) -> Line:
    """In which line a request stands, by its cookies and address alone (no query)."""
    if line := posted.line_of(asked):
        return line
    cookies = parse_cookie(asked.get(COOKIES, ""))
    if lines.marked(cookies.get(settings.SESSION_COOKIE_NAME, ""), cookies.get(lines.COOKIE, "")):
        return Line.STAFF
    path = asked["PATH_INFO"]
    logs_in = path.startswith(settings.LOGIN_URL) or (path == API_LOG_IN and asked["REQUEST_METHOD"] == "POST")
    return Line.LOG_IN if logs_in else Line.PUBLIC


class Seated:
    """An answer that gives its seat back when the server has sent it, or has given it up."""

    def __init__(self, answer: Iterable[bytes], leave: Callable[[], None]) -> None:
        self._answer = answer
        self._leave: Callable[[], None] | None = leave

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        """Ends the answer (Django gives its connection back then), and only then the seat. A second time does nothing."""
        leave, self._leave = self._leave, None
        if leave is None:
            return
        try:
            if close := getattr(self._answer, "close", None):
                close()
        finally:
            leave()

    def __del__(self) -> None:
        self.close()


class Door:
    """A WSGI application that lets in as many as there are seats; the others are told when to come again."""

    def __init__(self, pages: WSGIApplication, admission: Admission | None = None) -> None:
        self.pages = pages
        self.admission = admission or Admission()
        self.posted = Posted()
        self.admission_of_instruments = Admission(INSTRUMENT_SEATS, INSTRUMENT_ROOMS)
        self._told_at = -TOLD_EVERY_S

    def __call__(self, asked: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        line = line_of(asked)
        of_instrument = line in INSTRUMENT_ROOMS
        admission = self.admission_of_instruments if of_instrument else self.admission
        if not admission.enter(line):
            return self._send_away(asked, start_response, admission)
        try:
            answer = (self.posted if of_instrument else self.pages)(asked, start_response)
        except BaseException:
            admission.leave(line)
            raise
        return Seated(answer, lambda: admission.leave(line))

    def _send_away(self, asked: dict[str, Any], start_response: StartResponse, full: Admission) -> list[bytes]:
        if monotonic() - self._told_at > TOLD_EVERY_S:
            self._told_at = monotonic()
            log.warning("more requests than seats: %s", full.counts())
        answer = busy(WSGIRequest(asked), full.come_again_s())
        start_response(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
        return [] if asked["REQUEST_METHOD"] == "HEAD" else [answer.content]


def busy(request: WSGIRequest, seconds: int) -> HttpResponse:
    """The answer in the form of the door that was asked, in the reader's language."""
    code = translation.get_language_from_request(request)
    request.LANGUAGE_CODE = code
    problem = TownBusy(seconds=seconds)
    if request.path_info.startswith("/api/"):
        answer = api.refusal(request, problem)
    elif request.path_info.startswith("/sta/"):
        answer = sensorthings.refusal(request, problem)
    else:
        by_htmx = request.headers.get("HX-Request") == "true"
        answer = HttpResponse(_page(code, by_htmx, request.method in ("GET", "HEAD"), seconds), status=problem.status)
        if by_htmx:
            answer["HX-Retarget"], answer["HX-Reswap"] = "#toasts", "beforeend"
    answer["Retry-After"] = str(seconds)
    answer["Cache-Control"] = "no-store"
    answer["Content-Length"] = str(len(answer.content))
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@cache
def _page(code: str, by_htmx: bool, comes_back: bool, seconds: int) -> bytes:
    """A page or a toast; there are only so many of them (languages, seconds), and each is made once."""
    with translation.override(code):
        content = {
            **problem_text(TownBusy(seconds=seconds), house.language()),
            "town": house.town_name(),
            "language": house.language(),
            "seconds": seconds,
            "comes_back": comes_back,
        }
        return render_to_string("house/problem.html" if by_htmx else "busy.html", content).encode()
