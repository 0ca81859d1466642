"""The description of the API is true for each role: whatever fits it, and what does not, is answered as described, never by a fault,
and no answer holds a row that the one who asks may not read.

Every operation is asked by every role with a log-in of its own. `conformance/api.py` asks the same with many more examples."""

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from yiwang.cases.models import Case
from yiwang.cases.steps import forward
from yiwang.gateways.api.arrows import ARROWS
from yiwang.intake.reports import queries as reports
from yiwang.intake.reports.steps import receiving
from yiwang.kernel.access import permission
from yiwang.kernel.access.rules import reach
from yiwang.kernel.terms import Actor, ActorKind, PlaceId, Where
from yiwang.project.tests import two_grounds, written
from yiwang.project.tests.asked import BODIES, JOINT
from yiwang.project.tests.log_ins import LoggedIn, log_in
from yiwang.project.tests.two_grounds import MARKS, ROLES, TwoGrounds, call_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EXAMPLES = int(os.environ.get("YIWANG_API_EXAMPLES", "0"))
"""Examples of each kind for each operation, each asked by every role; 0: two, each asked by some roles."""
COUNTS_IN = os.environ.get("YIWANG_API_COUNTS", "")
"""A folder for the counts of answers; empty: they are not kept."""
FEW, SOME_ROLES = 2, 4
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
UNHURRIED = settings(
    max_examples=EXAMPLES or FEW,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
schema.config.generation.update(
    with_security_parameters=False
)  # an invented session's cookie would take the place of the real one
OPERATIONS = {operation.ok().label: operation.ok() for operation in schema.get_all_operations()}


@dataclass
class Town:
    """The two grounds with some cases more on the first one, who is logged in, and what requests may name."""

    made: TwoGrounds
    people: list[LoggedIn]
    where: dict[str, Where]
    known: dict[str, list[Any]]
    counts: Counter[str] = field(default_factory=Counter)

    def leaks(self, actor: Actor, sent: str, said: str) -> list[str]:
        """What an answer shows of cases that the one who asks may not read, or of the other reporter to anybody."""
        table, other = permission.table(), self.made.other
        secret = [two_grounds.PHONES["other"], two_grounds.NAMES["other"]]
        closed = [number for number, where in self.where.items() if not reach(table, actor, "case.read").covers(where)]
        if actor.kind == ActorKind.STAFF:  # masked wherever staff look
            secret += [two_grounds.PHONES["own"], two_grounds.NAMES["own"]]
        secret += closed
        if other.number in closed:
            secret += [*MARKS, str(other.case_id)]
        plain = written.without_gaps(said)
        return [one for one in secret if (one in said or one in plain) and one not in sent]


@pytest.fixture(scope="module")
def town(grounds: TwoGrounds, django_db_blocker: Any) -> Iterator[Town]:
    with django_db_blocker.unblock(), override_settings(DEMONSTRATION=True):
        numbers = [*lying_about(grounds), grounds.own.number, grounds.other.number]
        people = [log_in(role, grounds.actors[role]) for role in ROLES]
        made = Town(grounds, people, {number: where_of(number) for number in numbers}, names(grounds, numbers))
        with one_connection():
            yield made
    if COUNTS_IN:
        (Path(COUNTS_IN) / f"{os.getpid()}.json").write_text(json.dumps(made.counts), encoding="utf-8")


def lying_about(made: TwoGrounds) -> list[str]:
    """Cases as they lie about in a town: waiting, accepted, dispatched, closed; none of them with a department of the other ground."""
    desk, sender, resident = (call_of(made.actors[role]) for role in ("operator", "dispatcher", "resident"))
    found = [receiving.receive(text=f"路灯不亮 {n}", place_id=PlaceId(made.estate), call=resident) for n in range(4)]
    for one in found[1:]:
        forward.accept(one.case_id, type_code="C-01-02", title="路灯", call=desk)
    forward.dispatch(found[2].case_id, made.third, call=sender)
    grid = call_of(made.actors["grid_worker"])
    forward.settle(found[3].case_id, type_code="C-01-02", result="已修", no_photo_reason="夜间", call=grid)
    forward.verify(found[3].case_id, finding="已修", no_photo_reason="夜间", call=call_of(made.actors["verifier"]))
    forward.close(found[3].case_id, called_back="solved", answer="已修", call=desk)
    return [one.number for one in found]


def where_of(number: str) -> Where:
    """Whose a case is."""
    row = Case.objects.get(number=number)
    owners = frozenset(one for one in (row.reporter, row.on_behalf) if one)
    return Where(row.committee, frozenset({row.lead_team_id} if row.lead_team_id else ()), owners)


def names(made: TwoGrounds, numbers: list[str]) -> dict[str, list[Any]]:
    """What a request may name so that it is about something that is there, by the name of the parameter or field."""
    teams = ["urban", "water", "sanitation"]
    return {
        "number": numbers,
        "main": numbers,
        "numbers": [numbers, numbers[:2]],
        "part": [str(made.own.part), str(made.other.part)],
        "token": [reports.link_token(number) for number in numbers],
        "team": [*teams, str(made.other.team)],
        "teams": [teams[:1], teams],
        "proposed_team": teams,
        "committee": [str(made.own.committee), str(made.other.committee)],
        "indicator": ["grid.closed", "hotline.satisfied"],
        "side": ["numerator", "denominator"],
        "code": ["river", "estate"],
        "key": ["R-X01"],
        "type": ["E-01-01", "C-01-02"],
        "type_code": ["E-01-01", "C-01-02"],
        "place_id": [str(made.estate)],
        "photos": [[made.own.upload], [made.other.upload]],
        "claim": [str(made.claim)],
        "account_id": [str(made.demonstration), str(made.colleague)],
        "text": ["ZQ", "渣土", two_grounds.SAID["other"]],
    }


@contextmanager
def one_connection() -> Iterator[None]:
    """A real server lets go of its connection after each request; here that would end the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def made_about(case: Any, chance: random.Random, known: dict[str, list[Any]], mode: GenerationMode) -> None:
    """Let most requests be about something that is there; of those that fit, some carry what their step asks for."""
    for names_of in (case.path_parameters, case.query):
        for name in names_of or {}:
            if name in known and chance.random() < 0.8:
                names_of[name] = chance.choice(known[name])
    if mode is not GenerationMode.POSITIVE or not isinstance(case.body, dict):
        return
    body = (BODIES | JOINT).get(case.operation.path.rsplit("/", 1)[-1])
    if body is not None and chance.random() < 0.5:
        case.body = dict(body)
    for name in case.body:
        if name in known and chance.random() < 0.8:
            case.body[name] = chance.choice(known[name])


def ask(town: Town, case: Any, who: LoggedIn) -> Any:
    """One request by one person, undone afterwards; fails for an answer that is not described, or that shows too much."""
    with transaction.atomic():
        # Unpacked: this client is given bytes as the wire carries them and does not unpack. A header Cookie it leaves out.
        answer = case.call(headers={**who.headers, "Accept-Encoding": "identity"}, cookies=who.cookies)
        transaction.set_rollback(True)
    town.counts[f"{who.role} {answer.status_code}"] += 1
    case.validate_response(answer, checks=CHECKS, headers=who.headers)
    sent = f"{answer.request.url} {case.path_parameters} {case.query} {case.body}"
    shown = town.leaks(who.actor, sent, answer.content.decode(errors="replace"))
    assert not shown, f"{case.operation.label} shows the {who.role} {shown}"
    return answer


@pytest.mark.parametrize("label", sorted(OPERATIONS))
@pytest.mark.parametrize("mode", MODES, ids=("fitting", "misfitting"))
def test_every_operation_answers_every_role_as_described_and_shows_nothing_of_others(label, mode, town):
    @given(case=OPERATIONS[label].as_strategy(mode), seed=st.integers(0, 2**32))
    @UNHURRIED
    def every(case: Any, seed: int) -> None:
        chance = random.Random(seed)
        made_about(case, chance, town.known, mode)
        for who in town.people if EXAMPLES else chance.sample(town.people, SOME_ROLES):
            ask(town, case, who)

    try:
        every()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing can be wrong with a request that carries nothing


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_every_bound_of_the_description_is_answered_as_described(label, town):
    operation, chance = OPERATIONS[label], random.Random(label)
    at_bounds = list(
        operation.schema.iter_coverage_cases(
            operation,
            generation_modes=list(MODES),
            generation_config=schema.config.generation_for(operation=operation, phase="coverage"),
        )
    )
    for case in at_bounds if EXAMPLES else chance.sample(at_bounds, FEW):
        for who in chance.sample(town.people, SOME_ROLES):
            ask(town, case, who)


def test_who_asks_is_known_by_the_log_in(town):
    @given(case=OPERATIONS["GET /api/session"].as_strategy())
    @UNHURRIED
    def every(case: Any) -> None:
        for who in town.people:
            answer = ask(town, case, who)
            expected = str(who.actor.account_id) if who.actor.account_id else None
            assert answer.json()["account_id"] == expected, who.role

    every()


def test_every_arrow_is_described():
    assert {f"POST /api/cases/{{number}}/{name}" for name in ARROWS} <= set(OPERATIONS)


def test_a_leak_would_be_seen(town):
    other = town.made.other
    shown = f"{other.number} ZQNOTE {two_grounds.PHONES['other']}"
    handler, operator = town.made.actors["handler"], town.made.actors["operator"]
    assert town.leaks(handler, "", shown) == [two_grounds.PHONES["other"], other.number, "ZQNOTE"]
    assert town.leaks(operator, "", shown) == [two_grounds.PHONES["other"]]
    assert town.leaks(handler, other.number, other.number) == []
