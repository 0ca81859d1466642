"""Who acts in the simulation: the town's own invented people, each with a session, and what they know of the town."""

from collections.abc import Callable
from typing import Any

from yiwang.kernel.ids import Dice
from yiwang.project.refusal import Refusal
from yiwang.project.simulation.doors import Asker, Person
from yiwang.project.simulation.sentences import Spot

NAMED = ("estate", "building", "road", "river", "facility")
CALLERS = 40
"""How many invented callers have a phone: numbers 199 0000 1000 and up."""


class Cast:
    """The people, the departments and the places of the town, as the API tells of them."""

    def __init__(self, asker: Callable[[], Asker], new_key: Callable[[], str]) -> None:
        self._asker, self._new_key = asker, new_key
        self._sessions: dict[str, Person] = {}
        self.visitor = Person(asker(), new_key)
        people = self.visitor.get("/session/demonstration")
        self.teams = {one["team_id"]: one for one in self.visitor.get("/teams")}
        self.types = {one["code"]: one for one in self.visitor.get("/case-types")}
        self.spots = _spots(self.visitor.get("/places?" + "&".join(f"kind={kind}" for kind in NAMED)))
        residents = sorted((one["name"], one["account_id"]) for one in people if one["kind"] == "resident")
        self.residents = [account_id for _, account_id in residents]
        offices = {one["committee_id"]: one["code"] for one in self.teams.values() if one["committee_id"]}
        self._by_role: dict[tuple[str, str], list[str]] = {}
        for one in people:
            for role in one["roles"]:
                ground = offices.get(role["scope_id"]) or self.teams.get(role["scope_id"], {}).get("code", "")
                self._by_role.setdefault((role["role"], ground), []).append(one["account_id"])
        if not self.residents or ("operator", "") not in self._by_role:
            raise Refusal(
                "这个镇没有演示人员，无法模拟。 The town has no invented people.\n"
                "用演示镇启动（town.yaml 里 demonstration: true），再运行一次。"
            )

    def of(self, role: str, ground: str = "", dice: Dice | None = None) -> Person:
        """Somebody who holds a role (in a team, by its code)."""
        accounts = self._by_role[role, ground]
        return self.session(dice.choice(accounts) if dice else accounts[0])

    def grounds(self, role: str) -> list[str]:
        """Where a role is held: the codes of teams and of committees' offices."""
        return sorted(ground for held, ground in self._by_role if held == role)

    def session(self, account_id: str) -> Person:
        """The session of an account, opened on first use."""
        if account_id not in self._sessions:
            person = Person(self._asker(), self._new_key)
            person.log_in(account_id)
            self._sessions[account_id] = person
        return self._sessions[account_id]

    def team_of_committee(self, committee_id: str | None) -> str:
        """The code of a committee's own office; empty when there is none."""
        return next(
            (one["code"] for one in self.teams.values() if committee_id and one["committee_id"] == committee_id), ""
        )


def _spots(collection: dict[str, Any]) -> tuple[Spot, ...]:
    found = [
        Spot(feature["id"], feature["properties"]["kind"], feature["properties"]["name"], *_middle(feature["geometry"]))
        for feature in collection["features"]
        if feature["properties"].get("name")
    ]
    return tuple(sorted(found, key=lambda spot: (spot.kind, spot.name)))


def _middle(geometry: dict[str, Any]) -> tuple[float, float]:
    """A corner or bend of the shape: somewhere on the spot, which is all a phone's position is."""
    points = geometry["coordinates"]
    while not isinstance(points[0], int | float):
        points = points[len(points) // 2]
    return float(points[0]), float(points[1])
