"""The worker's part of a register's import: takes up each sheet that was handed in on a page, and says how far it is.

A killed worker loses nothing and leaves no half: a sheet goes in as one, waits in the table until it is in, and again changes nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from yiwang.kernel.people import queries as people
from yiwang.kernel.problems import NotAllowed, Problem
from yiwang.kernel.sheets.turns import turn
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call
from yiwang.kernel.wording import LANGUAGES, problem_text
from yiwang.registers import importing, sheetqueue
from yiwang.registers.importing import Refused, Taken
from yiwang.registers.sheetqueue import HandedIn

MOST_TRIES = 5
"""A sheet with which the worker broke down so often is laid aside, so that it does not stop the others for ever."""
MOST_REFUSALS = 1000
"""So many refused rows are kept with their reasons; beyond that the count has to do."""
KEPT = timedelta(days=30)
"""How long one can come back to what became of a sheet."""


def work_off(now: datetime) -> int:
    """Do what waits; returns how many sheets were finished. It may run in several processes at once."""
    sheetqueue.drop_before(now - KEPT)
    finished = 0
    for sheet_id in sheetqueue.unfinished():
        with turn(sheet_id) as mine:
            handed = sheetqueue.begin(sheet_id) if mine else None
            if handed is not None:
                _take(handed, now)
                finished += 1
    return finished


def _take(handed: HandedIn, now: datetime) -> None:
    if handed.tries > MOST_TRIES:
        sheetqueue.finish(handed.sheet_id, sheetqueue.STUCK, {}, now)
        return
    try:
        with sheetqueue.telling(handed.sheet_id) as note:
            taken = importing.take(
                handed.register,
                handed.content,
                handed.filename,
                language=handed.language,
                call=Call(_whose(handed), now, handed.door),
                progress=note,
            )
    except Problem as refusal:
        sheetqueue.finish(handed.sheet_id, sheetqueue.REFUSED, {"refusal": _said(refusal)}, now)
    else:
        sheetqueue.finish(handed.sheet_id, sheetqueue.DONE, outcome(taken), now)


def _whose(handed: HandedIn) -> Actor:
    """Who handed it in, with the roles held now. Raises NotFound or NotAllowed when that is nobody who may act any more."""
    card = people.account(Actor(ActorKind.SYSTEM), AccountId(handed.by))
    if not card.active:
        raise NotAllowed(action="register.write")
    return card.actor()


def _said(problem: Problem) -> dict[str, dict[str, str]]:
    return {language: problem_text(problem, language) for language in LANGUAGES}


def outcome(taken: Taken) -> dict[str, Any]:
    """What a page tells of a sheet, as JSON; the reasons in every language, because nobody knows who will read them."""
    return {
        "entered": taken.fact.entered,
        "unchanged": taken.fact.unchanged,
        "refused": taken.fact.refused,
        "refusals": [_refusal(one) for one in taken.refused[:MOST_REFUSALS]],
        "ignored": list(taken.ignored),
    }


def _refusal(one: Refused) -> dict[str, Any]:
    return {"row": one.row, "column": one.column, "said": _said(one.problem)}
