"""A resident's own data (个人信息保护法 arts. 24, 44-48): see, copy, correct, delete, withdraw, have it explained."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from yiwang.cases import law
from yiwang.cases.explained import explained
from yiwang.gateways.api.answers import language
from yiwang.gateways.api.frame import opens
from yiwang.gateways.api.words import Body, Line, Number
from yiwang.intake.reports import kept, queries
from yiwang.intake.reports.facts import ReportForgotten
from yiwang.intake.reports.steps import private
from yiwang.kernel.access.permission import roles
from yiwang.kernel.files import queries as files
from yiwang.kernel.people import queries as people
from yiwang.kernel.people import session
from yiwang.kernel.people.queries import Look
from yiwang.kernel.people.steps import accounts
from yiwang.kernel.people.steps.accounts import ERASURE_GROUND
from yiwang.kernel.problems import NotAllowed
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.kernel.wording import language_of, word

REASON = "本人通过接口要求删除"


class OwnAccount(Schema):
    """Who one is to the town."""

    phone: str
    name: str
    language: str
    large_type: bool


class KeptAnswer(Schema):
    """One kind of what is kept: what, for what, on what ground, until when. `count` is null for what passes by itself."""

    kind: str
    what: str
    why: str
    basis: str
    until: str
    count: int | None


class LookAnswer(Schema):
    """Somebody opened one's full name and phone: office (null: the town's centre), role, purpose, matter; never who."""

    at: datetime
    team_id: UUID | None
    role: str
    purpose: str
    number: str


class OwnReport(Schema):
    """One report with its words; photos by SHA-256. GET /cases/{number} has its course, GET /reports/{number} how far it is."""

    number: str
    by_me: bool
    title: str
    text: str
    place: str
    other_contact: str
    happened_at: datetime
    received_at: datetime
    deletion_asked_at: datetime | None
    photos: list[str]


class OwnAnswer(Schema):
    """All that is kept of the one who asks."""

    account: OwnAccount
    kept: list[KeptAnswer]
    looks: list[LookAnswer]
    reports: list[OwnReport]


class ChangeBody(Body):
    """What is to be otherwise; what is left out stays. An empty name takes it away."""

    name: Annotated[Line, Field(max_length=40)] | None = None
    language: Literal["zh-hans", "en"] | None = None
    large_type: bool | None = None


class SureBody(Body):
    """Nothing brings it back: `sure` has to be said."""

    sure: Literal[True]


class ForgottenAnswer(Schema):
    """`deleted` now, or when the matter has ended."""

    deleted: bool


class ErasedAnswer(Schema):
    """How many reports lost their words now, and the numbers of open matters whose words go when they have ended."""

    reports: int
    later: list[str]


class LimitAnswer(Schema):
    """A limit and the dated rule it comes from; `verified`: compared with the source. Rule null: no longer known."""

    stage: str
    amount: int
    unit: str
    due_at: datetime | None
    rule: str | None
    version: str | None
    reference: str | None
    verified: bool | None


class WhyAnswer(Schema):
    """Why a matter goes as it goes. `choice`: `chosen` by a person, `unseen` (suggestions taken many at a time), or empty."""

    number: str
    type: str
    choice: str
    accepted_at: datetime | None
    limits: list[LimitAnswer]


def _resident(request: HttpRequest, action: str) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != ActorKind.RESIDENT:
        raise NotAllowed(action=action)
    return actor


@opens("GET", "/me", "account.change_own", OwnAnswer)
def me_read(request: HttpRequest) -> OwnAnswer:
    """All that is kept of a resident: account, kinds with ground and time, who looked, every report."""
    actor, code = _resident(request, "account.change_own"), language(request)
    own, contacts = people.own_details(actor), queries.own_contact_texts(actor)
    return OwnAnswer(
        account=OwnAccount(phone=own.phone, name=own.name, language=own.language, large_type=own.large_type),
        kept=[
            KeptAnswer(
                kind=one.kind,
                count=one.count,
                **{part: word(f"report.kept.{one.kind}.{part}", code) for part in kept.PARTS},
            )
            for one in kept.kept_of(actor)
        ],
        looks=[_look(one, code) for one in people.looks_at_me(actor)],
        reports=[
            OwnReport(
                number=told.number,
                by_me=told.reporter == actor.account_id,
                title=told.title,
                text=told.text,
                place=told.place_text,
                other_contact=contacts.get(told.id, ""),
                happened_at=told.happened_at,
                received_at=told.received_at,
                deletion_asked_at=told.forget_asked_at,
                photos=[one.sha256 for one in files.files_of(actor, "case", told.case_id)],
            )
            for told in queries.reports_of(actor, kept.ALL)
        ],
    )


def _look(look: Look, code: str) -> LookAnswer:
    names = roles().get(look.role, {}).get("name", {})
    return LookAnswer(
        at=look.at,
        team_id=look.team_id,
        role=str(names.get(language_of(code), "")),  # type: ignore[attr-defined]
        purpose=word(f"case.purpose.{look.purpose}", code) if look.purpose else look.reason,
        number=look.about,
    )


@opens("POST", "/me", "account.change_own", OwnAnswer)
def me_change(request: HttpRequest, body: ChangeBody) -> OwnAnswer:
    """Correct one's name, or change language and letter size."""
    _resident(request, "account.change_own")
    accounts.change_own_details(
        name=body.name,
        language=body.language,
        large_type=body.large_type,
        call=request.call(),  # type: ignore[attr-defined]
    )
    return me_read(request)


@opens("POST", "/me/erase", "account.erase", ErasedAnswer)
def me_erase(request: HttpRequest, body: SureBody) -> ErasedAnswer:
    """Withdraw consent: the account goes, with the words of every matter that has ended; the session ends."""
    actor = _resident(request, "account.erase")
    assert actor.account_id is not None  # noqa: S101 (a resident has an account)
    gone = private.forget_person(actor.account_id, call=request.call(reason=REASON))  # type: ignore[attr-defined]
    session.log_out(request)
    return ErasedAnswer(reports=gone.reports, later=list(gone.kept))


@opens("POST", "/reports/{number}/forget", "report.forget", ForgottenAnswer)
def report_forget(request: HttpRequest, number: Number, body: SureBody) -> ForgottenAnswer:
    """Delete one's words and photos of one report; those of an open matter when it has ended."""
    told = queries.own_report(_resident(request, "report.forget"), number)
    asked = request.call(reason=REASON)  # type: ignore[attr-defined]
    fact = private.forget_report(told.id, ground=ERASURE_GROUND, call=asked)
    return ForgottenAnswer(deleted=isinstance(fact, ReportForgotten))


@opens("GET", "/reports/{number}/why", "case.follow", WhyAnswer)
def report_why(request: HttpRequest, number: Number, token: Line = "") -> WhyAnswer:
    """Why a matter goes as it goes, for the one who reported it: its kind and who chose it, each limit and its rule."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    reader = queries.reporter_by_link(number, token) if token else actor
    if reader.kind == ActorKind.STAFF:  # the desk has the case itself
        raise NotAllowed(action="case.follow")
    found = explained(reader, number)
    names = law.type_names(language_of(language(request)))
    return WhyAnswer(
        number=number,
        type=names.get(found.type_code, ""),
        choice=found.choice,
        accepted_at=found.accepted_at,
        limits=[
            LimitAnswer(
                stage=str(one.stage),
                amount=one.amount,
                unit=one.unit,
                due_at=one.due_at,
                rule=one.behind.rule if one.behind else None,
                version=one.behind.version if one.behind else None,
                reference=one.behind.reference if one.behind else None,
                verified=one.behind.verified if one.behind else None,
            )
            for one in found.limits
        ],
    )
