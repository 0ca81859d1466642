"""While a promise is supervised (督办), what is signed for it counts only from when the supervision is closed: the leader, or who
verifies, has looked at it by then. So a colour turns with the close, and not with what the department says of itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yiwang.cases import queries as cases
from yiwang.cases.stages import ENDED
from yiwang.kernel.terms import Actor, ActorKind, CaseId
from yiwang.plan.models import Explanation, Supervision

SYSTEM = Actor(ActorKind.SYSTEM)


@dataclass(frozen=True, slots=True)
class Span:
    """How long a supervision lasted: from when it was opened until its case ended (None: it has not)."""

    opened_at: datetime
    ended_at: datetime | None

    def holds_back(self, signed_at: datetime, known_at: datetime | None = None) -> bool:
        """Whether what was signed then did not count yet at the moment `known_at` (None: by all that is known)."""
        if signed_at <= self.opened_at or (self.ended_at is not None and signed_at > self.ended_at):
            return False
        return self.ended_at is None or (known_at is not None and self.ended_at > known_at)


def spans_of(commitments: Iterable[UUID]) -> dict[UUID, tuple[Span, ...]]:
    """The supervisions of these promises; those without one are left out. One query, two where there are any."""
    listed = list(Supervision.objects.filter(commitment__in=list(commitments)).order_by("opened_at", "case_id"))
    rows = cases.rows_of(SYSTEM, [CaseId(one.case_id) for one in listed]) if listed else {}
    found: dict[UUID, tuple[Span, ...]] = {}
    for one in listed:
        row = rows.get(CaseId(one.case_id))
        ended_at = row.closed_at if row is not None and row.state in ENDED else None
        found[one.commitment_id] = (*found.get(one.commitment_id, ()), Span(one.opened_at, ended_at))
    return found


def looked_after(year: int) -> tuple[int, int, int]:
    """How many supervisions a year's promises have had, how many of them ended, and the newest entry that explained anything."""
    listed = [
        CaseId(one) for one in Supervision.objects.filter(commitment__plan__year=year).values_list("case", flat=True)
    ]
    ended = sum(row.state in ENDED for row in cases.rows_of(SYSTEM, listed).values()) if listed else 0
    said = Explanation.objects.filter(commitment__plan__year=year).order_by("-id").values_list("id", flat=True).first()
    return len(listed), ended, said or 0
