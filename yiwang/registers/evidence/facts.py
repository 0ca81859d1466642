"""What happens to signed evidence (签认的依据). It is public and holds nothing about a person; who signed stands in the entry."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from yiwang.kernel.terms import FileHash, fact


@fact("evidence.signed", subject="evidence_id")
@dataclass(frozen=True, slots=True)
class EvidenceSigned:
    """Somebody of the department that answers for a subject says how it stood on a day, and why that is right.

    `value` in `unit`, or `done`, or neither: then a paper shows that it goes on. `owner` is the department's code, `role` the
    office by which it was signed.
    """

    evidence_id: UUID
    subject_kind: str
    subject_ref: str
    owner: str
    as_of: date
    why: str
    role: str
    value: Decimal | None = None
    unit: str = ""
    done: bool = False
    document_number: str = ""
    files: tuple[FileHash, ...] = ()


@fact("evidence.withdrawn", subject="evidence_id")
@dataclass(frozen=True, slots=True)
class EvidenceWithdrawn:
    """What was signed does not count any more, for a reason that everybody may read. It stays readable itself."""

    evidence_id: UUID
    reason: str
    role: str
