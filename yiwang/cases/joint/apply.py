"""From facts to rows, for the parts of assisting departments."""

from typing import Any

from django.db.models import F

from yiwang.cases.apply import keep_photos, keep_ruling, move
from yiwang.cases.joint import facts
from yiwang.cases.models import CasePart
from yiwang.cases.parts import PartState
from yiwang.cases.stages import State
from yiwang.kernel.journal.registry import Entry, applies


def _move_part(fact: Any, entry: Entry, **columns: Any) -> None:
    CasePart.objects.filter(pk=fact.part_id).update(**columns)
    move(fact, entry, assist_teams=_assist_teams(fact.case_id))


def _assist_teams(case_id: Any) -> list[Any]:
    """The departments that assist or assisted, in the order in which they were asked: who may read the case beside the lead."""
    rows = CasePart.objects.filter(case=case_id).exclude(state=PartState.WITHDRAWN).order_by("asked_at", "id")
    return list(dict.fromkeys(rows.values_list("team_id", flat=True)))


@applies(facts.AssistsAsked)
def assists_asked(fact: facts.AssistsAsked, entry: Entry) -> None:
    CasePart.objects.bulk_create(
        CasePart(
            id=one.part_id,
            case_id=fact.case_id,
            team_id=one.team_id,
            round=one.round,
            state=PartState.ASKED,
            task=fact.task,
            asked_at=entry.happened_at,
        )
        for one in fact.asked
    )
    assists = F("assists") + len(fact.asked)
    move(fact, entry, assist_teams=_assist_teams(fact.case_id), assists=assists)


@applies(facts.PartSigned)
def part_signed(fact: facts.PartSigned, entry: Entry) -> None:
    _move_part(fact, entry, state=PartState.HANDLING, handler=fact.handler)


@applies(facts.PartAnswered)
def part_answered(fact: facts.PartAnswered, entry: Entry) -> None:
    keep_photos(fact, entry, State.HANDLED, "handled_photo")
    _move_part(fact, entry, state=PartState.ANSWERED, result=fact.result, answered_at=entry.happened_at)


@applies(facts.PartWithdrawn)
def part_withdrawn(fact: facts.PartWithdrawn, entry: Entry) -> None:
    _move_part(fact, entry, state=PartState.WITHDRAWN, ended_why=fact.explanation)


def _object(fact: facts.PartReturned | facts.PartDisputed, entry: Entry, state: PartState) -> None:
    objected = CasePart.objects.values_list("objected_teams", flat=True).get(pk=fact.part_id)
    _move_part(fact, entry, state=state, objected_teams=[*objected, fact.team_id], proposed_team=fact.proposed_team)


@applies(facts.PartReturned)
def part_returned(fact: facts.PartReturned, entry: Entry) -> None:
    _object(fact, entry, PartState.RETURNED)


@applies(facts.PartDisputed)
def part_disputed(fact: facts.PartDisputed, entry: Entry) -> None:
    _object(fact, entry, PartState.DISPUTED)


def _give(fact: facts.PartPassedOn | facts.PartRuled, entry: Entry, **columns: Any) -> None:
    given = {"team_id": fact.team_id, "round": fact.round, "given_at": entry.happened_at, "handler": None}
    _move_part(fact, entry, state=PartState.ASKED, **given, **columns)


@applies(facts.PartPassedOn)
def part_passed_on(fact: facts.PartPassedOn, entry: Entry) -> None:
    _give(fact, entry)


@applies(facts.PartRuled)
def part_ruled(fact: facts.PartRuled, entry: Entry) -> None:
    keep_ruling(fact, entry)
    _give(fact, entry, ruled=True)
