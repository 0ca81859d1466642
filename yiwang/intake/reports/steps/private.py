"""What a person told the town: opened for a purpose, or forgotten at their wish."""

from dataclasses import dataclass, replace

from django.db import transaction

from yiwang.cases import links
from yiwang.cases.problems import StillOpen
from yiwang.cases.steps import remarks
from yiwang.intake.reports import facts
from yiwang.intake.reports.claims.facts import ClaimForgotten
from yiwang.intake.reports.models import DataClaim, Report
from yiwang.kernel.access import permission
from yiwang.kernel.files import steps as files
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.journal.erasing import erase_private
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import SYSTEM, AccountId, Call, CaseId, FileHash, ReportId, Where


@step("person.unmask")
def open_contact(
    report_id: ReportId, *, purpose: str, case_id: CaseId | None = None, call: Call
) -> facts.ContactOpened:
    """Open what was written in place of a telephone, under the same rules as a telephone (remarks.take_look).

    `case_id`: the case in which it is looked at, where that was split off the one that the report opened.
    Where a person is known behind the report, they find the look among the others. The answer is for
    queries.contact_text. Raises what take_look raises, and NotFound where there is no such text, it was erased,
    or another report's case is named.
    """
    report = Report.objects.select_for_update().get(pk=report_id)
    looked_in = CaseId(report.case_id) if case_id is None else case_id
    look = remarks.take_look(looked_in, purpose=purpose, actor=call.actor)
    permission.require(call.actor, "person.unmask", look.ground)
    if links.first_of(call.actor, looked_in) != report.case_id:
        raise NotFound
    if report.contact_cipher is None:
        raise NotFound
    said = replace(call, reason=f"{look.number}: {purpose}")
    if report.reporter is not None:
        people.unmask_person(
            AccountId(report.reporter), purpose=purpose, about=look.number, team_id=look.team_id, call=said
        )
    role = permission.role_for(call.actor, "person.unmask", look.ground)
    fact = facts.ContactOpened(report_id, call.actor.account_id, purpose, look.number, role, look.team_id)
    record(fact, call=said)
    return fact


@step("report.forget")
def forget_report(
    report_id: ReportId, *, ground: str, call: Call
) -> facts.ReportForgotten | facts.ForgettingAsked | None:
    """Erase what one person told the town, its photos too, from the tables and the journal.

    While the case is open the town needs it: then the wish is recorded, and jobs.py calls again when the case has
    ended. None when it was forgotten before, or the same wish waits already.
    """
    report = Report.objects.select_for_update().get(pk=report_id)
    owners = frozenset(AccountId(one) for one in (report.reporter, report.on_behalf) if one)
    permission.require(call.actor, "report.forget", Where(owners=owners))
    if report.forgotten_at is not None:
        return None
    # all that was split off, also where an administrator forgets, who reads no case
    hung_on = (CaseId(report.case_id), *links.split_off(SYSTEM, CaseId(report.case_id)))
    try:
        with transaction.atomic():
            remarks.forget_words(CaseId(report.case_id), ground=ground, call=call)
    except StillOpen:
        return None if report.forget_asked_at else _keep_wish(report_id, ground, call)
    for photo in report.photos:
        for case_id in hung_on:
            files.release_file(FileHash(photo), "case", str(case_id), Purpose.SCENE, call=call)
    fact = facts.ReportForgotten(report_id, key_kept=True)
    record(fact, call=call)
    erase_private("report", report_id, ground=ground, call=call)
    return fact


def _keep_wish(report_id: ReportId, ground: str, call: Call) -> facts.ForgettingAsked:
    fact = facts.ForgettingAsked(report_id, ground)
    record(fact, call=call)
    return fact


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What could be erased of a person, and the numbers of the open cases whose words go when they have ended."""

    reports: int
    kept: tuple[str, ...]


def forget_person(account_id: AccountId, *, ground: str = people.ERASURE_GROUND, call: Call) -> Forgotten:
    """Take a person out: their reports' words (those of open cases when they end), then the account itself.

    `call.reason` says why.
    """
    with transaction.atomic():
        mine = dict(Report.objects.filter(reporter=account_id).order_by("id").values_list("id", "number"))
        for report_id in mine:
            forget_report(ReportId(report_id), ground=ground, call=replace(call, key=None))
        _forget_claims(account_id, ground=ground, call=call)
        people.erase_person(account_id, ground=ground, call=replace(call, key=None))
        kept = Report.objects.filter(pk__in=mine, forgotten_at=None).order_by("number")
        numbers = tuple(kept.values_list("number", flat=True))
    return Forgotten(len(mine) - len(numbers), numbers)


def _forget_claims(account_id: AccountId, *, ground: str, call: Call) -> None:
    """The words of a person's claims and of their answers go, and nobody waits for an answer any more."""
    for claim_id in DataClaim.objects.filter(account=account_id).order_by("id").values_list("id", flat=True):
        record(ClaimForgotten(claim_id), call=replace(call, key=None))
        erase_private("claim", claim_id, ground=ground, call=replace(call, key=None))
