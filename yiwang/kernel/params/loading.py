"""Reading `params/*.yaml` files into a Rulebook. A mistake is refused with file and line, at load and not at the first case."""

import datetime
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from yiwang.kernel.params.problems import DatesBackwards, DatesGap, DatesOverlap, DoubleKey, RuleWanted
from yiwang.kernel.params.rulebook import Rulebook, RuleVersion, frozen, hash_of
from yiwang.kernel.params.yamlfile import (
    Check,
    Node,
    Row,
    anything,
    day,
    flag,
    gathered,
    listed,
    mapping,
    matching,
    nullable,
    optional,
    read,
    text,
)

ONE_DAY = datetime.timedelta(days=1)

VALUE = mapping(
    {
        "from": day,
        "to": optional(nullable(day)),
        "value": anything,
        "reference": text,
        "verified": optional(flag),
    }
)
RULE = mapping(
    {
        "id": matching(r"[a-z0-9]+([._-][a-z0-9]+)*", "hotline.first-contact"),
        "text": mapping({"zh-Hans": text, "en": text}),
        "unit": text,
        "source": mapping({"reference": text, "article": optional(text, "")}),
        "verified": flag,
        "scope": text,
        "values": listed(VALUE),
    }
)
"""`to` is the last day, included. A value may carry its own `verified` when it is better or worse known than the rule."""


def rule_files(folder: Path) -> tuple[Path, ...]:
    """Every `params/*.yaml` anywhere below a folder, sorted."""
    return tuple(sorted(folder.rglob("params/*.yaml")))


@dataclass(frozen=True, slots=True)
class Shape:
    """What the code that reads a rule relies on: a check of its unit, and one of each of its values."""

    unit: Check = text
    value: Check = anything


NO_SHAPES: Mapping[str, Shape] = MappingProxyType({})


def load(paths: Iterable[Path], *, shapes: Mapping[str, Shape] = NO_SHAPES, all_of_them: bool = False) -> Rulebook:
    """Read the files, each a list of rules, into one Rulebook.

    `shapes` gives by rule id what its unit and values must look like; a check raises a RuleFileProblem at their own line.
    `all_of_them`: these files are all there are, so each rule of `shapes` has to be in one of them.

    Raises a RuleFileProblem (UnknownKey, MissingKey, WrongKind, DoubleKey, DatesGap, DatesOverlap, …) with file and line;
    RuleWanted for one that is missing.
    """
    first: dict[str, Node] = {}

    def versions(rule: Row) -> list[RuleVersion]:
        refuse_twice(rule, "id", first)
        check_dates(rule["values"], rule["id"])
        shape = shapes.get(rule["id"], Shape())
        values = (partial(shape.value, value.at("value")) for value in rule["values"])
        gathered([partial(shape.unit, rule.at("unit")), *values])
        return [_version(rule, value) for value in rule["values"]]

    def rules(path: Path) -> list[list[RuleVersion]]:
        return gathered(partial(versions, rule) for rule in listed(RULE)(read(path)))

    book = Rulebook(
        version for file in gathered(partial(rules, path) for path in paths) for rule in file for version in rule
    )
    if all_of_them:
        gathered(partial(_refuse_missing, rule_id, first) for rule_id in sorted(set(shapes).difference(first)))
    return book


def _refuse_missing(rule_id: str, known: Mapping[str, Node]) -> None:
    """Raises RuleWanted, at the rule that is spelt most like it: it may be the one."""
    near = difflib.get_close_matches(rule_id, known, n=3, cutoff=0.0)
    place = known[near[0]] if near else Node("params/*.yaml", 1, None)
    raise place.refuse(RuleWanted, rule=rule_id, near=", ".join(near) or "—")


def refuse_twice(row: Row, key: str, first: dict[str, Node]) -> None:
    """Refuse a row whose `key` has a value that another row had before; `first` remembers who had which. Raises DoubleKey."""
    known = first.setdefault(row[key], row.at(key))
    if known is not row.at(key):
        raise row.refuse(key, DoubleKey, key=row[key], first=f"{known.file}:{known.line}")


def check_dates(values: list[Row], name: str) -> None:
    """Refuse rows (`from`, `to` included) that run backwards, overlap, or leave days without a value; `name` is the rule's.

    Raises the first DatesBackwards, DatesOverlap or DatesGap, at the line of the row that does not follow.
    """
    for value in values:
        if value["to"] is not None and value["to"] < value["from"]:
            raise value.refuse("to", DatesBackwards, start=value["from"], end=value["to"])
    for earlier, later in pairwise(values):
        if earlier["to"] is None or later["from"] <= earlier["to"]:
            other = f"{earlier.node.file}:{earlier.node.line}"
            raise later.refuse("from", DatesOverlap, rule=name, day=later["from"], other=other)
        if later["from"] != earlier["to"] + ONE_DAY:
            start, end = earlier["to"] + ONE_DAY, later["from"] - ONE_DAY
            raise later.refuse("from", DatesGap, rule=name, start=start, end=end)


def _version(rule: Row, value: Row) -> RuleVersion:
    basis = {
        "id": rule["id"],
        "unit": rule["unit"],
        "scope": rule["scope"],
        "source": dict(rule["source"]),
        "from": value["from"],
        "value": value["value"],
        "reference": value["reference"],
    }
    return RuleVersion(
        id=rule["id"],
        value=frozen(value["value"]),
        unit=rule["unit"],
        version=f"{rule['id']}@{value['from']}",
        hash=hash_of(basis),
        verified=rule["verified"] if value["verified"] is None else value["verified"],
        reference=value["reference"],
        text=frozen(dict(rule["text"])),
        effective_from=value["from"],
        effective_to=value["to"],
        scope=rule["scope"],
        source=rule["source"]["reference"],
        article=rule["source"]["article"],
    )
