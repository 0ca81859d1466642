"""Log-ins through the API as programs do them: staff by password and second step, a resident by the code that comes to the phone."""

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client, TestCase

from yiwang.kernel.people import queries as people
from yiwang.kernel.people.steps import accounts as people_steps
from yiwang.kernel.people.steps import secondfactor
from yiwang.kernel.people.tests.strongly import SECRET, code_now
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.project.tests.two_grounds import PASSWORD, PHONES, SYSTEM, call_of
from yiwang.web.portal.demonstration_codes import newest_code


@dataclass(frozen=True)
class LoggedIn:
    """Somebody of one role, and what each of their requests carries."""

    role: str
    actor: Actor
    headers: dict[str, str]
    cookies: dict[str, str]


def log_in(role: str, actor: Actor) -> LoggedIn:
    """Whoever has this role in the town of two_grounds, logged in; a visitor carries nothing."""
    if actor.kind not in (ActorKind.STAFF, ActorKind.RESIDENT):
        return LoggedIn(role, actor, {}, {})
    client = Client(enforce_csrf_checks=True)
    answer = _sent(client, "/api/session", _proof(client, actor))
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    return LoggedIn(role, actor, {"X-CSRFToken": answer["csrf_token"]}, cookies)


def _proof(client: Client, actor: Actor) -> dict[str, str]:
    """What proves who somebody is."""
    if actor.kind == ActorKind.RESIDENT:
        with TestCase.captureOnCommitCallbacks(execute=True):  # the code leaves when its request is kept
            _sent(client, "/api/session/code", {"phone": PHONES["own"]})
        return {"kind": "resident", "phone": PHONES["own"], "code": newest_code(PHONES["own"])}
    assert actor.account_id is not None
    people_steps.set_password(actor.account_id, PASSWORD, call=call_of(SYSTEM))
    spare, *_ = secondfactor.set_second_factor(actor.account_id, SECRET, code_now(), call=call_of(actor))
    username = people.account(SYSTEM, actor.account_id).username
    return {"kind": "staff", "username": username, "password": PASSWORD, "code": spare}


def _sent(client: Client, path: str, body: dict[str, str]) -> Any:
    answer = client.post(path, json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()
