"""Joint handling (主办与协办): other departments are asked for a part of a case, sign, answer, and are let go."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from yiwang.cases import clocks, houses, law, rules
from yiwang.cases.facts import ClockChange
from yiwang.cases.joint import facts
from yiwang.cases.joint import rules as joint
from yiwang.cases.locked import ground_of, ground_of_part, locked_case
from yiwang.cases.parts import PART_ARROWS, PartArrow, PartSnapshot
from yiwang.cases.snapshot import CaseSnapshot
from yiwang.cases.stages import Arrow, ClockStage, Proof
from yiwang.cases.steps.frame import can_be_seen, hang_photos, known_team, limits_of, with_run_outs
from yiwang.kernel import ids, walltime
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Call, CaseId, ClockId, FileHash, PartId, TeamId
from yiwang.kernel.workdays.clocks import TimeUnit, due_at


def _take(
    name: str, case_id: CaseId, part_id: PartId, version: int | None, call: Call
) -> tuple[PartArrow, CaseSnapshot, PartSnapshot]:
    """Lock the case, ask the arrow's permission on the part's ground, and see that the arrow leaves the part's state."""
    case = locked_case(case_id, version)
    found = joint.part_of(case, part_id)
    permission.require(call.actor, PART_ARROWS[name].authority, ground_of_part(found))
    arrow = joint.arrow(name, case, found)
    case = with_run_outs(case, call)
    part = joint.part_of(case, part_id)
    assert part is not None, "a part does not go away by itself"  # noqa: S101
    return arrow, case, part


def team_names(call: Call) -> Mapping[TeamId, str]:
    """The departments by name in Chinese, the language of the town's papers."""
    return {card.team_id: card.name_zh for card in people.teams(call.actor)}


@step("case.ask_assist")
def ask_assist(
    case_id: CaseId, teams: tuple[TeamId, ...], *, task: str, version: int | None = None, call: Call
) -> facts.AssistsAsked:
    """请求协办: ask one or more departments for a part of the case. Each has its own clock from now, signed or not.

    By the dispatcher, or by the lead's own people. Raises NotWithLead, LeadCannotAssist, AssistsAlready or ProofMissing.
    """
    case = locked_case(case_id, version)
    permission.require(call.actor, "case.ask_assist", ground_of(case))
    return ask(with_run_outs(case, call), teams, task, call)


def ask(case: CaseSnapshot, teams: tuple[TeamId, ...], task: str, call: Call) -> facts.AssistsAsked:
    """Record that these departments are asked; inside the step that asked for the permission."""
    joint.askable(case)
    rules.need(PART_ARROWS["ask_assist"], Proof.TEAM, teams)
    rules.need(PART_ARROWS["ask_assist"], Proof.TASK, task.strip())
    names = team_names(call)
    wanted = tuple(dict.fromkeys(people.team(call.actor, team_id).team_id for team_id in teams))
    for team_id in wanted:
        joint.may_assist(case, team_id, names[team_id])
    asked = tuple(
        facts.Asked(PartId(ids.new_id(call.now)), team_id, joint.next_round(case, team_id)) for team_id in wanted
    )
    started = (_started(case, one.part_id, call) for one in asked)
    fact = facts.AssistsAsked(
        case_id=case.id,
        asked=asked,
        task=rules.public_words("task", task),
        clocks=tuple(change for change in started if change is not None),
    )
    record(fact, call=call)
    return fact


def require_answers(arrow: Arrow, case: CaseSnapshot, call: Call) -> None:
    """Pass when the arrow does not ask for it, or every part is answered. Raises PartsOpen and names who has not."""
    if Proof.PARTS_ANSWERED in arrow.proofs and any(part.open for part in case.parts):
        joint.all_answered(case, team_names(call))


def _started(case: CaseSnapshot, part_id: PartId, call: Call) -> ClockChange | None:
    limit = limits_of(case).get(ClockStage.ASSIST)
    if limit is None:
        return None
    begun = clocks.start(ClockId(ids.new_id(call.now)), limit, call.now, law.calendar())
    return replace(begun, part=part_id)


def _halted(case: CaseSnapshot, part: PartSnapshot, kind: str, call: Call) -> tuple[ClockChange, ...]:
    """Stop the part's clock, or pause it if it runs."""
    clock = joint.clock_of(case, part.id)
    if clock is None or (kind == "pause" and clock.state != "running"):
        return ()
    return (clocks.halt(clock, kind, call.now),)


def sent_back(case: CaseSnapshot, part: PartSnapshot, call: Call) -> tuple[ClockChange, ...]:
    """Let the part's clock go on with what is left; of an earlier handling, which ended, begin a new one."""
    clock = joint.clock_of(case, part.id)
    if clock is not None:
        return (clocks.resume(clock, call.now, law.calendar()),)
    begun = _started(case, part.id, call)
    return () if begun is None else (begun,)


@step("case.assist")
def sign_part(case_id: CaseId, part_id: PartId, *, version: int | None = None, call: Call) -> facts.PartSigned:
    """签收: somebody in the assisting department takes its part up."""
    _, case, part = _take("part_sign", case_id, part_id, version, call)
    assert call.actor.account_id is not None, "only a person signs"  # noqa: S101
    fact = facts.PartSigned(case.id, part.id, part.team, call.actor.account_id)
    record(fact, call=call)
    return fact


@step("case.assist")
def answer_part(
    case_id: CaseId,
    part_id: PartId,
    *,
    result: str,
    files: tuple[FileHash, ...] = (),
    no_photo_reason: str = "",
    version: int | None = None,
    call: Call,
) -> facts.PartAnswered:
    """协办反馈: what the department did of its part, with a photo where a photo can show it. Its clock stands from now."""
    arrow, case, part = _take("part_answer", case_id, part_id, version, call)
    rules.need(arrow, Proof.RESULT, result.strip())
    rules.photo_or_reason(arrow, can_be_seen=can_be_seen(case.type_code), photos=files, reason=no_photo_reason)
    fact = facts.PartAnswered(
        case_id=case.id,
        part_id=part.id,
        team_id=part.team,
        result=rules.public_words("result", result),
        no_photo_reason=rules.public_words("no_photo_reason", no_photo_reason),
        files=files,
        clocks=_halted(case, part, "pause", call),
    )
    hang_photos(files, case, call)
    record(fact, call=call)
    return fact


@step("case.dispatch")
def withdraw_part(
    case_id: CaseId, part_id: PartId, *, explanation: str, version: int | None = None, call: Call
) -> facts.PartWithdrawn:
    """撤回协办: the dispatcher needs the part no more, and says why."""
    arrow, case, part = _take("part_withdraw", case_id, part_id, version, call)
    rules.need(arrow, Proof.REASON, explanation.strip())
    fact = facts.PartWithdrawn(
        case.id, part.id, part.team, rules.public_words("explanation", explanation), _halted(case, part, "stop", call)
    )
    record(fact, call=call)
    return fact


def _return_until(given_at: datetime) -> datetime:
    window = law.rulebook().on("cases.return-window", walltime.town_day(given_at))
    return due_at(given_at, int(window.value), TimeUnit(window.unit), law.calendar()).due_at


@step("case.return")
def return_part(
    case_id: CaseId,
    part_id: PartId,
    *,
    reason_code: str,
    legal_basis: str,
    proposed_team: TeamId,
    explanation: str,
    version: int | None = None,
    call: Call,
) -> facts.PartReturned | facts.PartDisputed:
    """协办退单: the assisting department says whose the part is instead. The first goes to the dispatcher, a second to the
    arbiter; the clock runs on. Raises RulingIsFinal, TooLateToReturn or NotTheirCase."""
    _, case, part = _take("part_return", case_id, part_id, version, call)
    name = joint.objection(part, case, proposed_team, now=call.now, until=_return_until(part.given_at))
    arrow = PART_ARROWS[name]
    rules.reason_known("return", reason_code)
    rules.need(arrow, Proof.REASON, explanation.strip())
    rules.need(arrow, Proof.LEGAL_BASIS, legal_basis.strip())
    kind = facts.PartDisputed if name == "part_dispute" else facts.PartReturned
    fact = kind(
        case_id=case.id,
        part_id=part.id,
        team_id=part.team,
        reason_code=reason_code,
        legal_basis=rules.public_words("legal_basis", legal_basis),
        proposed_team=known_team(proposed_team, call),
        explanation=rules.public_words("explanation", explanation),
    )
    record(fact, call=call)
    return fact


@step("case.dispatch")
def pass_on(
    case_id: CaseId,
    part_id: PartId,
    team_id: TeamId,
    *,
    instruction: str = "",
    version: int | None = None,
    call: Call,
) -> facts.PartPassedOn:
    """改派协办: the dispatcher gives the part to another department (after a return also to the same one again).

    Raises SameDepartment, RulingIsFinal, LeadCannotAssist or AssistsAlready.
    """
    _, case, part = _take("part_pass_on", case_id, part_id, version, call)
    joint.passing(case, part, known_team(team_id, call))
    joint.may_assist(case, team_id, team_names(call)[team_id], besides=part.id)
    fact = facts.PartPassedOn(
        case_id=case.id,
        part_id=part.id,
        from_team=part.team,
        team_id=team_id,
        round=joint.next_round(case, team_id),
        instruction=rules.public_words("instruction", instruction),
    )
    record(fact, call=call)
    return fact


@step("case.rule")
def rule_part(
    case_id: CaseId,
    part_id: PartId,
    team_id: TeamId,
    *,
    question: str,
    grounds: str,
    version: int | None = None,
    call: Call,
) -> facts.PartRuled:
    """协办裁定: the arbiter decides, finally, whose the part is. Raises OwnMatter or ArbiterThere, as of a case."""
    arrow, case, part = _take("part_rule", case_id, part_id, version, call)
    houses.require_part_ruler(call.actor, case, part)
    rules.need(arrow, Proof.LEGAL_BASIS, grounds.strip())
    joint.may_assist(case, known_team(team_id, call), team_names(call)[team_id], besides=part.id)
    fact = facts.PartRuled(
        case_id=case.id,
        part_id=part.id,
        team_id=team_id,
        round=joint.next_round(case, team_id),
        type_code=case.type_code,
        grounds=rules.public_words("grounds", grounds),
        question=rules.public_words("question", question),
    )
    record(fact, call=call)
    return fact
