"""The duty screen, its figures alone as they change, and its map."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yiwang.kernel.access.door import door
from yiwang.web.desk import townsfolk, watch
from yiwang.web.desk.room import actor_of, call_of, may, page


@require_GET
@door("desk.watch")
def show(request: HttpRequest) -> HttpResponse:
    """The whole screen."""
    actor, call = actor_of(request), call_of(request)
    layer = {
        "id": "open-cases",
        "text": _("各居委未结案件，越多颜色越深"),
        "kind": "area",
        "url": reverse("desk:watch_map"),
    }
    content = {
        **watch.board(actor, townsfolk.names(actor), call.now),
        "layers": [layer],
        "shifts_href": reverse("desk:teams") if may(actor, "shift.plan") else "",
    }
    return page(request, "desk/watch.html", content)


@require_GET
@door("desk.watch")
def board(request: HttpRequest) -> HttpResponse:
    """The figures as they are now, to be put where they stand."""
    actor, call = actor_of(request), call_of(request)
    return render(request, "desk/watch_board.html", watch.board(actor, townsfolk.names(actor), call.now))


@require_GET
@door("desk.watch")
def map_data(request: HttpRequest) -> JsonResponse:
    """The committees with their open cases as GeoJSON."""
    actor = actor_of(request)
    answer = JsonResponse(watch.town(actor, townsfolk.names(actor)))
    answer["Cache-Control"] = "no-store"
    return answer
