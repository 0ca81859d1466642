"""Sheets for registers that were handed in on a page and wait for the worker, and how far it has come with them.

Passing rows, no facts: what comes of a sheet is recorded batch by batch. The file is sealed, because nobody has looked yet for
numbers of people in it, and goes as soon as the work is done.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import F

from yiwang.kernel import secrecy
from yiwang.registers.models import RegisterSheet

WAITING, RUNNING, DONE, REFUSED, STUCK = "waiting", "running", "done", "refused", "stuck"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A sheet as it was handed in, and the how-manieth attempt this is."""

    sheet_id: UUID
    register: str
    by: UUID
    door: str
    filename: str
    language: str
    content: bytes
    tries: int


def put(
    sheet_id: UUID, register: str, *, by: UUID, door: str, filename: str, language: str, content: bytes, rows: int,
    at: datetime,
) -> None:  # fmt: skip
    """Let a sheet wait for the worker; `rows` is how much there is to do."""
    RegisterSheet.objects.create(
        id=sheet_id,
        register=register,
        by=by,
        door=door,
        filename=filename,
        language=language,
        content=secrecy.seal_bytes(content),
        state=WAITING,
        total=rows,
        received_at=at,
    )


def unfinished() -> list[UUID]:
    """The sheets with which there is something to do, the oldest first; also those whose worker was killed."""
    rows = RegisterSheet.objects.filter(finished_at=None).order_by("received_at", "id")
    return list(rows.values_list("id", flat=True))


def begin(sheet_id: UUID) -> HandedIn | None:
    """Take a sheet up, or up again; None when another has finished it meanwhile."""
    if not RegisterSheet.objects.filter(pk=sheet_id, finished_at=None).update(state=RUNNING, tries=F("tries") + 1):
        return None
    row = RegisterSheet.objects.get(pk=sheet_id)
    content = secrecy.unseal_bytes(row.content) if row.content is not None else b""
    return HandedIn(row.id, row.register, row.by, row.door, row.filename, row.language, content, row.tries)


@contextmanager
def telling(sheet_id: UUID) -> Iterator[Any]:
    """Says how far it is, for whoever looks at the page, by a connection of its own: the sheet goes in as one, and until it is
    in, nothing that its own connection writes can be seen."""
    apart = connections.create_connection(DEFAULT_DB_ALIAS)

    def note(phase: str, done: int, total: int) -> None:
        with apart.cursor() as cursor:
            cursor.execute(
                "UPDATE register_sheet SET phase = %s, done = %s, total = %s WHERE id = %s",
                [phase, done, total, sheet_id],
            )

    try:
        yield note
    finally:
        apart.close()


def finish(sheet_id: UUID, state: str, outcome: dict[str, Any], now: datetime) -> None:
    """Nothing more to do: the file goes, what came of it stays for a while. Refusals quote cells, so it is sealed."""
    sealed = secrecy.seal(json.dumps(outcome, ensure_ascii=False))
    RegisterSheet.objects.filter(pk=sheet_id).update(state=state, outcome=sealed, content=None, finished_at=now)


def drop_before(moment: datetime) -> int:
    """Forget the sheets that were finished before then; returns how many."""
    return RegisterSheet.objects.filter(finished_at__lt=moment).delete()[0]
