"""督办: a leader gives a matter of the plan to the department that answers for it, and looks at its evidence in the end."""

from yiwang.cases import facts, law, rules
from yiwang.cases.classes import SUPERVISION_KIND
from yiwang.cases.locked import locked_case
from yiwang.cases.numbers import Source
from yiwang.cases.stages import ARROWS, SUPERVISION, Proof
from yiwang.cases.steps import forward
from yiwang.cases.steps.forward import Ground
from yiwang.cases.steps.frame import hands_of, house_of, known_team, limits_of, take, turn
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import TOWN_WIDE, Call, CaseId, TeamId


@step("case.supervise")
def order(*, origin_ref: str, title: str, words: str, team_id: TeamId, call: Call) -> facts.CaseGathered:
    """Open a supervision and put it in the hands of one department at once: its clock runs from now, signed or not.

    `origin_ref` is what it is about, in the names of the module above. Raises ProofMissing without words, and
    TypeUnknown where no pack has a type of supervisions.
    """
    permission.require(call.actor, "case.supervise", TOWN_WIDE)
    rules.need(ARROWS["press"], Proof.REASON, words.strip())
    said = rules.public_words("explanation", words)
    opened = forward.gather(
        source=Source.PLAN,
        origin_kind=SUPERVISION,
        origin_ref=origin_ref,
        text=said,
        ground=Ground(),
        reporter=None,
        happened_at=call.now,
        call=call,
    )
    case = locked_case(opened.case_id)
    type_code = law.catalogue().first_of(SUPERVISION_KIND).code
    in_force = limits_of(case, type_code, "")
    accepted = facts.CaseAccepted(
        case_id=case.id,
        type_code=type_code,
        demand="",
        place_id=None,
        point=None,
        grid_cell=None,
        committee=None,
        urgent=False,
        clocks=turn(ARROWS["accept"], case, call, in_force=in_force),
        title=title.strip()[:80],
    )
    record(accepted, call=call)
    case = locked_case(opened.case_id)
    given = facts.CaseDispatched(
        case.id, known_team(team_id, call), case.round + 1, said, turn(ARROWS["dispatch"], case, call)
    )
    record(given, call=call)
    return opened


@step("case.supervise")
def discharge(case_id: CaseId, *, finding: str, version: int | None = None, call: Call) -> facts.CaseClosed:
    """督办办结: the evidence stands, and whoever leads has looked at it. Nobody reported it, so nobody is called back.

    Raises EvidenceWanted, OwnWork, OwnDepartment, and NotSupervised for any other case.
    """
    arrow, case = take("discharge", case_id, version, call)
    rules.other_person(case, call.actor, house_of(case, call), hands_of(case))
    rules.evidence(arrow, case)
    rules.need(arrow, Proof.REASON, finding.strip())
    said = rules.public_words("finding", finding)
    fact = facts.CaseClosed(case.id, called_back="nobody", answer=said, clocks=turn(arrow, case, call))
    record(fact, call=call)
    return fact


@step("case.supervise")
def press(case_id: CaseId, *, finding: str, version: int | None = None, call: Call) -> facts.CaseReworked:
    """督办退回: what was shown is not enough. Back to the department on what is left of its clock, as after a verification."""
    arrow, case = take("press", case_id, version, call)
    rules.other_person(case, call.actor, house_of(case, call), hands_of(case))
    rules.need(arrow, Proof.REASON, finding.strip())
    said = rules.public_words("finding", finding)
    fact = facts.CaseReworked(case_id=case.id, finding=said, files=(), clocks=turn(arrow, case, call))
    record(fact, call=call)
    return fact
