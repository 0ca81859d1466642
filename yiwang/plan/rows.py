"""Drafts as rows, which several appliers make, and as others see them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yiwang.plan.facts import DraftRead
from yiwang.plan.models import PlanDraft
from yiwang.plan.reviewed import Reviewed


@dataclass(frozen=True, slots=True)
class Draft:
    """Words of the published plan, where they stand, the rows they seem to mean, and what a person decided about them.

    `meant`: the rows they mean, once confirmed; `why_not`: why they promise nothing, once dismissed; `part_of`: what they were
    split from; `entry`: the journal entry of the decision.
    """

    draft_id: UUID
    item: int
    quote: str
    start: int
    end: int
    figures: tuple[dict[str, Any], ...]
    rows: tuple[str, ...]
    sure: bool
    state: Reviewed
    meant: tuple[str, ...]
    why_not: str
    part_of: UUID | None
    reviewed_at: datetime | None
    entry: int | None

    @property
    def confirmed(self) -> bool:
        """Whether a person has said what they mean."""
        return self.state == Reviewed.CONFIRMED


def draft_row(plan_id: UUID, one: DraftRead, part_of: UUID | None = None) -> PlanDraft:
    """The row of a draft that nobody has reviewed yet; `part_of`: the one it was split from."""
    figures: list[dict[str, Any]] = [{**asdict(each), "value": str(each.value)} for each in one.figures]
    return PlanDraft(
        id=one.draft_id,
        plan_id=plan_id,
        item=one.item,
        quote=one.quote,
        start=one.start,
        end=one.end,
        figures=figures,
        rows=list(one.rows),
        sure=one.sure,
        part_of_id=part_of,
    )


def draft_of(row: PlanDraft) -> Draft:
    """A draft as others see it."""
    return Draft(
        draft_id=row.id,
        item=row.item,
        quote=row.quote,
        start=row.start,
        end=row.end,
        figures=tuple(row.figures),
        rows=tuple(row.rows),
        sure=row.sure,
        state=Reviewed(row.state),
        meant=tuple(row.meant),
        why_not=row.why_not,
        part_of=row.part_of_id,
        reviewed_at=row.reviewed_at,
        entry=row.entry,
    )
