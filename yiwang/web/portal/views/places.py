"""Places for residents: a list with search that works without JavaScript, the same as JSON, and the map's layers."""

import json
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yiwang.kernel.access.door import door
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.rules import Kind
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import Actor
from yiwang.web.portal import room

LAYERS = {
    "town": (Kind.TOWN,),
    "water": (Kind.RIVER,),
    "roads": (Kind.ROAD,),
    "estates": (Kind.ESTATE,),
}
SIMPLER = 0.00005
"""Degrees (about 5 m) by which lines are made simpler for a phone on a slow network."""
TOWN_OPACITY = 0.15
CACHE_SECONDS = 3600


@require_GET
@door("portal.read")
def search(request: HttpRequest) -> HttpResponse:
    """Places called like `q`, or all that are listed. JSON for the place picker, else a page of links back to the report."""
    asked = request.GET.get("q", "").strip()[:40].replace("\0", "")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = room.listed_places(actor, asked)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"places": found})
    groups: dict[str, list[dict[str, Any]]] = {}
    for place in found:
        groups.setdefault(place["group"], []).append(place)
    return render(request, "portal/places.html", {"asked": asked, "groups": groups, "found": len(found)})


@require_GET
@door("portal.read")
def layer(request: HttpRequest, layer: str) -> HttpResponse:
    """One layer of the map as small GeoJSON: geometry and the name that stands on it."""
    if layer not in LAYERS:
        raise NotFound
    actor: Actor = request.actor  # type: ignore[attr-defined]
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shapely.set_precision(row.geometry.simplify(SIMPLER), 0.000001))),
            "properties": {"text": room.name_of(row)} if layer != "town" else {"opacity": TOWN_OPACITY},
        }
        for row in places.town_map(actor).rows
        if row.kind in LAYERS[layer]
    ]
    answer = JsonResponse({"type": "FeatureCollection", "features": features})
    answer["Cache-Control"] = f"private, max-age={CACHE_SECONDS}"
    answer["Vary"] = "Accept-Language, Cookie"
    return answer
