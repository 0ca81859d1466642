"""Sheets that were handed in on a page and wait for the worker, and how far it has come with them.

Passing rows, no facts: what comes of a sheet is recorded message by message. The file is sealed, because it is full of names
and phones, and goes as soon as the work is done.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from yiwang.intake.reports.models import SheetImport
from yiwang.kernel import secrecy

WAITING, RUNNING, DONE, REFUSED, STUCK = "waiting", "running", "done", "refused", "stuck"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A sheet as it was handed in, and the how-manieth attempt this is."""

    import_id: UUID
    by: UUID
    door: str
    filename: str
    columns: dict[str, str] | None
    datum: str
    content: bytes
    received_at: datetime
    tries: int


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


def unfinished() -> list[UUID]:
    """The sheets with which there is something to do, the oldest first; also those whose worker was killed."""
    return list(SheetImport.objects.filter(finished_at=None).order_by("received_at", "id").values_list("id", flat=True))


def begin(import_id: UUID) -> HandedIn | None:
    """Take a sheet up, or up again; None when another has finished it meanwhile."""
    if not SheetImport.objects.filter(pk=import_id, finished_at=None).update(state=RUNNING, tries=F("tries") + 1):
        return None
    row = SheetImport.objects.get(pk=import_id)
    content = secrecy.unseal_bytes(row.content) if row.content is not None else b""
    return HandedIn(row.id, row.by, row.door, row.filename, row.columns, row.datum, content, row.received_at, row.tries)


def note(import_id: UUID, phase: str, done: int, total: int) -> None:
    """Say how far it is, for whoever looks at the page."""
    SheetImport.objects.filter(pk=import_id).update(phase=phase, done=done, total=total)


def finish(import_id: UUID, state: str, outcome: dict[str, Any], now: datetime) -> None:
    """Nothing more to do: the file goes, what came of it stays for a while. Refusals quote cells, so it is sealed."""
    sealed = secrecy.seal(json.dumps(outcome, ensure_ascii=False))
    SheetImport.objects.filter(pk=import_id).update(state=state, outcome=sealed, content=None, finished_at=now)


def drop_before(moment: datetime) -> int:
    """Forget the sheets that were finished before then; returns how many."""
    return SheetImport.objects.filter(finished_at__lt=moment).delete()[0]
