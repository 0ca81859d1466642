"""What happens to a promise because a leader looks after it (督办). Nothing here is about a person."""

from dataclasses import dataclass
from uuid import UUID

from yiwang.kernel.terms import AccountId, CaseId, fact


@fact("commitment.supervised", subject="commitment_id")
@dataclass(frozen=True, slots=True)
class PromiseSupervised:
    """A supervision was opened over a promise: as which case, and how the promise stood by rule at that moment.

    `words` are why. `opened_by` hears how it goes on.
    """

    commitment_id: UUID
    case_id: CaseId
    number: str
    colour: str
    why: str
    words: str
    opened_by: AccountId | None = None
