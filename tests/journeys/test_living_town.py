"""A demonstration that was just started: a case in every state, something in hand, and its journal, its tables and its table of
stages agree. One life for all of it, because it takes most of the time.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from django.db import transaction

from tests.journeys.conftest import all_cases, load_xinhai
from yiwang.cases import law
from yiwang.cases import queries as cases
from yiwang.cases.stages import ARROWS, State
from yiwang.kernel import walltime
from yiwang.kernel.journal import checking, exporting, sealed, sealer, sequencer
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal.notes import Signer
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.project.simulation.town_life import SimulationSummary, last_draw_day, living_town

SYSTEM = Actor(ActorKind.SYSTEM)
ARROW_OF = {
    "case.accepted": "accept",
    "case.declined": "decline",
    "case.dismissed": "dismiss",
    "case.voided": "void",
    "case.dispatched": "dispatch",
    "case.signed": "sign",
    "case.contacted": "contact",
    "case.returned": "return",
    "case.disputed": "dispute",
    "case.ruled": "rule",
    "case.handled": "report_back",
    "case.verified": "verify",
    "case.reworked": "rework",
    "case.called_back": "call_back",
    "case.closed": "close",
    "case.rated": "rate",
    "case.reopened": "reopen",
    "case.suspended": "suspend",
    "case.resumed": "resume",
    "case.extension_asked": "ask_extension",
    "case.extension_granted": "grant_extension",
    "case.extension_refused": "refuse_extension",
    "case.noted": "note",
    "case.rechecked": "recheck",
    "case.merged": "merge",
    "case.closed_with": "close_with",
    "case.followed_again": "follow_again",
    "case.split": "split",
}
TIMERS = {"case.ran_out", "case.review_day_came", "case.drawn", "case.deadlines_recomputed"}
OF_PARTS = {"case.assists_asked", "case.part_signed", "case.part_answered"}

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: Any, remembered: Any) -> Iterator[SimulationSummary]:
    """Xinhai with the past that a first start gives it; gone after these tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_xinhai(remembered)
        yield living_town(walltime.now())
        transaction.set_rollback(True)


def walked(number: cases.CaseRow) -> State:
    """The state to which a case's history leads by the table of stages; an arrow that is not there fails the test."""
    state = State.GATHERED
    for placed in journal.history("case", number.id):
        verb = placed.entry.verb
        if verb in ("case.gathered", "case.split_off") or verb in TIMERS or verb in OF_PARTS:
            continue
        if verb == "case.unmerged":
            state = State(placed.fact.state)
            continue
        name = ARROW_OF[verb]
        if name == "report_back" and placed.fact.by_oneself:
            name = "settle"
        if name == "dispatch" and state not in ARROWS["dispatch"].leaves:
            name = "redirect"
        assert state in ARROWS[name].leaves, f"{number.number}: {name} does not leave {state}"
        state = ARROWS[name].enters or state
    return state


def test_it_is_what_its_journal_and_its_table_of_stages_say_and_nothing_was_refused(lived, db):
    outcome = replay()
    assert outcome.differences == ()
    assert outcome.entries > 300
    assert lived.refused == {}
    cases_of_all = sum(lived.reports.values()) + lived.steps.get("split", 0)
    found = all_cases()
    assert cases_of_all == len(lived.numbers) == sum(lived.states.values()) == len(found)
    assert {row.number: walked(row) for row in found} == {row.number: row.state for row in found}


KEY = Signer("yiwang/xinhai", bytes(range(32)))
Lines = list[dict[str, Any]]


def sealed_export() -> list[dict[str, Any]]:
    """The journal as a file has it, sealed in four parts."""
    while sequencer.sequence_once():
        pass
    part = journal.head() // 4 + 1
    while sealer.seal_once(KEY, walltime.now(), part):
        pass
    return [json.loads(one) for one in exporting.lines(sealed.required())]


def verdict_on(lines: Lines, *kept: str) -> checking.Verdict:
    content = [checking.spelt(one) for one in lines]
    witnesses = [checking.Witnessed("kept", one) for one in kept]
    return checking.check(content, keys=[str(KEY.verifier)], witnesses=witnesses)


def put(at: int, **other: Any) -> Callable[[Lines], Lines]:
    return lambda lines: [*lines[:at], lines[at] | other, *lines[at + 1 :]]


def text_changed(lines: Lines) -> Lines:
    return put(100, entry=lines[100]["entry"].replace('"door":"', '"door":"x'))(lines)


def text_and_hash_changed(lines: Lines) -> Lines:
    changed = text_changed(lines)
    return put(100, hash=sha256(changed[100]["entry"].encode()).hexdigest())(changed)


TAMPERED: list[tuple[Callable[[Lines], Lines], str, int | None]] = [
    (text_changed, "changed", 100),
    (text_and_hash_changed, "other-root", 1),
    (lambda x: put(100, entry=x[101]["entry"])(x), "changed", 100),
    (put(100, hash="0" * 64), "changed", 100),
    (lambda x: [*x[:100], *x[101:]], "missing", 100),
    (lambda x: [*x[:100], x[101], x[100], *x[102:]], "moved", 100),
    (lambda x: [*x[:101], x[100], *x[101:]], "repeated", 100),
    (lambda x: [*x[:-1], x[-2] | {"position": len(x) - 1}, x[-1]], "beyond-head", None),
    (lambda x: [*x[:-2], {"end": len(x) - 3}], "missing-end", None),
    (lambda x: x[:-1], "cut", None),
    (lambda x: put(0, head=x[0]["head"].replace(f"\n{len(x) - 2}\n", f"\n{len(x) - 3}\n"))(x), "head-unsigned", None),
    (lambda x: put(0, key=str(Signer("yiwang/xinhai", bytes(32)).verifier))(x), "other-key", None),
    (put(0, town="elsewhere"), "other-town", None),
]


def assert_no_entry_can_be_changed_unseen() -> None:
    """An export of the sealed journal is right, and whatever somebody does to it is found and named."""
    lines = sealed_export()
    verdict = verdict_on(lines, "\n".join(sealed.notes_after(0, 10)))
    assert verdict.right, verdict.faults
    assert (verdict.entries, verdict.witnessed) == (journal.head(), 4)
    for change, slug, position in TAMPERED:
        faults = verdict_on(change(lines)).faults
        assert faults[0].slug == slug, (slug, faults)
        assert position in (None, faults[0].position)


def test_it_has_a_case_in_every_state_something_in_hand_and_nothing_to_be_changed_unseen(lived, db):
    assert set(lived.states) == {str(state) for state in State}
    assert lived.overdue
    assert lived.refused == {}
    assert 50 <= sum(lived.reports.values()) <= 90
    assert all(lived.steps.get(step) for step in ("merge", "split", "part_answer"))
    waiting = cases.work_list(SYSTEM, cases.ListFilter(part_states=("asked",))).rows
    assert {row.state for row in waiting} == {State.HANDLING}, "an assisting department has something to do"
    assert cases.work_list(SYSTEM, cases.ListFilter(overdue=True)).rows
    teams = {row.lead_team for row in all_cases() if row.state in (State.DISPATCHED, State.HANDLING)}
    assert len(teams) >= 20
    assert_no_entry_can_be_changed_unseen()


@pytest.mark.parametrize(
    ("today", "drawn"),
    [
        (date(2026, 11, 26), date(2026, 11, 2)),
        (date(2026, 11, 1), date(2026, 10, 8)),
        (date(2026, 11, 2), date(2026, 11, 2)),
    ],
)
def test_the_month_drawn_from_last_is_known_on_a_holiday_too(lived, db, today, drawn):
    assert last_draw_day(law.calendar(), today) == drawn
