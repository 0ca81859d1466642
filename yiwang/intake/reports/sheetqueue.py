"""Sheets that were handed in on a page and wait for the worker, and how far it has come with them.

The file is sealed, because it is full of names and phones. What the worker does with it: kernel/sheets/waiting.py.
"""

from datetime import datetime
from uuid import UUID

from yiwang.intake.reports.models import SheetImport
from yiwang.kernel import secrecy
from yiwang.kernel.sheets.waiting import WAITING


def put(
    import_id: UUID,
    *,
    by: UUID,
    door: str,
    filename: str,
    columns: dict[str, str] | None,
    datum: str,
    content: bytes,
    rows: int,
    at: datetime,
) -> None:
    """Let a sheet wait for the worker; `rows` is how much there is to do."""
    SheetImport.objects.create(
        id=import_id,
        by=by,
        door=door,
        filename=filename,
        columns=columns,
        datum=datum,
        content=secrecy.seal_bytes(content),
        state=WAITING,
        total=rows,
        received_at=at,
    )


def note(import_id: UUID, phase: str, done: int, total: int) -> None:
    """Say how far it is, for whoever looks at the page."""
    SheetImport.objects.filter(pk=import_id).update(phase=phase, done=done, total=total)
