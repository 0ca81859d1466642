"""Working days by the State Council's notices (R-301)."""

import csv
import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from yiwang.kernel.problems import Problem
from yiwang.kernel.wording import word
from yiwang.kernel.workdays.calendar import Calendar
from yiwang.kernel.workdays.loading import NOTICES, calendar_from, read_notices
from yiwang.kernel.workdays.problems import NoticeFileProblem, NoticeYearMissing, OutsideCalendar
from yiwang.kernel.workdays.tests.town import calendar

DATA = Path(os.environ.get("YIWANG_SHARED_DATA", Path(__file__).resolve().parents[5] / "shared" / "data")) / "holidays"
YEARS = range(2007, 2027)


def every_day():
    day = date(2007, 1, 1)
    while day.year in YEARS:
        yield day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("after", "n", "expected"),
    [
        ("2019-09-27", 1, "2019-09-29"),  # a Sunday worked for National Day
        ("2019-04-26", 1, "2019-04-28"),  # a Sunday worked for Labour Day
        ("2019-09-30", 5, "2019-10-12"),  # seven days off, then a Saturday worked
        ("2019-01-31", 5, "2019-02-12"),  # Spring Festival; the weekend before it is worked
        ("2019-06-20", 15, "2019-07-11"),  # weekends only
        ("2019-12-31", 1, "2020-01-02"),  # into the next year
        ("2026-02-13", 1, "2026-02-14"),  # a Saturday worked for Spring Festival
        ("2019-09-28", 0, "2019-09-28"),  # nothing added: the day itself, worked or not
        ("2018-12-28", 1, "2018-12-29"),  # the notice for 2019 reaches back into 2018
        ("2018-12-29", 1, "2019-01-02"),
        ("2020-01-23", 1, "2020-02-03"),  # the festival of 2020 was prolonged
    ],
)
def test_the_nth_working_day_after_a_day(after, n, expected):
    found = calendar().add_working_days(date.fromisoformat(after), n)
    assert (found.day, found.provisional) == (date.fromisoformat(expected), False)


@pytest.mark.parametrize(("year", "days"), [(2019, 250), (2026, 248)])
def test_a_year_has_so_many_working_days_between_its_ends(year, days):
    assert calendar().working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == days


OFF_2019 = [
    "01-01",
    *(f"02-{day:02}" for day in range(4, 11)),
    *(f"04-{day:02}" for day in range(5, 8)),
    *(f"05-{day:02}" for day in range(1, 5)),
    *(f"06-{day:02}" for day in range(7, 10)),
    *(f"09-{day:02}" for day in range(13, 16)),
    *(f"10-{day:02}" for day in range(1, 8)),
]


def test_the_holidays_of_2019_are_those_of_r_301():
    off = [day for day in every_day() if day.year == 2019 and not calendar().is_working_day(day)]
    assert set(OFF_2019) <= {f"{day:%m-%d}" for day in off}
    assert {f"{day:%m-%d}" for day in off if day.weekday() < 5} <= set(OFF_2019)


def test_the_days_passed_over_are_named():
    skipped = calendar().add_working_days(date(2019, 9, 27), 2).skipped
    assert skipped == ((date(2019, 9, 28), "weekend"),)
    skipped = calendar().add_working_days(date(2019, 9, 30), 1).skipped
    assert skipped == tuple((date(2019, 10, day), "national-day") for day in range(1, 8))


@pytest.mark.parametrize(
    ("after", "n", "provisional"),
    [
        ("2026-12-18", 4, False),  # 24 December 2026
        ("2026-12-18", 5, True),  # 25 December: the notice for 2027 may reach back into that week
        ("2026-12-31", 1, True),
        ("2027-05-06", 1, True),
        ("2025-12-30", 5, False),
        ("2006-11-01", 1, True),  # no notice is carried for 2006
    ],
)
def test_a_deadline_near_a_year_without_a_notice_is_provisional(after, n, provisional):
    assert calendar().add_working_days(date.fromisoformat(after), n).provisional is provisional


def test_a_year_without_a_notice_is_monday_to_friday():
    monday = date(2027, 3, 1)
    assert not calendar().noticed(2027)
    assert [calendar().is_working_day(monday + timedelta(days=i)) for i in range(7)] == [True] * 5 + [False] * 2
    assert calendar().add_working_days(date(2027, 2, 26), 6).day == date(2027, 3, 8)


def test_a_notice_loaded_later_settles_what_was_provisional():
    early = calendar_from([path for path in NOTICES.glob("*.yaml") if path.stem < "2019"], calendar().hours)
    assert early.add_working_days(date(2018, 12, 28), 1) == (
        date(2018, 12, 31),
        True,
        ((date(2018, 12, 29), "weekend"), (date(2018, 12, 30), "weekend")),
    )
    assert calendar().add_working_days(date(2018, 12, 28), 1) == (date(2018, 12, 29), False, ())


def test_beyond_the_town_s_own_dates_there_is_no_calendar():
    for day in (date(1999, 12, 31), date(2101, 1, 1)):
        with pytest.raises(OutsideCalendar):
            calendar().add_working_days(day, 1)
    with pytest.raises(ValueError, match="forward"):
        calendar().add_working_days(date(2019, 1, 1), -1)


def test_between_and_after_are_inverse():
    for day in (date(2019, 1, 1), date(2019, 4, 28), date(2019, 9, 28), date(2026, 2, 13)):
        for n in (1, 2, 15, 250, 1000):
            found = calendar().add_working_days(day, n).day
            assert calendar().working_days_between(day, found) == n
            assert calendar().working_days_between(found, day) == -n


# --- what the notices come to, for a checkout without the lists ---------------------------------------------------------

FACTS = [
    (2007, 249, "02-17 02-25 04-28 04-29 09-29 09-30 12-29"),
    (2008, 251, "02-02 02-03 05-04 09-27 09-28"),
    (2009, 250, "01-04 01-24 02-01 05-31 09-27 10-10"),
    (2010, 250, "02-20 02-21 06-12 06-13 09-19 09-25 09-26 10-09"),
    (2011, 250, "01-30 02-12 04-02 10-08 10-09 12-31"),
    (2012, 249, "01-21 01-29 03-31 04-01 04-28 09-29"),
    (2013, 250, "01-05 01-06 02-16 02-17 04-07 04-27 04-28 06-08 06-09 09-22 09-29 10-12"),
    (2014, 250, "01-26 02-08 05-04 09-28 10-11"),
    (2015, 249, "01-04 02-15 02-28 09-06 10-10"),
    (2016, 250, "02-06 02-14 06-12 09-18 10-08 10-09"),
    (2017, 249, "01-22 02-04 04-01 05-27 09-30"),
    (2018, 250, "02-11 02-24 04-08 04-28 09-29 09-30 12-29"),
    (2019, 250, "02-02 02-03 04-28 05-05 09-29 10-12"),
    (2020, 249, "01-19 04-26 05-09 06-28 09-27 10-10"),
    (2021, 250, "02-07 02-20 04-25 05-08 09-18 09-26 10-09"),
    (2022, 249, "01-29 01-30 04-02 04-24 05-07 10-08 10-09"),
    (2023, 249, "01-28 01-29 04-23 05-06 06-25 10-07 10-08"),
    (2024, 251, "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12"),
    (2025, 248, "01-26 02-08 04-27 09-28 10-11"),
    (2026, 248, "01-04 02-14 02-28 05-09 09-20 10-10"),
]
"""Year, its working days, and the Saturdays and Sundays worked: facts of the State Council's notices (each is named with
its number and page in notices/<year>.yaml), counted not from our files but from the two lists named below, which agree."""


@pytest.mark.parametrize(("year", "days", "worked"), FACTS)
def test_each_year_has_the_working_days_and_make_up_days_of_its_notices(year, days, worked):
    working = [day for day in every_day() if day.year == year and calendar().is_working_day(day)]
    assert len(working) == days
    assert [f"{day:%m-%d}" for day in working if day.weekday() >= 5] == worked.split()


def test_no_carried_year_is_without_its_facts():
    assert [year for year, _, _ in FACTS] == sorted(int(path.stem) for path in NOTICES.glob("*.yaml"))


# --- against the two published lists ---------------------------------------------------------------------------------

needs_lists = pytest.mark.skipif(
    not DATA.is_dir(),
    reason=f"the published holiday lists are not at {DATA} (set YIWANG_SHARED_DATA); only the counts of FACTS are proved",
)


@needs_lists
@pytest.mark.parametrize("year", YEARS)
def test_each_notice_marks_the_same_days_as_the_first_list(year):
    listed = json.loads((DATA / f"{year}.json").read_text(encoding="utf-8"))
    ours: dict[date, bool] = {}
    pages = set()
    for row in read_notices(NOTICES / f"{year}.yaml")[1]:
        ours[row.day] = row.rest
        pages.add(row.notice.page)
    theirs = {date.fromisoformat(row["date"]): row["isOffDay"] for row in listed["days"]}
    # Known difference: the list calls Monday 3 February 2020, the first day after the prolonged festival, a make-up day.
    # It is a plain Monday, so our file does not mark it.
    if year == 2020:
        assert theirs.pop(date(2020, 2, 3)) is False
    assert ours == theirs
    assert pages == set(listed["papers"])


@needs_lists
def test_every_day_is_off_or_worked_as_in_the_first_list():
    theirs = {}
    for year in YEARS:
        for row in json.loads((DATA / f"{year}.json").read_text(encoding="utf-8"))["days"]:
            theirs[date.fromisoformat(row["date"])] = not row["isOffDay"]
    assert [day for day in every_day() if calendar().is_working_day(day) != theirs.get(day, day.weekday() < 5)] == []


@needs_lists
def test_every_day_is_off_or_worked_as_in_the_second_list():
    theirs = {}
    with (DATA / "chinese_calendar_1.11.0.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            theirs[date.fromisoformat(row["date"])] = row["kind"] != "holiday"
    assert [day for day in every_day() if calendar().is_working_day(day) != theirs.get(day, day.weekday() < 5)] == []


@needs_lists
def test_the_lists_differ_only_for_who_reads_a_year_from_its_own_file_alone():
    """The first list files a day under the notice's year, the second under its own: read 2018 without 2019's notice
    and 29 December 2018 is a weekend and 31 December a working day. That is why all notices are loaded together."""
    alone = calendar_from([NOTICES / "2018.yaml"], calendar().hours)
    differing = [
        day for day in every_day() if day.year == 2018 and alone.is_working_day(day) != calendar().is_working_day(day)
    ]
    assert differing == [date(2018, 12, 29), date(2018, 12, 31)]


# --- the files -------------------------------------------------------------------------------------------------------


def test_every_holiday_has_a_name_in_both_languages():
    slugs = {row.holiday for year in YEARS for row in read_notices(NOTICES / f"{year}.yaml")[1]} | {"weekend"}
    assert all(word(f"holiday.{slug}", language) for slug in slugs for language in ("zh-Hans", "en"))


def test_every_carried_year_has_a_notice_and_no_other():
    assert [calendar().noticed(year) for year in range(2006, 2028)] == [False, *(True for _ in YEARS), False]
    assert isinstance(calendar(), Calendar)


NOTICE = (NOTICES / "2019.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("rest: [2019-04-05]", "rest: [2019-04-31]", 11),
        ("rest: [2019-04-05]", "rest: [2021-04-05]", 11),
        ("rest: [2019-04-05]", "rest: [2019-04-05..2019-04-01]", 11),
        ("rest: [2019-04-05]", "rest: 清明", 11),
        ("work: [2018-12-29]", "work: [2018-12-28]", 9),
        ("number: 国办发明电〔2018〕15号", "number: 15", 4),
        ("posted: 2018-12-06", "posted: December", 5),
        ("holiday: tomb-sweeping, ", "", 11),
        ("holiday: tomb-sweeping, ", "holliday: tomb-sweeping, ", 11),
        ("rest: [2019-04-05]", "rest: [2019-04-05, 2019-04-05]", 11),
        ("rest: [2019-04-05]", "rest: [2019-04-06], work: [2019-04-06]", 11),
        ("rest: [2019-04-05]", "rest: [2019-02-04]", 11),
        ("    page: http", "    site: http", 6),
        ("    verified: false\n", "", 3),
        ("    verified: false", "    verified: no", 7),
        ("year: 2019", "year: 2018", 1),
    ],
)
def test_a_mistake_in_a_notice_is_refused_with_its_line(tmp_path, right, wrong, line):
    assert right in NOTICE
    path = tmp_path / "2019.yaml"
    path.write_text(NOTICE.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(Problem) as refusal:
        read_notices(path)
    assert (refusal.value.parameters["file"], refusal.value.parameters["line"]) == (str(path), line)


def test_all_mistakes_of_a_notice_are_found_at_once(tmp_path):
    path = tmp_path / "2019.yaml"
    spoiled = NOTICE.replace("rest: [2019-04-05]", "rest: [2021-04-05]").replace(
        "work: [2018-12-29]", "work: [2018-12-28]"
    )
    path.write_text(spoiled, encoding="utf-8")
    with pytest.raises(NoticeFileProblem) as refusal:
        read_notices(path)
    assert [fault.line for fault in refusal.value.everything()] == [9, 11]


def test_a_year_without_a_notice_between_years_with_one_is_refused():
    kept = [path for path in NOTICES.glob("*.yaml") if path.stem != "2013"]
    with pytest.raises(NoticeYearMissing) as refusal:
        calendar_from(kept, calendar().hours)
    assert (refusal.value.file, refusal.value.parameters["year"]) == (str(NOTICES / "2013.yaml"), 2013)
