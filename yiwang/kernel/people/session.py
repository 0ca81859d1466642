"""Logging in and out, and who a session's actor is. Pages are made by the portal and the desk; these are what they call."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from yiwang.kernel import ids, secrecy, walltime
from yiwang.kernel.access import permission
from yiwang.kernel.people import guesses, lasting, lines, opensessions, queries, secondfactor
from yiwang.kernel.people.guesses import CodeSent, Proof
from yiwang.kernel.people.models import Account
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.people.problems import DemonstrationOnly, SecondFactorLapsed, SecondFactorNeeded
from yiwang.kernel.people.securitylog import What
from yiwang.kernel.people.sessions import SessionStore
from yiwang.kernel.people.steps import accounts, proving, securitylog
from yiwang.kernel.people.steps import opensessions as session_steps
from yiwang.kernel.people.steps import secondfactor as factor_steps
from yiwang.kernel.problems import NotFound, Problem
from yiwang.kernel.terms import TOWN_WIDE, VISITOR, AccountId, Actor, ActorKind, Call, Grant, ScopeKind

STAFF_SESSION_S = int(lasting.LASTS.total_seconds())
SECOND_STEP_S = 10 * 60
"""How long a password that fitted waits for the second step, and a shown secret for its first code."""
MARK, WAITS, OFFERED, PLACE = "second_factor", "second_factor_waits", "second_factor_offered", "open_session"
"""What a session keeps: that the second step was taken and with which app; who gave a password and not the code yet; a sealed secret;
its row among the open sessions. (One from before there were such rows has none, and ends by its cookie within twelve hours.)"""
ASKED_ALONE = ("/desk/changes",)
"""What an open page asks for by itself: that nobody sits before it must not keep it open."""
BACKEND = "django.contrib.auth.backends.ModelBackend"
# Asked by every request: written out, since making it anew by the ORM took longer than PostgreSQL's answer.
_SEEN = """
SELECT place.opened_at, place.used_at, account.password, account.kind, account.demonstration, account.totp_cipher,
       given.role, given.scope, given.scope_id
FROM account
LEFT JOIN open_session place ON place.id = %s::uuid AND place.account = account.id
LEFT JOIN account_grant given ON given.account_id = account.id
WHERE account.id = %s::uuid AND account.active
"""


def actor_of(session: SessionBase) -> Actor:
    """Who this session belongs to, with all roles: one query. A visitor when it belongs to nobody who may act now.

    A session ends by itself when the password changes, the account is closed or erased, the second step of logging in is set up
    elsewhere, it was ended or not used for long, or the demonstration is over. Invented people have all their rights by password: it
    is known to everybody.
    """
    return _seen(session)[0]


def arrive(request: HttpRequest) -> Actor:
    """The actor of a request, whose session is used by it (pages that ask by themselves what is new do not use it). One query, and a
    write at most every five minutes.
    """
    actor, used_at = _seen(request.session)
    now = walltime.now()
    if used_at is not None and now - used_at >= lasting.TOUCHED_EVERY and request.path_info not in ASKED_ALONE:
        session_steps.touch(UUID(request.session[PLACE]), now)
    return actor


def _seen(session: SessionBase) -> tuple[Actor, datetime | None]:
    """The actor, and when a session of staff was used last, as far as that is kept."""
    account_id, place = session.get(auth.SESSION_KEY), session.get(PLACE)
    if account_id is None:
        return VISITOR, None
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [place, account_id])
        rows = cursor.fetchall()
    opened_at, used_at = rows[0][:2] if rows else (None, None)
    if place and (opened_at is None or used_at is None or lasting.ended(opened_at, used_at, walltime.now())):
        return VISITOR, None
    return _acting(session, account_id, [row[2:] for row in rows]), used_at


def _acting(session: SessionBase, account_id: str, rows: list[Any]) -> Actor:
    if not rows:
        return VISITOR
    password, kind, demonstration, cipher = rows[0][:4]
    expected = Account(password=password).get_session_auth_hash()
    if not constant_time_compare(session.get(auth.HASH_SESSION_KEY, ""), expected):
        return VISITOR
    if demonstration and not demonstration_runs():
        return VISITOR
    if cipher is not None and not demonstration and not secondfactor.is_mark(session.get(MARK, ""), cipher):
        return VISITOR  # opened before the account had this app
    grants = tuple(Grant(role, ScopeKind(scope), scope_id) for *_, role, scope, scope_id in rows if role)
    alone = kind == ActorKind.STAFF and cipher is None and not demonstration
    return Actor(ActorKind(kind), AccountId(Account._meta.pk.to_python(account_id)), grants, alone)


def actor_still(session_key: str | None) -> Actor:
    """Who the session with this key belongs to at this moment, read anew: for what lasts longer than a request. Two queries."""
    return actor_of(SessionStore(session_key)) if session_key else VISITOR


def demonstration_runs() -> bool:
    """Whether invented people may log in: town.yaml says that it is a demonstration, and it is not open to others unasked."""
    return bool(getattr(settings, "DEMONSTRATION", False) and getattr(settings, "DEMONSTRATION_LOG_INS", False))


def send_code(request: HttpRequest, phone: str) -> CodeSent:
    """Send a one-time code to a phone. Raises BadPhone, TooManyCodes, TooManyCodesHere, TooManyCodesInTown."""
    return proving.request_code(phone, language=_language(request), origin=origin_of(request), call=_keyless(request))


def log_in_resident(request: HttpRequest, phone: str, code: str) -> AccountId:
    """Open a session for the resident with this phone, by the code; registers on first use.

    Raises BadPhone, WrongCode, CodeSpent, AccountInactive, DemonstrationOnly.
    """
    language, origin = _language(request), origin_of(request)
    return _open(request, proving.confirm_code(phone, code, language=language, origin=origin, call=_keyless(request)))


def log_in_staff(request: HttpRequest, username: str, password: str, code: str = "") -> AccountId:
    """Open a session for a member of staff. Where the account has a second step and no code is given, the password is
    remembered for confirm_second_factor.

    Raises WrongPassword, TooManyPasswords, AccountInactive, DemonstrationOnly, SecondFactorNeeded, SecondFactorWrong,
    TooManySecondFactors.
    """
    proof = _proved(request, username, password)
    account_id = _known(proof)
    held = Account.objects.only("password", "totp_cipher").get(pk=account_id)
    if held.totp_cipher is not None:
        if not code:
            _await_code(request, proof, held)
            raise SecondFactorNeeded
        _confirm(request, account_id, code)
    return _come_in(request, proof, by="password" if held.totp_cipher is None else "both")


def _proved(request: HttpRequest, username: str, password: str) -> Proof:
    """The proof by password, which may refuse; what is refused stands in the security log."""
    origin, call = origin_of(request), _keyless(request)
    try:
        proof = proving.try_password(username, password, origin=origin, call=call)
    except Problem as refused:
        securitylog.note_refused(refused, username, origin=origin, call=call)
        raise
    if proof.refused is not None:
        securitylog.note_refused(proof.refused, username, origin=origin, call=call)
    return proof


def _known(proof: Proof) -> AccountId:
    """Whose proof it is. Raises what refuses it."""
    if proof.refused is not None or proof.account_id is None:
        raise proof.refused or NotFound
    return proof.account_id


def _come_in(request: HttpRequest, proof: Proof, *, by: str) -> AccountId:
    """Open a colleague's session and say so in the security log: by password alone, by both steps or as a demonstration."""
    account_id = _open(request, proof)
    if request.actor.kind == ActorKind.STAFF:  # type: ignore[attr-defined]
        securitylog.note(What.LOGIN, account_id, origin=origin_of(request), about={"by": by}, call=_keyless(request))
    return account_id


def _await_code(request: HttpRequest, proof: Proof, held: Account) -> None:
    """Remember in a session of its own, whoever gave its key before, that the password fitted."""
    request.session.flush()
    request.actor = VISITOR  # type: ignore[attr-defined]
    until = walltime.now().timestamp() + SECOND_STEP_S
    request.session[WAITS] = [str(proof.account_id), held.get_session_auth_hash(), proof.devices, until]
    request.session.set_expiry(SECOND_STEP_S)


def awaits_second_factor(request: HttpRequest) -> bool:
    """Whether somebody gave their password in this browser, and the code is still to come."""
    return WAITS in request.session


def confirm_second_factor(request: HttpRequest, code: str) -> AccountId:
    """Open the session of who gave the password a moment ago.

    Raises SecondFactorLapsed, SecondFactorWrong, TooManySecondFactors, AccountInactive, DemonstrationOnly.
    """
    account_id, password_mark, known, until = request.session.get(WAITS, ["", "", "", 0.0])
    held = Account.objects.filter(pk=account_id, active=True).only("password").first() if account_id else None
    fits = held is not None and constant_time_compare(password_mark, held.get_session_auth_hash())
    if held is None or not fits or until < walltime.now().timestamp():
        request.session.pop(WAITS, None)
        raise SecondFactorLapsed
    _confirm(request, AccountId(held.id), code)
    del request.session[WAITS]
    return _come_in(request, Proof(AccountId(held.id), devices=known), by="both")


def _confirm(request: HttpRequest, account_id: AccountId, code: str) -> None:
    try:
        refused = factor_steps.try_second_factor(account_id, code, call=_keyless(request))
        if refused is not None:
            raise refused
    except Problem as refusal:
        securitylog.note_refused_of(refusal, account_id, origin=origin_of(request), call=_keyless(request))
        raise


def offer_second_factor(request: HttpRequest) -> bytes:
    """A secret for an app, kept in this session until its first code comes or ten minutes are over; the same at each look."""
    sealed, until = request.session.get(OFFERED, ["", 0.0])
    if sealed and walltime.now().timestamp() < until:
        return secrecy.unseal_bytes(bytes.fromhex(sealed))
    secret = ids.totp_secret()
    until = walltime.now().timestamp() + SECOND_STEP_S
    request.session[OFFERED] = [secrecy.seal_bytes(secret).hex(), until]
    return secret


def set_second_factor(request: HttpRequest, password: str, code: str) -> tuple[str, ...]:
    """Set the second step up with the secret that was offered, knowing one's password. This session goes on; all others end.

    Answers with the recovery codes. Raises WrongPassword, TooManyPasswords, SecondFactorLapsed, SecondFactorWrong, NotFound.
    """
    sealed, until = request.session.get(OFFERED, ["", 0.0])
    if not sealed or until < walltime.now().timestamp():
        raise SecondFactorLapsed
    username = queries.own_details(request.actor).username  # type: ignore[attr-defined]
    proof = _proved(request, username, password)
    secret = secrecy.unseal_bytes(bytes.fromhex(sealed))
    codes = factor_steps.set_second_factor(_known(proof), secret, code, call=_keyless(request))
    del request.session[OFFERED]
    _open(request, proof, alone=True)
    return codes


def change_own_password(request: HttpRequest, old: str, new: str) -> AccountId:
    """Give oneself another password, knowing the old one. This session goes on under a new key; all others end.

    Raises WrongPassword, TooManyPasswords, WeakPassword, NotFound.
    """
    username = queries.own_details(request.actor).username  # type: ignore[attr-defined]
    account_id, origin, call = _known(_proved(request, username, old)), origin_of(request), _keyless(request)
    accounts.set_password(account_id, new, call=call)
    # An account with a second step took it when this session was opened: actor_of sees to that.
    return _open(request, Proof(account_id, devices=guesses.renewed_device(account_id, origin, call.now)), alone=True)


def log_in_demonstration(request: HttpRequest, account_id: AccountId) -> AccountId:
    """Open a session as an invented person with one click, while the town is a demonstration.

    Raises DemonstrationOnly when it is not, or the account is a real person's.
    """
    permission.require(request.actor, "session.demonstrate", TOWN_WIDE)  # type: ignore[attr-defined]
    if not Account.objects.filter(pk=account_id, demonstration=True, active=True).exists():
        raise DemonstrationOnly
    return _come_in(request, Proof(account_id), by="demonstration")


def log_out(request: HttpRequest) -> None:
    """End the session."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind == ActorKind.STAFF and actor.account_id:
        securitylog.note(What.LOGOUT, actor.account_id, origin=origin_of(request), call=_keyless(request))
    if place := place_of(request):
        session_steps.close(place)
    auth.logout(request)
    request.actor = VISITOR  # type: ignore[attr-defined]


def place_of(request: HttpRequest) -> UUID | None:
    """The row of this session among the open ones."""
    place = request.session.get(PLACE)
    return UUID(place) if place else None


def _open(request: HttpRequest, proof: Proof, *, alone: bool = False) -> AccountId:
    if proof.refused is not None:
        raise proof.refused
    account = Account.objects.filter(pk=proof.account_id).first() if proof.account_id is not None else None
    if account is None or proof.account_id is None:
        raise NotFound
    if account.demonstration and not demonstration_runs():
        raise DemonstrationOnly
    before = place_of(request)
    auth.login(request, account, backend=BACKEND)
    if account.totp_cipher is not None:
        request.session[MARK] = secondfactor.mark_of(account.totp_cipher)
    if account.kind == ActorKind.STAFF:
        request.session[PLACE] = str(
            session_steps.open_one(
                proof.account_id,
                device=opensessions.device_named(request.headers.get("User-Agent", "")),
                origin=origin_of(request),
                alone=alone,
                instead=before,
                call=_keyless(request),
            )
        )
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
