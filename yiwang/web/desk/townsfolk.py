"""Names the pages need many of at once: teams in the town's order, committees, places. Asked once per request."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from yiwang.kernel.people import queries as people
from yiwang.kernel.people.queries import TeamCard
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.town_map import TownMap
from yiwang.kernel.terms import AccountId, Actor, PlaceId, Point, TeamId
from yiwang.web import house
from yiwang.web.components.markup import english
from yiwang.web.desk import casetypes
from yiwang.web.desk.room import said

ACCOUNT = "staff:"


@dataclass(frozen=True, slots=True)
class Names:
    """The teams by id and the town's map, for turning identifiers into names."""

    teams: dict[UUID, TeamCard]
    town_map: TownMap

    def team(self, team_id: UUID | None) -> str:
        """A team's name; empty for none."""
        card = self.teams.get(team_id) if team_id else None
        return card.name(house.language()) if card else ""

    def team_id(self, code: str) -> TeamId | None:
        """The team of a code; None when the town has none of that code."""
        return next((card.team_id for card in self.teams.values() if card.code == code), None)

    def team_options(self) -> list[dict[str, str]]:
        """Every team in the town's own order, departments and committees apart, found by name and pinyin initials."""
        return [
            {
                "value": str(card.team_id),
                "text": card.name(house.language()),
                "group": said(f"team.kind.{card.kind}"),
                "find": f"{card.name_zh} {card.name_en} {casetypes.initials(card.name_zh)}".lower(),
            }
            for card in self.teams.values()
        ]

    def place(self, place_id: UUID | None) -> str:
        """A place's name; empty for none."""
        row = self.town_map.place(PlaceId(place_id)) if place_id else None
        if row is None:
            return ""
        return row.name_en if english() and row.name_en else row.name

    def committees(self) -> list[tuple[str, str]]:
        """The committees by the order of their codes, for a select."""
        rows = sorted((row for row in self.town_map.rows if str(row.kind) == "committee"), key=lambda row: row.code)
        return [(str(row.place_id), self.place(row.place_id)) for row in rows]

    def cells(self, committee: str) -> list[tuple[str, str]]:
        """The cells of the grid by the order of their codes, of one committee where one is given, for a select."""
        rows = sorted((row for row in self.town_map.rows if str(row.kind) == "grid_cell"), key=lambda row: row.code)
        return [
            (str(row.place_id), self.place(row.place_id))
            for row in rows
            if str(row.parent_id) == committee or not committee
        ]

    def where(self, place_id: UUID | None, point: Point | None, committee: UUID | None) -> str:
        """Where something is, in words: its place and committee, or what lies next to its point."""
        named = self.place(place_id)
        if not named and point is not None:
            near = self.town_map.locate(point, nearest=True)
            named = self.place(near.nearest_id) if near.nearest_id else ""
        return " · ".join(part for part in (named, self.place(committee)) if part)


def names(actor: Actor) -> Names:
    """Teams (one query) and the map (at most one)."""
    return Names({card.team_id: card for card in people.teams(actor)}, places.town_map(actor))


def people_of(actor: Actor, actors: Iterable[str]) -> dict[str, str]:
    """The names behind the journal's actors, as this actor may see them; one query. Timers and visitors have words."""
    written = set(actors)
    accounts = {one: AccountId(UUID(one.rpartition(":")[2])) for one in written if ":" in one}
    known = people.names_for(actor, list(accounts.values())) if accounts else {}
    found = {one: said(f"actor.{one}") for one in written if ":" not in one}
    for one, account in accounts.items():
        found[one] = known.get(account) or said(f"actor.{one.partition(':')[0]}")
    return found
