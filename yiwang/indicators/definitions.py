"""The indicators that packs declare (`indicators.yaml`): what is counted, of what, and what one must know to read it. Pure.

A figure is a share: of the cases for which every outcome of `denominator` holds, those for which one of `numerator` holds as
well. With `counts` it is of things that were measured (measured.py) instead of cases. Each says from when, on what ground and
whether that was seen; the hash of what it says is its version.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path

from yiwang.cases import classes
from yiwang.cases.numbers import Source
from yiwang.cases.outcomes import OF_ALARMS, OUTCOMES
from yiwang.cases.partoutcomes import PART_OUTCOMES
from yiwang.indicators.measured import Sources
from yiwang.kernel.params.loading import refuse_twice
from yiwang.kernel.params.problems import RuleFileProblem, UnknownChoice
from yiwang.kernel.params.rulebook import hash_of
from yiwang.kernel.params.yamlfile import (
    Check,
    Node,
    Optional,
    Row,
    choice,
    day,
    flag,
    gathered,
    listed,
    mapping,
    matching,
    number,
    optional,
    raised,
    read,
    shown,
    table,
    text,
)
from yiwang.kernel.problems import Problem

FILE = "indicators.yaml"
COUNTS = "counts"
NO_SOURCES: Sources = {}
DIRECTIONS = ("up", "down")
"""Which way is better."""
LIVE, AFTER_REVIEW, INTERNAL = DISCLOSURE = ("live", "after_review", "internal")
"""公开: as it is at any moment; as it was when a named role let it go after 保密审查; within the town only, and why."""
RELEASERS = ("leader", "duty_officer")
"""Roles that an indicator may name for its review; the permission `indicator.release` has the same."""


class IndicatorOfAnother(RuleFileProblem):
    """An indicator's code does not begin with the name of its pack. Parameters: code, start."""

    slug = "indicator-of-another"


class CountsTooMuch(RuleFileProblem):
    """One case counts for nothing or for more than one. Parameter: found."""

    slug = "indicator-counts-too-much"


class MixesParts(RuleFileProblem):
    """Outcomes of cases and outcomes of assistants' parts in one indicator: no row has both. Parameter: code."""

    slug = "indicator-mixes-parts"


class TypeOfNoPack(RuleFileProblem):
    """Cases of a type or class that the pack does not have. Parameters: type, known."""

    slug = "indicator-type-unknown"


class IndicatorUnknown(Problem):
    """No installed pack has an indicator with this code. Parameter: code."""

    slug = "indicator-unknown"
    status = 404


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The state of a figure in public: `role` reviews it first (after_review), or `reason` says why it stays within (internal)."""

    state: str
    role: str = ""
    reason: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One 指标. `numerator`: by outcome how much a case counts, the first that holds; `denominator`: what must hold.

    `formula` says it in words, `none` why there may be nothing to count; `sources`: of cases from there only (empty: all);
    `types`: of cases of these types or classes of its pack only; `counts`: of things of this source, and of no cases.
    """

    code: str
    name: Mapping[str, str]
    formula: Mapping[str, str]
    none: Mapping[str, str]
    direction: str
    sources: tuple[str, ...]
    types: tuple[str, ...]
    numerator: Mapping[str, Decimal]
    denominator: tuple[str, ...]
    disclosure: Disclosure
    effective_from: datetime.date
    reference: Mapping[str, str]
    verified: bool
    hash: str
    counts: str = ""

    @property
    def of_people(self) -> bool:
        """Whether somebody stands behind what it counts, who might be recognised where there is very little of it."""
        return not self.counts and OF_ALARMS.isdisjoint(self.denominator)

    @property
    def version(self) -> str:
        """The label that people read."""
        return f"{self.code}@{self.effective_from}"


def _counts(node: Node) -> Decimal:
    value = number(node)
    if not 0 < value <= 1:
        raise node.refuse(CountsTooMuch, found=str(value))
    return value


_NAMES = mapping({"zh-Hans": text, "en": text})
_KEPT_BACK = mapping(
    {
        AFTER_REVIEW: optional(mapping({"role": choice(*RELEASERS)})),
        INTERNAL: optional(mapping({"reason": _NAMES})),
    }
)


def _disclosure(node: Node) -> Disclosure:
    """`live`, or one of `{after_review: {role: …}}` and `{internal: {reason: …}}`."""
    if node.value == LIVE:
        return Disclosure(LIVE)
    found = _KEPT_BACK(node) if isinstance(node.value, dict) else {}
    review, internal = found.get(AFTER_REVIEW), found.get(INTERNAL)
    if bool(review) == bool(internal):  # neither, or both
        known = f"{LIVE}, {{{AFTER_REVIEW}: {{role: …}}}}, {{{INTERNAL}: {{reason: …}}}}"
        raise node.refuse(UnknownChoice, found=shown(node.value), known=known)
    if internal:
        return Disclosure(INTERNAL, reason=dict(internal["reason"]))
    return Disclosure(AFTER_REVIEW, role=found[AFTER_REVIEW]["role"])


_OF_CASES = {
    "sources": optional(listed(choice(*Source)), []),
    "types": optional(listed(matching(r"[A-Z]-\d{2}(-\d{2})?", "E-31 / E-31-02")), []),
}


def _shape(outcomes: Iterable[str], more: Mapping[str, Check | Optional]) -> Callable[[Node], Row]:
    outcome = choice(*outcomes)
    return mapping(
        {
            "code": matching(r"[a-z_]+(\.[a-z_]+)+", "grid.handled"),
            "name": _NAMES,
            "formula": _NAMES,
            "none": _NAMES,
            "direction": choice(*DIRECTIONS),
            "numerator": table(outcome, _counts),
            "denominator": listed(outcome),
            "disclosure": _disclosure,
            "from": day,
            "reference": _NAMES,
            "verified": flag,
            **more,
        }
    )


_CASES = _shape((*OUTCOMES, *PART_OUTCOMES), _OF_CASES)


def _file(known: Sources) -> Callable[[Node], Row]:
    """What a file may say, where these sources of measured things are known: each has outcomes of its own."""
    of_source = {name: _shape(one.outcomes, {"counts": choice(name)}) for name, one in known.items()}

    def indicator(node: Node) -> Row:
        counts = node.value.get(COUNTS) if isinstance(node.value, dict) else None
        return of_source[choice(*known)(counts)](node) if counts is not None else _CASES(node)

    return mapping({"indicators": listed(indicator)})


def load(folders: Iterable[Path], known: Sources = NO_SOURCES) -> dict[str, Indicator]:
    """The indicators of these packs by code, in the order of the files. `known`: what the packs count of measurements.

    Raises a RuleFileProblem with file and line.
    """
    first: dict[str, Node] = {}
    shape = _file(known)

    def checked(pack: str, row: Row) -> Indicator:
        if not row["code"].startswith(f"{pack}."):
            raise row.refuse("code", IndicatorOfAnother, code=row["code"], start=f"{pack}.")
        refuse_twice(row, "code", first)
        if len({name in PART_OUTCOMES for name in (*row["numerator"], *row["denominator"])}) > 1:
            raise row.refuse("numerator", MixesParts, code=row["code"])
        return _indicator(row, known)

    def declared(folder: Path) -> list[Indicator]:
        rows = shape(read(folder / FILE))["indicators"]
        _check_types(folder, rows)
        return gathered(partial(checked, folder.name, row) for row in rows)

    files = [folder for folder in folders if (folder / FILE).exists()]
    return {one.code: one for some in gathered(partial(declared, folder) for folder in files) for one in some}


def _check_types(folder: Path, rows: Iterable[Row]) -> None:
    """Raises TypeOfNoPack for a type that is not of this pack: nothing would be counted, and nobody would notice."""
    wanted = [row for row in rows if row.get("types")]
    if not wanted:
        return
    path = folder / "case_types.yaml"
    codes = [one.code for one in classes.load([path] if path.exists() else []).types()]
    strange = [
        row.refuse("types", TypeOfNoPack, type=found, known=", ".join(sorted({code[:4] for code in codes})))
        for row in wanted
        for found in row["types"]
        if not any(code.startswith(found) for code in codes)
    ]
    gathered(partial(raised, fault) for fault in strange)


def _indicator(row: Row, known: Sources) -> Indicator:
    sources = (row[COUNTS],) if COUNTS in row else tuple(row["sources"])
    types = tuple(row.get("types", ()))
    counted = {name: row[name] for name in ("code", "numerator", "denominator", "from")}
    counted |= {"sources": list(sources), "types": list(types)}
    if COUNTS in row:
        counted["source_version"] = known[row[COUNTS]].version
    counted["reference"] = dict(row["reference"])
    return Indicator(
        code=row["code"],
        name=dict(row["name"]),
        formula=dict(row["formula"]),
        none=dict(row["none"]),
        direction=row["direction"],
        sources=sources,
        types=types,
        numerator=dict(row["numerator"]),
        denominator=tuple(row["denominator"]),
        disclosure=row["disclosure"],
        effective_from=row["from"],
        reference=dict(row["reference"]),
        verified=row["verified"],
        hash=hash_of(counted),
        counts=row.get(COUNTS, ""),
    )
