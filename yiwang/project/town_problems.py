"""What can be wrong in a town's folder, each told with file and line."""

from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.project.refusal import Refusal


class TownFileMissing(RuleFileProblem):
    """A file that every town has is not there."""

    slug = "town-file-missing"


class TeamUnknown(RuleFileProblem):
    """departments.yaml has no such department or committee. Parameters: code, known."""

    slug = "town-team-unknown"


class PlaceOnNoCommittee(RuleFileProblem):
    """`place` belongs on committees, and every committee has one. Parameter: code."""

    slug = "town-place-on-no-committee"


class PlaceMissing(RuleFileProblem):
    """places/*.geojson draws no committee with this code. Parameters: code, place."""

    slug = "town-place-missing"


class RoleUnknown(RuleFileProblem):
    """roles.yaml has no such role, or it needs no giving. Parameters: role, known."""

    slug = "town-role-unknown"


class RoleWithoutGround(RuleFileProblem):
    """The role needs exactly the named key beside it. Parameters: role, key."""

    slug = "town-role-without-ground"


class RolesNotApart(RuleFileProblem):
    """An account would be two of administrator, security administrator and auditor. Parameter: username."""

    slug = "town-roles-not-apart"


class NumberNotInvented(RuleFileProblem):
    """A demonstration has only invented numbers. Parameter: phone."""

    slug = "town-number-not-invented"


class GivenTwice(RuleFileProblem):
    """A code, username or phone stands twice. Parameters: what, first (its line)."""

    slug = "town-given-twice"


class DemonstrationPasswordMissing(RuleFileProblem):
    """A demonstration's accounts.yaml states a password that the validators accept. Parameter: why."""

    slug = "town-password-unfit"


class PlaceRefused(RuleFileProblem):
    """A feature of places/*.geojson cannot be used. Parameter: why."""

    slug = "town-place-refused"


class PlacesUnreadable(RuleFileProblem):
    """A file of places/ as a whole cannot be used. Parameter: why."""

    slug = "town-places-unreadable"


class DepartmentOfTypesMissing(RuleFileProblem):
    """The town lacks a department that leads a pack's case types. Parameters: department, code, count, known."""

    slug = "town-department-of-types-missing"


class OwnerOfRegisterMissing(RuleFileProblem):
    """The town lacks the department that keeps a pack's register. Parameters: owner, register, known."""

    slug = "town-owner-of-register-missing"


class TownHasRealPeople(Refusal):
    """Invented people, whose password is published, are not loaded beside real ones."""

    def __init__(self) -> None:
        super().__init__(
            "没有载入：这个镇里已有真实的账号，而演示账号的密码是公开的，其中还有系统管理员。"
            "请去掉 --demonstration 再载入；要看演示，请另用一个空数据库（另设 YIWANG_DATA）。\n"
            "Nothing is loaded: the town has accounts of real people, and the passwords of a demonstration's accounts, an "
            "administrator's among them, are published. Load again without --demonstration; for a demonstration take "
            "another, empty database (another YIWANG_DATA)."
        )


class TownRefused(Refusal):
    """The town's folder cannot be loaded; the message lists every fault."""
