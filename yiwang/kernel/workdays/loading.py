"""Reading the notices (our own files, one per year) and a town's office hours. The only file of workdays that opens files."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path

from yiwang.kernel.params.loading import Shape, load
from yiwang.kernel.params.problems import MissingKey
from yiwang.kernel.params.yamlfile import (
    Node,
    Row,
    day,
    flag,
    gathered,
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
from yiwang.kernel.workdays.problems import NoticeDayTwice, NoticeFileProblem, NoticeOfAnotherYear, NoticeYearMissing

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
                    "verified": flag,
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
    into the December before) or a working day that is neither Saturday nor Sunday; NoticeDayTwice; NoticeOfAnotherYear.
    """
    content = NOTICE_FILE(read(path))
    year = content["year"]
    if path.stem != str(year):
        raise content.refuse("year", NoticeOfAnotherYear, year=year, name=path.name)
    return year, tuple(marked for row in content["notices"] for marked in _marked_days(row, year))


def _marked_days(notice_row: Row, year: int) -> list[MarkedDay]:
    notice = Notice(year, *(notice_row[key] for key in ("title", "number", "posted", "page", "verified")))
    marked: dict[date, MarkedDay] = {}

    def mark(row: Row, key: str, marked_day: date) -> None:
        if not _plausible(marked_day, year, rest=key == "rest"):
            raise row.refuse(key, NoticeFileProblem, day=marked_day, year=year)
        if marked_day in marked:
            raise row.refuse(key, NoticeDayTwice, day=marked_day)
        marked[marked_day] = MarkedDay(marked_day, key == "rest", row["holiday"], notice)

    gathered(
        partial(mark, row, key, marked_day)
        for row in notice_row["days"]
        for key in ("rest", "work")
        for part in row[key]
        for marked_day in part
    )
    return list(marked.values())


def _plausible(marked_day: date, year: int, rest: bool) -> bool:
    in_year = date(year - 1, 12, 1) <= marked_day <= date(year, 12, 31)
    return in_year and (rest or marked_day.weekday() >= 5)


def office_hours(path: Path) -> OfficeHours:
    """A town's office hours: a rule file with the rule `office.hours`, values like `["08:30-11:30", "13:30-17:00"]`."""
    rules = load([path], shapes={OFFICE_HOURS: Shape(value=_windows)})
    if OFFICE_HOURS not in rules.ids():
        raise MissingKey(file=str(path), line=1, key=f"id: {OFFICE_HOURS}")
    return OfficeHours.from_versions(rules.versions(OFFICE_HOURS))


def _windows(node: Node) -> None:
    texts = listed(matching(r"\d{2}:\d{2}-\d{2}:\d{2}", "08:30-11:30"))(node)
    try:
        windows_of(texts)
    except ValueError:
        raise node.wrong('["08:30-11:30", "13:30-17:00"]') from None


def calendar_from(notice_files: Iterable[Path], hours: OfficeHours) -> Calendar:
    """A calendar from notice files and office hours. Raises as `read_years`."""
    years = read_years(notice_files)
    return Calendar((marked for year in sorted(years) for marked in years[year]), years, hours)


def read_years(notice_files: Iterable[Path]) -> dict[int, tuple[MarkedDay, ...]]:
    """The marked days of each year that has a file. Raises a RuleFileProblem; NoticeYearMissing for a gap between years."""
    files = sorted(notice_files)
    years = dict(gathered(partial(read_notices, path) for path in files))
    for year in range(min(years, default=0), max(years, default=0)):
        if year not in years:
            raise NoticeYearMissing(file=str(files[0].with_name(f"{year}.yaml")), line=1, year=year)
    return years


@cache
def town_calendar(town: Path) -> Calendar:
    """The calendar of a town folder (`office_hours.yaml` in it) with all notices we carry. Read once per process."""
    return calendar_from(NOTICES.glob("*.yaml"), office_hours(town / "office_hours.yaml"))
