"""Why this deadline: line by line, in both languages; and the answer of `yiwang workdays add`."""

import json

import pytest

from yiwang.kernel.problems import Problem
from yiwang.kernel.wording import problem_text
from yiwang.kernel.workdays.adding import add
from yiwang.kernel.workdays.clocks import Interval, TimeUnit
from yiwang.kernel.workdays.explaining import deadline, deadline_after, explain
from yiwang.kernel.workdays.problems import NotACount, NotADay, OutsideCalendar
from yiwang.kernel.workdays.tests.town import at, calendar


def told(start: str, amount: int, unit: TimeUnit, language: str = "zh-Hans") -> tuple[str, ...]:
    return explain(deadline(at(start), amount, unit, calendar()).lines, language)


def test_five_working_days_over_national_day():
    assert told("2019-09-28 18:10", 5, TimeUnit.WORKING_DAY) == (
        "期限：5 工作日",
        "从 2019年9月28日（周六） 18:10 起算",
        "2019年9月28日（周六）当天不计入",
        "2019年9月29日（周日） 国庆节调休上班，计入（国办发明电〔2018〕15号，未与原文核对）",
        "2019年10月1日（周二）至2019年10月7日（周一） 国庆节放假，不计（国办发明电〔2018〕15号，未与原文核对）",
        "到 2019年10月10日（周四） 17:00 为止",
    )


def test_four_working_hours_from_a_saturday_in_english():
    assert told("2019-06-22 18:10", 4, TimeUnit.WORKING_HOUR, "en") == (
        "Limit: 4 working hours",
        "Counted from Sat 22 Jun 2019 18:10",
        "Only office hours count, 08:30–11:30, 13:30–17:00, not lunch or night (test)",
        "The office was closed then; counting begins when it opens, Mon 24 Jun 2019 08:30",
        "Sat 22 Jun 2019 to Sun 23 Jun 2019: weekend, not counted",
        "Ends Mon 24 Jun 2019 14:30",
    )


def test_calendar_days_that_end_in_a_holiday():
    assert told("2019-09-26 10:00", 5, TimeUnit.DAY)[-2:] == (
        "最后一天 2019年10月1日（周二） 是国庆节，休息，顺延到下一个工作日 2019年10月8日（周二）",
        "到 2019年10月8日（周二） 17:00 为止",
    )


def test_urgent_hours_do_not_stop_for_anything():
    assert told("2019-09-30 22:00", 4, TimeUnit.URGENT_HOUR)[2:] == (
        "昼夜连续计时，节假日不停",
        "到 2019年10月1日（周二） 02:00 为止",
    )


def test_the_labour_day_of_2019_names_the_notice_that_changed_it():
    lines = told("2019-04-26 10:00", 3, TimeUnit.WORKING_DAY)
    assert "2019年4月28日（周日） 劳动节调休上班，计入（国办发明电〔2019〕3号，未与原文核对）" in lines


def test_a_pause_stands_in_the_explanation():
    parts = (Interval(at("2019-06-20 10:00"), at("2019-06-24 10:00")), Interval(at("2019-06-26 10:00")))
    found = deadline_after(parts, 5, TimeUnit.WORKING_DAY, calendar())
    assert found is not None
    assert "暂停：2019年6月24日（周一） 10:00 至 2019年6月26日（周三） 10:00" in explain(found.lines)
    assert deadline_after(parts[:1], 5, TimeUnit.WORKING_DAY, calendar()) is None
    again = deadline_after(parts[:1], 5, TimeUnit.WORKING_DAY, calendar(), resumes_at=at("2019-06-26 10:00"))
    assert again == found


@pytest.mark.parametrize("unit", [TimeUnit.WORKING_DAY, TimeUnit.DAY, TimeUnit.WORKING_HOUR])
def test_a_provisional_deadline_says_which_notice_is_missing(unit):
    found = deadline(at("2026-12-30 16:55"), 3, unit, calendar())
    assert found.provisional
    assert any("2027 年的放假通知还没有公布" in row for row in explain(found.lines))


def test_workdays_add_answers_people_and_machines():
    answer = add("2019-09-30", "5", calendar())
    assert answer.words("en") == (
        "Sat 12 Oct 2019",
        "The start day, Mon 30 Sep 2019, does not count",
        "Tue 1 Oct 2019 to Mon 7 Oct 2019: National Day, not counted (国办发明电〔2018〕15号, source not seen)",
        "Sat 12 Oct 2019: worked to make up for National Day, counted (国办发明电〔2018〕15号, source not seen)",
    )
    plain = json.loads(json.dumps(answer.plain()))
    assert (plain["day"], plain["working_days"], plain["provisional"]) == ("2019-10-12", 5, False)
    assert plain["lines"][1]["span"] == ["2019-10-01", "2019-10-07"]
    assert plain["lines"][1]["verified"] is False


def test_workdays_add_says_when_the_answer_is_provisional():
    assert "2027" in add("2026-12-30", 2, calendar()).words("en")[-1]


def test_workdays_add_awaits_no_notice_of_a_year_before_the_first_one_held_here():
    answer = add("2005-02-28", 3, calendar())
    assert "没有 2005 年的放假通知" in answer.words()[-1]
    assert "还没有公布" not in "".join(answer.words())
    assert "not held here" in answer.words("en")[-1]


@pytest.mark.parametrize(
    ("day", "n", "problem"),
    [
        ("2019-02-30", "1", NotADay),
        ("30.09.2019", "1", NotADay),
        ("", "1", NotADay),
        ("2019-09-30", "-1", NotACount),
        ("2019-09-30", "5001", NotACount),
        ("2019-09-30", "10000000", NotACount),
        ("2019-09-30", "1.5", NotACount),
        ("2019-09-30", "五", NotACount),
        ("1999-12-31", "1", OutsideCalendar),
        ("2099-12-31", "4000", OutsideCalendar),
    ],
)
def test_workdays_add_refuses_what_it_cannot_count(day, n, problem):
    with pytest.raises(problem) as refusal:
        add(day, n, calendar())
    assert isinstance(refusal.value, Problem)
    assert all(problem_text(refusal.value, language)["do"] for language in ("zh-Hans", "en"))
