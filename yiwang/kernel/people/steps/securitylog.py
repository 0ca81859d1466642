"""Adding lines to the security log (record 0045), and deleting those whose time is over: no facts, and nothing else changes them."""

from datetime import datetime, timedelta

from yiwang.kernel import secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.people.guesses import NOWHERE, Origin
from yiwang.kernel.people.models import Account, SecurityEvent
from yiwang.kernel.people.problems import (
    SecondFactorWrong,
    TooManyPasswords,
    TooManySecondFactors,
)
from yiwang.kernel.people.securitylog import What, kept_since
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import TOWN_WIDE, AccountId, Call

AGAIN = timedelta(minutes=15)
"""A lock-out is told once in so long for one account: whoever knocks on does not fill the log."""
NAMELESS_AN_HOUR = 1000
"""Refusals of usernames that nobody has, told in an hour; a flood beyond that says nothing new."""
_LOCKS = (What.LOCKED, What.CODE_LOCKED)


@step("security_log.note", apart={"origin"})
def note(
    what: What,
    account_id: AccountId | None,
    *,
    origin: Origin = NOWHERE,
    about: dict[str, str] | None = None,
    call: Call,
) -> None:
    """Add a line about an account of staff; None for a username that nobody has, which is not kept: it may be a mistyped password."""
    permission.require(call.actor, "security_log.note", TOWN_WIDE)
    if _told_enough(what, account_id, call.now):
        return
    by = call.actor.account_id
    SecurityEvent.objects.create(
        happened_at=call.now,
        what=what,
        account=account_id,
        done_by=by if by != account_id else None,
        door=call.door,
        address_cipher=secrecy.seal(origin.address) if origin.address else None,
        about=about or {},
    )


def _told_enough(what: What, account_id: AccountId | None, now: datetime) -> bool:
    same = SecurityEvent.objects.filter(what=what, account=account_id)
    if what in _LOCKS:
        return same.filter(happened_at__gt=now - AGAIN).exists()
    if account_id is None and what == What.REFUSED:
        return same.filter(happened_at__gt=now - timedelta(hours=1))[:NAMELESS_AN_HOUR].count() >= NAMELESS_AN_HOUR
    return False


def note_refused(refused: Problem, username: str, *, origin: Origin, call: Call) -> None:
    """A log-in by this username was refused with that."""
    plain = username.replace("\0", "").strip().lower()
    found = Account.objects.filter(username=plain, kind="staff").values_list("id", flat=True).first()
    note_refused_of(refused, AccountId(found) if found else None, origin=origin, call=call)


def note_refused_of(refused: Problem, account_id: AccountId | None, *, origin: Origin, call: Call) -> None:
    """A log-in of this account was refused with that."""
    whats: dict[type[Problem], What] = {
        TooManyPasswords: What.LOCKED,
        SecondFactorWrong: What.CODE_REFUSED,
        TooManySecondFactors: What.CODE_LOCKED,
    }
    what = whats.get(type(refused), What.REFUSED)
    note(what, account_id, origin=origin, about={"why": refused.slug}, call=call)


def note_export(action: str, of: str, *, origin: Origin = NOWHERE, call: Call) -> None:
    """Rows are about to be carried away by whoever calls: by which action of the permission table, and of what."""
    note(What.EXPORT, call.actor.account_id, origin=origin, about={"action": action, "of": of}, call=call)


def sweep(now: datetime) -> int:
    """Delete the lines whose time is over; gives how many."""
    return SecurityEvent.objects.filter(happened_at__lt=kept_since(now)).delete()[0]
