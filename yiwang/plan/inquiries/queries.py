"""What others may know of inquiries: an explanation is public; what is asked of a department, its people and the overseers read."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from yiwang.kernel.access import permission
from yiwang.kernel.access.door import enter
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Actor, Where
from yiwang.plan.models import Commitment, Explanation, Inquiry


@dataclass(frozen=True, slots=True)
class Explained:
    """What a department said of a promise, when, and by which day it expects to show it."""

    at: datetime
    words: str
    expected_on: date


@dataclass(frozen=True, slots=True)
class InquiryView:
    """A question that waits. `climbed_on` None: it is before the department (`owner`, a code), else before whoever leads."""

    year: int
    row: str
    promise_zh: str
    promise_en: str
    owner: str
    why: str
    asked_on: date
    grace_until: date
    climbed_on: date | None


def ground(actor: Actor, owner: str) -> Where:
    """The department that answers for a promise, for permission."""
    return people.ground_of_team(people.team_by_code(actor, owner).team_id)


def may_explain(actor: Actor, owner: str) -> bool:
    """Whether the actor may speak for the department that answers for a promise."""
    return permission.reach(actor, "plan.explain").covers(ground(actor, owner))


def explanations(actor: Actor, year: int, row: str) -> tuple[Explained, ...]:
    """What was said of a promise, the newest first. Public."""
    enter(actor, "plan.read")
    rows = Explanation.objects.filter(commitment__plan__year=year, commitment__row=row).order_by("-id")
    return tuple(Explained(one.at, one.words, one.expected_on) for one in rows)


def newest_explanations(actor: Actor, year: int) -> dict[str, Explained]:
    """What was said last of each promise of a year, by row. Public."""
    enter(actor, "plan.read")
    rows = Explanation.objects.filter(commitment__plan__year=year).order_by("id").select_related("commitment")
    return {one.commitment.row: Explained(one.at, one.words, one.expected_on) for one in rows}


def waiting(actor: Actor, *, climbed_only: bool = False) -> tuple[InquiryView, ...]:
    """The questions that wait for the actor's departments; for who oversees, for all, in the plan's order."""
    return tuple(_view(one) for one in _within(actor, climbed_only))


def of_promise(actor: Actor, year: int, row: str) -> InquiryView | None:
    """The question about a promise that waits, if one does and the actor may know of it."""
    found = _within(actor).filter(commitment__plan__year=year, commitment__row=row).first()
    return _view(found) if found else None


def _within(actor: Actor, climbed_only: bool = False) -> QuerySet[Inquiry]:
    rows = Inquiry.objects.filter(answered_at=None).select_related("commitment__plan")
    rows = rows.order_by("-commitment__plan__year", "commitment__item", "commitment__place")
    if climbed_only:
        rows = rows.exclude(climbed_on=None)
    if permission.reach(actor, "plan.oversee").town:
        return rows
    teams = permission.reach(actor, "plan.explain").teams
    codes = [card.code for card in people.teams(actor) if card.team_id in teams] if teams else []
    return rows.filter(commitment__owner__in=codes)


def _view(one: Inquiry) -> InquiryView:
    about: Commitment = one.commitment
    return InquiryView(
        year=about.plan.year,
        row=about.row,
        promise_zh=about.promise_zh,
        promise_en=about.promise_en,
        owner=about.owner,
        why=one.why,
        asked_on=one.asked_on,
        grace_until=one.grace_until,
        climbed_on=one.climbed_on,
    )


def owner_of(actor: Actor, commitment_id: UUID) -> str:
    """The code of the department that answers for a promise; empty for one that is not there."""
    enter(actor, "plan.read")
    return Commitment.objects.filter(pk=commitment_id).values_list("owner", flat=True).first() or ""


def names(actor: Actor, commitments: Iterable[UUID]) -> dict[UUID, str]:
    """What promises are called in a mail: the year and the row, never anybody's words."""
    enter(actor, "plan.read")
    rows = Commitment.objects.filter(pk__in=list(commitments)).select_related("plan")
    return {one.id: f"{one.plan.year} {one.row}" for one in rows}


def named(actor: Actor, commitments: Collection[UUID]) -> dict[UUID, tuple[int, str, str, str]]:
    """Year, row and words (Chinese, English) of promises by their identifiers."""
    enter(actor, "plan.read")
    rows = Commitment.objects.filter(pk__in=list(commitments)).select_related("plan")
    return {one.id: (one.plan.year, one.row, one.promise_zh, one.promise_en) for one in rows}
