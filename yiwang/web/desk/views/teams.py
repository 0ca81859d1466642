"""Departments, teams and committees' offices: who belongs to them by role, and when they can be reached (never who was there)."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.kernel.access.door import View, door
from yiwang.kernel.people import queries
from yiwang.kernel.people.queries import AccountCard, TeamCard
from yiwang.kernel.people.steps import teams as team_steps
from yiwang.kernel.terms import Actor, Call, PlaceId, ScopeKind, TeamId, Where
from yiwang.web import house
from yiwang.web.desk import deeds, townsfolk
from yiwang.web.desk.deeds import Asked, Deed
from yiwang.web.desk.forms import people as forms
from yiwang.web.desk.room import actor_of, call_of, may, page, said
from yiwang.web.desk.townsfolk import Names
from yiwang.web.desk.views.accounts import role_text

Given = dict[str, Any]
SHIFTS_BACK, SHIFTS_AHEAD = timedelta(days=1), timedelta(days=60)
"""The shifts that a team's page shows: those of yesterday, and those to come."""


def _create(about: None, given: Given, call: Call) -> None:
    team_steps.create_team(
        given["code"],
        given["kind"],
        name_zh=given["name_zh"],
        name_en=given["name_en"],
        parent_id=TeamId(UUID(given["parent"])) if given["parent"] else None,
        committee_id=PlaceId(UUID(given["committee"])) if given["committee"] else None,
        position=given["position"] or 0,
        call=call,
    )


def _rename(card: TeamCard, given: Given, call: Call) -> None:
    team_steps.change_team(
        card.team_id,
        name_zh=given["name_zh"],
        name_en=given["name_en"],
        parent_id=card.parent_id,
        committee_id=card.committee_id,
        position=card.position,
        call=replace(call, filled=frozenset({"parent_id", "committee_id", "position"})),
    )


def _plan(card: TeamCard, given: Given, call: Call) -> None:
    team_steps.plan_shift(card.team_id, given["begins_at"], given["ends_at"], note=given["note"], call=call)


def _cancel(card: TeamCard, given: Given, call: Call) -> None:
    team_steps.cancel_shift(given["shift"], call=call)


CREATE = Deed("create", "team.create", gettext_lazy("新建部门或队伍"), forms.NewTeam, _create)
DEEDS = {
    deed.name: deed
    for deed in (
        Deed("plan", "shift.plan", gettext_lazy("安排班次"), forms.PlanShift, _plan),
        Deed("cancel", "shift.cancel", gettext_lazy("取消班次"), forms.CancelShift, _cancel, danger=True),
        Deed("rename", "team.change", gettext_lazy("改名称"), forms.RenameTeam, _rename),
    )
}
"""What can be done with a team, by the last part of its address."""


@require_GET
@door("team.members")
def listed(request: HttpRequest) -> HttpResponse:
    """Every team in the town's own order, with how many belong to it."""
    actor = actor_of(request)
    counted = _members(actor) if may(actor, "account.list") else None
    content = {
        "teams": [team_line(card, counted) for card in queries.teams(actor)],
        "may_create": may(actor, "team.create"),
        "counted": counted is not None,
    }
    return page(request, "desk/teams.html", content)


def _members(actor: Actor) -> dict[UUID, int]:
    """How many open accounts hold a role in each team."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for card in queries.accounts(actor):
        for held in card.roles:
            if card.active and held.scope == ScopeKind.TEAM and held.scope_id:
                found[held.scope_id].add(card.account_id)
    return {team_id: len(people) for team_id, people in found.items()}


def team_line(card: TeamCard, members: dict[UUID, int] | None) -> dict[str, Any]:
    """A team as lists show it."""
    return {
        "name": card.name(house.language()),
        "kind": said(f"team.kind.{card.kind}"),
        "code": card.code,
        "href": reverse("desk:team", args=[card.team_id]),
        "members": members.get(card.team_id, 0) if members is not None else None,
    }


@require_http_methods(["GET", "POST"])
@door("team.create")
def new(request: HttpRequest) -> HttpResponse:
    """The form for a new team; then the list."""
    actor, asked = actor_of(request), None
    options = _options(townsfolk.names(actor))
    if request.method == "POST":
        asked = deeds.attempt(CREATE, None, request.POST, options, call_of(request))
        if asked is None:
            made = queries.team_by_code(actor, request.POST["code"].strip())
            messages.success(request, _("已建好。"))
            return HttpResponseRedirect(reverse("desk:team", args=[made.team_id]))
    deed = deeds.shown(CREATE, actor, reverse("desk:team_new"), options, asked=asked)
    return page(request, "desk/team_new.html", {"deed": deed}, status=asked.status if asked else 200)


def _options(names: Names) -> dict[str, list[dict[str, str]]]:
    committees = [{"value": value, "text": text, "group": "", "find": text} for value, text in names.committees()]
    return {"parent": names.team_options(), "committee": committees}


@require_GET
@door("team.members")
def show(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """One team: its members, its shifts, and what may be done with it."""
    return _page(request, TeamId(team_id))


def _page(request: HttpRequest, team_id: TeamId, asked: Asked | None = None) -> HttpResponse:
    actor, now = actor_of(request), call_of(request).now
    card = queries.team(actor, team_id)
    ground = Where(teams=frozenset({team_id}))
    initial = {"name_zh": card.name_zh, "name_en": card.name_en}
    made = [
        deeds.shown(DEEDS[name], actor, _address(team_id, name), {}, asked=asked, where=ground, **initial)
        for name in ("plan", "rename")
    ]
    shifts = queries.shifts(actor, team_id, now - SHIFTS_BACK, now + SHIFTS_AHEAD)
    content = {
        **team_line(card, None),
        "people": [_member(one, townsfolk.names(actor)) for one in queries.members(actor, team_id)],
        "shifts": [
            {"id": one.shift_id, "begins_at": one.begins_at, "ends_at": one.ends_at, "note": one.note,
             "now": one.begins_at <= now < one.ends_at} for one in shifts
        ],
        "cancel": _address(team_id, "cancel") if may(actor, "shift.cancel") else "",
        "deeds": [deed for deed in made if deed],
        "refusal": asked.refusal if asked and asked.deed.name == "cancel" else None,
    }  # fmt: skip
    return page(request, "desk/team.html", content, status=asked.status if asked else 200)


def _member(card: AccountCard, names: Names) -> dict[str, Any]:
    return {"name": card.name, "roles": [role_text(held, names) for held in card.roles]}


def _address(team_id: TeamId, name: str) -> str:
    return reverse(f"desk:team_{name}", args=[team_id])


def _deed(deed: Deed) -> View:
    """The address that does one deed with a team and comes back to its page."""

    @require_POST
    @door(deed.action)
    def run(request: HttpRequest, team_id: UUID) -> HttpResponse:
        card = queries.team(actor_of(request), TeamId(team_id))
        asked = deeds.attempt(deed, card, request.POST, {}, call_of(request))
        if asked is not None:
            return _page(request, card.team_id, asked)
        messages.success(request, _("%(act)s：已办。") % {"act": deed.text})
        return HttpResponseRedirect(reverse("desk:team", args=[team_id]))

    return run


DOORS = {name: _deed(deed) for name, deed in DEEDS.items()}
"""The views of DEEDS."""


def waiting(actor: Actor) -> list[dict[str, Any]]:
    """What waits for who keeps the teams: those that nobody belongs to, so that nobody would handle a case given to them."""
    members = _members(actor)
    empty = [team_line(card, members) for card in queries.teams(actor) if not members.get(card.team_id)]
    return [{"title": _("没有人员的部门和队伍"), "href": reverse("desk:teams"), "rows": empty}]
