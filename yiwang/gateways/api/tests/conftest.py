"""The demonstration town, loaded once for all tests of this folder, and people who use the API as programs do."""

import importlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client


@pytest.fixture(scope="package")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Xinhai with its invented people; gone after these tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        importlib.import_module(settings.TOWN_LOADER).load(settings.TOWN_DIR, demonstration=True)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def xinhai(loaded: None, db: None, settings: Any) -> None:
    """The town as it was loaded, before each test."""
    settings.DEMONSTRATION = True


class Program:
    """Somebody's program: it keeps its cookie and sends the token back."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.raise_request_exception = True
        self.token = ""

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api{path}", headers=headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        content = body if isinstance(body, str) else json.dumps(body)
        headers = {"X-CSRFToken": self.token, **headers}
        return self.client.post(f"/api{path}", content, content_type="application/json", headers=headers)

    def log_in(self, **how: str) -> "Program":
        answer = self.post("/session", how)
        assert answer.status_code == 200, answer.content.decode()
        self.token = answer.json()["csrf_token"]
        return self


@pytest.fixture
def somebody(xinhai: None) -> Callable[[str], Program]:
    """A program logged in as a demonstration account, or as a visitor for the empty name."""

    def become(username: str) -> Program:
        program = Program()
        if username:
            people = program.get("/session/demonstration").json()
            found = next(one for one in people if username in (one["username"], one["name"]))
            program.log_in(kind="demonstration", account_id=found["account_id"])
        return program

    return become
