"""Facts about supervisions become rows, live and on replay."""

from yiwang.kernel.journal.registry import Entry, applies
from yiwang.plan.models import Supervision
from yiwang.plan.supervision.facts import PromiseSupervised


@applies(PromiseSupervised)
def promise_supervised(fact: PromiseSupervised, entry: Entry) -> None:
    Supervision.objects.create(
        case_id=fact.case_id,
        commitment_id=fact.commitment_id,
        number=fact.number,
        opened_at=entry.happened_at,
        opened_by=fact.opened_by,
        colour=fact.colour,
        why=fact.why,
        words=fact.words,
    )
