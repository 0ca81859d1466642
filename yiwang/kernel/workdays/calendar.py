"""Which days are worked, and how much office time has gone by: the State Council's notices, not weekday() (R-301). Pure.

Everything rests on two running totals by day, working days and office ticks. Reading a moment off them and finding the
moment of a total are a table look-up and a bisection, so a million deadlines are computed in seconds.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import NamedTuple

from yiwang.kernel.workdays.notice import WEEKEND, MarkedDay
from yiwang.kernel.workdays.office import TICKS_PER_MINUTE, OfficeHours, Period, Windows
from yiwang.kernel.workdays.problems import OutsideCalendar
from yiwang.kernel.zone import TOWN_ZONE, in_town

LAST_YEAR = 2100
"""Nobody plans further; a limit from its last days may end in the year after."""
YEAR_END = (12, 25)
"""From here on the next year's notice may have a say: it has reached back as far as 29 December (2008, 2019)."""

ONE_DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)


class AddedDays(NamedTuple):
    """The day found, whether a missing notice may still move it, and the days off passed over: (day, why).

    `why` is a holiday's slug (word key `holiday.<slug>`) or `weekend`.
    """

    day: date
    provisional: bool
    skipped: tuple[tuple[date, str], ...]


class _Table(NamedTuple):
    """Totals before each day: entry i stands for the morning of day `first + i`; one entry more than days."""

    first: int
    days: list[int]
    ticks: list[int]
    windows: list[Windows]


class Calendar:
    """Working days, office time, and their explanation. Immutable to its users; it extends its own tables as needed."""

    def __init__(self, marked: Iterable[MarkedDay], noticed: Iterable[int], hours: OfficeHours) -> None:
        """`marked` in order of notices: a later notice overrules an earlier one. `noticed`: years with a notice."""
        self.hours = hours
        self._marked = {row.day: row for row in marked}
        self._noticed = frozenset(noticed)
        self._table = _Table(hours.first.toordinal(), [0], [0], [])
        self._extend(max(self._noticed, default=hours.first.year) + 1)

    # --- days --------------------------------------------------------------------------------------------------------

    def noticed(self, year: int) -> bool:
        """Whether the State Council's notice for the year is loaded."""
        return year in self._noticed

    def mark(self, day: date) -> MarkedDay | None:
        """What a notice says of this very day, if one does."""
        return self._marked.get(day)

    def is_working_day(self, day: date) -> bool:
        """Whether the office works that day; Monday to Friday where no notice speaks."""
        mark = self._marked.get(day)
        return day.weekday() < 5 if mark is None else not mark.rest

    def why_off(self, day: date) -> str:
        """The holiday's slug, or `weekend`, of a day that is not worked."""
        mark = self._marked.get(day)
        return mark.holiday if mark is not None else WEEKEND

    def missing_notice(self, first: date, last: date) -> int | None:
        """The first year whose notice, not yet known, may change a day from `first` to `last`; None when all is known.

        The last week of December waits for the next year's notice too: that one may reach back into it.
        """
        for year in range(first.year, last.year + 1):
            if year not in self._noticed:
                return year
            if last >= date(year, *YEAR_END) and year + 1 not in self._noticed:
                return year + 1
        return None

    def is_before_notices(self, year: int) -> bool:
        """Whether a year lies before the first whose notice is held here: its notice was published long ago, and is not awaited."""
        return year < min(self._noticed, default=year)

    def add_working_days(self, day: date, n: int) -> AddedDays:
        """The n-th working day after `day`, which itself does not count (R-301); the day itself for n = 0.

        Raises ValueError for a negative n, OutsideCalendar beyond the office's dates.
        """
        if n < 0:
            raise ValueError("working days are counted forward")
        found = self.nth_working_day(day, n)
        passed = (day + timedelta(days=i) for i in range(1, (found - day).days))
        skipped = tuple((off, self.why_off(off)) for off in passed if not self.is_working_day(off))
        return AddedDays(found, self.missing_notice(day, found) is not None, skipped)

    def nth_working_day(self, day: date, n: int) -> date:
        """Only the day of `add_working_days`, fast."""
        if n == 0:
            return day
        target = self._morning(day, 1).days[self._index(day) + 1] + n
        return date.fromordinal(self._table.first + self._day_of("days", target))

    def first_working_day(self, day: date) -> date:
        """The day itself when it is worked, else the next one that is."""
        return day if self.is_working_day(day) else self.nth_working_day(day, 1)

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days lie after `a` up to and including `b`; negative when b is before a."""
        later = self._morning(max(a, b), 1)
        return later.days[self._index(b) + 1] - later.days[self._index(a) + 1]

    def period(self, day: date) -> Period:
        """The office's hours in force on a day."""
        return self.hours.on(day)

    def close_of(self, day: date) -> datetime:
        """When the office closes on that (working) day."""
        return _moment(day, self.hours.on(day).closes)

    # --- office time -------------------------------------------------------------------------------------------------

    def add_working_minutes(self, moment: datetime, minutes: int) -> datetime:
        """The earliest moment by which so many minutes of office time have gone by; lunch, nights and days off do not count.

        At the end of a window the answer is its end (17:00), not the next opening (08:30). The moment itself for 0.
        """
        if minutes < 0:
            raise ValueError("working minutes are counted forward")
        if minutes == 0:
            return in_town(moment)
        return self.moment_at_ticks(self.ticks_at(moment) + minutes * TICKS_PER_MINUTE)

    def working_minutes_between(self, a: datetime, b: datetime) -> int:
        """Whole minutes of office time from a to b; negative when b is before a."""
        ticks = self.ticks_at(b) - self.ticks_at(a)
        return ticks // TICKS_PER_MINUTE if ticks >= 0 else -(-ticks // TICKS_PER_MINUTE)

    def next_working_moment(self, moment: datetime) -> datetime:
        """The moment itself when the office is open, else the next opening."""
        return self.moment_at_ticks(self.ticks_at(moment) + 1) - MICROSECOND

    def ticks_at(self, moment: datetime) -> int:
        """Office time gone by until the moment, in microseconds since the first known day."""
        table, index, within = self._place(moment)
        return table.ticks[index] + _open_ticks(table.windows[index], within)

    def moment_at_ticks(self, ticks: int) -> datetime:
        """The earliest moment at which `ticks_at` is so much."""
        index = self._day_of("ticks", ticks)
        return self._within(index, ticks - self._table.ticks[index])

    def days_at(self, moment: datetime) -> Fraction:
        """Working days gone by until the moment. A day goes by evenly over its own office hours, whatever their length."""
        table, index, within = self._place(moment)
        length = table.ticks[index + 1] - table.ticks[index]
        part = _open_ticks(table.windows[index], within)
        return Fraction(table.days[index] * length + part, length) if part else Fraction(table.days[index])

    def moment_at_days(self, days: Fraction) -> datetime:
        """The earliest moment at which `days_at` is so much (rounded up to the microsecond)."""
        whole = -(-days.numerator // days.denominator)
        index = self._day_of("days", whole)
        length = self._table.ticks[index + 1] - self._table.ticks[index]
        part = (days - (whole - 1)) * length
        return self._within(index, -(-part.numerator // part.denominator))

    def days_at_end_of(self, day: date) -> int:
        """Working days gone by when the day is over."""
        return self._morning(day, 1).days[self._index(day) + 1]

    # --- the tables --------------------------------------------------------------------------------------------------

    def _place(self, moment: datetime) -> tuple[_Table, int, int]:
        there = in_town(moment)
        seconds = (there.hour * 60 + there.minute) * 60 + there.second
        table = self._morning(there, 1)
        return table, there.toordinal() - table.first, seconds * 1_000_000 + there.microsecond

    def _index(self, day: date) -> int:
        return day.toordinal() - self._table.first

    def _morning(self, day: date, extra: int) -> _Table:
        """The table, long enough to hold the morning of `extra` days after the day."""
        table = self._table
        index = day.toordinal() - table.first
        if index < 0 or day.year > LAST_YEAR:
            raise self._outside(day)
        if index + extra >= len(table.days):
            self._extend(day.year + 1)
            table = self._table
        return table

    def _day_of(self, total: str, target: int) -> int:
        """The index of the day in which the running total reaches the target."""
        while getattr(self._table, total)[-1] < target:
            self._extend(date.fromordinal(self._table.first + len(self._table.windows)).year)
        return bisect_left(getattr(self._table, total), target) - 1

    def _within(self, index: int, part: int) -> datetime:
        """The moment at which so many office ticks of the day have gone by (0 < part ≤ the day's length)."""
        for opens, closes in self._table.windows[index]:
            if part <= closes - opens:
                return _moment(date.fromordinal(self._table.first + index), opens + part)
            part -= closes - opens
        raise AssertionError("more office time than the day has")

    def _extend(self, year: int) -> None:
        """Make the table reach the end of a year. A new table replaces the old one at once, so threads may share us."""
        if year > LAST_YEAR + 1:
            raise self._outside(date(year, 1, 1))
        old = self._table
        days, ticks, windows = list(old.days), list(old.ticks), list(old.windows)
        for day in _days(date.fromordinal(old.first + len(windows)), date(year, 12, 31)):
            open_windows = self.hours.on(day).windows if self.is_working_day(day) else ()
            windows.append(open_windows)
            days.append(days[-1] + bool(open_windows))
            ticks.append(ticks[-1] + sum(closes - opens for opens, closes in open_windows))
        self._table = _Table(old.first, days, ticks, windows)

    def _outside(self, day: date) -> OutsideCalendar:
        return OutsideCalendar(day=day, first=self.hours.first, last=LAST_YEAR)


def _moment(day: date, ticks: int) -> datetime:
    return datetime.combine(day, time.min, TOWN_ZONE) + timedelta(microseconds=ticks)


def _open_ticks(windows: Windows, within: int) -> int:
    """Office ticks of a day gone by at a tick of that day."""
    total = 0
    for opens, closes in windows:
        if within <= opens:
            break
        total += min(within, closes) - opens
    return total


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += ONE_DAY
