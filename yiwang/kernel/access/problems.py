"""What can be refused about access and looking at tables. Pure; the words stand in texts/."""

from yiwang.kernel.problems import Problem


class ConditionNotOffered(Problem):
    """The address of a list at /admin has a condition that the page does not offer, for example on a hidden column."""

    slug = "condition-not-offered"
    status = 400


class SecondFactorFirst(Problem):
    """The action is closed to who came in by password alone (second_factor.yaml). Parameter: action."""

    slug = "second-factor-first"
    status = 403
