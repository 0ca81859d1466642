"""Logging in and out, and who a session's actor is. Pages are made by the portal and the desk; these are what they call."""

from dataclasses import replace

from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from yiwang.kernel.access import permission
from yiwang.kernel.people import guesses, lines, queries, steps
from yiwang.kernel.people.guesses import CodeSent, Proof
from yiwang.kernel.people.models import Account
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.people.problems import DemonstrationOnly
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import TOWN_WIDE, VISITOR, AccountId, Actor, ActorKind, Call, Grant, ScopeKind

STAFF_SESSION_S = 12 * 3600
"""A colleague's session ends so long after its log-in, however busy: nobody finds yesterday's desk open. (A resident's on their own
telephone lasts two weeks, Django's usual time.)"""
BACKEND = "django.contrib.auth.backends.ModelBackend"


def actor_of(session: SessionBase) -> Actor:
    """Who this session belongs to, with all roles: one query. A visitor when it belongs to nobody who may act now.

    A session ends by itself when the password changes, the account is closed or erased, or the demonstration is over.
    """
    account_id = session.get(auth.SESSION_KEY)
    if account_id is None:
        return VISITOR
    rows = list(
        Account.objects.filter(pk=account_id, active=True).values_list(
            "password", "kind", "demonstration", "grants__role", "grants__scope", "grants__scope_id"
        )
    )
    if not rows:
        return VISITOR
    password, kind, demonstration = rows[0][:3]
    expected = Account(password=password).get_session_auth_hash()
    if not constant_time_compare(session.get(auth.HASH_SESSION_KEY, ""), expected):
        return VISITOR
    if demonstration and not demonstration_runs():
        return VISITOR
    grants = tuple(Grant(role, ScopeKind(scope), scope_id) for *_, role, scope, scope_id in rows if role)
    return Actor(ActorKind(kind), AccountId(Account._meta.pk.to_python(account_id)), grants)


def actor_still(session_key: str | None) -> Actor:
    """Who the session with this key belongs to at this moment, read anew: for what lasts longer than a request. Two queries."""
    return actor_of(SessionStore(session_key)) if session_key else VISITOR


def demonstration_runs() -> bool:
    """Whether invented people may log in: town.yaml says that it is a demonstration, and it is not open to others unasked."""
    return bool(getattr(settings, "DEMONSTRATION", False) and getattr(settings, "DEMONSTRATION_LOG_INS", False))


def send_code(request: HttpRequest, phone: str) -> CodeSent:
    """Send a one-time code to a phone. Raises BadPhone, TooManyCodes, TooManyCodesHere, TooManyCodesInTown."""
    return steps.request_code(phone, language=_language(request), origin=origin_of(request), call=_keyless(request))


def log_in_resident(request: HttpRequest, phone: str, code: str) -> AccountId:
    """Open a session for the resident with this phone, by the code; registers on first use.

    Raises BadPhone, WrongCode, CodeSpent, AccountInactive, DemonstrationOnly.
    """
    language, origin = _language(request), origin_of(request)
    return _open(request, steps.confirm_code(phone, code, language=language, origin=origin, call=_keyless(request)))


def log_in_staff(request: HttpRequest, username: str, password: str) -> AccountId:
    """Open a session for a member of staff. Raises WrongPassword, TooManyPasswords, AccountInactive, DemonstrationOnly."""
    proof = steps.try_password(username, password, origin=origin_of(request), call=_keyless(request))
    return _open(request, proof)


def change_own_password(request: HttpRequest, old: str, new: str) -> AccountId:
    """Give oneself another password, knowing the old one. This session goes on under a new key; all others end.

    Raises WrongPassword, TooManyPasswords, WeakPassword, NotFound.
    """
    username = queries.own_details(request.actor).username  # type: ignore[attr-defined]
    origin, call = origin_of(request), _keyless(request)
    proof = steps.try_password(username, old, origin=origin, call=call)
    if proof.refused is not None or proof.account_id is None:
        raise proof.refused or NotFound
    steps.set_password(proof.account_id, new, call=call)
    return _open(request, Proof(proof.account_id, devices=guesses.renewed_device(proof.account_id, origin, call.now)))


def log_in_demonstration(request: HttpRequest, account_id: AccountId) -> AccountId:
    """Open a session as an invented person with one click, while the town is a demonstration.

    Raises DemonstrationOnly when it is not, or the account is a real person's.
    """
    permission.require(request.actor, "session.demonstrate", TOWN_WIDE)  # type: ignore[attr-defined]
    if not Account.objects.filter(pk=account_id, demonstration=True, active=True).exists():
        raise DemonstrationOnly
    return _open(request, Proof(account_id))


def log_out(request: HttpRequest) -> None:
    """End the session."""
    auth.logout(request)
    request.actor = VISITOR  # type: ignore[attr-defined]


def _open(request: HttpRequest, proof: Proof) -> AccountId:
    if proof.refused is not None:
        raise proof.refused
    account = Account.objects.filter(pk=proof.account_id).first() if proof.account_id is not None else None
    if account is None or proof.account_id is None:
        raise NotFound
    if account.demonstration and not demonstration_runs():
        raise DemonstrationOnly
    auth.login(request, account, backend=BACKEND)
    if account.kind == ActorKind.STAFF:
        request.session.set_expiry(STAFF_SESSION_S)
        request.session.save()  # only now it surely has its key
        request.line_cookie = lines.mark(str(request.session.session_key))  # type: ignore[attr-defined]
    request.actor = actor_of(request.session)  # type: ignore[attr-defined]
    request.device_cookie = proof.devices  # type: ignore[attr-defined]
    return proof.account_id


def _keyless(request: HttpRequest) -> Call:
    """The request's call without a key: a proof is never answered from memory."""
    call: Call = request.call()  # type: ignore[attr-defined]
    return replace(call, key=None)


def _language(request: HttpRequest) -> str:
    return getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
