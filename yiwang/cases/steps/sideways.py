"""The side paths (R-101): decline, dismiss, void, redirect, return and dispute, the ruling, rework, suspend, reopen."""

from datetime import date, datetime

from yiwang.cases import facts, houses, law, limits, rules
from yiwang.cases.joint import rules as joint_rules
from yiwang.cases.models import Recheck
from yiwang.cases.reasons import NOT_TOWN
from yiwang.cases.snapshot import CaseSnapshot
from yiwang.cases.stages import ARROWS, Proof
from yiwang.cases.steps import joint
from yiwang.cases.steps.frame import hands_of, hang_photos, house_of, known_team, led_by, limits_of, take, turn
from yiwang.cases.steps.lineage import follow_again, give_back_followers
from yiwang.kernel import walltime
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import Call, CaseId, FileHash, PartId, TeamId
from yiwang.kernel.workdays.clocks import TimeUnit, due_at


@step("case.decline")
def decline(
    case_id: CaseId, *, reason_code: str, explanation: str, version: int | None = None, call: Call
) -> facts.CaseDeclined:
    """不予受理: not the town's matter. The explanation is what the reporter reads: why, and where to go."""
    arrow, case = take("decline", case_id, version, call)
    rules.reason_known("decline", reason_code)
    rules.need(arrow, Proof.REASON, explanation.strip())
    fact = facts.CaseDeclined(
        case.id,
        reason_code,
        rules.public_words("explanation", explanation),
        turn(arrow, case, call, reason=reason_code),
    )
    record(fact, call=call)
    return fact


@step("case.dismiss")
def dismiss(
    case_id: CaseId,
    *,
    reason_code: str,
    explanation: str,
    passed_to: str = "",
    version: int | None = None,
    call: Call,
) -> facts.CaseDismissed:
    """不予立案: looked at, and there is nothing for the town to do; also of what a department returned and nobody has to take.

    The explanation is what the reporter reads. Not the town's duty: `passed_to` names who has it now.
    """
    arrow, case = take("dismiss", case_id, version, call)
    rules.reason_known("dismiss", reason_code)
    rules.need(arrow, Proof.REASON, explanation.strip())
    rules.need(arrow, Proof.PASSED_TO, reason_code != NOT_TOWN or passed_to.strip())
    fact = facts.CaseDismissed(
        case.id,
        reason_code,
        rules.public_words("explanation", explanation),
        turn(arrow, case, call, reason=reason_code),
        passed_to=rules.public_words("passed_to", passed_to),
    )
    record(fact, call=call)
    give_back_followers(case, call)
    return fact


@step("case.void")
def void(
    case_id: CaseId, *, reason_code: str, explanation: str, version: int | None = None, call: Call
) -> facts.CaseVoided:
    """作废: entered by mistake or for practice. It stays in the journal."""
    arrow, case = take("void", case_id, version, call)
    rules.reason_known("void", reason_code)
    rules.need(arrow, Proof.REASON, explanation.strip())
    fact = facts.CaseVoided(
        case.id,
        reason_code,
        rules.public_words("explanation", explanation),
        turn(arrow, case, call, reason=reason_code),
    )
    record(fact, call=call)
    give_back_followers(case, call)
    return fact


@step("case.dispatch")
def redirect(
    case_id: CaseId,
    team_id: TeamId,
    *,
    reason_code: str,
    instruction: str = "",
    version: int | None = None,
    call: Call,
) -> facts.CaseDispatched:
    """改派 by the dispatcher: to another department, on the clock that runs."""
    arrow, case = take("redirect", case_id, version, call)
    rules.reason_known("redirect", reason_code)
    rules.not_ruled(case)
    rules.another_team(case, known_team(team_id, call))
    fact = facts.CaseDispatched(
        case.id,
        team_id,
        case.round + 1,
        rules.public_words("instruction", instruction),
        (*turn(arrow, case, call, reason=reason_code), *led_by(team_id, case, call)),
    )
    record(fact, call=call)
    return fact


def return_until(case: CaseSnapshot) -> datetime:
    """Until when the lead department may return the case: the window after its dispatch, on the town's calendar.

    Raises NeverGiven for what its own people settled and the verifier sent back to them.
    """
    given_at = rules.was_given(case)
    window = law.rulebook().on("cases.return-window", walltime.town_day(given_at))
    return due_at(given_at, int(window.value), TimeUnit(window.unit), law.calendar()).due_at


@step("case.return")
def object_to(
    case_id: CaseId,
    *,
    reason_code: str,
    legal_basis: str,
    proposed_team: TeamId,
    explanation: str,
    version: int | None = None,
    call: Call,
) -> facts.CaseReturned | facts.CaseDisputed:
    """退单: the lead department says whose it is instead. The first goes to the dispatcher, a second to the arbiter.

    The handling clock runs on either way. Raises NeverGiven, RulingIsFinal, ReturnedOnce, TooLateToReturn or NotTheirCase.
    """
    arrow, case = take("return", case_id, version, call)
    assert case.lead_team is not None, "a dispatched case has a lead department"  # noqa: S101
    name = rules.objection(case, case.lead_team, proposed_team, now=call.now, until=return_until(case))
    arrow = ARROWS[name]
    rules.reason_known(name, reason_code)
    rules.need(arrow, Proof.REASON, explanation.strip())
    rules.need(arrow, Proof.LEGAL_BASIS, legal_basis.strip())
    kind = facts.CaseDisputed if name == "dispute" else facts.CaseReturned
    fact = kind(
        case_id=case.id,
        team_id=case.lead_team,
        round=case.round,
        reason_code=reason_code,
        legal_basis=rules.public_words("legal_basis", legal_basis),
        proposed_team=known_team(proposed_team, call),
        explanation=rules.public_words("explanation", explanation),
        clocks=turn(arrow, case, call),
    )
    record(fact, call=call)
    return fact


@step("case.rule")
def rule(
    case_id: CaseId, team_id: TeamId, *, question: str, grounds: str, version: int | None = None, call: Call
) -> facts.CaseRuled:
    """裁定: the arbiter decides, finally, whose the case is; the ruling is shown at dispatch as a precedent.

    Where no arbiter is left who may, a duty officer does. Raises OwnMatter for somebody of one of the departments that
    dispute it, and ArbiterThere for a duty officer while there is an arbiter.
    """
    arrow, case = take("rule", case_id, version, call)
    houses.require_ruler(call.actor, case)
    rules.need(arrow, Proof.LEGAL_BASIS, grounds.strip())
    fact = facts.CaseRuled(
        case_id=case.id,
        team_id=known_team(team_id, call),
        round=case.round + 1,
        type_code=case.type_code,
        grounds=rules.public_words("grounds", grounds),
        question=rules.public_words("question", question),
        clocks=(*turn(arrow, case, call), *led_by(team_id, case, call)),
    )
    record(fact, call=call)
    return fact


@step("case.verify")
def rework(
    case_id: CaseId,
    *,
    finding: str,
    files: tuple[FileHash, ...] = (),
    parts: tuple[PartId, ...] = (),
    version: int | None = None,
    call: Call,
) -> facts.CaseReworked:
    """返工: not done. Back to the handler on what is left of the handling clock; counted per case, not per bounce.

    `parts`: which answered parts of assisting departments are not done either, and go back with what is left of theirs.
    """
    arrow, case = take("rework", case_id, version, call)
    rules.other_person(case, call.actor, house_of(case, call), hands_of(case))
    rules.need(arrow, Proof.REASON, finding.strip())
    back = joint_rules.answered(case, parts)
    resumed = tuple(change for part in back for change in joint.sent_back(case, part, call))
    fact = facts.CaseReworked(
        case_id=case.id,
        finding=rules.public_words("finding", finding),
        files=files,
        clocks=(*turn(arrow, case, call), *resumed),
        parts=tuple(part.id for part in back),
    )
    hang_photos(files, case, call)
    record(fact, call=call)
    return fact


@step("case.reopen")
def reopen(
    case_id: CaseId, *, ground: str, words: str = "", version: int | None = None, call: Call
) -> facts.CaseReopened:
    """Closed but not mended: back to the department that handled it, with a new handling clock and round.

    A demand becomes one that is asked again (R-111, 回访复核), with an answer clock of its own from now.
    Raises TooLateToReopen after the reporter's window, and NoFailedRecheck for that ground without a re-check that failed.
    """
    arrow, case = take("reopen", case_id, version, call)
    rules.reason_known("reopen", ground)
    rules.need(arrow, Proof.REASON, ground)
    assert case.closed_at is not None, "only a closed case is reopened"  # noqa: S101
    last_day = law.last_day_to_reopen(case.closed_at)
    failed = Recheck.objects.filter(case=case.id, holds=False, checked_at__gte=case.closed_at).exists()
    rules.reopening(case, ground, today=walltime.town_day(call.now), last_day=last_day, recheck_failed=failed)
    demand = limits.demand_again(case.type_code, hotline=case.hotline)
    fact = facts.CaseReopened(
        case_id=case.id,
        round=case.round + 1,
        ground=ground,
        words=words.strip() or None,
        clocks=turn(arrow, case, call, in_force=limits_of(case, demand=demand), reason=ground),
        demand=demand,
    )
    record(fact, call=call)
    follow_again(case, call)
    return fact


@step("case.suspend")
def suspend(
    case_id: CaseId,
    *,
    reason_code: str,
    explanation: str,
    review_on: date,
    version: int | None = None,
    call: Call,
) -> facts.CaseSuspended:
    """挂账: for a documented reason it cannot be done now (R-107). Its clocks stand still; it is looked at on a set day."""
    arrow, case = take("suspend", case_id, version, call)
    rules.not_for_own_house(case, call.actor, house_of(case, call))
    rules.reason_known("suspend", reason_code)
    rules.need(arrow, Proof.REASON, explanation.strip())
    rules.review_day(review_on, today=walltime.town_day(call.now))
    fact = facts.CaseSuspended(
        case_id=case.id,
        reason_code=reason_code,
        explanation=rules.public_words("explanation", explanation),
        review_on=review_on.isoformat(),
        clocks=turn(arrow, case, call, reason=reason_code),
    )
    record(fact, call=call)
    return fact


@step("case.suspend")
def resume(case_id: CaseId, *, explanation: str, version: int | None = None, call: Call) -> facts.CaseResumed:
    """销挂账: the reason is gone; the clocks go on with what was left."""
    arrow, case = take("resume", case_id, version, call)
    rules.need(arrow, Proof.REASON, explanation.strip())
    fact = facts.CaseResumed(case.id, rules.public_words("explanation", explanation), turn(arrow, case, call))
    record(fact, call=call)
    return fact
