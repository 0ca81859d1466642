"""The indicators: each figure with its formula, taken apart by month, committee and department, and the cases behind it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yiwang.cases import queries as cases
from yiwang.indicators import evidence, law, queries
from yiwang.indicators.compiled import PARTS
from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.web.desk import deeds, figures, released, townsfolk
from yiwang.web.desk import rows as desk_rows
from yiwang.web.desk.figures import Asked
from yiwang.web.desk.filters import any_of
from yiwang.web.desk.room import actor_of, call_of, page, whole
from yiwang.web.desk.townsfolk import Names
from yiwang.web.desk.views import figure_things

PAGE = 100


@require_GET
@door("indicator.read")
def listed(request: HttpRequest) -> HttpResponse:
    """Every indicator in the months, committee and department that the address names."""
    actor, call = actor_of(request), call_of(request)
    shown, names = figures.asked(request, call.now), townsfolk.names(actor)
    found = [figures.figure(one, shown) for one in queries.figures(actor, shown.scope, shown.as_of)]
    return page(
        request,
        "desk/figures.html",
        {**_frame(shown, names), "figures": found, "files": figures.files("desk:figures_export", [], shown)},
    )


@require_GET
@door("indicator.read")
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator, taken apart. Departments and committees stand in the town's order: this is no league table."""
    return figure_page(request, code)


def figure_page(request: HttpRequest, code: str, asked: deeds.Asked | None = None) -> HttpResponse:
    """The page of an indicator; `asked`: a form of it that was refused."""
    actor, call = actor_of(request), call_of(request)
    shown, names = figures.asked(request, call.now), townsfolk.names(actor)
    found = queries.figure(actor, code, shown.scope, shown.as_of)
    heads = {"month": (_("按月"), _("月份")), "committee": (_("按居委"), _("居委")), "team": (_("按部门"), _("部门"))}
    parts = [
        {
            "title": title,
            "head": head,
            "lines": figures.lines(queries.lines(actor, code, shown.scope, shown.as_of, by), by, names, code, shown),
        }
        for by, (title, head) in heads.items()
    ]
    content = {
        **_frame(shown, names),
        "figure": figures.figure(found, shown),
        "parts": parts,
        "public": released.shown_in_public(request, found, shown, asked),
    }
    return page(request, "desk/figure.html", content, status=asked.status if asked else 200)


@require_GET
@door("indicator.read")
def rows(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """The cases (or things measured) behind a numerator or a denominator; each opens with everything that was recorded of it."""
    if part not in PARTS:
        raise Http404
    actor, call = actor_of(request), call_of(request)
    shown, names = figures.asked(request, call.now), townsfolk.names(actor)
    indicator, after = law.indicator(code), whole(request.GET.get("after", ""), 0)
    frame = {
        **_frame(shown, names),
        "indicator": figures.card(indicator),
        "back": f"{reverse('desk:figure', args=[code])}?{shown.query}",
        "title": _("分子") if part == "numerator" else _("分母"),
        "files": figures.files("desk:figure_rows_export", [code, part], shown),
    }
    if indicator.counts:
        return figure_things.page_of(request, indicator, part, shown, names, after, frame)
    counted = queries.rows(actor, code, part, shown.scope, shown.as_of, after=after, size=PAGE + 1)
    page_of = counted[:PAGE]
    known = cases.rows_of(actor, [one.case_id for one in page_of])
    found = [row for case_id in dict.fromkeys(one.case_id for one in page_of) if (row := known.get(case_id))]
    notes = figures.notes(page_of, part, names)
    lines = [
        {**line, "note": notes.get(row.id, line["note"])}
        for row, line in zip(found, desk_rows.all_shown(found, names, call.now, {}), strict=True)
    ]
    more = f"?{shown.query}&after={after + PAGE}" if len(counted) > PAGE else ""
    content = {
        **frame,
        "rows": lines,
        "now": call.now,
        "next": more,
        "previous": f"?{shown.query}&after={max(0, after - PAGE)}" if after else "",
        "range": _("第 %(first)s–%(last)s 件") % {"first": after + 1, "last": after + len(page_of)},
    }
    return page(request, "desk/figure_rows.html", content)


def _frame(shown: Asked, names: Names) -> dict[str, Any]:
    """The form that narrows, and as of when all of it stands."""
    scope = shown.scope
    teams = [(one["value"], one["text"]) for one in names.team_options()]
    return {
        "fields": [
            {"name": "from", "text": _("从月份"), "kind": "month", "value": f"{scope.first:%Y-%m}"},
            {"name": "to", "text": _("到月份"), "kind": "month", "value": f"{scope.last:%Y-%m}"},
            {"name": "committee", "text": _("居委"), "kind": "select", "options": any_of(names.committees()),
             "value": str(scope.committee or "")},
            {"name": "team", "text": _("部门"), "kind": "select", "options": any_of(teams), "value": str(scope.team or "")},
            {"name": "as_of", "text": _("截至哪一天"), "kind": "date", "value": str(walltime.town_day(shown.as_of)) if shown.day else ""},
        ],
        "as_of": shown.as_of,
        "period": figures.period(shown),
        "read_to": evidence.read_to(),
    }  # fmt: skip
