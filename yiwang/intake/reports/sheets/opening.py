"""Opening a CSV or XLSX file as rows with their numbers. What a file is, its first bytes say, not its name.

Sizes are bounded before anything is unpacked (`LIMITS`); formulas are not evaluated, the value last saved is read.
"""

import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl

from yiwang.intake.reports.sheets.columns import known_names
from yiwang.intake.reports.sheets.moments import WRITTEN
from yiwang.intake.reports.sheets.problems import (
    QuoteStray,
    SheetBroken,
    SheetEmpty,
    SheetEncodingUnknown,
    SheetKindNotRead,
    SheetQuoteOpen,
    SheetTooLarge,
    SheetTooManyRows,
)
from yiwang.kernel.problems import Problem

MEGABYTE = 1024 * 1024
HEADER_SEARCHED = 10
"""Sheets often carry a title above their header; the header is the row in which most names are known."""
DELIMITERS = ",\t;|"
NUMBER = re.compile(r"[A-Za-z]*[\d-]*\d", re.ASCII)
"""What another system numbers its messages with."""
LINES_MOST = 200
"""A row of a CSV that goes on over more lines than any message: a stray quotation mark has swallowed the rows after it."""
NOT_SHEETS = (
    (b"\xd0\xcf\x11\xe0", "Excel 97–2003 (.xls)"),
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read. Bytes and counts."""

    packed_bytes: int = 50 * MEGABYTE
    unpacked_bytes: int = 300 * MEGABYTE
    members: int = 2000
    rows: int = 200_000
    columns: int = 200


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row; `number` as a spreadsheet shows it (the first is 1). Empty cells are "" or None.

    `first_line` and `last_line` are its physical lines in a CSV, as a text editor numbers them, and `lines` the cells that
    each would have by itself. With a `problem` nobody knows what its cells are.
    """

    number: int
    cells: tuple[Any, ...]
    first_line: int = 0
    last_line: int = 0
    lines: tuple[tuple[str, ...], ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and the rows under it that hold anything. `other_sheets` of a workbook were not read."""

    filename: str
    header: tuple[str, ...]
    header_row: int
    rows: tuple[SheetRow, ...]
    name: str = ""
    other_sheets: tuple[str, ...] = ()


def open_sheet(source: Path | bytes, filename: str = "", *, limits: Limits = LIMITS) -> Sheet:
    """Read a CSV (also gzipped; UTF-8, UTF-16 with mark, GB18030; comma, tab, semicolon, bar) or the first filled sheet of an XLSX.

    Raises a Problem of `problems.py`, first part, when it is anything else, too large, damaged or empty.
    """
    name = filename or (source.name if isinstance(source, Path) else "")
    content = _unzipped(_content(source, name, limits), name, limits)
    kind = next((kind for mark, kind in NOT_SHEETS if content.startswith(mark)), "")
    if kind or _looks_like_html(content):
        raise SheetKindNotRead(filename=name, kind=kind or "HTML")
    if content.startswith(b"PK\x03\x04"):
        return _workbook(content, name, limits)
    return _sheet(name, _csv_rows(_text(content, name), name, limits), limits)


def _content(source: Path | bytes, name: str, limits: Limits) -> bytes:
    if isinstance(source, Path):
        with source.open("rb") as file:
            source = file.read(limits.packed_bytes + 1)
    if len(source) > limits.packed_bytes:
        raise SheetTooLarge(filename=name, limit_mb=limits.packed_bytes // MEGABYTE)
    return source


def _unzipped(content: bytes, name: str, limits: Limits) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as file:
            unpacked = file.read(limits.unpacked_bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SheetBroken(filename=name) from error
    if len(unpacked) > limits.unpacked_bytes:
        raise SheetTooLarge(filename=name, limit_mb=limits.unpacked_bytes // MEGABYTE)
    return unpacked


def _looks_like_html(content: bytes) -> bool:
    """Many systems call a web page .xls."""
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta"))


# --- CSV -------------------------------------------------------------------------------------------------------------


def _text(content: bytes, name: str) -> str:
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text.partition("\n")[0]:  # else a program's own format, or UTF-16 without its mark
            return text
        break
    raise SheetEncodingUnknown(filename=name)


class _Lines:
    """The physical lines of a CSV; it counts them, and keeps those that the current row has taken, split at delimiters."""

    def __init__(self, text: str, delimiter: str) -> None:
        self._text, self._delimiter = text, delimiter
        self.read = 0
        self.taken: list[tuple[str, ...]] = []
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        for line in io.StringIO(self._text, newline=""):
            self.read += 1
            self.taken.append(tuple(line.split(self._delimiter)))
            yield line
        self.ended = True


def _csv_rows(text: str, name: str, limits: Limits) -> Iterator[SheetRow]:
    """Rows with their lines. Strict: words after a closing quotation mark are no cell, but a row that cannot be trusted."""
    csv.field_size_limit(max(csv.field_size_limit(), limits.unpacked_bytes))
    delimiter = _delimiter(text)
    lines = _Lines(text.rstrip(), delimiter)
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    for number in count(1):
        first, lines.taken = lines.read + 1, []
        problem: Problem | None = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if lines.ended:
                raise SheetQuoteOpen(filename=name, row=number) from error
            cells, problem = ["?"], _stray(first, lines.read)
        yield SheetRow(number, tuple(cells), first, lines.read, tuple(lines.taken), problem)


def _stray(first: int, last: int) -> QuoteStray:
    return QuoteStray(first=first, lines=f"{first}–{last}" if last > first else str(first))


def _doubted(row: SheetRow, header: SheetRow) -> SheetRow:
    """A row among whose lines another row seems to stand: a pair of stray quotation marks has made it one cell of text."""
    columns = len(header.lines[0]) if header.lines else 0
    swallowed = columns > 1 and len(row.lines) > 1 and _swallows(row, columns)
    if row.problem is None and (swallowed or len(row.lines) > LINES_MOST):
        return replace(row, problem=_stray(row.first_line, row.last_line))
    return row


def _swallows(row: SheetRow, columns: int) -> bool:
    """Whether one of the lines under the first would be a row by itself: as many cells as the header, a date among them.

    Commas alone do not make a row: people use them in what they write. A line with a mark of its own is no swallowed row: the
    mark would have ended the text. Of the last line only what stands before the mark that closes the text can tell, since the
    row's own last cells follow; where the date comes after the text, the mark must stand in the same column as the one that
    opened it, and a number before it, as at the beginning of a row.
    """
    if any(len(line) >= columns and _dated(line) and not _marked(line) for line in row.lines[1:-1]):
        return True
    opened, closed = _before_the_mark(row.lines[0]), _before_the_mark(row.lines[-1])
    same_column = len(row.lines[-1]) == columns and len(opened) == len(closed)
    return same_column and (_dated(closed) if _dated(opened) else _numbered(closed[:-1]))


def _before_the_mark(line: tuple[str, ...]) -> tuple[str, ...]:
    """The cells of a line up to its first quotation mark, and what of that one stands before it."""
    at = next((place for place, cell in enumerate(line) if '"' in cell), len(line) - 1)
    return (*line[:at], line[at].partition('"')[0])


def _marked(cells: Iterable[str]) -> bool:
    return any('"' in cell for cell in cells)


def _numbered(cells: Iterable[str]) -> bool:
    return any(NUMBER.fullmatch(cell.strip()) for cell in cells)


def _dated(cells: Iterable[str]) -> bool:
    return any(WRITTEN.fullmatch(cell.strip(' "\r\n')) for cell in cells)


def _delimiter(text: str) -> str:
    """The sign that gives the most columns with known names in the first rows, then the most columns."""

    def worth(sign: str) -> tuple[int, int]:
        head = io.StringIO(text[:20_000], newline="")
        try:
            rows = [row for row, _ in zip(csv.reader(head, delimiter=sign), range(HEADER_SEARCHED), strict=False)]
        except csv.Error:
            return 0, 0
        return max((known_names(row) for row in rows), default=0), max((len(row) for row in rows), default=0)

    return max(DELIMITERS, key=worth)


# --- XLSX ------------------------------------------------------------------------------------------------------------


def _workbook(content: bytes, name: str, limits: Limits) -> Sheet:
    _check_archive(content, name, limits)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        filled = [(sheet.title, rows) for sheet in visible if (rows := _filled(_cells(sheet), name, limits))]
    except (SheetTooManyRows, SheetTooLarge):
        raise
    except Exception as error:  # a damaged workbook raises anything: KeyError, ParseError, BadZipFile …
        raise SheetBroken(filename=name) from error
    if not filled:
        raise SheetEmpty(filename=name)
    title, rows = filled[0]
    return _sheet(name, rows, limits, title, tuple(other for other, _ in filled[1:]))


def _check_archive(content: bytes, name: str, limits: Limits) -> None:
    """Refuse what is no workbook, and what would unpack to more than is read (the sizes bound what zipfile gives out)."""
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile as error:
        raise SheetBroken(filename=name) from error
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise SheetKindNotRead(filename=name, kind="ZIP")
    if len(members) > limits.members or sum(member.file_size for member in members) > limits.unpacked_bytes:
        raise SheetTooLarge(filename=name, limit_mb=limits.unpacked_bytes // MEGABYTE)


def _cells(sheet: Any) -> Iterator[SheetRow]:
    sheet.reset_dimensions()  # many programs write a wrong size of the sheet, and rows would be lost
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield SheetRow(number, cells)


# --- both ------------------------------------------------------------------------------------------------------------


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _filled(rows: Iterable[SheetRow], name: str, limits: Limits) -> list[SheetRow]:
    """The rows that hold anything, without the empty cells at their ends."""
    filled = []
    for row in rows:
        last = next((at for at in range(len(row.cells), 0, -1) if not _blank(row.cells[at - 1])), 0)
        if last:
            filled.append(replace(row, cells=row.cells[:last]))
        if len(filled) > limits.rows + HEADER_SEARCHED or last > limits.columns:
            raise SheetTooManyRows(filename=name, rows=limits.rows, columns=limits.columns)
    return filled


def _sheet(name: str, rows: Iterable[SheetRow], limits: Limits, title: str = "", others: tuple[str, ...] = ()) -> Sheet:
    filled = _filled(rows, name, limits)
    if not filled:
        raise SheetEmpty(filename=name)
    at = max(range(min(HEADER_SEARCHED, len(filled))), key=lambda row: (known_names(filled[row].cells), -row))
    header = tuple("" if _blank(cell) else str(cell).strip() for cell in filled[at].cells)
    rows = tuple(_doubted(row, filled[at]) for row in filled[at + 1 :])
    return Sheet(name, header, filled[at].number, rows, title, others)
