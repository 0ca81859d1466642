"""The permission table in use, and the two questions asked of it: may this actor do this here (require), and which rows (reach)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from yiwang.kernel.access import rules
from yiwang.kernel.access.rules import Reach, Table
from yiwang.kernel.problems import LogInFirst, NotAllowed
from yiwang.kernel.terms import Actor, ActorKind, ScopeKind, Where

PACKAGE = Path(__file__).resolve().parents[2]


class PermissionFileError(Exception):
    """A permissions.yaml names a role or scope that does not exist, or an action that another file has."""


@cache
def roles() -> dict[str, dict[str, object]]:
    """Every role with its usual scope and names."""
    content: dict[str, dict[str, object]] = yaml.safe_load(
        (Path(__file__).parent / "roles.yaml").read_text(encoding="utf-8")
    )
    return content


@cache
def table() -> Table:
    """The town's permission table (role × action × scope), put together from every module's permissions.yaml."""
    merged: dict[str, dict[str, ScopeKind]] = {}
    for path in sorted(PACKAGE.rglob("permissions.yaml")):
        for action, row in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            if action in merged:
                raise PermissionFileError(f"{path}: {action} stands in another permissions.yaml already")
            unknown = set(row) - set(roles())
            if unknown:
                raise PermissionFileError(
                    f"{path}: {action} names roles that roles.yaml does not have: {sorted(unknown)}"
                )
            merged[action] = {role: ScopeKind(scope) for role, scope in row.items()}
    return merged


def reach(actor: Actor, action: str) -> Reach:
    """Which rows the actor may deal with for this action, for filtering lists. An undeclared action is a KeyError."""
    return rules.reach(table(), actor, action)


def role_for(actor: Actor, action: str, where: Where) -> str:
    """The role by which the actor may do the action there: what stands beside an act instead of a name."""
    return rules.role_for(table(), actor, action, where)


def require(actor: Actor, action: str, where: Where) -> None:
    """Pass, or raise NotAllowed (LogInFirst for a visitor). Notes for the running step that it asked."""
    watch = _watch.get()
    if watch is not None:
        watch.asked.add(action)
    if reach(actor, action).covers(where):
        return
    if actor.kind == ActorKind.VISITOR:
        raise LogInFirst(action=action)
    raise NotAllowed(action=action)


@dataclass(slots=True)
class _Watch:
    asked: set[str]


_watch: ContextVar[_Watch | None] = ContextVar("permission_watch", default=None)


def inside_step() -> bool:
    """Whether a step is running already, so that this one is a part of it."""
    return _watch.get() is not None


@contextmanager
def watched(action: str) -> Iterator[None]:
    """Run a step's body and see that it asked for its permission; not having asked is a programmer's mistake."""
    watch = _Watch(set())
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)
    assert action in watch.asked, f"the step for {action} never asked for its permission"  # noqa: S101
