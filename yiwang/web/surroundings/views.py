"""Rivers for everybody: all of them by class, and a page for each."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.terms import Actor
from yiwang.web.portal.room import telephone
from yiwang.web.surroundings import air, drawing, shown
from yiwang.web.surroundings.own import Own
from yiwang.web.surroundings.reading import RIVER, Waters

CACHE_SECONDS = 300


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return request.actor  # type: ignore[attr-defined]


def today() -> date:
    """The town's day."""
    return walltime.town_day(walltime.now())


def month_asked(request: HttpRequest, waters: Waters) -> date | None:
    """The month that is asked for where anything was published of it, else the newest; None where nothing was."""
    asked = request.GET.get("month", "")
    found = next((one for one in waters.months if f"{one:%Y-%m}" == asked), None)
    return found or (waters.months[-1] if waters.months else None)


@require_GET
@door("surroundings.read")
def rivers(request: HttpRequest) -> HttpResponse:
    """Every river with the class of a month: map, counts and list."""
    actor = actor_of(request)
    waters, own = Waters(actor, today()), Own(actor, walltime.now())
    month = month_asked(request, waters)
    found = waters.rivers([month] if month else [])
    rows = own.beside(found, shown.river_rows(found, month, "surroundings:river"))
    content = {
        "month": shown.month_name(month) if month else "",
        "of_month": shown.said("rivers.of-month", month=shown.month_name(month)) if month else "",
        "others_title": shown.said("rivers.others", count=sum(not one["measured"] for one in rows)),
        "months": shown.month_options(waters, month),
        "measured": [one for one in rows if one["measured"]],
        "others": [one for one in rows if not one["measured"]],
        "counts": shown.counts(found, month),
        "attained": shown.attainment(found, month),
        "system": shown.system(waters, month),
        "map": drawing.by_class(found, month, "surroundings:river"),
        "source": shown.source_of_months(),
    }
    return kept(render(request, "surroundings/rivers.html", content))


@require_GET
@door("surroundings.read")
def one_river(request: HttpRequest, river: str) -> HttpResponse:
    """One river in plain words. Raises NotFound."""
    actor = actor_of(request)
    waters, own = Waters(actor, today()), Own(actor, walltime.now())
    newest = waters.months[-1] if waters.months else None
    found = waters.river(river, waters.last(newest) if newest else [])
    content = {
        "name": found.name,
        "place_id": str(found.place.place_id) if found.place else "",
        "facts": shown.facts(found),
        "chief_said": shown.said("river.who-lead", chief=chief) if (chief := found.words["chief_office"]) else "",
        "telephone": telephone(),
        "sections": [own.section(one) | {"rows": shown.month_rows(one)} for one in found.sections],
        "own": own.at(RIVER, found.code, found.row.values),
        "finding_columns": shown.finding_columns(),
        "month_columns": shown.month_columns(),
        "map": drawing.course(found, newest, "surroundings:river") if found.place else None,
        "promises": shown.promises(actor, today()),
        "source": shown.source_of_months(),
    }
    return kept(render(request, "surroundings/river.html", content))


@require_GET
@door("air.read")
def air_now(request: HttpRequest) -> HttpResponse:
    """The air of the newest hour, of the last 24, and of fourteen days."""
    return kept(render(request, "surroundings/air.html", air.content(actor_of(request), walltime.now())))


def kept(answer: HttpResponse) -> HttpResponse:
    """For some minutes in the browser of whoever asked: what is told is the same for everybody, in their language and letters."""
    answer["Cache-Control"] = f"private, max-age={CACHE_SECONDS}"
    answer["Vary"] = "Accept-Language, Cookie"
    return answer
