"""What was issued: figures as they stood at a moment, frozen whole. Nothing here is about a person."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from yiwang.kernel.terms import fact
from yiwang.plan.facts import Goal, Words


@dataclass(frozen=True, slots=True)
class FrozenItem:
    """An item of the plan: 0 is the preamble; `published` is its heading, empty without a document."""

    no: int
    name: Words
    published: str


@dataclass(frozen=True, slots=True)
class FrozenShown:
    """What had been shown last of a promise, as plan.rules.Shown says it: as of a day a number in `unit`, or that it is done."""

    as_of: date
    value: Decimal | None
    done: bool
    unit: str
    part: Decimal | None
    whole: int | None


@dataclass(frozen=True, slots=True)
class FrozenPromise:
    """A promise and how it stood. `shown` None: nothing had been shown, which is not 0. `colour` and `why` as in plan.rules."""

    row: str
    item: int
    promise: Words
    owner: str
    owner_name: Words
    goal: Goal | None
    shown: FrozenShown | None
    due: date
    colour: str
    why: str
    late: bool
    forecast: Decimal | None
    days_late: int = 0
    """How many days after its day it was reached; 0 also for what was frozen before this was counted."""


@dataclass(frozen=True, slots=True)
class FrozenBoard:
    """The board of a year, judged on a day. `of_year` is another year where its promises were carried over."""

    year: int
    of_year: int
    judged_on: date
    items: tuple[FrozenItem, ...]
    promises: tuple[FrozenPromise, ...]


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """The sums of the whole town (`by` town), of a committee or of a team. `key` None: of none."""

    by: str
    key: UUID | None
    name: Words
    numerator: Decimal
    denominator: int


@dataclass(frozen=True, slots=True)
class FrozenIndicator:
    """An indicator of a month: what it is, by which version of it was counted, and its sums in the town's order."""

    code: str
    version: str
    hash: str
    name: Words
    formula: Words
    none: Words
    lines: tuple[FrozenLine, ...]


@dataclass(frozen=True, slots=True)
class FrozenMonth:
    """All indicators of a month, by its first day. `read_to`: the last entry of the journal that had been counted."""

    month: date
    read_to: int
    indicators: tuple[FrozenIndicator, ...]


@fact("summary.issued", subject="summary_id")
@dataclass(frozen=True, slots=True)
class SummaryIssued:
    """A numbered summary of the town: `kind` board or month, `as_of` the moment of its figures, `disclosure` public or internal."""

    summary_id: UUID
    year: int
    no: int
    kind: str
    as_of: datetime
    disclosure: str
    board: FrozenBoard | None = None
    month: FrozenMonth | None = None


@fact("summary.disclosed", subject="summary_id")
@dataclass(frozen=True, slots=True)
class SummaryDisclosed:
    """A summary that was for the town's own use is open to everybody from now on."""

    summary_id: UUID
