"""What every step has: one transaction, a permission that was really asked for, and the same answer to a retry."""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, connection, transaction

from yiwang.kernel.access import permission
from yiwang.kernel.journal.models import CallKey, Entry
from yiwang.kernel.journal.reading import fact_of
from yiwang.kernel.terms import Call

P = ParamSpec("P")
R = TypeVar("R")

KEY_LIFE = timedelta(days=2)
"""How long a retry is known again. A phone that was off for a weekend still gets its first answer."""

STEPS: dict[str, Callable[..., Any]] = {}
"""Every step by its qualified name; the permission walk reads it."""


def step(action: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function of `steps.py` a step for `action`. It takes `call` by keyword and returns its (last) fact.

    The step runs in one transaction. It must call `permission.require` for its action: a step that decided without
    asking is a programmer's mistake (AssertionError). With `call.key` a repeated call of the same actor gets the first
    answer, read back from the journal; a step inside another one belongs to the outer one's key.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            call: Call = kwargs["call"]  # type: ignore[assignment]
            keyed = call.key is not None and not permission.inside_step()
            with transaction.atomic():
                if keyed and not _claim(call, action):
                    return _first_answer(call)  # type: ignore[no-any-return]
                with permission.watched(action):
                    answer = function(*args, **kwargs)
                if keyed:
                    _keep_answer(call, answer)
            return answer

        run.action = action  # type: ignore[attr-defined]
        STEPS[f"{function.__module__}.{function.__qualname__}"] = run
        return run

    return wrap


def _claim(call: Call, action: str) -> bool:
    """Take the key for this transaction; False when it was answered before. A rival with the same key waits here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO call_key (actor, key, action, expires_at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [call.actor.name, call.key, action, call.now + KEY_LIFE],
        )
        return cursor.rowcount == 1


def _first_answer(call: Call) -> Any:
    row = CallKey.objects.select_related("entry").get(actor=call.actor.name, key=call.key)
    if row.entry is None:
        raise IntegrityError(f"the key {call.key} was answered without a fact; a step must return its last fact")
    return fact_of(row.entry)


def _keep_answer(call: Call, answer: Any) -> None:
    subject = str(getattr(answer, answer.fact_kind.subject_field))
    entry = (
        Entry.objects.filter(verb=answer.fact_kind.verb, subject_kind=answer.fact_kind.subject_kind, subject_id=subject)
        .order_by("-id")
        .only("id")[0]
    )
    CallKey.objects.filter(actor=call.actor.name, key=call.key).update(entry=entry)
