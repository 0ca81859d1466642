"""What can be refused about a report. The words are in texts/."""

from yiwang.kernel.problems import Problem


class SaySomething(Problem):
    """A report without words and without a photo."""

    slug = "report-say-something"


class TooLong(Problem):
    """More words than a report can hold. Parameters: length, most."""

    slug = "report-too-long"


class PhoneNeeded(Problem):
    """Without a phone the town cannot answer."""

    slug = "report-phone-needed"


class TooManyPhotos(Problem):
    """More photos than a report can hold. Parameters: count, most."""

    slug = "report-too-many-photos"


class LinkUnknown(Problem):
    """The link to a report does not carry the right token."""

    slug = "report-link-unknown"
    status = 404


class AlreadyTaken(Problem):
    """A message with this key of the other system is here already. Parameters: source_key, number."""

    slug = "report-already-taken"
    status = 409


class NotSure(Problem):
    """The class the reader suggests is only a guess and is not taken unseen. Parameters: number, percent, least."""

    slug = "report-reader-not-sure"
    status = 409
