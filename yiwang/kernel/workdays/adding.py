"""`yiwang workdays add DATE N`: the n-th working day after a day, and why. The command line only prints what stands here."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from yiwang.kernel.workdays.calendar import AddedDays, Calendar
from yiwang.kernel.workdays.explaining import Line, days_off, explain, line, shown
from yiwang.kernel.workdays.problems import NotACount, NotADay

MOST_DAYS = 5_000


@dataclass(frozen=True, slots=True)
class Answer:
    """The day found and its explanation. `words` is for people, `plain` for machines (`--json`)."""

    start: date
    n: int
    found: AddedDays
    lines: tuple[Line, ...]

    def words(self, language: str = "zh-Hans") -> tuple[str, ...]:
        """The day alone on the first line, then the reasons."""
        return (shown("day", self.found.day, language), *explain(self.lines, language))

    def plain(self) -> dict[str, Any]:
        return {
            "from": self.start.isoformat(),
            "working_days": self.n,
            "day": self.found.day.isoformat(),
            "provisional": self.found.provisional,
            "lines": [row.plain() for row in self.lines],
        }


def add(day_text: str, n_text: str | int, calendar: Calendar) -> Answer:
    """Answer the command. Raises NotADay, NotACount (0 to 5,000), OutsideCalendar."""
    start, n = _day(day_text), _count(n_text)
    found = calendar.add_working_days(start, n)
    lines = [line("start-day", day=start), *days_off(calendar, start + timedelta(days=1), found.day)]
    missing = calendar.missing_notice(start, found.day)
    if missing is not None:
        lines.append(line("notice-not-held" if calendar.is_before_notices(missing) else "provisional", year=missing))
    return Answer(start, n, found, tuple(lines))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise NotADay(found=text) from None


def _count(text: str | int) -> int:
    written = str(text).strip()
    if not (written.isascii() and written.isdigit() and int(written[:6]) <= MOST_DAYS and len(written) <= 6):
        raise NotACount(found=text)
    return int(written)
