"""Outlets, sewage plants and building sites: what the register says of each, and what was last measured there, judged by the packs."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing import series
from yiwang.intake.sensing.queries import StationView
from yiwang.intake.sensing.samples.queries import counts_at
from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.appraisals import Appraisal, Given, appraise
from yiwang.kernel.terms import Actor
from yiwang.registers import queries
from yiwang.registers.queries import RowView
from yiwang.registers.speaking import Speaker
from yiwang.web import house
from yiwang.web.components.markup import moment_text
from yiwang.web.desk.measuring import newest_values, station_name
from yiwang.web.desk.room import actor_of, call_of, may, page
from yiwang.web.desk.themes import tabs
from yiwang.web.surroundings import shown

OUTLET, PERMIT, PLANT, SITE = "outlet", "discharge_permit", "sewage_plant", "construction_site"
TONES = {0: "done", 1: "waiting", 2: "overdue"}
"""By how bad a pack calls it."""
MEANS_OF_DUST = ("a34001", "avg", "minute")
Line = Mapping[str, Any]
Lines = Callable[["Facilities"], list[Line]]


class Facilities:
    """The rows of one register on a day, and the stations that stand at them."""

    def __init__(self, request: HttpRequest, code: str) -> None:
        self.actor: Actor = actor_of(request)
        self.now: datetime = call_of(request).now
        self.today: date = walltime.town_day(self.now)
        self.register = queries.register(self.actor, code)
        choices = (field for field in self.register.fields if field.type in queries.FILTERED)
        self.filters = [field for field in choices if field.type != "team"]
        self.only = {field.code: request.GET[field.code] for field in self.filters if request.GET.get(field.code)}
        self.rows = queries.rows(self.actor, code, on=self.today, only=self.only).rows
        self.speak = Speaker(self.actor, self.register, house.language())
        self.stations: dict[str, list[StationView]] = {}
        for one in sensing.stations(self.actor) if may(self.actor, "station.read") else ():
            if one.description.register == code:
                self.stations.setdefault(one.description.register_key, []).append(one)
        self.last = series.newest_of(station for there in self.stations.values() for station in there)

    def words(self, row: RowView) -> dict[str, str]:
        """What a row says, by field."""
        return self.speak.row(row.values, row.measures)

    def named(self, row: RowView) -> dict[str, Any]:
        """What every line begins with: its name, opening to its row, and the stations there."""
        words = self.words(row)
        href = reverse("desk:register_row", args=[self.register.code, row.key])
        found = self.stations.get(row.key, [])
        return {
            "name": {"text": words["called"], "href": href},
            "station": _station(found),
        }

    def filter_fields(self) -> list[dict[str, Any]]:
        """The lists by which the page is narrowed."""
        language = house.language()
        return [
            {
                "name": one.code,
                "text": one.name[language],
                "value": self.only.get(one.code, ""),
                "pairs": _pairs(one, language),
            }
            for one in self.filters
        ]


def _pairs(field: Any, language: str) -> list[tuple[str, str]]:
    if field.type == "yes_no":
        return [("yes", _("是")), ("no", _("否"))]
    return [(code, names[language]) for code, names in field.choices.items()]


def _station(found: list[StationView]) -> dict[str, Any] | str:
    if not found:
        return _("没有接入站点")
    return {"text": station_name(found[0]), "href": reverse("desk:station", args=[found[0].description.code])}


def _judged(one: Appraisal | None) -> dict[str, str] | None:
    return {"text": shown.words(one.words), "tone": TONES[one.rank]} if one else None


def _listed(
    request: HttpRequest,
    name: str,
    title: str,
    facilities: Facilities,
    columns: dict[str, str],
    rows: list[Line],
    note: str = "",
) -> HttpResponse:
    content = {
        "tabs": tabs(name),
        "title": title,
        "lead": facilities.register.purpose[house.language()],
        "register_href": reverse("desk:register", args=[facilities.register.code]),
        "columns": [{"key": key, "text": text} for key, text in columns.items()],
        "rows": rows,
        "filters": facilities.filter_fields(),
        "narrowed": bool(facilities.only),
        "note": note,
    }
    return page(request, "desk/facilities.html", content)


def _last(at: datetime | None, today: date) -> str | None:
    """When something was measured last; the year only where it is another one."""
    return moment_text(at, with_year=walltime.town_day(at).year != today.year) if at else None


# --- outlets ----------------------------------------------------------------------------------------------------------


@require_GET
@door("register.read")
def outlets(request: HttpRequest) -> HttpResponse:
    """Every outlet with its permit, its limits, and whether what it sends out keeps them."""
    found = Facilities(request, OUTLET)
    permits = _permits(found.actor, found.today)
    taken = _taken_this_year(found)
    judged = [_permit(found, row, permits.get((row.key, row.values.get("permit_number")))) for row in found.rows]
    rows = [_outlet(found, row, permit, taken.get(row.key)) for row, permit in zip(found.rows, judged, strict=True)]
    columns = {
        "name": _("排污口"), "river": _("受纳河道"), "kind": _("类型"), "unit": _("排污单位"), "permit": _("排污许可"),
        "limits": _("限值（mg/L）"), "station": _("监测站点"), "samples": _("采样（今年入库／计划）"),
        "last": _("最近监测"), "verdict": _("判定"),
    }  # fmt: skip
    return _listed(request, "outlets", _("入河排污口"), found, columns, rows, _of_permits(judged))


def _taken_this_year(found: Facilities) -> Mapping[str, int]:
    """How many samples since the first of January are stored of each outlet at which somebody takes them."""
    if not may(found.actor, "station.read"):
        return {}
    return counts_at(found.actor, OUTLET, walltime.day_begins(found.today.replace(month=1, day=1)))


def _of_plan(taken: int | None, planned: Any) -> str | None:
    if taken is None and planned is None:
        return None
    return " / ".join("—" if one is None else str(one) for one in (taken, planned))


def _permits(actor: Actor, today: date) -> dict[tuple[str, Any], RowView]:
    """Every permit by its outlet and its number: an outlet names the one that is its own."""
    if not queries.has(actor, PERMIT, ["outlet", "permit_number"]):
        return {}
    rows = queries.every_row(actor, PERMIT, on=today)
    return {(str(row.values["outlet"]), row.values["permit_number"]): row for row in rows}


def _permit(found: Facilities, row: RowView, permit: RowView | None) -> Appraisal | None:
    return appraise("sewage.permit", Given(found.today, permit.values if permit else {}, row.values))


def _of_permits(judged: list[Appraisal | None]) -> str:
    """What the figure of permits counts, and how the outlets of this list stand to it today; empty where nobody judges them."""
    needed = [one for one in judged if one and "permit_needed" in one.holds]
    if not any(judged):
        return ""
    told = {
        "needed": len(needed),
        "valid": sum("permit_valid" in one.holds for one in needed),
        "free": sum(one is not None and one.code == "not_needed" for one in judged),
    }
    return (
        _(
            "排污许可：需要许可的排口 %(needed)s 个，今天许可有效 %(valid)s 个。"
            "指标“排污口持证率”按月只数需要许可的排口；不需要许可的 %(free)s 个不计入。"
        )
        % told
    )


def _outlet(found: Facilities, row: RowView, permit: Appraisal | None, taken: int | None) -> Line:
    words = found.words(row)
    limits = row.values
    values, at = newest_values(found.stations.get(row.key, []), found.last)
    on = walltime.town_day(at) if at else found.today
    told = [
        f"{name} {limits[code]}"
        for name, code in (("COD", "cod_limit"), (_("氨氮"), "ammonia_limit"), (_("总磷"), "phosphorus_limit"))
        if limits.get(code)
    ]
    return {
        **found.named(row),
        "river": words["river"],
        "kind": words["kind"],
        "unit": words["unit"],
        "permit": _judged(permit),
        "limits": shown.listed(told),
        "samples": _of_plan(taken, limits.get("samples_a_year")),
        "last": _last(at, found.today),
        "verdict": _judged(appraise("sewage.outlet_sample", Given(on, values, limits))),
    }


# --- plants -----------------------------------------------------------------------------------------------------------


@require_GET
@door("register.read")
def plants(request: HttpRequest) -> HttpResponse:
    """Every sewage plant with its capacity, its class of limits, and the verdict of the last day that was measured."""
    found = Facilities(request, PLANT)
    rows = [_plant(found, row) for row in found.rows]
    columns = {
        "name": _("设施"), "river": _("受纳河道"), "capacity": _("设计规模（立方米/日）"), "standard": _("执行标准"), "built": _("建成"),
        "upkeep": _("养护单位"), "station": _("监测站点"), "last": _("最近监测"), "verdict": _("出水判定"),
    }  # fmt: skip
    return _listed(request, "plants", _("生活污水处理设施"), found, columns, rows)


def _plant(found: Facilities, row: RowView) -> Line:
    words = found.words(row)
    values, at = newest_values(found.stations.get(row.key, []), found.last, interval="day")
    on = walltime.town_day(at) if at else found.today
    return {
        **found.named(row),
        "river": words["river"],
        "capacity": words["capacity_m3_d"],
        "standard": words["effluent_class"],
        "built": words["built_on"],
        "upkeep": words["upkeep"],
        "last": on.isoformat() if at else None,
        "verdict": _judged(appraise("sewage.effluent", Given(on, values, row.values))),
    }


# --- sites ------------------------------------------------------------------------------------------------------------


@require_GET
@door("register.read")
def sites(request: HttpRequest) -> HttpResponse:
    """Every building site: whether its dust is measured, the last mean, and the verdict of the last day."""
    found = Facilities(request, SITE)
    rows = [_site(found, row) for row in found.rows]
    columns = {
        "name": _("工地"), "kind": _("工程类别"), "team": _("监管部门"), "monitor": _("扬尘在线监测"), "station": _("监测站点"),
        "last": _("最近监测"), "value": _("颗粒物（mg/m³）"), "verdict": _("当天扬尘"),
    }  # fmt: skip
    return _listed(request, "sites", _("在建工地"), found, columns, rows)


def _site(found: Facilities, row: RowView) -> Line:
    words = found.words(row)
    means, at = _dust(found, row.key)
    judged = appraise("environment.dust_day", Given(walltime.town_day(at), {"means": means})) if at else None
    monitored = row.values.get("dust_monitor") is True
    return {
        **found.named(row),
        "kind": words["kind"],
        "team": words["team"],
        "monitor": {"text": words["dust_monitor"], "tone": "done" if monitored else "soon"},
        "last": _last(at, found.today),
        "value": f"{means[-1].normalize():f}" if means else None,
        "verdict": _judged(judged),
    }


def _dust(found: Facilities, key: str) -> tuple[list[Decimal], datetime | None]:
    """The means of 15 minutes of the newest day that has any, and the moment of the last."""
    for station in found.stations.get(key, []):
        for one in station.streams:
            said = one.description
            last = found.last.get(one.stream_id)
            if (said.factor, said.statistic, said.interval) == MEANS_OF_DUST and last:
                begins = walltime.day_begins(walltime.town_day(last.at))
                drawn = series.series(
                    found.actor, station.description.code, one.stream_id, begins, begins + timedelta(days=1)
                )
                return [point.value for point in drawn.points if point.value is not None], last.at
    return [], None
