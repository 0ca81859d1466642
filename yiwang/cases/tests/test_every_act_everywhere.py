"""Every act in every situation, by somebody who may do everything: it is done, or refused with a Problem, and never breaks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from django.db import transaction

from yiwang.cases.models import Case
from yiwang.cases.numbers import Source
from yiwang.cases.steps import forward, lineage, remarks, sideways, splitting, supervising, timing
from yiwang.cases.steps.forward import Ground
from yiwang.cases.tests.conftest import ADMINISTRATOR
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call, Grant, PlaceId, ScopeKind

HERE = PlaceId(UUID(int=4242))
SAID = {"explanation": "说明"}
SEEN = {"finding": "看过", "no_photo_reason": "夜间"}
ROLES = ("operator", "dispatcher", "duty_officer", "verifier", "arbiter", "administrator")
HANDS = ("sanitation", "water", "office")


def anybody(town, account: int = 600) -> Call:
    """Somebody who holds every role there is, in the town, in two departments and on the ground."""
    grants = tuple(Grant(role, ScopeKind.TOWN) for role in ROLES)
    grants += tuple(Grant("handler", ScopeKind.TEAM, town.teams[team]) for team in HANDS)
    grants += (Grant("grid_worker", ScopeKind.COMMITTEE, HERE),)
    return Call(Actor(ActorKind.STAFF, AccountId(UUID(int=account)), grants), town.now, "test", reason="试")


ACTS: dict[str, Callable] = {
    "accept": lambda one, town, call: forward.accept(one, type_code="E-01-01", title="垃圾", call=call),
    "accept as a demand": lambda one, town, call: forward.accept(one, type_code="H-02-05", title="问", call=call),
    "decline": lambda one, town, call: sideways.decline(one, reason_code="not-town", **SAID, call=call),
    "settle": lambda one, town, call: forward.settle(
        one, type_code="E-01-01", result="扫净", no_photo_reason="夜间", call=call
    ),
    "dismiss": lambda one, town, call: sideways.dismiss(
        one, reason_code="not-town", passed_to="区里", **SAID, call=call
    ),
    "void": lambda one, town, call: sideways.void(one, reason_code="mistake", **SAID, call=call),
    "dispatch": lambda one, town, call: forward.dispatch(one, town.teams["sanitation"], call=call),
    "redirect": lambda one, town, call: sideways.redirect(
        one, town.teams["water"], reason_code="wrong-department", call=call
    ),
    "sign": lambda one, town, call: forward.sign(one, call=call),
    "return": lambda one, town, call: sideways.object_to(
        one, reason_code="other-owner", legal_basis="名录", proposed_team=town.teams["housing"], **SAID, call=call
    ),
    "rule": lambda one, town, call: sideways.rule(one, town.teams["water"], question="归谁", grounds="名录", call=call),
    "contact": lambda one, town, call: forward.contact(one, reached=True, call=call),
    "report_back": lambda one, town, call: forward.report_back(
        one, outcome="solved", result="已清", no_photo_reason="夜间", call=call
    ),
    "verify": lambda one, town, call: forward.verify(one, **SEEN, call=call),
    "rework": lambda one, town, call: sideways.rework(one, finding="还有", call=call),
    "discharge": lambda one, town, call: supervising.discharge(one, finding="看过", call=call),
    "press": lambda one, town, call: supervising.press(one, finding="还差", call=call),
    "close": lambda one, town, call: forward.close(one, called_back="solved", answer="已清", call=call),
    "close without anybody": lambda one, town, call: forward.close(one, called_back="nobody", answer="已清", call=call),
    "call_back": lambda one, town, call: forward.call_back(one, called_back="unreachable", call=call),
    "rate": lambda one, town, call: forward.rate(one, solved="yes", satisfaction="satisfied", call=call),
    "reopen": lambda one, town, call: sideways.reopen(one, ground="not-mended", call=call),
    "reopen after a re-check": lambda one, town, call: sideways.reopen(one, ground="recheck-failed", call=call),
    "suspend": lambda one, town, call: sideways.suspend(
        one, reason_code="weather", review_on=date(2019, 4, 9), **SAID, call=call
    ),
    "resume": lambda one, town, call: sideways.resume(one, **SAID, call=call),
    "ask_extension": lambda one, town, call: timing.ask_extension(
        one, amount=1, reason_code="weather", **SAID, call=call
    ),
    "grant_extension": lambda one, town, call: timing.grant_extension(one, **SAID, call=call),
    "refuse_extension": lambda one, town, call: timing.refuse_extension(one, **SAID, call=call),
    "approve_complex": lambda one, town, call: timing.approve_complex(one, **SAID, call=call),
    "correct": lambda one, town, call: remarks.correct(one, type_code="C-01-02", call=call),
    "merge": lambda one, town, call: lineage.merge(one, leader(town), call=call),
    "unmerge": lambda one, town, call: lineage.unmerge(one, **SAID, call=call),
    "split": lambda one, town, call: splitting.split(
        one, type_code="C-01-02", title="路灯", text="路灯也不亮", call=call
    ),
    "unsplit": lambda one, town, call: splitting.unsplit(one, **SAID, call=call),
    "note": lambda one, town, call: remarks.note(one, text="备注", call=call),
    "recheck": lambda one, town, call: remarks.recheck(one, holds=False, **SEEN, call=call),
    "forget": lambda one, town, call: remarks.forget_words(one, ground="个人信息保护法第四十七条", call=call),
}


def leader(town):
    """Another case that this one can follow."""
    other = forward.gather(
        source=Source.PORTAL, origin_kind="test", origin_ref="another", text="同一堆垃圾", ground=Ground(), reporter=None,
        happened_at=town.now, call=town.call("operator"),
    )  # fmt: skip
    forward.accept(other.case_id, type_code="E-01-01", title="垃圾", call=town.call("operator"))
    return other.case_id


SITUATIONS = {
    "gathered": (),
    "accepted": ("accept",),
    "merged": ("accept", "dispatch", "sign", "merge"),
    "merged unaccepted": ("merge",),
    "merged and undone": ("accept", "merge", "unmerge"),
    "split": ("accept", "dispatch", "split"),
    "declined": ("decline",),
    "dismissed": ("accept", "dismiss"),
    "voided": ("void",),
    "dispatched": ("accept", "dispatch"),
    "redirected": ("accept", "dispatch", "redirect"),
    "returned": ("accept", "dispatch", "return"),
    "returned and dismissed": ("accept", "dispatch", "return", "dismiss"),
    "disputed": ("accept", "dispatch", "return", "accept as water"),
    "ruled": ("accept", "dispatch", "return", "accept as water", "rule"),
    "handling": ("accept", "dispatch", "sign"),
    "asked for more time": ("accept", "dispatch", "sign", "ask_extension"),
    "suspended": ("accept", "dispatch", "sign", "suspend"),
    "handled": ("accept", "dispatch", "sign", "report_back"),
    "reworked": ("accept", "dispatch", "sign", "report_back", "rework"),
    "settled": ("settle",),
    "settled and reworked": ("settle", "rework"),
    "settled, verified and reopened": ("settle", "verify", "close", "reopen"),
    "verified": ("accept", "dispatch", "sign", "report_back", "verify"),
    "closed": ("accept", "dispatch", "sign", "report_back", "verify", "close"),
    "called in vain": ("accept", "dispatch", "sign", "report_back", "verify", "call_back"),
    "rated": ("accept", "dispatch", "sign", "report_back", "verify", "close", "rate"),
    "reopened": ("accept", "dispatch", "sign", "report_back", "verify", "close", "reopen"),
    "forgotten": ("accept", "dispatch", "sign", "report_back", "verify", "close", "forget"),
    "forgotten and reopened": ("accept", "dispatch", "sign", "report_back", "verify", "close", "forget", "reopen"),
}
"""How a case came there."""

JUDGES = {"verify", "rework", "rule", "suspend", "merge"}
"""Acts that somebody outside does on the way."""


def outside(town) -> Call:
    """Every role of the town and none in a department."""
    call = anybody(town, account=601)
    return replace(call, actor=replace(call.actor, grants=call.actor.grants[: len(ROLES)]))


def brought(town, gathered, way, source):
    case_id = gathered(ground=Ground(committee=HERE), source=source)
    for act in way:
        if act == "accept as water":
            forward.dispatch(case_id, town.teams["water"], call=anybody(town))
            act = "return"
        ACTS[act](case_id, town, outside(town) if act in JUDGES else anybody(town))
    return case_id


@pytest.fixture
def office(town):
    """The committee's own office: what its people settle is its case."""
    call = Call(ADMINISTRATOR, town.now, "test")
    made = people_teams.create_team(
        "office", "committee", name_zh="居委", name_en="Office", committee_id=HERE, call=call
    )
    town.teams["office"] = made.team_id


@pytest.mark.parametrize(("nth", "situation"), list(enumerate(SITUATIONS)), ids=list(SITUATIONS))
def test_an_act_is_done_or_refused_with_a_problem_wherever_it_is_tried(town, office, gathered, nth, situation):
    case_id = brought(town, gathered, SITUATIONS[situation], (Source.PORTAL, Source.HOTLINE)[nth % 2])
    done = [name for name in ACTS for call in (anybody(town), outside(town)) if tried(ACTS[name], case_id, town, call)]
    assert "note" in done


def tried(act, case_id, town, call):
    """Whether it was done; whatever it was, it is undone again."""
    before = Case.objects.values().get(pk=case_id)
    mark = transaction.savepoint()
    try:
        act(case_id, town, call)
        done = True
    except Problem:
        done = False
    after = Case.objects.values().get(pk=case_id)
    transaction.savepoint_rollback(mark)
    assert done or after == before, "what was refused changed the case"
    return done
