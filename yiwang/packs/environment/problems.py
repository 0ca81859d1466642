"""What can be wrong with what the commands of this pack are given."""

from yiwang.kernel.problems import Problem


class NoConcentration(Problem):
    """No concentration was given. Parameter: items."""

    slug = "environment-no-concentration"


class ConcentrationUnreadable(Problem):
    """A value that is no concentration. Parameters: option, given."""

    slug = "environment-concentration-unreadable"


class ItemNotReported(Problem):
    """The report of that day does not look at this item. Parameters: option, day, known."""

    slug = "environment-item-not-reported"


class NoiseUnreadable(Problem):
    """A level that no noise has. Parameters: option, given."""

    slug = "environment-noise-unreadable"


class DustSheetUnreadable(Problem):
    """The sheet has no columns of time and dust. Parameters: filename, header."""

    slug = "environment-dust-sheet-unreadable"


class DustNotMeans(Problem):
    """A quarter of an hour has several differing values, so that they are no means of 15 minutes. Parameters: site, day, at."""

    slug = "environment-dust-not-means"


class StandardNotLoaded(Problem):
    """From a day on another standard holds, whose text nobody has read into the rules. Parameters: standard, since."""

    slug = "environment-standard-not-loaded"
