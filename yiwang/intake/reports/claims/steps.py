"""The writes of claims: made by a resident, answered by an office. They are forgotten with the account (steps/private.py)."""

from dataclasses import replace
from uuid import UUID

from yiwang.cases.steps import remarks
from yiwang.intake.reports import queries
from yiwang.intake.reports.claims import law, rules
from yiwang.intake.reports.claims.facts import ClaimAnswered, ClaimMade
from yiwang.intake.reports.models import DataClaim, Report
from yiwang.intake.reports.problems import ClaimAnswered as AnsweredBefore
from yiwang.kernel import ids, walltime
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import TOWN_WIDE, AccountId, Call, CaseId, ReportId, Where


@step("claim.make")
def make(kind: str, words: str, *, number: str = "", call: Call) -> ClaimMade:
    """Ask for something about one's own data, of one report (`number`) or of everything. It is due by the dated rule of the day.

    Raises NotAllowed, NotFound for a report of somebody else, BadChoice, ClaimWordsMissing, ClaimTooLong, TooManyClaims.
    """
    account_id = call.actor.account_id
    permission.require(call.actor, "claim.make", _own(account_id) if account_id else TOWN_WIDE)
    if account_id is None:
        raise NotFound
    rules.kind(kind)
    told = queries.own_report(call.actor, number) if number.strip() else None
    waiting = DataClaim.objects.filter(account=account_id, answered_at=None, forgotten_at=None).count()
    said = rules.claim(words, waiting=waiting)
    today = walltime.town_day(call.now)
    rule = law.rule(call.now)
    fact = ClaimMade(
        ids.new_id(call.now),
        account_id,
        kind,
        told.id if told else None,
        told.number if told else "",
        rules.due(today, int(rule.value)),
        rule.version,
        said,
    )
    record(fact, call=call)
    return fact


@step("claim.answer")
def answer(claim_id: UUID, *, outcome: str, words: str, correction: str = "", call: Call) -> ClaimAnswered:
    """Say what was done about a claim, or why nothing is; with `correction` its report's case says so beside what was reported.

    Raises NotAllowed, NotFound, ClaimAnswered, BadChoice, ClaimAnswerMissing, ClaimTooLong, and what remarks.note raises.
    """
    permission.require(call.actor, "claim.answer", TOWN_WIDE)
    row = DataClaim.objects.select_for_update().filter(pk=claim_id, forgotten_at=None).first()
    if row is None:
        raise NotFound
    if row.answered_at is not None:
        raise AnsweredBefore
    rules.outcome(outcome)
    said = rules.answer(words)
    if correction.strip() and row.report is not None and outcome != "refused":
        _note(ReportId(row.report), correction, call)
    role = permission.role_for(call.actor, "claim.answer", TOWN_WIDE)
    fact = ClaimAnswered(claim_id, outcome, role, said)
    record(fact, call=call)
    return fact


def _note(report_id: ReportId, correction: str, call: Call) -> None:
    case_id = CaseId(Report.objects.values_list("case_id", flat=True).get(pk=report_id))
    remarks.note(case_id, text=f"报件人更正：{correction.strip()}", call=replace(call, key=None))


def _own(account_id: AccountId) -> Where:
    return Where(owners=frozenset({account_id}))
