"""What happens in indicators: a figure is let go to the public after review, or taken back. Figures themselves are counted."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from yiwang.kernel.terms import fact


@dataclass(frozen=True, slots=True)
class ReleasedLine:
    """What a released figure is in one month (`2019-04`), committee or department (identifiers; empty for none)."""

    by: str
    key: str
    numerator: Decimal
    denominator: int


@fact("indicator.released", subject="release_id")
@dataclass(frozen=True, slots=True)
class IndicatorReleased:
    """保密审查后公开: a figure as it stood at a moment may be published, as the named role found.

    It is kept as it was reviewed: what is counted later does not change it. `hash`: by which definition it was counted;
    `ground`: what the review found.
    """

    release_id: UUID
    indicator: str
    hash: str
    first: date
    last: date
    as_of: datetime
    numerator: Decimal
    denominator: int
    lines: tuple[ReleasedLine, ...]
    role: str
    ground: str


@fact("indicator.release_withdrawn", subject="release_id")
@dataclass(frozen=True, slots=True)
class ReleaseWithdrawn:
    """撤回公开: a released figure is not shown in public any more, and why."""

    release_id: UUID
    indicator: str
    explanation: str
