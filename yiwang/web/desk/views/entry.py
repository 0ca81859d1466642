"""Entering what somebody says on the telephone or at the counter, read while it is typed."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.cases import queries as cases
from yiwang.cases.classes import CHOSEN_DEMANDS
from yiwang.cases.steps import forward
from yiwang.intake.reports import queries as reports
from yiwang.intake.reports.facts import ReportReceived
from yiwang.intake.reports.rules import title_of
from yiwang.intake.reports.steps import receiving
from yiwang.intake.reports.steps.receiving import Person
from yiwang.kernel.access.door import door
from yiwang.kernel.files import tokens
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.rules import Kind
from yiwang.kernel.problems import LogInFirst, NotAllowed, Problem
from yiwang.kernel.terms import Actor, Call, PlaceId
from yiwang.kernel.wording import problem_text
from yiwang.web import house
from yiwang.web.desk import casepage, casetypes, chips, townsfolk
from yiwang.web.desk.forms.entry import Entry
from yiwang.web.desk.forms.fields import coded_pairs, point_of
from yiwang.web.desk.room import actor_of, call_of, may, page, said
from yiwang.web.desk.townsfolk import Names
from yiwang.web.typed_place import with_typed_place

SUGGESTED_KINDS = {"hotline": "H", "grid": "CE", "desk": "CEH"}
MOST_FOUND = 40


@require_http_methods(["GET", "POST"])
@door("report.suggest")
def show(request: HttpRequest) -> HttpResponse:
    """The form, and taking what it says: gathered, or gathered and accepted at once."""
    actor = actor_of(request)
    names = townsfolk.names(actor)
    if request.method == "GET":
        return _form(request, names, _made(names, None, actor))
    form = _made(names, with_typed_place(request.POST, names.town_map), actor)
    if not form.is_valid():
        return _form(request, names, form, status=422)
    try:
        fact = _entered(form.cleaned_data, call_of(request), accept="accept" in request.POST)
    except (LogInFirst, NotAllowed):
        raise
    except Problem as refusal:
        return _form(request, names, form, refusal=refusal, status=refusal.status)
    # Who works on one committee's ground may enter what lies elsewhere, and then cannot open it.
    within = cases.may_read(actor, fact.case_id)
    messages.success(request, _told(accepted="accept" in request.POST, within=within) % {"number": fact.number})
    on_the_form = "another" in request.POST or not within
    address = reverse("desk:new") if on_the_form else reverse("desk:case", args=[fact.number])
    return HttpResponseRedirect(f"{address}?entered=1")


def _told(*, accepted: bool, within: bool) -> str:
    if accepted:
        return _("已登记并受理：%(number)s")
    if within:
        return _("已登记：%(number)s")
    return _("已登记：%(number)s。它不在您负责的范围里，您这里打不开；受理员已经能看到，由他们接着办。")


def _made(names: Names, given: Any, actor: Actor) -> Entry:
    channel = "grid" if actor.has_role("grid_worker") else "desk"
    return Entry(
        given,
        initial={"channel": channel},
        options={"type_code": [dict(one) for one in casetypes.options()], "place": casepage.place_options(names)},
        demands=coded_pairs("case.demand", CHOSEN_DEMANDS),
    )


def _form(
    request: HttpRequest, names: Names, form: Entry, *, refusal: Problem | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    town = names.town_map.town
    content = {
        "form": form,
        "fields": {name: casepage.field_content(form, name) for name in form.fields},
        "refusal": problem_text(refusal, house.language()) if refusal else None,
        "places": place_list(actor, names),
        "bounds": [round(value, 6) for value in town.geometry.bounds] if town else [],
        "layers": [{"id": "committees", "text": _("居委会辖区（示意）"), "kind": "edge", "url": reverse("desk:map")}],
        "may_accept": may(actor, "case.accept"),
        "advice": reports.NO_ADVICE,
        "entered": request.GET.get("entered") == "1",
        "photos": [{"id": token, "url": reverse("desk:photo_show", args=[token])} for token in form.tokens],
    }
    return page(request, "desk/new.html", content, status=status)


def place_list(actor: Actor, names: Names) -> list[dict[str, Any]]:
    """Places as the place picker lists them: estates, roads, facilities, sites and rivers; buildings are searched."""
    listed = places.listed(actor, [kind for kind in casepage.PLACE_KINDS if kind != Kind.BUILDING])
    return [_option(view, names) for view in listed]


def _option(view: Any, names: Names) -> dict[str, Any]:
    return {
        "id": str(view.place_id),
        "text": names.place(view.place_id) or view.name,
        "hint": names.place(view.committee_id),
        "group": said(f"place.kind.{view.kind}"),
        "longitude": round(view.middle.longitude, 6),
        "latitude": round(view.middle.latitude, 6),
    }


def _entered(given: dict[str, Any], call: Call, *, accept: bool) -> ReportReceived:
    """Take the report; then accept its case when that was asked for. Each is a step with a key of its own."""
    fact = receiving.enter(
        channel=given["channel"],
        text=given["text"],
        photos=tuple(tokens.claimed(token, now=call.now) for token in given["photos"]),
        place_id=given["place"],
        point=given["place_point"],
        place_text=given["place_text"],
        reporter=_person(given["phone"], given["name"]),
        on_behalf=_person(given["for_phone"], given["for_name"]),
        urgent=given["urgent"],
        source_key=given["source_key"] or None,
        call=call,
    )
    if accept:
        forward.accept(
            fact.case_id,
            type_code=given["type_code"],
            title=given["title"] or title_of("", given["text"]),
            demand=given["demand"],
            urgent=given["urgent"] or None,
            call=replace(call, key=f"{call.key}/accept" if call.key else None),
        )
    return fact


def _person(phone: str, name: str) -> Person | None:
    return Person(phone.strip(), name.strip()) if phone.strip() or name.strip() else None


@require_POST
@door("report.suggest")
def read(request: HttpRequest) -> HttpResponse:
    """What the reader makes of the words typed so far. By POST, so that they stand in no log of addresses."""
    actor, call = actor_of(request), call_of(request)
    advice = reports.suggest(
        actor,
        request.POST.get("text", "")[:5000],
        at=call.now,
        point=point_of(request.POST, "place"),
        place_id=_place(request.POST.get("place", "")),
        kinds=SUGGESTED_KINDS.get(request.POST.get("channel", ""), "CEH"),
        language=house.language(),
    )
    names = townsfolk.names(actor)
    content = {
        "advice": advice,
        "types": chips.chips(chips.sure(advice.types), 1),
        "guesses": chips.chips(chips.guesses(advice.types), 1),
        "places": chips.chips(advice.places, 4),
        "lead": chips.lead_chip(advice, names, "7"),
        "duplicates": chips.earlier(advice.duplicates, 8, 2),
    }
    return render(request, "desk/reading.html", content)


def _place(text: str) -> PlaceId | None:
    try:
        return PlaceId(UUID(text)) if text else None
    except ValueError:
        return None


@require_GET
@door("place.read")
def find_places(request: HttpRequest) -> JsonResponse:
    """Places called so, for the place picker; buildings too."""
    actor = actor_of(request)
    text = request.GET.get("q", "").strip()[:60]
    names = townsfolk.names(actor)
    found = places.listed(actor, casepage.PLACE_KINDS, text=text, limit=MOST_FOUND) if text else []
    return JsonResponse({"places": [_option(view, names) for view in found]})


@require_GET
@door("place.read")
def town_map(request: HttpRequest) -> JsonResponse:
    """The committees' outlines as GeoJSON, for the maps of the desk."""
    answer = JsonResponse(places.export(actor_of(request), casepage.MAP_KINDS))
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
