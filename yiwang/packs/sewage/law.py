"""The dated rules of this pack, read once per process."""

from functools import cache
from pathlib import Path

from yiwang.kernel.params import loading
from yiwang.kernel.params.rulebook import Rulebook
from yiwang.packs.sewage.shapes import RULES


@cache
def rulebook() -> Rulebook:
    """The rules of `params/`. Raises a RuleFileProblem with file and line."""
    return loading.load(loading.rule_files(Path(__file__).parent), shapes=RULES, all_of_them=True)
