"""What a clock says is left, and why: never more than its limit, in the limit's own words."""

import re
from datetime import datetime

import pytest

from yiwang.kernel import walltime

MORNING = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
LEFT = re.compile(r"还有 (\d+) 个工作日(?: (\d+) 个工作小时)?")
LIMIT = re.compile(r"期限：?\s*(\d+) 工作日")


def clocks_of(page: str) -> list[str]:
    """The clocks that run, each with its lines."""
    return page.partition("已结束的时限")[0].split('<div class="case-clock">')[1:]


@pytest.mark.parametrize("after_hours", [0, 3, 8])
def test_on_the_start_day_of_a_limit_in_working_days_no_more_than_the_limit_is_left(town, after_hours):
    with walltime.at(MORNING):
        case_id = town.accepted("H-01-01", channel="hotline", source_key="RX-7")
    later = MORNING.replace(hour=MORNING.hour + after_hours)
    with walltime.at(later):
        page = town.client("duty_officer").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    told = [(LIMIT.search(one), LEFT.search(one)) for one in clocks_of(page)]
    in_days = [(int(limit[1]), int(left[1]), left[2]) for limit, left in told if limit and left]
    assert in_days
    for limit, days, hours in in_days:
        assert (days, hours) == (limit, None)
