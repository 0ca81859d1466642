"""Facts about inquiries become rows, live and on replay."""

from yiwang.kernel.journal.registry import Entry, applies
from yiwang.plan.inquiries.facts import InquiryAnswered, InquiryClimbed, InquiryMade, PromiseExplained
from yiwang.plan.models import Explanation, Inquiry


@applies(InquiryMade)
def inquiry_made(fact: InquiryMade, entry: Entry) -> None:
    Inquiry.objects.create(
        id=fact.inquiry_id,
        commitment_id=fact.commitment_id,
        why=fact.why,
        asked_on=fact.asked_on,
        asked_at=entry.happened_at,
        grace_until=fact.grace_until,
    )


@applies(InquiryClimbed)
def inquiry_climbed(fact: InquiryClimbed, entry: Entry) -> None:
    Inquiry.objects.filter(pk=fact.inquiry_id).update(climbed_on=fact.climbed_on)


@applies(InquiryAnswered)
def inquiry_answered(fact: InquiryAnswered, entry: Entry) -> None:
    Inquiry.objects.filter(pk=fact.inquiry_id).update(answered_at=entry.happened_at)


@applies(PromiseExplained)
def promise_explained(fact: PromiseExplained, entry: Entry) -> None:
    """Whatever was asked by then is answered."""
    Explanation.objects.create(
        id=entry.id,
        commitment_id=fact.commitment_id,
        at=entry.happened_at,
        words=fact.words,
        expected_on=fact.expected_on,
    )
    Inquiry.objects.filter(commitment=fact.commitment_id, answered_at=None).update(answered_at=entry.happened_at)
