"""Reporting to the town, and following what was reported."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema, Status
from pydantic import Field

from yiwang.cases import law
from yiwang.cases import queries as cases
from yiwang.cases.stages import State, standing_word
from yiwang.cases.steps import forward, sideways
from yiwang.gateways.api.answers import language
from yiwang.gateways.api.frame import opens
from yiwang.gateways.api.keys import own_key
from yiwang.gateways.api.photos import claimed
from yiwang.gateways.api.words import Body, Channel, Line, Number, PersonBody, PointBody, Text
from yiwang.intake.reports import queries, rules
from yiwang.intake.reports.facts import ReportReceived
from yiwang.intake.reports.steps import receiving
from yiwang.intake.reports.steps.receiving import Person
from yiwang.kernel import walltime
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.places import queries as places
from yiwang.kernel.terms import Actor, ActorKind, Call, FileHash, PlaceId, Point
from yiwang.kernel.wording import word


class ReportBody(Body):
    """What somebody tells the town. `channel` portal is for residents; the desk enters the others."""

    text: Text = ""
    title: Line = ""
    channel: Channel = "portal"
    photos: Annotated[list[Line], Field(max_length=50)] = Field(default_factory=list)
    place_id: UUID | None = None
    point: PointBody | None = None
    place_text: Line = ""
    reporter: PersonBody | None = None
    on_behalf: PersonBody | None = None
    urgent: bool = False
    source_key: Line | None = None


class ReportAnswer(Schema):
    """The number to follow it by, and (empty for the desk) the token of the link that shows it in full and rates it."""

    number: str
    token: str


class FullStatus(Schema):
    """What the one who reported may know. `looked_at_again_on`: of a case that rests, the day set for it."""

    text: str
    type: str
    answer: str
    called_back: str
    due_at: datetime | None
    may_rate: bool
    may_reopen: bool
    looked_at_again_on: date | None


class StatusAnswer(Schema):
    """How far it is, in plain words. `full` only with the link's token, or for the one who reported."""

    number: str
    state: str
    stage: int
    words: str
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    full: FullStatus | None


class RateByLink(Body):
    """The rating of whoever holds the link."""

    token: Line
    solved: Line
    satisfaction: Line
    words: Text = ""


class ReopenByLink(Body):
    """Asking to have it taken up again, for whoever holds the link."""

    token: Line
    ground: Line
    words: Text = ""


def point_of(body: PointBody | None) -> Point | None:
    """The point of a body, if one was given."""
    return Point(body.longitude, body.latitude) if body else None


def known_place(actor: Actor, place_id: UUID | None) -> PlaceId | None:
    """The place of an identifier. Raises PlaceUnknown."""
    return places.place(actor, PlaceId(place_id)).place_id if place_id else None


def _person(body: PersonBody | None) -> Person | None:
    return Person(body.phone, body.name) if body else None


@opens("POST", "/reports", "report.receive", ReportAnswer, status=201)
def report_receive(request: HttpRequest, body: ReportBody) -> Status:
    """Tell the town something. A repeated Idempotency-Key gets the first number."""
    call: Call = own_key(request.call(), request.body)  # type: ignore[attr-defined]
    rules.words(body.text, photos=body.photos)
    photos = claimed(body.photos, call)
    place_id = known_place(call.actor, body.place_id)
    if body.channel == "portal":
        fact = receiving.receive(
            text=body.text,
            photos=photos,
            place_id=place_id,
            point=point_of(body.point),
            place_text=body.place_text,
            reporter=_person(body.reporter),
            on_behalf=_person(body.on_behalf),
            urgent=body.urgent,
            origin=origin_of(request),
            call=call,
        )
    else:
        fact = _entered(body, photos, place_id, call)
    # The link speaks for the one who reported: the desk, which only writes down, does not get it.
    token = "" if call.actor.kind == ActorKind.STAFF else queries.link_token(fact.number)
    return Status(201, ReportAnswer(number=fact.number, token=token))


def _entered(body: ReportBody, photos: tuple[FileHash, ...], place_id: PlaceId | None, call: Call) -> ReportReceived:
    return receiving.enter(
        channel=body.channel,
        text=body.text,
        title=body.title,
        photos=photos,
        place_id=place_id,
        point=point_of(body.point),
        place_text=body.place_text,
        reporter=_person(body.reporter),
        on_behalf=_person(body.on_behalf),
        urgent=body.urgent,
        source_key=body.source_key or None,
        call=call,
    )


@opens("GET", "/reports/{number}", "case.follow", StatusAnswer)
def report_status(request: HttpRequest, number: Number, token: Line = "") -> StatusAnswer:
    """How far a report is, for whoever has its number; in full with the link's token."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    code = language(request)
    plain = cases.plain_status(actor, number)
    reader = queries.reporter_by_link(plain.number, token) if token else actor
    now = request.call().now  # type: ignore[attr-defined]
    full = _full(reader, plain.number, code, now) if reader.kind == ActorKind.RESIDENT else None
    return StatusAnswer(
        number=plain.number,
        state=str(plain.state),
        stage=plain.stage,
        words=word(standing_word(plain.state, own=full is not None), code),
        opened_at=plain.opened_at,
        changed_at=plain.changed_at,
        closed_at=plain.closed_at,
        full=full,
    )


def _full(reader: Actor, number: str, code: str, now: datetime) -> FullStatus | None:
    """None when the reader is logged in but it is another's."""
    if not cases.may_read(reader, cases.plain_status(reader, number).case_id):
        return None
    case = cases.case(reader, number)
    arrows = {arrow.name for arrow in cases.arrows_for(reader, case.snapshot)}
    closed = case.row.closed_at
    in_time = closed is not None and walltime.town_day(now) <= law.last_day_to_reopen(closed)
    due = [clock.due_at for clock in case.clocks if clock.stage == "answer" and clock.due_at]
    return FullStatus(
        text=case.row.text,
        type=law.type_names("en" if code.startswith("en") else "zh-Hans").get(case.row.type_code, ""),
        answer=case.answer if closed else "",
        called_back=case.called_back,
        due_at=due[-1] if due else None,
        may_rate="rate" in arrows and case.snapshot.own_rating_open,
        may_reopen="reopen" in arrows and in_time,
        looked_at_again_on=case.row.review_on if case.row.state is State.SUSPENDED else None,
    )


def _by_link(request: HttpRequest, number: str, token: str) -> Call:
    call: Call = request.call()  # type: ignore[attr-defined]
    key = f"{call.key}/{number}" if call.key else None  # one program may hold the links of several cases
    return replace(call, actor=queries.reporter_by_link(number, token), key=key)


@opens("POST", "/reports/{number}/rate", "case.follow", StatusAnswer)
def report_rate(request: HttpRequest, number: Number, body: RateByLink) -> StatusAnswer:
    """Rate a closed case, by the link that its reporter got."""
    call = _by_link(request, number, body.token)
    case_id = cases.plain_status(call.actor, number).case_id
    forward.rate(case_id, solved=body.solved, satisfaction=body.satisfaction, words=body.words, call=call)
    return report_status(request, number, body.token)


@opens("POST", "/reports/{number}/reopen", "case.follow", StatusAnswer)
def report_reopen(request: HttpRequest, number: Number, body: ReopenByLink) -> StatusAnswer:
    """Have a closed case taken up again, by the link that its reporter got."""
    call = _by_link(request, number, body.token)
    case_id = cases.plain_status(call.actor, number).case_id
    sideways.reopen(case_id, ground=body.ground, words=body.words, call=call)
    return report_status(request, number, body.token)
