"""The security log (record 0045): who came in, was refused or locked out, and what was carried away.

These lines are no facts: the journal is for ever and for many, and a log-in is neither. They are only added to, read by the
security administrator and the auditor, and gone when the law's time is over. What changes accounts and roles is a fact
already; securityreading.py shows it among them. steps/securitylog.py adds and deletes lines.
"""

from calendar import monthrange
from datetime import datetime
from enum import StrEnum
from functools import cache

from yiwang.kernel import walltime
from yiwang.kernel.params import loading
from yiwang.kernel.params.rulebook import Rulebook
from yiwang.kernel.wording import PACKAGE


class What(StrEnum):
    """What a line of the log says. Words: `security.what.…`."""

    LOGIN = "login"
    REFUSED = "refused"
    LOCKED = "locked"
    CODE_REFUSED = "code_refused"
    CODE_LOCKED = "code_locked"
    LOGOUT = "logout"
    ENDED = "ended"
    """Open sessions of an account were ended from elsewhere."""
    EXPORT = "export"
    SEARCHED = "searched"
    """Somebody looked in this log for what one account did."""


RULES = PACKAGE / "kernel" / "people" / "params" / "security.yaml"


@cache
def rulebook() -> Rulebook:
    """The dated rule on how long the log stays. Raises a RuleFileProblem."""
    return loading.load([RULES])


def kept_since(now: datetime) -> datetime:
    """The moment before which lines may go: so many months back as the rule of today says."""
    day = walltime.town_day(now)
    months = day.year * 12 + day.month - 1 - int(rulebook().on("security.log-kept", day).value)
    year, month = months // 12, months % 12 + 1
    return walltime.day_begins(day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1])))
