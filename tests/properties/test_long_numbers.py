"""A number of thousands of digits, in every place where a reader may write one: refused, and never as a broken page.

Python refuses to turn more than 4,300 digits into a number, with a ValueError; a float overflows beyond 308, and a column
of the database beyond 19.
"""

import gc
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from yiwang.kernel.access import permission
from yiwang.kernel.people import rules
from yiwang.kernel.people.models import Grant
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.people.tests.strongly import log_in_strongly
from yiwang.kernel.terms import Actor, ActorKind, Call, ScopeKind
from yiwang.kernel.walltime import now

DOORS = Path(__file__).resolve().parents[2] / "yiwang"
LONGEST = 4_300
"""Digits that Python still turns into a number."""
WALKS = [("visitor", "9" * (LONGEST + 1)), ("everybody", "9" * (LONGEST + 1)), ("everybody", "9" * 20)]
BY_NAME = r"""(?:GET|POST|given|data|cleaned_data)\.(?:get|getlist)\(["'](\w+)["']"""
NAMED = {
    "web": re.compile(rf"{BY_NAME}|^ {{4}}(\w+)(?= = [\w.]+\()", re.MULTILINE),
    "gateways": re.compile(rf"{BY_NAME}|^ {{4}}(\w+)(?= = \w|: )", re.MULTILINE),
}
"""What a door asks a request for: by name, or as a field of a form, or of a schema. (Never fewer; there are locals among them.)"""
OF_PROGRAMS = ("api/", "open311/", "sta/", "stream/")
"""Addresses whose doors lie in gateways."""
PART_BYTES = 120
"""What a form needs for a field beside its name and value."""
COMPOSED = {"place_longitude", "place_latitude", "p", "o", "e", "id__exact", "all"}
"""Names that no door writes out."""


def field_names(doors: str) -> list[str]:
    files = [path for path in (DOORS / doors).rglob("*.py") if "tests" not in path.parts]
    names = {name for path in files for both in NAMED[doors].findall(path.read_text()) for name in both} - {""}
    seen = {"web": {"after", "_version", "_seen", "place", "amount"}, "gateways": {"after", "add", "place", "amount"}}
    assert seen[doors] <= names
    return sorted(names | COMPOSED)


def fields_of(doors: str, number: str) -> dict[str, str]:
    """The number in every field, and not refused for the length of all together."""
    names = field_names(doors)
    assert sum(len(name) + len(number) + PART_BYTES for name in names) < settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return dict.fromkeys(names, number)


def addresses(patterns: list[Any], before: str = "") -> list[str]:
    """Every address of the town, with its converters."""
    found = []
    for one in patterns:
        if isinstance(one, URLResolver):
            found += addresses(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            found.append(before + str(one.pattern).removeprefix("^").removesuffix("$").removesuffix(r"\Z"))
    return found


def filled(address: str, number: str) -> str:
    """The address with the number wherever text may stand; an identifier or one of the names where only that fits."""
    fitting = {"uuid": "00000000-0000-0000-0000-000000000000"}
    return "/" + re.sub(r"<(?:(\w+):)?\w+>|\(\?P<(\w+)>[^)]*\)", lambda place: fitting.get(place[1], number), address)


@pytest.fixture
def everybody(client: Any) -> Any:
    """One account that has every role of the staff, so that no door stays shut."""
    call = Call(Actor(ActorKind.SYSTEM), now(), "test")
    account = people.create_account("everybody", "张演示", call=call).account_id
    team = people_teams.create_team("some", "department", name_zh="某", name_en="Some", call=call).team_id
    for role, about in permission.roles().items():
        if role not in ("visitor", "resident", "system"):
            grounded = ScopeKind(str(about["scope"])) in (ScopeKind.TEAM, ScopeKind.COMMITTEE)
            if role not in rules.APART:
                people.grant_role(account, role, scope_id=team if grounded else None, call=call)
            else:  # nobody is given these together; here one account walks through all doors
                Grant.objects.create(id=uuid4(), account_id=account, role=role, scope="town")
    log_in_strongly(client, account)
    client.raise_request_exception = True
    return client


ASKED_BY_NOBODY = ("logout", "stream/desk")
"""One ends the walk; the other is another server's."""
SHORT, SOME = 1000, 25
"""Of longer numbers so many addresses hold some hundred megabytes until the collector comes."""
SHUT = ("desk/", "admin/")
"""What a visitor is turned away from before anything is read."""


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize(("who", "number"), [pytest.param(*one, id=f"{one[0]}-{len(one[1])}") for one in WALKS])
def test_no_door_breaks_on_a_long_number(who: str, number: str, client: Any, request: Any) -> None:
    if who == "everybody":
        request.getfixturevalue("everybody")
    asked = {doors: fields_of(doors, number) for doors in NAMED}
    broken = []
    walked = [one for one in addresses(get_resolver().url_patterns) if not one.rstrip("/").endswith(ASKED_BY_NOBODY)]
    if who == "visitor":
        walked = [one for one in walked if not one.startswith(SHUT)]
    assert len(walked) > 30
    for nth, address in enumerate(walked):
        path = filled(address, number)
        fields = asked["gateways" if address.startswith(OF_PROGRAMS) else "web"]
        api = {"content_type": "application/json"} if path.startswith("/api/") else {}
        answers = [client.get(path, fields), client.post(path, fields, **api)]
        if number in path:
            answers.append(client.get(filled(address, f"x.{number}.y")))
        for answer in answers:
            if answer.status_code >= 500:
                broken.append(f"{answer.request['REQUEST_METHOD']} {path[:80]}: {answer.status_code}")
        if len(number) > SHORT and nth % SOME == 0:
            gc.collect()  # requests of megabytes hang in circles: the collector counts objects, and waits for many
    assert broken == []


@pytest.mark.parametrize("digits", [400, 5000])
def test_a_long_number_in_the_body_itself_is_unreadable(client: Any, digits: int) -> None:
    answer = client.post("/api/reports", '{"text": "灯", "n": ' + "9" * digits + "}", content_type="application/json")
    assert answer.status_code in (400, 422)
