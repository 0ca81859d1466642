"""What staff should hear of cases: this module's rows in the open table of notices (kernel/notices/table.py).

Named are those who have the next act: whoever signed a case, else those of its department; the dispatchers for what came
back; those who may rule for a dispute. Nobody hears of what they did themselves.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yiwang.cases import houses, queries
from yiwang.cases.parts import WITH_ASSISTANT, PartSnapshot, PartState
from yiwang.cases.shown import CaseRow
from yiwang.cases.stages import WITH_DEPARTMENT, ClockStage, State
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.notices import telling
from yiwang.kernel.notices.rules import News
from yiwang.kernel.notices.table import Row, declare
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import SYSTEM, CaseId, TeamId

_C = ClockStage

ASSIGNED, ASSIST, REOPENED, REWORKED = "assigned", "assist", "reopened", "reworked"
RETURNED, DISPUTED, CLOSED = "returned", "disputed", "closed"
SOON, OVERDUE, REVIEW = "soon", "overdue", "review"
EXTENSION_ASKED, EXTENSION_GRANTED, EXTENSION_REFUSED = "extension_asked", "extension_granted", "extension_refused"
KINDS = (
    ASSIGNED, ASSIST, SOON, OVERDUE, REWORKED, REOPENED, RETURNED, DISPUTED, EXTENSION_ASKED, EXTENSION_GRANTED, EXTENSION_REFUSED,
    REVIEW, CLOSED,
)  # fmt: skip
"""Every kind of notice about a case."""

OFFICES = {
    _C.ACCEPT: News(action="case.accept", roles=frozenset({"operator"})),
    _C.DISPATCH: News(action="case.dispatch", roles=frozenset({"dispatcher"})),
    _C.VERIFY: News(action="case.verify", roles=frozenset({"verifier"})),
    _C.CLOSE: News(action="case.close", roles=frozenset({"operator"})),
}
"""Whose a clock is that runs in an office of the town: the same for every case."""
OVERSIGHT = News(action="case.read", roles=frozenset({"duty_officer"}))
"""Who hears, besides those who have the act, that a resident's or an arbiter's time is over."""


def department(team_id: TeamId | None) -> News:
    """Those who may act for a department."""
    return News(action="case.handle", where=people.ground_of_team(team_id))


def in_hands(row: CaseRow) -> News:
    """Whoever signed a case; before that, or when they left, those of its lead department."""
    team = department(row.lead_team)
    return replace(team, accounts=frozenset({row.handler})) if row.handler else team


def _row(placed: Placed) -> CaseRow | None:
    case_id = CaseId(placed.fact.case_id)
    return queries.rows_of(SYSTEM, [case_id]).get(case_id)


def _to_department(placed: Placed) -> Iterable[News]:
    yield department(placed.fact.team_id)


def _to_its_department(placed: Placed) -> Iterable[News]:
    row = _row(placed)
    if row is not None:
        yield department(row.lead_team)


def _to_hands(placed: Placed) -> Iterable[News]:
    row = _row(placed)
    if row is not None:
        yield in_hands(row)


def _back_to_hands(placed: Placed) -> Iterable[News]:
    """Of a case that follows no longer, its department, if one has it."""
    if placed.fact.state in WITH_DEPARTMENT:
        yield from _to_hands(placed)


def _back_to_dispatchers(placed: Placed) -> Iterable[News]:
    """Of a case that follows no longer, the dispatchers when it or a part of it was returned to them."""
    if placed.fact.state == State.RETURNED or _parts_now(placed, PartState.RETURNED):
        yield OFFICES[_C.DISPATCH]


def _back_to_assistants(placed: Placed) -> Iterable[News]:
    """Of a case that follows no longer, the assisting departments that still have something to do."""
    yield from (assisting(part.team) for part in _parts_now(placed, *WITH_ASSISTANT))


def _back_to_part_rulers(placed: Placed) -> Iterable[News]:
    """Of a case that follows no longer, those who may rule on a dispute of one of its parts."""
    if _parts_now(placed, PartState.DISPUTED):
        yield from _to_part_rulers(placed)


def _parts_now(placed: Placed, *states: PartState) -> list[PartSnapshot]:
    row = _row(placed)
    parts = queries.case(SYSTEM, row.number).snapshot.parts if row else ()
    return [part for part in parts if part.state in states]


def assisting(team_id: TeamId) -> News:
    """Those who may act for a department that assists."""
    return News(action="case.assist", where=people.ground_of_team(team_id))


def _to_asked(placed: Placed) -> Iterable[News]:
    yield from (assisting(one.team_id) for one in placed.fact.asked)


def _to_assistant(placed: Placed) -> Iterable[News]:
    yield assisting(placed.fact.team_id)


def _to_part_rulers(placed: Placed) -> Iterable[News]:
    row = _row(placed)
    if row is not None:
        free = houses.part_rulers(SYSTEM, queries.case(SYSTEM, row.number).snapshot)
        yield News(accounts=frozenset(card.account_id for card in free))


def _to_sent_back(placed: Placed) -> Iterable[News]:
    """Whoever has to do it again: who leads, and the assisting departments whose parts went back."""
    yield from _to_hands(placed)
    row = _row(placed)
    parts = queries.case(SYSTEM, row.number).snapshot.parts if row and placed.fact.parts else ()
    yield from (assisting(part.team) for part in parts if part.id in placed.fact.parts)


def _open_parts(row: CaseRow) -> Iterable[News]:
    """The assisting departments that have not answered."""
    parts = queries.case(SYSTEM, row.number).snapshot.parts
    yield from (assisting(part.team) for part in parts if part.open)


def _to_dispatchers(placed: Placed) -> Iterable[News]:
    yield OFFICES[_C.DISPATCH]


def _to_rulers(placed: Placed) -> Iterable[News]:
    row = _row(placed)
    if row is not None and row.state is State.DISPUTED:
        yield rulers(row)


def rulers(row: CaseRow) -> News:
    """Those who may rule on a dispute now."""
    _, free = houses.rulers(SYSTEM, queries.case(SYSTEM, row.number).snapshot)
    return News(accounts=frozenset(card.account_id for card in free))


def of_clock(row: CaseRow, stage: ClockStage) -> Iterable[News]:
    """Who has the act that a clock of this stage waits for."""
    if stage in OFFICES:
        yield OFFICES[stage]
    elif stage is _C.ASSIST:
        yield from _open_parts(row)
    elif stage is _C.RULING:
        yield from (rulers(row),) if row.state is State.DISPUTED else ()
    elif row.state in WITH_DEPARTMENT:
        yield in_hands(row)


def _ran_out(placed: Placed) -> Iterable[News]:
    row, stage = _row(placed), ClockStage(placed.fact.stage)
    if row is None:
        return
    overseen = (OVERSIGHT,) if stage in (_C.ANSWER, _C.RULING) else ()
    whose = (assisting(placed.fact.team_id),) if placed.fact.team_id else of_clock(row, stage)
    for news in (*whose, *overseen):
        yield replace(news, detail=f"case.clock.{stage}")


def _review(placed: Placed) -> Iterable[News]:
    yield News(action="case.suspend", roles=frozenset({"duty_officer"}))


ROWS = (
    Row("case.dispatched", ASSIGNED, _to_department),
    Row("case.assists_asked", ASSIST, _to_asked),
    Row("case.part_passed_on", ASSIST, _to_assistant),
    Row("case.part_ruled", ASSIST, _to_assistant),
    Row("case.part_returned", RETURNED, _to_dispatchers),
    Row("case.part_disputed", DISPUTED, _to_part_rulers),
    Row("case.ruled", ASSIGNED, _to_department),
    Row("case.reopened", REOPENED, _to_its_department),
    Row("case.unmerged", ASSIGNED, _back_to_hands),
    Row("case.unmerged", ASSIST, _back_to_assistants),
    Row("case.unmerged", RETURNED, _back_to_dispatchers),
    Row("case.unmerged", DISPUTED, _back_to_part_rulers),
    Row("case.reworked", REWORKED, _to_sent_back),
    Row("case.returned", RETURNED, _to_dispatchers),
    Row("case.disputed", DISPUTED, _to_rulers),
    Row("case.ran_out", OVERDUE, _ran_out),
    Row("case.extension_asked", EXTENSION_ASKED, _to_dispatchers),
    Row("case.extension_granted", EXTENSION_GRANTED, _to_hands),
    Row("case.extension_refused", EXTENSION_REFUSED, _to_hands),
    Row("case.review_day_came", REVIEW, _review),
    Row("case.closed", CLOSED, _to_hands),
)

_TIME = (SOON, OVERDUE)
_TO_DO = tuple(kind for kind in KINDS if kind != CLOSED)
SETTLES = {
    "case.accepted": _TIME,
    "case.dispatched": (ASSIGNED, RETURNED, DISPUTED, *_TIME),
    "case.ruled": (ASSIGNED, DISPUTED, *_TIME),
    "case.signed": (ASSIGNED, REOPENED),
    "case.part_passed_on": (RETURNED,),
    "case.part_ruled": (DISPUTED,),
    "case.part_withdrawn": (RETURNED, DISPUTED),
    "case.returned": (ASSIGNED, EXTENSION_ASKED, *_TIME),
    "case.disputed": (ASSIGNED, EXTENSION_ASKED, *_TIME),
    "case.extension_granted": (EXTENSION_ASKED, *_TIME),
    "case.extension_refused": (EXTENSION_ASKED,),
    "case.handled": (ASSIGNED, ASSIST, REOPENED, REWORKED, EXTENSION_ASKED, *_TIME),
    "case.verified": _TIME,
    "case.reworked": _TIME,
    "case.suspended": (REVIEW, *_TIME),
    "case.resumed": (REVIEW,),
    "case.merged": _TO_DO,
    "case.taken_back": _TO_DO,
    "case.closed": _TO_DO,
    "case.declined": _TO_DO,
    "case.dismissed": _TO_DO,
    "case.voided": _TO_DO,
}
"""What has been seen to, by what happened since."""


def numbers(case_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What cases are called outside the house."""
    rows = queries.rows_of(SYSTEM, [CaseId(one) for one in case_ids])
    return {case_id: row.number for case_id, row in rows.items()}


declare(KINDS, ROWS, SETTLES, {"case": numbers})


def tell_soon(now: datetime) -> int:
    """Tell of each case, once for the clock that runs out next, that it is about to; returns of how many it told.

    A moment that passes is no entry of the journal, so no reader finds it. A clock that got more time is told again when
    that is about to be over.
    """
    with transaction.atomic():
        rows = {
            f"due:{row.id}:{row.due_stage}:{row.due_at:%Y%m%dT%H%M%S%z}": row for row in queries.due_soon(SYSTEM, now)
        }
        fresh = telling.untold(SOON, rows)
        if fresh:
            room = telling.Room()
            for source in fresh:
                _tell_soon(room, source, rows[source], now)
    return len(fresh)


def _tell_soon(room: telling.Room, source: str, row: CaseRow, now: datetime) -> None:
    for news in of_clock(row, ClockStage(row.due_stage)):
        clock = replace(news, detail=f"case.clock.{row.due_stage}")
        telling.tell(room, SOON, clock, about=("case", row.id), source=source, at=now)
