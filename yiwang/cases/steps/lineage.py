"""并案 (ADR 0016): a duplicate follows its main case, also when that closes, ends otherwise or is opened again; undone."""

from collections.abc import Iterable
from dataclasses import replace

from django.db import connection

from yiwang.cases import clocks, law, limits, rules
from yiwang.cases.facts import CaseClosed, ClockChange
from yiwang.cases.lineage import facts
from yiwang.cases.lineage.rules import MAIN_ENDED, MERGE, UNDONE, may_lead
from yiwang.cases.locked import locked_case, snapshot_of
from yiwang.cases.models import Case, CaseLink, ClockEvent
from yiwang.cases.snapshot import CaseSnapshot
from yiwang.cases.stages import ARROWS, ENDED, ClockStage, Proof, State
from yiwang.cases.steps.frame import demand_of, house_of, limits_of, take, turn, with_run_outs
from yiwang.kernel import ids
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import SYSTEM, ActorKind, Call, CaseId, ClockId

MERGED = "merged"
"""The reason of a pause while a case follows another: only such clocks run on when it no longer does."""


@step("case.merge")
def merge(
    case_id: CaseId, main_id: CaseId, *, explanation: str = "", version: int | None = None, call: Call
) -> facts.CaseMerged:
    """并案: a case is the same matter as its main one and follows it. Its department's clocks stand, the resident's go on.

    One that was not accepted is taken on with the main's type: its answer is due from receipt. Nobody lets their own
    department's clock rest so. Raises AlarmFollowsNone, MergedIntoItself, MainFollows, MainNotAccepted, MainEnded or OwnMatter.
    """
    one_at_a_time()
    main = to_lead(main_id)
    arrow, case = take("merge", case_id, version, call)
    may_lead(case, main, number_of_main(main))
    rules.not_for_own_house(case, call.actor, house_of(case, call))
    type_code = case.type_code or main.type_code
    demand = demand_of(type_code, replace(case, type_code=type_code))
    in_force = limits_of(case, type_code, demand)
    fact = facts.CaseMerged(
        case_id=case.id,
        main_id=main.id,
        main_number=main.number,
        state_before=str(case.state),
        explanation=rules.public_words("explanation", explanation),
        clocks=turn(arrow, case, call, in_force=in_force, reason=MERGED),
    )
    record(fact, call=call)
    return fact


@step("case.merge")
def unmerge(case_id: CaseId, *, explanation: str, version: int | None = None, call: Call) -> facts.CaseUnmerged:
    """撤销并案: the case goes its own way again, from the state it was in, on the time it had left."""
    arrow, case = take("unmerge", case_id, version, call)
    rules.need(arrow, Proof.REASON, explanation.strip())
    return _given_back(case, UNDONE, rules.public_words("explanation", explanation), call)


def one_at_a_time() -> None:
    """Merging is rare; one after the other, two cases cannot be made to follow each other at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('merging of cases', 0))")


def to_lead(main_id: CaseId) -> CaseSnapshot:
    """The case that is to lead, locked before what follows it, as who closes it does (after `one_at_a_time`).

    One that follows another or has ended will lead nothing, and is only read: whoever closes the case it follows holds that
    one and waits for this, so that who held this and waited for that one would never get it. Raises CaseUnknown.
    """
    row = Case.objects.filter(pk=main_id).first()
    if row is not None and row.state in (State.MERGED, *ENDED):
        return snapshot_of(row)
    return locked_case(main_id)


def number_of_main(case: CaseSnapshot) -> str:
    """The number of the case that this one follows; empty when it follows none."""
    found = CaseLink.objects.filter(from_case=case.id, kind=MERGE, undone_at=None)
    return found.values_list("to_case__number", flat=True).first() or ""


def _given_back(case: CaseSnapshot, ground: str, explanation: str, call: Call) -> facts.CaseUnmerged:
    link = CaseLink.objects.select_related("to_case").get(from_case=case.id, kind=MERGE, undone_at=None)
    state = State(link.state_before)
    fact = facts.CaseUnmerged(
        case_id=case.id,
        main_id=CaseId(link.to_case.id),
        main_number=link.to_case.number,
        state=state,
        ground=ground,
        explanation=explanation,
        clocks=(*_run_on(case, call), *_needed(case, state, call)),
    )
    record(fact, call=call)
    return fact


def _run_on(case: CaseSnapshot, call: Call) -> Iterable[ClockChange]:
    """The clocks that stood because the case followed another run on with what was left. What was found of a clock while it
    stood, such as that a day was off, is no reason why it stands."""
    pauses = ClockEvent.objects.filter(clock__case=case.id, clock__state="paused", kind="pause")
    events = pauses.order_by("clock_id", "-seq")
    last = events.distinct("clock_id").values_list("clock_id", "reason")
    held = {clock_id for clock_id, reason in last if reason == MERGED}
    for clock in case.clocks:
        if clock.id in held:
            yield clocks.resume(clock, call.now, law.calendar(), "unmerged")


def _needed(case: CaseSnapshot, state: State, call: Call) -> Iterable[ClockChange]:
    """What a case needs that is not where it was: one taken on only by merging is not to be answered until it is accepted;
    one that was closed in between is handled within days of its own."""
    latest = case.clock(ClockStage.ANSWER)
    if state is State.GATHERED and latest is not None and latest.state == "running":
        yield clocks.halt(latest, "stop", call.now, "unmerged")
    handling = case.clock(ClockStage.HANDLE)
    limit = limits_of(case).get(ClockStage.HANDLE)
    stands = handling is not None and handling.state in {"running", "paused"}
    if state is State.DISPATCHED and limit is not None and not stands:
        yield clocks.start(ClockId(ids.new_id(call.now)), limit, call.now, law.calendar())


# --- what becomes of the main case becomes of its followers, in the same transaction -------------------------------------


def _followers(main: CaseSnapshot, state: State, call: Call) -> Iterable[CaseSnapshot]:
    """The cases that follow this one and are in that state, locked, with what ran out until now written down."""
    links = CaseLink.objects.filter(to_case=main.id, kind=MERGE, undone_at=None)
    for case_id in list(links.order_by("id").values_list("from_case_id", flat=True)):
        found = with_run_outs(locked_case(CaseId(case_id)), call)
        if found.state is state:
            yield found


def _consequence(call: Call) -> Call:
    """By whoever of the town did it to the main case; what one reporter does, another's case shows as the system's."""
    actor = call.actor if call.actor.kind is ActorKind.STAFF else SYSTEM
    return replace(call, actor=actor, key=None, reason="")


def close_followers(main: CaseSnapshot, closed: CaseClosed, call: Call) -> None:
    """Each case that follows one just closed is closed with it by an entry of its own, and so are those that follow it.

    Its own reporter was not called, if it is another one: that is still to be done, and the rating is theirs.
    """
    outcome = Case.objects.values_list("outcome", flat=True).get(pk=main.id)
    _close_all(main, main, outcome, closed, _consequence(call))


def _close_all(main: CaseSnapshot, first: CaseSnapshot, outcome: str, closed: CaseClosed, call: Call) -> None:
    """Close what follows `main`, as `first` was: the case at the head of the chain, which was really handled."""
    for case in _followers(main, State.MERGED, call):
        fact = facts.CaseClosedWith(
            case_id=case.id,
            main_id=main.id,
            main_number=main.number,
            team_id=first.lead_team,
            handler=first.handler,
            type_code=first.type_code,
            outcome=outcome,
            called_back=_called_back(case, first, closed.called_back),
            answer=closed.answer,
            clocks=turn(ARROWS["close_with"], case, call, in_force={}),
        )
        record(fact, call=call)
        _close_all(case, first, outcome, closed, call)


def _called_back(case: CaseSnapshot, first: CaseSnapshot, said: str) -> str:
    """Whose reporter told both was called about both; another's is still to be called."""
    if not case.somebody_to_call:
        return "nobody"
    same = case.reporter is not None and (case.reporter, case.on_behalf) == (first.reporter, first.on_behalf)
    return said if same else ""


def give_back_followers(main: CaseSnapshot, call: Call) -> None:
    """The main case ended without being a matter for the town: who follows it is where it was before, and is looked at by
    itself."""
    for case in _followers(main, State.MERGED, call):
        _given_back(case, MAIN_ENDED, "", _consequence(call))


def follow_again(main: CaseSnapshot, call: Call) -> None:
    """The main case was reopened: those closed with it follow it again, and theirs them. Who has rated, has had an answer."""
    by = _consequence(call)
    for case in _followers(main, State.CLOSED, by):
        demand = limits.demand_again(case.type_code, hotline=case.hotline)
        in_force = limits_of(case, demand=demand)
        changes = turn(ARROWS["follow_again"], case, by, in_force=in_force)
        record(facts.CaseFollowedAgain(case.id, main.id, main.number, demand, changes), call=by)
        follow_again(case, by)
