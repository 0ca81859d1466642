"""The indicators of the installed packs, read once per process."""

from functools import cache

from django.conf import settings

from yiwang.indicators import compiled, definitions, measured
from yiwang.indicators.definitions import Indicator, IndicatorUnknown


@cache
def indicators() -> dict[str, Indicator]:
    """Every indicator by code, in the order of the packs. Raises a RuleFileProblem with file and line."""
    return definitions.load(settings.PACKS, measured.known())


def indicator(code: str) -> Indicator:
    """The indicator of a code. Raises IndicatorUnknown."""
    try:
        return indicators()[code]
    except KeyError:
        raise IndicatorUnknown(code=code) from None


@cache
def sums_of_all() -> str:
    """The sums of all indicators, compiled once."""
    return compiled.sums(indicators().values())


_compiled: dict[tuple[str, ...], str] = {}


def sums_of(declared: tuple[Indicator, ...]) -> str:
    """The sums of some indicators, compiled once for as long as they say the same."""
    key = tuple(one.hash for one in declared)
    if key not in _compiled:
        _compiled[key] = compiled.sums(declared)
    return _compiled[key]
