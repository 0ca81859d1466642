"""What a person decides about the words of the published plan. Nothing here is about a person."""

from dataclasses import dataclass
from uuid import UUID

from yiwang.kernel.terms import fact
from yiwang.plan.facts import DraftRead


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Words of the plan and the rows of the promises they mean."""

    draft_id: UUID
    rows: tuple[str, ...]


@fact("plan.drafts_confirmed", subject="plan_id")
@dataclass(frozen=True, slots=True)
class DraftsConfirmed:
    """A person said which promises words of the plan mean: one draft or many at once. Several may mean the same promise."""

    plan_id: UUID
    confirmed: tuple[Confirmed, ...]


@fact("plan.drafts_dismissed", subject="plan_id")
@dataclass(frozen=True, slots=True)
class DraftsDismissed:
    """A person said that words of the plan promise nothing, and why."""

    plan_id: UUID
    drafts: tuple[UUID, ...]
    reason: str


@fact("plan.draft_split", subject="plan_id")
@dataclass(frozen=True, slots=True)
class DraftSplit:
    """Words of the plan hold several promises: each part stands for itself from now on, where it stands in the text."""

    plan_id: UUID
    draft_id: UUID
    parts: tuple[DraftRead, ...]


@fact("plan.drafts_reopened", subject="plan_id")
@dataclass(frozen=True, slots=True)
class DraftsReopened:
    """What was decided about words of the plan was taken back; the parts of a split one are gone."""

    plan_id: UUID
    drafts: tuple[UUID, ...]
