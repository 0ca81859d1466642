"""A case taken for changing: its row locked, as the rules see it. Only the steps of cases use this."""

from collections.abc import Iterable
from itertools import groupby

from yiwang.cases import rules
from yiwang.cases.classes import ON_APPROVAL
from yiwang.cases.facts import UNMET
from yiwang.cases.models import Case, CasePart, CaseProof, ClockEvent, Extension, Objection
from yiwang.cases.numbers import Source
from yiwang.cases.parts import PartSnapshot, PartState
from yiwang.cases.problems import CaseUnknown
from yiwang.cases.snapshot import CaseSnapshot, ClockSnapshot
from yiwang.cases.stages import ALARM, SUPERVISION, ClockStage, State
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.problems import ChangedMeanwhile
from yiwang.kernel.terms import SYSTEM, AccountId, CaseId, ClockId, PartId, PlaceId, Point, TeamId, Where
from yiwang.kernel.workdays.clocks import ClockEvent as Event
from yiwang.kernel.workdays.clocks import Happened
from yiwang.registers.evidence import queries as signed


def locked_case(case_id: CaseId, version: int | None = None) -> CaseSnapshot:
    """Lock a case's row until the transaction ends, and read it.

    Raises CaseUnknown, and ChangedMeanwhile when `version` (what the page showed) is no longer the case's.
    """
    row = Case.objects.select_for_update().filter(pk=case_id).first()
    if row is None:
        raise CaseUnknown(number=str(case_id))
    if version is not None and version != row.row_version:
        raise ChangedMeanwhile()
    return snapshot_of(row)


def snapshot_of(row: Case) -> CaseSnapshot:
    """A row of `case` with its clocks and objections, as the rules see it."""
    extensions = _extensions(row)
    return CaseSnapshot(
        id=CaseId(row.id),
        number=row.number,
        source=Source(row.source),
        state=State(row.state),
        type_code=row.type_code,
        demand=row.demand,
        complex_approved=row.demand == ON_APPROVAL and _approved(row),
        urgent=row.urgent,
        place_id=PlaceId(row.place_id) if row.place_id else None,
        point=Point(row.longitude, row.latitude) if row.longitude is not None and row.latitude is not None else None,
        grid_cell=PlaceId(row.grid_cell) if row.grid_cell else None,
        committee=PlaceId(row.committee) if row.committee else None,
        lead_team=TeamId(row.lead_team_id) if row.lead_team_id else None,
        handler=AccountId(row.handler) if row.handler else None,
        reporter=AccountId(row.reporter) if row.reporter else None,
        on_behalf=AccountId(row.on_behalf) if row.on_behalf else None,
        called_back=row.called_back,
        rating_taken_by=AccountId(row.rating_taken_by) if row.rating_taken_by else None,
        round=row.round,
        ruled=row.ruled,
        reopened=row.reopened > 0,
        objected_teams=frozenset(_objected(row)),
        extension_asked="asked" in extensions,
        extension_refused="refused" in extensions,
        opened_at=row.opened_at,
        dispatched_at=row.dispatched_at,
        closed_at=row.closed_at,
        review_on=row.review_on,
        review_due=row.review_due,
        row_version=row.row_version,
        clocks=clocks_of(CaseId(row.id)),
        parts=_parts(row),
        origin=row.origin_kind,
        evidenced=row.origin_kind == SUPERVISION and _evidenced(row),
        proven=_proven(row) if row.origin_kind == ALARM else "",
    )


def _parts(row: Case) -> tuple[PartSnapshot, ...]:
    """The parts of assisting departments, in the order in which they were asked."""
    if not row.assists:
        return ()
    return tuple(
        PartSnapshot(
            id=PartId(part.id),
            team=TeamId(part.team_id),
            round=part.round,
            state=PartState(part.state),
            task=part.task,
            asked_at=part.asked_at,
            handler=AccountId(part.handler) if part.handler else None,
            result=part.result,
            answered_at=part.answered_at,
            ended_why=part.ended_why,
            given_at=part.given_at or part.asked_at,
            objected_teams=frozenset(TeamId(team) for team in part.objected_teams),
            proposed_team=TeamId(part.proposed_team) if part.proposed_team else None,
            ruled=part.ruled,
        )
        for part in CasePart.objects.filter(case=row).order_by("asked_at", "id")
    )


def _proven(row: Case) -> str:
    """By what the case of an alarm is shown to be back to normal."""
    return rules.proven_by(CaseProof.objects.filter(case=row).values_list("kind", "ref"))


def _evidenced(row: Case) -> bool:
    """Whether signed evidence stands. What was withdrawn a moment ago counts no more, also while no proof says so yet."""
    listed = list(CaseProof.objects.filter(case=row).values_list("kind", "ref"))
    gone = signed.withdrawn_among(SYSTEM, [ref for kind, ref in listed if kind == rules.EVIDENCE])
    return rules.evidence_stands(one for one in listed if one[1] not in gone)


def _approved(row: Case) -> bool:
    """Whether a named person approved that the demand is complex: in the journal, older cases were called so by anybody."""
    return bool(journal.of_verb("case.complex_approved", "case", [row.id]))


def _objected(row: Case) -> Iterable[TeamId]:
    if not row.objections:
        return ()
    return [TeamId(team) for team in Objection.objects.filter(case=row).values_list("team_id", flat=True)]


def _extensions(row: Case) -> frozenset[str]:
    """What became of the requests for more time in this round of handling."""
    if row.state not in {State.DISPATCHED, State.HANDLING}:
        return frozenset()
    return frozenset(Extension.objects.filter(case=row, round=row.round).values_list("state", flat=True))


def clocks_of(case_id: CaseId) -> tuple[ClockSnapshot, ...]:
    """The clocks of a case with their events, the oldest first."""
    events = ClockEvent.objects.filter(clock__case=case_id).select_related("clock").order_by("clock_id", "seq")
    by_clock = {key: tuple(rows) for key, rows in groupby(events, key=lambda event: event.clock_id)}
    clocks = sorted(
        (rows[0].clock for rows in by_clock.values()), key=lambda clock: (by_clock[clock.id][0].entry, clock.id)
    )
    return tuple(
        ClockSnapshot(
            id=ClockId(clock.id),
            stage=ClockStage(clock.stage),
            rule=clock.rule,
            unit=clock.unit,
            amount=clock.amount,
            state=clock.state,
            due_at=clock.due_at,
            soon_at=clock.soon_at,
            provisional=clock.provisional,
            ran_out=clock.ran_out,
            events=tuple(
                Event(Happened(event.kind), event.at, event.amount)
                for event in by_clock[clock.id]
                if event.kind != "recompute"
            ),
            unmet=any(event.kind == "stop" and event.reason == UNMET for event in by_clock[clock.id]),
            part=PartId(clock.part_id) if clock.part_id else None,
        )
        for clock in clocks
    )


def ground_of(case: CaseSnapshot) -> Where:
    """Whose the case is, for permission: its committee, its lead department, the one who reported it and whom it concerns."""
    return Where(
        committee=case.committee,
        teams=frozenset({case.lead_team}) if case.lead_team else frozenset(),
        owners=frozenset(one for one in (case.reporter, case.on_behalf) if one),
    )


def ground_of_part(part: PartSnapshot | None) -> Where:
    """Whose a part is, for permission: the assisting department's alone. A part that is not there is nobody's."""
    return Where(teams=frozenset({part.team}) if part else frozenset())
