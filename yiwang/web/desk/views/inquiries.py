"""Inquiries: what waits for an answer, and saying how a promise stands."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import door
from yiwang.kernel.terms import Call
from yiwang.plan import queries as plans
from yiwang.plan.inquiries import queries, steps
from yiwang.web.board import shown
from yiwang.web.desk import deeds, inquiries
from yiwang.web.desk.deeds import Asked, Deed
from yiwang.web.desk.forms.promises import Explain
from yiwang.web.desk.room import actor_of, call_of, page, said

SOON = timedelta(days=30)
"""What is proposed as the day by which something will be shown."""


def _explain(about: tuple[int, str], given: dict[str, Any], call: Call) -> None:
    steps.explain(*about, words=given["words"], expected_on=given["expected_on"], call=call)


EXPLAIN = Deed("explain", "plan.explain", gettext_lazy("说明进展"), Explain, _explain)


@require_GET
@door("desk.read")
def listed(request: HttpRequest) -> HttpResponse:
    """The questions that wait for the actor's departments; for who oversees, all of them."""
    actor = actor_of(request)
    return page(request, "desk/inquiries.html", {"columns": inquiries.columns(), "rows": inquiries.lines(actor)})


@require_http_methods(["GET", "POST"])
@door("plan.explain")
def explain(request: HttpRequest, year: int, row: str) -> HttpResponse:
    """Say how a promise stands and by when it will be shown; then its page."""
    actor, call = actor_of(request), call_of(request)
    standing = plans.promise(actor, year, row, walltime.town_day(call.now))
    where, asked = queries.ground(actor, standing.promise.owner), None
    if request.method == "POST":
        permission.require(actor, EXPLAIN.action, where)
        asked = deeds.attempt(EXPLAIN, (year, row), request.POST, {}, call)
        if asked is None:
            messages.success(request, _("已说明。颜色仍按依据判定。"))
            return HttpResponseRedirect(reverse("board:promise", args=[year, row]))
    judged, later = standing.judgement, walltime.town_day(call.now) + SOON
    address = reverse("desk:explain", args=[year, row])
    content = {
        "row": row,
        "promise": shown.text(standing.promise.promise),
        "public": reverse("board:promise", args=[year, row]),
        "sign": reverse("desk:promise", args=[year, row]),
        "state": shown.state(judged),
        "why": said(f"plan.why.{judged.why}"),
        "facts": shown.facts(standing, shown.owners(actor)),
        "deed": deeds.shown(EXPLAIN, actor, address, {}, asked=asked, where=where, expected_on=later),
        **inquiries.of_promise(actor, year, row),
    }
    return page(request, "desk/explain.html", content, status=_status(asked))


def _status(asked: Asked | None) -> int:
    return asked.status if asked else 200
