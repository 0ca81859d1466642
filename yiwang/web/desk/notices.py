"""Notices as the desk shows them: what each is about, asked anew of the module that has it, and where it opens."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.cases import queries as cases
from yiwang.kernel.notices.queries import NoticeCard
from yiwang.kernel.terms import Actor, CaseId
from yiwang.web.desk.room import said

TONES = {
    "overdue": "overdue",
    "soon": "soon",
    "returned": "soon",
    "disputed": "soon",
    "reworked": "soon",
    "closed": "done",
}
"""How a kind looks; every other asks for an act."""

Subject = dict[str, str]
"""`title`, `number` and `href` of what a notice is about."""


def _cases(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Subject]:
    rows = cases.rows_of(actor, [CaseId(one) for one in ids])
    return {
        case_id: {
            "title": row.title or _("（只有照片）"),
            "number": row.number,
            "href": reverse("desk:case", args=[row.number]),
        }
        for case_id, row in rows.items()
    }


SUBJECTS: Mapping[str, Callable[[Actor, Iterable[UUID]], dict[UUID, Subject]]] = {"case": _cases}
"""By what a notice is about: how those things are asked for. One that the actor may not see (any more) is missing."""


def subjects_of(actor: Actor, cards: Iterable[NoticeCard]) -> dict[tuple[str, UUID], Subject]:
    """What these notices are about, as far as the actor sees it; one query for each kind of thing."""
    wanted: dict[str, set[UUID]] = {}
    for card in cards:
        wanted.setdefault(card.subject_kind, set()).add(card.subject_id)
    return {(kind, one): subject for kind, ids in wanted.items() for one, subject in SUBJECTS[kind](actor, ids).items()}


def shown(
    cards: Iterable[NoticeCard], subjects: Mapping[tuple[str, UUID], Subject], now: datetime
) -> list[dict[str, Any]]:
    """The notices as lines. Of what is out of reach by now it only says so."""
    return [_line(card, subjects.get((card.subject_kind, card.subject_id)), now) for card in cards]


def _line(card: NoticeCard, subject: Subject | None, now: datetime) -> dict[str, Any]:
    return {
        "id": card.id,
        "title": subject["title"] if subject else _("已经不归您办的案件"),
        "number": subject["number"] if subject else "",
        "href": subject["href"] if subject else "",
        "kind": said(f"notice.kind.{card.kind}"),
        "tone": TONES.get(card.kind, "action"),
        "detail": said(card.detail) if card.detail else "",
        "at": card.at,
        "now": now,
        "unread": card.unread,
    }
