"""Facts about summaries become rows, live and on replay."""

from yiwang.kernel.journal.registry import Entry, applies
from yiwang.plan.summaries.facts import SummaryDisclosed, SummaryIssued
from yiwang.plan.summaries.models import Summary
from yiwang.plan.summaries.rules import PUBLIC


@applies(SummaryIssued)
def summary_issued(fact: SummaryIssued, entry: Entry) -> None:
    Summary.objects.create(
        id=fact.summary_id,
        year=fact.year,
        no=fact.no,
        kind=fact.kind,
        disclosure=fact.disclosure,
        as_of=fact.as_of,
        plan_year=fact.board.year if fact.board else None,
        month=fact.month.month if fact.month else None,
        entry=entry.id,
    )


@applies(SummaryDisclosed)
def summary_disclosed(fact: SummaryDisclosed, entry: Entry) -> None:
    Summary.objects.filter(id=fact.summary_id).update(disclosure=PUBLIC)
