"""The way forward through the seven stages (R-101): gather, accept, dispatch, sign, report back, verify, close, rate."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from yiwang.cases import clocks, facts, law, limits, numbers, provers, rules
from yiwang.cases.locked import locked_case
from yiwang.cases.numbers import Source
from yiwang.cases.reasons import CALLED_BACK, OUTCOMES, SATISFACTION, SOLVED, UNSOLVED
from yiwang.cases.snapshot import CaseSnapshot
from yiwang.cases.stages import Proof
from yiwang.cases.steps import joint
from yiwang.cases.steps.frame import (
    can_be_seen,
    demand_of,
    hands_of,
    hang_photos,
    house_of,
    known_team,
    led_by,
    limits_of,
    take,
    turn,
)
from yiwang.cases.steps.lineage import close_followers
from yiwang.kernel import ids, walltime
from yiwang.kernel.access import permission
from yiwang.kernel.files.steps import own_ground
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import queries as people
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.shapes import middle
from yiwang.kernel.terms import AccountId, Actor, Call, CaseId, ClockId, FileHash, PlaceId, Point, TeamId, Where


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a case is: the place it was given, its point, and the cell and committee the point lies in."""

    place_id: PlaceId | None = None
    point: Point | None = None
    grid_cell: PlaceId | None = None
    committee: PlaceId | None = None


def ground_at(actor: Actor, place_id: PlaceId | None, point: Point | None) -> Ground:
    """The ground of a point, or of a place's own middle when no point was given."""
    if place_id is None and point is None:
        return Ground()
    town_map = places.town_map(actor)
    place = town_map.place(place_id) if place_id is not None else None
    if point is None and place is not None:
        point = middle(place.geometry)
    if point is None:
        return Ground(place_id)
    located = town_map.locate(point)
    return Ground(place_id, point, located.cell_id, located.committee_id)


# The two check digits follow from the rest, so between 00 and 99 there is at most the one number asked about.
_NEXT_SERIAL = """
WITH next AS (SELECT nextval('case_serial') AS serial),
     body AS (SELECT serial, %(head)s || lpad(serial::text, %(digits)s, '0') AS body FROM next)
SELECT serial, EXISTS (SELECT FROM "case" WHERE number BETWEEN body || '00' AND body || '99') FROM body
"""


def ground_after(case: CaseSnapshot, place_id: PlaceId | None, point: Point | None, actor: Actor) -> Ground:
    """Where a case is once it was said to be there: at that place or point, or where it was when nothing else was said."""
    unsaid = place_id is None and point is None
    if unsaid or (place_id == case.place_id and point in (None, case.point)):
        return Ground(case.place_id, case.point, case.grid_cell, case.committee)
    return ground_at(actor, place_id, point)


def free_number(day: datetime, source: Source) -> str:
    """The next number of a source on a day. The sequence goes round after 99,999, so a number in use is passed over."""
    town_day = walltime.town_day(day)
    head = numbers.head(town_day, source)
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_NEXT_SERIAL, {"head": head, "digits": numbers.SERIAL_DIGITS})
            serial, in_use = cursor.fetchone()
            if not in_use:
                return numbers.number(town_day, source, serial)


@step("case.gather")
def gather(
    *,
    source: Source,
    origin_kind: str,
    origin_ref: str,
    text: str,
    ground: Ground,
    reporter: AccountId | None,
    on_behalf: AccountId | None = None,
    happened_at: datetime,
    urgent: bool = False,
    type_code: str | None = None,
    call: Call,
) -> facts.CaseGathered:
    """Stage 1: open a case for something reported, noticed, demanded, drawn or applied for, and start its first clocks.

    `happened_at` is when the town received it; clocks run from then. Reports call this inside their own step.
    """
    stands_on = own_ground(call.actor)  # a grid worker may tell of what lies across the border of the own committee
    owners = frozenset({reporter} if reporter else ())
    permission.require(
        call.actor, "case.gather", Where(stands_on.committee or ground.committee, stands_on.teams, owners)
    )
    in_force = limits.on_receipt(law.rulebook(), walltime.town_day(happened_at), hotline=source is Source.HOTLINE)
    fact = facts.CaseGathered(
        case_id=CaseId(ids.new_id(call.now)),
        number=free_number(happened_at, source),
        source=str(source),
        origin_kind=origin_kind,
        origin_ref=origin_ref,
        day=walltime.town_day(happened_at).isoformat(),
        type_code=type_code,
        place_id=ground.place_id,
        point=ground.point,
        grid_cell=ground.grid_cell,
        committee=ground.committee,
        urgent=urgent,
        reporter=reporter,
        on_behalf=on_behalf,
        clocks=tuple(
            clocks.start(ClockId(ids.new_id(call.now)), limit, happened_at, law.calendar())
            for limit in in_force.values()
        ),
        text=text,
    )
    record(fact, call=call, happened_at=happened_at)
    return fact


@step("case.accept")
def accept(
    case_id: CaseId,
    *,
    type_code: str,
    title: str,
    demand: str = "",
    place_id: PlaceId | None = None,
    point: Point | None = None,
    urgent: bool | None = None,
    type_unseen: bool = False,
    version: int | None = None,
    call: Call,
) -> facts.CaseAccepted:
    """Stage 2, 受理: a named person takes the matter on, as what and where (where it was, if nothing is said of that).

    `demand` is the kind of demand (R-111) of an order of 12345 and of a type of demands; its type's when none is given.
    `type_unseen`: the type is the reader's own suggestion and nobody looked at it, so that it must not teach the reader.
    Raises TypeUnknown.
    """
    arrow, case = take("accept", case_id, version, call)
    rules.need(arrow, Proof.TYPE, type_code)
    rules.type_fits(case, type_code)
    case_type = law.catalogue()[type_code]
    demand = limits.demand_of(case_type, demand, hotline=case.hotline)
    if demand:
        rules.demand(case, demand)
    found = ground_after(case, place_id, point, call.actor)
    fact = facts.CaseAccepted(
        case_id=case.id,
        type_code=type_code,
        demand=demand,
        title=title.strip()[:80],
        place_id=found.place_id,
        point=found.point,
        grid_cell=found.grid_cell,
        committee=found.committee,
        urgent=case_type.urgent or case.urgent if urgent is None else urgent,
        clocks=turn(arrow, case, call, in_force=limits_of(case, type_code, demand)),
        type_choice="unseen" if type_unseen else "chosen",
    )
    record(fact, call=call)
    return fact


@step("case.dispatch")
def dispatch(
    case_id: CaseId,
    team_id: TeamId,
    *,
    instruction: str = "",
    assists: tuple[TeamId, ...] = (),
    assist_task: str = "",
    version: int | None = None,
    call: Call,
) -> facts.CaseDispatched:
    """Stage 3, 派遣: hand the case to one lead department. Its clock runs from now, signed or not.

    `assists` are asked in the same breath to do `assist_task` (joint.ask_assist).

    After a return the handling clock runs on: the resident's time never begins anew.
    """
    arrow, case = take("dispatch", case_id, version, call)
    fact = facts.CaseDispatched(
        case_id=case.id,
        team_id=known_team(team_id, call),
        round=case.round + 1,
        instruction=rules.public_words("instruction", instruction),
        clocks=(*turn(arrow, case, call), *led_by(team_id, case, call)),
    )
    record(fact, call=call)
    if assists:
        joint.ask(locked_case(case.id), assists, assist_task, call)
    return fact


@step("case.handle")
def sign(case_id: CaseId, *, version: int | None = None, call: Call) -> facts.CaseSigned:
    """签收: somebody in the lead department takes the case up."""
    arrow, case = take("sign", case_id, version, call)
    assert call.actor.account_id is not None, "only a person signs"  # noqa: S101
    fact = facts.CaseSigned(case_id=case.id, handler=call.actor.account_id, clocks=turn(arrow, case, call))
    record(fact, call=call)
    return fact


@step("case.contact")
def contact(
    case_id: CaseId, *, reached: bool, note: str = "", version: int | None = None, call: Call
) -> facts.CaseContacted:
    """先行联系: the one who reported was called. The contact clock stops when they were reached. Raises NobodyToCall.

    After the end of a case it is how somebody notes that the person was told by telephone what no text could tell them.
    """
    arrow, case = take("contact", case_id, version, call)
    rules.call_to(case)
    fact = facts.CaseContacted(
        case_id=case.id,
        reached=reached,
        note=rules.public_words("note", note) or None,
        clocks=turn(arrow, case, call) if reached else (),
    )
    record(fact, call=call)
    return fact


@step("case.handle")
def report_back(
    case_id: CaseId,
    *,
    outcome: str,
    result: str,
    files: tuple[FileHash, ...] = (),
    no_photo_reason: str = "",
    version: int | None = None,
    call: Call,
) -> facts.CaseHandled:
    """Stage 5, 处理反馈: what was done and what came of it (`outcome`: solved or explained). Handled is not verified.

    Every assisting department has answered before: else PartsOpen names those that have not.
    """
    arrow, case = take("report_back", case_id, version, call)
    joint.require_answers(arrow, case, call)
    rules.evidence(arrow, case)
    rules.choice("outcome", outcome, OUTCOMES)
    rules.need(arrow, Proof.RESULT, result.strip())
    rules.photo_or_reason(arrow, can_be_seen=can_be_seen(case.type_code), photos=files, reason=no_photo_reason)
    fact = facts.CaseHandled(
        case_id=case.id,
        outcome=outcome,
        result=rules.public_words("result", result),
        no_photo_reason=rules.public_words("no_photo_reason", no_photo_reason),
        files=files,
        by_oneself=False,
        clocks=turn(arrow, case, call),
    )
    hang_photos(files, case, call)
    record(fact, call=call)
    return fact


@step("case.settle")
def settle(
    case_id: CaseId,
    *,
    type_code: str,
    result: str,
    files: tuple[FileHash, ...] = (),
    no_photo_reason: str = "",
    version: int | None = None,
    call: Call,
) -> facts.CaseHandled:
    """自行处置: a grid or committee worker mended it on the spot; it still has to be verified by somebody else.

    Raises TypeUnknown, ProofMissing, and TypeIsSet for another type than the case was accepted with.
    """
    arrow, case = take("settle", case_id, version, call)
    rules.settled_as(case, type_code)
    rules.type_fits(case, type_code)
    rules.need(arrow, Proof.RESULT, result.strip())
    demand = demand_of(type_code, case)
    rules.photo_or_reason(arrow, can_be_seen=can_be_seen(type_code), photos=files, reason=no_photo_reason)
    fact = facts.CaseHandled(
        case_id=case.id,
        outcome="solved",
        result=rules.public_words("result", result),
        no_photo_reason=rules.public_words("no_photo_reason", no_photo_reason),
        files=files,
        by_oneself=True,
        type_code=type_code,
        demand=demand,
        team_id=_office_of(case, call),
        clocks=turn(arrow, case, call, in_force=limits_of(case, type_code, demand)),
    )
    hang_photos(files, case, call)
    record(fact, call=call)
    return fact


def _office_of(case: CaseSnapshot, call: Call) -> TeamId | None:
    """Who answers for a case that nobody was given: the office of its committee, so that rework and reopening land there."""
    if case.lead_team is not None or case.committee is None:
        return case.lead_team
    offices = [
        card.team_id for card in people.teams(call.actor, kind="committee") if card.committee_id == case.committee
    ]
    return offices[0] if offices else None


@step("case.verify")
def verify(
    case_id: CaseId,
    *,
    finding: str,
    files: tuple[FileHash, ...] = (),
    no_photo_reason: str = "",
    version: int | None = None,
    call: Call,
) -> facts.CaseVerified:
    """核实: somebody other than the handler looked, with a photo where a photo can show it. Verified is not closed."""
    arrow, case = take("verify", case_id, version, call)
    assert call.actor.account_id is not None, "only a person verifies"  # noqa: S101
    rules.other_person(case, call.actor, house_of(case, call), hands_of(case))
    rules.photo_or_reason(arrow, can_be_seen=can_be_seen(case.type_code), photos=files, reason=no_photo_reason)
    fact = facts.CaseVerified(
        case_id=case.id,
        verifier=call.actor.account_id,
        finding=rules.public_words("finding", finding),
        files=files,
        no_photo_reason=rules.public_words("no_photo_reason", no_photo_reason),
        clocks=turn(arrow, case, call),
        type_stands=rules.type_stands(case),
    )
    hang_photos(files, case, call)
    record(fact, call=call)
    return fact


@step("case.close")
def close(
    case_id: CaseId, *, called_back: str, answer: str, version: int | None = None, call: Call
) -> facts.CaseClosed:
    """Stage 6, 结案: after call-back, with the answer the reporter gets. Closed is not solved: `called_back` says which.

    A first contact (R-111) of which nothing is recorded by now was not made, and its clock ends so; it is not asked for
    here, or it would be claimed when it is too late to be one.
    """
    arrow, case = take("close", case_id, version, call)
    rules.evidence(arrow, case)
    proven = case.proven and provers.proven_now(case.origin, case.id, call.now)
    rules.back_to_normal(arrow, case, proven)
    rules.choice("called_back", called_back, CALLED_BACK)
    rules.called_back(case, called_back)
    rules.need(arrow, Proof.CALL_BACK, answer.strip())
    fact = facts.CaseClosed(
        case_id=case.id,
        called_back=called_back,
        answer=rules.public_words("answer", answer),
        clocks=turn(arrow, case, call),
        proven=proven,
    )
    record(fact, call=call)
    close_followers(case, fact, call)
    return fact


@step("case.close")
def call_back(
    case_id: CaseId, *, called_back: str, note: str = "", version: int | None = None, call: Call
) -> facts.CaseCalledBack:
    """回访: record one call to the one who reported, before close or after it: what they said, or that nobody answered.

    Closing as `unreachable` is itself such a call. Raises BadChoice, and NobodyToCall where nobody is known.
    """
    arrow, case = take("call_back", case_id, version, call)
    rules.choice("called_back", called_back, CALLED_BACK[:-1])
    rules.called_back(case, called_back)
    fact = facts.CaseCalledBack(
        case_id=case.id,
        called_back=called_back,
        note=rules.public_words("note", note) or None,
        clocks=turn(arrow, case, call),
    )
    record(fact, call=call)
    return fact


@step("case.rate")
def rate(
    case_id: CaseId, *, solved: str, satisfaction: str, words: str = "", version: int | None = None, call: Call
) -> facts.CaseRated:
    """Stage 7, 综合评价: by the one who reported, or by the desk from what they said at a call-back that reached them.

    What the desk noted they may replace by their own rating, once. Raises BadChoice, NotReached or RatedBefore.
    """
    arrow, case = take("rate", case_id, version, call)
    own = call.actor.account_id is not None and call.actor.account_id in (case.reporter, case.on_behalf)
    rules.rating(case, own=own)
    rules.choice("solved", solved, SOLVED)
    rules.choice("satisfaction", satisfaction, SATISFACTION)
    fact = facts.CaseRated(
        case_id=case.id,
        solved=solved,
        satisfaction=satisfaction,
        words=words.strip() or None,
        taken_by=None if own else call.actor.account_id,
        waits=solved == UNSOLVED,
        clocks=turn(arrow, case, call),
    )
    record(fact, call=call)
    return fact
