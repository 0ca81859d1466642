"""Opening, using and ending the sessions of staff: passing rows, there while the session is (record 0033)."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from yiwang.kernel import ids, secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.people.guesses import NOWHERE, Origin
from yiwang.kernel.people.lasting import LASTS, UNUSED, surplus
from yiwang.kernel.people.models import OpenSession
from yiwang.kernel.people.securitylog import What
from yiwang.kernel.people.steps import securitylog
from yiwang.kernel.terms import TOWN_WIDE, AccountId, Call, Where


@step("session.open", apart={"origin"})
def open_one(
    account_id: AccountId,
    *,
    device: str,
    origin: Origin = NOWHERE,
    alone: bool = False,
    instead: UUID | None = None,
    call: Call,
) -> UUID:
    """Note that a session is opened, `instead` of one that goes on under another key. `alone`: all others end, as after a new password."""
    permission.require(call.actor, "session.open", TOWN_WIDE)
    others = OpenSession.objects.select_for_update().filter(account=account_id)
    if instead is not None:
        OpenSession.objects.filter(pk=instead).delete()
    if alone:
        others.delete()
    used = dict(others.values_list("id", "used_at"))
    OpenSession.objects.filter(pk__in=surplus(used)).delete()
    session_id = ids.new_id(call.now)
    OpenSession.objects.create(
        id=session_id,
        account=account_id,
        opened_at=call.now,
        used_at=call.now,
        device=device,
        address_cipher=secrecy.seal(origin.address) if origin.address else None,
    )
    return session_id


@step("session.end", apart={"origin", "keep"})
def end(
    account_id: AccountId,
    session_id: UUID | None = None,
    *,
    keep: UUID | None = None,
    origin: Origin = NOWHERE,
    call: Call,
) -> None:
    """End one open session of an account, or all of them but `keep`. They count no longer from the next request on."""
    permission.require(call.actor, "session.end", Where(owners=frozenset({account_id})))
    found = OpenSession.objects.filter(account=account_id)
    if session_id is not None:
        found = found.filter(pk=session_id)
    if keep is not None:
        found = found.exclude(pk=keep)
    gone, _ = found.delete()
    if gone:
        securitylog.note(What.ENDED, account_id, origin=origin, call=call)


def touch(session_id: UUID, now: datetime) -> None:
    """It was used now."""
    OpenSession.objects.filter(pk=session_id).update(used_at=now)


def close(session_id: UUID) -> None:
    """Its holder logged out."""
    OpenSession.objects.filter(pk=session_id).delete()


def sweep(now: datetime) -> int:
    """Take away what is over by its time; gives how many."""
    over = Q(opened_at__lte=now - LASTS) | Q(used_at__lte=now - UNUSED)
    return OpenSession.objects.filter(over).delete()[0]
