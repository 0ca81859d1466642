"""What others may know of claims: one's own in full; who answers them sees the words with every number of a person masked."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yiwang.intake.reports.models import DataClaim
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import enter
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.queries import Untold
from yiwang.kernel.personal import masked
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import TOWN_WIDE, AccountId, Actor


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim; `outcome` and what follows are empty while it waits. `role`: which office answered."""

    id: UUID
    account_id: AccountId | None
    kind: str
    number: str
    words: str
    made_at: datetime
    due_on: date
    rule: str
    outcome: str
    role: str
    answer: str
    answered_at: datetime | None


def own(actor: Actor) -> tuple[ClaimView, ...]:
    """One's own claims, the newest first. Raises LogInFirst."""
    enter(actor, "claim.make")
    rows = DataClaim.objects.filter(account=actor.account_id, account__isnull=False).order_by("-id")
    return tuple(_view(row) for row in rows)


def waiting(actor: Actor) -> tuple[ClaimView, ...]:
    """The claims that wait for an answer, the first due first. Raises NotAllowed."""
    permission.require(actor, "claim.list", TOWN_WIDE)
    rows = DataClaim.objects.filter(answered_at=None, forgotten_at=None).order_by("due_on", "id")
    return tuple(_shown(row) for row in rows)


def answered(actor: Actor, limit: int) -> tuple[ClaimView, ...]:
    """The claims that were answered last, the newest first. Raises NotAllowed."""
    permission.require(actor, "claim.list", TOWN_WIDE)
    rows = DataClaim.objects.filter(answered_at__isnull=False).order_by("-answered_at", "id")
    return tuple(_shown(row) for row in rows[:limit])


def one(actor: Actor, claim_id: UUID) -> ClaimView:
    """One claim. Raises NotAllowed, NotFound."""
    permission.require(actor, "claim.list", TOWN_WIDE)
    row = DataClaim.objects.filter(pk=claim_id).first()
    if row is None:
        raise NotFound
    return _shown(row)


def asked_by(actor: Actor, claim_id: UUID) -> AccountId | None:
    """Whose claim it is; None when the account was erased. Raises NotAllowed."""
    enter(actor, "person.read")
    account = DataClaim.objects.filter(pk=claim_id).values_list("account", flat=True).first()
    return AccountId(account) if account else None


def untold(actor: Actor, claim: ClaimView) -> tuple[Untold, ...]:
    """The texts that said it is answered and could not be brought. Raises NotAllowed."""
    permission.require(actor, "claim.list", TOWN_WIDE)
    return people.untold(actor, claim.id)


def who(actor: Actor, claim: ClaimView) -> str:
    """Name and phone behind a claim, masked; empty when they were erased."""
    if claim.account_id is None:
        return ""
    person = people.person(actor, claim.account_id)
    return f"{person.name} {person.phone}".strip()


def _shown(row: DataClaim) -> ClaimView:
    found = _view(row)
    return ClaimView(
        found.id, found.account_id, found.kind, found.number, masked(found.words), found.made_at, found.due_on,
        found.rule, found.outcome, found.role, masked(found.answer), found.answered_at,
    )  # fmt: skip


def _view(row: DataClaim) -> ClaimView:
    return ClaimView(
        row.id, AccountId(row.account) if row.account else None, row.kind, row.number, row.words, row.made_at,
        row.due_on, row.rule, row.outcome, row.role, row.answer, row.answered_at,
    )  # fmt: skip
