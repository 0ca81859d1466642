"""What was decided about drafts becomes rows, live and on replay."""

from uuid import UUID

from yiwang.kernel.journal.registry import Entry, applies
from yiwang.plan.models import Plan, PlanDraft
from yiwang.plan.review.facts import DraftsConfirmed, DraftsDismissed, DraftSplit, DraftsReopened
from yiwang.plan.reviewed import ARROWS
from yiwang.plan.rows import draft_row


def _changed(plan_id: UUID, entry: Entry) -> None:
    """Another thing stands now on the pages of the plan, and of the years that its promises were carried over to."""
    years = Plan.objects.filter(id=plan_id).values("year")
    Plan.objects.filter(of_year__in=years).update(entry=entry.id)


def _decided(arrow: str, entry: Entry) -> dict[str, object]:
    return {"state": ARROWS[arrow][1], "reviewed_at": entry.happened_at, "entry": entry.id}


@applies(DraftsConfirmed)
def drafts_confirmed(fact: DraftsConfirmed, entry: Entry) -> None:
    _changed(fact.plan_id, entry)
    rows = {one.draft_id: list(one.rows) for one in fact.confirmed}
    drafts = list(PlanDraft.objects.filter(plan_id=fact.plan_id, id__in=rows))
    for draft in drafts:
        draft.meant, draft.why_not = rows[draft.id], ""
        draft.state, draft.reviewed_at, draft.entry = ARROWS["confirm"][1], entry.happened_at, entry.id
    PlanDraft.objects.bulk_update(drafts, ["meant", "why_not", "state", "reviewed_at", "entry"])


@applies(DraftsDismissed)
def drafts_dismissed(fact: DraftsDismissed, entry: Entry) -> None:
    _changed(fact.plan_id, entry)
    drafts = PlanDraft.objects.filter(plan_id=fact.plan_id, id__in=fact.drafts)
    drafts.update(why_not=fact.reason, **_decided("dismiss", entry))


@applies(DraftSplit)
def draft_split(fact: DraftSplit, entry: Entry) -> None:
    """The whole stays, as what its parts are of."""
    _changed(fact.plan_id, entry)
    PlanDraft.objects.filter(plan_id=fact.plan_id, id=fact.draft_id).update(**_decided("split", entry))
    PlanDraft.objects.bulk_create(draft_row(fact.plan_id, one, part_of=fact.draft_id) for one in fact.parts)


@applies(DraftsReopened)
def drafts_reopened(fact: DraftsReopened, entry: Entry) -> None:
    _changed(fact.plan_id, entry)
    PlanDraft.objects.filter(plan_id=fact.plan_id, part_of__in=fact.drafts).delete()
    drafts = PlanDraft.objects.filter(plan_id=fact.plan_id, id__in=fact.drafts)
    drafts.update(state=ARROWS["reopen"][1], meant=[], why_not="", reviewed_at=None, entry=None)
