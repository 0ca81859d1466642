"""What queries of cases give: frozen rows and views, with nothing in them that the asker may not see."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yiwang.cases.facts import RechecksDrawn
from yiwang.cases.snapshot import CaseSnapshot, ClockSnapshot
from yiwang.cases.stages import State
from yiwang.kernel.terms import AccountId, CaseId, Point, TeamId


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as a work list shows it."""

    id: CaseId
    number: str
    state: State
    stage: int
    source: str
    type_code: str
    title: str
    text: str
    urgent: bool
    committee: UUID | None
    lead_team: TeamId | None
    handler: AccountId | None
    place_id: UUID | None
    point: Point | None
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    soon_at: datetime | None
    due_stage: str
    overdue: bool
    review_on: date | None
    review_due: bool
    reworks: int
    reopened: int
    objections: int
    satisfaction: str
    rated_unsolved: bool
    row_version: int
    handled_late: bool = False
    """The time for handling ran out and its clock stands or was stopped: nothing runs that would say so. Told of lists."""


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a work list is narrowed to. Empty values narrow nothing. `soon_at`: about to run out at that moment."""

    states: tuple[str, ...] = ()
    team: TeamId | None = None
    committee: UUID | None = None
    cell: UUID | None = None
    """A cell of the grid."""
    place: UUID | None = None
    """A place that the case itself names, such as a river."""
    type_prefix: str = ""
    source: str = ""
    text: str = ""
    overdue: bool = False
    soon_at: datetime | None = None
    urgent: bool = False
    handler: AccountId | None = None
    open_only: bool = False
    rechecks: bool = False
    extensions: bool = False
    untold: bool = False
    """Somebody has to be told by telephone what no text could tell them, by whoever may note that (case.contact)."""
    unsolved: bool = False
    """Rated as not solved, and neither reopened nor looked at again."""
    uncalled: bool = False
    """Closed with its main case, and its own reporter was not called back yet."""
    own: bool = False
    """In the hands of a department for which the asker handles cases (case.handle), however much more they may read."""
    assist: bool = False
    """An assisting department still has something to do: the asker's own, or for those of none any."""
    part_states: tuple[str, ...] = ()
    """A part of an assisting department is in one of these states."""
    runs_out: tuple[datetime, datetime] | None = None
    """The next clock runs out between these moments and has not run out yet."""
    opened_since: datetime | None = None
    closed_since: datetime | None = None
    unplaced: bool = False
    """Known to lie in no committee."""
    newest_first: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `next` is the cursor of the following one, None at the end."""

    rows: tuple[CaseRow, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """A department's return: whose it is instead, and on what ground."""

    team: TeamId
    round: int
    reason_code: str
    legal_basis: str
    proposed_team: UUID
    explanation: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RulerView:
    """Somebody who may rule on a dispute now, and by which role."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class RulingView:
    """A precedent: of which case, whose it was found to be, on what ground."""

    case_number: str
    team: TeamId
    type_code: str
    question: str
    grounds: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProofView:
    """A photo, paper or instrument value (`ref`) that stands for something said of the case."""

    kind: str
    ref: str
    stage: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ExtensionView:
    """A request for more time, and whether it is asked, granted or refused."""

    amount: int
    unit: str
    reason_code: str
    explanation: str
    state: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class RecheckView:
    """A case drawn for re-check, by which draw, and what was found (`holds` None: not yet)."""

    draw: RechecksDrawn
    drawn_at: datetime
    holds: bool | None
    finding: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case in full, for those who deal with it."""

    row: CaseRow
    snapshot: CaseSnapshot
    demand: str
    outcome: str
    called_back: str
    missed_calls: int
    answer: str
    dispatched_at: datetime | None
    clocks: tuple[ClockSnapshot, ...]
    objections: tuple[ObjectionView, ...]
    rulings: tuple[RulingView, ...]
    proofs: tuple[ProofView, ...]
    extensions: tuple[ExtensionView, ...]
    recheck: RecheckView | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a case's timeline."""

    entry_id: int
    verb: str
    happened_at: datetime
    recorded_at: datetime
    actor: str
    reason: str
    fact: Any


@dataclass(frozen=True, slots=True)
class PlainStatus:
    """What anybody with the number may know: how far it is, nothing of who or what."""

    case_id: CaseId
    number: str
    state: State
    stage: int
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class TaughtText:
    """A message and the type a person gave it: training material for the reader."""

    case_id: CaseId
    text: str
    type_code: str
