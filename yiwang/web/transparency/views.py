"""The sealed journal for everybody: how far it is sealed, who witnesses it, and the proof for a case's number."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from yiwang.cases import numbers
from yiwang.cases import queries as cases
from yiwang.cases.problems import CaseUnknown
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import door
from yiwang.kernel.journal import exporting, sealed
from yiwang.kernel.terms import Actor
from yiwang.web.transparency import shown

NEWEST = 5
"""As many heads stand on the first page."""


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return request.actor  # type: ignore[attr-defined]


@require_GET
@never_cache
@door("seal.read")
def start(request: HttpRequest) -> HttpResponse:
    """How far the journal is sealed, the key, the witnesses, the newest heads, and where to ask for a case."""
    return _start(request)


def _start(request: HttpRequest, given: str = "", error: str = "") -> HttpResponse:
    standing = sealed.standing()
    content = {
        "state": shown.state(standing, walltime.now()),
        "newest": standing.newest,
        "facts": shown.facts(standing.newest) if standing.newest else [],
        "head_columns": shown.columns(shown.COLUMNS_OF_HEADS),
        "head_rows": shown.head_rows(sealed.listed(limit=NEWEST)),
        "witness_columns": shown.columns(shown.COLUMNS_OF_WITNESSES),
        "witness_rows": shown.witness_rows(),
        "may_export": not permission.reach(actor_of(request), "journal.export").nothing,
        "check_words": shown.check_words(),
        "given": given,
        "error": error,
        "errors": {"number": error} if error else {},
    }
    return render(request, "transparency/start.html", content, status=422 if error else 200)


@require_GET
@never_cache
@door("seal.read")
def heads(request: HttpRequest) -> HttpResponse:
    """All heads, the newest first, some at a time."""
    before = request.GET.get("before", "")
    listed = sealed.listed(int(before) if before.isdecimal() and len(before) <= 15 else None)
    older = f"?before={listed[-1].size}" if len(listed) == sealed.PAGE else ""
    content = {
        "columns": shown.columns(shown.COLUMNS_OF_HEADS),
        "rows": shown.head_rows(listed),
        "older": older,
        "first": reverse("transparency:heads") if before else "",
    }
    return render(request, "transparency/heads.html", content)


@require_GET
@door("seal.read")
def look_up(request: HttpRequest) -> HttpResponse:
    """From a number as it was typed to its page; what is no number, or nobody's, is said on the first page."""
    given = request.GET.get("number", "")[:80].replace("\0", "")
    number = numbers.tidy(given)
    if not numbers.is_number(number):
        return _start(request, given, shown.said("seal.number-wrong" if number else "seal.number-missing"))
    try:
        cases.plain_status(actor_of(request), number)
    except CaseUnknown:
        return _start(request, given, shown.said("seal.number-unknown"))
    return HttpResponseRedirect(reverse("transparency:case", args=[number]))


@require_GET
@never_cache
@door("seal.read")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The entries of one case in the sealed journal: number, kind, moment and hash. Raises CaseUnknown."""
    found = cases.plain_status(actor_of(request), number)
    head = sealed.newest()
    proven = exporting.proofs(head, "case", found.case_id) if head else ()
    content = {
        "number": found.number,
        "spaced": numbers.spaced(found.number),
        "head": head,
        "size": str(head.size) if head else "",
        "columns": shown.columns(shown.COLUMNS_OF_ENTRIES),
        "rows": shown.entry_rows(proven),
        "file": reverse("transparency:proof", args=[found.number]),
        "follow": reverse("portal:follow", args=[found.number]),
    }
    return render(request, "transparency/case.html", content)
