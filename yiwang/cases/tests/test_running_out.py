"""A clock that ran out ran out, whoever comes first: the sweeper, or somebody who stops, pauses or prolongs it."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yiwang.cases import queries
from yiwang.cases.models import Case, Clock
from yiwang.cases.numbers import Source
from yiwang.cases.steps import forward, remarks, sideways, timing
from yiwang.cases.tests.conftest import SYSTEM, Town, at
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import Call, CaseId

DUE = at("2019-04-02 15:00")
LATE = at("2019-04-02 16:00")
"""Exposed rubbish given to a department at nine is to be gone by 15:00 (4 working hours)."""

Act = Callable[[CaseId, Town], object]


def sanitation(town: Town) -> Call:
    return town.call("handler", team="sanitation")


def handled(case_id: CaseId, town: Town) -> object:
    return forward.report_back(case_id, outcome="solved", result="已清", no_photo_reason="夜间", call=sanitation(town))


def suspended(case_id: CaseId, town: Town) -> object:
    day = town.now.date() + timedelta(days=3)
    return sideways.suspend(
        case_id, reason_code="weather", explanation="暴雨", review_on=day, call=town.call("duty_officer")
    )


def granted(case_id: CaseId, town: Town) -> object:
    return timing.grant_extension(case_id, explanation="同意", call=town.call("dispatcher"))


def ran_out() -> list[tuple[str, datetime]]:
    entries = Entry.objects.filter(verb="case.ran_out").order_by("id")
    return [(one.body["stage"], one.happened_at) for one in entries]


@pytest.mark.parametrize("act", [handled, suspended])
def test_what_ran_out_before_the_sweeper_looked_is_written_by_the_act_that_halts_the_clock(town, handling, act):
    case_id = handling()
    town.now = LATE
    act(case_id, town)
    timing.sweep(Call(SYSTEM, town.now, "timer"))
    assert ran_out() == [("handle", DUE)]
    assert Clock.objects.get(case=case_id, stage="handle").ran_out


def test_a_call_to_the_reporter_that_came_too_late_leaves_the_contact_overdue(town, gathered):
    case_id = gathered(source=Source.HOTLINE)
    town.now = at("2019-04-04 09:00")
    forward.contact(case_id, reached=True, call=town.call("operator"))
    assert ("contact", at("2019-04-03 17:00")) in ran_out()
    assert Clock.objects.get(case=case_id, stage="contact").ran_out


def test_more_time_that_is_granted_too_late_leaves_the_first_limit_overdue_on_the_timeline(town, handling):
    case_id = handling()
    timing.ask_extension(case_id, amount=4, reason_code="weather", explanation="雨", call=sanitation(town))
    town.now = LATE
    granted(case_id, town)
    assert ran_out() == [("handle", DUE)]


def test_the_timeline_says_so_once_before_the_act_at_the_moment_it_was_due_and_by_nobody(town, handling):
    case_id = handling()
    town.now = LATE
    handled(case_id, town)
    told = queries.timeline(town.call("auditor").actor, case_id)
    assert [one.verb for one in told][-2:] == ["case.ran_out", "case.handled"]
    said = told[-2]
    assert (said.happened_at, said.recorded_at, said.actor) == (DUE, LATE, "system")


def test_an_act_that_is_refused_writes_nothing_and_the_sweeper_does(town, handling):
    case_id = handling()
    town.now = LATE
    with pytest.raises(Problem):
        forward.report_back(case_id, outcome="solved", result="", call=sanitation(town))
    assert ran_out() == []
    assert timing.sweep(Call(SYSTEM, town.now, "timer")) == 1


def test_what_was_done_in_time_did_not_run_out(town, handling):
    case_id = handling()
    town.now = DUE
    handled(case_id, town)
    assert ran_out() == []


# --- any order of acts and sweeps -------------------------------------------------------------------------------------

ACTS: dict[str, Act] = {
    "sign": lambda case_id, town: forward.sign(case_id, call=sanitation(town)),
    "contact": lambda case_id, town: forward.contact(case_id, reached=True, call=town.call("operator")),
    "return": lambda case_id, town: sideways.object_to(
        case_id,
        reason_code="other-department",
        legal_basis="职责清单",
        proposed_team=town.teams["water"],
        explanation="在河里",
        call=sanitation(town),
    ),
    "dispatch": lambda case_id, town: forward.dispatch(case_id, town.teams["sanitation"], call=town.call("dispatcher")),
    "handled": handled,
    "rework": lambda case_id, town: sideways.rework(case_id, finding="没有清", call=town.call("verifier")),
    "verify": lambda case_id, town: forward.verify(
        case_id, finding="好", no_photo_reason="夜间", call=town.call("verifier")
    ),
    "close": lambda case_id, town: forward.close(
        case_id, called_back="solved", answer="已清", call=town.call("operator")
    ),
    "reopen": lambda case_id, town: sideways.reopen(case_id, ground="not-mended", call=town.resident()),
    "suspend": suspended,
    "resume": lambda case_id, town: sideways.resume(case_id, explanation="雨停", call=town.call("duty_officer")),
    "ask": lambda case_id, town: timing.ask_extension(
        case_id, amount=1, reason_code="weather", explanation="雨", call=sanitation(town)
    ),
    "grant": granted,
    "correct": lambda case_id, town: remarks.correct(case_id, type_code="C-01-02", call=town.call("operator")),
    "correct back": lambda case_id, town: remarks.correct(case_id, type_code="E-01-01", call=town.call("operator")),
    "sweep": lambda case_id, town: timing.sweep(Call(SYSTEM, town.now, "timer")),
}

lives = st.lists(
    st.tuples(st.sampled_from([30, 200, 420, 1500, 4400]), st.sampled_from(sorted(ACTS))), min_size=2, max_size=12
)


def live(case_id: CaseId, town: Town, life: Iterable[tuple[int, str]], *, watched: bool) -> set[tuple[str, datetime]]:
    """What ran out in a life of a case: `watched` by a sweeper that never sleeps, or only where the life has a sweep."""
    for minutes, act in life:
        until = town.now + timedelta(minutes=minutes)
        while watched and (due := _next_due(until)) is not None:
            timing.sweep(Call(SYSTEM, due + timedelta(minutes=1), "timer"))
        town.now = until + timedelta(minutes=2)
        try:
            ACTS[act](case_id, town)
        except Problem:
            continue  # not possible at this stage, in both lives alike
    timing.sweep(Call(SYSTEM, town.now, "timer"))
    return set(ran_out())


def _next_due(until: datetime) -> datetime | None:
    """The next moment at which sweeping every minute would find something: all other minutes find nothing."""
    due = Clock.objects.filter(state="running", ran_out=False, due_at__lt=until).order_by("due_at")
    return due.values_list("due_at", flat=True).first()


@pytest.mark.once
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives)
def test_whatever_is_done_in_whatever_order_the_same_clocks_run_out_as_if_one_had_looked_every_minute(
    town, handling, life
):
    began, found = town.now, {}
    for watched in (True, False):
        town.now = began
        with transaction.atomic():
            case_id = handling()
            found[watched] = (live(case_id, town, life, watched=watched), Case.objects.get(pk=case_id).overdue)
            transaction.set_rollback(True)
    town.now = began
    assert found[False] == found[True]


def test_a_life_in_which_three_clocks_run_out_shows_that_the_comparison_has_something_to_compare(town, handling):
    life = [(420, "handled"), (1500, "rework"), (420, "suspend"), (4400, "resume"), (420, "handled"), (4400, "verify")]
    out = live(handling(), town, life, watched=False)
    assert ("handle", DUE) in out
    assert len([stage for stage, _ in out if stage == "verify"]) == 2
