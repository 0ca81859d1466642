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
    town, own, committees, teams = False, None, set[UUID](), set[UUID]()
    for grant in grants_of(actor):
        widest = roles.get(grant.role)
        if widest is None:
            continue
        scope = grant.scope if WIDTH[grant.scope] <= WIDTH[widest] else widest
        if scope == ScopeKind.TOWN:
            town = True
        elif scope == ScopeKind.OWN:
            own = actor.account_id
        elif grant.scope_id is not None and grant.scope == scope:
            (committees if scope == ScopeKind.COMMITTEE else teams).add(grant.scope_id)
    return Reach(town, frozenset(committees), frozenset(teams), own)
