"""What waits for a decision of whoever asks: by what they may do, each with where it is done and what to do there."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.cases import queries as cases
from yiwang.cases.queries import CaseRow, ListFilter
from yiwang.cases.stages import State
from yiwang.kernel.terms import Actor
from yiwang.plan import queries as plans
from yiwang.plan.inquiries import queries as inquiries
from yiwang.plan.review import queries as review
from yiwang.plan.supervision.queries import SupervisionView
from yiwang.web.components.markup import english
from yiwang.web.desk.room import may

SHOWN = 20
COMPLEX = "complex"
"""The reason with which a department asks for more time because a demand is complex (cases/reasons.py)."""


def waiting(actor: Actor, supervised: Iterable[SupervisionView], year: int) -> list[dict[str, Any]]:
    """The decisions that wait for this person, the most pressing kind first; kinds with none are left out."""
    kinds = (
        (_("部门争议，等裁定"), _("看双方理由，裁定由谁承办"), _disputed(actor)),
        (_("督办有反馈"), _("看依据：办结或退回"), _shown(actor, supervised)),
        (_("申请按复杂诉求办理"), _("批准按复杂诉求办理，或不同意延期"), _complex(actor)),
        (_("挂账到了复核日"), _("恢复办理，或另定复核日"), _to_review(actor)),
        (_("没有按时说明进展的任务"), _("开督办，或等部门说明"), _climbed(actor)),
        (_("要点原文等核对"), _("对上任务，或说明不是任务"), _to_confirm(actor, year)),
    )
    return [
        {"title": title, "action": action, "rows": rows[:SHOWN], "total": len(rows)}
        for title, action, rows in kinds
        if rows
    ]


def _case(row: CaseRow) -> dict[str, str]:
    return {"text": row.title, "number": row.number, "href": reverse("desk:case", args=[row.number])}


def _disputed(actor: Actor) -> list[dict[str, str]]:
    if not may(actor, "case.rule"):
        return []
    listed = cases.work_list(actor, ListFilter(states=(State.DISPUTED,)), size=200).rows
    return [_case(row) for row in listed if cases.may_rule(actor, row.number)]


def _shown(actor: Actor, supervised: Iterable[SupervisionView]) -> list[dict[str, str]]:
    if not may(actor, "case.supervise"):
        return []
    return [
        {
            "text": f"{one.row} {one.promise_en if english() else one.promise_zh}",
            "number": one.number,
            "href": reverse("desk:case", args=[one.number]),
        }
        for one in supervised
        if one.state in (State.HANDLED, State.VERIFIED)
    ]


def _complex(actor: Actor) -> list[dict[str, str]]:
    if not may(actor, "case.approve_complex"):
        return []
    listed = cases.work_list(actor, ListFilter(extensions=True), size=200).rows
    return [_case(row) for row in listed if _asks_as_complex(actor, row)]


def _asks_as_complex(actor: Actor, row: CaseRow) -> bool:
    found = cases.case(actor, row.number)
    asked = any(one.state == "asked" and one.reason_code == COMPLEX for one in found.extensions)
    return bool(asked and found.demand and not found.snapshot.complex_approved)


def _to_review(actor: Actor) -> list[dict[str, str]]:
    if not may(actor, "case.suspend"):
        return []
    listed = cases.work_list(actor, ListFilter(states=(State.SUSPENDED,)), size=200).rows
    return [_case(row) for row in listed if row.review_due]


def _climbed(actor: Actor) -> list[dict[str, str]]:
    if not may(actor, "plan.supervise"):
        return []
    return [
        {
            "text": one.promise_en if english() else one.promise_zh,
            "number": one.row,
            "href": reverse("desk:supervise", args=[one.year, one.row]),
        }
        for one in inquiries.waiting(actor, climbed_only=True)
    ]


def _to_confirm(actor: Actor, year: int) -> list[dict[str, str]]:
    """The drafts of the year's document that nobody has decided about, as one line: they are reviewed together."""
    if not plans.may_review(actor, year):
        return []
    found = review.progress(actor, year)
    left = found.drafts - found.reviewed
    if not left:
        return []
    return [
        {
            "text": _("%(n)s 条原文还没有核对") % {"n": left},
            "number": str(year),
            "href": reverse("desk:plan", args=[year]),
        }
    ]
