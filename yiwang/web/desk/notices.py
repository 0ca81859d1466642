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
from yiwang.plan.inquiries import queries as inquiries
from yiwang.web.components.markup import english
from yiwang.web.desk.room import may, said

TONES = {
    "overdue": "overdue",
    "soon": "soon",
    "returned": "soon",
    "disputed": "soon",
    "reworked": "soon",
    "closed": "done",
    "inquiry": "soon",
    "inquiry_missed": "overdue",
    "supervision_overdue": "overdue",
    "supervision_ended": "done",
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


def _promises(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Subject]:
    page = "desk:supervise" if may(actor, "plan.oversee") else "desk:explain"
    return {
        commitment_id: {
            "title": words_en if english() else words_zh,
            "number": row,
            "href": reverse(page, args=[year, row]),
        }
        for commitment_id, (year, row, words_zh, words_en) in inquiries.named(actor, list(ids)).items()
    }


SUBJECTS: Mapping[str, Callable[[Actor, Iterable[UUID]], dict[UUID, Subject]]] = {
    "case": _cases,
    "commitment": _promises,
}
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
