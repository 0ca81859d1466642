"""What is added to a case without moving it: remarks, corrections, proofs from above, and the re-check of closed cases."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q

from yiwang.cases import facts, law, limits, rules
from yiwang.cases.lineage import kin
from yiwang.cases.lineage.rules import MERGE
from yiwang.cases.locked import ground_of, locked_case
from yiwang.cases.models import Case, CaseLink, Recheck, RecheckDraw
from yiwang.cases.problems import NotDrawn, RecheckedBefore, StillOpen
from yiwang.cases.reasons import PURPOSES
from yiwang.cases.stages import ENDED, Proof, State
from yiwang.cases.steps.forward import ground_after
from yiwang.cases.steps.frame import (
    CHECKED,
    can_be_seen,
    hands_of,
    hang_photos,
    house_of,
    relimited,
    shown_before,
    take,
)
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal.erasing import erase_private
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.facts import PersonUnmasked
from yiwang.kernel.people.steps import accounts as people_steps
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import TOWN_WIDE, AccountId, Actor, Call, CaseId, FileHash, PlaceId, Point, TeamId, Where


@step("case.note")
def note(
    case_id: CaseId,
    *,
    text: str,
    kind: str = "note",
    department: str = "",
    happened_at: datetime | None = None,
    call: Call,
) -> facts.CaseNoted:
    """Add a remark (`note`), or an answer that was given elsewhere at its own time (`reply`, with the department's name)."""
    _, case = take("note", case_id, None, call)
    words = text.strip() if kind == "reply" else rules.public_words("text", text)  # a reply is another office's paper
    fact = facts.CaseNoted(case.id, kind, department, (), text=words)
    record(fact, call=call, happened_at=happened_at)
    return fact


@step("case.note")
def note_first_reply(
    opened: facts.CaseGathered, *, reply: str, department: str = "", happened_at: datetime | None = None, call: Call
) -> facts.CaseNoted:
    """Add the answer that was given elsewhere before the case came here, in the transaction that opened the case.

    Nobody else can see that case yet, so it needs no lock and has no state that might forbid it: an import saves three
    round trips of four. Later answers are `note`.
    """
    owners = frozenset(one for one in (opened.reporter, opened.on_behalf) if one)
    permission.require(call.actor, "case.note", Where(committee=opened.committee, owners=owners))
    fact = facts.CaseNoted(opened.case_id, "reply", department, (), text=reply.strip())
    record(fact, call=call, happened_at=happened_at)
    return fact


@dataclass(frozen=True, slots=True)
class CaseLook:
    """That somebody may look at who is behind a case: its number and people, and the department that looks, if one does."""

    number: str
    people: tuple[AccountId | None, AccountId | None]
    ground: Where
    team_id: TeamId | None


def take_look(case_id: CaseId, *, purpose: str, actor: Actor) -> CaseLook:
    """Whether the actor may open the telephone of a case's people now, for this purpose; the step that opens it records it.

    The centre may do so whenever it deals with the case; a department only while the case is in its own hands.
    Raises NotAllowed, BadChoice, PhoneClosed.
    """
    case = locked_case(case_id)
    ground = people.ground_of_team(case.lead_team)
    permission.require(actor, "person.unmask", ground)
    team_id = None
    if not permission.reach(actor, "person.unmask").town:
        rules.in_hands(case)
        team_id = case.lead_team
    rules.choice("purpose", purpose, PURPOSES)
    return CaseLook(case.number, (case.reporter, case.on_behalf), ground, team_id)


@step("person.unmask")
def open_person(case_id: CaseId, account_id: AccountId, *, purpose: str, call: Call) -> PersonUnmasked:
    """Open name and telephone of the one who reported a case, or whom it concerns, for a purpose that they can read.

    The answer is for people.queries.unmasked. Raises what take_look raises, and NotFound for a person of another case.
    """
    look = take_look(case_id, purpose=purpose, actor=call.actor)
    if account_id not in look.people:
        raise NotFound
    said = replace(call, reason=f"{look.number}: {purpose}")
    return people_steps.unmask_person(account_id, purpose=purpose, about=look.number, team_id=look.team_id, call=said)


@step("case.forget")
def forget_words(case_id: CaseId, *, ground: str, call: Call) -> facts.CaseWordsForgotten:
    """Erase what the reporter said, from the case and from the journal, once the case has ended (PIPL art. 47).

    What was split off it is the same report, and goes with it. Raises StillOpen while the town must still handle any of it:
    until then the law lets it keep what it needs.
    """
    case = locked_case(case_id)
    permission.require(call.actor, "case.forget", ground_of(case))
    report = [case, *(locked_case(one) for one in kin.family(case.id)[1:])]
    for one in report:
        if one.state not in ENDED:
            raise StillOpen(number=one.number)
    forgotten = [facts.CaseWordsForgotten(one.id, ()) for one in report]
    for fact in forgotten:
        record(fact, call=call)
        erase_private("case", fact.case_id, ground=ground, call=call)
    return forgotten[0]


@step("case.correct")
def correct(
    case_id: CaseId,
    *,
    type_code: str,
    demand: str = "",
    place_id: PlaceId | None = None,
    point: Point | None = None,
    version: int | None = None,
    call: Call,
) -> facts.CaseCorrected:
    """Correct type, kind of demand or place of an accepted case. What was wrong stays in the journal and teaches the reader.

    Its clocks get the limits of what it is, each from its old start (clocks.corrected). `demand` empty: as it was.
    """
    arrow, case = take("correct", case_id, version, call)
    rules.need(arrow, Proof.TYPE, type_code)
    rules.type_fits(case, type_code)
    case_type = law.catalogue()[type_code]
    demand = limits.demand_after(case_type, demand, case.demand, hotline=case.hotline)
    if demand:
        rules.demand(case, demand)
    ground = ground_after(case, place_id, point, call.actor)
    fact = facts.CaseCorrected(
        case_id=case.id,
        type_code=case_type.code,
        place_id=ground.place_id,
        point=ground.point,
        grid_cell=ground.grid_cell,
        committee=ground.committee,
        clocks=relimited(case, type_code, demand, call),
        demand=demand,
    )
    record(fact, call=call)
    return fact


@step("case.prove")
def attach_proof(case_id: CaseId, *, kind: str, ref: str, call: Call) -> facts.ProofAttached:
    """Attach what an arrow requires, from a module above (an instrument back in limits, a signed paper).

    One thing is one proof, however often and as whatever it is given. Raises ProofAgain.
    """
    case = locked_case(case_id)
    permission.require(call.actor, "case.prove", ground_of(case))
    rules.new_proof(case, ref, shown_before((FileHash(ref),), case, call))
    fact = facts.ProofAttached(case.id, kind, ref, ())
    record(fact, call=call)
    return fact


@step("case.draw")
def draw_rechecks(
    first: date, last: date, *, seed: str, seed_position: int | None = None, call: Call
) -> facts.RechecksDrawn | None:
    """Draw the set share of the cases closed from `first` to `last` (both included) to be looked at again.

    The cases with the smallest lots are drawn (rules.lot), so that anyone who knows seed and pool can draw again. The
    same days are drawn from once, and a case is drawn once: None when that was done. Doors call `draw_month`, whose seed
    nobody chooses.
    """
    permission.require(call.actor, "case.draw", TOWN_WIDE)
    draw_id = f"{first}/{last}"
    _one_draw_at_a_time()
    if RecheckDraw.objects.filter(pk=draw_id).exists():
        return None
    no_more = Q(pk__in=Recheck.objects.values("case_id"))
    no_more |= Q(
        pk__in=CaseLink.objects.filter(kind=MERGE, undone_at=None).values("from_case_id")
    )  # one matter, one lot
    closed = Case.objects.filter(state__in=(State.CLOSED, State.RATED), closed_at__gte=walltime.day_begins(first))
    closed = closed.filter(closed_at__lt=walltime.day_begins(last + timedelta(days=1))).exclude(no_more)
    pool = dict(closed.order_by("number").values_list("number", "id"))
    share = int(law.rulebook().on("cases.recheck-share", last).value)
    drawn = rules.drawn(seed, pool, share)
    held = facts.RechecksDrawn(draw_id, str(first), str(last), seed, seed_position, share, tuple(pool), drawn)
    for number in drawn:
        record(facts.CaseDrawn(CaseId(pool[number]), draw_id, seed, len(pool), ()), call=call)
    record(held, call=call)
    return held


def _one_draw_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('draw of re-checks', 0))")


@step("case.draw")
def draw_month(day: date, *, call: Call) -> facts.RechecksDrawn | None:
    """Draw for re-check among the cases closed in the month of a day, by a seed that nobody can choose.

    The seed is the hash of the journal's last entry of that month: not known before the month is over, and for anybody
    to look up after. None when it was drawn before, or when the journal does not reach back so far. Raises MonthNotOver.
    """
    permission.require(call.actor, "case.draw", TOWN_WIDE)
    first, last = rules.month_of(day)
    rules.month_over(last, today=walltime.town_day(call.now))
    head = journal.head_at(walltime.day_begins(last + timedelta(days=1)))
    if head is None:
        return None
    return draw_rechecks(first, last, seed=head.hash, seed_position=head.position, call=call)


@step("case.recheck")
def recheck(
    case_id: CaseId,
    *,
    holds: bool,
    finding: str,
    files: tuple[FileHash, ...] = (),
    no_photo_reason: str = "",
    call: Call,
) -> facts.CaseRechecked:
    """Say whether a drawn case is still mended, by somebody other than its handler and its verifier. If not, reopen it next."""
    arrow, case = take("recheck", case_id, None, call)
    drawn = Recheck.objects.filter(case=case.id).first()
    if drawn is None:
        raise NotDrawn(number=case.number)
    if drawn.holds is not None:
        raise RecheckedBefore(number=case.number)
    rules.other_person(case, call.actor, house_of(case, call), hands_of(case))
    rules.other_checker(case, call.actor, hands_of(case, CHECKED))
    rules.photo_or_reason(arrow, can_be_seen=can_be_seen(case.type_code), photos=files, reason=no_photo_reason)
    said = (rules.public_words("finding", finding), rules.public_words("no_photo_reason", no_photo_reason))
    fact = facts.CaseRechecked(case.id, holds, "\n".join(said).strip(), files, ())
    hang_photos(files, case, call)
    record(fact, call=call)
    return fact
