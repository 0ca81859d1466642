"""What is decided when the drafts of a plan are reviewed. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from yiwang.kernel.keeping import visible
from yiwang.kernel.personal import number_in
from yiwang.plan.facts import Goal
from yiwang.plan.problems import (
    DocumentNumberUnclear,
    DueOutOfYear,
    PieceMissing,
    PiecesWanted,
    ReasonWanted,
    WordsPersonal,
)
from yiwang.plan.rules import of_a_pack

MOST_PIECES = 12
LONGEST_REASON = 500
LONGEST_NUMBER = 60
LONGEST_YEARS = 10
"""So many years after the plan's own a promise may be due: a plan of a year names later days too."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a quotation and where it stands in the text."""

    quote: str
    start: int
    end: int


def pieces(quote: str, start: int, wanted: Sequence[str]) -> tuple[Piece, ...]:
    """The parts of a quotation with their exact places, each searched after the end of the one before it.

    Raises PiecesWanted for fewer than two or too many, PieceMissing for one that does not stand there so.
    """
    words = [one.strip() for one in wanted if one.strip()]
    if not 2 <= len(words) <= MOST_PIECES:
        raise PiecesWanted(most=MOST_PIECES)
    found, at = [], 0
    for one in words:
        place = quote.find(one, at)
        if place < 0:
            raise PieceMissing(piece=one)
        at = place + len(one)
        found.append(Piece(one, start + place, start + at))
    return tuple(found)


_TIMES = {"万": 10_000, "亿": 100_000_000, "千": 1000, "百": 100}
_UNITS = {"%": "percent", "个百分点": "percent", "家": "firm", "元": "yuan", "亩": "mu"}


def goal_of(figures: Sequence[Mapping[str, Any]]) -> Goal | None:
    """The number to reach that a draft's only figure names, in one of commitments.UNITS; None without one or with several."""
    if len(figures) != 1:
        return None
    figure = figures[0]
    unit, times = str(figure["unit"]), 1
    while len(unit) > 1 and unit[0] in _TIMES:
        times, unit = times * _TIMES[unit[0]], unit[1:]
    return Goal(Decimal(str(figure["value"])) * times, _UNITS.get(unit, "count"), str(figure["comparator"]))


def next_row(item: int, rows: Iterable[str]) -> str:
    """The number for another promise of an item: after the last one that no pack brought, as the files write them."""
    own = (row for row in rows if row.partition(".")[0] == str(item) and not of_a_pack(row))
    places = [int(row.partition(".")[2]) for row in own]
    place = max(places, default=0) + 1
    return f"{item}.{place}" if item == 0 else f"{item}.{place:02d}"


def reason_of(text: str) -> str:
    """The reason as it is kept. Raises ReasonWanted for none, WordsPersonal."""
    found = public(text)
    if not visible(found):
        raise ReasonWanted
    return found[:LONGEST_REASON]


def public(text: str) -> str:
    """What everybody will read, without the blanks around it. Raises WordsPersonal for a mobile or identity number in it."""
    if number_in(text):
        raise WordsPersonal
    return text.strip()


def number_of(text: str) -> str:
    """A document's number as it is kept, such as `某府〔2031〕7号`. Raises DocumentNumberUnclear for what cannot be one,
    WordsPersonal.
    """
    found = public("".join(text.split()))
    if not re.fullmatch(r".*\d.*号.*", found) or len(found) > LONGEST_NUMBER:
        raise DocumentNumberUnclear(given=found[:LONGEST_NUMBER])
    return found


def check_due(due: date, year: int) -> None:
    """The last day of a promise lies in its plan's year or some years on. Raises DueOutOfYear."""
    if not date(year, 1, 1) <= due <= date(year + LONGEST_YEARS, 12, 31):
        raise DueOutOfYear(year=year, last=year + LONGEST_YEARS)
