"""A released figure as it is read from its row."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from yiwang.indicators.evidence import Scope
from yiwang.indicators.models import IndicatorRelease
from yiwang.indicators.rules import Line, Share
from yiwang.indicators.sums import BY, read


@dataclass(frozen=True, slots=True)
class Release:
    """A figure that was let go after review, and whether it was taken back. `role`: who reviewed it; `by`: which account."""

    id: UUID
    indicator: str
    hash: str
    scope: Scope
    as_of: datetime
    share: Share
    lines: dict[str, tuple[Line, ...]]
    role: str
    ground: str
    at: datetime
    by: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_why: str
    entry: int
    """In the journal."""


def release_of(row: IndicatorRelease) -> Release:
    lines: dict[str, list[Line]] = {by: [] for by in BY}
    for by, key, numerator, denominator in row.lines:
        lines[by].append(Line(read(by, key), Share(Decimal(numerator), denominator)))
    return Release(
        row.id,
        row.indicator,
        row.hash,
        Scope(row.first, row.last),
        row.as_of,
        Share(row.numerator, row.denominator),
        {by: tuple(found) for by, found in lines.items()},
        row.role,
        row.ground,
        row.released_at,
        row.released_by,
        row.withdrawn_at,
        row.withdrawn_by,
        row.withdrawn_why,
        row.entry,
    )
