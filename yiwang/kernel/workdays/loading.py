"""Reading the notices (our own files, one per year) and a town's office hours. The only file of workdays that opens files."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from yiwang.kernel.params.loading import load
from yiwang.kernel.params.yamlfile import (
    Node,
    day,
    listed,
    mapping,
    matching,
    optional,
    read,
    text,
    whole,
)
from yiwang.kernel.workdays.calendar import Calendar
from yiwang.kernel.workdays.notice import MarkedDay, Notice
from yiwang.kernel.workdays.office import OfficeHours, windows_of
from yiwang.kernel.workdays.problems import NoticeFileProblem

NOTICES = Path(__file__).parent / "notices"
OFFICE_HOURS = "office.hours"
SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


def span(node: Node) -> tuple[date, ...]:
    """One day, or all days of `2019-10-01..2019-10-07`, both ends included."""
    if isinstance(node.value, date):
        return (node.value,)
    found = SPAN.fullmatch(node.value) if isinstance(node.value, str) else None
    if found is None:
        raise node.wrong("2019-10-01..2019-10-07")
    try:
        first, last = map(date.fromisoformat, found.groups())
    except ValueError:
        raise node.wrong("2019-10-01..2019-10-07") from None
    if not first <= last <= first + timedelta(days=31):
        raise node.wrong("2019-10-01..2019-10-07")
    return tuple(first + timedelta(days=i) for i in range((last - first).days + 1))


NOTICE_FILE = mapping(
    {
        "year": whole,
        "notices": listed(
            mapping(
                {
                    "title": text,
                    "number": matching(r"国办?发明电〔\d{4}〕\d+号", "国办发明电〔2018〕15号"),
                    "posted": day,
                    "page": matching(r"https?://www\.gov\.cn/\S+", "https://www.gov.cn/…"),
                    "days": listed(
                        mapping({"holiday": text, "rest": listed(span), "work": optional(listed(span), [])})
                    ),
                }
            )
        ),
    }
)


def read_notices(path: Path) -> tuple[int, tuple[MarkedDay, ...]]:
    """One year's file: the year, and its marked days in the order of its notices (a later one overrules).

    Raises a RuleFileProblem with file and line; NoticeFileProblem for a day outside the year (a notice may reach back
    into the December before) or a working day that is neither Saturday nor Sunday.
    """
    content = NOTICE_FILE(read(path))
    year, marked = content["year"], []
    for notice_row in content["notices"]:
        notice = Notice(year, *(notice_row[key] for key in ("title", "number", "posted", "page")))
        for row in notice_row["days"]:
            for key, rest in (("rest", True), ("work", False)):
                for marked_day in (one for part in row[key] for one in part):
                    if not _plausible(marked_day, year, rest):
                        raise row.refuse(key, NoticeFileProblem, day=marked_day, year=year)
                    marked.append(MarkedDay(marked_day, rest, row["holiday"], notice))
    return year, tuple(marked)


def _plausible(marked_day: date, year: int, rest: bool) -> bool:
    in_year = date(year - 1, 12, 1) <= marked_day <= date(year, 12, 31)
    return in_year and (rest or marked_day.weekday() >= 5)


def office_hours(path: Path) -> OfficeHours:
    """A town's office hours: a rule file with the rule `office.hours`, values like `["08:30-11:30", "13:30-17:00"]`."""
    return OfficeHours.from_versions(load([path], checks={OFFICE_HOURS: _windows}).versions(OFFICE_HOURS))


def _windows(node: Node) -> None:
    texts = listed(matching(r"\d{2}:\d{2}-\d{2}:\d{2}", "08:30-11:30"))(node)
    try:
        windows_of(texts)
    except ValueError:
        raise node.wrong('["08:30-11:30", "13:30-17:00"]') from None


def calendar_from(notice_files: Iterable[Path], hours: OfficeHours) -> Calendar:
    """A calendar from notice files and office hours."""
    years: list[int] = []
    marked: list[MarkedDay] = []
    for path in sorted(notice_files):
        year, days = read_notices(path)
        years.append(year)
        marked += days
    return Calendar(marked, years, hours)


@cache
def town_calendar(town: Path) -> Calendar:
    """The calendar of a town folder (`office_hours.yaml` in it) with all notices we carry. Read once per process."""
    return calendar_from(NOTICES.glob("*.yaml"), office_hours(town / "office_hours.yaml"))
