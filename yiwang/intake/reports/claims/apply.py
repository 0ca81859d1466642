"""Facts about claims become rows, live and on replay."""

from yiwang.intake.reports.claims.facts import ClaimAnswered, ClaimForgotten, ClaimMade
from yiwang.intake.reports.models import DataClaim
from yiwang.kernel.journal.registry import Entry, applies


@applies(ClaimMade)
def claim_made(fact: ClaimMade, entry: Entry) -> None:
    DataClaim.objects.create(
        id=fact.claim_id,
        account=fact.account_id,
        kind=fact.kind,
        report=fact.report_id,
        number=fact.number,
        due_on=fact.due_on,
        rule=fact.rule,
        words=fact.words or "",
        made_at=entry.happened_at,
    )


@applies(ClaimAnswered)
def claim_answered(fact: ClaimAnswered, entry: Entry) -> None:
    DataClaim.objects.filter(pk=fact.claim_id).update(
        outcome=fact.outcome, role=fact.role, answer=fact.answer or "", answered_at=entry.happened_at
    )


@applies(ClaimForgotten)
def claim_forgotten(fact: ClaimForgotten, entry: Entry) -> None:
    DataClaim.objects.filter(pk=fact.claim_id).update(account=None, words="", answer="", forgotten_at=entry.happened_at)
