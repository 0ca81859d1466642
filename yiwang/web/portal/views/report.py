"""Reporting: fill in, check, send, and the number to keep. POST shows the next page; only sending changes anything."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from yiwang.cases import numbers
from yiwang.intake.reports import queries as reports
from yiwang.intake.reports.steps import receiving
from yiwang.kernel import ids
from yiwang.kernel.access.door import door
from yiwang.kernel.files.problems import FileGone
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.places import queries as places
from yiwang.kernel.problems import Problem
from yiwang.kernel.secrecy import mask_phone
from yiwang.kernel.terms import Call
from yiwang.web import house
from yiwang.web.portal import case_words, room
from yiwang.web.portal.place_search import PlaceSearch, place_search
from yiwang.web.portal.report_form import ANOTHER, MOST_PHOTOS, MYSELF, STEPS, Photos, ReportForm, collect
from yiwang.web.problems import with_wait

CARRIED = ("place", "place_longitude", "place_latitude", "place_text", "text", "urgent", "for_whom", "name", "phone",
           "other_name", "other_phone", "_key")  # fmt: skip

POINT = ("place_longitude", "place_latitude")


@require_http_methods(["GET", "POST"])
@door("report.receive")
def report(request: HttpRequest) -> HttpResponse:
    """The form (GET, back to a question, or `go=find` for places), the page for checking (`go=check`), and the sending (`go=send`)."""
    call: Call = request.call()  # type: ignore[attr-defined]
    if request.method == "GET":
        return _first_page(request, call)
    sent = request.FILES.getlist("photos_files")
    photos = collect(request.POST, sent, call=replace(call, key=None), origin=origin_of(request))
    data = _with_photo_place(request.POST)
    search = place_search(data, call.actor)
    form = ReportForm(search.data if search else data, call=call, photos=photos.kept)
    go = request.POST.get("go", "check")
    if search:
        return _form_page(request, form, photos, start="place", changing=True, told=False, search=search)
    if go in STEPS:
        return _form_page(request, form, photos, start=go, changing=True, told=False)
    if not form.is_valid() or photos.refused:
        start = form.step_to_mend() if form.errors else "matter"
        return _form_page(request, form, photos, start=start, changing=True, status=422)
    return _send(request, form, photos) if go == "send" else _check_page(request, form, photos)


def _first_page(request: HttpRequest, call: Call) -> HttpResponse:
    data = QueryDict(mutable=True)
    data["place"] = request.GET.get("place", "")[:40]
    data["_key"] = str(ids.new_id(call.now))
    form = ReportForm(data, call=call)
    return _form_page(request, form, Photos(), start="matter" if data["place"] else STEPS[0], told=False)


def _with_photo_place(sent: QueryDict) -> QueryDict:
    """`photo_place=longitude,latitude` is the button that takes over where the photo was taken."""
    longitude, comma, latitude = sent.get("photo_place", "").partition(",")
    if not comma:
        return sent
    data = sent.copy()
    data["place"], data["place_longitude"], data["place_latitude"] = "", longitude, latitude
    return data


def _form_page(
    request: HttpRequest,
    form: ReportForm,
    photos: Photos,
    *,
    start: str,
    changing: bool = False,
    told: bool = True,
    search: PlaceSearch | None = None,
    status: int = 200,
) -> HttpResponse:
    wrong = {name: str(found[0]) for name, found in form.errors.items()}
    errors = wrong if told else {}
    if photos.refused:
        errors["photos"] = photos.error
    actor = form.call.actor
    content = {
        "said": {name: form.said(name) for name in CARRIED} | dict.fromkeys(POINT if form.outside else (), ""),
        "key": form.said("_key"),
        "errors": errors,
        "photos": _shown(photos),
        "most_photos": MOST_PHOTOS,
        "start": start,
        "changing": changing,
        "refused": ",".join(form.said(name) for name in POINT) if form.outside else "",
        "outline": reverse("portal:layer", args=["town"]),
        "places": search.found if search and search.found else _choices(form),
        "search": search,
        "search_url": reverse("portal:places"),
        "bounds": room.bounds(form.town_map),
        "layers": _layers(),
        "illustrative": bool(form.town_map.town and form.town_map.town.illustrative),
        "telephone": room.telephone(),
        "own_phone": mask_phone(people.own_details(actor).phone) if form.known else "",
        "self": MYSELF,
        "other": ANOTHER,
    }
    answer = render(request, "portal/report.html", content, status=photos.limit.status if photos.limit else status)
    return with_wait(answer, photos.limit)


def _choices(form: ReportForm) -> list[dict[str, Any]]:
    """The places of the list; one chosen by searching stands in it too, so that it stays chosen without JavaScript."""
    actor = form.call.actor
    listed = room.listed_places(actor)
    chosen = form.said("place")
    if form.place_id and chosen not in {place["id"] for place in listed}:
        listed = room.options([places.place(actor, form.place_id)], form.town_map) + listed
    return listed


def _layers() -> list[dict[str, Any]]:
    kinds = {"town": "area", "estates": "area", "water": "line", "roads": "edge"}
    return [
        {
            "id": name,
            "kind": kind,
            "url": reverse("portal:layer", args=[name]),
            "text": case_words.layer_name(name),
        }
        for name, kind in kinds.items()
    ]


def _shown(photos: Photos) -> list[dict[str, str]]:
    return [{"id": one.token, "url": reverse("portal:photo_show", args=[one.token])} for one in photos.kept]


def _check_page(request: HttpRequest, form: ReportForm, photos: Photos, refusal: Problem | None = None) -> HttpResponse:
    own, other = form.persons()
    own_phone = people.own_details(form.call.actor).phone if form.known else (own.phone if own else "")
    content = {
        "carried": [(name, form.said(name)) for name in CARRIED if form.said(name)],
        "photos": _shown(photos),
        "where": form.where(),
        "text": form.cleaned_data["text"],
        "urgent": form.cleaned_data["urgent"],
        "own": own,
        "own_phone": room.spaced_phone(own_phone),
        "other_phone": room.spaced_phone(other.phone) if other else "",
        "other": other,
        "telephone": room.telephone(),
        "photo_place": _photo_place(form, photos),
        "refused": house.sentence(refusal) if refusal else "",
    }
    return with_wait(render(request, "portal/check.html", content, status=refusal.status if refusal else 200), refusal)


def _photo_place(form: ReportForm, photos: Photos) -> dict[str, str] | None:
    """Where the photo was taken, when that is another place in the town than the one given: an offer, never taken by itself."""
    position = photos.position
    if position is None or not form.town_map.locate(position).in_town or form.point == position:
        return None
    return {
        "value": f"{position.longitude:.6f},{position.latitude:.6f}",
        "text": room.place_words(form.call.actor, None, position),
    }


def _send(request: HttpRequest, form: ReportForm, photos: Photos) -> HttpResponse:
    own, other = form.persons()
    try:
        received = receiving.receive(
            text=form.cleaned_data["text"],
            photos=tuple(photo.sha256 for photo in photos.kept),
            place_id=form.place_id,
            point=form.point,
            place_text=form.cleaned_data["place_text"],
            reporter=own,
            on_behalf=other,
            urgent=form.cleaned_data["urgent"],
            origin=origin_of(request),
            call=replace(form.call, key=form.key()),
        )
    except FileGone as refusal:
        photos.kept.clear()
        photos.refused.append(house.sentence(refusal))
        return _form_page(request, form, photos, start="matter", changing=True, status=refusal.status)
    except Problem as refusal:
        return _check_page(request, form, photos, refusal)
    return HttpResponseRedirect(
        reverse("portal:done", args=[received.number, reports.link_token(received.number)]), status=303
    )


@require_GET
@door("report.receive")
def done(request: HttpRequest, number: str, token: str) -> HttpResponse:
    """The number to keep, what happens next and by when, and the link to follow. Raises LinkUnknown."""
    reporter = reports.reporter_by_link(number, token)
    number = numbers.tidy(number)
    call: Call = request.call()  # type: ignore[attr-defined]
    content = {
        "number": number,
        "spaced": numbers.spaced(number),
        "token": token,
        "link": request.build_absolute_uri(reverse("portal:follow_by_link", args=[number, token])),
        "by_when": case_words.first_answer(reporter, number, call.now),
        "reachable": reporter.account_id is not None,
        "telephone": room.telephone(),
    }
    return render(request, "portal/done.html", content)
