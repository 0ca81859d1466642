"""A register as CSV or XLSX that the import reads back, and that runs no formula in whoever opens it."""

import csv
import io
from collections.abc import Iterator
from datetime import date

import openpyxl

from yiwang.kernel.terms import Actor
from yiwang.registers import queries
from yiwang.registers.declared import NUMERIC, Field
from yiwang.registers.fitting import usable
from yiwang.registers.importing import MARK, MARKED, VALID_FROM
from yiwang.registers.queries import RowView
from yiwang.registers.speaking import Speaker


def as_csv(actor: Actor, code: str, *, on: date, language: str) -> str:
    """What the register says on a day, for Excel too (a byte order mark in front). Raises what queries.register raises."""
    sheet = io.StringIO(newline="")
    csv.writer(sheet).writerows(_table(actor, code, on, language))
    return "\ufeff" + sheet.getvalue()


def as_xlsx(actor: Actor, code: str, *, on: date, language: str) -> bytes:
    """The same as a workbook; every cell is text or a number, none a formula. Raises what queries.register raises."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(code)
    for row in _table(actor, code, on, language):
        page.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _table(actor: Actor, code: str, on: date, language: str) -> Iterator[list[str]]:
    register = queries.register(actor, code)
    tongue = "en" if language.startswith("en") else "zh-Hans"
    speak = Speaker(actor, register, tongue)
    yield [safe(one.name[tongue]) for one in register.fields] + [VALID_FROM[tongue]]
    for row in queries.every_row(actor, code, on=on):
        words = speak.row(row.values, row.measures)
        yield [
            *(_cell(one, row, words[one.code]) for one in register.fields),
            row.valid_from.isoformat(),
        ]


def _cell(field: Field, row: RowView, words: str) -> str:
    """Numbers as they are, -2 too; in a field of numbers may also stand a text from when it was none."""
    number = field.type in NUMERIC and usable(field, row.values.get(field.code), row.measures.get(field.code, ""))
    return words if number else safe(words)


def safe(text: str) -> str:
    """A text as a cell that is shown and never reckoned; importing.unmarked gives it back."""
    return MARK + text if text.startswith(MARKED) else text
