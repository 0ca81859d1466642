"""The code list in force, and the dated rules of sensing, read once per process."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from yiwang.intake.sensing import factors
from yiwang.kernel import walltime
from yiwang.kernel.params import loading
from yiwang.kernel.params.rulebook import Rulebook

FILE = "factors.yaml"
RULES = Path(__file__).parent / "params" / "sensing.yaml"


@cache
def catalogue() -> factors.Factors:
    """Every factor that can be measured. Raises a RuleFileProblem with file and line."""
    return factors.load(Path(__file__).parent / FILE)


@cache
def rulebook() -> Rulebook:
    """The dated rule on how long what could not be used stays. Raises a RuleFileProblem."""
    return loading.load([RULES])


def evidence_kept_since(now: datetime) -> datetime:
    """The moment before which what could not be used may go: so many days back as the rule of today says."""
    day = walltime.town_day(now)
    return walltime.day_begins(day - timedelta(days=int(rulebook().on("sensing.evidence-kept", day).value)))
