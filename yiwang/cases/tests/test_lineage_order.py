"""Whatever is merged, split, undone, returned, closed, rated and reopened, and in whatever order: no reporter, photo, clock or
rating is lost or counted twice."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from yiwang.cases import queries
from yiwang.cases.locked import locked_case
from yiwang.cases.models import Case, CaseLink, CasePart, ClockEvent
from yiwang.cases.numbers import Source
from yiwang.cases.stages import ARROWS, ENDED, ClockStage, State
from yiwang.cases.steps import forward, joint, lineage, sideways, splitting
from yiwang.cases.tests.conftest import SYSTEM
from yiwang.cases.tests.photos import stored_photo
from yiwang.kernel.files import steps as files
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.files.models import FileUse
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import AccountId

DONE = {"result": "已清", "no_photo_reason": "夜间"}
TEAMS = ("water", "sanitation", "housing")
RESIDENTS = {ClockStage.ANSWER, ClockStage.CONTACT}


@dataclass
class Known:
    """What must be there whatever was done: written down here by what was done, not read from the tables."""

    people: dict[UUID, tuple[str, AccountId]] = field(default_factory=dict)
    photos: dict[UUID, str] = field(default_factory=dict)
    rated: dict[UUID, str] = field(default_factory=dict)
    seen: dict[UUID, int] = field(default_factory=dict)
    """Which version of each case was looked at last."""

    def add(self, case_id, person, photo):
        self.people[case_id] = (Case.objects.values_list("number", flat=True).get(pk=case_id), person)
        self.photos[case_id] = photo

    def among(self, states, nth):
        """One of the cases in one of these states; None where there is none."""
        found = [one for one, state in Case.objects.order_by("id").values_list("id", "state") if state in states]
        return found[nth % len(found)] if found else None


def begun(town, photos):
    """Three people told of something, one through 12345; two were accepted, one is in hand with an assistant."""
    known = Known()
    for nth in range(3):
        fact = forward.gather(
            source=(Source.PORTAL, Source.HOTLINE)[nth == 1], origin_kind="test", origin_ref=str(nth), text="门口有垃圾",
            ground=forward.Ground(), reporter=AccountId(UUID(int=70 + nth)), happened_at=town.now, call=town.call("operator"),
        )  # fmt: skip
        files.use_file(photos[nth], "case", str(fact.case_id), Purpose.SCENE, call=town.call("operator"))
        known.add(fact.case_id, AccountId(UUID(int=70 + nth)), photos[nth])
        if nth:
            forward.accept(fact.case_id, type_code="H-01-01", title="垃圾", call=town.call("operator"))
    third = list(known.people)[2]
    forward.dispatch(third, town.teams["water"], call=town.call("dispatcher"))
    joint.ask_assist(third, (town.teams["housing"],), task="看看", call=town.call("dispatcher"))
    return known


def handler(town, case_id):
    team = Case.objects.values_list("lead_team_id", flat=True).get(pk=case_id)
    return town.call("handler", team=next((code for code, one in town.teams.items() if one == team), "water"))


def on(town, nth, case_id):
    """The next step of the straight way of a case; none from where there is none."""
    call = town.call
    way = {
        "gathered": lambda: forward.accept(case_id, type_code="H-01-01", title="垃圾", call=call("operator")),
        "accepted": lambda: forward.dispatch(case_id, town.teams[TEAMS[nth % 3]], call=call("dispatcher")),
        "returned": lambda: forward.dispatch(case_id, town.teams["sanitation"], call=call("dispatcher")),
        "dispatched": lambda: forward.sign(case_id, call=handler(town, case_id)),
        "handling": lambda: forward.report_back(case_id, outcome="solved", **DONE, call=handler(town, case_id)),
        "handled": lambda: forward.verify(case_id, finding="看过", no_photo_reason="当场", call=call("verifier")),
        "verified": lambda: forward.close(case_id, called_back="solved", answer="已清走", call=call("operator")),
    }
    step = way.get(Case.objects.values_list("state", flat=True).get(pk=case_id))
    if step is not None:
        step()
    return step is not None


def finish(town, known, one, nth):
    answer_parts(town, known, one, nth)
    while on(town, nth, one):
        pass


def answer_parts(town, known, one, nth):
    for part in CasePart.objects.filter(case=one, state__in=("asked", "handling")):
        call = town.call("handler", team=next(code for code, team in town.teams.items() if team == part.team_id))
        if part.state == "asked":
            joint.sign_part(one, part.id, call=call)
        joint.answer_part(one, part.id, **DONE, call=call)


def split(town, known, one, nth):
    fact = splitting.split(
        one, type_code=("C-01-02", "H-01-01")[nth % 2], title="路灯", text="路灯也不亮", call=town.call("operator")
    )
    known.add(fact.child_id, known.people[one][1], known.photos[one])


def rate(town, known, one, nth):
    word = ("satisfied", "unsatisfied")[nth % 2]
    person = known.people[one][1]
    forward.rate(one, solved="yes", satisfaction=word, call=town.resident(person.int))
    known.rated[one] = word


def reopen(town, known, one, nth):
    sideways.reopen(one, ground="not-mended", call=town.call("operator"))
    known.rated.pop(one, None)


def merge(town, known, one, nth):
    main = known.among(ARROWS["correct"].leaves, nth)
    if main is not None:
        lineage.merge(one, main, call=town.call("duty_officer"))


ACTS = {
    "merge": merge,
    "unmerge": lambda town, known, one, nth: lineage.unmerge(one, explanation="不是", call=town.call("operator")),
    "split": split,
    "unsplit": lambda town, known, one, nth: splitting.unsplit(one, explanation="是", call=town.call("operator")),
    "on": lambda town, known, one, nth: on(town, nth, one),
    "finish": finish,
    "rate": rate,
    "reopen": reopen,
    "return": lambda town, known, one, nth: sideways.object_to(
        one, reason_code="other-department", legal_basis="三定", proposed_team=town.teams["enforcement"],
        explanation="不归我们", call=handler(town, one),
    ),
    "dismiss": lambda town, known, one, nth: sideways.dismiss(
        one, reason_code="not-found", explanation="没有", call=town.call("dispatcher")
    ),
    "ask": lambda town, known, one, nth: joint.ask_assist(
        one, (town.teams[TEAMS[nth % 3]],), task="看看", call=town.call("dispatcher")
    ),
    "assistants answer": answer_parts,
}  # fmt: skip


ALIKE = {"on": "correct", "finish": "correct", "ask": "ask_extension", "assistants answer": "ask_extension"}
"""Which arrow of the table leaves the states in which each act that is none itself may be done."""


# --- what must hold ---------------------------------------------------------------------------------------------------


def look(known):
    """Everybody's number, name, rating and photo; of what was touched since the last look, clocks and links too."""
    rows = {row.id: row for row in Case.objects.all()}
    assert {row.id: (row.number, row.reporter) for row in rows.values()} == known.people
    assert {row.id: row.satisfaction for row in rows.values() if row.satisfaction} == known.rated
    scene = FileUse.objects.filter(subject_kind="case", purpose="scene").values_list("subject_id", "file_id")
    assert sorted(scene) == sorted((str(case_id), photo) for case_id, photo in known.photos.items())
    heads = dict(CaseLink.objects.filter(kind="merge", undone_at=None).values_list("from_case_id", "to_case_id"))
    for row in rows.values():
        look_at_links(row, heads, rows)
        if known.seen.get(row.id) != row.row_version:
            look_at_clocks(locked_case(row.id))
            known.seen[row.id] = row.row_version


def look_at_links(row, heads, rows):
    if row.state == State.MERGED:
        passed, head = [row.id], heads[row.id]
        while rows[head].state == State.MERGED:
            assert head not in passed, "two cases follow each other"
            passed, head = [*passed, head], heads[head]
        assert rows[head].state not in (*ENDED, State.GATHERED), "it follows what goes nowhere"
    elif row.id in heads:
        assert row.state in (State.CLOSED, State.RATED)
    if row.state in (State.CLOSED, State.RATED):
        assert row.answer


def look_at_clocks(case):
    standing = [clock for clock in case.clocks if clock.state != "stopped"]
    assert max(Counter((clock.stage, clock.part) for clock in standing).values(), default=1) == 1
    stages = {clock.stage: clock.state for clock in standing}
    why = ClockEvent.objects.filter(clock__case=case.id, clock__state="paused").order_by("clock_id", "-seq")
    resting = {event.reason for event in why.distinct("clock_id")}
    if case.state in ENDED:
        assert not standing
    elif case.state is State.MERGED:
        assert {clock.stage for clock in standing if clock.state == "running"} <= RESIDENTS
        assert {clock.state for clock in standing if clock.stage in RESIDENTS} <= {"running"}
    else:
        assert "merged" not in resting
        needed = {"gathered": "accept", "accepted": "dispatch", "returned": "dispatch", "disputed": "ruling",
                  "dispatched": "handle", "handling": "handle", "handled": "verify", "verified": "close"}  # fmt: skip
        assert stages[ClockStage(needed[case.state])] == "running"
    if case.demand and case.state not in ENDED and case.state is not State.GATHERED:
        assert stages[ClockStage.ANSWER] == "running", "somebody waits, and no clock runs for them"


def look_at_figures(known):
    found = queries.outcomes_of(SYSTEM, list(known.people))
    holds = {case_id: of_it[None][-1].standing.holds for case_id, of_it in found.items()}
    counted = {case_id for case_id, names in holds.items() if "rated" in names}
    back = set(CaseLink.objects.filter(kind="split").exclude(undone_at=None).values_list("from_case_id", flat=True))
    assert counted - back == {
        one for one in known.rated if one not in back and Case.objects.get(pk=one).state != "dismissed"
    }
    for case_id in Case.objects.filter(state=State.MERGED).values_list("pk", flat=True):
        assert not holds[case_id] & {"handle_due", "handled", "close_due", "closed", "verify_due", "dispatch_due"}


@pytest.fixture
def files_in(town, settings, tmp_path):
    """Three photos in the town's files."""
    settings.DATA_DIR = tmp_path
    return [stored_photo(town.call("operator")) for _ in range(3)]


ONE = st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 5), st.integers(0, 5), st.sampled_from([0, 30, 400]))


PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # a town is too slow to make a failing example smaller by trying
# Few and long: most of an example's time goes into making the town and replaying it.


@pytest.mark.once
@settings(max_examples=4, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ONE, min_size=25, max_size=40))
def test_nothing_of_anybodys_is_lost_or_counted_twice_in_whatever_order_cases_are_merged_and_split(
    town, files_in, done
):
    began = town.now
    with transaction.atomic():
        known = begun(town, files_in)
        for name, which, nth, minutes in done:
            town.now += timedelta(minutes=minutes)
            people = (dict(known.people), dict(known.photos), dict(known.rated))
            try:
                with transaction.atomic():
                    one = known.among(ARROWS[ALIKE.get(name, name)].leaves, which)
                    if one is not None:
                        ACTS[name](town, known, one, nth)
            except Problem:  # refused: it was undone, and with it what was written down of it
                known.people, known.photos, known.rated = people
            else:
                look(known)
        look_at_figures(known)
        assert replay().differences == ()
        transaction.set_rollback(True)
    town.now = began
