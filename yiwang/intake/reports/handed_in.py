"""The worker's part of an import: takes up each sheet that was handed in on a page, and says how far it is.

A killed worker loses nothing: the file waits in the table, the next sweep takes it up again, and what was taken already is
known by its number. The messages are read by the sweeper `reading` when all are in.
"""

from datetime import datetime, timedelta
from typing import Any

from yiwang.intake.reports import sheetqueue, taking
from yiwang.intake.reports.sheetqueue import HandedIn
from yiwang.intake.reports.taking import TakenSheet
from yiwang.kernel.people import queries as people
from yiwang.kernel.places.datum import Datum
from yiwang.kernel.problems import NotAllowed, Problem
from yiwang.kernel.sheets.turns import turn
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call
from yiwang.kernel.wording import LANGUAGES, problem_text

MOST_TRIES = 5
"""A sheet with which the worker broke down so often is laid aside, so that it does not stop the others for ever."""
MOST_REFUSALS = 1000
"""So many refused rows, and rows with a warning, are kept with their reasons; beyond that the count has to do."""
KEPT = timedelta(days=30)
"""How long one can come back to what became of a sheet."""


def work_off(now: datetime) -> int:
    """Do what waits; returns how many sheets were finished. It may run in several processes at once."""
    sheetqueue.drop_before(now - KEPT)
    finished = 0
    for import_id in sheetqueue.unfinished():
        with turn(import_id) as mine:
            handed = sheetqueue.begin(import_id) if mine else None
            if handed is not None:
                _take(handed, now)
                finished += 1
    return finished


def _take(handed: HandedIn, now: datetime) -> None:
    if handed.tries > MOST_TRIES:
        sheetqueue.finish(handed.import_id, sheetqueue.STUCK, {}, now)
        return
    try:
        taken = taking.take_sheet(
            handed.content,
            handed.filename,
            call=Call(_whose(handed), now, handed.door),
            columns=handed.columns,
            datum=Datum(handed.datum) if handed.datum else None,
            progress=lambda what, done, total: sheetqueue.note(handed.import_id, what, done, total),
            since=handed.received_at,
        )
    except Problem as refusal:
        sheetqueue.finish(handed.import_id, sheetqueue.REFUSED, {"refusal": _said(refusal)}, now)
    else:
        sheetqueue.finish(handed.import_id, sheetqueue.DONE, _outcome(taken), now)


def _whose(handed: HandedIn) -> Actor:
    """Who handed it in, with the roles held now. Raises NotFound or NotAllowed when that is nobody who may act any more."""
    card = people.account(Actor(ActorKind.SYSTEM), AccountId(handed.by))
    if not card.active:
        raise NotAllowed(action="report.import")
    return card.actor()


def _said(problem: Problem) -> dict[str, dict[str, str]]:
    return {language: problem_text(problem, language) for language in LANGUAGES}


def _outcome(taken: TakenSheet) -> dict[str, Any]:
    """What the page tells, as JSON; the reasons in every language, because nobody knows who will read them."""
    first, last = taken.sheet.first_at, taken.sheet.last_at
    return {
        "rows": taken.sheet.rows,
        "added": taken.added,
        "known": taken.known,
        "replied": taken.replied,
        "refused": len(taken.refused),
        "refusals": [
            {"row": one.row, "column": one.column, "said": _said(one.problem)} for one in taken.refused[:MOST_REFUSALS]
        ],
        "warnings": [
            {"row": one.row, "column": one.column, "said": _said(one.problem)} for one in taken.warnings[:MOST_REFUSALS]
        ],
        "warned": len(taken.warnings),
        "columns": taken.columns,
        "first_at": first.isoformat() if first else None,
        "last_at": last.isoformat() if last else None,
    }
