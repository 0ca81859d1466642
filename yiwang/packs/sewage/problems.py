"""What cannot be judged, because the law of the day is not loaded or not known."""

from yiwang.kernel.problems import Problem


class LimitsNotLoaded(Problem):
    """A standard holds on that day whose limits nobody has read into the rules. Parameters: standard, since."""

    slug = "sewage-limits-not-loaded"


class NoStandardKnown(Problem):
    """No standard of limits is known for that day. Parameter: day."""

    slug = "sewage-no-standard-known"


class SheetUnreadable(Problem):
    """The sheet has no column of time, or none of an item. Parameters: filename, header."""

    slug = "sewage-sheet-unreadable"


class PlantUnknown(Problem):
    """Rows of one moment tell the same item, and no column says of which plant. Parameter: at."""

    slug = "sewage-plant-unknown"


class OnlyAtLeast(Problem):
    """A value of which only a lower bound is known has no part in a mean. Parameters: column, given."""

    slug = "sewage-only-at-least"
