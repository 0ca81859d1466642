"""The writes of supervisions: opened over a promise; what is signed for the promise becomes their proof."""

from datetime import datetime
from uuid import UUID

from yiwang.cases import queries as cases
from yiwang.cases import rules as case_rules
from yiwang.cases.stages import ENDED
from yiwang.cases.steps import remarks, supervising
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import queries as people
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import SYSTEM, TOWN_WIDE, Call, CaseId
from yiwang.plan import queries, rules
from yiwang.plan.models import Commitment, Supervision
from yiwang.plan.problems import PromiseOver, SupervisedAlready
from yiwang.plan.supervision.facts import PromiseSupervised


@step("plan.supervise")
def supervise(year: int, row: str, *, words: str, call: Call) -> PromiseSupervised:
    """督办: open a case over a promise with the department that answers for it. `words` say why; the colour may be any.

    Raises NotFound, PromiseOver for a year that is over, SupervisedAlready while one is open, and what cases refuse.
    """
    permission.require(call.actor, "plan.supervise", TOWN_WIDE)
    found = Commitment.objects.select_for_update(of=("self",)).filter(plan__year=year, row=row).first()
    if found is None:
        raise NotFound
    today = walltime.town_day(call.now)
    if rules.judged_on(year, today) != today:
        raise PromiseOver(year=year, row=row)
    for number in _open_numbers(found.id):
        raise SupervisedAlready(number=number, row=row)
    standing = queries.promise(call.actor, year, row, today)
    opened = supervising.order(
        origin_ref=str(found.id),
        title=f"督办：{found.promise_zh}",
        words=words,
        team_id=people.team_by_code(call.actor, found.owner).team_id,
        call=call,
    )
    fact = PromiseSupervised(
        commitment_id=found.id,
        case_id=opened.case_id,
        number=opened.number,
        colour=str(standing.judgement.colour),
        why=standing.judgement.why,
        words=words.strip(),
        opened_by=call.actor.account_id,
    )
    record(fact, call=call)
    return fact


def _open_numbers(commitment_id: UUID) -> list[str]:
    listed = [CaseId(one) for one in _cases_of(commitment_id)]
    return [row.number for row in cases.rows_of(SYSTEM, listed).values() if row.state not in ENDED]


def _cases_of(commitment_id: UUID) -> list[UUID]:
    return list(Supervision.objects.filter(commitment=commitment_id).values_list("case_id", flat=True))


@step("plan.follow")
def prove(year: int, row: str, evidence_id: UUID, *, signed_at: datetime, call: Call) -> None:
    """What was signed for a promise is a proof of its supervision, if that was open by then."""
    permission.require(call.actor, "plan.follow", TOWN_WIDE)
    begun = Supervision.objects.filter(commitment__plan__year=year, commitment__row=row, opened_at__lt=signed_at)
    _attach(list(begun.values_list("number", flat=True)), case_rules.EVIDENCE, str(evidence_id), call)


@step("plan.follow")
def disprove(year: int, row: str, evidence_id: UUID, *, call: Call) -> None:
    """What was signed was withdrawn: a supervision that rested on it rests on it no more."""
    permission.require(call.actor, "plan.follow", TOWN_WIDE)
    numbers = Supervision.objects.filter(commitment__plan__year=year, commitment__row=row).values_list(
        "number", flat=True
    )
    proven = [one for one in numbers if str(evidence_id) in _refs(one)]
    _attach(proven, case_rules.WITHDRAWN, case_rules.withdrawal_of(str(evidence_id)), call)


def _refs(number: str) -> frozenset[str]:
    return frozenset(proof.ref for proof in cases.case(SYSTEM, number).proofs)


def _attach(numbers: list[str], kind: str, ref: str, call: Call) -> None:
    for number in numbers:
        found = cases.case(SYSTEM, number)
        if found.row.state not in ENDED and ref not in {proof.ref for proof in found.proofs}:
            remarks.attach_proof(found.row.id, kind=kind, ref=ref, call=call)
