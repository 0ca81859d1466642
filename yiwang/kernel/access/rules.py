"""Whether a grant reaches a row. Pure: the permission table is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from yiwang.kernel.terms import AccountId, Actor, ActorKind, Grant, ScopeKind, Where

Table = Mapping[str, Mapping[str, ScopeKind]]
"""action → role → the widest scope in which the role may do it."""

WIDTH = {ScopeKind.OWN: 0, ScopeKind.TEAM: 1, ScopeKind.COMMITTEE: 1, ScopeKind.TOWN: 2}


@dataclass(frozen=True, slots=True)
class Reach:
    """Which rows an actor may deal with for one action: all of the town, or those of some committees, teams, or its own."""

    town: bool = False
    committees: frozenset[UUID] = frozenset()
    teams: frozenset[UUID] = frozenset()
    own: AccountId | None = None

    @property
    def nothing(self) -> bool:
        return not (self.town or self.committees or self.teams or self.own)

    def covers(self, where: Where) -> bool:
        """Whether a row on this ground is within reach."""
        return (
            self.town
            or (where.committee is not None and where.committee in self.committees)
            or bool(self.teams & where.teams)
            or (self.own is not None and self.own in where.owners)
        )


def grants_of(actor: Actor) -> tuple[Grant, ...]:
    """The actor's grants with those that need no giving: everyone is a visitor, every resident a resident, timers the system."""
    given: tuple[Grant, ...] = (Grant("visitor", ScopeKind.TOWN),)
    if actor.kind == ActorKind.RESIDENT:
        given += (Grant("resident", ScopeKind.OWN),)
    if actor.kind == ActorKind.SYSTEM:
        given += (Grant("system", ScopeKind.TOWN),)
    return given + actor.grants


def reach(table: Table, actor: Actor, action: str) -> Reach:
    """Everything that the actor's grants together reach for the action. Raises KeyError for an action nobody declared.

    The narrower of the table's scope and the grant's own scope counts: a handler granted in one team reaches that team
    even where the table would let the role act in the whole town.
    """
    roles = table[action]
    parts = [_reach_of(grant, roles.get(grant.role), actor.account_id) for grant in grants_of(actor)]
    return Reach(
        town=any(part.town for part in parts),
        committees=frozenset().union(*(part.committees for part in parts)),
        teams=frozenset().union(*(part.teams for part in parts)),
        own=next((part.own for part in parts if part.own), None),
    )


def role_for(table: Table, actor: Actor, action: str, where: Where) -> str:
    """The first of the actor's roles that alone lets it do the action there; empty when none does."""
    roles = table[action]
    return next(
        (
            grant.role
            for grant in grants_of(actor)
            if _reach_of(grant, roles.get(grant.role), actor.account_id).covers(where)
        ),
        "",
    )


def _reach_of(grant: Grant, widest: ScopeKind | None, account_id: AccountId | None) -> Reach:
    """What one grant reaches, when the table lets its role act as widely as `widest` (None: not at all).

    A department's ground and a committee's are not wider or narrower than each other, but different ones: a grant for a
    committee does not reach what the table gives to a department, and the other way round.
    """
    if widest is None or (WIDTH[grant.scope] == WIDTH[widest] and grant.scope != widest):
        return Reach()
    scope = grant.scope if WIDTH[grant.scope] <= WIDTH[widest] else widest
    if scope == ScopeKind.TOWN:
        return Reach(town=True)
    if scope == ScopeKind.OWN:
        return Reach(own=account_id)
    if grant.scope_id is None or grant.scope != scope:
        return Reach()
    ground = frozenset({grant.scope_id})
    return Reach(committees=ground) if scope == ScopeKind.COMMITTEE else Reach(teams=ground)
