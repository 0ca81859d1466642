"""Sheets that were handed in on a page and wait for the worker in a table of their module: taken up, finished, forgotten.

Passing rows, no facts: what comes of a sheet its module records. The file is sealed and goes as soon as the work is done. A killed
worker loses nothing: the sheet is unfinished, and the next one takes it up again. The table has the columns by, state, tries,
content, outcome, received_at and finished_at.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F

from yiwang.kernel import secrecy
from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.turns import turn
from yiwang.kernel.wording import LANGUAGES, problem_text

WAITING, RUNNING, DONE, REFUSED, STUCK = "waiting", "running", "done", "refused", "stuck"
MOST_TRIES = 5
"""A sheet with which the worker broke down so often is laid aside, so that it does not stop the others for ever."""
MOST_REFUSALS = 1000
"""So many refused rows, and rows with a warning, are kept with their reasons; beyond that the count has to do."""
KEPT = timedelta(days=30)
"""How long one can come back to what became of a sheet."""

Table = type[models.Model]
Take = Callable[[Any, bytes, datetime], dict[str, Any]]
"""Takes a sheet in: its row of the table, its file, now. Gives what came of it as JSON; a Problem refuses the sheet as a whole."""


def unfinished(table: Table) -> list[UUID]:
    """The sheets with which there is something to do, the oldest first; also those whose worker was killed."""
    rows = table._default_manager.filter(finished_at=None).order_by("received_at", "pk")
    return list(rows.values_list("pk", flat=True))


def work_off_table(table: Table, take: Take, now: datetime) -> int:
    """Do what waits; returns how many sheets were finished. It may run in several processes at once."""
    table._default_manager.filter(finished_at__lt=now - KEPT).delete()
    finished = 0
    for sheet_id in unfinished(table):
        with turn(sheet_id) as mine:
            if mine and _begun(table, sheet_id):
                _finish(table, sheet_id, take, now)
                finished += 1
    return finished


def _begun(table: Table, sheet_id: UUID) -> bool:
    """Take a sheet up, or up again; not when another has finished it meanwhile."""
    waits = table._default_manager.filter(pk=sheet_id, finished_at=None)
    return bool(waits.update(state=RUNNING, tries=F("tries") + 1))


def _finish(table: Table, sheet_id: UUID, take: Take, now: datetime) -> None:
    """Take it in; then the file goes, and what came of it stays for a while. Refusals quote cells, so it is sealed."""
    row: Any = table._default_manager.get(pk=sheet_id)
    state, outcome = _outcome(row, take, now)
    sealed = secrecy.seal(json.dumps(outcome, ensure_ascii=False))
    table._default_manager.filter(pk=sheet_id).update(state=state, outcome=sealed, content=None, finished_at=now)


def _outcome(row: Any, take: Take, now: datetime) -> tuple[str, dict[str, Any]]:
    if row.tries > MOST_TRIES:
        return STUCK, {}
    try:
        return DONE, take(row, secrecy.unseal_bytes(row.content), now)
    except Problem as refusal:
        return REFUSED, {"refusal": said(refusal)}


def said(problem: Problem) -> dict[str, dict[str, str]]:
    """A reason in every language, because nobody knows who will read it."""
    return {language: problem_text(problem, language) for language in LANGUAGES}
