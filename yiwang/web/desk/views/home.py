"""The first page after logging in: what waits for me, and how the town stands."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from yiwang.cases import counted
from yiwang.cases.stages import STAGE_OF
from yiwang.kernel.access.door import door
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.places import queries as places
from yiwang.kernel.terms import Actor, Call
from yiwang.web.desk import alarmbrief, home, inquiries, rows
from yiwang.web.desk.room import actor_of, call_of, may, page, said
from yiwang.web.desk.views import accounts, claims, evidence, sheets, teams
from yiwang.web.desk.views import places as place_views


@require_GET
@door("desk.read")
def show(request: HttpRequest) -> HttpResponse:
    """The home page of the actor's roles."""
    actor, call = actor_of(request), call_of(request)
    content: dict[str, Any] = {"now": call.now, "queues": [], "tiles": [], "overseeing": home.overseeing(actor)}
    if may(actor, "case.read"):
        numbers = counted.numbers_of(actor, call.now)
        overall = actor.has_role("leader", "auditor", "duty_officer")
        if overall:
            numbers |= counted.ended_of(actor)
        content |= {"queues": home.queues(actor, numbers, call), "tiles": home.tiles(numbers, call)}
        if overall:
            content |= {"stages": _stages(numbers), "alarms": alarmbrief.brief(actor, call.now)}
    if actor.has_role("administrator"):
        content["entries"] = journal.head()
    if actor.has_role("registrar", "administrator"):
        content["places"] = _places(actor)
    content["waiting"] = _waiting(actor, call)
    return page(request, "desk/home.html", content)


def _stages(numbers: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "state": {"text": said(f"case.state.{one['state']}"), "tone": rows.tone_of(one["state"])},
            "stage": said(f"case.stage.{STAGE_OF[one['state']]}"),
            "count": {"text": str(one["count"]), "href": one["href"]},
        }
        for one in home.stages(numbers)
    ]


def _waiting(actor: Actor, call: Call) -> list[dict[str, Any]]:
    """What waits beside cases, such as evidence, accounts, teams and places: each line leads to the page where it is done."""
    lists: list[dict[str, Any]] = inquiries.waiting(actor) + evidence.waiting(actor, call)
    if actor.has_role("registrar"):
        lists += place_views.waiting(actor)
    if actor.has_role("administrator", "security_administrator"):
        lists += accounts.waiting(actor)
    if actor.has_role("administrator"):
        lists += teams.waiting(actor)
    if may(actor, "claim.answer"):
        lists += claims.waiting(actor, call)
    if may(actor, "report.import"):
        lists += sheets.waiting(actor)
    return [
        {**one, "total": len(one["rows"]), "rows": one["rows"][: home.SHOWN], "anchor": f"waiting-{at}"}
        for at, one in enumerate(lists, 1)
    ]


def _places(actor: Actor) -> list[dict[str, Any]]:
    counted = Counter(str(row.kind) for row in places.town_map(actor).rows)
    return [{"kind": said(f"place.kind.{kind}"), "count": number} for kind, number in sorted(counted.items())]
