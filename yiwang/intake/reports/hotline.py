"""A sheet of the 12345 hotline, from file to queue: open, map its columns, read its rows, take what is new, let it be read."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yiwang.intake.reports import jobs, queries, steps
from yiwang.intake.reports.sheets.columns import map_columns
from yiwang.intake.reports.sheets.opening import open_sheet
from yiwang.intake.reports.sheets.rows import HotlineMessage, ImportSummary, RowRefusal, read_rows, summarise
from yiwang.intake.reports.steps import Message, Person
from yiwang.kernel.access import permission
from yiwang.kernel.places import queries as places
from yiwang.kernel.terms import TOWN_WIDE, Call

SHEET = "hotline"
CHANNEL = "hotline"

Progress = Callable[[str, int, int], Any]
"""Hears what is being done, how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class HotlineImport:
    """What became of a sheet: every row is added, known before, or refused with its row, column and reason."""

    sheet: ImportSummary
    added: int
    known: int
    refused: tuple[RowRefusal, ...]
    columns: dict[str, str]
    read: int


def import_sheet(
    source: Path | bytes,
    filename: str,
    *,
    call: Call,
    columns: dict[str, str] | None = None,
    progress: Progress = lambda what, done, total: None,
) -> HotlineImport:
    """Import a CSV or XLSX of hotline messages; the same file again adds nothing, and the good rows go in past bad ones.

    `columns` (field → column name) overrides what was remembered from the last import; what was used is remembered.
    Raises the Problems of sheets/ for a file or header that cannot be read at all, and NotAllowed.
    """
    permission.require(call.actor, "report.import", TOWN_WIDE)
    progress("reading the sheet", 0, 1)
    sheet = open_sheet(source, filename)
    remembered = queries.remembered_columns(call.actor, SHEET)
    mapping = map_columns(sheet.header, columns or remembered)
    town_map = places.town_map(call.actor)
    good, refused = read_rows(sheet, mapping, now=call.now, metres_outside=town_map.distance_to_town_m)
    progress("reading the sheet", 1, 1)
    if mapping.remember() != remembered:
        steps.remember_columns(SHEET, mapping.remember(), call=call)
    taken = steps.import_messages(
        (_message(row) for row in good), call=call, progress=lambda done: progress("taking messages", done, len(good))
    )
    read = jobs.read_waiting(call, progress=lambda done: progress("reading messages", done, taken.added))
    return HotlineImport(
        sheet=summarise(sheet, mapping, good, refused),
        added=taken.added,
        known=taken.known,
        refused=tuple(refused),
        columns=mapping.remember(),
        read=read,
    )


def _message(row: HotlineMessage) -> Message:
    return Message(
        source_key=row.source_key,
        text=row.text,
        happened_at=row.happened_at,
        title=row.title,
        place_text=row.address,
        person=Person(row.phone, row.name) if row.phone else None,
        point=row.point,
        reply=row.reply,
        replied_at=row.replied_at,
    )
