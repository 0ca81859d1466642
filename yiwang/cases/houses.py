"""Of which house departments are, and who outside may rule on a dispute between them. Reads only."""

from yiwang.cases import rules
from yiwang.cases.parts import PartSnapshot, PartState
from yiwang.cases.rules import RULERS, House
from yiwang.cases.snapshot import CaseSnapshot
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.queries import AccountCard
from yiwang.kernel.terms import Actor, TeamId


def house_of(case: CaseSnapshot, actor: Actor, *more: TeamId) -> House:
    """The house of the case's lead and assisting departments, and of the teams `more`; of what a committee's own people settled, theirs."""
    cards = {card.team_id: card for card in people.teams(actor)}

    def root(team_id: TeamId) -> TeamId:
        above = cards[team_id].parent_id
        return root(above) if above in cards else team_id

    assisting = (part.team for part in case.parts if part.state is not PartState.WITHDRAWN)
    roots = {root(team_id) for team_id in (case.lead_team, *assisting, *more) if team_id in cards}
    teams = frozenset(team_id for team_id in cards if root(team_id) in roots)
    committees = {cards[team_id].committee_id for team_id in teams}
    if case.lead_team is None and case.handler is not None:
        committees.add(case.committee)
    return House(teams, frozenset(committee for committee in committees if committee))


def rulers(actor: Actor, case: CaseSnapshot) -> tuple[str, tuple[AccountCard, ...]]:
    """Who may rule on the dispute now, and by which role: the arbiters of no disputing house, else the duty officers
    of none; nobody, by the last role, where the town has neither."""
    return _outside(actor, house_of(case, actor, *case.objected_teams))


def _outside(actor: Actor, house: House) -> tuple[str, tuple[AccountCard, ...]]:
    for role in RULERS:
        free = tuple(card for card in people.holders(actor, role) if not house.holds(card.actor()))
        if free:
            return role, free
    return RULERS[-1], ()


def require_ruler(actor: Actor, case: CaseSnapshot) -> None:
    """Whether this actor may rule on the dispute. Raises OwnMatter or ArbiterThere (rules.ruling)."""
    house = house_of(case, actor, *case.objected_teams)
    role, free = _outside(actor, house)
    rules.ruling(case, actor, house, tuple(card.name for card in free) if role == RULERS[0] else ())


def require_part_ruler(actor: Actor, case: CaseSnapshot, part: PartSnapshot) -> None:
    """Whether this actor may rule on the dispute about a part. Raises OwnMatter or ArbiterThere (rules.ruling)."""
    house = house_of(case, actor, *part.objected_teams)
    role, free = _outside(actor, house)
    rules.ruling(case, actor, house, tuple(card.name for card in free) if role == RULERS[0] else ())


def part_rulers(actor: Actor, case: CaseSnapshot) -> tuple[AccountCard, ...]:
    """Who may rule now on the disputes about parts of the case."""
    disputing = [team for part in case.parts if part.state is PartState.DISPUTED for team in part.objected_teams]
    return _outside(actor, house_of(case, actor, *disputing))[1] if disputing else ()
