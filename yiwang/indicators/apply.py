"""From facts to rows: what was released and withdrawn. Evidence and cells follow the journal by a reader instead (jobs.py)."""

from yiwang.indicators.facts import IndicatorReleased, ReleaseWithdrawn
from yiwang.indicators.models import IndicatorRelease
from yiwang.kernel.journal.registry import Entry, applies


@applies(IndicatorReleased)
def released(fact: IndicatorReleased, entry: Entry) -> None:
    IndicatorRelease.objects.create(
        id=fact.release_id,
        indicator=fact.indicator,
        hash=fact.hash,
        first=fact.first,
        last=fact.last,
        as_of=fact.as_of,
        numerator=fact.numerator,
        denominator=fact.denominator,
        lines=[[one.by, one.key, str(one.numerator), one.denominator] for one in fact.lines],
        role=fact.role,
        ground=fact.ground,
        released_at=entry.happened_at,
        released_by=entry.actor,
        entry=entry.id,
    )


@applies(ReleaseWithdrawn)
def withdrawn(fact: ReleaseWithdrawn, entry: Entry) -> None:
    IndicatorRelease.objects.filter(pk=fact.release_id).update(
        withdrawn_at=entry.happened_at, withdrawn_by=entry.actor, withdrawn_why=fact.explanation, entry=entry.id
    )
