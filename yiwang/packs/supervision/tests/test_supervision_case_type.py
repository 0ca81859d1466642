"""A supervision has the days that R-111 gives it, from any day on which there is a rule."""

from datetime import date
from pathlib import Path

import pytest

from yiwang.cases import classes
from yiwang.cases.stages import ClockStage
from yiwang.kernel.params import loading

PACK = Path(__file__).resolve().parents[1]
HOTLINE = PACK.parent / "hotline"

DAYS = [
    # a day of opening, working days for the department
    (date(2019, 1, 1), 3),
    (date(2019, 12, 31), 3),
    (date(2026, 11, 26), 3),
]


@pytest.mark.parametrize(("opened", "days"), DAYS)
def test_a_supervision_is_handled_within_the_days_of_r_111(opened, days):
    limit = classes.load([PACK / "case_types.yaml"])["S-01-01"].limits_on(opened)[ClockStage.HANDLE]
    rule = loading.load(loading.rule_files(HOTLINE)).on("hotline.limit.supervision", opened)
    assert (limit.amount, limit.unit) == (days, "working_day") == (rule.value, rule.unit)
