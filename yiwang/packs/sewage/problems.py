"""What cannot be judged, because the law of the day is not loaded or not known."""

from yiwang.kernel.problems import Problem


class LimitsNotLoaded(Problem):
    """A standard holds on that day whose limits nobody has read into the rules. Parameters: standard, since."""

    slug = "sewage-limits-not-loaded"


class NoStandardKnown(Problem):
    """No standard of limits is known for that day. Parameter: day."""

    slug = "sewage-no-standard-known"
