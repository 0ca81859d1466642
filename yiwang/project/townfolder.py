"""Reading and checking a town's folder (towns/<town>): every fault with file and line, nothing written, no database."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yiwang.kernel.access.permission import roles
from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.params.yamlfile import (
    Node,
    Row,
    choice,
    flag,
    listed,
    mapping,
    matching,
    optional,
    read,
    text,
    whole,
)
from yiwang.kernel.people import passwords
from yiwang.kernel.people.codes import INVENTED
from yiwang.kernel.people.problems import BadPhone, WeakPassword
from yiwang.kernel.people.rules import NOT_GIVEN, TEAM_KINDS, not_apart, phone
from yiwang.kernel.places.checking import PlaceFault, check_places
from yiwang.kernel.places.rules import Kind
from yiwang.kernel.wording import LANGUAGES, problem_text
from yiwang.project.town_problems import (
    DemonstrationPasswordMissing,
    GivenTwice,
    NumberNotInvented,
    PlaceMissing,
    PlaceOnNoCommittee,
    PlaceRefused,
    PlacesUnreadable,
    RolesNotApart,
    RoleUnknown,
    RoleWithoutGround,
    TeamUnknown,
    TownFileMissing,
)

NAMES = mapping({"zh-Hans": text, "en": text})


def _at_least_one(node: Node) -> int:
    """So many in an hour: without any, nobody could log in or report."""
    if whole(node) < 1:
        raise node.wrong("20")
    return whole(node)


TOWN = mapping(
    {
        "name": NAMES,
        "full_name": optional(NAMES),
        "division_code": matching(r"\d{9}", '"310151114"'),
        "demonstration": flag,
        "case_letters": matching(r"[A-Z]{2,4}", "XH"),
        "phone": matching(r"[\d-]{5,13}", '"12345"'),
        "codes": optional(
            mapping({"address_an_hour": optional(_at_least_one), "town_an_hour": optional(_at_least_one)})
        ),
        "visitors": optional(
            mapping({"reports_an_hour": optional(_at_least_one), "photos_an_hour": optional(_at_least_one)})
        ),
    }
)
CODE = matching(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", "urban")
DEPARTMENT = mapping(
    {
        "code": CODE,
        "kind": choice(*TEAM_KINDS),
        "name": NAMES,
        "parent": optional(CODE),
        "place": optional(matching(r"\d{12}", '"310151114001"')),
    }
)
ROLE = mapping({"role": text, "team": optional(CODE), "committee": optional(CODE)})
STAFF = mapping(
    {
        "username": matching(r"[a-z][a-z0-9.-]{2,31}", "zhang.demo"),
        "name": text,
        "phone": text,
        "roles": listed(ROLE),
    }
)
RESIDENT = mapping({"name": text, "phone": text})
ACCOUNTS = mapping({"password": text, "staff": listed(STAFF), "residents": optional(listed(RESIDENT, empty=True), [])})


@dataclass(frozen=True, slots=True)
class Town:
    """A town's folder as plain rows. `accounts` is None where there is no accounts.yaml."""

    folder: Path
    card: Row
    departments: tuple[Row, ...]
    accounts: Row | None


def read_town(folder: Path) -> tuple[Town | None, list[RuleFileProblem]]:
    """The folder's own files and everything wrong with them; no Town when one of them cannot be read at all."""
    problems: list[RuleFileProblem] = []
    card = _read(folder / "town.yaml", TOWN, problems)
    departments = _read(folder / "departments.yaml", listed(DEPARTMENT), problems)
    has_accounts = (folder / "accounts.yaml").exists()
    accounts = _read(folder / "accounts.yaml", ACCOUNTS, problems) if has_accounts else None
    if card is None or departments is None or (has_accounts and accounts is None):
        return None, problems
    town = Town(folder, card, tuple(departments), accounts)
    for faults in (_department_faults(town), _account_faults(town)):
        problems += faults
    return town, problems


@dataclass(frozen=True, slots=True)
class CheckedFolder:
    """What is in a town's folder: the town, unless a file of it cannot be read, counts by name, and every fault."""

    town: Town | None
    found: dict[str, int]
    faults: list[RuleFileProblem]
    drawn: frozenset[tuple[str, str]] | None = None
    """Kind and code of every place; None where one of them could not be read, which is a fault of its own."""


def check(town_dir: Path) -> CheckedFolder:
    """Read the town's own files and places, and compare them with each other. Office hours are another module's."""
    town, faults = read_town(town_dir)
    places = check_places(town_dir / "places")
    faults += [_place_fault(fault) for fault in places.faults]
    drawn = {draft.code for draft in places.drafts if draft.kind == Kind.COMMITTEE}
    for row in town.departments if town and places.whole else ():
        if row["place"] is not None and row["place"] not in drawn:
            faults.append(row.refuse("place", PlaceMissing, code=row["code"], place=row["place"]))
    everything = frozenset((str(draft.kind), draft.code) for draft in places.drafts) if places.whole else None
    return CheckedFolder(town, {**_counted(town), "places": len(places.drafts)}, faults, everything)


def _counted(town: Town | None) -> dict[str, int]:
    committees = sum(row["kind"] == "committee" for row in town.departments) if town else 0
    accounts = town.accounts if town else None
    return {
        "departments": len(town.departments) - committees if town else 0,
        "committees": committees,
        "staff": len(accounts["staff"]) if accounts else 0,
        "residents": len(accounts["residents"]) if accounts else 0,
    }


def _read(path: Path, check_node: Callable[[Node], Any], problems: list[RuleFileProblem]) -> Any:
    if not path.exists():
        problems.append(TownFileMissing(file=str(path), line=1))
        return None
    try:
        return check_node(read(path))
    except RuleFileProblem as problem:
        problems += problem.everything()
        return None


def _place_fault(fault: PlaceFault) -> RuleFileProblem:
    why = " ".join(part for code in LANGUAGES for part in problem_text(fault.problem, code).values())
    if not fault.feature:
        return PlacesUnreadable(file=str(fault.file), line=fault.line, why=why)
    return PlaceRefused(file=str(fault.file), line=fault.line, feature=fault.feature, property=fault.property, why=why)


def _department_faults(town: Town) -> list[RuleFileProblem]:
    codes = {row["code"] for row in town.departments if row["parent"] is None}  # a team in a department, not deeper
    faults = [*_twice(town.departments, "code"), *_twice(town.departments, "place")]
    for row in town.departments:
        if row["parent"] is not None and row["parent"] not in codes:
            faults.append(row.refuse("parent", TeamUnknown, code=row["parent"], known=", ".join(sorted(codes))))
        if (row["place"] is not None) != (row["kind"] == "committee"):
            faults.append(row.refuse("place", PlaceOnNoCommittee, code=row["code"]))
    return faults


def _twice(rows: Iterable[Row], key: str) -> list[RuleFileProblem]:
    first: dict[str, int] = {}
    faults: list[RuleFileProblem] = []
    for row in rows:
        value = row[key]
        if value is not None and first.setdefault(value, row.at(key).line) != row.at(key).line:
            faults.append(row.refuse(key, GivenTwice, what=value, first=first[value]))
    return faults


def _account_faults(town: Town) -> list[RuleFileProblem]:
    if town.accounts is None:
        return []
    people = [*town.accounts["staff"], *town.accounts["residents"]]
    faults = [*_twice(town.accounts["staff"], "username"), *_twice(people, "phone")]
    faults += [fault for row in people if (fault := _phone_fault(row))]
    faults += [fault for row in town.accounts["staff"] for role in row["roles"] if (fault := _role_fault(town, role))]
    faults += [
        row.refuse("roles", RolesNotApart, username=row["username"])
        for row in town.accounts["staff"]
        if not_apart(role["role"] for role in row["roles"])
    ]
    try:
        passwords.check(town.accounts["password"])
    except WeakPassword as weak:
        faults.append(town.accounts.refuse("password", DemonstrationPasswordMissing, why=weak.parameters["why"]))
    return faults


def _phone_fault(row: Row) -> RuleFileProblem | None:
    try:
        invented = phone(row["phone"]).startswith(INVENTED)
    except BadPhone:
        invented = False
    return None if invented else row.refuse("phone", NumberNotInvented, phone=row["phone"])


def _role_fault(town: Town, row: Row) -> RuleFileProblem | None:
    """A role must exist, and stand beside exactly the key of its scope: `team`, `committee`, or none."""
    known = {role: entry["scope"] for role, entry in roles().items() if role not in NOT_GIVEN}
    if row["role"] not in known:
        return row.refuse("role", RoleUnknown, role=row["role"], known=", ".join(known))
    given = [key for key in ("team", "committee") if row[key] is not None]
    wanted = [key for key in ("team", "committee") if key == known[row["role"]]]
    if given != wanted:
        return row.refuse("role", RoleWithoutGround, role=row["role"], key=" ".join(wanted) or "-")
    fitting = {team["code"] for team in town.departments if "committee" not in wanted or team["kind"] == "committee"}
    for key in given:
        if row[key] not in fitting:
            return row.refuse(key, TeamUnknown, code=row[key], known=", ".join(sorted(fitting)))
    return None
