"""Facts about signed evidence become rows, live and on replay."""

from uuid import UUID

from yiwang.kernel.journal.registry import Entry, applies
from yiwang.registers.evidence.facts import EvidenceSigned, EvidenceWithdrawn
from yiwang.registers.models import SignedEvidence


@applies(EvidenceSigned)
def evidence_signed(fact: EvidenceSigned, entry: Entry) -> None:
    SignedEvidence.objects.create(
        id=fact.evidence_id,
        subject_kind=fact.subject_kind,
        subject_ref=fact.subject_ref,
        owner=fact.owner,
        as_of=fact.as_of,
        value=fact.value,
        unit=fact.unit,
        done=fact.done,
        why=fact.why,
        document_number=fact.document_number,
        files=list(fact.files),
        role=fact.role,
        signed_at=entry.recorded_at,
        signed_by=_account(entry),
        entry=entry.id,
    )


@applies(EvidenceWithdrawn)
def evidence_withdrawn(fact: EvidenceWithdrawn, entry: Entry) -> None:
    SignedEvidence.objects.filter(id=fact.evidence_id).update(
        withdrawn_at=entry.recorded_at,
        withdrawn_reason=fact.reason,
        withdrawn_role=fact.role,
        withdrawn_by=_account(entry),
        withdrawn_entry=entry.id,
    )


def _account(entry: Entry) -> UUID | None:
    """The account of whoever did it, from how the journal names them."""
    _, _, account_id = entry.actor.partition(":")
    return UUID(account_id) if account_id else None
