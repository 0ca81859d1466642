"""The code list in force, and the dated rules of sensing, read once per process."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from yiwang.intake.sensing import factors
from yiwang.intake.sensing.facts import StreamDescription
from yiwang.kernel import walltime
from yiwang.kernel.params import loading
from yiwang.kernel.params.rulebook import Rulebook

FILE = "factors.yaml"
RULES = Path(__file__).parent / "params" / "sensing.yaml"


@cache
def catalogue() -> factors.Factors:
    """Every factor that can be measured. Raises a RuleFileProblem with file and line."""
    return factors.load(Path(__file__).parent / FILE)


def usual_unit(said: StreamDescription) -> bool:
    """Whether a stream is in the unit of its factor: numbers in another one mean something else than limits say."""
    return catalogue().of(said.factor).unit == said.unit


@cache
def rulebook() -> Rulebook:
    """The dated rules on how long readings, and what could not be used, stay. Raises a RuleFileProblem."""
    return loading.load([RULES])


def evidence_kept_since(now: datetime) -> datetime:
    """The moment before which what could not be used may go: so many days back as the rule of today says."""
    day = walltime.town_day(now)
    return walltime.day_begins(day - timedelta(days=int(rulebook().on("sensing.evidence-kept", day).value)))


def readings_kept_since(now: datetime) -> date:
    """The first day of the month before which months of readings may be archived: so many months back as the rule of today says."""
    day = walltime.town_day(now)
    months = day.year * 12 + day.month - 1 - int(rulebook().on("sensing.readings-kept", day).value)
    return date(months // 12, months % 12 + 1, 1)
