"""The addresses of the API. What is not there is refused as a problem too."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

# Each declares its operations:
from yiwang.gateways.api import (  # noqa: F401
    arrows,
    cases,
    claims,
    figures,
    indicators,
    joint,
    mine,
    photos,
    registers,
    reports,
    sessions,
    town,
)
from yiwang.gateways.api.answers import refusal
from yiwang.gateways.api.frame import api
from yiwang.gateways.api.problems import NoSuchAddress, NoSuchMethod
from yiwang.kernel.access.door import door

View = Callable[..., HttpResponse]


def _like(view: View) -> Callable[[View], View]:
    """Keep what the view is known by; the framework's own partials have nothing of that kind."""
    return functools.wraps(view) if inspect.isfunction(view) else lambda run: run


def _told(view: View) -> View:
    """The view, with the framework's bare 405 as a problem."""

    @_like(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if answer.status_code == 405 and "Allow" in answer:
            allowed = answer["Allow"]
            answer = refusal(request, NoSuchMethod(allowed=allowed))
            answer["Allow"] = allowed
        return answer

    return run


@csrf_exempt
@door("session.open")
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """What the API does not have."""
    return refusal(request, NoSuchAddress())


def _addresses() -> list[URLPattern]:
    found = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in found:
        assert pattern.callback is not None  # noqa: S101 - an address leads somewhere
        pattern.callback = _told(pattern.callback)
    return [*found, path("<path:rest>", nothing_here, name="nothing")]


app_name = "api"
urlpatterns: list[URLPattern] = _addresses()
