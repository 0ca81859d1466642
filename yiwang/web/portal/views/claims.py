"""Asking for something about one's own data (个人信息保护法 arts. 44-50): correct, delete, restrict, explain, object; and the answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yiwang.cases import numbers
from yiwang.intake.reports import kept
from yiwang.intake.reports import queries as reports
from yiwang.intake.reports.claims import law, queries, rules, steps
from yiwang.intake.reports.claims.queries import ClaimView
from yiwang.kernel.access.door import door
from yiwang.kernel.problems import NotFound, Problem
from yiwang.kernel.terms import Actor
from yiwang.kernel.wording import word
from yiwang.web import house
from yiwang.web.portal import room
from yiwang.web.portal.guards import residents_page

TITLE = 20
"""Characters of a report's words in the list that one chooses from."""


@require_http_methods(["GET", "POST"])
@never_cache
@door("claim.make")
@residents_page
def claims(request: HttpRequest) -> HttpResponse:
    """What one asked and was answered, and the form to ask. `?kind=` and `?number=` choose beforehand."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        kind, words = request.POST.get("kind", ""), request.POST.get("words", "")
        if kind not in rules.KINDS:
            errors, status = {"kind": _("请选一项。")}, 422
        else:
            try:
                steps.make(kind, words, number=request.POST.get("number", "")[:30], call=request.call())  # type: ignore[attr-defined]
            except NotFound:
                raise
            except Problem as refusal:
                errors, status = {"words": house.sentence(refusal)}, refusal.status
            else:
                return HttpResponseRedirect(f"{reverse('portal:claims')}?made=1", status=303)
    return render(request, "portal/claims.html", _content(request, actor, errors), status=status)


def _content(request: HttpRequest, actor: Actor, errors: dict[str, str]) -> dict[str, Any]:
    given = request.POST if request.method == "POST" else request.GET
    language = house.language()
    return {
        "errors": errors,
        "made": "made" in request.GET,
        "kinds": [(one, word(f"claim.kind.{one}", language)) for one in rules.KINDS],
        "kind": given.get("kind", ""),
        "number": given.get("number", ""),
        "words": given.get("words", ""),
        "most": rules.LONGEST,
        "days": law.answer_days(request.call().now),  # type: ignore[attr-defined]
        "reports": _choices(actor),
        "claims": [_shown(one, language) for one in queries.own(actor)],
    }


def _choices(actor: Actor) -> list[tuple[str, str]]:
    """One's own reports to choose from, after all of one's data; none for who reported nothing."""
    found = [
        (one.number, f"{numbers.spaced(one.number)} {(one.title or one.text)[:TITLE]}")
        for one in reports.reports_of(actor, kept.ALL)
    ]
    return [("", _("全部信息")), *found] if found else []


def _shown(one: ClaimView, language: str) -> dict[str, Any]:
    return {
        "kind": word(f"claim.kind.{one.kind}", language),
        "spaced": numbers.spaced(one.number) if one.number else "",
        "made_at": one.made_at,
        "due_on": one.due_on,
        "words": one.words,
        "outcome": word(f"claim.outcome.{one.outcome}", language) if one.outcome else "",
        "who": room.role_name(one.role) if one.role else "",
        "answer": one.answer,
        "answered_at": one.answered_at,
    }
