"""A sheet of the 12345 hotline taken in: open it, map its columns, read its rows, take what is new. Reading is another matter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from yiwang.intake.reports import queries
from yiwang.intake.reports.sheets.columns import ColumnMapping, map_columns
from yiwang.intake.reports.sheets.opening import open_sheet
from yiwang.intake.reports.sheets.problems import KeyOfAnother
from yiwang.intake.reports.sheets.rows import (
    HotlineMessage,
    ImportSummary,
    RowRefusal,
    RowWarning,
    know_datum,
    read_rows,
    summarise,
    warnings_of,
)
from yiwang.intake.reports.steps import importing
from yiwang.intake.reports.steps.importing import Message
from yiwang.intake.reports.steps.receiving import Person
from yiwang.kernel.access import permission
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.datum import Datum
from yiwang.kernel.terms import TOWN_WIDE, Call

SHEET = "hotline"
CHANNEL = "hotline"

SHEET_READ = "reading the sheet"
MESSAGES_TAKEN = "taking messages"

Progress = Callable[[str, int, int], Any]
"""Hears what is being done, how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class TakenSheet:
    """What became of a sheet: every row is added, known before, or refused with its row, column and reason.

    `replied`: how many of the known ones got the reply that they lacked.
    """

    sheet: ImportSummary
    added: int
    known: int
    replied: int
    refused: tuple[RowRefusal, ...]
    warnings: tuple[RowWarning, ...]
    columns: dict[str, str]


def look_at(
    source: Path | bytes, filename: str, columns: dict[str, str] | None, datum: Datum | None = None, *, call: Call
) -> int:
    """How many rows a file has whose columns can be read; nothing is taken by this.

    Of the datum nothing remembered counts: a page shows it and sends it. Raises what take_sheet raises.
    """
    permission.require(call.actor, "report.import", TOWN_WIDE)
    sheet = open_sheet(source, filename)
    mapping = map_columns(sheet.header, queries.remembered_columns(call.actor, SHEET), columns)
    know_datum(sheet, mapping, datum)
    return len(sheet.rows)


def take_sheet(
    source: Path | bytes,
    filename: str,
    *,
    call: Call,
    columns: dict[str, str] | None = None,
    datum: Datum | None = None,
    progress: Progress = lambda what, done, total: None,
    since: datetime | None = None,
) -> TakenSheet:
    """Take the messages of a CSV or XLSX; the same file again adds nothing, and the good rows go in past bad ones.

    A later file may bring the reply to a message that is here, and nothing else of it.

    `columns` (field → column name) and `datum` (of coordinates beside which no column says it) override what was
    remembered from the last import; what was used is remembered.
    `since`: what an interrupted attempt has taken since then counts as added, not as known before. Raises the Problems of
    sheets/ for a file or header that cannot be read at all, and NotAllowed.
    """
    permission.require(call.actor, "report.import", TOWN_WIDE)
    progress(SHEET_READ, 0, 1)
    sheet = open_sheet(source, filename)
    remembered = queries.remembered_columns(call.actor, SHEET)
    mapping = map_columns(sheet.header, remembered, columns)
    known_datum = queries.remembered_datum(call.actor, SHEET)
    datum = datum or known_datum
    outside = places.town_map(call.actor).distance_to_town_m
    good, refused = read_rows(sheet, mapping, now=call.now, metres_outside=outside, datum=datum)
    progress(SHEET_READ, 1, 1)
    if (mapping.remember(), datum) != (remembered, known_datum):
        importing.remember_columns(SHEET, mapping.remember(), str(datum or ""), call=call)
    taken = importing.import_messages(
        (_message(row) for row in good), call=call, progress=lambda done: progress(MESSAGES_TAKEN, done, len(good))
    )
    refused += _others(mapping, good, taken.others)
    good = [row for row in good if row.source_key not in taken.others]
    added = taken.added
    if since is not None:
        added = queries.taken_since(call.actor, CHANNEL, [row.source_key for row in good], since)
    return TakenSheet(
        sheet=summarise(sheet, mapping, good, refused),
        added=added,
        known=len(good) - added,
        replied=taken.replied,
        refused=tuple(sorted(refused, key=lambda one: one.row)),
        warnings=warnings_of(mapping, good),
        columns=mapping.remember(),
    )


def _others(mapping: ColumnMapping, good: list[HotlineMessage], others: dict[str, str]) -> list[RowRefusal]:
    column = mapping.named("source_key")
    return [
        RowRefusal(row.row, column, KeyOfAnother(column=column, key=row.source_key, number=others[row.source_key]))
        for row in good
        if row.source_key in others
    ]


def _message(row: HotlineMessage) -> Message:
    # An account stands on a number; without one the name has no other place to be kept.
    contact = (row.contact_text,) if row.phone else (row.name, row.contact_text)
    return Message(
        source_key=row.source_key,
        text=row.text,
        happened_at=row.happened_at,
        title=row.title,
        place_text=row.address,
        person=Person(row.phone, row.name) if row.phone else None,
        contact_text=" ".join(filter(None, contact)),
        point=row.point,
        reply=row.reply,
        replied_at=row.replied_at,
    )
