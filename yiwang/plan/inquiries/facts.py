"""What happens to a promise of which nobody has shown anything for long. It is asked of a department, never of a person."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yiwang.kernel.terms import fact


@fact("commitment.inquiry_made", subject="commitment_id")
@dataclass(frozen=True, slots=True)
class InquiryMade:
    """The department that answers for a promise is asked how it stands. `why` is one of rules.WHY; after the day
    `grace_until` the question goes to whoever leads."""

    commitment_id: UUID
    inquiry_id: UUID
    why: str
    asked_on: date
    grace_until: date


@fact("commitment.inquiry_climbed", subject="commitment_id")
@dataclass(frozen=True, slots=True)
class InquiryClimbed:
    """The days of grace are over and nothing came: the question is now before `line`, the next one up."""

    commitment_id: UUID
    inquiry_id: UUID
    climbed_on: date
    line: str = "leader"


@fact("commitment.inquiry_answered", subject="commitment_id")
@dataclass(frozen=True, slots=True)
class InquiryAnswered:
    """Evidence came after the question, or the promise is kept: nobody waits for words any more."""

    commitment_id: UUID
    inquiry_id: UUID


@fact("commitment.explained", subject="commitment_id")
@dataclass(frozen=True, slots=True)
class PromiseExplained:
    """The department says how a promise stands and by which day it expects to show it. The words are public and change no colour."""

    commitment_id: UUID
    words: str
    expected_on: date
