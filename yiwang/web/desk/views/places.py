"""The register of places: looking, adding, correcting and ending single places, files of places in and out."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import shapely.geometry
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.kernel import walltime
from yiwang.kernel.access.door import View, door
from yiwang.kernel.places import loading, queries, registering, steps
from yiwang.kernel.places.datum import Datum
from yiwang.kernel.places.queries import PlaceView
from yiwang.kernel.places.rules import Kind
from yiwang.kernel.problems import LogInFirst, NotAllowed, Problem
from yiwang.kernel.terms import Actor, Call, PlaceId
from yiwang.kernel.wording import problem_text
from yiwang.web import house
from yiwang.web.desk import deeds, townsfolk
from yiwang.web.desk.deeds import Asked, Deed
from yiwang.web.desk.forms import places as forms
from yiwang.web.desk.problems import NoPlacesFile, PlacesFileTooLarge
from yiwang.web.desk.room import actor_of, call_of, may, page, said
from yiwang.web.desk.townsfolk import Names

Given = dict[str, Any]
MOST_LISTED = 100
MOST_BYTES = 30 * 1024 * 1024
MOST_REFUSALS = 200
EXPECTED_INSIDE = (Kind.GRID_CELL, Kind.ESTATE, Kind.BUILDING, Kind.FACILITY, Kind.SITE, Kind.COMPONENT)
"""Kinds that lie in one committee; one that lies in none is drawn wrongly, or the committee is."""
TOMORROW = timedelta(days=1)


def _feature(given: Given, kind: str, view: PlaceView | None = None) -> Given:
    """What the form says, as a feature of a file would say it."""
    properties = {
        "kind": kind,
        "code": given["code"],
        "name": given["name"],
        "name_en": given["name_en"],
        "aliases": [one.strip() for one in given["aliases"].split("、") if one.strip()],
        "parent": given["parent"],
        "source": given["source"],
        "illustrative": given["illustrative"],
        "attributes": view.attributes if view else {},
        "valid_from": view.valid_from.isoformat() if view and view.valid_from else "",
    }
    kept = {key: value for key, value in properties.items() if value not in ("", [], {})}
    return {"type": "Feature", "geometry": given["shape"], "properties": kept}


def _add(about: None, given: Given, call: Call) -> None:
    draft = registering.draft_from(call.actor, _feature(given, given["kind"]), Datum(given["datum"]))
    steps.register_place(draft, call=call)


def _change(view: PlaceView, given: Given, call: Call) -> None:
    draft = registering.draft_from(call.actor, _feature(given, str(view.kind), view), Datum(given["datum"]))
    steps.change_place(view.place_id, draft, call=call)


def _retire(view: PlaceView, given: Given, call: Call) -> None:
    steps.retire_place(view.place_id, given["on"], call=call)


ADD = Deed("add", "place.write", gettext_lazy("登记地点"), forms.DescribedPlace, _add)
DEEDS = {
    "change": Deed("change", "place.write", gettext_lazy("更正地点"), forms.ChangedPlace, _change),
    "retire": Deed("retire", "place.write", gettext_lazy("注销地点"), forms.RetirePlace, _retire, danger=True),
}
"""What can be done with a place, by the last part of its address."""


@require_GET
@door("place.write")
def listed(request: HttpRequest) -> HttpResponse:
    """The register by kind, narrowed by a part of the name or the beginning of the code."""
    actor = actor_of(request)
    kind, text, only = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:60], request.GET.get("only", "")
    known = kind in set(Kind)
    views = queries.listed(actor, [Kind(kind)] if known else [], text=text, limit=None if only else MOST_LISTED + 1)
    if only in FAULTS:
        views = [view for view in views if FAULTS[only](view)]
    counted = Counter(str(row.kind) for row in queries.town_map(actor).rows)
    names = townsfolk.names(actor)
    content = {
        "places": [place_line(view, names) for view in views[:MOST_LISTED]],
        "more": len(views) > MOST_LISTED,
        "most": MOST_LISTED,
        "kinds": [(str(one), f"{said(f'place.kind.{one}')}（{counted.get(str(one), 0)}）") for one in Kind],
        "kind": kind if known else "",
        "text": text,
        "only": only,
    }
    return page(request, "desk/places.html", content)


def place_line(view: Any, names: Names) -> dict[str, Any]:
    """A place as lists show it (a view, or a row of the map)."""
    return {
        "name": view.name,
        "code": view.code,
        "kind": said(f"place.kind.{view.kind}"),
        "committee": names.place(view.committee_id),
        "illustrative": view.illustrative,
        "href": reverse("desk:place", args=[view.place_id]),
    }


def drawn_only(one: Any) -> bool:
    """A place whose shape is an illustration and was never surveyed."""
    return bool(one.illustrative)


def outside(one: Any) -> bool:
    """A place that lies in no committee although its kind always does."""
    return one.kind in EXPECTED_INSIDE and one.committee_id is None


FAULTS = {"illustrative": drawn_only, "outside": outside}


@require_http_methods(["GET", "POST"])
@door("place.write")
def new(request: HttpRequest) -> HttpResponse:
    """The form for a new place; then its page."""
    actor, asked = actor_of(request), None
    if request.method == "POST":
        asked = deeds.attempt(ADD, None, request.POST, {}, call_of(request))
        if asked is None:
            made = queries.coded(actor, Kind(request.POST["kind"]), request.POST["code"].strip())
            messages.success(request, _("已登记。"))
            return HttpResponseRedirect(reverse("desk:place", args=[made.place_id]))
    deed = deeds.shown(ADD, actor, reverse("desk:place_new"), {}, asked=asked)
    return page(request, "desk/place_new.html", {"deed": deed}, status=asked.status if asked else 200)


@require_GET
@door("place.write")
def show(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """One place, valid or not, and what may be done with it."""
    return _page(request, PlaceId(place_id))


def _page(request: HttpRequest, place_id: PlaceId, asked: Asked | None = None) -> HttpResponse:
    actor, call = actor_of(request), call_of(request)
    view, names = queries.place(actor, place_id), townsfolk.names(actor)
    made = [] if view.valid_to else _deeds(actor, view, call, asked)
    content = {
        **place_line(view, names),
        "view": view,
        "parent": names.place(view.parent_id),
        "shape": view.geometry.geom_type,
        "deeds": [deed for deed in made if deed],
    }
    return page(request, "desk/place.html", content, status=asked.status if asked else 200)


def _deeds(actor: Actor, view: PlaceView, call: Call, asked: Asked | None) -> list[Any]:
    is_point = view.geometry.geom_type == "Point"
    parent = queries.place(actor, view.parent_id) if view.parent_id else None
    described = {
        "code": view.code,
        "name": view.name,
        "name_en": view.name_en,
        "aliases": "、".join(view.aliases),
        "parent": f"{parent.kind}/{parent.code}" if parent else "",
        "source": view.source,
        "longitude": view.geometry.x if is_point else None,
        "latitude": view.geometry.y if is_point else None,
        "geometry": "" if is_point else json.dumps(shapely.geometry.mapping(view.geometry)),
        "datum": str(Datum.WGS84),
        "illustrative": view.illustrative,
    }
    tomorrow = {"on": walltime.town_day(call.now) + TOMORROW}
    initial: dict[str, Given] = {"change": described, "retire": tomorrow}
    return [
        deeds.shown(deed, actor, _address(view.place_id, name), {}, asked=asked, **initial[name])
        for name, deed in DEEDS.items()
    ]


def _address(place_id: PlaceId, name: str) -> str:
    return reverse(f"desk:place_{name}", args=[place_id])


def _deed(deed: Deed) -> View:
    """The address that does one deed with a place and comes back to its page."""

    @require_POST
    @door(deed.action)
    def run(request: HttpRequest, place_id: UUID) -> HttpResponse:
        view = queries.place(actor_of(request), PlaceId(place_id))
        asked = deeds.attempt(deed, view, request.POST, {}, call_of(request))
        if asked is not None:
            return _page(request, view.place_id, asked)
        messages.success(request, _("%(act)s：已办。") % {"act": deed.text})
        return HttpResponseRedirect(reverse("desk:place", args=[place_id]))

    return run


DOORS = {name: _deed(deed) for name, deed in DEEDS.items()}
"""The views of DEEDS."""


@require_http_methods(["GET", "POST"])
@door("place.write")
def take_file(request: HttpRequest) -> HttpResponse:
    """A GeoJSON file into the register: the good features go in, each of the others is named with its number and reason."""
    form = forms.ImportPlaces(request.POST or None)
    content: dict[str, Any] = {"form": form, "done": None}
    status = 200
    if request.method == "POST":
        try:
            content |= _taken(request, form.data.get("datum", ""))
        except (LogInFirst, NotAllowed):
            raise
        except Problem as refusal:
            content["refusal"], status = problem_text(refusal, house.language()), refusal.status
    return page(request, "desk/place_import.html", content, status=status)


def _taken(request: HttpRequest, datum: str) -> dict[str, Any]:
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise NoPlacesFile
    if (sent.size or 0) > MOST_BYTES:
        raise PlacesFileTooLarge(megabytes=round((sent.size or 0) / 1048576, 1), limit=MOST_BYTES // 1048576)
    asked = call_of(request)
    call = Call(asked.actor, asked.now, asked.door)  # the same file again changes nothing, so it needs no key
    declared = Datum(datum) if datum in set(Datum) else None
    done = loading.load_geojson(sent.read(), file=str(sent.name), call=call, declared_datum=declared)
    refused = [
        {
            "number": one.refusal.number,
            "property": one.refusal.property,
            **problem_text(one.refusal.problem, house.language()),
        }
        for one in done.refusals[:MOST_REFUSALS]
    ]
    count = len(done.refusals)
    return {"done": done, "name": sent.name, "refused": refused, "count": count, "more": max(0, count - MOST_REFUSALS)}


@require_GET
@door("place.write")
def give_file(request: HttpRequest) -> HttpResponse:
    """The valid places, of one kind or all, as GeoJSON in WGS 84; the import reads it back."""
    kind = request.GET.get("kind", "")
    kinds = [Kind(kind)] if kind in set(Kind) else []
    text = json.dumps(queries.export(actor_of(request), kinds), ensure_ascii=False)
    answer = HttpResponse(text, content_type="application/geo+json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="places-{kinds[0] if kinds else "all"}.geojson"'
    return answer


def waiting(actor: Actor) -> list[dict[str, Any]]:
    """What waits for the registrar: places in no committee, committees without a grid cell, shapes that were only drawn."""
    if not may(actor, "place.write"):
        return []
    current, names = queries.town_map(actor), townsfolk.names(actor)
    address = reverse("desk:place_list")
    with_cells = {row.parent_id for row in current.rows if row.kind == Kind.GRID_CELL}
    bare = [row for row in current.rows if row.kind == Kind.COMMITTEE and row.place_id not in with_cells]
    lists = (
        (_("不在任何居委辖区内的地点"), f"{address}?only=outside", [row for row in current.rows if outside(row)]),
        (_("没有划分网格的居委"), f"{address}?kind={Kind.COMMITTEE}", bare),
        (_("只有示意图形的地点"), f"{address}?only=illustrative", [row for row in current.rows if drawn_only(row)]),
    )
    return [
        {"title": title, "href": href, "rows": [place_line(row, names) for row in rows]} for title, href, rows in lists
    ]
