"""Issued summaries: the list, a new one, one as it was frozen, and the same as XLSX, DOCX and PDF."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import door
from yiwang.kernel.problems import NotFound, Problem
from yiwang.kernel.terms import Actor, Call
from yiwang.plan import queries as plans
from yiwang.plan.summaries import queries, rules, steps
from yiwang.plan.summaries.facts import SummaryIssued
from yiwang.plan.summaries.queries import SummaryCard
from yiwang.web import house
from yiwang.web.board.papers import content, document, printed, sheet
from yiwang.web.board.papers.content import Cell, Paper, Table
from yiwang.web.board.shown import said

MONTHS_BACK = 12
FORMATS: dict[str, tuple[Callable[[Paper], bytes], str]] = {
    "xlsx": (sheet.made, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": (document.made, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (printed.made, "application/pdf"),
}


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _call(request: HttpRequest) -> Call:
    return request.call()  # type: ignore[attr-defined]


def _may_issue(actor: Actor) -> bool:
    return not permission.reach(actor, "summary.issue").nothing


@require_GET
@door("summary.read")
def listed(request: HttpRequest) -> HttpResponse:
    """What was issued, the newest first; for who may issue, the form for a new one."""
    return _list(request)


def _list(request: HttpRequest, refused: Problem | None = None) -> HttpResponse:
    actor = _actor(request)
    errors = {"": house.sentence(refused)} if refused else {}
    return render(
        request,
        "board/summaries.html",
        {
            "rows": [_row(one) for one in queries.listed(actor)],
            "columns": [{"key": key, "text": said(f"board.summaries.column.{key}")} for key in COLUMNS],
            "errors": errors,
            "issue": _choices(actor, request) if _may_issue(actor) else None,
        },
        status=refused.status if refused else 200,
    )


COLUMNS = ("number", "title", "as_of", "state")


def _row(card: SummaryCard) -> dict[str, Any]:
    public = card.disclosure == rules.PUBLIC
    return {
        "number": {"text": content.number_of(card), "href": reverse("board:summary", args=[card.year, card.no])},
        "title": content.title_of(card),
        "as_of": content.moment(card.as_of),
        "state": {"text": said(f"summary.disclosure.{card.disclosure}"), "tone": "done" if public else "waiting"},
    }


def _choices(actor: Actor, request: HttpRequest) -> dict[str, Any]:
    """What a new summary may be of: the board of a year, or the indicators of one of the last months; and who may read it."""
    today = walltime.town_day(walltime.now())
    boards = [(f"board:{one.year}", said("board.summaries.title-board", year=one.year)) for one in plans.plans(actor)]
    months = [(f"month:{one:%Y-%m}", said("board.summaries.title-month", year=one.year, month=one.month))
              for one in _months(today)]  # fmt: skip
    return {
        "of": boards + months,
        "states": [(one, said(f"board.summaries.for-{one}")) for one in reversed(rules.DISCLOSURES)],
        "given": request.POST.get("of", ""),
        "state": request.POST.get("disclosure", rules.INTERNAL),
    }


def _months(today: date) -> list[date]:
    whole = today.year * 12 + today.month - 1
    return [date((whole - back) // 12, (whole - back) % 12 + 1, 1) for back in range(MONTHS_BACK)]


@require_POST
@door("summary.issue")
def issue(request: HttpRequest) -> HttpResponse:
    """Freeze what was chosen and give it the next number. A refusal stands on the page with what was chosen."""
    try:
        fact = _issued(request.POST.get("of", ""), request.POST.get("disclosure", ""), _call(request))
    except NotFound:
        raise
    except Problem as refusal:
        return _list(request, refusal)
    messages.success(
        request, said("board.summaries.issued", number=said("board.summaries.number", year=fact.year, no=fact.no))
    )
    return HttpResponseRedirect(reverse("board:summary", args=[fact.year, fact.no]))


def _issued(of: str, disclosure: str, call: Call) -> SummaryIssued:
    kind, _, which = of.partition(":")
    state = disclosure if disclosure in rules.DISCLOSURES else rules.INTERNAL
    if kind == rules.BOARD and which.isdecimal() and len(which) == len("2026"):
        return steps.issue_board(int(which), disclosure=state, call=call)
    try:
        month = date.fromisoformat(f"{which}-01")
    except ValueError as error:
        raise NotFound from error
    if kind != rules.MONTH:
        raise NotFound
    return steps.issue_month(month, disclosure=state, call=call)


@require_GET
@door("summary.read")
def summary(request: HttpRequest, year: int, no: int) -> HttpResponse:
    """A summary as it was frozen; each figure opens its rows."""
    actor = _actor(request)
    found = queries.issued(actor, year, no)
    paper = content.paper(found, "")
    internal = found.card.disclosure == rules.INTERNAL
    return render(
        request,
        "board/summary.html",
        {
            "paper": paper,
            "tables": [_shown(one) for one in paper.tables],
            "files": [
                {"text": one.upper(), "href": reverse("board:summary_file", args=[year, no, one])} for one in FORMATS
            ],
            "position": said("board.summaries.entry", position=found.position) if found.position else "",
            "disclosable": internal and found.card.kind == rules.BOARD and _may_issue(actor),
            "card": found.card,
        },
    )


def _shown(table: Table) -> dict[str, Any]:
    """A table of the paper for the page's own table: a cell with a tone and a link is the link."""
    keys = [f"c{at}" for at in range(len(table.heads))]
    columns = [
        {"key": key, "text": head, "end": bool(table.rows) and all(row[at].number is not None for row in table.rows)}
        for at, (key, head) in enumerate(zip(keys, table.heads, strict=True))
    ]
    return {
        "title": table.title,
        "apart": table.apart,
        "columns": columns,
        "rows": [dict(zip(keys, [_cell(cell) for cell in row], strict=True)) for row in table.rows],
    }


def _cell(cell: Cell) -> dict[str, str]:
    return {"text": cell.text or "–", "href": cell.href, "tone": cell.tone}


@require_GET
@door("summary.read")
def file(request: HttpRequest, year: int, no: int, form: str) -> HttpResponse:
    """The same as a file: xlsx, docx or pdf."""
    found = queries.issued(_actor(request), year, no)
    if form not in FORMATS:
        raise NotFound
    make, mime = FORMATS[form]
    paper = content.paper(found, request.build_absolute_uri("/").rstrip("/"))
    answer = HttpResponse(make(paper), content_type=mime)
    answer["Content-Disposition"] = f'attachment; filename="{paper.name}.{form}"'
    return answer


@require_POST
@door("summary.issue")
def disclose(request: HttpRequest, year: int, no: int) -> HttpResponse:
    """Open a summary of the board to everybody."""
    found = queries.issued(_actor(request), year, no)
    steps.disclose(found.card.summary_id, call=_call(request))
    messages.success(request, said("board.summaries.disclosed"))
    return HttpResponseRedirect(reverse("board:summary", args=[year, no]))
