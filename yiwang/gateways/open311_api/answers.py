"""How the door answers: documents in the spelling that was asked for, and refusals as the specification's `errors`."""

import functools
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from yiwang.gateways.open311_api.problems import BadArgument, Fault, NoSuchMethod, TooMuch, Unreadable
from yiwang.kernel.access.door import enter
from yiwang.kernel.problems import BadFields, Problem
from yiwang.kernel.terms import VISITOR, Call
from yiwang.kernel.wording import problem_text
from yiwang.wire.open311 import documents
from yiwang.wire.open311.fields import Refused
from yiwang.wire.open311.writing import CONTENT_TYPES, write_list

View = Callable[..., bytes | HttpResponse]
log = logging.getLogger("yiwang.open311")


def opens(action: str, *methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """Declare a view: its action in the permission table and its methods. It gives the document's bytes.

    Whoever is logged in elsewhere is a visitor here: another site's form cannot act in their name, so it needs no token.
    """

    def declare(view: View) -> Callable[..., HttpResponse]:
        checked = require_http_methods([*methods, "HEAD"])(view)

        @csrf_exempt
        @functools.wraps(checked)
        def run(request: HttpRequest, *args: Any, spelling: str, **kwargs: Any) -> HttpResponse:
            request.actor = VISITOR  # type: ignore[attr-defined]
            try:
                enter(VISITOR, action)
                answer: Any = checked(request, *args, spelling=spelling, **kwargs)
            except Exception as fault:  # noqa: BLE001  # whatever it is, the client reads the protocol's own form
                return refusal(request, as_problem(fault), spelling)
            if isinstance(answer, HttpResponseNotAllowed):
                told = refusal(request, NoSuchMethod(allowed=answer["Allow"]), spelling)
                told["Allow"] = answer["Allow"]
                return told
            return answer if isinstance(answer, HttpResponse) else document(answer, spelling)

        run.action = action  # type: ignore[attr-defined]
        return run

    return declare


def document(content: bytes, spelling: str, status: int = 200) -> HttpResponse:
    """A document of the specification."""
    answer = HttpResponse(content, status=status, content_type=CONTENT_TYPES[spelling])
    answer["Cache-Control"] = "no-store"
    answer["Access-Control-Allow-Origin"] = "*"  # anybody's page may read what anybody may read; no session counts here
    return answer


def as_problem(fault: Exception) -> Problem:
    """A fault as what is told of it: nothing of its inside when it is ours."""
    if isinstance(fault, Problem):
        return fault
    if isinstance(fault, Refused):
        return BadArgument(argument=fault.where, why=fault.reason)
    if isinstance(fault, RequestDataTooBig):
        return TooMuch()
    if isinstance(fault, SuspiciousOperation | UnicodeDecodeError | MultiPartParserError):
        return Unreadable()
    log.error("a fault of ours", exc_info=fault)
    return Fault()


def refusal(request: HttpRequest, problem: Problem, spelling: str) -> HttpResponse:
    """The specification's `errors`: one for each field that does not fit, or one."""
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    each = list(problem.fields.values()) if isinstance(problem, BadFields) and problem.fields else [problem]
    faults = [documents.Fault(str(problem.status), _sentence(one, language)) for one in each]
    answer = document(write_list(faults, "fault", spelling), spelling, problem.status)
    if problem.retry_after_s is not None:
        answer["Retry-After"] = str(problem.retry_after_s)
    return answer


def _sentence(problem: Problem, language: str) -> str:
    text = problem_text(problem, language)
    return " ".join(part for part in (text["what"], text["why"], text["do"]) if part)


def visitors_call(request: HttpRequest, key: str | None = None) -> Call:
    """The request as a visitor's call under a key."""
    call: Call = request.call()  # type: ignore[attr-defined]
    return replace(call, actor=VISITOR, key=key)
