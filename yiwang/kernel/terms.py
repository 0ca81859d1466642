"""The words every part speaks: typed identifiers, who acts (Actor), in what call (Call), on what ground (Where), and facts.

Pure: no Django, database, network, clock or randomness.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType, TypeVar
from uuid import UUID

AccountId = NewType("AccountId", UUID)
TeamId = NewType("TeamId", UUID)
PlaceId = NewType("PlaceId", UUID)
CaseId = NewType("CaseId", UUID)
PartId = NewType("PartId", UUID)
ClockId = NewType("ClockId", UUID)
ReportId = NewType("ReportId", UUID)
FileHash = NewType("FileHash", str)
EntryId = NewType("EntryId", int)
Position = NewType("Position", int)


class ActorKind(StrEnum):
    VISITOR = "visitor"
    """Someone not logged in."""
    RESIDENT = "resident"
    STAFF = "staff"
    SYSTEM = "system"
    """A timer or an import run by a named command; never decides on a person's right."""


class ScopeKind(StrEnum):
    """How far a grant reaches."""

    OWN = "own"
    """Rows the account itself handed in."""
    TEAM = "team"
    """Rows in the hands of the account's own department or team."""
    COMMITTEE = "committee"
    """Rows that lie in the account's own committee (居委)."""
    TOWN = "town"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role of one account, and where it counts. `scope_id` is the team or committee; None for own and town."""

    role: str
    scope: ScopeKind
    scope_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. Decided once at the door and handed down; nothing below asks again who it is."""

    kind: ActorKind
    account_id: AccountId | None = None
    grants: tuple[Grant, ...] = ()
    by_password_alone: bool = False
    """A member of staff who came in without the second step of logging in: what needs it stays closed (second_factor.yaml)."""

    @property
    def name(self) -> str:
        """How the journal writes the actor: kind, and the account where there is one."""
        return f"{self.kind}:{self.account_id}" if self.account_id else str(self.kind)

    def has_role(self, *roles: str) -> bool:
        return any(grant.role in roles for grant in self.grants)

    @property
    def teams(self) -> frozenset[TeamId]:
        """The departments and teams this actor belongs to."""
        return frozenset(TeamId(g.scope_id) for g in self.grants if g.scope == ScopeKind.TEAM and g.scope_id)


VISITOR = Actor(ActorKind.VISITOR)
SYSTEM = Actor(ActorKind.SYSTEM)
"""Who acts where no person does: timers, readers of the journal, commands at the machine."""


@dataclass(frozen=True, slots=True)
class Call:
    """One asking: by whom, when, through which door, why, and the key under which a retry is known again.

    `filled` names the step's arguments that the door looked up itself. They may be others when a call is repeated, so a
    retry is known by the rest, which the client sent.
    """

    actor: Actor
    now: datetime
    door: str
    key: str | None = None
    reason: str = ""
    filled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Where:
    """The ground a row lies on, for deciding whether a grant reaches it."""

    committee: PlaceId | None = None
    teams: frozenset[TeamId] = frozenset()
    owners: frozenset[AccountId] = frozenset()


TOWN_WIDE = Where()
"""For actions on nothing in particular: only town-wide grants reach it."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the ground in WGS 84 / CGCS2000 degrees, the only datum inside (R-304)."""

    longitude: float
    latitude: float


# --- facts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FactKind:
    """What the journal must know of a fact's class."""

    verb: str
    version: int
    subject_kind: str
    subject_field: str


FACTS: dict[tuple[str, int], type] = {}
"""Every fact class by verb and version; filled as the modules' facts.py are imported."""

F = TypeVar("F", bound=type)


def fact(verb: str, *, subject: str, v: int = 1) -> Callable[[F], F]:
    """Declare a frozen dataclass to be a fact: `verb` is `<kind>.<past tense>`, `subject` the field that names whom it is about."""

    def declare(cls: F) -> F:
        if (verb, v) in FACTS and FACTS[verb, v].__qualname__ != cls.__qualname__:
            raise TypeError(f"the fact {verb} v{v} is declared twice: {FACTS[verb, v]!r} and {cls!r}")
        cls.fact_kind = FactKind(verb, v, verb.split(".")[0], subject)  # type: ignore[attr-defined]
        cls.__pydantic_config__ = {  # type: ignore[attr-defined]  # how journal/codec.py reads and writes it
            "ser_json_bytes": "base64",
            "val_json_bytes": "base64",
            "extra": "forbid",
            "hide_input_in_errors": True,  # it may be about a person, and errors go to logs
        }
        FACTS[verb, v] = cls
        return cls

    return declare


def private(**options: Any) -> Any:
    """A dataclass field that is about a person: kept apart from the fact, committed to by hash, erasable.

    It needs a default (`None` or empty), which is what a reader sees after erasure.
    """
    return field(metadata={"private": True}, **options)
