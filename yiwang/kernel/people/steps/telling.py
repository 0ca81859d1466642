"""Telling a person something on the telephone they left, through the town's sender (codes.py).

Passing rows, no facts. Each text is a unit of its own: one that the sender does not take, or that cannot even be written, is tried
again after growing pauses and then given up, which staff see (queries.untold); it holds up no other. A row names the person by
account and the text by key: what it is about lies where it always lay.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from yiwang.kernel import secrecy, walltime
from yiwang.kernel.people import codes, rules
from yiwang.kernel.people.models import Account, UntoldText
from yiwang.kernel.terms import AccountId
from yiwang.kernel.wording import word

log = logging.getLogger(__name__)

AT_ONCE = 20
"""Texts in one go of the worker; the rest follow seconds later."""
LEASE = timedelta(minutes=20)
"""After so long a text whose worker was killed while sending is tried again: perhaps told twice, never not at all. It counts from
the text's own turn: however slow those before it were, nobody else sends it meanwhile."""
FAULT = "fault"


def plan(account_id: AccountId, key: str, *, about: UUID, now: datetime, **parameters: str) -> None:
    """Let the text of `key` go out to the account's phone, in its own language; `parameters` must not be about a person.

    What could not be told so far about the same thing is replaced: the newest word counts.
    """
    UntoldText.objects.filter(account=account_id, about=about, tries__gt=0, given_up_at=None).delete()
    UntoldText.objects.create(
        account=account_id, about=about, key=key, parameters=parameters, planned_at=now, next_at=now
    )


def send_due(now: datetime, limit: int = AT_ONCE) -> int:
    """Send what is due, each for itself; returns how many texts the sender took. Call it outside a transaction.

    Pauses count from `now`; a lease from the text's own turn, for a slow sender may need minutes for all of them.
    """
    clock = walltime.going_on_from(now)
    sent = 0
    for _ in range(limit):
        row = _take(now, clock())
        if row is None:
            break
        sent += _try(row, now)
    return sent


def reached(about: UUID) -> None:
    """Somebody spoke with the person: nothing about this thing waits to be told or is shown as untold any more."""
    UntoldText.objects.filter(about=about, tries__gt=0).delete()


def drop_before(moment: datetime) -> int:
    """Forget the texts that were given up before then; returns how many."""
    return UntoldText.objects.filter(given_up_at__lt=moment).delete()[0]


def _take(now: datetime, turn: datetime) -> UntoldText | None:
    """The next text that was due at `now`, ours for a while from `turn`. Committed before the sending, so that no transaction
    waits for a provider."""
    with transaction.atomic():
        due = UntoldText.objects.select_for_update(skip_locked=True).filter(given_up_at=None, next_at__lte=now)
        row = due.order_by("next_at", "id").first()
        if row is not None:
            row.tries += 1
            row.next_at = turn + LEASE
            row.save(update_fields=["tries", "next_at"])
        return row


def _try(row: UntoldText, now: datetime) -> bool:
    try:
        taken = _send(row)
    except codes.NotSent as refused:
        _put_off(row, refused.reason, now)
        return False
    except Exception:
        log.exception("text %s (%s) could not be sent, try %d", row.pk, row.key, row.tries)
        _put_off(row, FAULT, now)
        return False
    # Whoever has the newest word needs no older one; without a phone there is nobody to tell.
    UntoldText.objects.filter(account=row.account, about=row.about, id__lte=row.pk).delete()
    return taken


def _send(row: UntoldText) -> bool:
    account = Account.objects.filter(pk=row.account, phone_cipher__isnull=False).first()
    if account is None or account.phone_cipher is None:
        return False
    text = word(row.key, account.language).format(**row.parameters)
    codes.sender().send(secrecy.unseal(account.phone_cipher), text)
    return True


def _put_off(row: UntoldText, reason: str, now: datetime) -> None:
    """Only if it still waits as we took it: a newer word may have replaced it while it was under way, or another worker have
    taken it because we needed longer than the lease."""
    again = rules.next_try(row.tries, now)
    values = {"reason": reason, "next_at": again or row.next_at, "given_up_at": None if again else now}
    UntoldText.objects.filter(pk=row.pk, tries=row.tries).update(**values)
