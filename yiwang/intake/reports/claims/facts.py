"""What happens to a resident's claim about their own data, in the past tense. Pure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yiwang.kernel.terms import AccountId, ReportId, fact, private


@fact("claim.made", subject="claim_id")
@dataclass(frozen=True, slots=True)
class ClaimMade:
    """Somebody asks for something about their own data (`kind`: rules.KINDS), of one report or of all that is kept.

    `due_on`: the last day for an answer, by `rule`, the version of the dated rule of that day.
    """

    claim_id: UUID
    account_id: AccountId
    kind: str
    report_id: ReportId | None
    number: str
    due_on: date
    rule: str
    words: str | None = private(default=None)


@fact("claim.answered", subject="claim_id")
@dataclass(frozen=True, slots=True)
class ClaimAnswered:
    """The town said what it did, or why it does not (art. 50). `outcome`: rules.OUTCOMES; `role`: which office answered."""

    claim_id: UUID
    outcome: str
    role: str
    answer: str | None = private(default=None)


@fact("claim.forgotten", subject="claim_id")
@dataclass(frozen=True, slots=True)
class ClaimForgotten:
    """The words of a claim and of its answer were erased together with the person's account; nobody waits for an answer any more."""

    claim_id: UUID
