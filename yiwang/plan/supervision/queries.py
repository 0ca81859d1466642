"""What others may know of supervisions: staff as far as they may read the case, everybody that there is one, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yiwang.cases import queries as cases
from yiwang.cases.clocks import Pressure, pressure
from yiwang.cases.queries import CaseRow
from yiwang.cases.stages import ENDED, State
from yiwang.kernel import walltime
from yiwang.kernel.access.door import enter
from yiwang.kernel.terms import SYSTEM, AccountId, Actor, CaseId, TeamId
from yiwang.plan.models import Supervision

ENDED_NOW = "ended"
"""The colour of a supervision that is over, beside those of clocks.Pressure: in time, nearly due, overdue."""


@dataclass(frozen=True, slots=True)
class SupervisionView:
    """A supervision with its case. `colour` is one of clocks.Pressure, or ENDED_NOW; `was` the promise's colour when it was opened."""

    case_id: CaseId
    number: str
    commitment_id: UUID
    year: int
    row: str
    promise_zh: str
    promise_en: str
    words: str
    was: str
    opened_at: datetime
    state: State
    colour: str
    due_at: datetime | None
    ended_at: datetime | None
    lead_team: TeamId | None


@dataclass(frozen=True, slots=True)
class PublicSupervision:
    """What everybody may know: from which day to which day, and whether it was closed by evidence (`closed`), ended otherwise
    (`dropped`), or goes on (`open`)."""

    opened_on: date
    ended_on: date | None
    state: str


def of_year(actor: Actor, year: int, now: datetime) -> tuple[SupervisionView, ...]:
    """The supervisions of a year's promises whose cases the actor may read, the newest first."""
    enter(actor, "plan.read")
    return _views(actor, Supervision.objects.filter(commitment__plan__year=year), now)


def of_promise(actor: Actor, year: int, row: str, now: datetime) -> tuple[SupervisionView, ...]:
    """Those of one promise, the newest first."""
    enter(actor, "plan.read")
    return _views(actor, Supervision.objects.filter(commitment__plan__year=year, commitment__row=row), now)


def of_case(actor: Actor, case_id: CaseId, now: datetime) -> SupervisionView | None:
    """The supervision that is this case; None for any other case, and for one that the actor may not read."""
    return next(iter(_views(actor, Supervision.objects.filter(case=case_id), now)), None)


def opener(actor: Actor, case_id: UUID) -> tuple[bool, AccountId | None]:
    """Whether a case is a supervision, and who opened it. For those who tell of it."""
    enter(actor, "plan.follow")
    found = Supervision.objects.filter(case=case_id).first()
    return found is not None, AccountId(found.opened_by) if found and found.opened_by else None


def public_of(actor: Actor, year: int, row: str) -> tuple[PublicSupervision, ...]:
    """What everybody may know of a promise's supervisions, the newest first: nothing of cases, words or people."""
    enter(actor, "plan.read")
    listed = Supervision.objects.filter(commitment__plan__year=year, commitment__row=row).order_by("-opened_at")
    rows = cases.rows_of(SYSTEM, [CaseId(one.case_id) for one in listed])
    return tuple(_public(one, rows[CaseId(one.case_id)]) for one in listed)


def public_going(actor: Actor, year: int) -> int:
    """How many promises of a year are supervised now. Public."""
    enter(actor, "plan.read")
    listed = [
        CaseId(one) for one in Supervision.objects.filter(commitment__plan__year=year).values_list("case", flat=True)
    ]
    return sum(row.state not in ENDED for row in cases.rows_of(SYSTEM, listed).values()) if listed else 0


def _public(one: Supervision, row: CaseRow) -> PublicSupervision:
    if row.state not in ENDED:
        return PublicSupervision(walltime.town_day(one.opened_at), None, "open")
    ended_on = walltime.town_day(row.closed_at) if row.closed_at else None
    closed = row.state in (State.CLOSED, State.RATED)
    return PublicSupervision(walltime.town_day(one.opened_at), ended_on, "closed" if closed else "dropped")


def _views(actor: Actor, found: Iterable[Supervision], now: datetime) -> tuple[SupervisionView, ...]:
    listed = list(found.select_related("commitment__plan").order_by("-opened_at", "case_id"))  # type: ignore[attr-defined]
    rows = cases.rows_of(actor, [CaseId(one.case_id) for one in listed])
    return tuple(_view(one, rows[CaseId(one.case_id)], now) for one in listed if CaseId(one.case_id) in rows)


def _view(one: Supervision, row: CaseRow, now: datetime) -> SupervisionView:
    return SupervisionView(
        case_id=row.id,
        number=row.number,
        commitment_id=one.commitment_id,
        year=one.commitment.plan.year,
        row=one.commitment.row,
        promise_zh=one.commitment.promise_zh,
        promise_en=one.commitment.promise_en,
        words=one.words,
        was=one.colour,
        opened_at=one.opened_at,
        state=row.state,
        colour=_colour(row, now),
        due_at=row.due_at if row.state not in ENDED else None,
        ended_at=row.closed_at if row.state in ENDED else None,
        lead_team=row.lead_team,
    )


def _colour(row: CaseRow, now: datetime) -> str:
    if row.state in ENDED:
        return ENDED_NOW
    if row.overdue or row.due_at is None:
        return str(Pressure.OVERDUE if row.overdue else Pressure.RUNNING)
    return str(pressure(row.due_at, row.soon_at, now))
