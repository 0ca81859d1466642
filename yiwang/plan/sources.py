"""Where a promise's figures come from by themselves, as its row in plan.yaml says: an indicator, or rows of a register. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.params.yamlfile import Row, choice, flag, matching, optional, table, text
from yiwang.plan.facts import Source

OF_KIND = {
    "indicator": "indicator", "of": "indicator", "counted": "indicator", "register": "register", "filled": "register", "where": "register",
    "against_places": "register",
}  # fmt: skip
"""Which keys belong to which kind of evidence."""
NEEDS = {
    "of": "indicator",
    "counted": "indicator",
    "filled": "register",
    "where": "register",
    "against_places": "filled",
}
"""Which key another one means nothing without."""
PERCENT = "percent"
COUNTED = ("count", "firm")
"""Units of a target that a number of rows, or of what an indicator finds, may be compared with."""


class SourceMisplaced(RuleFileProblem):
    """A key that belongs to another kind of evidence, or needs another key. Parameters: row, key, wanted."""

    slug = "plan-source-misplaced"


class SourceUnknown(RuleFileProblem):
    """No installed pack has this indicator, register or field. Parameters: row, source, known."""

    slug = "plan-source-unknown"


class SourceUnitOther(RuleFileProblem):
    """The target is in another unit than the figure that would show it. Parameters: row, unit, wanted."""

    slug = "plan-source-unit-other"


@dataclass(frozen=True, slots=True)
class Known:
    """The codes of indicators that there are, and of registers with their fields."""

    indicators: Collection[str]
    registers: Mapping[str, Collection[str]]


_CODE = matching(r"[a-z]+(_[a-z0-9]+)*", "river")


def keys(teams: Collection[str]) -> dict[str, Any]:
    """The keys by which a row's evidence names its source."""
    return {
        "indicator": optional(matching(r"[a-z_]+(\.[a-z_]+)+", "grid.closed"), ""),
        "of": optional(choice(*teams), ""),
        "counted": optional(flag, False),
        "register": optional(_CODE, ""),
        "filled": optional(_CODE, ""),
        "where": optional(table(_CODE, text)),
        "against_places": optional(flag, False),
    }


def source(evidence: Row) -> Source | None:
    """The source that a row's evidence names; None for none."""
    if not (evidence["indicator"] or evidence["register"]):
        return None
    return Source(
        indicator=evidence["indicator"],
        of=evidence["of"],
        counted=evidence["counted"],
        register=evidence["register"],
        filled=evidence["filled"],
        where=tuple((evidence["where"] or {}).items()),
        places=evidence["against_places"],
    )


def check(row: Row, known: Known | None) -> None:
    """Raises SourceMisplaced, SourceUnknown, SourceUnitOther with the line of what is wrong."""
    evidence = row["evidence"]
    for key, kind in OF_KIND.items():
        if evidence[key] and (evidence["kind"] != kind or (key in NEEDS and not evidence[NEEDS[key]])):
            wanted = NEEDS[key] if evidence["kind"] == kind else f"kind: {kind}"
            raise evidence.refuse(key, SourceMisplaced, row=row["row"], key=key, wanted=wanted)
    found = source(evidence)
    if found is None:
        return
    _check_unit(row, found)
    if known is not None:
        _check_known(row, found, known)


def units_of(found: Source) -> tuple[str, ...]:
    """The units of a target that figures from there may be compared with."""
    return (PERCENT,) if found.percent else COUNTED


def _check_unit(row: Row, found: Source) -> None:
    if row["target"] is None:
        return
    unit, wanted = row["target"]["unit"], units_of(found)
    if unit not in wanted:
        raise row["target"].refuse("unit", SourceUnitOther, row=row["row"], unit=unit, wanted=", ".join(wanted))


def _check_known(row: Row, found: Source, known: Known) -> None:
    evidence = row["evidence"]
    named: list[tuple[str, str, Collection[str]]] = []
    if found.indicator:
        named.append(("indicator", found.indicator, known.indicators))
    if found.register:
        named.append(("register", found.register, known.registers))
        fields = known.registers.get(found.register, ())
        named += [("filled", found.filled, fields)] if found.filled else []
        named += [("where", name, fields) for name, _ in found.where]
    for key, code, codes in named:
        if code not in codes:
            raise evidence.refuse(key, SourceUnknown, row=row["row"], source=code, known=", ".join(sorted(codes)))
