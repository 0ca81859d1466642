"""From facts to rows: what happens between cases (lineage/facts.py)."""

from typing import Any

from django.db.models import F

from yiwang.cases.apply import move
from yiwang.cases.lineage import facts
from yiwang.cases.lineage.rules import MERGE, SPLIT
from yiwang.cases.models import Case, CaseLink
from yiwang.cases.stages import State
from yiwang.kernel.journal.registry import Entry, applies, upcasts


def _follow(fact: Any, entry: Entry, state_before: str) -> None:
    CaseLink.objects.create(
        id=entry.id,
        from_case_id=fact.case_id,
        to_case_id=fact.main_id,
        kind=MERGE,
        at=entry.happened_at,
        state_before=state_before,
    )


def _leave(case_id: Any, entry: Entry, kind: str = MERGE) -> None:
    CaseLink.objects.filter(from_case=case_id, kind=kind, undone_at=None).update(undone_at=entry.happened_at)


@applies(facts.CaseMerged)
def case_merged(fact: facts.CaseMerged, entry: Entry) -> None:
    _follow(fact, entry, fact.state_before)
    move(fact, entry, State.MERGED)


@applies(facts.CaseUnmerged)
def case_unmerged(fact: facts.CaseUnmerged, entry: Entry) -> None:
    _leave(fact.case_id, entry)
    given = Case.objects.values_list("dispatched_at", flat=True).get(pk=fact.case_id)
    first = (
        fact.state == State.DISPATCHED and given is None
    )  # closed and opened again as a follower, never given before
    move(fact, entry, State(fact.state), **({"dispatched_at": entry.happened_at} if first else {}))


@applies(facts.CaseClosedWith)
def case_closed_with(fact: facts.CaseClosedWith, entry: Entry) -> None:
    columns: dict[str, Any] = {"lead_team_id": fact.team_id, "handler": fact.handler, "outcome": fact.outcome}
    columns |= {"called_back": fact.called_back, "answer": fact.answer, "closed_at": entry.happened_at}
    if not Case.objects.values_list("type_code", flat=True).get(pk=fact.case_id):
        columns |= {"type_code": fact.type_code, "type_unseen": True}  # nobody chose it for these words
    move(fact, entry, State.CLOSED, **columns)


@upcasts("case.followed_again", from_version=1)
def case_followed_again_2(body: dict[str, Any]) -> dict[str, Any]:
    """What was written before there were turns left round and day of dispatch as they were, and does so when replayed."""
    return {**body, "new_turn": False}


@applies(facts.CaseFollowedAgain)
def case_followed_again(fact: facts.CaseFollowedAgain, entry: Entry) -> None:
    _leave(fact.case_id, entry)
    _follow(fact, entry, State.DISPATCHED)
    # should it be handled by itself after all, that is a new turn of whoever answered, with its own window of return
    again: dict[str, Any] = {"round": F("round") + 1, "dispatched_at": None} if fact.new_turn else {}
    demand = {"demand": fact.demand} if fact.demand else {}
    move(fact, entry, State.MERGED, closed_at=None, called_back="", missed_calls=0, **again, **demand)


@applies(facts.CaseSplit)
def case_split(fact: facts.CaseSplit, entry: Entry) -> None:
    move(fact, entry)


@applies(facts.CaseSplitOff)
def case_split_off(fact: facts.CaseSplitOff, entry: Entry) -> None:
    CaseLink.objects.create(
        id=entry.id, from_case_id=fact.case_id, to_case_id=fact.parent_id, kind=SPLIT, at=entry.happened_at
    )
    move(fact, entry)


@applies(facts.CaseTakenBack)
def case_taken_back(fact: facts.CaseTakenBack, entry: Entry) -> None:
    _leave(fact.case_id, entry, SPLIT)
    _follow(fact, entry, fact.state_before)
    move(fact, entry, State.MERGED)
