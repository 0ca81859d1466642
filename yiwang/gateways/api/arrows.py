"""Taking a case along an arrow: one address and one body for each, all in the one table ARROWS."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from yiwang.cases import queries
from yiwang.cases.steps import forward, lineage, remarks, sideways, splitting, supervising, timing
from yiwang.gateways.api.frame import opens
from yiwang.gateways.api.photos import claimed
from yiwang.gateways.api.reports import known_place, point_of
from yiwang.gateways.api.words import Body, Line, Number, PointBody, Text, Version
from yiwang.intake.sensing.alarms.steps import proving
from yiwang.kernel.journal import codec
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Call, PartId

Photos = Annotated[list[Line], Field(max_length=9)]
Teams = Annotated[list[Line], Field(max_length=100)]
Demand = Literal["", "consultation", "suggestion", "request", "complaint", "complex", "supervision", "call_back_review"]


class StepBody(Body):
    """What every step takes: the version that was seen (refused when the case moved on since)."""

    version: Version | None = None


class AcceptBody(StepBody):
    type_code: Line
    title: Annotated[Line, Field(max_length=80)]
    demand: Demand = ""
    place_id: UUID | None = None
    point: PointBody | None = None
    urgent: bool | None = None


class ReasonBody(StepBody):
    reason_code: Line
    explanation: Text


class DismissBody(ReasonBody):
    passed_to: Line = ""


class SettleBody(StepBody):
    type_code: Line
    result: Text
    photos: Photos = Field(default_factory=list)
    no_photo_reason: Text = ""


class DispatchBody(StepBody):
    team: Line
    instruction: Text = ""
    assists: Teams = Field(default_factory=list)
    assist_task: Text = ""


class RedirectBody(StepBody):
    team: Line
    instruction: Text = ""
    reason_code: Line


class ReturnBody(ReasonBody):
    legal_basis: Text
    proposed_team: Line


class RuleBody(StepBody):
    team: Line
    question: Text
    grounds: Text


class ContactBody(StepBody):
    reached: bool
    note: Text = ""


class ReportBackBody(StepBody):
    outcome: Line
    result: Text
    photos: Photos = Field(default_factory=list)
    no_photo_reason: Text = ""


class VerifyBody(StepBody):
    finding: Text
    photos: Photos = Field(default_factory=list)
    no_photo_reason: Text = ""


class ReworkBody(StepBody):
    finding: Text
    parts: Annotated[list[UUID], Field(max_length=100)] = Field(default_factory=list)
    photos: Photos = Field(default_factory=list)


class FoundBody(StepBody):
    finding: Text


class SampleBody(StepBody):
    """`sample`: the identifier of a stored sample."""

    sample: UUID


class CloseBody(StepBody):
    called_back: Line
    answer: Text


class CallBackBody(StepBody):
    called_back: Line
    note: Text = ""


class RateBody(StepBody):
    solved: Line
    satisfaction: Line
    words: Text = ""


class ReopenBody(StepBody):
    ground: Line
    words: Text = ""


class SuspendBody(ReasonBody):
    review_on: date


class ExplainBody(StepBody):
    explanation: Text


class AskExtensionBody(ReasonBody):
    amount: Annotated[int, Field(ge=1, le=10_000)]


class CorrectBody(StepBody):
    type_code: Line
    demand: Demand = ""
    place_id: UUID | None = None
    point: PointBody | None = None


class MergeBody(StepBody):
    main: Line
    explanation: Text = ""


class SplitBody(StepBody):
    """`scene`: which photos of the scene (by their hash) go along; left out: all, empty: none."""

    type_code: Line
    title: Annotated[Line, Field(max_length=80)]
    text: Text
    demand: Demand = ""
    place_id: UUID | None = None
    point: PointBody | None = None
    explanation: Text = ""
    scene: Annotated[list[Line], Field(max_length=100)] | None = None


class NoteBody(Body):
    text: Annotated[Text, Field(min_length=1)]


class RecheckBody(Body):
    holds: bool
    finding: Text
    photos: Photos = Field(default_factory=list)
    no_photo_reason: Text = ""


class TakenAnswer(Schema):
    """The fact that was recorded. A repeated Idempotency-Key gets the same one again."""

    number: str
    verb: str
    fact: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Door:
    """One arrow: the body it takes, the step that takes it, and the action it stands for."""

    body: type[Body]
    step: Callable[..., Any]
    action: str


# fmt: off
ARROWS: dict[str, Door] = {
    "accept": Door(AcceptBody, forward.accept, "case.accept"),
    "decline": Door(ReasonBody, sideways.decline, "case.decline"),
    "settle": Door(SettleBody, forward.settle, "case.settle"),
    "dismiss": Door(DismissBody, sideways.dismiss, "case.dismiss"),
    "void": Door(ReasonBody, sideways.void, "case.void"),
    "dispatch": Door(DispatchBody, forward.dispatch, "case.dispatch"),
    "redirect": Door(RedirectBody, sideways.redirect, "case.dispatch"),
    "sign": Door(StepBody, forward.sign, "case.handle"),
    "return": Door(ReturnBody, sideways.object_to, "case.return"),
    "rule": Door(RuleBody, sideways.rule, "case.rule"),
    "contact": Door(ContactBody, forward.contact, "case.contact"),
    "report_back": Door(ReportBackBody, forward.report_back, "case.handle"),
    "verify": Door(VerifyBody, forward.verify, "case.verify"),
    "rework": Door(ReworkBody, sideways.rework, "case.verify"),
    "discharge": Door(FoundBody, supervising.discharge, "case.supervise"),
    "press": Door(FoundBody, supervising.press, "case.supervise"),
    "close_unproven": Door(FoundBody, proving.close_unproven, "case.close_unproven"),
    "show_sample": Door(SampleBody, proving.show_sample, "case.show_sample"),
    "close": Door(CloseBody, forward.close, "case.close"),
    "call_back": Door(CallBackBody, forward.call_back, "case.close"),
    "rate": Door(RateBody, forward.rate, "case.rate"),
    "reopen": Door(ReopenBody, sideways.reopen, "case.reopen"),
    "suspend": Door(SuspendBody, sideways.suspend, "case.suspend"),
    "resume": Door(ExplainBody, sideways.resume, "case.suspend"),
    "ask_extension": Door(AskExtensionBody, timing.ask_extension, "case.handle"),
    "grant_extension": Door(ExplainBody, timing.grant_extension, "case.extend"),
    "refuse_extension": Door(ExplainBody, timing.refuse_extension, "case.extend"),
    "correct": Door(CorrectBody, remarks.correct, "case.correct"),
    "approve_complex": Door(ExplainBody, timing.approve_complex, "case.approve_complex"),
    "merge": Door(MergeBody, lineage.merge, "case.merge"),
    "unmerge": Door(ExplainBody, lineage.unmerge, "case.merge"),
    "split": Door(SplitBody, splitting.split, "case.split"),
    "unsplit": Door(ExplainBody, splitting.unsplit, "case.split"),
    "note": Door(NoteBody, remarks.note, "case.note"),
    "recheck": Door(RecheckBody, remarks.recheck, "case.recheck"),
}
# fmt: on
"""Every arrow that leaves a state (cases/stages.py), under the name of its button. A second return is a dispute by itself."""


def arguments(body: Body, call: Call) -> dict[str, Any]:
    """What a step takes, from what the body names: teams by code, photos by token, the ground by place or point."""
    given = {name: getattr(body, name) for name in type(body).model_fields}
    if "photos" in given:
        given["files"] = claimed(given.pop("photos"), call)
    if "main" in given:
        given["main_id"] = queries.case_id_of(call.actor, given.pop("main"))
    if "team" in given:
        given["team_id"] = people.team_by_code(call.actor, given.pop("team")).team_id
    if "proposed_team" in given:
        given["proposed_team"] = people.team_by_code(call.actor, given["proposed_team"]).team_id
    for several in {"teams", "assists"} & given.keys():
        given[several] = tuple(people.team_by_code(call.actor, code).team_id for code in given[several])
    if "parts" in given:
        given["parts"] = tuple(PartId(one) for one in given["parts"])
    if "place_id" in given:
        given["place_id"], given["point"] = known_place(call.actor, given["place_id"]), point_of(given["point"])
    return given


def taken(request: HttpRequest, door: Door, number: str, body: Body, *more: UUID) -> TakenAnswer:
    """Take the door's step with the case of that number (and `more`: whose part), and tell the fact."""
    call: Call = request.call()  # type: ignore[attr-defined]
    if call.key:  # a key that a client used for another case must not answer for this one
        call = replace(call, key="/".join([call.key, number, *map(str, more)]))
    case_id = queries.case_id_of(call.actor, number)
    fact = door.step(case_id, *more, **arguments(body, call), call=call)
    return TakenAnswer(number=number, verb=fact.fact_kind.verb, fact=codec.dump(fact)[0])


def _open(name: str, door: Door) -> None:
    body_class = door.body

    def take(request: HttpRequest, number: Number, body: body_class) -> TakenAnswer:  # type: ignore[valid-type]
        return taken(request, door, number, body)

    take.__name__ = f"case_{name}"
    take.__doc__ = door.step.__doc__
    opens("POST", f"/cases/{{number}}/{name}", door.action, TakenAnswer)(take)


for _name, _door in ARROWS.items():
    _open(_name, _door)
