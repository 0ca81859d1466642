"""Putting notices before people, and taking away what waits for nothing any more. Called inside a transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from yiwang.kernel.access import permission
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.notices import rules, table
from yiwang.kernel.notices.models import Notice, NoticeChoice
from yiwang.kernel.notices.rules import News
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import SYSTEM, AccountId, Actor

CHANNEL = "notice"
"""PostgreSQL's channel on which it is said whose bell changed: the payload is an account, never what."""


class Room:
    """Who works here and what they chose, asked once for a batch."""

    def __init__(self) -> None:
        self.staff: Sequence[Actor] = people.staff(SYSTEM)
        choices = list(NoticeChoice.objects.all())
        self.muted = {row.account: frozenset(row.muted) for row in choices}
        self.mailed = {row.account: frozenset(row.mailed) for row in choices if row.pace}

    def hearing(self, kind: str, news: News, by: str) -> frozenset[AccountId]:
        """Who hears of it and wants to."""
        found = rules.hearers(news, self.staff, permission.table(), by)
        return frozenset(account for account in found if kind not in self.muted.get(account, ()))


def tell(
    room: Room, kind: str, news: News, *, about: tuple[str, UUID], source: str, at: datetime, by: str = ""
) -> None:
    """Put a notice before everybody for whom it is news; the same source is told to nobody twice."""
    accounts = room.hearing(kind, news, by)
    subject_kind, subject_id = news.about or about
    Notice.objects.bulk_create(
        [
            Notice(
                account=account,
                kind=kind,
                subject_kind=subject_kind,
                subject_id=subject_id,
                source=source,
                detail=news.detail,
                at=at,
                to_mail=kind in room.mailed.get(account, ()),
            )
            for account in sorted(accounts)
        ],
        ignore_conflicts=True,
    )
    ring(accounts)


def untold(kind: str, sources: Iterable[str]) -> tuple[str, ...]:
    """Those of these sources of which nobody has a notice of this kind yet, in their order."""
    wanted = tuple(sources)
    told = set(Notice.objects.filter(kind=kind, source__in=wanted).values_list("source", flat=True))
    return tuple(source for source in wanted if source not in told)


def settle(subject_id: UUID, kinds: Iterable[str]) -> None:
    """What these kinds said about a thing waits for nothing any more."""
    waiting = Notice.objects.filter(subject_id=subject_id, kind__in=list(kinds), unread=True)
    accounts = {AccountId(account) for account in waiting.values_list("account", flat=True)}
    if accounts:
        waiting.update(unread=False, to_mail=False)
        ring(accounts)


def from_entry(room: Room, placed: Placed, now: datetime) -> None:
    """What one entry of the journal settles, and whom it is news for."""
    entry = placed.entry
    if entry.verb not in table.ROWS and entry.verb not in table.SETTLES:
        return
    subject = UUID(entry.subject_id)
    if entry.verb in table.SETTLES:
        settle(subject, table.SETTLES[entry.verb])
    if not rules.is_news(entry.recorded_at, now):
        return
    for row in table.ROWS.get(entry.verb, ()):
        for news in row.audience(placed):
            tell(
                room,
                row.kind,
                news,
                about=(entry.subject_kind, subject),
                source=f"entry:{entry.id}",
                at=entry.recorded_at,
                by=entry.actor,
            )


def ring(accounts: Iterable[AccountId]) -> None:
    """Say, when this transaction commits, that the bells of these accounts changed."""
    with connection.cursor() as cursor:
        for account in accounts:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(account)])
