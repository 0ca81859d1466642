"""What the tests of cases share: departments, people of each role, and a clock one sets by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest

from yiwang.cases.numbers import Source
from yiwang.cases.steps import forward
from yiwang.cases.steps.forward import Ground
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call, CaseId, Grant, ScopeKind, TeamId

SYSTEM = Actor(ActorKind.SYSTEM)
ADMINISTRATOR = Actor(ActorKind.STAFF, AccountId(UUID(int=1)), (Grant("administrator", ScopeKind.TOWN),))


def at(text: str) -> datetime:
    """A moment on the town's clock, as a clerk would write it."""
    return datetime.fromisoformat(f"{text.replace(' ', 'T')}:00+08:00")


@dataclass
class Town:
    """Departments by code, and calls by role at the moment `now`."""

    now: datetime
    teams: dict[str, TeamId]

    def call(self, role: str, *, team: str | None = None, account: int = 0, key: str | None = None) -> Call:
        scope = Grant(role, ScopeKind.TEAM, self.teams[team]) if team else Grant(role, ScopeKind.TOWN)
        account_id = AccountId(UUID(int=account or 1000 + hash_of(role + (team or ""))))
        return Call(Actor(ActorKind.STAFF, account_id, (scope,)), self.now, "test", key)

    def both(self, role: str, team: str, account: int = 4711) -> Call:
        """A role in the whole town, held by somebody who also handles cases in a department."""
        grants = (Grant(role, ScopeKind.TOWN), Grant("handler", ScopeKind.TEAM, self.teams[team]))
        return Call(Actor(ActorKind.STAFF, AccountId(UUID(int=account)), grants), self.now, "test")

    def resident(self, account: int = 77) -> Call:
        return Call(Actor(ActorKind.RESIDENT, AccountId(UUID(int=account))), self.now, "test")


def hash_of(text: str) -> int:
    return sum(ord(letter) * (index + 1) for index, letter in enumerate(text))


@pytest.fixture
def town(db, remembered) -> Town:
    return remembered("cases", made)


def made() -> Town:
    """Xinhai on Tuesday 2 April 2019 at 09:00, with five departments."""
    now = at("2019-04-02 09:00")
    call = Call(ADMINISTRATOR, now, "test")
    teams = {
        code: people_teams.create_team(code, "department", name_zh=code, name_en=code, call=call).team_id
        for code in ("sanitation", "water", "enforcement", "environment", "housing")
    }
    return Town(now, teams)


@pytest.fixture
def gathered(town) -> Callable[..., CaseId]:
    """A report of exposed rubbish that waits to be accepted."""

    def make(**given) -> CaseId:
        fact = forward.gather(
            **{
                "source": Source.PORTAL,
                "origin_kind": "test",
                "origin_ref": str(town.now),
                "text": "菜场门口的垃圾两天没人收",
                "ground": Ground(),
                "reporter": AccountId(UUID(int=77)),
                "happened_at": town.now,
                "call": town.call("operator"),
                **given,
            }
        )
        return fact.case_id

    return make


@pytest.fixture
def handling(town, gathered) -> Callable[..., CaseId]:
    """A case in the hands of sanitation, signed for."""

    def make(type_code: str = "E-01-01", **given) -> CaseId:
        case_id = gathered(**given)
        forward.accept(case_id, type_code=type_code, title="菜场门口垃圾", call=town.call("operator"))
        forward.dispatch(case_id, town.teams["sanitation"], call=town.call("dispatcher"))
        forward.sign(case_id, call=town.call("handler", team="sanitation"))
        return case_id

    return make
