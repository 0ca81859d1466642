"""Figures as files: every indicator, the cells of one, and the rows behind its numbers, as CSV or JSON (`?form=`)."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from yiwang.indicators import bundles, evidence, exporting
from yiwang.indicators.compiled import PARTS
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import door
from yiwang.kernel.journal.exporting import packed
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.people.steps import securitylog
from yiwang.kernel.sheets.writing import as_csv
from yiwang.web import house
from yiwang.web.desk import figures
from yiwang.web.desk.figures import Asked
from yiwang.web.desk.room import actor_of, call_of


@require_GET
@door("indicator.export")
def everything(request: HttpRequest) -> HttpResponse:
    """Every indicator in the months, committee and department that the address names."""
    shown = _asked(request)
    found = exporting.figures(actor_of(request), shown.scope, shown.as_of)
    return _file(request, shown, "indicators", exporting.FIGURE, {}, "indicators", found)


@require_GET
@door("indicator.export")
def cells(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator by month, committee and department."""
    shown, actor = _asked(request), actor_of(request)
    told = exporting.figure(actor, code, shown.scope, shown.as_of)
    found = exporting.cells(actor, code, shown.scope, shown.as_of, house.language())
    return _file(request, shown, code, exporting.CELL, told, "cells", found)


@require_GET
@door("indicator.export")
def rows(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """The cases behind a numerator or a denominator, by number: all of them."""
    if part not in PARTS:
        raise Http404
    shown, actor = _asked(request), actor_of(request)
    told = exporting.figure(actor, code, shown.scope, shown.as_of)
    found = exporting.rows(actor, code, part, shown.scope, shown.as_of, house.language())
    return _file(request, shown, f"{code}-{part}", exporting.BEHIND, told, "rows", found)


@require_GET
@never_cache
@door("indicator.export")
def proof(request: HttpRequest, code: str) -> HttpResponse:
    """What the figure rests on: its rows, their entries and proofs, and what the entries say for who may export the journal.

    Raises TooManyRows, NotSealedYet.
    """
    shown, actor = _asked(request), actor_of(request)
    with_text = not permission.reach(actor, "journal.export").nothing
    bundle = bundles.inside(actor, code, shown.scope, shown.as_of, with_text=with_text, most=bundles.MOST_ROWS)
    name = f"{code}-{shown.scope.first:%Y%m}-{shown.scope.last:%Y%m}-{shown.as_of:%Y%m%d}.jsonl.gz"
    securitylog.note_export("indicator.export", name, origin=origin_of(request), call=call_of(request))
    answer = HttpResponse(b"".join(packed(bundle.lines())), content_type="application/gzip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked(request: HttpRequest) -> Asked:
    return figures.asked(request, call_of(request).now)


def _file(
    request: HttpRequest,
    shown: Asked,
    name: str,
    columns: Sequence[str],
    told: dict[str, Any],
    key: str,
    found: list[dict[str, Any]],
) -> HttpResponse:
    """JSON with what it counts, of when and how far it was counted; CSV with the rows alone, and the same in its name."""
    securitylog.note_export("indicator.export", name, origin=origin_of(request), call=call_of(request))
    name = f"{name}-{shown.scope.first:%Y%m}-{shown.scope.last:%Y%m}-{shown.as_of:%Y%m%d}"
    if request.GET.get("form") == "json":
        content = {
            **told,
            "first_month": f"{shown.scope.first:%Y-%m}",
            "last_month": f"{shown.scope.last:%Y-%m}",
            "committee_id": shown.scope.committee,
            "team_id": shown.scope.team,
            "as_of": shown.as_of.isoformat(),
            "position": evidence.read_to(),
            key: found,
        }
        answer: HttpResponse = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
        name += ".json"
    else:
        answer = HttpResponse(as_csv(columns, found), content_type="text/csv; charset=utf-8")
        name += ".csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
