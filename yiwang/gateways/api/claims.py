"""Claims about one's own data (个人信息保护法 arts. 44-50): a resident makes them and reads the answers, an office answers."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from yiwang.gateways.api.frame import opens
from yiwang.gateways.api.words import Body, Line
from yiwang.intake.reports.claims import queries, rules, steps
from yiwang.intake.reports.claims.queries import ClaimView

Said = Annotated[str, Field(min_length=1, max_length=rules.LONGEST)]


class ClaimBody(Body):
    """What is asked: of one report by its number, or of everything."""

    kind: Literal["correct", "delete", "object", "explain", "complain"]
    words: Said
    number: Line = ""


class ClaimAnswerBody(Body):
    """What was done, or why it is not. `correction`: what the report's case says from now on beside what was reported."""

    outcome: Literal["granted", "partly", "refused"]
    words: Said
    correction: Annotated[str, Field(max_length=500)] = ""


class ClaimAnswer(Schema):
    """A claim. `outcome` is empty and `answered_at` null while it waits; `rule` is the dated rule of `due_on`."""

    id: UUID
    kind: str
    number: str
    words: str
    made_at: datetime
    due_on: date
    rule: str
    outcome: str
    answer: str
    answered_at: datetime | None


def _answer(one: ClaimView) -> ClaimAnswer:
    return ClaimAnswer(
        id=one.id,
        kind=one.kind,
        number=one.number,
        words=one.words,
        made_at=one.made_at,
        due_on=one.due_on,
        rule=one.rule,
        outcome=one.outcome,
        answer=one.answer,
        answered_at=one.answered_at,
    )


@opens("GET", "/me/claims", "claim.make", list[ClaimAnswer])
def own_claims(request: HttpRequest) -> list[ClaimAnswer]:
    """One's own claims and what was answered, the newest first."""
    return [_answer(one) for one in queries.own(request.actor)]  # type: ignore[attr-defined]


@opens("POST", "/me/claims", "claim.make", ClaimAnswer)
def make_claim(request: HttpRequest, body: ClaimBody) -> ClaimAnswer:
    """Ask for something about one's own data; answered within the days of the dated rule."""
    made = steps.make(body.kind, body.words, number=body.number, call=request.call())  # type: ignore[attr-defined]
    found = next(one for one in queries.own(request.actor) if one.id == made.claim_id)  # type: ignore[attr-defined]
    return _answer(found)


@opens("GET", "/claims", "claim.list", list[ClaimAnswer])
def waiting_claims(request: HttpRequest) -> list[ClaimAnswer]:
    """What waits for an answer, the first due first; every number of a person in the words is masked."""
    return [_answer(one) for one in queries.waiting(request.actor)]  # type: ignore[attr-defined]


@opens("POST", "/claims/{claim}/answer", "claim.answer", ClaimAnswer)
def answer_claim(request: HttpRequest, claim: UUID, body: ClaimAnswerBody) -> ClaimAnswer:
    """Say what was done about a claim, or why nothing is."""
    steps.answer(
        claim,
        outcome=body.outcome,
        words=body.words,
        correction=body.correction,
        call=request.call(),  # type: ignore[attr-defined]
    )
    return _answer(queries.one(request.actor, claim))  # type: ignore[attr-defined]
