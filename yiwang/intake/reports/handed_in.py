"""The worker's part of an import: takes in each sheet that was handed in on a page, and says how far it is.

What was taken before a worker was killed is known by its number. The messages are read by the sweeper `reading` when all are in.
"""

from datetime import datetime
from typing import Any

from yiwang.intake.reports import sheetqueue, taking
from yiwang.intake.reports.models import SheetImport
from yiwang.intake.reports.taking import TakenSheet
from yiwang.kernel.people.queries import still_acting
from yiwang.kernel.places.datum import Datum
from yiwang.kernel.sheets.waiting import MOST_REFUSALS, said, work_off_table
from yiwang.kernel.terms import Call


def work_off(now: datetime) -> int:
    """Do what waits; returns how many sheets were finished. It may run in several processes at once."""
    return work_off_table(SheetImport, _take, now)


def _take(handed: SheetImport, content: bytes, now: datetime) -> dict[str, Any]:
    taken = taking.take_sheet(
        content,
        handed.filename,
        call=Call(still_acting(handed.by, "report.import"), now, handed.door),
        columns=handed.columns,
        datum=Datum(handed.datum) if handed.datum else None,
        progress=lambda what, done, total: sheetqueue.note(handed.id, what, done, total),
        since=handed.received_at,
    )
    return _outcome(taken)


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
            {"row": one.row, "column": one.column, "said": said(one.problem)} for one in taken.refused[:MOST_REFUSALS]
        ],
        "warnings": [
            {"row": one.row, "column": one.column, "said": said(one.problem)} for one in taken.warnings[:MOST_REFUSALS]
        ],
        "warned": len(taken.warnings),
        "columns": taken.columns,
        "first_at": first.isoformat() if first else None,
        "last_at": last.isoformat() if last else None,
    }
