"""How the door answers: JSON of the standard, and refusals as other servers of it tell them."""

import functools
import logging
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from ninja.utils import check_csrf

from yiwang.gateways.api.problems import TokenMissing
from yiwang.gateways.sensorthings_api import instruments
from yiwang.gateways.sensorthings_api.problems import BadQuestion, Fault, NoSuchMethod, TooMuch, Unreadable
from yiwang.kernel import walltime
from yiwang.kernel.access.door import enter
from yiwang.kernel.outages import outage
from yiwang.kernel.problems import Problem
from yiwang.kernel.wording import problem_text
from yiwang.wire.sensorthings.entities import write_fault
from yiwang.wire.sensorthings.fields import Refused

JSON, TEXT = "application/json; charset=utf-8", "text/plain; charset=utf-8"
View = Callable[..., HttpResponse]
log = logging.getLogger("yiwang.sensorthings")


def opens(action: str) -> Callable[[View], View]:
    """Declare a view with its action in the permission table. Who asks is known by the session, as everywhere, or is an instrument
    that shows its password (`request.shown`). A session's POST needs the token of GET /api/session; a password is not sent by
    another site's form, and needs none.
    """

    def declare(view: View) -> View:
        checked = require_http_methods(["GET", "HEAD", "POST"])(view)

        @csrf_exempt
        @functools.wraps(checked)
        def run(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
            try:
                _let_in(request, action)
                answer = checked(request, *args, **kwargs)
            except Exception as fault:  # noqa: BLE001  # whatever it is, the client reads the protocol's own form
                return refusal(request, as_problem(fault))
            if isinstance(answer, HttpResponseNotAllowed):
                told = refusal(request, NoSuchMethod(allowed=answer["Allow"]))
                told["Allow"] = answer["Allow"]
                return told
            return answer

        run.action = action  # type: ignore[attr-defined]
        return run

    return declare


def _let_in(request: HttpRequest, action: str) -> None:
    shown = instruments.shown(request, walltime.now(), from_memory=request.method == "POST")
    request.shown = shown  # type: ignore[attr-defined]
    if shown is None:
        enter(request.actor, action)  # type: ignore[attr-defined]
        if request.method == "POST" and check_csrf(request) is not None:
            raise TokenMissing


def answered(content: str, kind: str = JSON, status: int = 200) -> HttpResponse:
    """What was asked for; nobody keeps it, since who asks decides what is in it."""
    answer = HttpResponse(content, content_type=kind, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def as_problem(fault: Exception) -> Problem:
    """A fault as what is told of it: nothing of its inside when it is ours."""
    if isinstance(fault, Problem):
        return fault
    if isinstance(fault, Refused):
        return BadQuestion(where=fault.where, why=fault.reason)
    if isinstance(fault, RequestDataTooBig):
        return TooMuch()
    if isinstance(fault, SuspiciousOperation | UnicodeDecodeError):
        return Unreadable()
    if away := outage(fault):
        return away
    log.error("a fault of ours", exc_info=fault)
    return Fault()


def refusal(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Why it is refused and what to do, in the reader's language."""
    told = problem_text(problem, getattr(request, "LANGUAGE_CODE", "zh-hans"))
    sentence = " ".join(part for part in (told["what"], told["why"], told["do"]) if part)
    answer = answered(write_fault(problem.status, sentence), status=problem.status)
    if problem.status == 401:
        answer["WWW-Authenticate"] = 'Basic realm="SensorThings", charset="UTF-8"'
    if problem.retry_after_s is not None:
        answer["Retry-After"] = str(problem.retry_after_s)
    return answer
