"""What this door refuses by itself. The words are in texts/."""

from collections.abc import Mapping
from typing import ClassVar

from yiwang.kernel.problems import Problem


class BadQuestion(Problem):
    """An address or option that cannot be taken. Parameters: where, why."""

    slug = "sensorthings-bad-question"
    status = 400


class NoSuchEntity(Problem):
    """There is no such entity, or none that the one who asks may see. Parameter: asked."""

    slug = "sensorthings-no-such-entity"
    status = 404


class NoSuchMethod(Problem):
    """The address is there, the method is not. Parameter: allowed."""

    slug = "sensorthings-no-such-method"
    status = 405


class PasswordWrong(Problem):
    """No instrument of this door has this key and password."""

    slug = "sensorthings-password-wrong"
    status = 401


class TooManyTries(Problem):
    """Too many wrong passwords for one key from one address. Parameter: seconds until the next try."""

    slug = "sensorthings-too-many-tries"
    status = 429

    @property
    def retry_after_s(self) -> int:
        """When the next password is looked at."""
        return int(self.parameters["seconds"])


class ReadingApart(Problem):
    """An Observation cannot be used as a reading; it was kept apart. Parameter: reason (one of intake.sensing's REASONS)."""

    slug = "sensorthings-reading-apart"
    status = 422
    coded: ClassVar[Mapping[str, str]] = {"reason": "reading.apart"}


class TooMuch(Problem):
    """The body is larger than the town takes."""

    slug = "sensorthings-too-much"
    status = 413


class Unreadable(Problem):
    """The request cannot be read."""

    slug = "sensorthings-unreadable"
    status = 400


class Fault(Problem):
    """A fault of ours. It is in the log; nothing of it is told."""

    slug = "sensorthings-fault"
    status = 500
