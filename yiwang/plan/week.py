"""What changed on the plan between two moments: by judging it twice, never by colours that somebody kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yiwang.kernel import walltime
from yiwang.kernel.access.door import enter
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.terms import Actor
from yiwang.plan import queries, rules, showing
from yiwang.plan.facts import Goal, PlanOpened, PlanRevised, Promise
from yiwang.plan.queries import Standing
from yiwang.plan.rules import Colour, Judgement
from yiwang.plan.supervision import queries as supervisions
from yiwang.plan.supervision.queries import SupervisionView
from yiwang.registers.evidence import queries as evidence
from yiwang.registers.evidence.queries import SignedEvidence

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Turned:
    """A promise whose colour is another one now."""

    promise: Promise
    before: Judgement
    after: Judgement


@dataclass(frozen=True, slots=True)
class Retargeted:
    """A number to reach that was changed, by which paper, and when. None: there was, or is, no number."""

    promise: Promise
    before: Goal | None
    after: Goal | None
    document_number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Week:
    """What changed from `since` to `until`, and what stands red at the end of it, all in the plan's order."""

    since: datetime
    until: datetime
    turned: tuple[Turned, ...]
    retargeted: tuple[Retargeted, ...]
    signed: tuple[tuple[Promise, SignedEvidence], ...]
    withdrawn: tuple[tuple[Promise, SignedEvidence], ...]
    opened: tuple[SupervisionView, ...]
    ended: tuple[SupervisionView, ...]
    red: tuple[Standing, ...]

    @property
    def nothing(self) -> bool:
        """Whether nothing changed at all."""
        return not any((self.turned, self.retargeted, self.signed, self.withdrawn, self.opened, self.ended))


def last_monday(today: date) -> date:
    """The Monday before a day: of a Monday the one a week ago."""
    return today - timedelta(days=today.weekday() or 7)


def years_of(since: datetime, until: datetime, known: Sequence[int]) -> tuple[int, ...]:
    """The years whose promises the days between two moments belong to, the latest first: in January the year before, too.

    `known` are the years with promises, the latest first, at least one; where the days belong to none of them, it is the latest.
    """
    days = {walltime.town_day(since).year, _day_before(until).year}
    return tuple(year for year in known if year in days) or (known[0],)


def week(actor: Actor, year: int, since: datetime, until: datetime) -> Week:
    """What changed of a year's promises between two moments. The plan is judged as it was known at each. Raises NotFound, NotAllowed."""
    enter(actor, "plan.oversee")
    retargeted = tuple(one for one in _retargeted(actor, year) if since < one.at <= until)
    before, after = _standings(actor, year, since), _standings(actor, year, until)
    signed, withdrawn = _signed(actor, year, after, since, until)
    listed = supervisions.of_year(actor, year, until)
    return Week(
        since=since,
        until=until,
        turned=tuple(
            Turned(one.promise, before[row].judgement, one.judgement)
            for row, one in after.items()
            if row in before and before[row].judgement.colour is not one.judgement.colour
        ),
        retargeted=retargeted,
        signed=signed,
        withdrawn=withdrawn,
        opened=tuple(one for one in listed if since < one.opened_at <= until),
        ended=tuple(one for one in listed if one.ended_at is not None and since < one.ended_at <= until),
        red=tuple(one for one in after.values() if one.judgement.colour is Colour.RED),
    )


def _standings(actor: Actor, year: int, moment: datetime) -> dict[str, Standing]:
    """How each promise stood at a moment, as it read and by what was known then."""
    day = rules.judged_on(year, _day_before(moment))
    board = queries.board(actor, year, day, known_at=moment)
    return {one.promise.row: one for item in board for one in item.promises}


def _day_before(moment: datetime) -> date:
    """The last day that is judged at a moment: at midnight the one that just ended."""
    return walltime.town_day(moment - timedelta(microseconds=1))


def _retargeted(actor: Actor, year: int) -> list[Retargeted]:
    """Every change of a number to reach, the oldest first."""
    known: dict[str, Goal | None] = {}
    found = []
    for placed in journal.history("plan", queries.plan(actor, year).plan_id):
        fact = placed.fact
        if not isinstance(fact, PlanOpened | PlanRevised):
            continue
        number = fact.document_number if isinstance(fact, PlanRevised) else ""
        for one in fact.promises:
            if one.row in known and known[one.row] != one.goal:
                found.append(Retargeted(one, known[one.row], one.goal, number, placed.entry.happened_at))
            known[one.row] = one.goal
    return found


Listed = tuple[tuple[Promise, SignedEvidence], ...]


def _signed(
    actor: Actor, year: int, standings: dict[str, Standing], since: datetime, until: datetime
) -> tuple[Listed, Listed]:
    """What was signed, and what was withdrawn, between two moments, in the plan's order; what was both stands in both."""
    promises = {showing.subject_of(year, row).ref: one.promise for row, one in standings.items()}
    places = {ref: at for at, ref in enumerate(promises)}
    found = evidence.moved_between(actor, showing.PROMISE, promises.keys(), since, until)
    moved = sorted(found, key=lambda one: places[one.subject.ref])
    signed = tuple((promises[one.subject.ref], one) for one in moved if since < one.at <= until)
    gone = tuple(
        (promises[one.subject.ref], one) for one in moved if one.withdrawn and since < one.withdrawn.at <= until
    )
    return signed, gone
