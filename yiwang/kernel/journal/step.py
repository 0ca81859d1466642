"""What every step has: one transaction, a permission that was really asked for, and the same answer to a retry."""

import functools
import inspect
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar, cast

from django.db import connection, transaction

from yiwang.kernel.access import permission
from yiwang.kernel.journal import recorded, said
from yiwang.kernel.journal.models import CallKey
from yiwang.kernel.journal.problems import KeyUsedOtherwise
from yiwang.kernel.journal.reading import fact_of
from yiwang.kernel.terms import Call

P = ParamSpec("P")
R = TypeVar("R")

KEY_LIFE = timedelta(days=2)
"""How long a retry is known again. A phone that was off for a weekend still gets its first answer."""

STEPS: dict[str, Callable[..., Any]] = {}
"""Every step by its qualified name; the permission walk reads it."""


_together: ContextVar[bool] = ContextVar("steps_together", default=False)


@contextmanager
def together() -> Iterator[None]:
    """Run the steps inside in one transaction, all or none of them, as a batch of an import does.

    They need no savepoint each then; one that refuses undoes them all, and nothing more may be done before the block is left.
    """
    with transaction.atomic():
        token = _together.set(True)
        try:
            yield
        finally:
            _together.reset(token)


def step(action: str, *, apart: Collection[str] = ()) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function of `steps.py` a step for `action`. It takes `call` by keyword and returns its (last) fact, or None.

    The step runs in one transaction. It must call `permission.require` for its action: a step that decided without
    asking is a programmer's mistake (AssertionError). With `call.key` a repeated call of the same actor gets the first
    answer, read back from the journal, if it says the same (all arguments but those `apart`, the row version, and what
    the call says its door filled in); otherwise KeyUsedOtherwise is raised. A step inside another one belongs to the
    outer one's key, and when it refuses, the outer one is undone too: a step that wants to go on after a refusal puts
    `transaction.atomic()` around the inner one.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        takes = inspect.signature(function)

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            call = cast(Call, kwargs["call"])
            keyed = call.key is not None and not permission.inside_step()
            # A step inside a step shares its fate: no savepoint, which would cost two round trips.
            with transaction.atomic(savepoint=not (permission.inside_step() or _together.get())):
                if keyed:
                    digest = said.digest(function.__qualname__, takes.bind(*args, **kwargs), {*apart, *call.filled})
                    if not _claim(call, action, digest):
                        return _first_answer(call, action, digest)
                with recorded.noting() as noted, permission.watched(action):
                    answer = function(*args, **kwargs)
                if keyed:
                    _keep_answer(call, answer, noted)
            return answer

        run.action = action  # type: ignore[attr-defined]
        STEPS[f"{function.__module__}.{function.__qualname__}"] = run
        return run

    return wrap


def _claim(call: Call, action: str, digest: bytes) -> bool:
    """Take the key for this transaction; False when it was answered before.

    A rival with the same key waits here, on the unique index, until this transaction ends. Then either the key is free
    again (rolled back), or it is taken, and the next statement under READ COMMITTED sees the committed answer.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO call_key (actor, key, action, digest, expires_at) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            [call.actor.name, call.key, action, digest, call.now + KEY_LIFE],
        )
        return cursor.rowcount == 1


def _first_answer(call: Call, action: str, digest: bytes) -> Any:
    row = CallKey.objects.select_related("entry").get(actor=call.actor.name, key=call.key)
    if row.action != action or (row.digest is not None and bytes(row.digest) != digest):
        raise KeyUsedOtherwise(used_for=row.action, action=action)
    return fact_of(row.entry) if row.entry else None


def _keep_answer(call: Call, answer: Any, noted: recorded.Noted) -> None:
    """Tie the key to the entry of the answer. A step that had nothing to record answers None, and so does its repetition."""
    if answer is None:
        return
    entry_id = next((entry_id for fact, entry_id in reversed(noted) if fact is answer), None)
    assert entry_id is not None, f"a step returns a fact that it recorded, not {answer!r}"  # noqa: S101
    CallKey.objects.filter(actor=call.actor.name, key=call.key).update(entry=entry_id)


def drop_expired_keys(now: datetime) -> int:
    """Forget the answers whose time is over (KEY_LIFE); gives their number. For a timer, once a day."""
    return CallKey.objects.filter(expires_at__lt=now).delete()[0]
