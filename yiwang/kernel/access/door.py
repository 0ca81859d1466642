"""What every HTTP door has: the action it stands for, asked before the view runs."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from yiwang.kernel.access import permission
from yiwang.kernel.terms import Actor

View = Callable[..., HttpResponseBase]


def enter(actor: Actor, action: str) -> None:
    """Pass when the actor may do the action somewhere; the step or query asks again for the row. Raises NotAllowed, NoRoleYet,
    LogInFirst or SecondFactorFirst.
    """
    if not permission.reach(actor, action).nothing:
        permission.open_by_password(actor, action, own=True)  # whose row it is, only the step and the query know
        return
    raise permission.refusal(actor, action)


def door(action: str) -> Callable[[View], View]:
    """Declare which action a Django view stands for. The permission walk fails for a route without one."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            enter(request.actor, action)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        run.action = action  # type: ignore[attr-defined]
        return run

    return wrap
