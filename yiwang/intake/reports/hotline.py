"""A sheet of the 12345 hotline, from file to queue, while somebody waits: take what is new, let it be read.

The page hands the same work to the worker (handed_in.py), where the sweeper reads meanwhile.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from yiwang.intake.reports import jobs, queries, taking
from yiwang.intake.reports.sheets.rows import ImportSummary, RowRefusal, RowWarning
from yiwang.intake.reports.taking import CHANNEL, SHEET, Progress
from yiwang.kernel.places.datum import Datum
from yiwang.kernel.terms import Call

__all__ = ["CHANNEL", "SHEET", "HotlineImport", "import_sheet"]


@dataclass(frozen=True, slots=True)
class HotlineImport:
    """What became of a sheet: every row is added, known before, or refused with its row, column and reason.

    `read`: how many of the added, and of those an earlier import left unread, are read now, whoever read them.
    """

    sheet: ImportSummary
    added: int
    known: int
    replied: int
    refused: tuple[RowRefusal, ...]
    warnings: tuple[RowWarning, ...]
    columns: dict[str, str]
    read: int


def import_sheet(
    source: Path | bytes,
    filename: str,
    *,
    call: Call,
    columns: dict[str, str] | None = None,
    datum: Datum | None = None,
    progress: Progress = lambda what, done, total: None,
) -> HotlineImport:
    """Import a CSV or XLSX of hotline messages and have them read: see taking.take_sheet for the arguments and refusals."""
    earlier = _unread(call)
    taken = taking.take_sheet(source, filename, call=call, columns=columns, datum=datum, progress=progress)
    total = earlier + taken.added

    def read_so_far(_by_us: int = 0) -> int:
        """How many are read by now, whoever read them: the worker of a running town reads the same messages beside us."""
        read = max(0, total - _unread(call))
        progress("reading messages", read, total)
        return read

    jobs.read_waiting(call, progress=read_so_far)  # comes back when none waits
    read = read_so_far()
    return HotlineImport(
        taken.sheet, taken.added, taken.known, taken.replied, taken.refused, taken.warnings, taken.columns, read
    )


def _unread(call: Call) -> int:
    """How many messages of the sheets up to this one wait for the reader, those an interrupted import left among them."""
    return queries.unread_of_import(call.actor, CHANNEL, datetime.min.replace(tzinfo=UTC), call.now)
