"""A town lives for some days, and afterwards its journal, its tables and its table of stages agree."""

import importlib
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace as altered
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as town_settings
from django.db import connection, transaction

import yiwang
from yiwang.cases import queries as cases
from yiwang.cases.stages import ARROWS, State
from yiwang.kernel import walltime
from yiwang.kernel.journal import checking, exporting, sealed, sealer, sequencer
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal.notes import Signer
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.project.refusal import Refusal
from yiwang.project.simulation.memory import Memory
from yiwang.project.simulation.town_life import SimulationSummary, life_waits, living_town, simulate

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
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

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def xinhai(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Xinhai with its invented people, loaded once."""
    with django_db_blocker.unblock(), transaction.atomic():
        importlib.import_module(town_settings.TOWN_LOADER).load(town_settings.TOWN_DIR, demonstration=True)
        yield
        transaction.set_rollback(True)


def simulated(seed: int, *, days: int = 11, rate: int = 3) -> SimulationSummary:
    """Some days of the town, with case numbers counted from the beginning, as in a fresh database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('case_serial', 1, false)")
    return simulate(days, rate, seed, now=NOW)


def verbs() -> Counter[str]:
    """How many entries of each kind the journal holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT verb, count(*) FROM entry GROUP BY verb")
        return Counter(dict(cursor.fetchall()))


def rows() -> list[cases.CaseRow]:
    found, after = [], 0
    while after is not None:
        page = cases.work_list(SYSTEM, cases.ListFilter(), after=after, size=200)
        found += page.rows
        after = page.next
    return found


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


def test_a_simulated_town_is_what_its_journal_and_its_table_of_stages_say_and_nothing_was_refused(xinhai, db):
    summary = simulated(7)
    outcome = replay()
    assert outcome.differences == ()
    assert outcome.entries == sum(verbs().values()) > 300
    assert summary.refused == {}
    cases_of_all = sum(summary.reports.values()) + summary.steps.get("split", 0)
    found = rows()
    assert cases_of_all == len(summary.numbers) == sum(summary.states.values()) == len(found)
    assert {row.number: walked(row) for row in found} == {row.number: row.state for row in found}


@pytest.mark.once
def test_the_same_seed_gives_the_same_town_and_another_seed_another(xinhai, db):
    towns = []
    for seed in (3, 3, 4):
        with transaction.atomic():
            towns.append((simulated(seed, days=4), verbs()))
            transaction.set_rollback(True)
    assert towns[0] == towns[1]
    assert altered(towns[0][0], numbers=()) != altered(towns[2][0], numbers=())


KEY = Signer("yiwang/xinhai", bytes(range(32)))
Lines = list[dict[str, Any]]


def sealed_export() -> list[dict[str, Any]]:
    """The journal as a file has it, sealed in four parts."""
    while sequencer.sequence_once():
        pass
    part = journal.head() // 4 + 1
    while sealer.seal_once(KEY, NOW, part):
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


@pytest.mark.once
def test_a_town_that_was_just_started_has_a_case_in_every_state_something_in_hand_and_nothing_to_be_changed_unseen(
    xinhai, db
):
    summary = living_town(NOW)
    assert set(summary.states) == {str(state) for state in State}
    assert summary.overdue
    assert summary.refused == {}
    assert 50 <= sum(summary.reports.values()) <= 90
    assert all(summary.steps.get(step) for step in ("merge", "split", "part_answer"))
    waiting = cases.work_list(SYSTEM, cases.ListFilter(part_states=("asked",))).rows
    assert {row.state for row in waiting} == {State.HANDLING}, "an assisting department has something to do"
    assert cases.work_list(SYSTEM, cases.ListFilter(overdue=True)).rows
    teams = {row.lead_team for row in rows() if row.state in (State.DISPATCHED, State.HANDLING)}
    assert len(teams) >= 20
    assert_no_entry_can_be_changed_unseen()


@pytest.mark.once
def test_a_past_that_was_stopped_goes_on_from_its_memory_as_if_it_had_not_been(xinhai, db, tmp_path):
    memory, begun, asked = tmp_path / "life.jsonl", len(rows()), []

    def stop(what: str, done: int, total: int) -> None:
        asked.append(done)
        if len(asked) == 150:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        living_town(NOW, stop, memory=Memory(memory))
    half = len(rows()) - begun
    with memory.open("a", encoding="utf-8") as lines:
        lines.write('["POST /cases/')  # a kill may stop the pen
    assert life_waits(memory)
    summary = living_town(datetime(2026, 11, 23, 7, 0, tzinfo=UTC), memory=Memory(memory))
    assert 0 < half < len(summary.numbers) == len(rows()) - begun
    assert set(summary.states) == {str(state) for state in State}
    assert summary.refused == {}
    memory.unlink()
    assert not life_waits(memory)


def test_a_town_that_is_no_demonstration_is_not_simulated(xinhai, db, settings):
    settings.DEMONSTRATION = False
    with pytest.raises(Refusal):
        simulate(1, 1, 1, now=NOW)


def test_only_the_simulation_moves_the_clock():
    package = Path(yiwang.__file__).parent
    moving = [
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        if "tests" not in file.parts and re.search(r"\bwalltime\.at\(|import at\b", file.read_text(encoding="utf-8"))
    ]
    assert sorted(moving) == ["project/simulation/alarmed.py", "project/simulation/town_life.py"]


def test_the_clock_goes_on_after_it_was_moved():
    before = walltime.now()
    with walltime.at(NOW):
        assert walltime.now() == walltime.now() == NOW
    assert walltime.now() >= before
