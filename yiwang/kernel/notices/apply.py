"""From facts to rows: what somebody chose."""

from yiwang.kernel.journal.registry import Entry, applies
from yiwang.kernel.notices.facts import NoticesChosen
from yiwang.kernel.notices.models import NoticeChoice


@applies(NoticesChosen)
def notices_chosen(fact: NoticesChosen, entry: Entry) -> None:
    chosen = {"muted": list(fact.muted), "mailed": list(fact.mailed), "pace": fact.pace}
    NoticeChoice.objects.update_or_create(account=fact.account_id, defaults=chosen)
