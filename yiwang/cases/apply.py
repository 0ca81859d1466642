"""From facts to rows: the only place where the tables of cases are written, live and on replay."""

from datetime import date
from typing import Any

from django.db.models import F

from yiwang.cases import facts
from yiwang.cases.bigrams import bigrams
from yiwang.cases.classes import ON_APPROVAL
from yiwang.cases.facts import ClockChange
from yiwang.cases.models import (
    Case,
    CaseLink,
    CasePart,
    CaseProof,
    Clock,
    ClockEvent,
    Extension,
    Objection,
    Recheck,
    RecheckDraw,
    Ruling,
)
from yiwang.cases.parts import OPEN_PARTS, PartState
from yiwang.cases.reasons import REACHED
from yiwang.cases.stages import ENDED, STAGE_OF, State
from yiwang.kernel.journal.registry import Entry, applies

RUNNING = {"start": "running", "resume": "running", "extend": "running", "pause": "paused", "stop": "stopped"}
"""The state a clock is in after each kind of event; expire, recompute and relimit leave it as it is."""

LEADS = "leads"
"""Why a part ended: its department leads the case now."""

SEEN_TO: dict[str, Any] = {"rated_unsolved": False}
"""Who notes something on a case, or that the one who reported was spoken with, has seen that they find it not solved."""


def move(fact: Any, entry: Entry, state: State | None = None, **columns: Any) -> None:
    """Write a case's new state and columns, its clocks, and which clock is due next."""
    if state is not None:
        columns |= {"state": state, "stage": STAGE_OF[state]}
    if state in ENDED:
        _let_go(fact.case_id, str(state))
    _apply_clocks(fact.case_id, fact.clocks, entry)
    if fact.clocks or state is not None:
        columns |= _next_due(fact.case_id, ended=state in ENDED)
    Case.objects.filter(pk=fact.case_id).update(
        row_version=F("row_version") + 1, changed_at=entry.recorded_at, **columns
    )


def _let_go(case_id: Any, why: str, **which: Any) -> None:
    """Parts that were waited for are waited for no more."""
    waiting = CasePart.objects.filter(case=case_id, state__in=OPEN_PARTS, **which)
    waiting.update(state=PartState.WITHDRAWN, ended_why=why)


def _apply_clocks(case_id: Any, changes: tuple[ClockChange, ...], entry: Entry) -> None:
    started = [change for change in changes if change.kind == "start"]
    Clock.objects.bulk_create([_started(case_id, change) for change in started])
    events = [_event(change, 0, entry) for change in started]
    for change in changes:
        if change.kind != "start":
            events.append(_event(change, ClockEvent.objects.filter(clock=change.clock_id).count(), entry))
            _change_clock(change, entry)
    ClockEvent.objects.bulk_create(events)


def _started(case_id: Any, change: ClockChange) -> Clock:
    return Clock(
        id=change.clock_id,
        case_id=case_id,
        stage=change.stage,
        rule=change.rule,
        rule_version=change.rule_version,
        rule_hash=change.rule_hash,
        unit=change.unit,
        amount=change.amount,
        state="running",
        due_at=change.due_at,
        soon_at=change.soon_at,
        provisional=change.provisional,
        part_id=change.part,
    )


def _event(change: ClockChange, seq: int, entry: Entry) -> ClockEvent:
    return ClockEvent(
        id=f"{change.clock_id}/{seq}",
        clock_id=change.clock_id,
        seq=seq,
        kind=change.kind,
        at=change.at,
        amount=change.carried if change.kind == "relimit" else change.amount,
        reason=change.reason,
        entry=entry.id,
    )


def _change_clock(change: ClockChange, entry: Entry) -> None:
    columns: dict[str, Any] = {
        "due_at": change.due_at,
        "soon_at": change.soon_at,
        "provisional": change.provisional,
    }
    if change.kind in RUNNING:
        columns["state"] = RUNNING[change.kind]
    if change.kind == "expire":
        columns["ran_out"] = True
    # A pause mends nothing: what had run out before it has run out after it.
    if change.kind == "extend" or change.mends:
        columns["ran_out"] = False
    if change.kind == "relimit":  # who asked for more of the old limit has to ask again for more of the new one
        columns |= {name: getattr(change, name) for name in ("rule", "rule_version", "rule_hash", "unit", "amount")}
        _lapse(entry, clock=change.clock_id)
    if change.kind == "stop":  # a request for more of a time that is over is answered by nobody any more
        _lapse(entry, clock=change.clock_id)
    Clock.objects.filter(pk=change.clock_id).update(**columns)


def _lapse(entry: Entry, **of: Any) -> None:
    """Requests for more time that wait for an answer wait no longer."""
    Extension.objects.filter(state="asked", **of).update(state="lapsed", decided_at=entry.happened_at)


def _next_due(case_id: Any, *, ended: bool) -> dict[str, Any]:
    """The columns a work list sorts by: the running clock that runs out first. Ended cases are due nothing."""
    running = Clock.objects.filter(case=case_id, state="running").order_by("due_at", "id")
    clocks = [] if ended else list(running.values_list("due_at", "soon_at", "stage", "ran_out"))
    if not clocks:
        return {"due_at": None, "soon_at": None, "due_stage": "", "overdue": False}
    due_at, soon_at, stage, _ = clocks[0]
    overdue = any(ran_out for *_, ran_out in clocks)
    return {"due_at": due_at, "soon_at": soon_at, "due_stage": stage, "overdue": overdue}


def keep_photos(fact: Any, entry: Entry, stage: State, kind: str) -> None:
    CaseProof.objects.bulk_create(
        [
            CaseProof(
                id=f"{fact.case_id}/{kind}/{sha256}",
                case_id=fact.case_id,
                kind=kind,
                ref=sha256,
                stage=STAGE_OF[stage],
                at=entry.happened_at,
            )
            for sha256 in fact.files
        ],
        ignore_conflicts=True,  # the same photo shown twice is one proof
    )


def _ground(fact: Any) -> dict[str, Any]:
    """The columns of where it is."""
    return {
        "place_id": fact.place_id,
        "longitude": fact.point.longitude if fact.point else None,
        "latitude": fact.point.latitude if fact.point else None,
        "grid_cell": fact.grid_cell,
        "committee": fact.committee,
    }


@applies(facts.CaseGathered)
def case_gathered(fact: facts.CaseGathered, entry: Entry) -> None:
    first = min(fact.clocks, key=lambda clock: (clock.due_at, clock.clock_id), default=None)
    Case.objects.create(
        id=fact.case_id,
        number=fact.number,
        source=fact.source,
        origin_kind=fact.origin_kind,
        origin_ref=fact.origin_ref,
        state=State.GATHERED,
        stage=STAGE_OF[State.GATHERED],
        type_code=fact.type_code or "",
        text=fact.text or "",
        bigrams=bigrams(fact.text or ""),
        urgent=fact.urgent,
        reporter=fact.reporter,
        on_behalf=fact.on_behalf,
        opened_at=entry.happened_at,
        changed_at=entry.recorded_at,
        due_at=first.due_at if first else None,
        soon_at=first.soon_at if first else None,
        due_stage=first.stage if first else "",
        **_ground(fact),
    )
    _apply_clocks(fact.case_id, fact.clocks, entry)


@applies(facts.CaseAccepted)
def case_accepted(fact: facts.CaseAccepted, entry: Entry) -> None:
    text = Case.objects.values_list("text", flat=True).get(pk=fact.case_id)
    move(
        fact,
        entry,
        State.ACCEPTED,
        type_code=fact.type_code,
        type_unseen=fact.type_choice == "unseen",
        demand=fact.demand,
        title=fact.title,
        urgent=fact.urgent,
        bigrams=bigrams(f"{fact.title}\n{text}"),
        **_ground(fact),
    )


@applies(facts.CaseDeclined)
def case_declined(fact: facts.CaseDeclined, entry: Entry) -> None:
    move(fact, entry, State.DECLINED, answer=fact.explanation, closed_at=entry.happened_at)


@applies(facts.CaseDismissed)
def case_dismissed(fact: facts.CaseDismissed, entry: Entry) -> None:
    move(fact, entry, State.DISMISSED, answer=fact.explanation, closed_at=entry.happened_at)


@applies(facts.CaseVoided)
def case_voided(fact: facts.CaseVoided, entry: Entry) -> None:
    move(fact, entry, State.VOIDED, closed_at=entry.happened_at)


def _give(fact: facts.CaseDispatched | facts.CaseRuled, entry: Entry, **columns: Any) -> None:
    """The case is a department's from now on, and nobody there has it in hand yet."""
    given = {"lead_team_id": fact.team_id, "round": fact.round, "handler": None, "dispatched_at": entry.happened_at}
    move(fact, entry, State.DISPATCHED, **given, **columns)


@applies(facts.CaseDispatched)
def case_dispatched(fact: facts.CaseDispatched, entry: Entry) -> None:
    _lapse(entry, case=fact.case_id)  # by a redirect: what one department asked for is not the next one's
    _let_go(fact.case_id, LEADS, team=fact.team_id)
    _give(fact, entry)


@applies(facts.CaseSigned)
def case_signed(fact: facts.CaseSigned, entry: Entry) -> None:
    move(fact, entry, State.HANDLING, handler=fact.handler)


@applies(facts.CaseContacted)
def case_contacted(fact: facts.CaseContacted, entry: Entry) -> None:
    move(fact, entry, **(SEEN_TO if fact.reached else {}))


def _object(fact: facts.CaseReturned | facts.CaseDisputed, entry: Entry, state: State) -> None:
    Objection.objects.create(
        id=entry.id,
        case_id=fact.case_id,
        team_id=fact.team_id,
        round=fact.round,
        reason_code=fact.reason_code,
        legal_basis=fact.legal_basis,
        proposed_team=fact.proposed_team,
        explanation=fact.explanation,
        at=entry.happened_at,
    )
    _lapse(entry, case=fact.case_id)  # who says that a case is another's asks for no more time for it
    move(fact, entry, state, objections=F("objections") + 1)


@applies(facts.CaseReturned)
def case_returned(fact: facts.CaseReturned, entry: Entry) -> None:
    _object(fact, entry, State.RETURNED)


@applies(facts.CaseDisputed)
def case_disputed(fact: facts.CaseDisputed, entry: Entry) -> None:
    _object(fact, entry, State.DISPUTED)


def keep_ruling(fact: Any, entry: Entry) -> None:
    """A ruling about a case, or a part of one, is a precedent."""
    Ruling.objects.create(
        id=entry.id,
        case_id=fact.case_id,
        team_id=fact.team_id,
        type_code=fact.type_code,
        question=fact.question,
        grounds=fact.grounds,
        arbiter=entry.actor,
        at=entry.happened_at,
        bigrams=bigrams(f"{fact.question}\n{fact.grounds}"),
    )


@applies(facts.CaseRuled)
def case_ruled(fact: facts.CaseRuled, entry: Entry) -> None:
    _let_go(fact.case_id, LEADS, team=fact.team_id)
    keep_ruling(fact, entry)
    _give(fact, entry, ruled=True)


@applies(facts.CaseHandled)
def case_handled(fact: facts.CaseHandled, entry: Entry) -> None:
    keep_photos(fact, entry, State.HANDLED, "handled_photo")
    columns: dict[str, Any] = {"outcome": fact.outcome, "answer": fact.result}
    if fact.by_oneself:
        columns |= {"handler": _account_of(entry), "lead_team_id": fact.team_id}
        columns |= {"type_code": fact.type_code, "type_unseen": False}
        if fact.demand:
            columns["demand"] = fact.demand
    move(fact, entry, State.HANDLED, **columns)


def _account_of(entry: Entry) -> str | None:
    """The account in an entry's actor (`staff:<id>`)."""
    return entry.actor.partition(":")[2] or None


@applies(facts.CaseVerified)
def case_verified(fact: facts.CaseVerified, entry: Entry) -> None:
    keep_photos(fact, entry, State.VERIFIED, "verified_photo")
    move(fact, entry, State.VERIFIED, **({"type_unseen": False} if fact.type_stands else {}))


@applies(facts.CaseReworked)
def case_reworked(fact: facts.CaseReworked, entry: Entry) -> None:
    keep_photos(fact, entry, State.HANDLED, "rework_photo")
    CasePart.objects.filter(pk__in=fact.parts).update(state=PartState.HANDLING)
    move(fact, entry, State.HANDLING, reworks=F("reworks") + 1)


@applies(facts.CaseClosed)
def case_closed(fact: facts.CaseClosed, entry: Entry) -> None:
    move(fact, entry, State.CLOSED, called_back=fact.called_back, answer=fact.answer, closed_at=entry.happened_at)


@applies(facts.CaseCalledBack)
def case_called_back(fact: facts.CaseCalledBack, entry: Entry) -> None:
    if fact.called_back in REACHED:
        move(fact, entry, called_back=fact.called_back)
    else:
        move(fact, entry, missed_calls=F("missed_calls") + 1)


@applies(facts.CaseRated)
def case_rated(fact: facts.CaseRated, entry: Entry) -> None:
    move(
        fact,
        entry,
        State.RATED,
        satisfaction=fact.satisfaction,
        rating_taken_by=fact.taken_by,
        rated_unsolved=fact.waits,
    )


@applies(facts.CaseReopened)
def case_reopened(fact: facts.CaseReopened, entry: Entry) -> None:
    # one that followed another goes its own way from now on
    CaseLink.objects.filter(from_case=fact.case_id, kind="merge", undone_at=None).update(undone_at=entry.happened_at)
    move(
        fact,
        entry,
        State.DISPATCHED,
        round=fact.round,
        reopened=F("reopened") + 1,
        closed_at=None,
        satisfaction="",
        rating_taken_by=None,
        rated_unsolved=False,
        missed_calls=0,
        dispatched_at=entry.happened_at,
        **({"demand": fact.demand} if fact.demand else {}),
    )


@applies(facts.CaseSuspended)
def case_suspended(fact: facts.CaseSuspended, entry: Entry) -> None:
    move(fact, entry, State.SUSPENDED, review_on=date.fromisoformat(fact.review_on), review_due=False)


@applies(facts.ReviewDayCame)
def review_day_came(fact: facts.ReviewDayCame, entry: Entry) -> None:
    move(fact, entry, review_due=True)


@applies(facts.CaseResumed)
def case_resumed(fact: facts.CaseResumed, entry: Entry) -> None:
    move(fact, entry, State.HANDLING, review_on=None, review_due=False)


@applies(facts.ExtensionAsked)
def extension_asked(fact: facts.ExtensionAsked, entry: Entry) -> None:
    Extension.objects.create(
        id=entry.id,
        case_id=fact.case_id,
        clock_id=fact.clock_id,
        amount=fact.amount,
        unit=fact.unit,
        reason_code=fact.reason_code,
        explanation=fact.explanation,
        round=Case.objects.values_list("round", flat=True).get(pk=fact.case_id),
        state="asked",
        asked_at=entry.happened_at,
    )
    move(fact, entry)


@applies(facts.ExtensionGranted)
def extension_granted(fact: facts.ExtensionGranted, entry: Entry) -> None:
    Extension.objects.filter(case=fact.case_id, state="asked").update(state="granted", decided_at=entry.happened_at)
    move(fact, entry)


@applies(facts.ExtensionRefused)
def extension_refused(fact: facts.ExtensionRefused, entry: Entry) -> None:
    Extension.objects.filter(case=fact.case_id, state="asked").update(state="refused", decided_at=entry.happened_at)
    move(fact, entry)


@applies(facts.ClockRanOut)
def clock_ran_out(fact: facts.ClockRanOut, entry: Entry) -> None:
    move(fact, entry)


@applies(facts.DeadlinesRecomputed)
def deadlines_recomputed(fact: facts.DeadlinesRecomputed, entry: Entry) -> None:
    move(fact, entry)


@applies(facts.CaseNoted)
def case_noted(fact: facts.CaseNoted, entry: Entry) -> None:
    move(fact, entry, **(SEEN_TO if fact.kind == "note" else {}))


@applies(facts.CaseWordsForgotten)
def case_words_forgotten(fact: facts.CaseWordsForgotten, entry: Entry) -> None:
    move(fact, entry, text="", title="", bigrams=[], reporter=None, on_behalf=None)


@applies(facts.CaseCorrected)
def case_corrected(fact: facts.CaseCorrected, entry: Entry) -> None:
    columns = _ground(fact) | ({} if fact.demand is None else {"demand": fact.demand})
    move(fact, entry, type_code=fact.type_code, type_unseen=False, **columns)


@applies(facts.ComplexApproved)
def complex_approved(fact: facts.ComplexApproved, entry: Entry) -> None:
    move(fact, entry, demand=ON_APPROVAL)


@applies(facts.ProofAttached)
def proof_attached(fact: facts.ProofAttached, entry: Entry) -> None:
    CaseProof.objects.create(
        id=f"{fact.case_id}/{fact.kind}/{fact.ref}",
        case_id=fact.case_id,
        kind=fact.kind,
        ref=fact.ref,
        stage=Case.objects.values_list("stage", flat=True).get(pk=fact.case_id),
        at=entry.happened_at,
    )
    move(fact, entry)


@applies(facts.RechecksDrawn)
def rechecks_drawn(fact: facts.RechecksDrawn, entry: Entry) -> None:
    RecheckDraw.objects.create(
        id=fact.draw_id,
        first=date.fromisoformat(fact.first),
        last=date.fromisoformat(fact.last),
        seed=fact.seed,
        seed_position=fact.seed_position,
        share_percent=fact.share_percent,
        pool=list(fact.pool),
        drawn=list(fact.drawn),
    )


@applies(facts.CaseDrawn)
def case_drawn(fact: facts.CaseDrawn, entry: Entry) -> None:
    Recheck.objects.create(
        case_id=fact.case_id,
        draw_id=fact.draw_id,
        seed=fact.seed,
        pool_size=fact.pool_size,
        drawn_at=entry.happened_at,
    )


@applies(facts.CaseRechecked)
def case_rechecked(fact: facts.CaseRechecked, entry: Entry) -> None:
    keep_photos(fact, entry, State.CLOSED, "recheck_photo")
    Recheck.objects.filter(case=fact.case_id).update(
        holds=fact.holds, finding=fact.finding, checked_at=entry.happened_at
    )
