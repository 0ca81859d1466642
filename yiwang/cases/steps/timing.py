"""Time as events (R-107): more of it asked, granted or refused, running out, a review day come, a new notice of holidays."""

from collections.abc import Callable

from django.db.models import Q

from yiwang.cases import clocks, facts, law, rules
from yiwang.cases.classes import ON_APPROVAL
from yiwang.cases.locked import ground_of, locked_case
from yiwang.cases.models import Case, Clock, Extension
from yiwang.cases.stages import Proof, State
from yiwang.cases.steps.frame import house_of, moved_deadlines, ran_out, relimited, take, with_run_outs
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import Call, CaseId, ClockId

BATCH = 200
"""How many clocks a sweep takes in one transaction: a crash repeats at most one batch, and no lock is held long."""


@step("case.handle")
def ask_extension(
    case_id: CaseId,
    *,
    amount: int,
    reason_code: str,
    explanation: str,
    version: int | None = None,
    call: Call,
) -> facts.ExtensionAsked:
    """延期申请: more time for handling, in the clock's own unit; once, and before it ran out."""
    arrow, case = take("ask_extension", case_id, version, call)
    rules.reason_known("ask_extension", reason_code)
    rules.need(arrow, Proof.REASON, explanation.strip())
    most = law.rulebook().on("cases.extension-share", walltime.town_day(call.now))
    clock = rules.extension(case, amount, now=call.now, most_percent=int(most.value))
    fact = facts.ExtensionAsked(
        case.id, clock.id, amount, clock.unit, reason_code, rules.public_words("explanation", explanation), ()
    )
    record(fact, call=call)
    return fact


@step("case.extend")
def grant_extension(
    case_id: CaseId, *, explanation: str, version: int | None = None, call: Call
) -> facts.ExtensionGranted:
    """Grant the time that was asked for, even when the clock ran out while the request lay there."""
    arrow, case = take("grant_extension", case_id, version, call)
    rules.not_for_own_house(case, call.actor, house_of(case, call))
    rules.need(arrow, Proof.REASON, explanation.strip())
    rules.extension_waits(case)
    asked = Extension.objects.get(case=case.id, state="asked")
    clock = next(clock for clock in case.clocks if clock.id == asked.clock_id)
    fact = facts.ExtensionGranted(
        case_id=case.id,
        clock_id=clock.id,
        amount=asked.amount,
        explanation=rules.public_words("explanation", explanation),
        clocks=(clocks.extend(clock, asked.amount, call.now, law.calendar(), asked.reason_code),),
    )
    record(fact, call=call)
    return fact


@step("case.extend")
def refuse_extension(
    case_id: CaseId, *, explanation: str, version: int | None = None, call: Call
) -> facts.ExtensionRefused:
    """Refuse more time, with the reason."""
    arrow, case = take("refuse_extension", case_id, version, call)
    rules.need(arrow, Proof.REASON, explanation.strip())
    rules.extension_waits(case)
    fact = facts.ExtensionRefused(case.id, rules.public_words("explanation", explanation), ())
    record(fact, call=call)
    return fact


@step("case.approve_complex")
def approve_complex(
    case_id: CaseId, *, explanation: str, version: int | None = None, call: Call
) -> facts.ComplexApproved:
    """批准按复杂诉求办理 (R-111): fifteen working days instead of its kind's, from receipt, with the reason.

    Raises NoDemand, ComplexBefore, and OwnMatter for somebody of the department whose time it is.
    """
    arrow, case = take("approve_complex", case_id, version, call)
    rules.not_for_own_house(case, call.actor, house_of(case, call))
    rules.may_be_complex(case)
    rules.need(arrow, Proof.REASON, explanation.strip())
    fact = facts.ComplexApproved(
        case_id=case.id,
        demand_before=case.demand,
        explanation=rules.public_words("explanation", explanation),
        clocks=relimited(case, case.type_code, ON_APPROVAL, call, reason="approved"),
    )
    record(fact, call=call)
    return fact


@step("case.sweep")
def run_out(clock_id: ClockId, *, call: Call) -> facts.ClockRanOut | None:
    """Write down that a clock ran out. None when meanwhile it stopped, was extended, or ran out before, or when a notice of
    holidays gave it more time: then that is written down instead."""
    case_id = Clock.objects.values_list("case_id", flat=True).get(pk=clock_id)
    case = locked_case(CaseId(case_id))
    permission.require(call.actor, "case.sweep", ground_of(case))
    if (moved := moved_deadlines(case, call)) is not None:
        record(moved, call=call)
        case = locked_case(case.id)
    found = [one for one in clocks.expired(case, call.now) if one[0].id == clock_id]
    if not found:
        return None
    clock, change = found[0]
    fact = ran_out(case, clock, change)
    record(fact, call=call, happened_at=change.at)
    return fact


def sweep(call: Call, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Write down every clock that ran out by now, each in its own transaction; returns how many."""
    found = 0
    while not stopped():
        due = Clock.objects.filter(state="running", ran_out=False, due_at__lt=call.now).order_by("due_at")
        batch = list(due.values_list("id", flat=True)[:BATCH])
        if not batch:
            break
        found += sum(run_out(ClockId(clock_id), call=call) is not None for clock_id in batch)
    return found


@step("case.sweep")
def review(case_id: CaseId, *, call: Call) -> facts.ReviewDayCame | None:
    """Write down that a suspended case's review day came, at the beginning of that day in town.

    None when meanwhile it goes on, was given another day, or the day was written down before.
    """
    case = locked_case(case_id)
    permission.require(call.actor, "case.sweep", ground_of(case))
    day = rules.review_came(case, today=walltime.town_day(call.now))
    if day is None:
        return None
    fact = facts.ReviewDayCame(case.id, day.isoformat(), ())
    record(fact, call=call, happened_at=walltime.day_begins(day))
    return fact


def sweep_reviews(call: Call, *, stopped: Callable[[], bool] = lambda: False) -> int:
    """Write down every review day that came by now, each in its own transaction; returns how many."""
    today = walltime.town_day(call.now)
    waiting = Case.objects.filter(state=State.SUSPENDED, review_due=False, review_on__lte=today)
    found = 0
    for case_id in list(waiting.order_by("review_on", "id").values_list("id", flat=True)):
        if stopped():
            break
        found += review(CaseId(case_id), call=call) is not None
    return found


@step("case.sweep")
def recompute_deadlines(case_id: CaseId, *, call: Call) -> facts.DeadlinesRecomputed | None:
    """Work out a case's provisional deadlines again after a notice of holidays was loaded. None when nothing changed."""
    case = locked_case(case_id)
    permission.require(call.actor, "case.sweep", ground_of(case))
    moved = moved_deadlines(case, call)
    if moved is not None:
        record(moved, call=call)
        with_run_outs(locked_case(case_id), call)
    return moved


def recompute_all(call: Call) -> int:
    """Recompute every provisional deadline in the town; returns how many cases changed."""
    provisional = Clock.objects.filter(provisional=True).filter(Q(state="running") | Q(ran_out=True))
    cases = provisional.values_list("case_id", flat=True).distinct()
    return sum(recompute_deadlines(CaseId(case_id), call=call) is not None for case_id in list(cases))
