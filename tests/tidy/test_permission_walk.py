"""Every door and every verb stands in the permission table, and everything in the table is used.

What each role then meets at each door and each step is asked in tests/walk.
"""

import ast
import importlib
import inspect
import re
from functools import cache
from pathlib import Path

from django.http import HttpResponse
from django.urls import get_resolver, path

import yiwang
from yiwang.cases.stages import ARROWS, BY_THEMSELVES
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import door
from yiwang.kernel.access.rules import grants_of
from yiwang.kernel.journal.step import STEPS
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.project.tests.asked import BODIES
from yiwang.project.tests.doors import excused, routes, town_routes

PACKAGE = Path(yiwang.__file__).parent
WALK = Path(__file__).parents[1] / "walk"

RECORD = "yiwang.kernel.journal.steps.record"
NO_STEP = {
    RECORD: "the primitive itself: called inside steps, which ask",
    "yiwang.intake.reports.steps.importing.import_messages": "many in batches; each message is a step of its own",
    "yiwang.intake.reports.steps.suggesting.accept_as_suggested": "many at once; each case is a step of its own and may be refused alone",
    "yiwang.kernel.people.steps.securitylog.note_export": "one kind of line, written by `note`, which is a step",
    "yiwang.kernel.people.steps.securitylog.note_refused": "one kind of line, written by `note`, which is a step",
    "yiwang.kernel.people.steps.securitylog.note_refused_of": "one kind of line, written by `note`, which is a step",
    "yiwang.intake.reports.steps.private.forget_person": "each report, and then the account, is a step of its own; open ones stay",
}
"""Public functions of steps modules that take `call` by keyword and are no step, each with the reason."""

ANY_METHOD = {"api/<path:rest>": "says by any method that the API has no such address"}
"""Addresses whose view takes every method, each with the reason."""

WRITERS = {
    "kernel/journal/erasing.py": "the journal's own erasure, called in steps and itself a step",
}
"""Modules beside the steps that record facts, each with the reason."""

BESIDE_STEPS = {
    "kernel/journal/readers.py": "how far a reader of the journal came: in the transaction of what it read for",
    "kernel/journal/sealer.py": "the journal's own machinery: the tree and its heads",
    "kernel/journal/step.py": "the journal's own machinery: the keys of calls",
    "kernel/journal/witnessing.py": "the journal's own machinery: what witnesses were told",
    "kernel/notices/jobs.py": "notices are passing: swept when they were read",
    "kernel/notices/mailing.py": "notices are passing: what is still to be mailed",
    "kernel/notices/telling.py": "notices are passing: made from entries of the journal by a reader",
    "kernel/sheets/waiting.py": "a queue of sheets, for any module",
    "intake/reports/sheetqueue.py": "a queue: how far a sheet was taken in",
    "registers/sheetqueue.py": "a queue: how far a sheet was taken in",
}
"""Modules beside steps and appliers that write rows, each with the reason. A further one is a step that stands in the wrong room."""

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


def without_action(patterns) -> list[str]:
    """The addresses whose view names no action, or one that no permissions.yaml has."""
    return [
        route.address
        for route in routes(patterns)
        if not excused(route.address) and any(action not in permission.table() for action in route.actions.values())
    ]


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


def writes_rows(tree: ast.AST) -> bool:
    """Whether something here writes rows by Django's managers."""
    return any(_writes(node) for node in ast.walk(tree) if isinstance(node, ast.Call))


def _writes(node: ast.Call) -> bool:
    name, of = getattr(node.func, "attr", ""), ast.unparse(getattr(node.func, "value", node.func))
    if name in ("bulk_create", "bulk_update", "get_or_create", "update_or_create"):
        return True
    if name == "save":
        return any(word.arg == "update_fields" for word in node.keywords)
    managed = ".objects" in of or "_default_manager" in of
    return name in ("create", "update", "delete") and (managed or (name == "delete" and not node.args + node.keywords))


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


def test_rows_are_written_in_steps_and_by_appliers_and_nowhere_else():
    rooms = {"steps", "apply", "migrations", "tests", "simulation"}
    writing = {
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        if not rooms & set(file.relative_to(PACKAGE).with_suffix("").parts)
        and writes_rows(ast.parse(file.read_text(encoding="utf-8")))
    }
    assert writing == set(BESIDE_STEPS)


def test_a_write_beside_the_steps_would_be_found():
    for line in (
        "Row.objects.filter(pk=1).update(a=2)",
        "found.delete()",
        "row.save(update_fields=['a'])",
        "Row.objects.bulk_create([])",
    ):
        assert writes_rows(ast.parse(line)), line
    for line in ("document.save(content)", "words.update(a=2)", "client.delete('/x')"):
        assert not writes_rows(ast.parse(line)), line


def test_there_are_verbs_to_walk():
    assert {"yiwang.kernel.people.steps.accounts.grant_role", *NO_STEP} <= set(verbs())
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


def test_every_view_says_which_methods_it_takes():
    assert [route.address for route in town_routes() if "*" in route.actions and route.address not in ANY_METHOD] == []


def test_the_walks_of_each_role_know_every_arrow_and_every_step():
    step_modules()
    steps = (WALK / "test_steps.py").read_text(encoding="utf-8")
    assert [name for name in ARROWS if name not in BY_THEMSELVES and name not in BODIES] == []
    named = {name: name.rsplit(".", 1)[-1] for name in STEPS if ".tests." not in name}
    assert [name for name, last in named.items() if not last.startswith("_") and f'{last}":' not in steps] == []


def test_the_walk_stands_on_the_same_grants_as_the_town():
    assert {grant.role for grant in grants_of(Actor(ActorKind.RESIDENT))} == {"visitor", "resident"}
