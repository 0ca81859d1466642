"""Reading roles.yaml and every permissions.yaml. A slip of the pen here would open or close a door, so it is refused with its line."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from yiwang.kernel.access.rules import Table
from yiwang.kernel.params.problems import DoubleKey
from yiwang.kernel.params.yamlfile import Check, Node, Row, choice, gathered, mapping, matching, read, table, text
from yiwang.kernel.terms import ScopeKind

SCOPE = choice(*(scope.value for scope in ScopeKind))
ROLES = table(
    matching(r"[a-z]+(_[a-z]+)*", "grid_worker"),
    mapping({"scope": SCOPE, "name": mapping({"zh-Hans": text, "en": text})}),
)
ACTION = matching(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*", "case.accept")


STRENGTH = choice("always", "others")


def second_factor_file(package: Path) -> Path:
    """Where it stands what needs the second step of logging in, below the package's folder."""
    return package / "kernel" / "access" / "second_factor.yaml"


def read_second_factor(path: Path, actions: Iterable[str]) -> dict[str, str]:
    """The actions closed to who came in by password alone, each `always` or for what is `others`'.

    Raises a RuleFileProblem with file and line for an action that nobody declared.
    """
    return table(choice(*actions), STRENGTH)(read(path))


def roles_file(package: Path) -> Path:
    """Where the roles stand, below the package's folder."""
    return package / "kernel" / "access" / "roles.yaml"


def permission_files(package: Path) -> tuple[Path, ...]:
    """Every `permissions.yaml` anywhere below a folder, sorted."""
    return tuple(sorted(package.rglob("permissions.yaml")))


def read_roles(path: Path) -> dict[str, Row]:
    """Every role with its usual scope and names. Raises a RuleFileProblem with file and line, which carries all others."""
    return ROLES(read(path))


def read_table(paths: Iterable[Path], roles: Iterable[str]) -> Table:
    """The permission table (action → role → scope), put together from all files.

    Raises a RuleFileProblem with file and line, which carries all others: an unknown role or scope, an action without a role,
    an action that stands twice, in one file or in two.
    """
    file = table(ACTION, partial(_row, table(choice(*roles), SCOPE)))
    merged: dict[str, Mapping[str, ScopeKind]] = {}
    places: dict[str, Node] = {}

    def add(rows: Row, action: str) -> None:
        node = rows.at(action)
        if action in merged:
            first = places[action]
            raise node.refuse(DoubleKey, key=action, first=f"{first.file}:{first.line}")
        merged[action], places[action] = rows[action], node

    def take(path: Path) -> None:
        rows = file(read(path))
        gathered(partial(add, rows, action) for action in rows)

    gathered(partial(take, path) for path in paths)
    return merged


def _row(check: Check, node: Node) -> dict[str, ScopeKind]:
    if not node.value:  # nobody could ever do it
        raise node.wrong("{operator: town}")
    return {role: ScopeKind(scope) for role, scope in check(node).items()}
