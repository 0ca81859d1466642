"""Claims of residents about their own data: what waits and by when, and answering one."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.intake.reports.claims import queries, steps
from yiwang.intake.reports.claims.queries import ClaimView
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import door
from yiwang.kernel.terms import TOWN_WIDE, Actor, Call
from yiwang.web.board import shown
from yiwang.web.desk import deeds
from yiwang.web.desk.deeds import Deed
from yiwang.web.desk.forms.claims import AnswerClaim
from yiwang.web.desk.room import actor_of, call_of, page, role_name, said

MOST_ANSWERED = 50
SHOWN_WORDS = 30
"""Characters of a claim in the list: enough to tell two of one person apart."""


def _answer(about: UUID, given: dict[str, Any], call: Call) -> None:
    steps.answer(about, outcome=given["outcome"], words=given["answer"], correction=given["correction"], call=call)


ANSWER = Deed("answer", "claim.answer", gettext_lazy("答复"), AnswerClaim, _answer)


def waiting(actor: Actor, call: Call) -> list[dict[str, Any]]:
    """For the home page: what waits for an answer."""
    today = walltime.town_day(call.now)
    rows = [
        {
            "href": reverse("desk:claim", args=[one.id]),
            "name": said(f"claim.kind.{one.kind}"),
            "kind": one.number or _("全部信息"),
            "code": _until(one, today),
        }
        for one in queries.waiting(actor)
    ]
    return [{"title": _("居民对本人信息的请求"), "href": reverse("desk:claims"), "rows": rows}] if rows else []


def _until(one: ClaimView, today: date) -> str:
    if today > one.due_on:
        return _("应在 %(day)s 前答复，已过期") % {"day": shown.day(one.due_on)}
    return _("最晚 %(day)s 答复") % {"day": shown.day(one.due_on)}


def _columns() -> list[dict[str, Any]]:
    heads = {"kind": _("要求"), "words": _("原话"), "number": _("哪一件"), "made": _("提出"), "until": _("答复期限")}
    return [{"key": key, "text": text} for key, text in heads.items()]


def _line(one: ClaimView, today: date) -> dict[str, Any]:
    late = not one.answered_at and today > one.due_on
    outcome = said(f"claim.outcome.{one.outcome}") if one.outcome else _until(one, today)
    return {
        "kind": {"text": said(f"claim.kind.{one.kind}"), "href": reverse("desk:claim", args=[one.id])},
        "words": Truncator(one.words).chars(SHOWN_WORDS) or "—",
        "number": one.number or _("全部信息"),
        "made": shown.day(walltime.town_day(one.made_at)),
        "until": {"text": outcome, "tone": "done" if one.outcome else "overdue" if late else "waiting"},
    }


@require_GET
@door("claim.list")
def listed(request: HttpRequest) -> HttpResponse:
    """What waits, the first due first, and what was answered last."""
    actor, today = actor_of(request), walltime.town_day(call_of(request).now)
    content = {
        "columns": _columns(),
        "rows": [_line(one, today) for one in queries.waiting(actor)],
        "answered": [_line(one, today) for one in queries.answered(actor, MOST_ANSWERED)],
    }
    return page(request, "desk/claims.html", content)


@require_http_methods(["GET", "POST"])
@door("claim.list")
def show(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """One claim, and the form that answers it."""
    actor, call, asked = actor_of(request), call_of(request), None
    found = queries.one(actor, claim_id)
    address = reverse("desk:claim", args=[claim_id])
    if request.method == "POST":
        permission.require(actor, ANSWER.action, TOWN_WIDE)
        asked = deeds.attempt(ANSWER, claim_id, request.POST, {}, call)
        if asked is None:
            messages.success(request, _("已答复，本人在“我的信息”里看到。"))
            return HttpResponseRedirect(reverse("desk:claims"))
    content = {
        "claim": found,
        "kind": said(f"claim.kind.{found.kind}"),
        "outcome": said(f"claim.outcome.{found.outcome}") if found.outcome else "",
        "role": role_name(found.role) if found.role else "",
        "until": _until(found, walltime.town_day(call.now)),
        "late": walltime.town_day(call.now) > found.due_on,
        "who": queries.who(actor, found),
        "untold": [said(f"untold.reason.{one.reason}") for one in queries.untold(actor, found)],
        "deed": None if found.answered_at else deeds.shown(ANSWER, actor, address, {}, asked=asked),
    }
    return page(request, "desk/claim.html", content, status=asked.status if asked else 200)
