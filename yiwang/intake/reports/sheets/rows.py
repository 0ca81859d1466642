"""Rows of a hotline sheet become messages, or refusals that name row, column and what to do. No row is ever lost."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yiwang.intake.reports.reading.cleaning import tidy
from yiwang.intake.reports.sheets.columns import ColumnMapping
from yiwang.intake.reports.sheets.phones import read_contact
from yiwang.intake.reports.sheets.problems import (
    CellBroken,
    CellEmpty,
    CellTooLong,
    DatumNeeded,
    KeyDamaged,
    KeyTwice,
    PhoneHasMore,
    PhoneNotUsable,
    PointHalf,
    PointNotNumber,
    ReplyBeforeMessage,
    ReplyHalf,
    RowShifted,
)
from yiwang.kernel.places.datum import Datum, convert, datum_named
from yiwang.kernel.places.problems import LooksShifted, LooksSwapped, NoSuchCoordinate, OutsideTown
from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.moments import Read, read_moment
from yiwang.kernel.sheets.opening import Sheet, SheetRow
from yiwang.kernel.terms import Point
from yiwang.kernel.walltime import in_town
from yiwang.kernel.wording import problem_text

CHARACTERS_MOST = {
    "source_key": 64,
    "title": 200,
    "text": 20_000,
    "reporter": 64,
    "name": 64,
    "phone": 200,
    "address": 300,
    "reply": 20_000,
}

ROUNDED_FROM = 10**15
"""Of a larger number Excel and WPS keep fifteen digits and put zeros for the rest."""
POWER_OF_TEN = re.compile(r"\d+(?:\.\d+)?[eE]\+\d+")

MetresOutside = Callable[[Point], float]
"""How far a WGS 84 point lies outside the town, 0 inside (`places.TownMap.distance_to_town_m`, or a `Box`)."""


@dataclass(frozen=True, slots=True)
class Box:
    """A town as four WGS 84 degrees, for when no map is loaded."""

    west: float
    south: float
    east: float
    north: float

    def __call__(self, point: Point) -> float:
        """Metres outside, roughly; 0 inside."""
        across = max(self.west - point.longitude, 0.0, point.longitude - self.east)
        along = max(self.south - point.latitude, 0.0, point.latitude - self.north)
        return math.hypot(across * 111_320 * math.cos(math.radians(self.south)), along * 110_900)


@dataclass(frozen=True, slots=True)
class HotlineMessage:
    """One message of the hotline, ready to be read. Moments carry their offset; texts are tidied, else as they came.

    `phone` can be dialled, or is empty; `contact_text` is what the contact cell holds besides. `reporter`, `name`, `phone`,
    `contact_text` and `address` are about a person: seal them before they are stored.
    """

    row: int
    source_key: str
    happened_at: datetime
    day_only: bool
    text: str
    title: str = ""
    reporter: str = ""
    name: str = ""
    phone: str = ""
    contact_text: str = ""
    address: str = ""
    point: Point | None = None
    reply: str = ""
    replied_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """Why a row did not go in: the first thing found wrong with it. `column` is empty where it is the whole row."""

    row: int
    column: str
    problem: Problem

    def said(self, language: str = "zh-Hans") -> dict[str, str]:
        """`what`, `why` and `do` for a person."""
        return problem_text(self.problem, language)


class RowWarning(RowRefusal):
    """What a person should know about a row that went in."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What a sheet gave, before the caller knows which messages are new. Days are the town's moments of the messages."""

    rows: int
    good: int
    refused: int
    with_reply: int
    with_point: int
    first_at: datetime | None
    last_at: datetime | None
    refused_by_reason: tuple[tuple[str, int], ...]
    ignored_columns: tuple[str, ...]
    other_sheets: tuple[str, ...]


class _Refused(Exception):
    def __init__(self, column: str, problem: Problem) -> None:
        super().__init__(column)
        self.column, self.problem = column, problem


def read_rows(
    sheet: Sheet,
    mapping: ColumnMapping,
    *,
    now: datetime,
    metres_outside: MetresOutside | None = None,
    datum: Datum | None = None,
) -> tuple[list[HotlineMessage], list[RowRefusal]]:
    """Every row of the sheet, in one list or the other.

    `datum`: what the sheet's coordinates refer to where no column says so. Without `metres_outside` points are only checked
    to be on the globe. Raises DatumNeeded.
    """
    know_datum(sheet, mapping, datum)
    rows = _Rows(mapping, now, metres_outside, datum)
    good: list[HotlineMessage] = []
    refused: list[RowRefusal] = []
    for row in sheet.rows:
        try:
            good.append(rows.message(row))
        except _Refused as refusal:
            refused.append(RowRefusal(row.number, refusal.column, refusal.problem))
    return good, refused


def know_datum(sheet: Sheet, mapping: ColumnMapping, datum: Datum | None) -> None:
    """Raises DatumNeeded when the sheet has coordinates and neither a column nor a person (`datum`) says what they refer to.

    Web maps lie five hundred metres beside a survey: taken for one, a point falls to another committee and nobody sees it.
    """
    at = [mapping.columns.get(field) for field in ("longitude", "latitude")]
    if datum is not None or "datum" in mapping.columns or None in at:
        return
    if any(all(_as_text(cell).strip() for cell in _cells_at(row, at)) for row in sheet.rows):
        raise DatumNeeded(columns="、".join(mapping.named(field) for field in ("longitude", "latitude")))


def _cells_at(row: SheetRow, places: list[int | None]) -> list[Any]:
    return [row.cells[at] if at is not None and at < len(row.cells) else None for at in places]


def warnings_of(mapping: ColumnMapping, good: list[HotlineMessage]) -> tuple[RowWarning, ...]:
    """What was not used of the good rows: contacts that nobody can dial, or of which only the first number is dialled."""
    column = mapping.named("phone")
    return tuple(
        RowWarning(message.row, column, PhoneHasMore(column=column) if message.phone else PhoneNotUsable(column=column))
        for message in good
        if message.contact_text
    )


def summarise(
    sheet: Sheet, mapping: ColumnMapping, good: list[HotlineMessage], refused: list[RowRefusal]
) -> ImportSummary:
    """Counts, period, and refused rows by reason (the problem's slug), the most frequent first."""
    moments = [message.happened_at for message in good]
    return ImportSummary(
        rows=len(sheet.rows),
        good=len(good),
        refused=len(refused),
        with_reply=sum(message.replied_at is not None for message in good),
        with_point=sum(message.point is not None for message in good),
        first_at=min(moments, default=None),
        last_at=max(moments, default=None),
        refused_by_reason=tuple(Counter(refusal.problem.slug for refusal in refused).most_common()),
        ignored_columns=mapping.ignored,
        other_sheets=sheet.other_sheets,
    )


class _Rows:
    """What is the same for all rows of one sheet, and the numbers already seen."""

    def __init__(
        self, mapping: ColumnMapping, now: datetime, metres_outside: MetresOutside | None, datum: Datum | None
    ) -> None:
        self._mapping, self._now, self._metres_outside, self._datum = mapping, now, metres_outside, datum
        self._first_row: dict[str, int] = {}

    def message(self, row: SheetRow) -> HotlineMessage:
        if row.problem is not None:
            raise _Refused(str(row.problem.parameters.get("column", "")), row.problem)
        if len(row.cells) > len(self._mapping.header):
            problem = RowShifted(cells=len(row.cells), columns=len(self._mapping.header))
            raise _Refused(self._mapping.header[-1], problem)
        texts = {field: self._text(row, field) for field in CHARACTERS_MOST}
        key = self._key(row, texts["source_key"])
        happened = self._moment(row, "happened_at")
        self._needed(texts["text"], "text")
        replied_at = self._replied_at(row, texts["reply"], happened)
        point = self._point(row)
        contact = read_contact(texts.pop("phone"))
        self._first_row[key] = row.number
        return HotlineMessage(
            row=row.number,
            happened_at=happened.moment,
            day_only=happened.day_only,
            point=point,
            replied_at=replied_at,
            phone=contact.phone,
            contact_text=contact.text,
            **texts,
        )

    def _cell(self, row: SheetRow, field: str) -> Any:
        at = self._mapping.columns.get(field)
        return row.cells[at] if at is not None and at < len(row.cells) else None

    def _text(self, row: SheetRow, field: str) -> str:
        text = tidy(_as_text(self._cell(row, field)))
        column = self._mapping.named(field)
        if any(character < " " and character not in "\n\t" for character in text) or "\ufffe" in text:
            raise _Refused(column, CellBroken(column=column))
        if len(text) > CHARACTERS_MOST[field]:
            problem = CellTooLong(column=column, length=len(text), limit=CHARACTERS_MOST[field])
            raise _Refused(column, problem)
        return text

    def _needed(self, text: str, field: str) -> None:
        if not text:
            column = self._mapping.named(field)
            raise _Refused(column, CellEmpty(column=column))

    def _key(self, row: SheetRow, key: str) -> str:
        self._needed(key, "source_key")
        column = self._mapping.named("source_key")
        if _damaged(self._cell(row, "source_key")):
            raise _Refused(column, KeyDamaged(column=column, given=key))
        if key in self._first_row:
            raise _Refused(column, KeyTwice(column=column, key=key, first=self._first_row[key]))
        return key

    def _moment(self, row: SheetRow, field: str) -> Read:
        cell, column = self._cell(row, field), self._mapping.named(field)
        self._needed(_as_text(cell).strip(), field)
        try:
            read = read_moment(cell, column, self._now)
        except Problem as problem:
            raise _Refused(column, problem) from problem
        return Read(in_town(read.moment), read.day_only)

    def _replied_at(self, row: SheetRow, reply: str, happened: Read) -> datetime | None:
        column, text_column = self._mapping.named("replied_at"), self._mapping.named("reply")
        has_time = bool(_as_text(self._cell(row, "replied_at")).strip())
        if not reply and not has_time:
            return None
        if not has_time:
            raise _Refused(column, ReplyHalf(column=column, other=text_column))
        if not reply:
            raise _Refused(text_column, ReplyHalf(column=text_column, other=column))
        replied = self._moment(row, "replied_at")
        if replied.day_only and replied.moment.date() == happened.moment.date():
            return max(replied.moment, happened.moment)
        if replied.moment < happened.moment:
            given, message = (f"{moment:%Y-%m-%d %H:%M}" for moment in (replied.moment, happened.moment))
            raise _Refused(column, ReplyBeforeMessage(column=column, given=given, message=message))
        return replied.moment

    def _point(self, row: SheetRow) -> Point | None:
        given = [_as_text(self._cell(row, field)).strip() for field in ("longitude", "latitude")]
        names = [self._mapping.named(field) for field in ("longitude", "latitude")]
        if not any(given):
            return None
        if not all(given):
            empty = 0 if not given[0] else 1
            raise _Refused(names[empty], PointHalf(column=names[empty], other=names[1 - empty]))
        datum = self._datum_of(row)
        try:
            longitude, latitude = (_degrees(text, name) for text, name in zip(given, names, strict=True))
            return _placed(longitude, latitude, datum, self._metres_outside)
        except Problem as problem:
            raise _Refused(problem.parameters.get("column", "、".join(names)), problem) from problem

    def _datum_of(self, row: SheetRow) -> Datum:
        named = _as_text(self._cell(row, "datum")).strip()
        try:
            if named:
                return datum_named(named)
            if self._datum is not None:
                return self._datum
            raise DatumNeeded(columns="、".join(self._mapping.named(field) for field in ("longitude", "latitude")))
        except Problem as problem:
            raise _Refused(self._mapping.named("datum"), problem) from problem


def _as_text(cell: Any) -> str:
    """A cell as text: a whole number without its `.0`, so that keys and phones of a workbook stay what they were."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _damaged(cell: Any) -> bool:
    """Whether a number is one that a spreadsheet has rounded, so that two different ones may have become the same.

    It keeps fifteen digits, whoever wrote the workbook; what it shows as 2.02E+17 is saved so in a CSV.
    """
    if isinstance(cell, int | float):
        return abs(cell) >= ROUNDED_FROM
    return isinstance(cell, str) and POWER_OF_TEN.fullmatch(unicodedata.normalize("NFKC", cell).strip()) is not None


def _degrees(text: str, column: str) -> float:
    try:
        degrees = float(text.rstrip("°EeNn ").strip())
    except ValueError as error:
        raise PointNotNumber(column=column, given=text[:40]) from error
    if not math.isfinite(degrees):
        raise PointNotNumber(column=column, given=text[:40])
    return degrees


def _placed(longitude: float, latitude: float, datum: Datum, metres_outside: MetresOutside | None) -> Point:
    """The point in WGS 84. Raises NoSuchCoordinate, LooksSwapped, LooksShifted or OutsideTown."""
    swapped = abs(latitude) > 90 and abs(longitude) <= 90 and abs(latitude) <= 180
    if swapped:
        raise LooksSwapped(first=longitude, second=latitude)
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise NoSuchCoordinate(first=longitude, second=latitude)
    point = Point(*convert(longitude, latitude, datum, Datum.WGS84))
    if metres_outside is None or (metres := metres_outside(point)) <= 0:
        return point
    for likely in Datum:
        if likely != datum and metres_outside(Point(*convert(longitude, latitude, likely, Datum.WGS84))) <= 0:
            raise LooksShifted(declared=datum, likely=likely, metres=round(metres))
    raise OutsideTown(kilometres=f"{metres / 1000:.1f}")
