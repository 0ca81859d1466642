"""Whom a page of the portal is for, said once, beneath its door."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yiwang.kernel.terms import Actor, ActorKind

View = Callable[..., HttpResponse]


def residents_page(view: View) -> View:
    """A page of one's own for residents; staff, who come in by the same door, are led to their desk, which is theirs."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        return view(request, *args, **kwargs) if actor.kind == ActorKind.RESIDENT else HttpResponseRedirect("/desk/")

    return run
