"""The code list in force, read once per process."""

from functools import cache
from pathlib import Path

from yiwang.intake.sensing import factors

FILE = "factors.yaml"


@cache
def catalogue() -> factors.Factors:
    """Every factor that can be measured. Raises a RuleFileProblem with file and line."""
    return factors.load(Path(__file__).parent / FILE)
