"""One class for everything that can be refused. It is pure: doors turn it into words, JSON or a protocol's own code.

A refusal says what is the matter, why, and what to do now. The words live in the module's `texts/<language>.yaml`
under `problems.<slug>`, with the parameters of the Problem between braces.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class Problem(Exception):
    """Something that was asked cannot be done. Subclasses name the case; instances carry its parameters."""

    slug: ClassVar[str] = "problem"
    status: ClassVar[int] = 422
    coded: ClassVar[Mapping[str, str]] = {}
    """Parameters that are codes, or several with ", " between, each with the key under which the words of its codes stand.
    People read the words; the parameters stay as they are, for programs."""

    def __init__(self, **parameters: Any) -> None:
        self.parameters = parameters
        super().__init__(f"{self.slug} {parameters}" if parameters else self.slug)

    @property
    def retry_after_s(self) -> int | None:
        """Seconds until the same may be asked again, for a limit that was reached (429); None where there is nothing to wait for."""
        if self.status != 429 or "minutes" not in self.parameters:
            return None
        return int(self.parameters.get("seconds", self.parameters["minutes"] * 60))


class NotFound(Problem):
    """Nothing of this kind has this name or number, or the actor may not know of it."""

    slug = "not-found"
    status = 404


class NotAllowed(Problem):
    """The actor's roles do not include this action here."""

    slug = "not-allowed"
    status = 403


class NoRoleYet(NotAllowed):
    """A member of staff with an account and nothing to do yet: right after the account was made, or all roles were taken back."""

    slug = "no-role-yet"


class LogInFirst(Problem):
    """The action needs a known person."""

    slug = "log-in-first"
    status = 401


class ChangedMeanwhile(Problem):
    """Another person changed the same thing since it was shown."""

    slug = "changed-meanwhile"
    status = 409


class BadField(Problem):
    """One field of what was handed in cannot be used. Parameters: field, why."""

    slug = "bad-field"
    status = 422


class BadFields(Problem):
    """Several fields cannot be used. `fields` maps each field's name to its Problem."""

    slug = "bad-fields"
    status = 422

    def __init__(self, fields: dict[str, Problem]) -> None:
        self.fields = fields
        super().__init__(count=len(fields))
