"""Reading cases: the list, one case in full, its timeline; and accepting many at once."""

from dataclasses import replace
from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from yiwang.cases import queries
from yiwang.cases.queries import ListFilter
from yiwang.cases.stages import State
from yiwang.cases.steps import lineage, remarks
from yiwang.gateways.api.answers import language, told
from yiwang.gateways.api.case_answers import CaseAnswer, CasePage, HappeningAnswer, answer, happening, item
from yiwang.gateways.api.frame import opens
from yiwang.gateways.api.words import Body, Count, FieldProblem, Line, Number, Text
from yiwang.intake.reports.steps import suggesting
from yiwang.kernel.people import queries as people
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import Actor, Call


class CaseFilter(Schema):
    """What the list is narrowed to; several states may be named."""

    state: list[State] = Field(default_factory=list)
    team: Line = ""
    type: Line = ""
    source: Line = ""
    text: Line = ""
    overdue: bool = False
    urgent: bool = False
    open: bool = False
    mine: bool = False
    rechecks: bool = False
    newest: bool = False
    after: Count = 0
    size: Annotated[int, Field(ge=1, le=200)] = 50


class AcceptMany(Body):
    """The numbers of the cases to accept, each with the type that the reader suggested for it."""

    numbers: Annotated[list[Number], Field(min_length=1, max_length=500)]


class AcceptedOne(Schema):
    """What became of one of many."""

    number: str
    accepted: bool
    problem: FieldProblem | None


@opens("GET", "/cases", "case.read", CasePage)
def cases_list(request: HttpRequest, wanted: Annotated[CaseFilter, Query()]) -> CasePage:
    """The cases that the one who asks may read, due first; `next` is the `after` of the following page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    page = queries.work_list(
        actor,
        ListFilter(
            states=tuple(str(state) for state in wanted.state),
            team=people.team_by_code(actor, wanted.team).team_id if wanted.team else None,
            type_prefix=wanted.type,
            source=wanted.source,
            text=wanted.text,
            overdue=wanted.overdue,
            urgent=wanted.urgent,
            handler=actor.account_id if wanted.mine else None,
            open_only=wanted.open,
            rechecks=wanted.rechecks,
            newest_first=wanted.newest,
        ),
        after=wanted.after,
        size=wanted.size,
    )
    teams = {card.team_id: card.code for card in people.teams(actor)}
    return CasePage(cases=[item(row, teams, language(request)) for row in page.rows], next=page.next)


@opens("POST", "/cases/accept", "case.accept", list[AcceptedOne])
def cases_accept(request: HttpRequest, body: AcceptMany) -> list[AcceptedOne]:
    """Accept many as suggested, under the name of the one who asks. One that is refused does not hold up the rest."""
    call: Call = request.call()  # type: ignore[attr-defined]
    code = language(request)
    found, refused = {}, {}
    for number in dict.fromkeys(body.numbers):
        try:
            found[queries.case_id_of(call.actor, number)] = number
        except Problem as problem:
            refused[number] = problem
    for one in suggesting.accept_as_suggested(found, call=call):
        if one.refused is not None:
            refused[found[one.case_id]] = one.refused
    return [
        AcceptedOne(
            number=number,
            accepted=number not in refused,
            problem=FieldProblem(**told(refused[number], code)) if number in refused else None,
        )
        for number in dict.fromkeys(body.numbers)
    ]


class MergeMany(Body):
    """The number of the main case, and those of the cases to merge into it."""

    main: Number
    numbers: Annotated[list[Number], Field(min_length=1, max_length=500)]
    explanation: Text = ""


class MergedOne(Schema):
    """What became of one of many."""

    number: str
    merged: bool
    problem: FieldProblem | None


@opens("POST", "/cases/merge", "case.merge", list[MergedOne])
def cases_merge(request: HttpRequest, body: MergeMany) -> list[MergedOne]:
    """Merge many into one, each by a step of its own. One that is refused does not hold up the rest."""
    call: Call = request.call()  # type: ignore[attr-defined]
    main = queries.case_id_of(call.actor, body.main)
    answers = []
    for number in dict.fromkeys(body.numbers):
        own = replace(call, key=f"{call.key}/{number}" if call.key else None)
        try:
            lineage.merge(queries.case_id_of(call.actor, number), main, explanation=body.explanation, call=own)
        except Problem as problem:
            refused = FieldProblem(**told(problem, language(request)))
            answers.append(MergedOne(number=number, merged=False, problem=refused))
        else:
            answers.append(MergedOne(number=number, merged=True, problem=None))
    return answers


class DrawBody(Body):
    """The month of close of which a share is drawn. It is over: its seed is not there before."""

    month: Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$")]


class DrawnAnswer(Schema):
    """A month's draw: the cases to look at again, and all that anyone needs to draw again.

    The lot of a case is SHA-256 of `seed/number`; the smallest lots are drawn, `share_percent` of the pool, rounded up.
    `seed` is the hash of the journal's entry at `seed_position`; empty when the journal does not reach back so far.
    """

    numbers: list[Number]
    seed: str
    seed_position: int | None
    share_percent: int
    pool: list[Number]


@opens("POST", "/rechecks", "case.draw", DrawnAnswer)
def rechecks_draw(request: HttpRequest, body: DrawBody) -> DrawnAnswer:
    """Draw the set share of the cases closed in a month for re-check. Asked again, it is the same draw."""
    call: Call = request.call()  # type: ignore[attr-defined]
    day = date.fromisoformat(f"{body.month}-01")
    remarks.draw_month(day, call=replace(call, key=None))
    held = queries.draw_of_month(call.actor, day)
    if held is None:
        return DrawnAnswer(numbers=[], seed="", seed_position=None, share_percent=0, pool=[])
    return DrawnAnswer(
        numbers=list(held.drawn),
        seed=held.seed,
        seed_position=held.seed_position,
        share_percent=held.share_percent,
        pool=list(held.pool),
    )


@opens("GET", "/cases/{number}", "case.read", CaseAnswer)
def case_read(request: HttpRequest, number: Number) -> CaseAnswer:
    """One case in full: its clocks with their due moments, and the arrows that the one who asks may take now."""
    return answer(request.actor, number, language(request))  # type: ignore[attr-defined]


@opens("GET", "/cases/{number}/timeline", "case.read", list[HappeningAnswer])
def case_timeline(request: HttpRequest, number: Number) -> list[HappeningAnswer]:
    """Everything that was recorded of a case, oldest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case_id = queries.case_id_of(actor, number)
    return [happening(actor, one, language(request)) for one in queries.timeline(actor, case_id)]
