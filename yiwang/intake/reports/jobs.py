"""Timers of reports: what came in is read, people are told what became of it, and asked-for erasures are carried out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from yiwang.cases import queries as cases
from yiwang.cases.reasons import REACHED
from yiwang.intake.reports import handed_in, queries, town_reader
from yiwang.intake.reports.claims import queries as claims
from yiwang.intake.reports.facts import ReportForgotten
from yiwang.intake.reports.reading.reader import Message
from yiwang.intake.reports.steps import private, suggesting
from yiwang.kernel.journal import readers
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.people.steps import telling
from yiwang.kernel.terms import Call, CaseId, PlaceId

BATCH = 200


def read_waiting(
    call: Call,
    *,
    only_direct: bool = False,
    stopped: Callable[[], bool] = lambda: False,
    progress: Callable[[int], Any] = lambda done: None,
) -> int:
    """Read every report that waits for it and keep what was made of it; returns how many. Safe to run twice at once:
    a report is read once more at worst, and the later advice stands. `only_direct`: not those of another system."""
    done = 0
    while not stopped():
        waiting = queries.unread(call.actor, BATCH, only_direct=only_direct)
        if not waiting:
            return done
        reader = town_reader.reader(call.now)
        with town_reader.live_index(call.now, besides=lambda: queries.unread_cases(call.actor)) as recent:
            advice_list = reader.read_many(
                [
                    Message(
                        text=report.text,
                        at=report.happened_at,
                        point=report.point,
                        place_id=PlaceId(report.place_id) if report.place_id else None,
                        ref=report.case_id,
                        kind="case",
                    )
                    for report in waiting
                ],
                recent=recent,
            )
        with transaction.atomic():
            for report, advice in zip(waiting, advice_list, strict=True):
                suggesting.keep_advice(report.report_id, advice, call=replace(call, key=None))
        done += len(waiting)
        progress(done)
    return done


def sweep_unread(now: datetime) -> int:
    """Read what came in since the last time; returns how many.

    While a sheet is taken in, its messages wait and only people's own reports are read: the index of duplicates is then made
    once for the whole sheet, not again for every few messages.
    """
    call = Call(suggesting.reading_actor(), now, door="timer")
    return read_waiting(call, only_direct=queries.sheet_is_being_taken(call.actor))


TOLD = (
    "report.received", "case.accepted", "case.declined", "case.dismissed", "case.voided", "case.closed", "case.reopened",
    "case.merged", "case.unmerged", "case.closed_with", "case.followed_again", "case.split", "case.taken_back",
)  # fmt: skip
"""What the people of a report hear about, as it happens: the words are `tell.<verb>`."""
TELL_WITHIN = timedelta(days=1)
"""Older news is not told any more: a town restored or moved must not call everybody again."""


def tell_people(now: datetime) -> int:
    """Tell the one who reported, and the one it concerns, what became of it; returns how many texts went out.

    Following the journal only plans the texts, in the transaction of its cursor: none is lost or planned twice. Then each is
    sent for itself (people/steps/telling.py). A crash may tell somebody twice, never nobody.
    """

    def handle(batch: tuple[Placed, ...]) -> None:
        for placed in batch:
            if _spoke_with(placed):
                telling.reached(_case_of(placed))
            if now - placed.entry.recorded_at < TELL_WITHIN:
                _plan(placed, now)

    while readers.advance("telling people", handle):
        pass
    return telling.send_due(now)


def _spoke_with(placed: Placed) -> bool:
    """Whether somebody of the town spoke with the person: then what no text told them they have heard."""
    if placed.entry.verb == "case.contacted":
        return bool(placed.fact.reached)
    told_at = {"case.called_back", "case.closed", "case.closed_with"}
    return placed.entry.verb in told_at and placed.fact.called_back in REACHED


def _plan(placed: Placed, now: datetime) -> None:
    if placed.entry.verb in TOLD:
        _plan_for(placed, now)
    elif placed.entry.verb == "claim.answered":
        claim_id = UUID(str(placed.fact.claim_id))
        if person := claims.asked_by(suggesting.reading_actor(), claim_id):
            telling.plan(person, "tell.claim.answered", about=claim_id, now=now)


def _plan_for(placed: Placed, now: datetime) -> None:
    actor, case_id = suggesting.reading_actor(), _case_of(placed)
    known = cases.rows_of(actor, [case_id])
    for report in queries.reports_of_case(actor, case_id):
        if placed.entry.verb == "case.accepted" and report.case_id != case_id:
            continue  # split off: they were told so with its number
        names = _numbers(placed) | {"number": known[case_id].number}
        for person in {one for one in (report.reporter, report.on_behalf) if one}:
            telling.plan(person, f"tell.{placed.entry.verb}", about=case_id, now=now, **names)


def _numbers(placed: Placed) -> dict[str, str]:
    """The number of the other case that the text names, where it names one of theirs."""
    if placed.entry.verb == "case.split":
        return {"other": placed.fact.child_number}
    return {"other": placed.fact.main_number} if placed.entry.verb == "case.taken_back" else {}


def _case_of(placed: Placed) -> CaseId:
    return CaseId(UUID(str(placed.fact.case_id)))


def forget_as_asked(now: datetime) -> int:
    """Forget the reports whose person asked for it while the case was open and whose case has ended; returns how many.

    It goes at the end of the case, not after the window for reopening: who asked is answered by then, and what others
    may reopen stands on what the office wrote, so the purpose of keeping is reached (PIPL art. 47, first ground).
    """
    call = Call(suggesting.reading_actor(), now, door="timer", reason="asked for by the person; the case has ended")
    done = 0
    for wish in queries.wishes_to_fulfil(call.actor):
        fact = private.forget_report(wish.report_id, ground=wish.ground, call=call)
        done += isinstance(fact, ReportForgotten)
    return done


SWEEPS = {
    "reading": (1, sweep_unread),
    "importing sheets": (1, handed_in.work_off),
    "telling people": (2, tell_people),
    "forgetting": (60, forget_as_asked),
}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
