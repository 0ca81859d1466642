"""Sheets for registers that were handed in on a page and wait for the worker, and how far it has come with them.

The file is sealed, because nobody has looked yet for numbers of people in it. What the worker does with it: kernel/sheets/waiting.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

from yiwang.kernel import secrecy
from yiwang.kernel.sheets.waiting import WAITING
from yiwang.registers.models import RegisterSheet


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
