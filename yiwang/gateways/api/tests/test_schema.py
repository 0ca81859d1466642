"""The description of the API is true: whatever fits it, and what does not, is answered as described, and never by a fault."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from yiwang.gateways.api.arrows import ARROWS

pytestmark = pytest.mark.django_db

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
BOUNDED = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
OPERATIONS = {operation.ok().label: operation.ok() for operation in schema.get_all_operations()}


@contextmanager
def one_connection() -> Iterator[None]:
    """A real server lets go of its connection after each request; here that would end the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def numbers(somebody: Any) -> list[str]:
    """Cases as they lie about in a town: waiting, accepted, dispatched, in hand."""
    visitor, desk, dispatcher, handler = (somebody(name) for name in ("", "operator", "dispatcher", "utilities"))
    found = [visitor.post("/reports", {"text": f"路灯不亮 {n}"}).json()["number"] for n in range(4)]
    for number in found[1:]:
        desk.post(f"/cases/{number}/accept", {"type_code": "C-01-02", "title": "路灯"})
    for number in found[2:]:
        dispatcher.post(f"/cases/{number}/dispatch", {"team": "utilities"})
    handler.post(f"/cases/{found[3]}/sign", {})
    return found


def session_of(program: Any) -> dict[str, str]:
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in program.client.cookies.items())
    return {"Cookie": cookies, "X-CSRFToken": program.token} if cookies else {}


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_every_operation_answers_as_it_is_described(label, somebody, numbers):
    who = [session_of(somebody(name)) for name in ("", "duty", "utilities", "operator")]
    operation = OPERATIONS[label]

    @given(case=operation.as_strategy(), headers=st.sampled_from(who), number=st.sampled_from([*numbers, ""]))
    @BOUNDED
    def every(case: Any, headers: dict[str, str], number: str) -> None:
        if number and "number" in (case.path_parameters or {}):
            case.path_parameters["number"] = number
        if label == "DELETE /api/session" or label == "POST /api/session":
            headers = {}
        # Unpacked: this client is given bytes as the wire carries them and does not unpack.
        answer = case.call(headers={**headers, "Accept-Encoding": "identity"})
        case.validate_response(answer, checks=CHECKS, headers=headers)

    with one_connection():
        every()


def test_every_arrow_is_described():
    assert {f"POST /api/cases/{{number}}/{name}" for name in ARROWS} <= set(OPERATIONS)
