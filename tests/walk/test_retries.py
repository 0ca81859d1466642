"""Whatever is sent twice under one key is done once: at every address that takes a POST, by somebody who may, the second answer is the
first one and the journal has no entry more."""

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client

from tests.walk.test_doors import expected, filled, json_of, names_in, sent_form, token_of
from yiwang.kernel.journal.models import Entry
from yiwang.project.tests.doors import Route, town_routes
from yiwang.project.tests.two_grounds import ROLES, TwoGrounds

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LEAST = 34
"""At so many addresses and acts at least the walk gets something done; the others want a row of another kind or state."""

GONE = {"api/me/erase", "me/erase", "desk/accounts/<uuid:account_id>/deactivate"}
"""Whoever takes themselves out is not known any more: the second asking is sent away, and does nothing either."""

MOST_TRIED = 2
"""So many of the roles that may are tried until one of them gets something done."""


def sent(client: Client, session: str, path: str, body: dict[str, Any], *, as_json: bool) -> tuple[int, str, bytes]:
    """Status, where it leads, and content of one asking under the key."""
    client.cookies.clear()
    if session:
        client.cookies["sessionid"] = session
    headers = {"Idempotency-Key": "walked", "HX-Request": "true"} if "/act/" in path else {"Idempotency-Key": "walked"}
    for one in body.values():
        if hasattr(one, "seek"):
            one.seek(0)
    if as_json:
        answer: Any = client.post(path, json.dumps(body), "application/json", headers=headers)
    else:
        answer = client.post(path, {"_key": "walked"} | body, headers=headers)
    return (
        answer.status_code,
        answer.headers.get("Location", ""),
        answer.content if as_json or not answer.streaming else b"",
    )


class Walker:
    """Somebody of one role who sends everything twice; nothing of it stays."""

    def __init__(self, role: str, made: TwoGrounds) -> None:
        self.made, self.actor, self.client, self.session = made, made.actors[role], Client(), ""
        if self.actor.account_id:
            self.client.force_login(get_user_model().objects.get(pk=self.actor.account_id))
            self.session = self.client.cookies["sessionid"].value

    def twice(self, route: Route, name: str) -> tuple[bool, str]:
        """Whether the first asking recorded something, and what is wrong with the second."""
        row = self.made.ground("own")
        path = filled(route.address, self.made, "own", self.actor, name)
        as_json = route.address.startswith("api/") and route.address != "api/photos"
        token = token_of(row, "own")
        body = (
            json_of(route.address, self.made, row, token)
            if as_json
            else sent_form(route.address, self.made, row, token, name)
        )
        with transaction.atomic():
            before = Entry.objects.count()
            first = sent(self.client, self.session, path, body, as_json=as_json)
            once = Entry.objects.count()
            second = sent(self.client, self.session, path, body, as_json=as_json) if once > before else first
            more = Entry.objects.count() - once
            transaction.set_rollback(True)
        if more:
            return True, f"{path} by {self.actor.name}: {more} entries more"
        alike = first[:2] == second[:2] and (not as_json or first == second)
        if alike or (route.address in GONE and second[0] in (302, 401, 403)):
            return once > before, ""
        return True, f"{path} by {self.actor.name}: {first} and then {second}"


def test_what_is_sent_twice_under_one_key_is_done_once_and_answered_alike(grounds, settings):
    settings.DEMONSTRATION = True
    walkers = {role: Walker(role, grounds) for role in ROLES}
    faults, done = [], set()
    for route in town_routes():
        for name in names_in(route, "POST") if {"POST", "*"} & set(route.actions) else ():
            may = [w for w in walkers.values() if expected(route, "POST", name, grounds, "own", w.actor)]
            for walker in may[:MOST_TRIED]:
                recorded, fault = walker.twice(route, name)
                faults += [fault] if fault else []
                if recorded:
                    done.add((route.address, name))
                    break
    assert not faults, "\n".join(one[:300] for one in faults)
    assert len(done) >= LEAST, sorted(done)
