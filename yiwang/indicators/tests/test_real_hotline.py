"""R-112 on a real file of the hotline: what its reply dates can show is shown, and the rest is null with the reason.

The file is public and lies beside the project (YIWANG_SHARED_DATA); without it these tests are skipped.
"""

import csv
import gzip
import io
import os
import re
from datetime import date, datetime
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from yiwang.cases import law
from yiwang.indicators import jobs, queries
from yiwang.indicators.evidence import Scope
from yiwang.indicators.rules import Shown
from yiwang.indicators.tests.test_against_the_journal import LEADER
from yiwang.intake.reports import taking
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.kernel.zone import TOWN_ZONE

FILE = (
    Path(os.environ.get("YIWANG_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
    / "hotline"
    / "replies_2816.csv.gz"
)
SYSTEM = Actor(ActorKind.SYSTEM)
YEAR = Scope(date(2019, 1, 1), date(2019, 12, 1))
AS_OF = datetime(2020, 12, 31, tzinfo=TOWN_ZONE)
NULL = ("hotline.contacted", "hotline.solved", "hotline.satisfied")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not there (set YIWANG_SHARED_DATA)"),
]


def some_of_2019() -> list[dict[str, str]]:
    """Every sixth message of 2019, as it stands in the file."""
    with gzip.open(FILE) as packed:
        rows = list(csv.DictReader(io.TextIOWrapper(packed, encoding="utf-8-sig", newline="")))
    return [row for row in rows if row["留言时间"].startswith("2019/")][::6]


@pytest.fixture
def messages() -> list[dict[str, str]]:
    """The messages, imported by the door that takes a sheet and counted by the worker's sweeper."""
    rows = some_of_2019()
    sheet = io.StringIO(newline="")
    writer = csv.DictWriter(sheet, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    call = Call(SYSTEM, walltime.now(), "command")
    done = taking.take_sheet(sheet.getvalue().encode(), "replies.csv", call=call)
    assert done.added > 100
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(walltime.now())
    refused = {one.row for one in done.refused}
    return [row for number, row in enumerate(rows, 2) if number not in refused]


def by_the_fifth_working_day(row: dict[str, str]) -> bool:
    """By days alone, not by moments: read from the file itself."""
    asked, answered = (_day(row[name]) for name in ("留言时间", "答复时间"))
    return answered <= law.calendar().add_working_days(asked, 5).day


def _day(text: str) -> date:
    year, month, day = (int(part) for part in re.split(r"[-/ ]", text)[:3])
    return date(year, month, day)


def test_three_of_the_four_are_null_with_the_reason_and_the_fourth_is_what_the_reply_dates_show(messages):
    found = {one.indicator.code: one.share for one in queries.figures(LEADER, YEAR, AS_OF)}
    for code in NULL:
        assert (found[code].percent, found[code].shown()) == (None, Shown.NOTHING)
    answered = found["hotline.answered_on_time"]
    assert answered.denominator == len(messages)
    in_time = sum(by_the_fifth_working_day(row) for row in messages)
    after_hours = sum(_at_night(row) for row in messages)
    assert in_time - after_hours <= answered.numerator <= in_time
    assert answered.numerator > 0
    _the_page_says_why()


def _at_night(row: dict[str, str]) -> bool:
    """Answered on the fifth day itself: whether that was within office hours is the clock's to say."""
    return _day(row["答复时间"]) == law.calendar().add_working_days(_day(row["留言时间"]), 5).day


def _the_page_says_why() -> None:
    call = Call(SYSTEM, walltime.now(), "test")
    account = people.create_account("leader-test", "镇演示", demonstration=False, call=call).account_id
    people.grant_role(account, "leader", call=call)
    browser = Client(headers={"Accept-Language": "zh-hans"})
    browser.force_login(get_user_model().objects.get(pk=account))
    page = browser.get("/desk/indicators?from=2019-01&to=2019-12").content.decode()
    for code, reason in zip(
        NULL, ("导入的表里没有", "没有回访结果：导入的表里没有回访", "没有满意度评价：导入的表里没有评价"), strict=True
    ):
        line = re.search(rf'data-figure="{re.escape(code)}".*?</tr>', page, re.S)[0]
        assert "无数据" in line
        assert reason in line
    line = re.search(r'data-figure="hotline.answered_on_time".*?</tr>', page, re.S)[0]
    assert re.search(r'data-kind="rate">[\d.]+%', line)
