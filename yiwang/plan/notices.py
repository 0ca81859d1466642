"""What leaders and departments should hear of promises: this module's rows in the open table of notices."""

from collections.abc import Iterable
from uuid import UUID

from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.notices.rules import News
from yiwang.kernel.notices.table import Row, declare
from yiwang.kernel.terms import SYSTEM, AccountId
from yiwang.plan.inquiries import queries as inquiries
from yiwang.plan.supervision import queries as supervisions

SUPERVISION_SHOWN, SUPERVISION_OVERDUE, SUPERVISION_ENDED = (
    "supervision_shown",
    "supervision_overdue",
    "supervision_ended",
)
INQUIRY, INQUIRY_MISSED = "inquiry", "inquiry_missed"
KINDS = (INQUIRY, INQUIRY_MISSED, SUPERVISION_SHOWN, SUPERVISION_OVERDUE, SUPERVISION_ENDED)


def _to_opener(placed: Placed) -> Iterable[News]:
    """Whoever opened a supervision; when they left, those who lead."""
    supervised, opened_by = supervisions.opener(SYSTEM, UUID(placed.entry.subject_id))
    if supervised:
        accounts = frozenset({AccountId(opened_by)} if opened_by else ())
        yield News(accounts=accounts, action="plan.supervise", roles=frozenset({"leader"}))


def _to_department(placed: Placed) -> Iterable[News]:
    """Those who may speak for the department that answers for a promise."""
    owner = inquiries.owner_of(SYSTEM, placed.fact.commitment_id)
    if owner:
        yield News(action="plan.explain", where=inquiries.ground(SYSTEM, owner))


def _to_leaders(placed: Placed) -> Iterable[News]:
    yield News(action="plan.supervise", roles=frozenset({"leader"}))


def _names(commitments: Iterable[UUID]) -> dict[UUID, str]:
    return inquiries.names(SYSTEM, commitments)


declare(
    KINDS,
    (
        Row("commitment.inquiry_made", INQUIRY, _to_department),
        Row("commitment.inquiry_climbed", INQUIRY_MISSED, _to_leaders),
        Row("case.handled", SUPERVISION_SHOWN, _to_opener),
        Row("case.ran_out", SUPERVISION_OVERDUE, _to_opener),
        Row("case.closed", SUPERVISION_ENDED, _to_opener),
    ),
    {
        "case.reworked": (SUPERVISION_SHOWN, SUPERVISION_OVERDUE),
        "case.closed": (SUPERVISION_SHOWN, SUPERVISION_OVERDUE),
        "case.handled": (SUPERVISION_OVERDUE,),
        "commitment.explained": (INQUIRY, INQUIRY_MISSED),
        "commitment.inquiry_answered": (INQUIRY, INQUIRY_MISSED),
    },
    {"commitment": _names},
)
