"""The classes of cases (R-102): kind → class (大类) → type (小类), with each type's local limits (R-105), from the packs.

Pure: the packs' folders are given. Limits are dated; a decision stores the version and hash of the one it used.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from yiwang.cases.stages import ClockStage
from yiwang.kernel.params.loading import check_dates, refuse_twice
from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.params.rulebook import hash_of
from yiwang.kernel.params.yamlfile import (
    Node,
    Row,
    choice,
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
from yiwang.kernel.problems import Problem

DEMANDS = ("consultation", "suggestion", "request", "complaint", "complex", "supervision", "call_back_review")
"""Kinds of hotline demand (R-111), each with a rule `hotline.limit.<kind>`."""

ON_APPROVAL = "complex"
"""The kind that nobody chooses: it takes fifteen days, on approval, by a step of its own (timing.approve_complex)."""

CHOSEN_DEMANDS = tuple(kind for kind in DEMANDS if kind != ON_APPROVAL)
"""The kinds a person or a type may name."""

SUPERVISION_KIND = "S"
"""The kind letter of the types of supervisions (督办): nobody chooses them, a leader opens such a case over a promise."""

UNITS = ("working_hour", "urgent_hour", "working_day", "day")
_AMOUNT = re.compile(rf"(\d+) ({'|'.join(UNITS)})")


class ForeignCode(RuleFileProblem):
    """A type's code does not begin with its class's code. Parameters: code, parent."""

    slug = "case-types-foreign-code"


class TypeUnknown(Problem):
    """No installed pack has a case type with this code. Parameter: code."""

    slug = "case-type-unknown"
    status = 404


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a stage may take: `amount` of `unit`, from one dated row of a local table or one rule of law."""

    stage: ClockStage
    amount: int
    unit: str
    rule: str
    version: str
    hash: str
    reference: str
    verified: bool


@dataclass(frozen=True, slots=True)
class DatedLimits:
    """The limits of one type from a day to a day (both included)."""

    effective_from: datetime.date
    effective_to: datetime.date | None
    limits: Mapping[ClockStage, Limit]


@dataclass(frozen=True, slots=True)
class CaseType:
    """One 小类. `photo`: a photo can show that it is mended, so verification needs one.

    `demand`: the kind of demand (R-111) that a matter of this type is when nobody said; empty for the ordinary one.
    """

    code: str
    name: Mapping[str, str]
    class_code: str
    class_name: Mapping[str, str]
    department: str
    photo: bool
    urgent: bool
    dated: tuple[DatedLimits, ...]
    examples: tuple[str, ...]
    demand: str
    department_at: Node
    """Where the pack names the lead department: every town that starts with the pack must have it."""

    @property
    def kind(self) -> str:
        """C component 部件, E event 事件, H hotline demand 诉求, S supervision 督办."""
        return self.code[0]

    def limits_on(self, fact_day: datetime.date) -> Mapping[ClockStage, Limit]:
        """The limits in force on the day of the fact; none before the first row: there was no table yet."""
        for row in reversed(self.dated):
            if row.effective_from <= fact_day:
                return row.limits
        return {}


def _limit_text(node: Node) -> tuple[int, str]:
    found = _AMOUNT.fullmatch(str(node.value).strip())
    if not found:
        raise node.wrong("4 working_hour")
    return int(found[1]), found[2]


_STAGES = (ClockStage.ACCEPT, ClockStage.DISPATCH, ClockStage.HANDLE, ClockStage.VERIFY)
_NAME = mapping({"zh-Hans": text, "en": text})
_LIMIT = mapping(
    {
        "from": day,
        "to": optional(nullable(day)),
        **{str(stage): _limit_text for stage in _STAGES},
        "reference": text,
        "verified": flag,
    }
)
_TYPE = mapping(
    {
        "code": matching(r"[A-Z]-\d\d-\d\d", "E-01-01"),
        "name": _NAME,
        "department": matching(r"[a-z]+", "sanitation"),
        "demand": optional(choice(*CHOSEN_DEMANDS), ""),
        "photo": flag,
        "urgent": flag,
        "limits": listed(_LIMIT),
        "examples": listed(text, empty=True),  # pack_quality asks for them where messages are read
    }
)
_CLASS = mapping({"code": matching(r"[A-Z]-\d\d", "E-01"), "name": _NAME, "types": listed(_TYPE)})
_FILE = mapping({"classes": listed(_CLASS)})


class Catalogue:
    """Every case type of the installed packs."""

    def __init__(self, types: Iterable[CaseType]) -> None:
        self._types = {case_type.code: case_type for case_type in types}

    def __getitem__(self, code: str) -> CaseType:
        """The type of a code. Raises TypeUnknown."""
        try:
            return self._types[code]
        except KeyError:
            raise TypeUnknown(code=code) from None

    def __contains__(self, code: object) -> bool:
        return code in self._types

    def first_of(self, kind: str) -> CaseType:
        """The first type of a kind. Raises TypeUnknown where no pack has one."""
        found = next((one for one in self.types() if one.kind == kind), None)
        if found is None:
            raise TypeUnknown(code=kind)
        return found

    def types(self) -> tuple[CaseType, ...]:
        """All types in the order of their codes."""
        return tuple(self._types[code] for code in sorted(self._types))


def load(paths: Iterable[Path]) -> Catalogue:
    """Read packs' `case_types.yaml`. Raises a RuleFileProblem with file and line for anything that is not as it must be."""
    first: dict[str, Node] = {}

    def checked(class_row: Row, row: Row) -> CaseType:
        if not row["code"].startswith(class_row["code"] + "-"):
            raise row.refuse("code", ForeignCode, code=row["code"], parent=class_row["code"])
        refuse_twice(row, "code", first)
        check_dates(row["limits"], row["code"])
        return _case_type(class_row, row)

    def types(path: Path) -> list[CaseType]:
        classes = _FILE(read(path))["classes"]
        return gathered(partial(checked, class_row, row) for class_row in classes for row in class_row["types"])

    return Catalogue(case_type for file in gathered(partial(types, path) for path in paths) for case_type in file)


def _case_type(class_row: Row, row: Row) -> CaseType:
    return CaseType(
        code=row["code"],
        name=dict(row["name"]),
        class_code=class_row["code"],
        class_name=dict(class_row["name"]),
        department=row["department"],
        photo=row["photo"],
        urgent=row["urgent"],
        dated=tuple(_dated(row["code"], limit) for limit in row["limits"]),
        examples=tuple(row["examples"]),
        demand=row["demand"],
        department_at=row.at("department"),
    )


def _dated(code: str, row: Row) -> DatedLimits:
    return DatedLimits(row["from"], row["to"], {stage: _limit(code, stage, row) for stage in _STAGES})


def _limit(code: str, stage: ClockStage, row: Row) -> Limit:
    amount, unit = row[str(stage)]
    rule = f"{code}.{stage}"
    basis = {"id": rule, "from": row["from"], "amount": amount, "unit": unit, "reference": row["reference"]}
    return Limit(
        stage=stage,
        amount=amount,
        unit=unit,
        rule=rule,
        version=f"{rule}@{row['from']}",
        hash=hash_of(basis),
        reference=row["reference"],
        verified=row["verified"],
    )
