"""By which codes and names the town's teams and places are known, for reading cells and for showing values."""

from yiwang.kernel.people import queries as people
from yiwang.kernel.places import queries as places
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import Actor, Where
from yiwang.registers.declared import Register
from yiwang.registers.rules import Names


def names(actor: Actor) -> Names:
    """What a cell may say: the code or the name of a team; the code, name or alias of a place. A name that two have is nobody's."""
    teams: dict[str, str] = {}
    for card in people.teams(actor):
        teams |= dict.fromkeys((card.code, card.name_zh, card.name_en), card.code)
    found: dict[str, dict[str, str]] = {}
    doubled: set[tuple[str, str]] = set()
    rows = places.town_map(actor).rows
    for row in rows:
        known = found.setdefault(str(row.kind), {})
        for name in {row.name, row.name_en} - {""}:
            if known.setdefault(name, row.code) != row.code:
                doubled.add((str(row.kind), name))
    for kind, name in doubled:
        del found[kind][name]
    for row in rows:
        found[str(row.kind)][row.code] = row.code
    return Names(teams, found)


def shown_names(actor: Actor, language: str) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Codes of teams, and kinds and codes of places, with their names in one language."""
    teams = {card.code: card.name(language) for card in people.teams(actor)}
    english = language.startswith("en")
    rows = places.town_map(actor).rows
    return teams, {(str(row.kind), row.code): (row.name_en if english and row.name_en else row.name) for row in rows}


def ground(actor: Actor, register: Register) -> Where:
    """Where a register lies for permissions: with the team that owns it; in a town without that team, with nobody."""
    return ground_of(actor, register.owner)


def ground_of(actor: Actor, owner: str) -> Where:
    """The ground of what a team, by its code, answers for; nowhere in a town without that team."""
    try:
        return Where(teams=frozenset({people.team_by_code(actor, owner).team_id}))
    except NotFound:
        return Where()
