"""One's own notices. There is no asking for anybody else's, nor whether somebody read something."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from yiwang.kernel.access.door import enter
from yiwang.kernel.notices import table
from yiwang.kernel.notices.models import Notice, NoticeChoice, NoticeMail
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import Actor

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """One notice: its kind, what it is about, the key of a word that says more, and since when it lies there."""

    id: int
    kind: str
    subject_kind: str
    subject_id: UUID
    detail: str
    at: datetime
    unread: bool


_CARD = ("id", "kind", "subject_kind", "subject_id", "detail", "at", "unread")


def unread(actor: Actor) -> int:
    """How many notices the actor has not read. One query."""
    return _own(actor).filter(unread=True).count()


def listed(actor: Actor, *, after: int = 0, size: int = PAGE_SIZE) -> tuple[NoticeCard, ...]:
    """The actor's notices, unread ones first, then the newest first; `after` of them are left out. One query."""
    rows = _own(actor).order_by("-unread", "-at", "-id")
    return tuple(NoticeCard(*row) for row in rows.values_list(*_CARD)[after : after + size])


def one(actor: Actor, notice_id: int) -> NoticeCard:
    """One of the actor's own notices. Raises NotFound, also for somebody else's."""
    row = _own(actor).filter(pk=notice_id).values_list(*_CARD).first()
    if row is None:
        raise NotFound
    return NoticeCard(*row)


def kinds(actor: Actor) -> tuple[str, ...]:
    """Every kind of notice there is."""
    enter(actor, "notice.read")
    return tuple(table.KINDS)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose: the kinds they do not want, those that also come by mail, and when (rules.PACES; empty: none do)."""

    muted: frozenset[str] = frozenset()
    mailed: frozenset[str] = frozenset()
    pace: str = ""


def choice(actor: Actor) -> Choice:
    """What the actor chose. One query."""
    enter(actor, "notice.choose")
    row = NoticeChoice.objects.filter(account=actor.account_id).first() if actor.account_id else None
    return Choice(frozenset(row.muted), frozenset(row.mailed), row.pace) if row else Choice()


def mail_refused(actor: Actor) -> str:
    """Why the last mail to the actor was not taken: one of codes.REASONS or `fault`; empty when it was. One query."""
    enter(actor, "notice.read")
    row = NoticeMail.objects.filter(account=actor.account_id).first() if actor.account_id else None
    return row.reason if row else ""


def _own(actor: Actor) -> QuerySet[Notice]:
    enter(actor, "notice.read")
    return Notice.objects.filter(account=actor.account_id) if actor.account_id else Notice.objects.none()
