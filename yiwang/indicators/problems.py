"""What can be wrong with releasing a figure."""

from yiwang.kernel.problems import Problem


class NotForReview(Problem):
    """The figure is public without review, or stays within the town. Parameter: state."""

    slug = "indicator-not-for-review"
    status = 409


class NotTheReviewer(Problem):
    """Another role reviews this figure. Parameter: role."""

    slug = "indicator-not-the-reviewer"
    status = 403


class FigureMoved(Problem):
    """What would be released is not what was looked at. Parameters: seen, now."""

    slug = "indicator-figure-moved"
    status = 409


class FigureTooNear(Problem):
    """Subtracted from one that was public before it would tell of very few cases. Parameters: before, now, least."""

    slug = "indicator-figure-too-near"
    status = 409


class NothingToRelease(Problem):
    """There is nothing to count in these months."""

    slug = "indicator-nothing-to-release"
    status = 409


class ReleaseUnknown(Problem):
    """No such release."""

    slug = "indicator-release-unknown"
    status = 404


class WithdrawnAlready(Problem):
    """The release was withdrawn before."""

    slug = "indicator-withdrawn-already"
    status = 409


class PersonalNumber(Problem):
    """A mobile or identity number stands in what is kept of a release for good."""

    slug = "indicator-personal-number"
    status = 422


class NothingPublic(Problem):
    """There is no figure in public of which anything could be checked: not let go, internal, of nothing, or of very few cases."""

    slug = "indicator-nothing-public"
    status = 409


class TooManyRows(Problem):
    """More rows than a page makes a file of. Parameters: rows, most."""

    slug = "indicator-too-many-rows"
    status = 413
