"""What this door refuses by itself. The words are in texts/."""

from yiwang.kernel.problems import Problem


class BadArgument(Problem):
    """An argument that the specification does not allow. Parameters: argument, why."""

    slug = "open311-bad-argument"
    status = 400


class NoSuchService(Problem):
    """No service has this code. Parameter: code."""

    slug = "open311-no-such-service"
    status = 404


class NoSuchRequest(Problem):
    """No request has this number, or the token is not of one. Parameter: asked."""

    slug = "open311-no-such-request"
    status = 404


class OtherJurisdiction(Problem):
    """Another jurisdiction is asked for. Parameters: asked, ours."""

    slug = "open311-other-jurisdiction"
    status = 404


class NoSuchMethod(Problem):
    """The address is there, the method is not. Parameter: allowed."""

    slug = "open311-no-such-method"
    status = 405


class TooMuch(Problem):
    """The form is larger than the town takes."""

    slug = "open311-too-much"
    status = 413


class Unreadable(Problem):
    """The form cannot be read."""

    slug = "open311-unreadable"
    status = 400


class Fault(Problem):
    """A fault of ours. It is in the log; nothing of it is told."""

    slug = "open311-fault"
    status = 500
