"""What happens to the town's plan and its promises. Nothing here is about a person."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from yiwang.kernel.terms import fact


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Goal:
    """The number to reach: `value` in one of commitments.UNITS, compared by one of commitments.COMPARATORS."""

    value: Decimal
    unit: str
    comparator: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a promise's figures come from by themselves: an indicator, or rows of a register.

    `indicator` is a code of indicators.yaml, `of` the department or committee whose cases alone count (empty: all); `counted`: the
    number of what it finds is meant, not the share.
    `register` is a code of registers.yaml; `where` narrows its rows to those with these values (field, value). With `filled`, a
    field, the figure is the share of rows in which it is filled, in percent, against the rows or, where `places`, against all
    places of the kind that the register is kept by; without it the figure is the number of rows.
    """

    indicator: str = ""
    of: str = ""
    register: str = ""
    filled: str = ""
    where: tuple[tuple[str, str], ...] = ()
    places: bool = False
    counted: bool = False

    @property
    def percent(self) -> bool:
        """Whether the figure is a share in percent; else it is a number."""
        return bool((self.indicator and not self.counted) or self.filled)


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise as a whole: `owner` is a team's code, `due` its last day, `evidence` one of commitments.EVIDENCE.

    `source` None: no figures come by themselves, or none yet.
    """

    commitment_id: UUID
    row: str
    item: int
    promise: Words
    systems: tuple[str, ...]
    kinds: tuple[str, ...]
    owner: str
    measure: Words
    goal: Goal | None
    due: date
    evidence: str
    shown_by: Words
    limits: Words | None
    source: Source | None = None
    edited: tuple[str, ...] = ()
    """What a person changed on the page (wording.WORDED, GOAL), and wording.MADE; a file leaves it alone."""


@dataclass(frozen=True, slots=True)
class ItemNamed:
    """An item of the plan in the town's own words. `no` 0 is the preamble; `chapter` as the plan counts (一, 二 …)."""

    no: int
    name: Words
    chapter: str
    chapter_name: Words


@fact("plan.opened", subject="plan_id")
@dataclass(frozen=True, slots=True)
class PlanOpened:
    """A year got its promises. `of_year` is the year the plan was made for: another one where promises are carried over.

    `keeper`: the code of the team that keeps the plan and reviews its words; empty where only leaders do.
    """

    plan_id: UUID
    year: int
    of_year: int
    items: tuple[ItemNamed, ...]
    promises: tuple[Promise, ...]
    keeper: str = ""


@fact("plan.revised", subject="plan_id")
@dataclass(frozen=True, slots=True)
class PlanRevised:
    """Promises were put in other words, or added. Each stands here as a whole; the others stay. `document_number` is that of
    the paper that changed a number to reach, empty where no number changed. `by_hand`: a person did it on the page, for
    `reason`, which is public.
    `keeper`: another team keeps the plan from now on; None: the same as before.
    """

    plan_id: UUID
    promises: tuple[Promise, ...]
    document_number: str = ""
    reason: str = ""
    by_hand: bool = False
    keeper: str | None = None


@dataclass(frozen=True, slots=True)
class ItemRead:
    """An item as published: its heading, and where it stands in the text (characters)."""

    no: int
    chapter: str
    chapter_title: str
    title: str
    sentences: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FigureRead:
    """A figure of a draft as the text writes it, and where."""

    value: Decimal
    unit: str
    comparator: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DraftRead:
    """Words of the plan that promise something, and the rows of the town's promises that they seem to mean, the likest first.

    `sure`: they mean one promise so clearly that many such may be confirmed at once (matching.SURE).
    """

    draft_id: UUID
    item: int
    quote: str
    start: int
    end: int
    figures: tuple[FigureRead, ...]
    rows: tuple[str, ...]
    sure: bool = False


@fact("plan.imported", subject="plan_id")
@dataclass(frozen=True, slots=True)
class PlanImported:
    """The published document was read in and is kept, word for word. `sha256` (hex) is that of the file's bytes."""

    plan_id: UUID
    title: str
    metadata: tuple[tuple[str, str], ...]
    filename: str
    sha256: str
    text: str
    items: tuple[ItemRead, ...]
    drafts: tuple[DraftRead, ...]
