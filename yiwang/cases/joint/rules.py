"""What may be done with a part, and what keeps the lead from reporting back. Pure: decides or raises."""

from collections.abc import Mapping
from datetime import datetime

from yiwang.cases import problems
from yiwang.cases.parts import ASKABLE, OPEN_TO_PARTS, PART_ARROWS, PartArrow, PartSnapshot, PartState
from yiwang.cases.snapshot import CaseSnapshot, ClockSnapshot
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import PartId, TeamId


def part_of(case: CaseSnapshot, part_id: PartId) -> PartSnapshot | None:
    """The case's part of that identifier; None when it has none."""
    return next((one for one in case.parts if one.id == part_id), None)


def arrow(name: str, case: CaseSnapshot, part: PartSnapshot | None) -> PartArrow:
    """The arrow, if it leaves the part's state and the case is open to it. Raises NotFound or PartWrongStage."""
    if part is None:
        raise NotFound
    found = PART_ARROWS[name]
    if not may(found, case, part):
        raise problems.PartWrongStage(number=case.number, state=str(case.state), part=str(part.state), arrow=name)
    return found


def may(found: PartArrow, case: CaseSnapshot, part: PartSnapshot) -> bool:
    """Whether the arrow leaves the part's state and the case is open to it."""
    return part.state in found.leaves and case.state in OPEN_TO_PARTS


def askable(case: CaseSnapshot) -> None:
    """Departments are asked to assist while the case is with its lead. Raises NotWithLead."""
    if case.state not in ASKABLE:
        raise problems.NotWithLead(number=case.number, state=str(case.state))


def may_assist(case: CaseSnapshot, team: TeamId, name: str, *, besides: PartId | None = None) -> None:
    """A department assists another one, and has one open part at a time (`besides` the one that is passed on).

    Raises LeadCannotAssist or AssistsAlready.
    """
    if team == case.lead_team:
        raise problems.LeadCannotAssist(number=case.number, team=name)
    if any(part.open and part.team == team and part.id != besides for part in case.parts):
        raise problems.AssistsAlready(number=case.number, team=name)


def objection(part: PartSnapshot, case: CaseSnapshot, proposed: TeamId, *, now: datetime, until: datetime) -> str:
    """Whether the department may return its part, and which arrow that is: the first goes to the dispatcher, a second in
    the line of the same part to the arbiter. As of a case (rules.objection): within the window, never after a ruling.

    Raises RulingIsFinal, TooLateToReturn or NotTheirCase.
    """
    if part.ruled:
        raise problems.RulingIsFinal(number=case.number)
    if now > until:
        raise problems.TooLateToReturn(number=case.number, until=until)
    if proposed == part.team:
        raise problems.NotTheirCase(number=case.number)
    return "part_dispute" if part.objected_teams else "part_return"


def passing(case: CaseSnapshot, part: PartSnapshot, team: TeamId) -> None:
    """A part is passed on to another department, or to the same one after it returned it. Raises SameDepartment or RulingIsFinal."""
    if part.ruled:
        raise problems.RulingIsFinal(number=case.number)
    if part.team == team and part.state is not PartState.RETURNED:
        raise problems.SameDepartment(number=case.number)


def next_round(case: CaseSnapshot, team: TeamId) -> int:
    """How often the department will have been asked in this case."""
    return 1 + max((part.round for part in case.parts if part.team == team), default=0)


def all_answered(case: CaseSnapshot, names: Mapping[TeamId, str]) -> None:
    """The lead reports back when every part is answered (Proof.PARTS_ANSWERED). Raises PartsOpen and names who has not."""
    waiting = [names[part.team] for part in case.parts if part.open]
    if waiting:
        raise problems.PartsOpen(number=case.number, teams="、".join(waiting))


def reworkable(case: CaseSnapshot) -> tuple[PartSnapshot, ...]:
    """The answered parts that can be sent back: of each department the last one, and none of who leads the case now."""
    latest = {part.team: part for part in case.parts if part.state is not PartState.WITHDRAWN}
    return tuple(part for part in latest.values() if part.state is PartState.ANSWERED and part.team != case.lead_team)


def answered(case: CaseSnapshot, part_ids: tuple[PartId, ...]) -> tuple[PartSnapshot, ...]:
    """The answered parts that a verifier sends back with the case. Raises NotFound for any other."""
    able = {part.id: part for part in reworkable(case)}
    if not able.keys() >= set(part_ids):
        raise NotFound
    return tuple(able[part_id] for part_id in dict.fromkeys(part_ids))


def clock_of(case: CaseSnapshot, part: PartId) -> ClockSnapshot | None:
    """The part's clock that has not been stopped; None when there is none."""
    running = (clock for clock in case.clocks if clock.part == part and clock.state in {"running", "paused"})
    return next(running, None)
