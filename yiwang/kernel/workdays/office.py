"""The office's hours: on each working day the same windows, dated like every rule. Lunch is what lies between them. Pure."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from yiwang.kernel.params.rulebook import RuleVersion
from yiwang.kernel.workdays.problems import OutsideCalendar

TICKS_PER_MINUTE = 60_000_000
"""We count in microseconds, whole numbers, so that the parts of a clock add up exactly."""

Windows = tuple[tuple[int, int], ...]
"""(opens, closes) in ticks since the town's midnight, in order, not touching."""


@dataclass(frozen=True, slots=True)
class Period:
    """The windows in force from `start` on."""

    start: date
    windows: Windows
    reference: str

    @property
    def closes(self) -> int:
        """When the office closes for the day, in ticks since midnight."""
        return self.windows[-1][1]

    def shown(self) -> str:
        """`08:30–11:30, 13:30–17:00`."""
        return ", ".join(f"{clock(opens)}–{clock(closes)}" for opens, closes in self.windows)


def clock(ticks: int) -> str:
    """Ticks since midnight as 08:30."""
    minutes = ticks // TICKS_PER_MINUTE
    return f"{minutes // 60:02}:{minutes % 60:02}"


def windows_of(texts: Iterable[str]) -> Windows:
    """Windows from texts like `08:30-11:30`. Raises ValueError when one is empty, out of the day, or out of order."""
    found: list[tuple[int, int]] = []
    last = -1
    for text in texts:
        opens, closes = (_ticks(part) for part in text.split("-"))
        if not last < opens < closes:
            raise ValueError(f"{text} does not begin after the window before it and end after it begins")
        found.append((opens, closes))
        last = closes
    if not found:
        raise ValueError("an office without hours is never open")
    return tuple(found)


def _ticks(text: str) -> int:
    hours, minutes = text.split(":")
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > 24 * 60:
        raise ValueError(f"{text} is not a time of day")
    return total * TICKS_PER_MINUTE


class OfficeHours:
    """The office's hours by date. `OfficeHours.from_versions(rulebook.versions("office.hours"))`."""

    def __init__(self, periods: Iterable[Period]) -> None:
        """Periods in order of date, each in force until the next; there is at least one."""
        self.periods = tuple(periods)
        self._starts = [period.start for period in self.periods]

    @classmethod
    def from_versions(cls, versions: Iterable[RuleVersion]) -> "OfficeHours":
        """From the dated rule whose value is a list like `["08:30-11:30", "13:30-17:00"]`."""
        return cls(Period(v.effective_from, windows_of(v.value), v.reference) for v in versions)

    @property
    def first(self) -> date:
        """The first day with known hours."""
        return self._starts[0]

    def on(self, day: date) -> Period:
        """The hours in force on a day. Raises OutsideCalendar before the first."""
        position = bisect_right(self._starts, day) - 1
        if position < 0:
            raise OutsideCalendar(day=day, first=self.first, last="—")
        return self.periods[position]
