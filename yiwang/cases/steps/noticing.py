"""报警: an instrument noticed something. Its case is with the department that answers for it at once; late readings may take it back."""

from yiwang.cases import facts, law, provers, reasons, rules
from yiwang.cases.locked import locked_case
from yiwang.cases.numbers import Source
from yiwang.cases.stages import ALARM, ARROWS, ENDED, Proof
from yiwang.cases.steps import forward, remarks
from yiwang.cases.steps.frame import hands_of, house_of, known_team, limits_of, shown_before, take, turn
from yiwang.cases.steps.lineage import close_followers
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import TOWN_WIDE, Call, CaseId, FileHash, PlaceId, Point, TeamId

LONGEST_TITLE = 80
"""So many characters, as the title that somebody types."""
JOINT = "："
"""Stands between the names of which the title of an alarm's case is made."""


def short_title(title: str) -> str:
    """The title whole, or without the last of its names where it is too long: a name that is cut in two names nothing."""
    title = title.strip()
    while len(title) > LONGEST_TITLE and JOINT in title:
        title = title.rpartition(JOINT)[0]
    return title


@step("case.notice")
def notice(
    *,
    origin_ref: str,
    type_code: str,
    title: str,
    words: str,
    team_id: TeamId | None,
    place_id: PlaceId | None,
    point: Point | None,
    call: Call,
) -> facts.CaseGathered:
    """Open a case for what an instrument noticed and put it in the hands of one department: by the rule of a pack, no person decides.

    `origin_ref` is what noticed it, in the names of the module above; `team_id` None: the department of the type. Its clocks
    run from the call, also for what happened before: nobody could know of it earlier. Raises TypeUnknown, NotFound.
    """
    permission.require(call.actor, "case.notice", TOWN_WIDE)
    case_type = law.catalogue()[type_code]
    opened = forward.gather(
        source=Source.SENSOR,
        origin_kind=ALARM,
        origin_ref=origin_ref,
        text=words,
        ground=forward.ground_at(call.actor, place_id, point),
        reporter=None,
        happened_at=call.now,
        urgent=case_type.urgent,
        call=call,
    )
    case = locked_case(opened.case_id)
    accepted = facts.CaseAccepted(
        case_id=case.id,
        type_code=type_code,
        demand="",
        place_id=case.place_id,
        point=case.point,
        grid_cell=case.grid_cell,
        committee=case.committee,
        urgent=case.urgent,
        clocks=turn(ARROWS["accept"], case, call, in_force=limits_of(case, type_code, "")),
        title=short_title(title),
    )
    record(accepted, call=call)
    case = locked_case(opened.case_id)
    team = team_id or people.team_by_code(call.actor, case_type.department).team_id
    given = facts.CaseDispatched(
        case.id, known_team(team, call), case.round + 1, "", turn(ARROWS["dispatch"], case, call)
    )
    record(given, call=call)
    return opened


@step("case.notice")
def retract(case_id: CaseId, *, words: str, call: Call) -> facts.CaseDismissed | facts.CaseNoted:
    """What the case was opened for is not so by the readings that came later: it ends, if nobody has taken it up yet.

    One that somebody has in hand, or that has ended, stays as it is, and a remark says so. Raises NotAllowed.
    """
    case = locked_case(case_id)
    permission.require(call.actor, "case.notice", TOWN_WIDE)
    if case.state not in ARROWS["retract"].leaves:
        return remarks.note(case_id, text=words, call=call)
    arrow, case = take("retract", case_id, None, call)
    rules.need(arrow, Proof.REASON, words.strip())
    fact = facts.CaseDismissed(
        case.id, reasons.WITHDRAWN, rules.public_words("explanation", words), turn(arrow, case, call)
    )
    record(fact, call=call)
    return fact


@step("case.close_unproven")
def close_unproven(
    case_id: CaseId, *, finding: str, gone: str, version: int | None = None, call: Call
) -> facts.CaseClosed:
    """未经证明结案: a leader closes the case of an alarm though nothing shows that it is back to normal (the instrument is dead or gone).

    `gone`: what the module that judges readings found of the instrument, in its words; it hangs on the case. The case says for good
    that nothing proves it. Raises OwnWork, OwnDepartment, ProofMissing without either reason, and NotAlarm for any other case.
    """
    arrow, case = take("close_unproven", case_id, version, call)
    rules.other_person(case, call.actor, house_of(case, call), hands_of(case))
    rules.need(arrow, Proof.REASON, finding.strip())
    rules.need(arrow, Proof.GONE, gone)
    said = rules.public_words("finding", finding)
    if not shown_before((FileHash(gone),), case, call):
        record(facts.ProofAttached(case.id, rules.GONE, gone, ()), call=call)
    fact = facts.CaseClosed(
        case.id,
        called_back="nobody",
        answer=said,
        clocks=turn(arrow, case, call),
        proven=(case.proven and provers.proven_now(case.origin, case.id, call.now)) or rules.BY_NOTHING,
    )
    record(fact, call=call)
    close_followers(case, fact, call)
    return fact


@step("case.show_sample")
def show_sample(case_id: CaseId, *, sample: str, version: int | None = None, call: Call) -> facts.ProofAttached:
    """登记人工样品: name a stored sample where the instrument cannot show that it is back to normal.

    `sample`: its name in the module that keeps it. Whether it shows anything is for the module that judges readings. Raises
    ProofMissing, ProofAgain, and NotAlarm for any other case.
    """
    arrow, case = take("show_sample", case_id, version, call)
    rules.need(arrow, Proof.RESULT, sample)
    rules.new_proof(case, sample, shown_before((FileHash(sample),), case, call))
    fact = facts.ProofAttached(case.id, rules.SAMPLE, sample, ())
    record(fact, call=call)
    return fact


def still_open(case_id: CaseId) -> bool:
    """Whether a case has not ended, its row locked until the transaction does."""
    return locked_case(case_id).state not in ENDED
