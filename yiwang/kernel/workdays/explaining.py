"""Why this deadline: line by line, as data (`Line`), and in words (`explain`). Pure apart from reading our own texts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import Any

from yiwang.kernel.wording import language_of, word
from yiwang.kernel.workdays.calendar import Calendar
from yiwang.kernel.workdays.clocks import Amount, Due, Interval, TimeUnit, due_after, last_day
from yiwang.kernel.workdays.notice import WEEKEND
from yiwang.kernel.zone import in_town


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `kind` is the word key `deadline.<kind>`, `values` what stands in it (days, moments, slugs, numbers)."""

    kind: str
    values: Mapping[str, Any]

    def plain(self) -> dict[str, Any]:
        """For JSON: the kind and the values, days and moments in ISO 8601."""
        return {"kind": self.kind} | {key: _plain(value) for key, value in self.values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit ends, whether a notice not yet published may move it, and why, line by line."""

    due_at: datetime
    provisional: bool
    lines: tuple[Line, ...]


def deadline(start: datetime, amount: Amount, unit: TimeUnit, calendar: Calendar) -> Deadline:
    """The end of a limit that is never paused, explained. `clocks.due_at` gives the same moment without the lines."""
    found = deadline_after((Interval(start),), amount, unit, calendar)
    if found is None:
        raise AssertionError("a clock that goes on running ends some day")
    return found


def deadline_after(
    intervals: Sequence[Interval],
    amount: Amount,
    unit: TimeUnit,
    calendar: Calendar,
    *,
    resumes_at: datetime | None = None,
) -> Deadline | None:
    """The end of a limit with pauses, explained; None for a clock that stands still (see `clocks.due_after`)."""
    due = due_after(intervals, amount, unit, calendar, resumes_at=resumes_at)
    if due is None:
        return None
    starts = [*intervals, Interval(resumes_at)] if resumes_at and intervals[-1].end else intervals
    return Deadline(due.due_at, due.provisional, tuple(_lines(starts, amount, unit, calendar, due)))


def explain(lines: Sequence[Line], language: str = "zh-Hans") -> tuple[str, ...]:
    """The lines in words, in the language's own way of writing days and names."""
    chosen = language_of(language)
    return tuple(
        word(f"deadline.{row.kind}", chosen).format(
            **{key: shown(key, value, chosen) for key, value in row.values.items()}
        )
        for row in lines
    )


# --- the lines -------------------------------------------------------------------------------------------------------


def line(kind: str, **values: Any) -> Line:
    """A line with its values; see texts for the keys of each kind."""
    return Line(kind, MappingProxyType(values))


def _lines(
    intervals: Sequence[Interval], amount: Amount, unit: TimeUnit, calendar: Calendar, due: Due
) -> Iterator[Line]:
    start = in_town(intervals[0].start)
    yield line("limit", amount=str(amount), unit=unit.value)
    yield line("start", start=start)
    yield from _ways[unit](start, calendar)
    if unit in (TimeUnit.WORKING_HOUR, TimeUnit.WORKING_DAY):
        counted = start.date() + timedelta(days=unit == TimeUnit.WORKING_DAY)
        yield from days_off(calendar, counted, due.due_at.date())
    for before, after in pairwise(intervals):
        if before.end is not None and before.end < after.start and after.start <= due.due_at:
            yield line("pause", first=in_town(before.end), last=in_town(after.start))
    if unit == TimeUnit.DAY:
        last = last_day(intervals, int(amount), calendar)
        if last < due.due_at.date():
            yield line("moved", last=last, holiday=calendar.why_off(last), day=due.due_at.date())
    if due.provisional:
        yield line("provisional", year=calendar.missing_notice(start.date(), due.due_at.date()))
    yield line("due", due=due.due_at)


def _way_of_working_hours(start: datetime, calendar: Calendar) -> Iterator[Line]:
    period = calendar.period(start.date())
    yield line("office", hours=period.shown(), reference=period.reference)
    opens = calendar.next_working_moment(start)
    if opens > start:
        yield line("opens", opens=opens)


def _way_of_urgent_hours(start: datetime, calendar: Calendar) -> Iterator[Line]:
    yield line("day-and-night")


def _way_of_working_days(start: datetime, calendar: Calendar) -> Iterator[Line]:
    yield line("start-day", day=start.date())


def _way_of_days(start: datetime, calendar: Calendar) -> Iterator[Line]:
    yield line("start-day", day=start.date())
    yield line("all-days")


_ways = {
    TimeUnit.WORKING_HOUR: _way_of_working_hours,
    TimeUnit.URGENT_HOUR: _way_of_urgent_hours,
    TimeUnit.WORKING_DAY: _way_of_working_days,
    TimeUnit.DAY: _way_of_days,
}


def days_off(calendar: Calendar, first: date, last: date) -> Iterator[Line]:
    """Each run of days off from first to last with its name and notice, and each weekend day that is worked."""
    days = (first + timedelta(days=i) for i in range((last - first).days + 1))
    for (why, worked), run in groupby(days, key=lambda day: _why(calendar, day)):
        span = list(run)
        if why is None:
            continue
        mark = calendar.mark(span[0])
        source = {"reference": mark.notice.number, "verified": mark.notice.verified} if mark else {}
        if worked:
            yield from (line("make-up", day=day, holiday=why, **source) for day in span)
        elif why == WEEKEND:
            yield line("weekend", span=(span[0], span[-1]))
        else:
            yield line("holiday", span=(span[0], span[-1]), holiday=why, **source)


def _why(calendar: Calendar, day: date) -> tuple[str | None, bool]:
    """Why a day is unlike its weekday: (holiday or weekend, whether it is worked); (None, True) for a plain one."""
    if not calendar.is_working_day(day):
        return calendar.why_off(day), False
    mark = calendar.mark(day)
    return (mark.holiday if mark and day.weekday() >= 5 else None), True


# --- words -----------------------------------------------------------------------------------------------------------


def shown(key: str, value: Any, language: str) -> str:
    """One value as the language writes it: `2019年10月12日(周六)`, `Sat 12 Oct 2019`."""
    if key == "unit":
        return word(f"time-unit.{value}", language)
    if key == "verified":
        return "" if value else word("deadline.unverified", language)
    if key == "holiday":
        return word(f"holiday.{value}", language)
    if isinstance(value, tuple):
        first, last = (shown("day", day, language) for day in value)
        return first if first == last else word("deadline.span", language).format(first=first, last=last)
    if isinstance(value, datetime):
        return f"{shown('day', value.date(), language)} {_clock(value)}"
    return _day(value, language) if isinstance(value, date) else str(value)


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def _day(day: date, language: str) -> str:
    weekday = word("weekdays", language).split()[day.weekday()]
    if language == "en":
        return f"{weekday} {day.day} {word('months', language).split()[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日（{weekday}）"
