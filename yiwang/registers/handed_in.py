"""The worker's part of a register's import: takes in each sheet that was handed in on a page, and says how far it is.

A killed worker leaves no half: a sheet goes in as one, waits in the table until it is in, and again changes nothing.
"""

from datetime import datetime
from typing import Any

from yiwang.kernel.people.queries import still_acting
from yiwang.kernel.sheets.waiting import MOST_REFUSALS, said, work_off_table
from yiwang.kernel.terms import Call
from yiwang.registers import importing, sheetqueue
from yiwang.registers.importing import Refused, Taken
from yiwang.registers.models import RegisterSheet


def work_off(now: datetime) -> int:
    """Do what waits; returns how many sheets were finished. It may run in several processes at once."""
    return work_off_table(RegisterSheet, _take, now)


def _take(handed: RegisterSheet, content: bytes, now: datetime) -> dict[str, Any]:
    with sheetqueue.telling(handed.id) as note:
        taken = importing.take(
            handed.register,
            content,
            handed.filename,
            language=handed.language,
            call=Call(still_acting(handed.by, "register.write"), now, handed.door),
            progress=note,
        )
    return outcome(taken)


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
    return {"row": one.row, "column": one.column, "said": said(one.problem)}
