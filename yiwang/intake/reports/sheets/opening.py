"""Opening a CSV or XLSX file as rows with their numbers. What a file is, its first bytes say, not its name.

Sizes are bounded before anything is unpacked (`LIMITS`); formulas are not evaluated, the value last saved is read.
"""

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from yiwang.intake.reports.sheets.columns import known_names
from yiwang.intake.reports.sheets.problems import (
    SheetBroken,
    SheetEmpty,
    SheetEncodingUnknown,
    SheetKindNotRead,
    SheetQuoteOpen,
    SheetTooLarge,
    SheetTooManyRows,
)

MEGABYTE = 1024 * 1024
HEADER_SEARCHED = 10
"""Sheets often carry a title above their header; the header is the row in which most names are known."""
DELIMITERS = ",\t;|"
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
    """One row; `number` as a spreadsheet shows it (the first is 1). Empty cells are "" or None."""

    number: int
    cells: tuple[Any, ...]


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


def _csv_rows(text: str, name: str, limits: Limits) -> Iterator[SheetRow]:
    csv.field_size_limit(max(csv.field_size_limit(), limits.unpacked_bytes))
    end = _end_for(text)
    reader = csv.reader(io.StringIO(f"{text.rstrip()}\n{end}\n", newline=""), delimiter=_delimiter(text))
    for number, cells in enumerate(reader, start=1):
        if cells == [end]:
            return
        if any(end in cell for cell in cells):
            raise SheetQuoteOpen(filename=name, row=number)
        yield SheetRow(number, tuple(cells))


def _end_for(text: str) -> str:
    """A last row of our own: when it does not come back alone, a quotation mark has swallowed the rows before it."""
    end = "\ue000"
    while end in text:
        end += "\ue000"
    return end


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
            filled.append(SheetRow(row.number, row.cells[:last]))
        if len(filled) > limits.rows + HEADER_SEARCHED or last > limits.columns:
            raise SheetTooManyRows(filename=name, rows=limits.rows, columns=limits.columns)
    return filled


def _sheet(name: str, rows: Iterable[SheetRow], limits: Limits, title: str = "", others: tuple[str, ...] = ()) -> Sheet:
    filled = _filled(rows, name, limits)
    if not filled:
        raise SheetEmpty(filename=name)
    at = max(range(min(HEADER_SEARCHED, len(filled))), key=lambda row: (known_names(filled[row].cells), -row))
    header = tuple("" if _blank(cell) else str(cell).strip() for cell in filled[at].cells)
    return Sheet(name, header, filled[at].number, tuple(filled[at + 1 :]), title, others)
