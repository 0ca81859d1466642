"""Water for the staff: every river by the class of a month as on a large screen, and one river with its cases, stations and samples."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yiwang.cases import queries as cases
from yiwang.cases.queries import ListFilter
from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing import series
from yiwang.intake.sensing.queries import StationView
from yiwang.intake.sensing.series import Newest
from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.terms import Actor
from yiwang.web.components.markup import moment_text
from yiwang.web.desk.measuring import at_place, read_last, sampled, station_name
from yiwang.web.desk.room import actor_of, call_of, may, page, said
from yiwang.web.desk.themes import tabs
from yiwang.web.surroundings import air, drawing, shown
from yiwang.web.surroundings.own import Own
from yiwang.web.surroundings.reading import MONTH, RIVER, SECTION, River, Waters
from yiwang.web.surroundings.views import month_asked

HERE = "desk:river"
MOST_CASES = 20


@require_GET
@door("register.read")
def rivers(request: HttpRequest) -> HttpResponse:
    """The map by class, how many rivers of each, and every river as a line."""
    actor, now = actor_of(request), call_of(request).now
    waters = Waters(actor, walltime.town_day(now))
    month = month_asked(request, waters)
    found = waters.rivers([month] if month else [])
    content = {
        "tabs": tabs("rivers"),
        "of_month": shown.said("rivers.of-month", month=shown.month_name(month)) if month else "",
        "months": shown.month_options(waters, month),
        "rows": sorted(
            Own(actor, now).beside(found, shown.river_rows(found, month, HERE)), key=lambda row: row["class"] is None
        ),
        "counts": shown.counts(found, month),
        "attained": shown.attainment(found, month),
        "system": shown.system(waters, month),
        "map": drawing.by_class(found, month, HERE),
        "source": shown.source_of_months(),
    }
    return page(request, "desk/rivers.html", content)


@require_GET
@door("register.read")
def one_river(request: HttpRequest, river: str) -> HttpResponse:
    """One river. Raises NotFound."""
    actor, now = actor_of(request), call_of(request).now
    today = walltime.town_day(now)
    waters, own = Waters(actor, today), Own(actor, now)
    newest = waters.months[-1] if waters.months else None
    found = waters.river(river, waters.last(newest) if newest else [])
    content = {
        "tabs": tabs("rivers"),
        "name": found.name,
        "public": reverse("surroundings:river", args=[river]),
        "row": reverse("desk:register_row", args=[RIVER, river]),
        "facts": shown.facts(found),
        "sections": [
            own.section(one)
            | {"rows": shown.month_rows(one), "href": reverse("desk:register_row", args=[SECTION, one.row.key])}
            for one in found.sections
        ],
        "own": own.at(RIVER, found.code, found.row.values),
        "months_href": reverse("desk:register", args=[MONTH]),
        "finding_columns": shown.finding_columns(),
        "month_columns": shown.month_columns(),
        "map": drawing.course(found, newest, HERE) if found.place else None,
        "promises": shown.promises(actor, today),
        "source": shown.source_of_months(),
        **_open_cases(actor, found),
        **_measured(actor, found),
    }
    return page(request, "desk/river.html", content)


@require_GET
@door("register.read")
def air_now(request: HttpRequest) -> HttpResponse:
    """The air of the town's stations by hour and by day."""
    content = {"tabs": tabs("air"), **air.content(actor_of(request), call_of(request).now)}
    return page(request, "desk/air.html", content)


def _open_cases(actor: Actor, river: River) -> dict[str, object]:
    """The cases that stand open at this river within the reader's reach."""
    if river.place is None or not may(actor, "case.read"):
        return {"cases": None}
    wanted = ListFilter(place=river.place.place_id, open_only=True)
    rows = [
        {
            "number": {"text": one.number, "href": reverse("desk:case", args=[one.number])},
            "title": one.title,
            "state": {"text": said(f"case.state.{one.state}"), "tone": "overdue" if one.overdue else "waiting"},
        }
        for one in cases.work_list(actor, wanted, size=MOST_CASES).rows
    ]
    columns = [
        {"key": key, "text": text} for key, text in (("number", _("编号")), ("title", _("事情")), ("state", _("状态")))
    ]
    return {"cases": rows, "case_columns": columns, "case_count": cases.length_of(actor, wanted)}


def _measured(actor: Actor, river: River) -> dict[str, object]:
    """The stations at the river and its sections, and what the newest sample of each was."""
    if river.place is None or not may(actor, "station.read"):
        return {"stations": None}
    keys = {(SECTION, one.row.key): one.row.values for one in river.sections} | {(RIVER, river.code): river.row.values}
    found = [one for one in sensing.stations(actor) if at_place(one, river.place.place_id, keys)]
    last = series.newest_of(found)
    return {
        "stations": [
            {
                "name": station_name(one),
                "href": reverse("desk:station", args=[one.description.code]),
                "heard": _("最近联系 %(when)s，更多读数在站点页。")
                % {"when": moment_text(one.heard_at, with_year=True)}
                if one.heard_at
                else _("还没有收到这个站点的数据。"),
                **_last(
                    one, last, keys.get((one.description.register, one.description.register_key), river.row.values)
                ),
            }
            for one in found
        ]
    }


def _last(station: StationView, found: Mapping[int, Newest], about: Mapping[str, Any]) -> dict[str, Any]:
    """The newest sample of a station of samples; of an automatic one, what it read last."""
    sample = sampled(station, found, about)
    return {"sample": sample, "read": None if sample else read_last(station, found, about)}
