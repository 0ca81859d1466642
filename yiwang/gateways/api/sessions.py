"""Who asks: logging in and out, and what the one who asks may know of themselves."""

from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Schema
from pydantic import Field, RootModel

from yiwang.gateways.api.answers import language
from yiwang.gateways.api.frame import opens
from yiwang.gateways.api.words import Body, Line
from yiwang.kernel.access.permission import roles
from yiwang.kernel.people import queries, session
from yiwang.kernel.terms import AccountId, ActorKind
from yiwang.kernel.wording import language_of


class StaffLogin(Body):
    """Staff, by password; with a code of their app, or a recovery code, where their account takes a second step."""

    kind: Literal["staff"]
    username: Line
    password: Line
    code: Line = ""


class ResidentLogin(Body):
    """A resident, by the code that was sent to the phone; registers on first use."""

    kind: Literal["resident"]
    phone: Line
    code: Line


class DemonstrationLogin(Body):
    """An invented person, while the town is a demonstration."""

    kind: Literal["demonstration"]
    account_id: UUID


class LogIn(RootModel[Annotated[StaffLogin | ResidentLogin | DemonstrationLogin, Field(discriminator="kind")]]):
    """One of the ways to log in."""


class CodeBody(Body):
    """The phone that a one-time code goes to."""

    phone: Line


class RoleAnswer(Schema):
    """A role, and where it counts."""

    role: str
    name: str
    scope: str
    scope_id: UUID | None


class SessionAnswer(Schema):
    """The one who asks. `csrf_token` goes into X-CSRFToken."""

    kind: str
    account_id: UUID | None
    name: str
    roles: list[RoleAnswer]
    csrf_token: str


class CodeAnswer(Schema):
    """Where the code went, and until when it holds."""

    phone: str
    expires_at: str


class DemonstrationPerson(Schema):
    """An invented person that one may log in as."""

    account_id: UUID
    kind: str
    username: str
    name: str
    roles: list[RoleAnswer]


def _role(role: str, scope: str, scope_id: UUID | None, code: str) -> RoleAnswer:
    name = roles()[role]["name"][language_of(code)]  # type: ignore[index]
    return RoleAnswer(role=role, name=name, scope=scope, scope_id=scope_id)


def _described(request: HttpRequest) -> SessionAnswer:
    actor = request.actor  # type: ignore[attr-defined]
    return SessionAnswer(
        kind=str(actor.kind),
        account_id=actor.account_id,
        name=queries.name_for(actor, actor.account_id) if actor.account_id else "",
        roles=[_role(one.role, str(one.scope), one.scope_id, language(request)) for one in actor.grants],
        csrf_token=get_token(request),
    )


@opens("GET", "/session", "session.open", SessionAnswer)
def session_read(request: HttpRequest) -> SessionAnswer:
    """Who asks, with the token for unsafe methods."""
    return _described(request)


@opens("POST", "/session", "session.open", SessionAnswer)
def session_open(request: HttpRequest, body: LogIn) -> SessionAnswer:
    """Log in. The answer has the session's new token."""
    given = body.root
    if isinstance(given, StaffLogin):
        session.log_in_staff(request, given.username, given.password, given.code)
    elif isinstance(given, ResidentLogin):
        session.log_in_resident(request, given.phone, given.code)
    else:
        session.log_in_demonstration(request, AccountId(given.account_id))
    return _described(request)


@opens("DELETE", "/session", "session.close", SessionAnswer)
def session_close(request: HttpRequest) -> SessionAnswer:
    """Log out."""
    session.log_out(request)
    return _described(request)


@opens("POST", "/session/code", "code.request", CodeAnswer)
def session_code(request: HttpRequest, body: CodeBody) -> CodeAnswer:
    """Send a one-time code to a phone."""
    sent = session.send_code(request, body.phone)
    return CodeAnswer(phone=sent.phone_masked, expires_at=sent.expires_at.isoformat())


@opens("GET", "/session/demonstration", "session.demonstrate", list[DemonstrationPerson])
def session_demonstration(request: HttpRequest) -> list[DemonstrationPerson]:
    """The invented people one may log in as; none in a real town."""
    if not session.demonstration_runs():
        return []
    actor = request.actor  # type: ignore[attr-defined]
    staff = [
        DemonstrationPerson(
            account_id=card.account_id,
            kind=str(ActorKind.STAFF),
            username=card.username,
            name=card.name,
            roles=[_role(one.role, str(one.scope), one.scope_id, language(request)) for one in card.roles],
        )
        for card in queries.demonstration_accounts(actor)
    ]
    residents = [
        DemonstrationPerson(account_id=one.account_id, kind=str(one.kind), username="", name=one.name, roles=[])
        for one in queries.demonstration_residents(actor)
    ]
    return staff + residents
