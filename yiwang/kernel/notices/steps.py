"""What one does with one's own notices."""

from collections.abc import Iterable

from yiwang.kernel.access import permission
from yiwang.kernel.journal import steps as journal
from yiwang.kernel.journal.step import step
from yiwang.kernel.notices import rules, table, telling
from yiwang.kernel.notices.facts import NoticesChosen
from yiwang.kernel.notices.models import Notice
from yiwang.kernel.terms import AccountId, Call, Where


@step("notice.read")
def mark_read(notice_ids: Iterable[int] | None = None, *, call: Call) -> None:
    """Take these of one's own notices (None: all) as read. Others' are left as they are; when somebody read is kept nowhere."""
    account_id = _own(call, "notice.read")
    mine = Notice.objects.filter(account=account_id, unread=True)
    if notice_ids is not None:
        mine = mine.filter(pk__in=list(notice_ids))
    if mine.update(unread=False, to_mail=False):
        telling.ring([account_id])


@step("notice.choose")
def choose(muted: Iterable[str], mailed: Iterable[str] = (), pace: str = "", *, call: Call) -> NoticesChosen:
    """Choose the kinds of notices that one does not want from now on, those that also come by mail, and when.

    Unknown kinds are left out. What waits to go out by mail is not mailed any more when no mail is wanted.
    """
    account_id = _own(call, "notice.choose")
    wanted = rules.known_pace(pace)
    fact = NoticesChosen(account_id, rules.known(table.KINDS, muted), rules.known(table.KINDS, mailed), wanted)
    if not wanted:
        Notice.objects.filter(account=account_id, to_mail=True).update(to_mail=False)
    journal.record(fact, call=call)
    return fact


def _own(call: Call, action: str) -> AccountId:
    """The account that asks: notices are always one's own."""
    account_id = call.actor.account_id
    permission.require(call.actor, action, Where(owners=frozenset({account_id} if account_id else ())))
    assert account_id is not None, "only own grants reach notices"  # noqa: S101
    return account_id
