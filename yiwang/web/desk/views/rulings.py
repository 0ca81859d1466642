"""Precedents: whose a matter was found to be, and why."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from yiwang.cases import queries as cases
from yiwang.kernel.access.door import door
from yiwang.web.desk import casetypes, townsfolk
from yiwang.web.desk.room import actor_of, page


@require_GET
@door("desk.read")
def show(request: HttpRequest) -> HttpResponse:
    """Rulings, newest first, with the words that are looked for."""
    actor = actor_of(request)
    text = request.GET.get("q", "").strip()[:100]
    names = townsfolk.names(actor)
    found = [
        {
            "number": one.case_number,
            "href": reverse("desk:case", args=[one.case_number]),
            "team": names.team(one.team),
            "type": casetypes.name(one.type_code) if one.type_code else "",
            "question": one.question,
            "grounds": one.grounds,
            "at": one.at,
        }
        for one in cases.rulings(actor, text)
    ]
    return page(request, "desk/rulings.html", {"rulings": found, "text": text})
