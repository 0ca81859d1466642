"""What can be refused about summaries. The words are in texts/."""

from yiwang.kernel.problems import Problem


class MonthStaysInside(Problem):
    """The table of a month was to be public."""

    slug = "summary-month-stays-inside"


class MonthNotBegun(Problem):
    """A month that has not begun has no figures. Parameter: month."""

    slug = "summary-month-not-begun"


class DisclosedAlready(Problem):
    """The summary is public already."""

    slug = "summary-disclosed-already"
    status = 409
