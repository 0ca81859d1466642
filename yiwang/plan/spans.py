"""While a promise is supervised (督办), what is signed for it counts only from when the supervision is closed: the leader, or who
verifies, has looked at it by then. So a colour turns with the close, and not with what the department says of itself. One that
ends otherwise lets nothing count: nobody has looked, and who stands for it signs it anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from yiwang.cases import facts
from yiwang.cases import queries as cases
from yiwang.cases.stages import ENDED
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.terms import SYSTEM, CaseId
from yiwang.plan.models import Explanation, Supervision

DROPPED = (facts.CaseDeclined, facts.CaseDismissed, facts.CaseVoided)


@dataclass(frozen=True, slots=True)
class Phase:
    """From when a supervision was open until it ended (None: it has not), and whether it was closed: the evidence was looked at."""

    opened_at: datetime
    ended_at: datetime | None = None
    closed: bool = False

    def holds(self, signed_at: datetime) -> bool:
        """Whether something was signed while it was open."""
        return self.opened_at < signed_at and (self.ended_at is None or signed_at <= self.ended_at)


@dataclass(frozen=True, slots=True)
class Span:
    """A supervision: the times it was open, the oldest first; one that was reopened has several."""

    phases: tuple[Phase, ...]

    def holds_back(self, signed_at: datetime, known_at: datetime | None = None) -> bool:
        """Whether what was signed then did not count at the moment `known_at` (None: by all that is known).

        What happened after that moment changes nothing of it.
        """
        phases = [_known(one, known_at) for one in self.phases if known_at is None or one.opened_at <= known_at]
        if not any(one.holds(signed_at) for one in phases):
            return False
        looked_at = any(one.closed and one.ended_at is not None and signed_at <= one.ended_at for one in phases)
        return phases[-1].ended_at is None or not looked_at


def _known(one: Phase, known_at: datetime | None) -> Phase:
    if known_at is None or one.ended_at is None or one.ended_at <= known_at:
        return one
    return Phase(one.opened_at)


def spans_of(commitments: Iterable[UUID]) -> dict[UUID, tuple[Span, ...]]:
    """The supervisions of these promises; those without one are left out. One query, two where there are any."""
    listed = list(Supervision.objects.filter(commitment__in=list(commitments)).order_by("opened_at", "case_id"))
    entries: dict[str, list[journal.Placed]] = {}
    for placed in journal.histories("case", [one.case_id for one in listed]) if listed else ():
        entries.setdefault(placed.entry.subject_id, []).append(placed)
    found: dict[UUID, tuple[Span, ...]] = {}
    for one in listed:
        span = Span(_phases(one.opened_at, entries.get(str(one.case_id), ())))
        found[one.commitment_id] = (*found.get(one.commitment_id, ()), span)
    return found


def _phases(opened_at: datetime, entries: Sequence[journal.Placed]) -> tuple[Phase, ...]:
    phases = [Phase(opened_at)]
    for placed in entries:
        fact, at = placed.fact, placed.entry.happened_at
        if isinstance(fact, facts.CaseReopened) and phases[-1].ended_at is not None:
            phases.append(Phase(at))
        elif isinstance(fact, (facts.CaseClosed, *DROPPED)) and phases[-1].ended_at is None:
            phases[-1] = replace(phases[-1], ended_at=at, closed=isinstance(fact, facts.CaseClosed))
    return tuple(phases)


def looked_after(year: int) -> tuple[int, int, int]:
    """How many supervisions a year's promises have had, how many of them ended, and the newest entry that explained anything."""
    listed = [
        CaseId(one) for one in Supervision.objects.filter(commitment__plan__year=year).values_list("case", flat=True)
    ]
    ended = sum(row.state in ENDED for row in cases.rows_of(SYSTEM, listed).values()) if listed else 0
    said = Explanation.objects.filter(commitment__plan__year=year).order_by("-id").values_list("id", flat=True).first()
    return len(listed), ended, said or 0
