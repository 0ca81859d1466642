"""What can be refused about looking at tables. Pure; the words stand in texts/."""

from yiwang.kernel.problems import Problem


class ConditionNotOffered(Problem):
    """The address of a list at /admin has a condition that the page does not offer, for example on a hidden column."""

    slug = "condition-not-offered"
    status = 400
