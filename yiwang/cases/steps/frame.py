"""What the steps of cases share: the law in force, the ground of a point, and an arrow taken with its clocks."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from yiwang.cases import clocks, facts, houses, law, limits, rules
from yiwang.cases.classes import Limit
from yiwang.cases.facts import ClockChange
from yiwang.cases.locked import ground_of, locked_case
from yiwang.cases.models import CaseProof, Clock
from yiwang.cases.rules import House
from yiwang.cases.snapshot import CaseSnapshot, ClockSnapshot
from yiwang.cases.stages import Arrow, ClockStage
from yiwang.kernel import ids, walltime
from yiwang.kernel.access import permission
from yiwang.kernel.files import queries as hanging
from yiwang.kernel.files import steps as files
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import SYSTEM, AccountId, Call, CaseId, ClockId, FileHash, TeamId


def take(name: str, case_id: CaseId, version: int | None, call: Call) -> tuple[Arrow, CaseSnapshot]:
    """Lock the case, ask the arrow's permission on its ground, and see that the arrow leaves its state.

    What ran out before the call is written down first: the arrow may stop the clock, and it ran out all the same.
    """
    case = locked_case(case_id, version)
    permission.require(call.actor, rules.ARROWS[name].authority, ground_of(case))
    return rules.arrow(name, case), with_run_outs(case, call)


def with_run_outs(case: CaseSnapshot, call: Call) -> CaseSnapshot:
    """The locked case, after what came by itself until the call is written down: a notice of holidays that moved its
    deadlines, clocks that ran out, its review day.

    Nobody's doing, so the system's; the sweepers write the same of the cases that nobody touches.
    """
    by_itself = replace(call, actor=SYSTEM, key=None, reason="")
    if (moved := moved_deadlines(case, call)) is not None:
        record(moved, call=by_itself)
        case = locked_case(case.id)
    over = clocks.expired(case, call.now)
    day = rules.review_came(case, today=walltime.town_day(call.now))
    for clock, change in over:
        record(ran_out(case, clock, change), call=by_itself, happened_at=change.at)
    if day is not None:
        record(facts.ReviewDayCame(case.id, day.isoformat(), ()), call=by_itself, happened_at=walltime.day_begins(day))
    return locked_case(case.id) if over or day is not None else case


def ran_out(case: CaseSnapshot, clock: ClockSnapshot, change: ClockChange) -> facts.ClockRanOut:
    """That a clock of the case ran out; of a part, whose."""
    team = next((part.team for part in case.parts if part.id == clock.part), None)
    return facts.ClockRanOut(case.id, clock.id, str(clock.stage), change.at, (change,), team)


NOTICE = "notice of holidays"
"""Why deadlines are worked out again."""


def moved_deadlines(case: CaseSnapshot, call: Call) -> facts.DeadlinesRecomputed | None:
    """What became of a case's provisional deadlines since a notice of holidays was loaded; None when nothing did.

    It comes before anything is found to have run out: else a day that turned out to be off would make somebody late.
    """
    found = [clocks.recomputed(one, call.now, law.calendar(), NOTICE) for one in case.clocks if one.provisional]
    changed = tuple(change for change in found if change is not None)
    return facts.DeadlinesRecomputed(case.id, NOTICE, changed) if changed else None


def limits_of(
    case: CaseSnapshot, type_code: str | None = None, demand: str | None = None
) -> Mapping[ClockStage, Limit]:
    """The limits that hold for a case by the day it was opened (R-000: the date of the fact).

    Those of a type whose pack was taken away are what its clocks were recorded with: a case lives on to its end by them.
    """
    code = case.type_code if type_code is None else type_code
    return limits.of_case(
        law.catalogue(),
        law.rulebook(),
        code,
        case.demand if demand is None else demand,
        walltime.town_day(case.opened_at),
        hotline=case.hotline,
        recorded=() if code in law.catalogue() else _recorded(code),
    )


def _recorded(type_code: str) -> list[Limit]:
    """The limits of a type's own table as the clocks of its cases tell them; none for no type."""
    if not type_code:
        return []
    rows = Clock.objects.filter(case__type_code=type_code, rule__startswith=f"{type_code}.").exclude(
        stage=ClockStage.ASSIST
    )
    told = rows.order_by().values_list("stage", "amount", "unit", "rule", "rule_version", "rule_hash").distinct()
    return [
        Limit(ClockStage(stage), amount, unit, rule, version, mark, reference="", verified=False)
        for stage, amount, unit, rule, version, mark in told
    ]


def can_be_seen(type_code: str) -> bool:
    """Whether a photo can show how a case of this type looks; one whose type is gone counts as such, and a reason does too."""
    known = law.catalogue()
    return bool(type_code) and (type_code not in known or known[type_code].photo)


def demand_of(type_code: str, case: CaseSnapshot) -> str:
    """The kind of demand of a case as one of this type. Raises TypeUnknown for a type that it has not already."""
    if type_code == case.type_code and type_code not in law.catalogue():
        return limits.demand_as_kept(type_code, case.demand, hotline=case.hotline)
    return limits.demand_of(law.catalogue()[type_code], case.demand, hotline=case.hotline)


def turn(
    arrow: Arrow,
    case: CaseSnapshot,
    call: Call,
    *,
    at: datetime | None = None,
    in_force: Mapping[ClockStage, Limit] | None = None,
    reason: str = "",
) -> tuple[ClockChange, ...]:
    """What the arrow does to the case's clocks at the moment of the call (or `at`, for what happened before).

    One that starts none needs no limit: a case whose pack was taken away is still rated, and called back about.
    """
    moment = at or call.now
    if in_force is None:
        in_force = limits_of(case) if arrow.starts else {}
    return clocks.changes(
        arrow,
        case,
        limits=in_force,
        now=moment,
        calendar=law.calendar(),
        new_clock=lambda: ClockId(ids.new_id(call.now)),
        reason=reason,
    )


def led_by(team_id: TeamId, case: CaseSnapshot, call: Call) -> tuple[ClockChange, ...]:
    """Who leads a case has no part of its own beside: what that department still had to do as an assistant ends."""
    own = {part.id for part in case.parts if part.open and part.team == team_id}
    return tuple(
        clocks.halt(clock, "stop", call.now)
        for clock in case.clocks
        if clock.part in own and clock.state in {"running", "paused"}
    )


def relimited(
    case: CaseSnapshot, type_code: str, demand: str, call: Call, *, reason: str = "corrected"
) -> tuple[ClockChange, ...]:
    """What becomes of the case's clocks when it is found to be of this type and this kind of demand."""
    return clocks.corrected(
        case,
        limits_of(case, type_code, demand),
        now=call.now,
        calendar=law.calendar(),
        new_clock=lambda: ClockId(ids.new_id(call.now)),
        reason=reason,
    )


def known_team(team_id: TeamId, call: Call) -> TeamId:
    """The team, if there is one of this identifier. Raises NotFound."""
    return people.team(call.actor, team_id).team_id


HANDS_ON = frozenset({"case.signed", "case.handled", "case.part_signed", "case.part_answered"})
"""What one does to a case that one may then not verify oneself."""

CHECKED = frozenset({"case.verified"})
"""What one does to a case that one may then not re-check oneself."""


def house_of(case: CaseSnapshot, call: Call, *more: TeamId) -> House:
    """The house of the case's lead and assisting departments, and of the teams `more`; of what a committee's own people settled, theirs."""
    return houses.house_of(case, call.actor, *more)


def hands_of(case: CaseSnapshot, verbs: frozenset[str] = HANDS_ON) -> frozenset[AccountId]:
    """Everybody who ever signed for the case or said that it is done, also before it went to somebody else."""
    names = {one.entry.actor for one in journal.history("case", case.id) if one.entry.verb in verbs}
    return frozenset(AccountId(UUID(name.partition(":")[2])) for name in names if ":" in name)


def hang_photos(photos: tuple[FileHash, ...], case: CaseSnapshot, call: Call) -> None:
    """Hang photos of how it looks now on the case as proofs, so that they are kept.

    Raises FileGone for one that was swept, and what rules.new_photos raises for one that the case has already.
    """
    rules.new_photos(case, photos, shown_before(photos, case, call))
    for photo in photos:
        files.use_file(photo, "case", str(case.id), Purpose.PROOF, call=call)


def shown_before(photos: tuple[FileHash, ...], case: CaseSnapshot, call: Call) -> dict[FileHash, str]:
    """Which of these photos (or other refs) the case has already, and as what: `scene`, or the kind of proof."""
    if not photos:
        return {}
    proofs = CaseProof.objects.filter(case=case.id, ref__in=photos).order_by("at", "id")
    shown = {FileHash(ref): kind for ref, kind in proofs.values_list("ref", "kind")}
    scene = hanging.files_of(call.actor, "case", case.id, Purpose.SCENE)
    return shown | {one.sha256: "scene" for one in scene if one.sha256 in photos}
