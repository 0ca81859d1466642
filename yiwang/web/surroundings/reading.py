"""Rivers, their sections and the months of these, read from public registers and judged by the packs (docs/adr/0053)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from yiwang.kernel.appraisals import Appraisal, Given, appraise
from yiwang.kernel.places.queries import town_map
from yiwang.kernel.places.rules import Kind
from yiwang.kernel.places.town_map import PlaceRow
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import Actor
from yiwang.registers import law, queries
from yiwang.registers.declared import Register
from yiwang.registers.queries import RowView
from yiwang.registers.speaking import Speaker
from yiwang.web import house

RIVER, SECTION, MONTH = "river", "water_section", "section_month"
JUDGE, SYSTEM = "waters.section_month", "waters.system_month"
YEAR = 12
"""Months that a page shows of a section."""
NO_WORDS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a section. `said` is None where nothing was published, or nothing can be said of it."""

    month: date
    row: RowView | None
    said: Appraisal | None


@dataclass(frozen=True, slots=True)
class Section:
    """A place at which a river is measured, and what it was in each of the months asked for, the oldest first."""

    row: RowView
    words: Mapping[str, str]
    months: tuple[Month, ...]

    @property
    def newest(self) -> Month | None:
        """The last of its months that has a class."""
        return next((one for one in reversed(self.months) if one.said), None)

    def at(self, month: date) -> Appraisal | None:
        """What it was in a month."""
        return next((one.said for one in self.months if one.month == month), None)


@dataclass(frozen=True, slots=True)
class River:
    """A river of the register. `place` is None where it is not on the map (any more)."""

    code: str
    row: RowView
    words: Mapping[str, str]
    place: PlaceRow | None
    sections: tuple[Section, ...]

    @property
    def name(self) -> str:
        return self.words["river"]

    def at(self, month: date) -> Appraisal | None:
        """The worst that its sections were in a month; None where none of them has a class."""
        found = [said for one in self.sections if (said := one.at(month))]
        return max(found, key=lambda one: one.rank, default=None)


class Waters:
    """What the registers say of the town's water on a day, read once for a page."""

    def __init__(self, actor: Actor, today: date) -> None:
        self._actor, self._today = actor, today

    def rows(self, code: str) -> tuple[RowView, ...]:
        """The rows of a public register; none where no installed pack declares it."""
        return queries.disclosed(self._actor, code, on=self._today)

    def words(self, code: str) -> Speaker | None:
        """Who says a register's values in the page's language."""
        register = register_of(code)
        return Speaker(self._actor, register, house.language()) if register else None

    @cached_property
    def published(self) -> Mapping[tuple[str, date], RowView]:
        """What the district published, by section and month."""
        return {(str(row.values["number"]), _month(row)): row for row in self.rows(MONTH)}

    @cached_property
    def months(self) -> tuple[date, ...]:
        """Every month of which anything was published, the oldest first."""
        return tuple(sorted({month for _, month in self.published}))

    def last(self, month: date) -> tuple[date, ...]:
        """The twelve months up to this one."""
        count = month.year * YEAR + month.month - 1
        return tuple(date(one // YEAR, one % YEAR + 1, 1) for one in range(count - YEAR + 1, count + 1))

    def rivers(self, months: Iterable[date]) -> tuple[River, ...]:
        """Every river of the register by its code, with its sections in these months."""
        sections: dict[str, list[Section]] = {}
        wanted = tuple(months)
        for row in self.rows(SECTION):
            sections.setdefault(str(row.values["river"]), []).append(self._section(row, wanted))
        speak, known = self.words(RIVER), town_map(self._actor)
        return tuple(
            River(
                code=row.key,
                row=row,
                words=speak.row(row.values, row.measures) if speak else NO_WORDS,
                place=known.coded(Kind.RIVER, row.key),
                sections=tuple(sections.get(row.key, ())),
            )
            for row in self.rows(RIVER)
        )

    def system(self, month: date) -> Appraisal | None:
        """What all sections of the town together were in a month (R-009)."""
        rows = [self.published.get((section.key, month)) for section in self.rows(SECTION)]
        return appraise(SYSTEM, Given(month, {"sections": [row.values if row else {} for row in rows]}))

    def river(self, code: str, months: Iterable[date]) -> River:
        """One river. Raises NotFound."""
        found = next((one for one in self.rivers(months) if one.code == code), None)
        if found is None:
            raise NotFound
        return found

    def _section(self, row: RowView, months: tuple[date, ...]) -> Section:
        speak = self.words(SECTION)
        words = speak.row(row.values, row.measures) if speak else NO_WORDS
        return Section(row, words, tuple(self._judged(row, month) for month in months))

    def _judged(self, section: RowView, month: date) -> Month:
        row = self.published.get((section.key, month))
        return Month(month, row, appraise(JUDGE, Given(month, row.values, section.values)) if row else None)


def register_of(code: str) -> Register | None:
    """A register as its pack declares it; None where no installed pack does."""
    return law.catalogue().by_code.get(code)


def _month(row: RowView) -> date:
    value: Any = row.values["month"]
    return date.fromisoformat(str(value)).replace(day=1)
