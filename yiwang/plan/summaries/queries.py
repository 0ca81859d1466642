"""What others may know of issued summaries: everybody the public ones, those who read the town's figures all."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from yiwang.kernel.access import permission
from yiwang.kernel.access.door import enter
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import Actor
from yiwang.plan.summaries.facts import SummaryIssued
from yiwang.plan.summaries.models import Summary
from yiwang.plan.summaries.rules import PUBLIC


@dataclass(frozen=True, slots=True)
class SummaryCard:
    """A summary in a list: its number, what it is of, and whether everybody may read it."""

    summary_id: UUID
    year: int
    no: int
    kind: str
    disclosure: str
    as_of: datetime
    plan_year: int | None
    month: date | None


@dataclass(frozen=True, slots=True)
class Summarised:
    """A summary with what it froze, and where that stands in the journal (None: not placed yet)."""

    card: SummaryCard
    fact: SummaryIssued
    position: int | None


def listed(actor: Actor) -> tuple[SummaryCard, ...]:
    """The summaries that the actor may read, the newest first."""
    enter(actor, "summary.read")
    return tuple(_card(row) for row in _readable(actor).order_by("-year", "-no"))


def issued(actor: Actor, year: int, no: int) -> Summarised:
    """One summary by its number, as it was issued. Raises NotFound, also for one out of the actor's reach."""
    enter(actor, "summary.read")
    row = _readable(actor).filter(year=year, no=no).first()
    if row is None:
        raise NotFound
    placed = journal.of_verb("summary.issued", "summary", [row.id])[0]
    return Summarised(_card(row), placed.fact, placed.position)


def _readable(actor: Actor) -> QuerySet[Summary]:
    inside = not permission.reach(actor, "summary.read_internal").nothing
    return Summary.objects.all() if inside else Summary.objects.filter(disclosure=PUBLIC)


def _card(row: Summary) -> SummaryCard:
    return SummaryCard(row.id, row.year, row.no, row.kind, row.disclosure, row.as_of, row.plan_year, row.month)
