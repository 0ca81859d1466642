"""What came of the parts of assisting departments (协办), from the facts of the case's history: dated outcomes, each of one part. Pure.

A part is counted beside its case and never as one: its outcomes have names of their own, so that no indicator of cases counts
a case twice because somebody assisted, and a department's figure counts what it did as an assistant.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from yiwang.cases import facts, outcomes
from yiwang.cases.joint import facts as joint
from yiwang.cases.lineage import facts as lineage
from yiwang.cases.outcomes import Found, Standing, Stretch
from yiwang.kernel.terms import ClockId, PartId, TeamId

PART_OUTCOMES = (
    "part_asked", "part_due", "part_answered", "part_answered_on_time", "part_overdue", "part_reworked", "part_misdirected",
)  # fmt: skip
"""Every outcome of a part that an indicator may count; one that was withdrawn has none, nor one of a case that counts nothing."""

NOT_COUNTED = frozenset({"voided", "unfounded", "following", "taken_back"})
"""Marks of a case (outcomes.MARKS) whose parts are due for nothing: there was nothing to do, or another case has it."""


@dataclass(slots=True)
class _Part:
    team: TeamId
    marks: set[str] = field(default_factory=set)
    clock: ClockId | None = None
    late: bool = False

    @property
    def open(self) -> bool:
        return self.marks.isdisjoint({"answered", "withdrawn"})


Parts = dict[PartId, _Part]


def stretches(history: Iterable[Found]) -> dict[PartId, tuple[Stretch, ...]]:
    """The stretches of each part that one case ever had, oldest first, from all that happened to the case in the order of writing."""
    parts: Parts = {}
    points: dict[PartId, list[tuple[datetime, Standing]]] = {}
    for at, fact, course in outcomes.courses(history):
        effect = EFFECTS.get(type(fact))
        if effect:
            effect(parts, fact)
        for change in getattr(fact, "clocks", ()):
            _turn(parts, change)
        for part_id, part in parts.items():
            holds = frozenset(_outcomes(part) if NOT_COUNTED.isdisjoint(course.marks) else ())
            standing = Standing(course.source, course.type_code, course.committee, part.team, holds)
            outcomes.mark(points.setdefault(part_id, []), at, standing)
    return {part_id: outcomes.stretched(found) for part_id, found in points.items()}


def _turn(parts: Parts, change: facts.ClockChange) -> None:
    if change.kind == "start" and change.part in parts:
        part = parts[change.part]
        part.clock, part.late = change.clock_id, False
    for part in parts.values():
        if part.clock == change.clock_id:
            part.late = (part.late or change.kind == "expire") and not (change.kind == "extend" or change.mends)


def _outcomes(part: _Part) -> Iterable[str]:
    if "withdrawn" in part.marks:
        return ()
    answered = "answered" in part.marks
    held = {
        "part_asked": True,
        "part_due": answered or part.late,
        "part_answered": answered,
        "part_answered_on_time": answered and not part.late,
        "part_overdue": part.late and not answered,
        "part_reworked": "reworked" in part.marks,
        "part_misdirected": "misdirected" in part.marks,
    }
    return (name for name, holds in held.items() if holds)


# --- what facts do to parts ------------------------------------------------------------------------------------------


def _asked(parts: Parts, fact: joint.AssistsAsked) -> None:
    for one in fact.asked:
        parts[one.part_id] = _Part(one.team_id)


def _answered(parts: Parts, fact: joint.PartAnswered) -> None:
    parts[fact.part_id].marks.add("answered")


def _withdrawn(parts: Parts, fact: joint.PartWithdrawn) -> None:
    parts[fact.part_id].marks.add("withdrawn")


def _objected(parts: Parts, fact: joint.PartReturned | joint.PartDisputed) -> None:
    parts[fact.part_id].marks.add("misdirected")


def _given(parts: Parts, fact: joint.PartPassedOn | joint.PartRuled) -> None:
    parts[fact.part_id].team = fact.team_id


def _led(parts: Parts, fact: facts.CaseDispatched | facts.CaseRuled) -> None:
    """Who leads the case has no part of its own beside."""
    for part in parts.values():
        if part.open and part.team == fact.team_id:
            part.marks.add("withdrawn")


def _let_go(parts: Parts, fact: lineage.CaseClosedWith) -> None:
    """A case that closes with its main one waits for no assistant any more."""
    for part in parts.values():
        if part.open:
            part.marks.add("withdrawn")


def _reworked(parts: Parts, fact: facts.CaseReworked) -> None:
    for part_id in fact.parts:
        parts[part_id].marks.discard("answered")
        parts[part_id].marks.add("reworked")


EFFECTS: dict[type, Callable[[Parts, Any], None]] = {
    joint.AssistsAsked: _asked,
    joint.PartAnswered: _answered,
    joint.PartWithdrawn: _withdrawn,
    joint.PartReturned: _objected,
    joint.PartDisputed: _objected,
    joint.PartPassedOn: _given,
    joint.PartRuled: _given,
    facts.CaseDispatched: _led,
    facts.CaseRuled: _led,
    facts.CaseReworked: _reworked,
    lineage.CaseClosedWith: _let_go,
}
