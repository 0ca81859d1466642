"""A town's office hours: dated, with a reference, and refused with file and line when they make no sense."""

from datetime import date

import pytest

from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.workdays.loading import office_hours
from yiwang.kernel.workdays.problems import OutsideCalendar
from yiwang.kernel.workdays.tests.town import at, seasons

FILE = """\
- id: office.hours
  text: {zh-Hans: 办公时间, en: Office hours}
  unit: 时刻
  source: {reference: 镇政府通知}
  verified: true
  scope: town
  values:
    - {from: 2018-01-01, to: 2019-06-30, value: ["08:30-11:30", "13:30-17:00"], reference: 通知 1}
    - {from: 2019-07-01, value: ["08:00-11:30", "14:30-18:00"], reference: 通知 2}
"""


def test_the_hours_of_the_day_are_those_in_force_that_day(tmp_path):
    path = tmp_path / "office_hours.yaml"
    path.write_text(FILE, encoding="utf-8")
    hours = office_hours(path)
    assert hours.on(date(2019, 6, 30)).shown() == "08:30–11:30, 13:30–17:00"
    assert (hours.on(date(2019, 7, 1)).shown(), hours.on(date(2019, 7, 1)).reference) == (
        "08:00–11:30, 14:30–18:00",
        "通知 2",
    )
    with pytest.raises(OutsideCalendar):
        hours.on(date(2017, 12, 31))


@pytest.mark.parametrize(
    "windows",
    [
        '["11:30-08:30"]',
        '["08:30-11:30", "11:00-17:00"]',
        '["08:30-08:30"]',
        '["08:30-24:01"]',
        '["08:61-11:30"]',
        '["8:30-11:30"]',
        "[]",
        "08:30-17:00",
    ],
)
def test_hours_that_make_no_sense_are_refused_at_their_line(tmp_path, windows):
    path = tmp_path / "office_hours.yaml"
    path.write_text(FILE.replace('["08:00-11:30", "14:30-18:00"]', windows), encoding="utf-8")
    with pytest.raises(RuleFileProblem) as refusal:
        office_hours(path)
    assert refusal.value.line == 9


def test_longer_summer_hours_make_longer_days():
    calendar = seasons()
    assert calendar.working_minutes_between(at("2019-06-28 00:00"), at("2019-06-29 00:00")) == 390
    assert calendar.working_minutes_between(at("2019-07-01 00:00"), at("2019-07-02 00:00")) == 420
    assert calendar.add_working_minutes(at("2019-06-28 16:00"), 120) == at("2019-07-01 09:00")
    assert calendar.close_of(date(2019, 7, 1)) == at("2019-07-01 18:00")
    assert calendar.next_working_moment(at("2019-07-01 12:00")) == at("2019-07-01 14:30")
    assert calendar.next_working_moment(at("2019-07-01 15:00")) == at("2019-07-01 15:00")


def test_going_back_in_time_counts_negative_minutes():
    assert seasons().working_minutes_between(at("2019-06-28 10:00"), at("2019-06-28 09:30")) == -30
    with pytest.raises(ValueError, match="forward"):
        seasons().add_working_minutes(at("2019-06-28 10:00"), -1)
