"""What others may know of issued summaries: everybody the public ones, those who read the town's figures all."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from yiwang.indicators import public as indicators
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import enter
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import Actor
from yiwang.plan import queries as plans
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
class Withdrawn:
    """A figure that shows a promise in the summary and is public no more: taken back later, on which day and why."""

    row: str
    on: date
    why: str


@dataclass(frozen=True, slots=True)
class Summarised:
    """A summary with what it froze, and where that stands in the journal (None: not placed yet).

    `withdrawn`: what of it was taken back since. What was frozen stays; who reads it is told.
    """

    card: SummaryCard
    fact: SummaryIssued
    position: int | None
    withdrawn: tuple[Withdrawn, ...] = ()


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
    return Summarised(_card(row), placed.fact, placed.position, _withdrawn(actor, placed.fact))


def _withdrawn(actor: Actor, fact: SummaryIssued) -> tuple[Withdrawn, ...]:
    """By the sums: what was frozen is what the withdrawn release says. Only a figure of the whole town is let go."""
    if fact.board is None:
        return ()
    known = plans.promises_of(actor, fact.board.year)
    codes = {row: one.source.indicator for row, one in known.items() if one.source and one.source.indicator}
    gone = indicators.withdrawn_since(actor, set(codes.values()), fact.as_of)
    return tuple(
        Withdrawn(one.row, walltime.town_day(each.withdrawn_at), each.withdrawn_why)
        for one in fact.board.promises
        for each in gone
        if each.withdrawn_at is not None
        and each.indicator == codes.get(one.row)
        and one.shown is not None
        and (one.shown.part, one.shown.whole) == (each.share.numerator, each.share.denominator)
    )


def _readable(actor: Actor) -> QuerySet[Summary]:
    inside = not permission.reach(actor, "summary.read_internal").nothing
    return Summary.objects.all() if inside else Summary.objects.filter(disclosure=PUBLIC)


def _card(row: Summary) -> SummaryCard:
    return SummaryCard(row.id, row.year, row.no, row.kind, row.disclosure, row.as_of, row.plan_year, row.month)
