"""Within how many days the town answers a claim, as the dated rules have it."""

from datetime import datetime

from yiwang.cases import law
from yiwang.intake.reports.claims import rules
from yiwang.kernel import walltime
from yiwang.kernel.params.rulebook import RuleVersion


def rule(now: datetime) -> RuleVersion:
    """The rule of the day. Raises a RuleFileProblem, RuleNotInForce."""
    return law.rulebook().on(rules.RULE, walltime.town_day(now))


def answer_days(now: datetime) -> int:
    """Calendar days that an answer may take to who asks now."""
    return int(rule(now).value)
