"""What packs say of rows and readings: a class, a level, kept or broken. Pure; pages and indicators ask by name (docs/adr/0053).

Only packs know what a value means, and neither pages nor indicators may know packs: the composition root says where judges are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from yiwang.kernel.params.rulebook import RuleVersion

NOTHING: Mapping[str, Any] = {}
Words = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be judged, by the rules of the town's day `on`: values by field or by factor, as they are kept.

    `about`: the values of the register row that it stands under, such as the section of a month or the plant of a sample.
    """

    on: date
    values: Mapping[str, Any]
    about: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Finding:
    """One item of what was judged, in words: what it is called, its value with its unit, and what there is to say of it.

    `worse`: it is beyond what was asked for.
    """

    item: Words
    value: Words
    said: Words
    worse: bool = False


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What a pack says. `code` for programs; `mark`: the one or two signs that stand on a map; `rank` grows with what is worse.

    `colour`: a token of the look (`water-4`), empty where there is no official colour. `partial`: not all that the rule asks for was
    measured. `holds`: outcomes by name, which indicators count. `rules`: the versions that were applied.
    """

    code: str
    words: Words
    mark: str
    rank: int
    colour: str = ""
    reasons: tuple[Words, ...] = ()
    findings: tuple[Finding, ...] = ()
    partial: bool = False
    holds: frozenset[str] = frozenset()
    rules: tuple[RuleVersion, ...] = ()


Judge = Callable[[Given], Appraisal | None]
"""None where nothing can be said of what was given."""
Judges = Mapping[str, Judge]

_sources: list[Callable[[], Judges]] = []


def install(source: Callable[[], Judges]) -> None:
    """Say where the judges come from, by their full name (`waters.section_month`). Asked once, when the first one is wanted."""
    _sources[:] = [source]
    judges.cache_clear()


@cache
def judges() -> Judges:
    """Every judge of the installed packs by its full name; none before the root said where they are."""
    return {name: judge for source in _sources for name, judge in source().items()}


def appraise(name: str, given: Given) -> Appraisal | None:
    """What the pack says; None where no installed pack judges this, or where nothing can be said."""
    judge = judges().get(name)
    return judge(given) if judge else None
