"""A sheet of the 12345 hotline, from file to queue, while somebody waits: take what is new, let it be read.

The page hands the same work to the worker (handed_in.py), where the sweeper reads meanwhile.
"""

from dataclasses import dataclass
from pathlib import Path

from yiwang.intake.reports import jobs, taking
from yiwang.intake.reports.sheets.rows import ImportSummary, RowRefusal, RowWarning
from yiwang.intake.reports.taking import CHANNEL, SHEET, Progress
from yiwang.kernel.places.datum import Datum
from yiwang.kernel.terms import Call

__all__ = ["CHANNEL", "SHEET", "HotlineImport", "import_sheet"]


@dataclass(frozen=True, slots=True)
class HotlineImport:
    """What became of a sheet: every row is added, known before, or refused with its row, column and reason."""

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
    taken = taking.take_sheet(source, filename, call=call, columns=columns, datum=datum, progress=progress)
    read = jobs.read_waiting(call, progress=lambda done: progress("reading messages", done, taken.added))
    return HotlineImport(
        taken.sheet, taken.added, taken.known, taken.replied, taken.refused, taken.warnings, taken.columns, read
    )
