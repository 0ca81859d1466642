"""What the town keeps of somebody who reports, by kind: what it is for, on what ground, until when (个人信息保护法 arts. 17, 45).

The words are `report.kept.<kind>.what|why|basis|until`.
"""

from dataclasses import dataclass

from yiwang.intake.reports import queries
from yiwang.intake.reports.claims import queries as claims
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Actor

KINDS = ("account", "report", "contact", "course", "look", "claim", "text", "code")
"""In the order in which they are told. `text` and `code` pass by themselves and are not counted."""
PARTS = ("what", "why", "basis", "until")
ALL = 10_000
"""More reports than any person makes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of what is kept, and how many of it there are; None where it passes by itself."""

    kind: str
    count: int | None


def kept_of(actor: Actor) -> tuple[Kept, ...]:
    """What is kept of the one who asks. Raises LogInFirst."""
    own = queries.reports_of(actor, ALL)
    counts = {
        "account": 1,
        "report": len(own),
        "contact": len(queries.own_contact_texts(actor)),
        "course": len({one.case_id for one in own}),
        "look": len(people.looks_at_me(actor)),
        "claim": len(claims.own(actor)),
    }
    return tuple(Kept(kind, counts.get(kind)) for kind in KINDS)
