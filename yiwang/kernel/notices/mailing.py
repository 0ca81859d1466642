"""Notices that also go out by mail: what waits for one account goes as one mail, tried again after growing pauses.

A mail leaves the house in clear text: it says the kinds and the numbers, and nobody's words.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from yiwang.kernel.notices import mail, rules, table
from yiwang.kernel.notices.models import Notice, NoticeChoice, NoticeMail
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.codes import NotSent
from yiwang.kernel.people.rules import next_try
from yiwang.kernel.terms import SYSTEM, AccountId
from yiwang.kernel.wording import word
from yiwang.kernel.zone import in_town

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""After so long a mail whose worker was killed while sending is tried again: perhaps sent twice, never not at all."""
LINES = 50
"""The most that one mail names; the rest are a number."""
FAULT = "fault"


def send_due(now: datetime) -> int:
    """Send what is due, one mail for each account; returns how many were taken. Call it outside a transaction."""
    waiting = Notice.objects.filter(to_mail=True).values("account").annotate(oldest=Min("at"))
    paces = dict(NoticeChoice.objects.exclude(pace="").values_list("account", "pace"))
    due = [one["account"] for one in waiting if rules.mail_due(paces.get(one["account"], ""), one["oldest"], now)]
    return sum(_post(AccountId(account), now) for account in due)


def _post(account_id: AccountId, now: datetime) -> bool:
    tries = _take(account_id, now)
    if not tries:
        return False
    notices = list(Notice.objects.filter(account=account_id, to_mail=True).order_by("-at", "-id"))
    box = people.mailbox(SYSTEM, account_id)
    if box is None or not notices:
        _done(account_id, notices)
        return False
    try:
        mail.sender().send(box.address, *_written(notices, box.language))
    except NotSent as refused:
        return _put_off(account_id, notices, tries, refused.reason, now)
    except Exception:
        log.exception("a mail with %d notices could not be sent, try %d", len(notices), tries)
        return _put_off(account_id, notices, tries, FAULT, now)
    _done(account_id, notices)
    return True


def _take(account_id: AccountId, now: datetime) -> int:
    """Which try it is; 0 when it is not its turn or another worker has it. Committed before the sending."""
    with transaction.atomic():
        NoticeMail.objects.get_or_create(account=account_id, defaults={"next_at": now})
        row = (
            NoticeMail.objects.select_for_update(skip_locked=True).filter(account=account_id, next_at__lte=now).first()
        )
        if row is None:
            return 0
        row.tries, row.next_at = row.tries + 1, now + LEASE
        row.save(update_fields=["tries", "next_at"])
        return row.tries


def _written(notices: Sequence[Notice], language: str) -> tuple[str, str]:
    """Subject and text."""
    named: dict[UUID, str] = {}
    for kind in {notice.subject_kind for notice in notices} & set(table.NAMES):
        named |= table.NAMES[kind]([one.subject_id for one in notices if one.subject_kind == kind])
    lines = [
        f"{word(f'notice.kind.{one.kind}', language)} · {named.get(one.subject_id, '')} · {in_town(one.at):%m-%d %H:%M}"
        for one in notices[:LINES]
    ]
    rest = len(notices) - len(lines)
    if rest:
        lines.append(word("notice.mail.more", language).format(n=rest))
    origins = settings.CSRF_TRUSTED_ORIGINS
    where = f"{origins[0]}/desk/notices" if origins else ""
    end = word("notice.mail.end", language)
    subject = word("notice.mail.subject", language).format(n=len(notices))
    return subject, "\n".join([*lines, "", end, *([where] if where else [])])


def _done(account_id: AccountId, notices: Sequence[Notice]) -> None:
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(to_mail=False)
    NoticeMail.objects.filter(account=account_id).delete()


def _put_off(account_id: AccountId, notices: Sequence[Notice], tries: int, reason: str, now: datetime) -> bool:
    """Try again after a pause; when it is given up the notices stay on the desk, and the next mail begins anew."""
    again = next_try(tries, now)
    if again is None:
        Notice.objects.filter(pk__in=[one.pk for one in notices]).update(to_mail=False)
    values = {"reason": reason, "next_at": again or now, "tries": tries if again else 0}
    NoticeMail.objects.filter(account=account_id).update(**values)
    return False
