"""No public page tells of a single case: every page that strangers reach is the same before and after one more case, whatever
became of it, also as of a moment before it; and figures move on when there are five more."""

import itertools
import re
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client

from yiwang.cases.steps import forward, remarks, sideways
from yiwang.indicators import jobs as indicators
from yiwang.intake.reports.steps import receiving
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import CaseId
from yiwang.project.tests import written
from yiwang.project.tests.doors import Route, town_routes
from yiwang.project.tests.two_grounds import SYSTEM, TwoGrounds, call_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOT_FIGURES = {
    r"^transparency": "shows that the journal grows, by entries of every kind; what they are about is in none of them",
    r"^r/|^report/done|/reports/": "one report, for whoever holds its link or is told by its number",
    r"^open311/": "lists the town's open matters of the public space one by one, and no sums (docs/adr/0032)",
    r"^demonstration|^house": "invented people and specimens",
    r"^stream/": "stays open; what travels there is asked by its own test",
    r"<path:rest>|photo/<": "no page",
}
"""Public addresses that are not compared, as patterns, each with the reason."""

VOLATILE = (
    (re.compile(r'name="(csrfmiddlewaretoken|_key)" value="[^"]*"'), ""),
    (re.compile(r'"(X-CSRFToken|csrf_token)": "[^"]*"'), ""),
    (re.compile(r"\d{4}-\d\d-\d\dT[0-9:.+%A-Z]*"), "MOMENT"),
    (re.compile(r"\d\d:\d\d(:\d\d)?"), "CLOCK"),
)
"""What is another at each asking by itself."""

_count = itertools.count()


def addresses() -> list[str]:
    """Every address that may be asked without a row of somebody's own."""
    year = str(walltime.town_day(walltime.now()).year)
    values = {
        "<int:year>": year, "<int:no>": "1", "<str:row>": "1.03", "<str:code>": "grid.dispatched_on_time",
        "<code>": "river", "<slug:code>": "river", "<slug:layer>": "water",
    }  # fmt: skip

    def filled(route: Route) -> str:
        path = route.address
        for place, value in values.items():
            path = path.replace(place, value)
        return path

    routes = [one for one in town_routes() if {"GET", "*"} & set(one.actions)]
    routes = [one for one in routes if not any(re.search(pattern, one.address) for pattern in NOT_FIGURES)]
    return sorted(path for path in map(filled, routes) if "<" not in path)


def shown(as_of: tuple[str, ...]) -> dict[str, str]:
    """All that strangers read, by address; of what takes a moment also as of these."""
    found = {}
    client = Client()
    for path in addresses():
        taken = [
            f"/{path}",
            *(f"/{path}?{one}" for one in as_of if path.startswith("plan")),
        ]
        for one in taken:
            answer = client.get(one)
            if answer.status_code != 200:
                break
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            said = written.all_of(content)
            for pattern, instead in VOLATILE:
                said = pattern.sub(instead, said)
            found[one] = said
    return found


def case(made: TwoGrounds, end: str = "") -> None:
    """One more report with the own ground's department; `end`: what becomes of it beyond dispatch."""
    desk = call_of(made.actors["operator"])
    said = receiving.enter(channel="desk", text=f"又一处垃圾{next(_count)}", place_id=made.estate, call=desk)
    case_id = CaseId(said.case_id)
    if end == "declined":
        sideways.decline(case_id, reason_code="not-town", explanation="不归镇里管", call=desk)
        return
    forward.accept(case_id, type_code="E-01-01", title="垃圾", call=desk)
    forward.dispatch(case_id, made.own.team, call=call_of(made.actors["dispatcher"]))
    remarks.note(case_id, text="催过", call=desk)


def difference(path: str, before: str, after: str) -> str:
    """Where a page is another one, with what stands around it."""
    place = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    return f"{path}: {before[max(0, place - 60) : place + 60]!r} is now {after[max(0, place - 60) : place + 60]!r}"


def counted() -> None:
    while sequencer.sequence_once():
        pass
    indicators.follow_journal(walltime.now())


def test_one_more_case_changes_no_public_page_and_five_more_do(grounds):
    assert people.teams(SYSTEM)
    with transaction.atomic():
        for _ in range(6):
            case(grounds)
        counted()
        before_it = urlencode({"as_of": walltime.now().isoformat()})
        first = shown((before_it,))
        told = [one for one in first if "dispatched_on_time" in first[one]]
        assert len(first) > 20, "strangers reach many pages"
        assert len(told) > 3, "there are figures among them"
        for end in ("dispatched", "declined"):
            point = transaction.savepoint()
            case(grounds, end)
            counted()
            after = shown((before_it,))
            moved = [
                difference(path, first[path], after.get(path, "")) for path in first if first[path] != after.get(path)
            ]
            assert not moved, f"one case that was {end} is seen:\n" + "\n".join(moved)
            transaction.savepoint_rollback(point)
        for _ in range(5):
            case(grounds)
        counted()
        after = shown((before_it,))
        moved = {path for path in first if first[path] != after[path]}
        assert "/figures" in moved
        assert "/figures/data.json" in moved
        transaction.set_rollback(True)
