"""Every address of the town with the methods it takes and the action that each of them stands for, read from the views."""

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

NO_DOOR = {
    r"^api/(v\d+/)?(openapi\.json|docs.*|)$": "describes the API, holds no rows",
    r"^static/": "files that everybody may read",
}
"""Routes without an action, as patterns, each with the reason."""


@dataclass(frozen=True)
class Route:
    """One address, and for each method that it takes the action it stands for; `*` where the view takes any method."""

    address: str
    actions: dict[str, str | None]


def routes(patterns: Sequence[URLPattern | URLResolver], before: str = "") -> Iterator[Route]:
    """The routes of some patterns."""
    for pattern in patterns:
        address = before + _route(pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, address)
        else:
            yield Route(address, _actions(pattern))


def town_routes() -> list[Route]:
    """Every route of the town but NO_DOOR, each address once."""
    found = {one.address: one for one in routes(get_resolver().url_patterns) if not excused(one.address)}
    return list(found.values())


def excused(address: str) -> bool:
    """Whether the address stands in NO_DOOR."""
    return any(re.search(pattern, address) for pattern in NO_DOOR)


def _route(pattern: URLPattern | URLResolver) -> str:
    return pattern.pattern._route if isinstance(pattern.pattern, RoutePattern) else str(pattern.pattern)


def _actions(pattern: URLPattern) -> dict[str, str | None]:
    """The view's action by method; for django-ninja that of each operation."""
    view: Any = pattern.callback
    held = getattr(getattr(view, "__self__", None), "operations", None)
    held = held or getattr(inspect.getclosurevars(inspect.unwrap(view)).nonlocals.get("self"), "operations", None)
    if held:
        return {method: getattr(op.view_func, "action", None) for op in held for method in op.methods}
    return dict.fromkeys(_methods(view) or ["*"], getattr(view, "action", None))


def _methods(view: Callable[..., Any] | None) -> list[str]:
    """What django.views.decorators.http lets through, wherever it stands among the view's decorators."""
    while view is not None:
        found = inspect.getclosurevars(view).nonlocals.get("request_method_list") if inspect.isfunction(view) else None
        if found:
            return list(found)
        view = getattr(view, "__wrapped__", None)
    return []
