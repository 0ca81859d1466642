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


class ClaimWordsMissing(Problem):
    """A claim about one's own data says nothing."""

    slug = "claim-words-missing"


class ClaimTooLong(Problem):
    """A claim, or its answer, is too long. Parameters: length, most."""

    slug = "claim-too-long"


class TooManyClaims(Problem):
    """So many claims of one person wait already. Parameters: waiting, most."""

    slug = "claim-too-many"
    status = 409


class ClaimAnswerMissing(Problem):
    """An answer to a claim says nothing."""

    slug = "claim-answer-missing"


class ClaimAnswered(Problem):
    """Somebody answered the claim before."""

    slug = "claim-answered-before"
    status = 409
