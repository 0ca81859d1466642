"""Facts about the plan become rows, live and on replay."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from yiwang.kernel.journal.registry import Entry, applies
from yiwang.plan.facts import PlanImported, PlanOpened, PlanRevised, Promise, Source, Words
from yiwang.plan.models import Commitment, Plan, PlanDraft, PlanItem
from yiwang.plan.rows import draft_row


@applies(PlanOpened)
def plan_opened(fact: PlanOpened, entry: Entry) -> None:
    Plan.objects.create(id=fact.plan_id, year=fact.year, of_year=fact.of_year, entry=entry.id, keeper=fact.keeper)
    PlanItem.objects.bulk_create(
        PlanItem(
            id=f"{fact.plan_id}/{item.no}",
            plan_id=fact.plan_id,
            no=item.no,
            chapter=item.chapter,
            chapter_zh=item.chapter_name.zh,
            chapter_en=item.chapter_name.en,
            name_zh=item.name.zh,
            name_en=item.name.en,
        )
        for item in fact.items
    )
    Commitment.objects.bulk_create(_commitment(fact.plan_id, one) for one in fact.promises)


@applies(PlanRevised)
def plan_revised(fact: PlanRevised, entry: Entry) -> None:
    keeper = {} if fact.keeper is None else {"keeper": fact.keeper}
    Plan.objects.filter(id=fact.plan_id).update(entry=entry.id, **keeper)
    for one in fact.promises:
        _commitment(fact.plan_id, one).save()


@applies(PlanImported)
def plan_imported(fact: PlanImported, entry: Entry) -> None:
    """What an earlier reading of the document found makes room."""
    Plan.objects.filter(id=fact.plan_id).update(
        title=fact.title,
        metadata=[list(pair) for pair in fact.metadata],
        filename=fact.filename,
        sha256=fact.sha256,
        text=fact.text,
        imported_at=entry.happened_at,
        entry=entry.id,
    )
    for item in fact.items:
        PlanItem.objects.filter(plan_id=fact.plan_id, no=item.no).update(
            published_chapter=item.chapter_title, published_title=item.title, sentences=item.sentences
        )
    PlanDraft.objects.filter(plan_id=fact.plan_id).delete()
    PlanDraft.objects.bulk_create(draft_row(fact.plan_id, one) for one in fact.drafts)


def _commitment(plan_id: UUID, one: Promise) -> Commitment:
    goal = one.goal
    limits = one.limits or Words("", "")
    return Commitment(
        id=one.commitment_id,
        plan_id=plan_id,
        row=one.row,
        item=one.item,
        place=int(one.row.partition(".")[2]),
        promise_zh=one.promise.zh,
        promise_en=one.promise.en,
        systems=list(one.systems),
        kinds=list(one.kinds),
        owner=one.owner,
        measure_zh=one.measure.zh,
        measure_en=one.measure.en,
        target_value=goal.value if goal else None,
        target_unit=goal.unit if goal else "",
        target_comparator=goal.comparator if goal else "",
        due=one.due,
        evidence=one.evidence,
        shown_by_zh=one.shown_by.zh,
        shown_by_en=one.shown_by.en,
        limits_zh=limits.zh,
        limits_en=limits.en,
        source=None if one.source is None else _source(one.source),
        edited=list(one.edited),
    )


def _source(one: Source) -> dict[str, Any]:
    return asdict(one) | {"where": [list(pair) for pair in one.where]}
