"""Loading a town's folder into the register of teams, places and (in a demonstration) people. Again: only what differs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from yiwang.intake.sensing.loading import STATIONS
from yiwang.kernel import walltime
from yiwang.kernel.access.permission import roles
from yiwang.kernel.params.yamlfile import Row
from yiwang.kernel.people import passwords, queries
from yiwang.kernel.people.queries import AccountCard, TeamCard
from yiwang.kernel.people.steps import accounts as account_steps
from yiwang.kernel.people.steps import teams as team_steps
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.loading import load_places
from yiwang.kernel.places.rules import Kind
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import SYSTEM, Call, PlaceId, ScopeKind
from yiwang.kernel.wording import problem_text
from yiwang.project.startcheck import check
from yiwang.project.town_problems import TownHasRealPeople, TownRefused
from yiwang.project.town_registers import load_registers
from yiwang.project.town_stations import load_stations
from yiwang.project.townfolder import Town, read_town

__all__ = ["Count", "LoadSummary", "Login", "check", "load", "logins", "refuse_faults", "told"]

Progress = Callable[[str, int, int], None]
"""Told (what, done, total) as the loading goes on."""


@dataclass(slots=True)
class Count:
    """What became of the rows of one file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Login:
    """Who can log in as what. Only ever of invented people; a resident's password is the code that the outbox shows."""

    role: str
    name: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class LoadSummary:
    """What came of loading a town."""

    town: str
    demonstration: bool
    teams: Count
    places: Count
    accounts: Count
    register_rows: Count
    stations: Count
    logins: tuple[Login, ...]


def load(
    town_dir: Path, *, demonstration: bool, call: Call | None = None, progress: Progress | None = None
) -> LoadSummary:
    """Load places, departments and, in a demonstration, invented people; all or nothing. A second time adds nothing.

    People are loaded only when `demonstration` is asked for and town.yaml says `demonstration: true`. A changed name or
    role becomes a fact of change; phone numbers and passwords of accounts that exist stay as they are, and a department
    that is no longer listed stays, since cases may name it. Raises TownRefused with every fault of the folder, and TownHasRealPeople
    when invented people would come to real ones.
    """
    refuse_faults(town_dir)
    town, _ = read_town(town_dir)
    assert town is not None, "a folder without a fault has a town"  # noqa: S101
    call = call or Call(SYSTEM, walltime.now(), "command")
    tell = progress or (lambda what, done, total: None)
    invented = demonstration and bool(town.card["demonstration"]) and town.accounts is not None
    if invented and queries.real_people_have_accounts(call.actor):
        raise TownHasRealPeople
    with transaction.atomic():
        tell("places", 0, 1)
        loaded = load_places(town_dir / "places", call=call)
        tell("places", 1, 1)
        teams = _load_departments(town, call, tell)
        accounts = _load_accounts(town, call, tell) if invented else Count()
        entered, unchanged = load_registers(town_dir / "registers", call=call) if invented else (0, 0)
        stations = load_stations(town_dir / STATIONS, invented=invented, call=call)
    return LoadSummary(
        town=town.card["name"]["zh-Hans"],
        demonstration=invented,
        teams=teams,
        places=Count(loaded.registered, loaded.changed, loaded.unchanged),
        accounts=accounts,
        register_rows=Count(added=entered, unchanged=unchanged),
        stations=Count(*stations),
        logins=logins(town_dir) if invented else (),
    )


def refuse_faults(town_dir: Path) -> None:
    """Every start asks this first: a wrong rule is told now, not at the first case that needs it. Raises TownRefused."""
    faults = check(town_dir).faults
    if faults:
        raise TownRefused("\n".join(told(fault) for fault in faults))


def told(problem: Problem) -> str:
    """A fault as one line: where, what, and what to do, in both languages."""
    where = f"{problem.parameters['file']}:{problem.parameters['line']}: " if "line" in problem.parameters else ""
    return where + " ".join(part for code in ("zh-Hans", "en") for part in problem_text(problem, code).values())


# --- departments -----------------------------------------------------------------------------------------------------


def _load_departments(town: Town, call: Call, tell: Progress) -> Count:
    """Parents stand before their children or after them: those without a parent are made first."""
    count, known = Count(), {card.code: card for card in queries.teams(call.actor)}
    order = sorted(enumerate(town.departments), key=lambda numbered: numbered[1]["parent"] is not None)
    for done, (position, row) in enumerate(order, start=1):
        known[row["code"]] = _load_department(row, position, known, count, call)
        tell("departments", done, len(order))
    return count


def _load_department(row: Row, position: int, known: dict[str, TeamCard], count: Count, call: Call) -> TeamCard:
    card = known.get(row["code"])
    stated = {
        "name_zh": row["name"]["zh-Hans"],
        "name_en": row["name"]["en"],
        "parent_id": known[row["parent"]].team_id if row["parent"] else None,
        "committee_id": _committee(row["place"], call) if row["place"] else None,
        "position": position,
    }
    if card is None:
        team_id = team_steps.create_team(row["code"], row["kind"], **stated, call=call).team_id
        count.added += 1
        return TeamCard(team_id, row["code"], row["kind"], **stated)
    if all(getattr(card, key) == value for key, value in stated.items()):
        count.unchanged += 1
        return card
    team_steps.change_team(card.team_id, **stated, call=call)
    count.changed += 1
    return TeamCard(card.team_id, card.code, card.kind, **stated)


def _committee(code: str, call: Call) -> PlaceId:
    return places.coded(call.actor, Kind.COMMITTEE, code).place_id


# --- people ----------------------------------------------------------------------------------------------------------

Held = tuple[str, ScopeKind, UUID | None]


def _load_accounts(town: Town, call: Call, tell: Progress) -> Count:
    assert town.accounts is not None  # noqa: S101
    count, total = Count(), len(town.accounts["staff"]) + len(town.accounts["residents"])
    cards = {card.username: card for card in queries.accounts(call.actor)}
    teams = {card.code: card for card in queries.teams(call.actor)}
    # One hash for all: it is one published password, and hashing is slow on purpose.
    password_hash = passwords.hashed(town.accounts["password"])
    for done, row in enumerate(town.accounts["staff"], start=1):
        wanted = {_held(role, teams) for role in row["roles"]}
        card = cards.get(row["username"])
        if card is None:
            _create(row, wanted, password_hash, call)
            count.added += 1
        elif _brought_up_to_date(card, row["name"], wanted, call):
            count.changed += 1
        else:
            count.unchanged += 1
        tell("people", done, total)
    for done, row in enumerate(town.accounts["residents"], start=1 + len(town.accounts["staff"])):
        if queries.account_by_phone(call.actor, row["phone"]) is None:
            account_steps.register_resident(row["phone"], name=row["name"], demonstration=True, call=call)
            count.added += 1
        else:
            count.unchanged += 1
        tell("people", done, total)
    return count


def _held(row: Row, teams: dict[str, TeamCard]) -> Held:
    if row["team"]:
        return row["role"], ScopeKind.TEAM, teams[row["team"]].team_id
    if row["committee"]:
        return row["role"], ScopeKind.COMMITTEE, teams[row["committee"]].committee_id
    return row["role"], ScopeKind.TOWN, None


def _create(row: Row, wanted: set[Held], password_hash: str, call: Call) -> None:
    made = account_steps.create_account(
        row["username"], row["name"], password_hash=password_hash, phone=row["phone"], demonstration=True, call=call
    )
    for role, scope, scope_id in sorted(wanted, key=repr):
        account_steps.grant_role(made.account_id, role, scope=scope, scope_id=scope_id, call=call)


def _brought_up_to_date(card: AccountCard, name: str, wanted: set[Held], call: Call) -> bool:
    """Change what differs of a demonstration account; a real person's account of that name is left alone."""
    held = {(role.role, role.scope, role.scope_id): role.grant_id for role in card.roles}
    if not card.demonstration or (card.name == name and set(held) == wanted):
        return False
    if card.name != name:
        account_steps.rename_account(card.account_id, name, call=call)
    for role, scope, scope_id in sorted(wanted - set(held), key=repr):
        account_steps.grant_role(card.account_id, role, scope=scope, scope_id=scope_id, call=call)
    for surplus in set(held) - wanted:
        account_steps.revoke_role(held[surplus], call=call)
    return True


def logins(town_dir: Path) -> tuple[Login, ...]:
    """Who can log in as what: the invented people that are in the database, in the order of the town's folder.

    The password is the one that the folder publishes for an account; who is not in it logs in by one click.
    """
    town, _ = read_town(town_dir)
    listed = town.accounts if town is not None and town.accounts is not None else None
    password = listed["password"] if listed else ""
    order = {row["username"]: position for position, row in enumerate(listed["staff"] if listed else ())}
    system = SYSTEM
    names = {role: entry["name"]["zh-Hans"] for role, entry in roles().items()}  # type: ignore[index]
    grounds: dict[UUID | None, str] = {}
    for team in queries.teams(system):
        grounds |= {team.team_id: team.name_zh} | ({team.committee_id: team.name_zh} if team.committee_id else {})
    cards = sorted(queries.demonstration_accounts(system), key=lambda card: order.get(card.username, len(order)))
    staff = [
        Login(
            "、".join(_role_shown(names[held.role], grounds.get(held.scope_id, "")) for held in card.roles),
            card.name,
            card.username,
            password if card.username in order else "/demonstration",
        )
        for card in cards
    ]
    outbox = Path(settings.DATA_DIR) / "outbox"
    residents = [
        Login(names["resident"], one.name, one.phone, f"验证码见 {outbox} · code in {outbox}")
        for one in queries.demonstration_residents(system)
    ]
    return (*staff, *residents)


def _role_shown(name: str, ground: str) -> str:
    return f"{name}({ground})" if ground else name
