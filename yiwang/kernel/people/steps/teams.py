"""The verbs on teams and shifts: decide, then record."""

from datetime import datetime
from uuid import UUID

from yiwang.kernel import ids
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import facts, rules
from yiwang.kernel.people.models import (
    Shift,
    Team,
)
from yiwang.kernel.people.problems import (
    TeamCodeTaken,
)
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import TOWN_WIDE, Call, PlaceId, TeamId, Where


@step("team.create")
def create_team(
    code: str,
    kind: str,
    *,
    name_zh: str,
    name_en: str,
    parent_id: TeamId | None = None,
    committee_id: PlaceId | None = None,
    position: int = 0,
    call: Call,
) -> facts.TeamCreated:
    """Add a department, a team in one, or a committee's office (`committee_id`: the place it answers for).

    Raises BadTeam for an unknown kind or a place on something else, TeamCodeTaken.
    """
    permission.require(call.actor, "team.create", TOWN_WIDE)
    rules.team(code, kind, committee_id)
    if Team.objects.filter(code=code).exists():
        raise TeamCodeTaken(code=code)
    team_id = TeamId(ids.new_id(call.now))
    fact = facts.TeamCreated(team_id, code, kind, name_zh, name_en, parent_id, committee_id, position)
    record(fact, call=call)
    return fact


@step("team.change")
def change_team(
    team_id: TeamId,
    *,
    name_zh: str,
    name_en: str,
    parent_id: TeamId | None = None,
    committee_id: PlaceId | None = None,
    position: int = 0,
    call: Call,
) -> facts.TeamChanged:
    """Give a team other names, parent, committee or position; everything is stated anew. Raises NotFound, BadTeam."""
    permission.require(call.actor, "team.change", TOWN_WIDE)
    team = Team.objects.select_for_update().filter(pk=team_id).first()
    if team is None:
        raise NotFound
    rules.team(team.code, team.kind, committee_id)
    fact = facts.TeamChanged(team_id, name_zh, name_en, parent_id, committee_id, position)
    record(fact, call=call)
    return fact


@step("shift.plan")
def plan_shift(
    team_id: TeamId, begins_at: datetime, ends_at: datetime, *, note: str = "", call: Call
) -> facts.ShiftPlanned:
    """Plan when a team can be reached, and how (a duty phone, a room; no names). Raises BadShift, NotFound."""
    permission.require(call.actor, "shift.plan", Where(teams=frozenset({team_id})))
    rules.shift(begins_at, ends_at)
    if not Team.objects.filter(pk=team_id).exists():
        raise NotFound
    fact = facts.ShiftPlanned(team_id, ids.new_id(call.now), begins_at, ends_at, note)
    record(fact, call=call)
    return fact


@step("shift.cancel")
def cancel_shift(shift_id: UUID, *, call: Call) -> facts.ShiftCancelled:
    """Take a planned shift back. Raises NotFound."""
    shift = Shift.objects.select_for_update().filter(pk=shift_id).first()
    ground = Where(teams=frozenset({TeamId(shift.team_id)})) if shift else TOWN_WIDE
    permission.require(call.actor, "shift.cancel", ground)
    if shift is None:
        raise NotFound
    fact = facts.ShiftCancelled(TeamId(shift.team_id), shift_id)
    record(fact, call=call)
    return fact
