"""The town's own commitments: what each row of its plan comes to, who answers for it, how it is measured, what shows it. Pure.

The rows are those of the enumeration of the published plan (domain, Part 1); the words are the town's own (`plan.yaml`).
A commitment holds for a plan's year: its day is a month and a day, and the year is given when it is asked for.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from yiwang.kernel.params.problems import DoubleKey, MissingKey, RuleFileProblem
from yiwang.kernel.params.yamlfile import (
    Check,
    Node,
    Row,
    choice,
    listed,
    mapping,
    matching,
    number,
    optional,
    text,
    whole,
)
from yiwang.plan import sources
from yiwang.plan.facts import Source

SYSTEMS = tuple(f"S{number:02d}" for number in range(1, 39))
"""The systems that the plan needs (domain, Part 0)."""
ORGANISATIONAL = "organisational"
KINDS = ("platform", "process", "register", "target", "project", ORGANISATIONAL)
"""What a row asks for: a place to work in, a way of working, a list, a number, a piece of work, or an act of the organisation."""
TASK = "task"
EVIDENCE = ("signed", TASK, "indicator", "register")
"""What shows it: a number or document that somebody signed, a task that was ended, figures from cases, rows of a register."""
PACKS_FROM = 51
"""The rows that packs bring are numbered from here on within their item, so that they never take a number of the plan's own."""
COMPARATORS = (">=", "<=", "=", ">")
UNITS = ("percent", "count", "firm", "yuan", "mu", "second", "working_day", "ratio")
"""`count` is of what the measure names; a `ratio` has no unit. The words are in texts under `plan.unit`."""


class RowOfAnotherItem(RuleFileProblem):
    """A row's number begins with the number of its item. Parameters: row, item."""

    slug = "plan-row-of-another-item"


class RowOutOfOrder(RuleFileProblem):
    """The rows stand in the order of the plan. Parameters: row, before."""

    slug = "plan-row-out-of-order"


class RowOfTheTown(RuleFileProblem):
    """A row that a pack brings has a number that is kept for the rows of the plan itself. Parameters: row, start."""

    slug = "plan-row-of-the-town"


class TaskWanted(RuleFileProblem):
    """A purely organisational row is a plain task: nothing about it is measured. Parameters: row, found."""

    slug = "plan-task-wanted"


@dataclass(frozen=True, slots=True)
class Target:
    """The number that is to be reached: `value` in one of UNITS, to be compared by one of COMPARATORS."""

    value: Decimal
    unit: str
    comparator: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What will show it: one of EVIDENCE, and in words which document, list or count it is and whose; `source` where it comes
    from by itself, None where nobody has made that yet.
    """

    kind: str
    what: Mapping[str, str]
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Commitment:
    """One row of the plan. `item` 0 is the preamble; `owner` is a team's code; texts are by language.

    `target` is None where neither the plan nor its enumeration gives a figure. `limits` says what the software leaves
    undone on purpose, or what the plan does not say.
    """

    row: str
    item: int
    promise: Mapping[str, str]
    systems: tuple[str, ...]
    kinds: tuple[str, ...]
    owner: str
    measure: Mapping[str, str]
    target: Target | None
    due: tuple[int, int]
    years_on: int
    evidence: Evidence
    limits: Mapping[str, str] | None

    def due_on(self, year: int) -> datetime.date:
        """The last day for it, for a plan of this year; `years_on` years later where the plan names a later day."""
        return datetime.date(year + self.years_on, *self.due)


_NAMES = mapping({"zh-Hans": text, "en": text})


def _value(node: Node) -> Decimal:
    value = number(node)
    if value < 0:
        raise node.wrong("100")
    return value


def _month_and_day(node: Node) -> tuple[int, int]:
    """A day that every year has: 29 February is refused."""
    written = matching(r"\d{2}-\d{2}", '"12-31"')(node)
    try:
        found = datetime.date.fromisoformat(f"2001-{written}")
    except ValueError:
        raise node.wrong('"12-31"') from None
    return found.month, found.day


def _years(node: Node) -> int:
    years = whole(node)
    if not 1 <= years <= 10:
        raise node.wrong("1")
    return years


_TARGET = mapping({"value": _value, "unit": choice(*UNITS), "comparator": choice(*COMPARATORS)})


def _row_check(teams: Collection[str]) -> Check:
    evidence = mapping({"kind": choice(*EVIDENCE), "what": _NAMES, **sources.keys(teams)})
    return mapping(
        {
            "row": matching(r"\d{1,2}\.\d{1,2}", '"1.03"'),
            "item": whole,
            "promise": _NAMES,
            "systems": listed(choice(*SYSTEMS), empty=True),
            "kinds": listed(choice(*KINDS)),
            "owner": choice(*teams),
            "measure": _NAMES,
            "target": optional(_TARGET),
            "due": _month_and_day,
            "years_on": optional(_years, 0),
            "evidence": evidence,
            "limits": optional(_NAMES),
        }
    )


def commitments(
    node: Node, *, teams: Collection[str], known: sources.Known | None = None, of_packs: Iterable[Node] = ()
) -> tuple[Commitment, ...]:
    """The commitments of a town's plan.yaml, in its order, then those of packs. `teams` are the codes of the town's departments and
    committees.

    `known`: the indicators and registers that there are; without it, which of them a row names is not looked at.
    Raises a RuleFileProblem with file and line: what the YAML checks find (UnknownKey, MissingKey, UnknownChoice, WrongKind),
    DoubleKey, RowOfAnotherItem, RowOutOfOrder, TaskWanted, what sources.check finds;
    MissingKey, too, where no system serves a row and `limits` is silent;
    RowOfTheTown for a row of a pack with a number below PACKS_FROM.
    """
    first: dict[str, Node] = {}
    found = _checked(node, teams, first)
    for pack in of_packs:
        rows = _checked(pack, teams, first)
        for row in rows:
            if _place(row)[1] < PACKS_FROM:
                raise row.refuse("row", RowOfTheTown, row=row["row"], start=PACKS_FROM)
        found += rows
    for row in found:
        sources.check(row, known)
    return tuple(_commitment(row) for row in found)


def _checked(node: Node, teams: Collection[str], first: dict[str, Node]) -> list[Row]:
    rows = listed(_row_check(teams))(node)
    _check_numbers(rows, first)
    for row in rows:
        _check_sense(row)
    return rows


def _check_numbers(rows: Iterable[Row], first: dict[str, Node]) -> None:
    """Each number once, in the order of the plan, under its own item. `first` remembers where a number stood."""
    rows = list(rows)
    for row in rows:
        known = first.setdefault(row["row"], row.at("row"))
        if known is not row.at("row"):
            raise row.refuse("row", DoubleKey, key=row["row"], first=f"{known.file}:{known.line}")
        if _place(row)[0] != row["item"]:
            raise row.refuse("item", RowOfAnotherItem, row=row["row"], item=row["item"])
    for earlier, later in pairwise(rows):
        if _place(later) < _place(earlier):
            raise later.refuse("row", RowOutOfOrder, row=later["row"], before=earlier["row"])


def _place(row: Row) -> tuple[int, int]:
    item, _, place = row["row"].partition(".")
    return int(item), int(place)


def _check_sense(row: Row) -> None:
    for key in ("systems", "kinds"):
        for at, value in enumerate(row[key]):
            if value in row[key][:at]:
                first = row.at(key)
                raise row.refuse(key, DoubleKey, key=value, first=f"{first.file}:{first.line}")
    found = row["evidence"]["kind"]
    if row["kinds"] == [ORGANISATIONAL] and found != TASK:
        raise row["evidence"].refuse("kind", TaskWanted, row=row["row"], found=found)
    if not row["systems"] and row["limits"] is None:
        raise row.refuse("systems", MissingKey, key="limits")


def _commitment(row: Row) -> Commitment:
    evidence = Evidence(row["evidence"]["kind"], dict(row["evidence"]["what"]), sources.source(row["evidence"]))
    return Commitment(
        row=row["row"],
        item=row["item"],
        promise=dict(row["promise"]),
        systems=tuple(row["systems"]),
        kinds=tuple(row["kinds"]),
        owner=row["owner"],
        measure=dict(row["measure"]),
        target=None if row["target"] is None else Target(**row["target"]),
        due=row["due"],
        years_on=row["years_on"],
        evidence=evidence,
        limits=None if row["limits"] is None else dict(row["limits"]),
    )
