"""What can happen to the parts of assisting departments (协办), in the past tense. Versioned; read back for ever. Pure."""

from dataclasses import dataclass

from yiwang.cases.facts import Clocks
from yiwang.kernel.terms import AccountId, CaseId, FileHash, PartId, TeamId, fact


@dataclass(frozen=True, slots=True)
class Asked:
    """One department that is asked. `round`: how often it was asked in this case, counting this time."""

    part_id: PartId
    team_id: TeamId
    round: int


@fact("case.assists_asked", subject="case_id")
@dataclass(frozen=True, slots=True)
class AssistsAsked:
    """协办: departments were asked to do a part of the case, each on a clock of its own from now."""

    case_id: CaseId
    asked: tuple[Asked, ...]
    task: str
    clocks: Clocks


@fact("case.part_signed", subject="case_id")
@dataclass(frozen=True, slots=True)
class PartSigned:
    """Somebody in the assisting department took its part up."""

    case_id: CaseId
    part_id: PartId
    team_id: TeamId
    handler: AccountId
    clocks: Clocks = ()


@fact("case.part_answered", subject="case_id")
@dataclass(frozen=True, slots=True)
class PartAnswered:
    """The assisting department says what it did of its part."""

    case_id: CaseId
    part_id: PartId
    team_id: TeamId
    result: str
    no_photo_reason: str
    files: tuple[FileHash, ...]
    clocks: Clocks


@fact("case.part_withdrawn", subject="case_id")
@dataclass(frozen=True, slots=True)
class PartWithdrawn:
    """The dispatcher needs the department's part no more."""

    case_id: CaseId
    part_id: PartId
    team_id: TeamId
    explanation: str
    clocks: Clocks


@fact("case.part_returned", subject="case_id")
@dataclass(frozen=True, slots=True)
class PartReturned:
    """协办退单: the assisting department says whose the part is instead. It goes to the dispatcher; its clock runs on."""

    case_id: CaseId
    part_id: PartId
    team_id: TeamId
    reason_code: str
    legal_basis: str
    proposed_team: TeamId
    explanation: str
    clocks: Clocks = ()


@fact("case.part_disputed", subject="case_id")
@dataclass(frozen=True, slots=True)
class PartDisputed:
    """A second objection in the line of one part: the arbiter rules."""

    case_id: CaseId
    part_id: PartId
    team_id: TeamId
    reason_code: str
    legal_basis: str
    proposed_team: TeamId
    explanation: str
    clocks: Clocks = ()


@fact("case.part_passed_on", subject="case_id")
@dataclass(frozen=True, slots=True)
class PartPassedOn:
    """The dispatcher gives a part to another department, on the clock that runs."""

    case_id: CaseId
    part_id: PartId
    from_team: TeamId
    team_id: TeamId
    round: int
    instruction: str
    clocks: Clocks = ()


@fact("case.part_ruled", subject="case_id")
@dataclass(frozen=True, slots=True)
class PartRuled:
    """裁定: the arbiter says, finally, whose the part is; a precedent."""

    case_id: CaseId
    part_id: PartId
    team_id: TeamId
    round: int
    type_code: str
    grounds: str
    question: str
    clocks: Clocks = ()
