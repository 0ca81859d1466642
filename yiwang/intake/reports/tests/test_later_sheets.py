"""A later sheet of the hotline brings what came meanwhile: replies; and never another message under a known number."""

from dataclasses import replace
from datetime import datetime

import pytest

from yiwang.cases.models import Case
from yiwang.cases.steps import remarks, sideways
from yiwang.cases.tests.conftest import town  # noqa: F401  # the fixture of cases
from yiwang.intake.reports import rules, taking
from yiwang.intake.reports.models import Report
from yiwang.intake.reports.steps import private, receiving
from yiwang.kernel.access import permission
from yiwang.kernel.journal.erasing import erase_private
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.journal.step import step
from yiwang.kernel.terms import TOWN_WIDE, CaseId, ReportId
from yiwang.kernel.walltime import TOWN_ZONE

HEADER = "工单编号,来电时间,诉求内容,答复意见,答复时间\n"
FIRST = "T1,2019-04-01 09:00:12,路灯不亮,,\n"
LATER = "T1,2019-04-01 09:00,路灯 不亮,已修好,2019-04-02 08:00\n"


def take(town, *rows, header=HEADER):  # noqa: F811
    done = taking.take_sheet((header + "".join(rows)).encode(), "热线.csv", call=town.call("operator"))
    return done.added, done.known, done.replied, [(one.row, one.problem.slug) for one in done.refused]


def replies():
    return Entry.objects.filter(verb="case.noted", body__kind="reply")


def test_a_reply_that_comes_later_is_added_once_with_its_own_time(town):  # noqa: F811
    assert take(town, FIRST) == (1, 0, 0, [])
    other = "T2,2019-04-01,井盖松动,已换,2019-04-02\n"
    assert take(town, LATER, other) == (1, 1, 1, [])
    assert take(town, LATER, other) == (0, 2, 0, [])
    assert take(town, FIRST) == (0, 1, 0, [])
    assert sorted(replies().values_list("happened_at", flat=True))[-1] == datetime(2019, 4, 2, 8, tzinfo=TOWN_ZONE)
    assert replies().count() == 2


def test_whoever_imports_adds_a_reply_once(town):  # noqa: F811
    for role in ("duty_officer", "administrator", "operator", "administrator"):
        taking.take_sheet((HEADER + FIRST).encode(), "热线.csv", call=town.call(role))
        taking.take_sheet((HEADER + LATER).encode(), "热线.csv", call=town.call(role))
    assert replies().count() == 1


@step("case.forget")
def erase(case_id, *, call):
    permission.require(call.actor, "case.forget", TOWN_WIDE)
    erase_private("case", case_id, ground="个人信息保护法第四十七条", call=call)


def test_a_reply_that_was_erased_does_not_come_back_and_a_remark_of_the_office_is_no_reply(town):  # noqa: F811
    take(town, LATER, FIRST.replace("T1", "T2"))
    remarks.note(CaseId(Report.objects.get(source_key="T2").case_id), text="去看过", call=town.call("operator"))
    call = town.call("administrator")
    erase(Report.objects.get(source_key="T1").case_id, call=type(call)(call.actor, call.now, "test", reason="本人要求"))
    assert take(town, LATER, LATER.replace("T1", "T2")) == (0, 2, 1, [])
    assert replies().count() == 2


@pytest.mark.parametrize(
    "changed",
    [
        LATER.replace("不亮", "坏了"),
        LATER.replace("09:00", "09:01"),
        LATER.replace("-01 ", "-02 ").replace("09:00", "07:00"),
    ],
)
def test_another_text_or_time_under_a_known_number_is_refused_with_the_number_of_the_first(town, changed):  # noqa: F811
    take(town, FIRST)
    assert take(town, "T0,2019-04-01,坑,,\n", changed, "T2,坏,坑,,\n") == (
        1, 0, 0, [(3, "row-key-of-another"), (4, "row-date-unreadable")]
    )  # fmt: skip
    assert not replies().exists()
    assert set(Report.objects.values_list("text", flat=True)) == {"路灯不亮", "坑"}


def test_what_the_desk_typed_ahead_of_the_sheet_gets_its_reply_whatever_words_the_sheet_has(town):  # noqa: F811
    receiving.enter(channel="hotline", text="灯坏", source_key="T1", call=town.call("operator"))
    assert take(town, LATER) == (0, 1, 1, [])
    assert Case.objects.count() == 1


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=TOWN_ZONE)


SAME = [
    ("2019-04-01 09:00:12", "2019-04-01 09:00:12", True),
    ("2019-04-01 09:00:12", "2019-04-01 09:00:13", False),
    ("2019-04-01 09:00:00", "2019-04-01 09:00:13", True),
    ("2019-04-01 09:00:13", "2019-04-01 09:01:00", False),
    ("2019-04-01 00:00:00", "2019-04-01 21:05:13", True),
    ("2019-04-01 21:05:13", "2019-04-01 00:00:00", True),
    ("2019-04-01 21:05:13", "2019-04-02 00:00:00", False),
]


@pytest.mark.parametrize(("before", "now", "same"), SAME)
def test_hours_or_seconds_that_one_sheet_left_out_make_no_other_message(before, now, same):
    taken = rules.Taken(None, "XH1", "路灯不亮", at(before), typed=False)
    assert rules.same_message(taken, "路灯不亮", at(now)) is same


@pytest.mark.django_db(transaction=True)
def test_what_was_erased_at_a_persons_wish_does_not_come_back_by_the_next_sheet(town):  # noqa: F811
    take(town, FIRST)
    report, call = Report.objects.get(), town.call("operator")
    sideways.decline(CaseId(report.case_id), reason_code="not-town", explanation="请联系物业", call=call)
    asked = replace(town.call("administrator"), reason="本人要求")
    private.forget_report(ReportId(report.id), ground="个人信息保护法第四十七条", call=asked)
    assert take(town, FIRST) == take(town, LATER) == (0, 1, 0, [])
    assert (Report.objects.get().text, replies().count()) == ("", 0)
    assert replay().differences == ()
