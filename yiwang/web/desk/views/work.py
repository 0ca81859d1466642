"""The work list, its rows, what changed in it, and acts on many cases at once."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yiwang.cases import counted
from yiwang.cases import queries as cases
from yiwang.cases.problems import CaseUnknown
from yiwang.cases.stages import State
from yiwang.intake.reports import queries as reports
from yiwang.kernel.access.door import door
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import Actor, Call, CaseId
from yiwang.kernel.wording import problem_text
from yiwang.web import house
from yiwang.web.desk import bulk, casepage, filters, rows, townsfolk
from yiwang.web.desk.filters import Asked
from yiwang.web.desk.room import actor_of, call_of, may, page, unread, whole

PAGE = 50
MOST_CHANGES = 500
MOST_ROWS = 60


@require_GET
@door("desk.read")
def show(request: HttpRequest) -> HttpResponse:
    """The list as the address narrows it; with `open` the case of that number stands beside it."""
    actor, call = actor_of(request), call_of(request)
    shown = filters.asked(request.GET)
    names = townsfolk.names(actor)
    found = cases.work_list(actor, shown.wanted(call.now), after=shown.after, size=PAGE)
    numbers = counted.numbers_of(actor, call.now)
    content = {
        "shown": shown,
        "rows": _lines(actor, found.rows, names, call),
        "fields": filters.fields(
            shown,
            [(one["value"], one["text"]) for one in names.team_options()],
            names.committees(),
            names.cells("" if shown.committee == filters.UNPLACED else shown.committee),
        ),
        "views": filters.views(shown, numbers),
        "numbers": numbers,
        "next": f"?{shown.query(after=found.next)}" if found.next else "",
        "previous": f"?{shown.query(after=max(0, shown.after - PAGE))}" if shown.after else "",
        "range": _("第 %(first)s–%(last)s 件") % {"first": shown.after + 1, "last": shown.after + len(found.rows)},
        "query": shown.query(after=0),
        "may_accept": may(actor, "case.accept") and shown.state in (filters.OPEN, "all", State.GATHERED),
        "may_dispatch": may(actor, "case.dispatch") and shown.state in (filters.OPEN, "all", State.ACCEPTED),
        "may_merge": may(actor, "case.merge"),
        "may_bulk": may(actor, "case.accept") or may(actor, "case.dispatch"),
        "now": call.now,
        "narrowed": shown != Asked(),
        "filtered": shown.by_hand,
    }
    opened = request.GET.get("open", "")
    if opened:
        content |= _opened(actor, opened, call)
    return page(request, "desk/cases.html", content)


def _opened(actor: Actor, number: str, call: Call) -> dict[str, Any]:
    """The case beside the list; nothing when it is not there (any more) for this actor."""
    try:
        seen = casepage.see(actor, number)
    except CaseUnknown:
        return {}
    return {**casepage.content(seen, call), "opened": seen.case.row.number}


def _lines(actor: Actor, found: Any, names: townsfolk.Names, call: Call) -> list[dict[str, Any]]:
    waiting = [row.id for row in found if row.state == "gathered"]
    suggested = reports.suggested_types(actor, waiting) if waiting else {}
    return rows.all_shown(found, names, call.now, suggested)


@require_GET
@door("desk.read")
def some_rows(request: HttpRequest) -> HttpResponse:
    """These rows as they are now, to be put where they stand: nothing moves under the reader's eyes."""
    actor, call = actor_of(request), call_of(request)
    wanted = [CaseId(found) for text in request.GET.getlist("id")[:MOST_ROWS] if (found := _uuid(text))]
    rows_now = cases.rows_of(actor, wanted)
    lines = _lines(actor, list(rows_now.values()), townsfolk.names(actor), call)
    return render(
        request,
        "desk/rows.html",
        {"rows": lines, "now": call.now, "may_pick": may(actor, "case.accept") or may(actor, "case.dispatch")},
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_GET
@door("desk.follow")
def changes(request: HttpRequest) -> JsonResponse:
    """What happened after a position to cases within reach: for a browser that gets no live stream."""
    actor, after = actor_of(request), request.GET.get("after", "")
    position = whole(after, -1)
    if position < 0:
        position = journal.head()
    entries = journal.entries_after(position, MOST_CHANGES)
    touched = {
        CaseId(found) for one in entries if one.entry.subject_kind == "case" and (found := _uuid(one.entry.subject_id))
    }
    seen = cases.rows_of(actor, touched) if touched and may(actor, "case.read") else {}
    last = entries[-1].position if entries else position
    ids = sorted(str(case_id) for case_id in seen)
    return JsonResponse({"position": last, "ids": ids, "unread": unread(actor)})


@require_GET
@door("desk.read")
def identifiers(request: HttpRequest) -> JsonResponse:
    """The identifiers of everything on a list, to act on all of it and not only on the page shown."""
    actor, call = actor_of(request), call_of(request)
    found = filters.visible_filter(actor, filters.asked(request.GET), call.now, bulk.MOST)
    return JsonResponse({"ids": found, "most": bulk.MOST})


@require_POST
@door("case.accept")
def accept_many(request: HttpRequest) -> HttpResponse:
    """Accept the picked cases, each with the type the reader suggested, under one's own name."""
    return _together(request, bulk.accept, _("按建议受理"))


@require_POST
@door("case.dispatch")
def dispatch_many(request: HttpRequest) -> HttpResponse:
    """Dispatch the picked cases, each to the department its type usually goes to."""
    return _together(request, bulk.dispatch, _("按类别派遣"))


@require_POST
@door("case.merge")
def merge_many(request: HttpRequest) -> HttpResponse:
    """Merge the picked cases into the one whose number was given: the same matter is handled once."""
    return _together(request, partial(bulk.merge, number=request.POST.get("main", "")), _("并案"))


def _together(request: HttpRequest, act: Any, title: str) -> HttpResponse:
    """One chunk as JSON for the page that shows progress; all at once as a page without JavaScript."""
    actor, call = actor_of(request), call_of(request)
    picked = [CaseId(found) for text in request.POST.getlist("pick") if (found := _uuid(text))][: bulk.MOST]
    answers = act(actor, picked, call)
    known = cases.rows_of(actor, picked)
    refused = [_refusal(one.case_id, one.refused, known) for one in answers if one.refused is not None]
    done = len(answers) - len(refused)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"done": done, "refused": refused})
    if not refused:
        messages.success(request, _("%(title)s:%(n)s 件已办。") % {"title": title, "n": done})
        return HttpResponseRedirect(reverse("desk:cases"))
    return page(request, "desk/bulk.html", {"title": title, "done": done, "refused": refused})


def _refusal(case_id: CaseId, problem: Problem, known: dict[CaseId, Any]) -> dict[str, str]:
    row = known.get(case_id)
    return {
        "number": row.number if row else "",
        "title": row.title if row else str(case_id),
        "href": reverse("desk:case", args=[row.number]) if row else "",
        **problem_text(bulk.in_words(problem, row), house.language()),
    }
