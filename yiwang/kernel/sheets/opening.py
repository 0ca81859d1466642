"""Opening a CSV or XLSX file as rows with their numbers. What a file is, its first bytes say, not its name.

Sizes are bounded before anything is unpacked (`LIMITS`); formulas are not evaluated, the value last saved is read.
"""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.problems import (
    FileNotThere,
    QuoteOpen,
    QuoteStray,
    SheetBroken,
    SheetEmpty,
    SheetEncodingUnknown,
    SheetKindNotRead,
    SheetQuoteOpen,
    SheetTooLarge,
    SheetTooManyRows,
)
from yiwang.kernel.sheets.quotes import joins_rows, open_mark

Known = Callable[[Iterable[Any]], int]
"""How many of some cells are names of columns that the caller knows: tells a header from a title and from data."""

MEGABYTE = 1024 * 1024
HEADER_SEARCHED = 10
"""Sheets often carry a title above their header; the header is the row in which most names are known."""
DELIMITERS = ",\t;|"
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
    each would have by itself. With a `problem` nobody knows what its cells are. `open_mark`: the cell (0 is the first) and
    the line of a quotation mark that is never closed; the row is then all that follows.
    """

    number: int
    cells: tuple[Any, ...]
    first_line: int = 0
    last_line: int = 0
    lines: tuple[tuple[str, ...], ...] = ()
    problem: Problem | None = None
    open_mark: tuple[int, int] | None = None

    @property
    def readable(self) -> bool:
        """Whether it is known what its cells are."""
        return self.problem is None and self.open_mark is None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and the rows under it that hold anything. `other_sheets` of a workbook were not read."""

    filename: str
    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    name: str = ""
    other_sheets: tuple[str, ...] = ()


def open_sheet(source: Path | bytes, filename: str = "", *, known: Known, limits: Limits = LIMITS) -> Sheet:
    """Read a CSV (also gzipped; UTF-8, UTF-16 with mark, GB18030; comma, tab, semicolon, bar) or the first filled sheet of an XLSX.

    `known` finds the header. Raises a Problem of `problems.py` when it is not there, anything else, too large, damaged or empty.
    """
    name = filename or (source.name if isinstance(source, Path) else "")
    content = _unzipped(_content(source, name, limits), name, limits)
    kind = next((kind for mark, kind in NOT_SHEETS if content.startswith(mark)), "")
    if kind or _looks_like_html(content):
        raise SheetKindNotRead(filename=name, kind=kind or "HTML")
    if content.startswith(b"PK\x03\x04"):
        return _workbook(content, name, limits, known)
    return _sheet(name, _csv_rows(_text(content, name), limits, known), limits, known)


def _content(source: Path | bytes, name: str, limits: Limits) -> bytes:
    if isinstance(source, Path):
        if not source.is_file():
            raise FileNotThere(file=str(source))
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


def _csv_rows(text: str, limits: Limits, known: Known) -> Iterator[SheetRow]:
    """Rows with their lines. Strict: words after a closing quotation mark are no cell, but a row that cannot be trusted."""
    csv.field_size_limit(max(csv.field_size_limit(), limits.unpacked_bytes))
    delimiter = _delimiter(text, known)
    lines = _Lines(text.rstrip(), delimiter)
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    for number in count(1):
        first, lines.taken = lines.read + 1, []
        problem: Problem | None = None
        mark: tuple[int, int] | None = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = ["?"]
            if lines.ended:
                cell, below = open_mark("".join(delimiter.join(line) for line in lines.taken), delimiter)
                mark = cell, first + below
            else:
                problem = _stray(first, lines.read)
        yield SheetRow(number, tuple(cells), first, lines.read, tuple(lines.taken), problem, mark)


def _stray(first: int, last: int) -> QuoteStray:
    return QuoteStray(first=first, lines=f"{first}–{last}" if last > first else str(first))


def _judged(row: SheetRow, names: tuple[str, ...], columns: int) -> SheetRow:
    """A row with what is wrong with its quotation marks; `columns`: how many the header has in the file."""
    if row.open_mark is not None:
        cell, line = row.open_mark
        named = (names[cell] if cell < len(names) else "") or get_column_letter(cell + 1)
        return replace(row, problem=QuoteOpen(column=named, line=line, count=row.last_line - line + 1))
    joined = row.problem is None and len(row.lines) > 1 and joins_rows(row.lines, columns)
    if joined or (row.problem is None and len(row.lines) > LINES_MOST):
        return replace(row, problem=_stray(row.first_line, row.last_line))
    return row


def _delimiter(text: str, known: Known) -> str:
    """The sign that gives the most columns with known names in the first rows, then the most columns."""

    def worth(sign: str) -> tuple[int, int]:
        head = io.StringIO(text[:20_000], newline="")
        try:
            rows = [row for row, _ in zip(csv.reader(head, delimiter=sign), range(HEADER_SEARCHED), strict=False)]
        except csv.Error:
            return 0, 0
        return max((known(row) for row in rows), default=0), max((len(row) for row in rows), default=0)

    return max(DELIMITERS, key=worth)


# --- XLSX ------------------------------------------------------------------------------------------------------------


def _workbook(content: bytes, name: str, limits: Limits, known: Known) -> Sheet:
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
    return _sheet(name, rows, limits, known, title, tuple(other for other, _ in filled[1:]))


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


def _sheet(
    name: str,
    rows: Iterable[SheetRow],
    limits: Limits,
    known: Known,
    title: str = "",
    others: tuple[str, ...] = (),
) -> Sheet:
    filled = _filled(rows, name, limits)
    if not filled:
        raise SheetEmpty(filename=name)
    at = max(range(min(HEADER_SEARCHED, len(filled))), key=lambda row: (_names(filled[row], known), -row))
    top = filled[at]
    if not top.readable:
        raise SheetQuoteOpen(filename=name, row=top.number)
    header = tuple("" if _blank(cell) else str(cell).strip() for cell in top.cells)
    columns = len(top.lines[0]) if top.lines else 0
    rows = tuple(_judged(row, header, columns) for row in filled[at + 1 :])
    return Sheet(name, header, rows, title, others)


def _names(row: SheetRow, known: Known) -> int:
    """How many names of columns stand in a row: of one that cannot be read, in its first line."""
    cells = row.cells if row.readable else [cell.strip(' "\r\n') for cell in row.lines[0]]
    return known(cells)
