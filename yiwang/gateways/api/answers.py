"""Refusals as RFC 9457 problem details in the reader's language. Nothing of a fault's inside leaves."""

import json
import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from yiwang.gateways.api.problems import Fault, Invalid, InvalidField, NoSuchAddress, TooMuch, Unreadable
from yiwang.kernel import marks
from yiwang.kernel.outages import outage
from yiwang.kernel.problems import BadFields, Problem
from yiwang.kernel.wording import problem_text, word

MEDIA_TYPE = "application/problem+json"

WHY = "api.why."
"""Before the kind of misfit: the key of its words; kinds without words of their own are `other`."""

log = logging.getLogger("yiwang.api")


def language(request: HttpRequest) -> str:
    """The reader's language, as Django's middleware found it."""
    return getattr(request, "LANGUAGE_CODE", "zh-hans")


def told(problem: Problem, code: str) -> dict[str, Any]:
    """The parts of a problem as JSON: type, title (what), detail (why), do, parameters."""
    text = problem_text(problem, code)
    return {
        "type": problem.slug,
        "title": text["what"],
        "detail": text["why"],
        "do": text["do"],
        "parameters": {key: _plain(value) for key, value in problem.parameters.items()},
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def refusal(request: HttpRequest, problem: Problem, *, errors: dict[str, Problem] | None = None) -> HttpResponse:
    """The answer to what cannot be done."""
    code = language(request)
    content = {**told(problem, code), "status": problem.status, "instance": request.path}
    fields = errors or (problem.fields if isinstance(problem, BadFields) else {})
    content["errors"] = {name: told(fault, code) for name, fault in fields.items()}
    answer = HttpResponse(
        json.dumps(content, ensure_ascii=False, allow_nan=False), status=problem.status, content_type=MEDIA_TYPE
    )
    answer["Cache-Control"] = "no-store"
    if problem.retry_after_s is not None:
        answer["Retry-After"] = str(problem.retry_after_s)
    return answer


def invalid(request: HttpRequest, refused: ValidationError) -> HttpResponse:
    """What does not fit the schema, field by field: what was expected, never what was given."""
    errors: dict[str, Problem] = {}
    for one in refused.errors:
        path = [str(part) for part in one["loc"]]
        field = ".".join(path[2:] or path[-1:])
        errors.setdefault(field, InvalidField(field=field, why=_why(one, language(request))))
    return refusal(request, Invalid(count=len(errors)), errors=errors)


def _why(misfit: dict[str, Any], code: str) -> str:
    """What was expected, with the limit that was passed (`ctx`, where pydantic gives one)."""
    try:
        said = word(f"{WHY}{misfit['type']}", code)
    except KeyError:
        said = word(f"{WHY}other", code)
    return said.format(**misfit.get("ctx", {}))


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return refusal(request, NoSuchAddress() if error.status_code == 404 else Unreadable())


def _fault(request: HttpRequest, fault: Exception) -> HttpResponse:
    log.error("%s %s failed", request.method, request.path, exc_info=fault, extra={"request": request})
    return refusal(request, outage(fault) or Fault(mark=marks.current()))


def answer_refusals(api: NinjaAPI) -> None:
    """Let every exception leave this API as a problem."""
    handlers: dict[type[Exception], Callable[..., HttpResponse]] = {
        Problem: refusal,
        ValidationError: invalid,
        HttpError: _http,
        Http404: lambda request, _: refusal(request, NoSuchAddress()),
        RequestDataTooBig: lambda request, _: refusal(request, TooMuch()),
        SuspiciousOperation: lambda request, _: refusal(request, Unreadable()),
        MultiPartParserError: lambda request, _: refusal(request, Unreadable()),
        Exception: _fault,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
