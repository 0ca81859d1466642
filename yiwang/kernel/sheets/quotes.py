"""Quotation marks of a CSV that do not pair, or that pair and have joined several rows. Pure, on lines as they stand in the file."""

import io
import re
from collections.abc import Iterable

from yiwang.kernel.sheets.moments import WRITTEN

QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')
"""A cell in quotation marks, with doubled marks inside."""
NUMBER = re.compile(r"[A-Za-z]*[\d-]*\d", re.ASCII)
"""What another system numbers its messages with."""

Line = tuple[str, ...]
"""A physical line, split at every delimiter as if it had no quotation marks."""


def open_mark(text: str, delimiter: str) -> tuple[int, int]:
    """The cell (0 is the first) whose mark is opened and never closed, and the line (0 is the first) in which it stands.

    `text`: from the beginning of a row to the end of the file; the CSV reader has found that it ends within a cell.
    """
    cell = at = 0
    while (closed := QUOTED.match(text, at)) or text[at] != '"':
        at = text.index(delimiter, closed.end() if closed else at) + 1
        cell += 1
    return cell, max(0, sum(1 for _ in io.StringIO(text[:at], newline="")) - 1)


def joins_rows(lines: tuple[Line, ...], columns: int) -> bool:
    """Whether a cell of several lines holds other rows: a stray mark in one row has found its partner in a later one.

    By the grammar of CSV it is a good row, so only this tells: the first line and the last would each be a whole row by
    themselves, with as many cells as the header, and a date and a number in the same columns. A text that people have
    written ends differently, whatever its other lines hold.
    """
    first, last = lines[0], lines[-1]
    if len(lines) < 2 or columns < 2 or min(len(first), len(last)) < columns:
        return False
    dates, numbers = _dates(first), _numbers(first)
    return bool(dates & _dates(last)) and (not numbers or bool(numbers & _numbers(last)))


def _dates(line: Line) -> set[int]:
    return {at for at, cell in enumerate(_bare(line)) if WRITTEN.fullmatch(cell)}


def _numbers(line: Line) -> set[int]:
    return {at for at, cell in enumerate(_bare(line)) if NUMBER.fullmatch(cell)} - _dates(line)


def _bare(line: Line) -> Iterable[str]:
    return (cell.strip(' "\r\n') for cell in line)
