"""What can happen to a case, in the past tense. Versioned; read back for ever. Pure."""

from dataclasses import dataclass
from datetime import datetime

from yiwang.kernel.terms import AccountId, CaseId, ClockId, FileHash, PartId, PlaceId, Point, TeamId, fact, private


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One event of one clock (R-107). `kind` is start, pause, resume, extend, stop, expire, recompute or relimit.

    A start names stage, rule, its version and hash, unit and amount; an extend the amount added. `due_at` is the moment
    the clock runs out if nothing else happens, `soon_at` the one from which it is about to; None while it does not run.
    A relimit names what a start does, for another limit from the same start: `carried` is how much of earlier extensions
    still counts, in the new unit; `mends`: by the new limit the clock has not run out, whatever it had by the old one.
    A stop whose reason is UNMET names the stage: what it measured was not done, and will not be. `part`: a start is of this part.
    """

    clock_id: ClockId
    kind: str
    at: datetime
    stage: str = ""
    rule: str = ""
    rule_version: str = ""
    rule_hash: str = ""
    unit: str = ""
    amount: int = 0
    reason: str = ""
    due_at: datetime | None = None
    soon_at: datetime | None = None
    provisional: bool = False
    carried: int = 0
    mends: bool = False
    part: PartId | None = None


UNMET = "unmet"
"""The reason of a stop when the case ended without what the clock waited for."""

Clocks = tuple[ClockChange, ...]


@fact("case.gathered", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseGathered:
    """Stage 1, 信息收集: something was reported, noticed, demanded, drawn or applied for, and waits to be accepted."""

    case_id: CaseId
    number: str
    source: str
    origin_kind: str
    origin_ref: str
    day: str
    type_code: str | None
    place_id: PlaceId | None
    point: Point | None
    grid_cell: PlaceId | None
    committee: PlaceId | None
    urgent: bool
    reporter: AccountId | None
    clocks: Clocks
    text: str | None = private(default=None)
    on_behalf: AccountId | None = None


@fact("case.accepted", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseAccepted:
    """Stage 2, 案卷建立: a named person accepted it, with its type, title and place. A title is mostly the reporter's first words.

    `type_choice`: `chosen`, or `unseen` where the type was taken as the reader suggested it, one of many, and nobody looked.
    """

    case_id: CaseId
    type_code: str
    demand: str
    place_id: PlaceId | None
    point: Point | None
    grid_cell: PlaceId | None
    committee: PlaceId | None
    urgent: bool
    clocks: Clocks
    title: str = private(default="")
    type_choice: str = "chosen"


@fact("case.declined", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseDeclined:
    """不予受理: not a matter for the town; the reporter is told why and where to go."""

    case_id: CaseId
    reason_code: str
    explanation: str
    clocks: Clocks


@fact("case.dismissed", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseDismissed:
    """不予立案: looked at, and there is nothing for the town to do. `passed_to`: whom it was passed on to, if another's."""

    case_id: CaseId
    reason_code: str
    explanation: str
    clocks: Clocks
    passed_to: str = ""


@fact("case.voided", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseVoided:
    """作废: entered by mistake or for practice."""

    case_id: CaseId
    reason_code: str
    explanation: str
    clocks: Clocks


@fact("case.dispatched", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseDispatched:
    """Stage 3, 任务派遣 (and 改派): handed to one lead department, whose clock runs from now, signed or not."""

    case_id: CaseId
    team_id: TeamId
    round: int
    instruction: str
    clocks: Clocks


@fact("case.signed", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseSigned:
    """签收, the start of stage 4: somebody in the department took it up."""

    case_id: CaseId
    handler: AccountId
    clocks: Clocks


@fact("case.contacted", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseContacted:
    """先行联系: somebody spoke with the one who reported (R-111)."""

    case_id: CaseId
    reached: bool
    clocks: Clocks
    note: str | None = private(default=None)


@fact("case.returned", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseReturned:
    """退单: the department says, once and in time, that it is another's, on what ground and whose."""

    case_id: CaseId
    team_id: TeamId
    round: int
    reason_code: str
    legal_basis: str
    proposed_team: TeamId
    explanation: str
    clocks: Clocks


@fact("case.disputed", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseDisputed:
    """A second department objects: the named arbiter rules within 4 working hours."""

    case_id: CaseId
    team_id: TeamId
    round: int
    reason_code: str
    legal_basis: str
    proposed_team: TeamId
    explanation: str
    clocks: Clocks


@fact("case.ruled", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseRuled:
    """裁定: final; it becomes a precedent and never restarts the resident's clock."""

    case_id: CaseId
    team_id: TeamId
    round: int
    type_code: str
    grounds: str
    question: str
    clocks: Clocks


@fact("case.handled", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseHandled:
    """Stage 5, 处理反馈: the department says what it did and what came of it. Not yet verified."""

    case_id: CaseId
    outcome: str
    result: str
    files: tuple[FileHash, ...]
    by_oneself: bool
    clocks: Clocks
    type_code: str = ""
    team_id: TeamId | None = None
    no_photo_reason: str = ""
    demand: str = ""


@fact("case.verified", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseVerified:
    """核实: somebody other than the handler saw it, with a photo, or said why a photo cannot show it.

    `type_stands`: the first department it was given to handled it, so that its type holds though nobody chose it.
    """

    case_id: CaseId
    verifier: AccountId
    finding: str
    files: tuple[FileHash, ...]
    no_photo_reason: str
    clocks: Clocks
    type_stands: bool = False


@fact("case.reworked", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseReworked:
    """返工: the verifier found it not done; it goes back to the handler on the clock that was left,
    and to the assisting departments whose `parts` are not done either."""

    case_id: CaseId
    finding: str
    files: tuple[FileHash, ...]
    clocks: Clocks
    parts: tuple[PartId, ...] = ()


@fact("case.called_back", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseCalledBack:
    """回访: the one who reported was called, before or after close. `called_back` is solved, explained or unreachable."""

    case_id: CaseId
    called_back: str
    clocks: Clocks
    note: str | None = private(default=None)


@fact("case.closed", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseClosed:
    """Stage 6, 结案: after call-back. `called_back` is solved, explained, unreachable or nobody (no reporter to call).

    `proven`: of the case of an alarm, by what it is shown to be back to normal (rules.PROVEN); empty for any other.
    """

    case_id: CaseId
    called_back: str
    answer: str
    clocks: Clocks
    proven: str = ""


@fact("case.rated", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseRated:
    """Stage 7, 综合评价: the one who reported says how it was. It rates the office's work, never a person.

    `taken_by`: who of the town wrote it down from a call-back; None when they rated it themselves. `waits`: that it is not
    solved, and somebody has to look again; False in entries from before that was listed.
    """

    case_id: CaseId
    solved: str
    satisfaction: str
    clocks: Clocks
    words: str | None = private(default=None)
    taken_by: AccountId | None = None
    waits: bool = False


@fact("case.reopened", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseReopened:
    """Closed but not mended: it goes back to the department that handled it, and its handlers see that.

    `demand`: the kind of demand it is from now on (limits.demand_again); empty for what is no demand, and in entries from
    before a reopened demand had days of its own.
    """

    case_id: CaseId
    round: int
    ground: str
    clocks: Clocks
    words: str | None = private(default=None)
    demand: str = ""


@fact("case.suspended", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseSuspended:
    """挂账: it cannot be done for now, for a documented reason; its clocks stand still until `review_on`."""

    case_id: CaseId
    reason_code: str
    explanation: str
    review_on: str
    clocks: Clocks


@fact("case.review_day_came", subject="case_id")
@dataclass(frozen=True, slots=True)
class ReviewDayCame:
    """复核日已到: the day came on which a suspended case is looked at again. Written by the sweeper, once per suspension."""

    case_id: CaseId
    review_on: str
    clocks: Clocks


@fact("case.resumed", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseResumed:
    """销挂账: the reason is gone; the clocks go on where they stood."""

    case_id: CaseId
    explanation: str
    clocks: Clocks


@fact("case.extension_asked", subject="case_id")
@dataclass(frozen=True, slots=True)
class ExtensionAsked:
    """延期申请: the department asks for more time, before the clock ran out, with the reason."""

    case_id: CaseId
    clock_id: ClockId
    amount: int
    unit: str
    reason_code: str
    explanation: str
    clocks: Clocks


@fact("case.extension_granted", subject="case_id")
@dataclass(frozen=True, slots=True)
class ExtensionGranted:
    """延期: granted; the clock gets the amount that was asked for."""

    case_id: CaseId
    clock_id: ClockId
    amount: int
    explanation: str
    clocks: Clocks


@fact("case.extension_refused", subject="case_id")
@dataclass(frozen=True, slots=True)
class ExtensionRefused:
    """The request for more time was refused, with the reason."""

    case_id: CaseId
    explanation: str
    clocks: Clocks


@fact("case.ran_out", subject="case_id")
@dataclass(frozen=True, slots=True)
class ClockRanOut:
    """A clock ran out: a fact written by the sweeper, at the moment it was due. `team_id`: whose part it is of, if of one."""

    case_id: CaseId
    clock_id: ClockId
    stage: str
    due_at: datetime
    clocks: Clocks
    team_id: TeamId | None = None


@fact("case.deadlines_recomputed", subject="case_id")
@dataclass(frozen=True, slots=True)
class DeadlinesRecomputed:
    """A new holiday notice was loaded: provisional deadlines of the case were worked out again."""

    case_id: CaseId
    notice: str
    clocks: Clocks


@fact("case.noted", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseNoted:
    """A remark of the office, or a reply that was given elsewhere (`kind`: note, reply)."""

    case_id: CaseId
    kind: str
    department: str
    clocks: Clocks
    text: str | None = private(default=None)


@fact("case.words_forgotten", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseWordsForgotten:
    """The words of the one who reported were erased at their wish; what the office did stays."""

    case_id: CaseId
    clocks: Clocks


@fact("case.complex_approved", subject="case_id")
@dataclass(frozen=True, slots=True)
class ComplexApproved:
    """按复杂诉求办理 (R-111): a named person approved that the demand takes fifteen working days, and said why."""

    case_id: CaseId
    demand_before: str
    explanation: str
    clocks: Clocks


@fact("case.corrected", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseCorrected:
    """Type, kind of demand or place was corrected after acceptance; kept as training material for the reader.

    `demand` None: recorded before it could be corrected.
    """

    case_id: CaseId
    type_code: str
    place_id: PlaceId | None
    point: Point | None
    grid_cell: PlaceId | None
    committee: PlaceId | None
    clocks: Clocks
    demand: str | None = None


@fact("case.proof_attached", subject="case_id")
@dataclass(frozen=True, slots=True)
class ProofAttached:
    """Something that an arrow requires was attached from above (an instrument back in limits, a signed paper)."""

    case_id: CaseId
    kind: str
    ref: str
    clocks: Clocks


@fact("case.drawn", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseDrawn:
    """A closed case was drawn for re-check; the seed and the pool let anyone draw again."""

    case_id: CaseId
    draw_id: str
    seed: str
    pool_size: int
    clocks: Clocks


@fact("draw.held", subject="draw_id")
@dataclass(frozen=True, slots=True)
class RechecksDrawn:
    """A draw for re-check among the cases closed on some days: all that anyone needs to draw again.

    `seed` is the hash of the journal's entry at `seed_position` (None: given by hand, in a simulation). Of `pool`, the
    numbers of the cases, `share_percent` are drawn, rounded up: those with the smallest lots (rules.lot).
    """

    draw_id: str
    first: str
    last: str
    seed: str
    seed_position: int | None
    share_percent: int
    pool: tuple[str, ...]
    drawn: tuple[str, ...]


@fact("case.rechecked", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseRechecked:
    """The re-check of a drawn case: it holds, or it is reopened by a step of its own."""

    case_id: CaseId
    holds: bool
    finding: str
    files: tuple[FileHash, ...]
    clocks: Clocks
