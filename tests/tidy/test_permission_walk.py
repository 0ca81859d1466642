"""Every door and every verb stands in the permission table, everything in the table is used, and each role meets it at each door."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.urls.converters import get_converters
from django.urls.resolvers import RoutePattern

import yiwang
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import door
from yiwang.kernel.access.rules import grants_of, reach
from yiwang.kernel.journal.step import STEPS
from yiwang.kernel.people import steps as people
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call, Grant, ScopeKind
from yiwang.kernel.walltime import now

PACKAGE = Path(yiwang.__file__).parent

RECORD = "yiwang.kernel.journal.steps.record"
NO_STEP = {
    RECORD: "the primitive itself: called inside steps, which ask",
    "yiwang.intake.reports.steps.import_messages": "many in batches; each message is a step of its own",
    "yiwang.intake.reports.steps.accept_as_suggested": "many at once; each case is a step of its own and may be refused alone",
    "yiwang.intake.reports.steps.forget_person": "each report, and then the account, is a step of its own; open ones stay",
}
"""Public functions of steps modules that take `call` by keyword and are no step, each with the reason."""

WRITERS = {"kernel/journal/erasing.py": "the journal's own erasure, called in steps and itself a step"}
"""Modules beside the steps that record facts, each with the reason."""

NO_DOOR = {
    r"^api/(v\d+/)?(openapi\.json|docs.*|)$": "describes the API, holds no rows",
    r"^static/": "files that everybody may read",
}
"""Routes without an action, as patterns, each with the reason."""


NOT_VISITED = {
    "house/problem": "shows what a refusal looks like, to everybody",
    "admin/login": "leads everybody to the desk's log-in, which looks like being turned away",
}
"""Addresses (their ends) that each role's walk passes by, each with the reason."""


# --- what there is ---------------------------------------------------------------------------------------------------


@cache
def step_modules() -> tuple[str, ...]:
    """Every steps.py and every module of a steps/ folder, imported."""
    files = sorted({*PACKAGE.rglob("steps.py"), *PACKAGE.rglob("steps/*.py")})
    names = [".".join(("yiwang", *file.relative_to(PACKAGE).with_suffix("").parts)) for file in files]
    found = tuple(name.removesuffix(".__init__") for name in names if "tests" not in name)
    for name in found:
        importlib.import_module(name)
    return found


def verbs() -> dict[str, object]:
    """Every public function of the steps modules that takes `call` by keyword, by its full name.

    What takes it by position is a part of a step, which has asked already.
    """
    return {
        f"{name}.{function.__name__}": function
        for name in step_modules()
        for _, function in inspect.getmembers(importlib.import_module(name), inspect.isfunction)
        if function.__module__ == name
        and not function.__name__.startswith("_")
        and _is_keyword(inspect.signature(function).parameters.get("call"))
    }


def _is_keyword(parameter: inspect.Parameter | None) -> bool:
    return parameter is not None and parameter.kind is inspect.Parameter.KEYWORD_ONLY


@dataclass(frozen=True)
class Route:
    """One address with the actions that its view stands for (several for the methods of an API's path)."""

    address: str
    actions: tuple[str | None, ...]
    get: str | None
    """The action of its GET, where that is known to be one."""


def routes(patterns, before: str = "") -> Iterator[Route]:
    for pattern in patterns:
        address = before + _route(pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, address)
        else:
            by_method = _actions(pattern)
            yield Route(address, tuple(by_method.values()), by_method.get("GET", by_method.get("*")))


def _route(pattern: URLPattern | URLResolver) -> str:
    return pattern.pattern._route if isinstance(pattern.pattern, RoutePattern) else str(pattern.pattern)


def _actions(pattern: URLPattern) -> dict[str, str | None]:
    """The view's action, or for django-ninja the action of each operation, by method."""
    view = pattern.callback
    held = getattr(getattr(view, "__self__", None), "operations", None)
    held = held or getattr(inspect.getclosurevars(inspect.unwrap(view)).nonlocals.get("self"), "operations", None)
    if not held:
        return {"*": getattr(view, "action", None)}
    return {method: getattr(op.view_func, "action", None) for op in held for method in op.methods}


def excused(address: str) -> bool:
    return any(re.search(pattern, address) for pattern in NO_DOOR)


def without_action(patterns) -> list[str]:
    """The addresses whose view names no action, or one that no permissions.yaml has."""
    return [
        route.address
        for route in routes(patterns)
        if not excused(route.address) and any(action not in permission.table() for action in route.actions)
    ]


def town_routes() -> list[Route]:
    return [route for route in routes(get_resolver().url_patterns) if not excused(route.address)]


@cache
def literals() -> frozenset[str]:
    """Every string written in our code and templates, tests left out."""
    words: set[str] = set()
    for file in PACKAGE.rglob("*.py"):
        if "tests" not in file.parts and "migrations" not in file.parts:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            words |= {
                node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    for file in PACKAGE.rglob("*.html"):
        words |= set(re.findall(r"[\w-]+(?:\.[\w-]+)+", file.read_text(encoding="utf-8")))
    return frozenset(words)


def asked_actions() -> set[tuple[str, str]]:
    """(file, action) of every action asked for by a literal: require, reach, enter, door, step."""
    found: set[tuple[str, str]] = set()
    for file in PACKAGE.rglob("*.py"):
        if "tests" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                position = {"require": 1, "reach": 1, "enter": 1, "door": 0, "step": 0}.get(name)
                if position is not None and len(node.args) > position:
                    argument = node.args[position]
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        found.add((str(file.relative_to(PACKAGE)), argument.value))
    return found


# --- the table -------------------------------------------------------------------------------------------------------


def test_every_verb_that_takes_a_call_is_a_step():
    bare = [name for name, function in verbs().items() if not hasattr(function, "action") and name not in NO_STEP]
    assert bare == []


def test_what_deals_with_many_writes_nothing_itself():
    for name in set(NO_STEP) - {RECORD}:
        source = inspect.getsource(verbs()[name])
        assert not re.search(r"\brecord\(|\.(create|bulk_create|update|delete|save)\(", source), name


def test_facts_are_recorded_in_steps_and_nowhere_else():
    recording = {
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        if "tests" not in file.parts and re.search(r"(?<!def )\brecord\(", file.read_text(encoding="utf-8"))
    }
    assert {file for file in recording if "steps" not in Path(file).with_suffix("").parts} == set(WRITERS)


def test_there_are_verbs_to_walk():
    assert {"yiwang.kernel.people.steps.grant_role", *NO_STEP} <= set(verbs())
    assert len(STEPS) >= 10


def test_every_step_has_its_row_in_the_table():
    step_modules()
    ours = {name: step for name, step in STEPS.items() if ".tests." not in name}
    missing = {name: step.action for name, step in ours.items() if step.action not in permission.table()}
    assert missing == {}


def test_every_action_that_code_asks_for_stands_in_the_table():
    assert sorted(found for found in asked_actions() if found[1] not in permission.table()) == []


def test_every_row_of_the_table_is_used_by_something():
    assert sorted(action for action in permission.table() if action not in literals()) == []


def test_every_row_of_the_table_lets_somebody_in():
    assert [action for action, row in permission.table().items() if not row] == []


def test_every_route_has_its_action_in_the_table():
    assert without_action(get_resolver().url_patterns) == []


def test_a_route_without_an_action_would_be_found():
    bare = path("bare/<int:n>", lambda request, n: HttpResponse())
    unknown = path("unknown", door("nobody.declared")(lambda request: HttpResponse()))
    good = path("good", door("team.read")(lambda request: HttpResponse()))
    assert without_action([bare, unknown, good]) == ["bare/<int:n>", "unknown"]


# --- each role at each door ------------------------------------------------------------------------------------------

SOMETHING = {"int": "0", "uuid": str(UUID(int=0)), "str": "x", "slug": "x", "path": "x"}
LET_IN = {200, 204, 302, 303, 304, 400, 404, 405, 410, 422}
"""Let in, and then perhaps nothing of that name is there, or the method is another."""


def filled(address: str) -> str:
    """The address with something in each place: an id that nothing has."""
    assert set(SOMETHING) <= set(get_converters()) | {"str"}
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: SOMETHING.get(found[1] or "str", "x"), address).strip("^$")


def turned_away(response) -> bool:
    location = response.headers.get("Location", "")
    # Only with a way back (`next`): the page for a code sends whoever has not given a phone yet to the page for it.
    to_login = response.status_code in (302, 303) and "login" in location and "next=" in location
    return response.status_code in (401, 403) or to_login


def scope_of(role: str) -> ScopeKind:
    return ScopeKind(permission.roles()[role]["scope"])


GIVEN = [role for role in permission.roles() if role not in ("visitor", "resident", "system")]


@pytest.fixture
def logged_in(client, settings):
    """The client as somebody of this role, and the actor that the town then sees."""
    settings.DEMONSTRATION = True
    call = Call(Actor(ActorKind.SYSTEM), now(), "test")

    def become(role: str):
        if role == "visitor":
            return client, VISITOR
        if role == "resident":
            account_id = people.register_resident("19900000001", call=call).account_id
            actor = Actor(ActorKind.RESIDENT, account_id)
        else:
            account_id = people.create_account(f"{role.replace('_', '-')}", "张演示", call=call).account_id
            ground = UUID(int=1)
            if scope_of(role) == ScopeKind.TEAM:
                ground = people.create_team("some", "department", name_zh="某", name_en="Some", call=call).team_id
            grounded = scope_of(role) in (ScopeKind.TEAM, ScopeKind.COMMITTEE)
            held = people.grant_role(account_id, role, scope_id=ground if grounded else None, call=call)
            actor = Actor(ActorKind.STAFF, account_id, (Grant(role, held.scope, held.scope_id),))
        client.force_login(people.Account.objects.get(pk=account_id))
        return client, actor

    return become


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["visitor", "resident", *GIVEN])
def test_each_role_is_let_in_where_the_table_says_and_turned_away_elsewhere(role, logged_in):
    client, actor = logged_in(role)
    client.raise_request_exception = True
    wrong = []
    for route in town_routes():
        if route.get is None or route.address.endswith(tuple(NOT_VISITED)):
            continue
        response = client.get(filled(route.address))
        may = not reach(permission.table(), actor, route.get).nothing
        fits = (response.status_code in LET_IN and not turned_away(response)) if may else _refused(response)
        if not fits:
            wrong.append(
                f"{route.address} ({route.get}): {response.status_code}, the table says {'yes' if may else 'no'}"
            )
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "kept"),
    [("administrator", {"desk/map"}), ("resident", {"desk/map"}), ("visitor", {"", "report", "places", "desk/map"})],
)
def test_no_browser_keeps_a_page_of_somebody_logged_in_or_a_page_with_a_case(role, kept, logged_in):
    """Kept are outlines of the town and what a visitor sees of nobody; everything else would outlive the session."""
    client, _ = logged_in(role)
    answers = {route.address: client.get(filled(route.address)) for route in town_routes()}
    assert {address for address, answer in answers.items() if "no-store" not in answer.get("Cache-Control", "")} == kept


def _refused(response) -> bool:
    """Turned away; or the door does not open by GET at all, which tells nothing."""
    return turned_away(response) or response.status_code == 405


def test_the_walk_stands_on_the_same_grants_as_the_town():
    assert {grant.role for grant in grants_of(Actor(ActorKind.RESIDENT))} == {"visitor", "resident"}
