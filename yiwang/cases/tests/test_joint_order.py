"""Whatever is done with the parts of a case and in whatever order: nothing of it is lost, and time runs where somebody has to act."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yiwang.cases.locked import locked_case
from yiwang.cases.models import Case, CasePart
from yiwang.cases.parts import PartState
from yiwang.cases.steps import forward, joint, sideways
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.problems import Problem

DONE = {"result": "已清", "no_photo_reason": "夜间"}
GROUND = {"reason_code": "other-owner", "legal_basis": "三定", "explanation": "不是我们的"}
TEAMS = ("water", "housing", "environment")


def part_at(case_id, nth):
    rows = list(CasePart.objects.filter(case=case_id).order_by("asked_at", "id"))
    return rows[nth % len(rows)] if rows else None


def own(town, part):
    code = next(code for code, team in town.teams.items() if team == part.team_id)
    return town.call("handler", team=code)


def on_part(act):
    def done(case_id, town, nth):
        part = part_at(case_id, nth)
        if part is not None:
            act(case_id, town, part, nth)

    return done


ACTS = {
    "ask": lambda one, town, nth: joint.ask_assist(
        one, (town.teams[TEAMS[nth % 3]],), task="看看", call=town.call("dispatcher")
    ),
    "sign": on_part(lambda one, town, part, nth: joint.sign_part(one, part.id, call=own(town, part))),
    "answer": on_part(lambda one, town, part, nth: joint.answer_part(one, part.id, **DONE, call=own(town, part))),
    "return": on_part(
        lambda one, town, part, nth: joint.return_part(
            one, part.id, proposed_team=town.teams["enforcement"], **GROUND, call=own(town, part)
        )
    ),
    "pass on": on_part(
        lambda one, town, part, nth: joint.pass_on(
            one, part.id, town.teams[TEAMS[nth % 3]], call=town.call("dispatcher")
        )
    ),
    "rule": on_part(
        lambda one, town, part, nth: joint.rule_part(
            one, part.id, town.teams[TEAMS[nth % 3]], question="归谁", grounds="三定", call=town.call("arbiter")
        )
    ),
    "withdraw": on_part(
        lambda one, town, part, nth: joint.withdraw_part(one, part.id, explanation="不用", call=town.call("dispatcher"))
    ),
    "suspend": lambda one, town, nth: sideways.suspend(
        one, reason_code="weather", explanation="雨", review_on=date(2019, 5, 9), call=town.call("duty_officer")
    ),
    "resume": lambda one, town, nth: sideways.resume(one, explanation="晴", call=town.call("duty_officer")),
    "redirect": lambda one, town, nth: sideways.redirect(
        one, town.teams[(*TEAMS, "sanitation")[nth % 4]], reason_code="wrong-department", call=town.call("dispatcher")
    ),
    "lead signs": lambda one, town, nth: forward.sign(one, call=lead(one, town)),
    "lead reports back": lambda one, town, nth: forward.report_back(
        one, outcome="solved", **DONE, call=lead(one, town)
    ),
    "rework": lambda one, town, nth: sideways.rework(
        one,
        finding="没好",
        parts=tuple(CasePart.objects.filter(case=one, state="answered").values_list("id", flat=True)[: nth % 3]),
        call=town.call("verifier"),
    ),
}


def lead(case_id, town):
    team = Case.objects.values_list("lead_team_id", flat=True).get(pk=case_id)
    return town.call("handler", team=next(code for code, one in town.teams.items() if one == team))


def look(case_id):
    case = locked_case(case_id)
    assert len({(part.team, part.round) for part in case.parts}) == len(case.parts)
    waiting = [part.team for part in case.parts if part.open]
    assert len(set(waiting)) == len(waiting), "one department has two open parts"
    assert case.lead_team not in waiting, "the lead waits for itself"
    if case.state in ("handled", "verified"):
        assert not waiting, "it moved on before a part was answered"
    for part in case.parts:
        found = {clock.state for clock in case.clocks if clock.part == part.id and clock.state != "stopped"}
        standing = "paused" if case.state == "suspended" else "running"
        wanted = {
            PartState.WITHDRAWN: set(), PartState.ANSWERED: {"paused"}
        }.get(part.state, {standing})  # fmt: skip
        assert found == wanted, (part.state, case.state)


steps = st.lists(
    st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 5), st.sampled_from([0, 20, 90])), min_size=3, max_size=16
)


@pytest.mark.once
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_parts_in_any_order_keep_their_clocks_their_departments_and_their_replay(town, handling, done):
    began = town.now
    with transaction.atomic():
        case_id = handling()
        joint.ask_assist(
            case_id, (town.teams["water"], town.teams["housing"]), task="看看", call=town.call("dispatcher")
        )
        for name, nth, minutes in done:
            town.now += timedelta(minutes=minutes)
            try:
                with transaction.atomic():
                    ACTS[name](case_id, town, nth)
            except Problem:
                pass  # refused: what counts is that nothing of it stayed
            look(case_id)
        assert replay().differences == ()
        transaction.set_rollback(True)
    town.now = began
