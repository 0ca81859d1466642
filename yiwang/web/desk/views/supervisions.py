"""督办: which promises are supervised, and opening one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import Call
from yiwang.plan import queries as plans
from yiwang.plan import rules
from yiwang.plan.supervision import queries, steps
from yiwang.web.board import shown
from yiwang.web.desk import deeds, inquiries, supervisions, townsfolk
from yiwang.web.desk.deeds import Asked, Deed
from yiwang.web.desk.forms.promises import Supervise
from yiwang.web.desk.room import actor_of, call_of, page, said

Promise = tuple[int, str]


def _open(about: Promise, given: dict[str, Any], call: Call) -> None:
    steps.supervise(*about, words=given["words"], call=call)


OPEN = Deed("supervise", "plan.supervise", gettext_lazy("开督办"), Supervise, _open)


@require_GET
@door("plan.oversee")
def listed(request: HttpRequest) -> HttpResponse:
    """The supervisions of a year (the latest, when none is named)."""
    actor, call = actor_of(request), call_of(request)
    known = plans.plans(actor)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else known[0].year if known else 0
    found = queries.of_year(actor, year, call.now)
    years = [
        {"text": str(one.year), "href": f"?year={one.year}", "current": one.year == year, "count": None}
        for one in known
    ]
    content = {
        "columns": supervisions.columns(),
        "rows": supervisions.lines(found, townsfolk.names(actor)),
        "years": years if len(years) > 1 else [],
        "year": year,
        "going": sum(one.ended_at is None for one in found),
    }
    return page(request, "desk/supervisions.html", content)


@require_GET
@door("plan.oversee")
def show(request: HttpRequest, year: int, row: str) -> HttpResponse:
    """One promise for those who look after it: how it stands, its supervisions, and the form to open one."""
    return _page(request, year, row)


@require_POST
@door("plan.supervise")
def open_one(request: HttpRequest, year: int, row: str) -> HttpResponse:
    """Open a supervision; then its case."""
    actor, call = actor_of(request), call_of(request)
    plans.promise(actor, year, row, walltime.town_day(call.now))
    asked = deeds.attempt(OPEN, (year, row), request.POST, {}, call)
    if asked is not None:
        return _page(request, year, row, asked)
    newest = queries.of_promise(actor, year, row, call.now)
    if not newest:
        raise NotFound
    messages.success(request, _("已开督办，交给责任部门。"))
    return HttpResponseRedirect(reverse("desk:case", args=[newest[0].number]))


def _page(request: HttpRequest, year: int, row: str, asked: Asked | None = None) -> HttpResponse:
    actor, call = actor_of(request), call_of(request)
    today = walltime.town_day(call.now)
    standing, card = plans.promise(actor, year, row, today), plans.plan(actor, year)
    found = queries.of_promise(actor, year, row, call.now)
    going = next((one for one in found if one.ended_at is None), None)
    judged = standing.judgement
    may_open = going is None and rules.judged_on(year, today) == today
    address = reverse("desk:supervise_open", args=[year, row])
    content = {
        "row": row,
        "promise": shown.text(standing.promise.promise),
        "public": reverse("board:promise", args=[year, row]),
        "carried": shown.carried(card),
        "state": shown.state(judged),
        "why": said(f"plan.why.{judged.why}"),
        "facts": shown.facts(standing, shown.owners(actor)),
        "columns": supervisions.columns(),
        "rows": supervisions.lines(found, townsfolk.names(actor)),
        "going": going,
        **inquiries.of_promise(actor, year, row),
        "over": rules.judged_on(year, today) != today,
        "deed": deeds.shown(OPEN, actor, address, {}, asked=asked) if may_open or asked else None,
    }
    return page(request, "desk/supervise.html", content, status=asked.status if asked else 200)
