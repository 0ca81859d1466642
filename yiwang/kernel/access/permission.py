"""The permission table in use, and the two questions asked of it: may this actor do this here (require), and which rows (reach)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

from yiwang.kernel.access import loading, rules
from yiwang.kernel.access.problems import SecondFactorFirst
from yiwang.kernel.access.rules import Reach, Table
from yiwang.kernel.problems import LogInFirst, NoRoleYet, NotAllowed
from yiwang.kernel.terms import Actor, ActorKind, Where
from yiwang.kernel.wording import PACKAGE


@cache
def roles() -> Mapping[str, Mapping[str, object]]:
    """Every role with its usual scope and names. Raises RuleFileProblem."""
    return loading.read_roles(loading.roles_file(PACKAGE))


@cache
def table() -> Table:
    """The town's permission table (role × action × scope), put together from every module's permissions.yaml. Raises
    RuleFileProblem; a start has read the same files before anything is served (project/startcheck.py)."""
    return loading.read_table(loading.permission_files(PACKAGE), roles())


@cache
def second_factor() -> Mapping[str, str]:
    """What is closed to who came in by password alone (second_factor.yaml). Raises RuleFileProblem."""
    return loading.read_second_factor(loading.second_factor_file(PACKAGE), table())


def needs_second_factor(actor: Actor) -> bool:
    """Whether the actor's roles reach anything that is closed to a password alone: these people set the second step up first."""
    return any(not reach(actor, action).nothing for action, what in second_factor().items() if what == "always")


def open_by_password(actor: Actor, action: str, *, own: bool = False) -> None:
    """Pass unless the actor came in by password alone and the action needs more. Raises SecondFactorFirst.

    `own`: it is about the actor's own account.
    """
    what = second_factor().get(action) if actor.by_password_alone else None
    if what == "always" or (what == "others" and not own):
        raise SecondFactorFirst(action=action)


def reach(actor: Actor, action: str) -> Reach:
    """Which rows the actor may deal with for this action, for filtering lists. An undeclared action is a KeyError."""
    return rules.reach(table(), actor, action)


def role_for(actor: Actor, action: str, where: Where) -> str:
    """The role by which the actor may do the action there: what stands beside an act instead of a name."""
    return rules.role_for(table(), actor, action, where)


def require(actor: Actor, action: str, where: Where) -> None:
    """Pass, or raise NotAllowed (LogInFirst for a visitor, NoRoleYet for staff without one). Notes for the running step that it asked."""
    watch = _watch.get()
    if watch is not None:
        watch.asked.add(action)
    if reach(actor, action).covers(where):
        open_by_password(actor, action, own=actor.account_id in where.owners)
        return
    raise refusal(actor, action)


def refusal(actor: Actor, action: str) -> LogInFirst | NotAllowed:
    """What tells this actor that the action is not open to them, and whom to ask."""
    if actor.kind == ActorKind.VISITOR:
        return LogInFirst(action=action)
    if actor.kind == ActorKind.STAFF and not actor.grants:
        return NoRoleYet(action=action)
    return NotAllowed(action=action)


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
