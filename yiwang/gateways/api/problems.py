"""What the API refuses by itself, before a step is asked. The words are in texts/."""

from yiwang.kernel.problems import Problem


class TokenMissing(Problem):
    """A session's cookie came without the token that shows that its own page sent it."""

    slug = "api-token-missing"
    status = 403


class NoSuchAddress(Problem):
    """The API has no such address."""

    slug = "api-no-such-address"
    status = 404


class NoSuchMethod(Problem):
    """The address is there, the method is not. Parameter: allowed."""

    slug = "api-no-such-method"
    status = 405


class Unreadable(Problem):
    """The body is not what its content type says, or not JSON at all."""

    slug = "api-unreadable"
    status = 400


class NotJson(Problem):
    """The body is not sent as application/json. Parameter: found."""

    slug = "api-not-json"
    status = 415


class TooMuch(Problem):
    """The body is larger than the town takes."""

    slug = "api-too-much"
    status = 413


class Invalid(Problem):
    """Fields that do not fit the schema. Parameter: count."""

    slug = "api-invalid"


class InvalidField(Problem):
    """One field that does not fit. Parameters: field, why."""

    slug = "api-invalid-field"


class Fault(Problem):
    """A fault of ours. It is in the log; nothing of it is told. Parameter: mark, by which it is found there."""

    slug = "api-fault"
    status = 500
