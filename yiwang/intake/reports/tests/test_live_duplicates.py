"""Who types at the desk is told of what was said a second ago, and never of what is forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from yiwang.cases.steps import forward, sideways
from yiwang.cases.tests.conftest import SYSTEM, town  # noqa: F401  # the fixture of cases
from yiwang.intake.reports import jobs, queries, town_reader
from yiwang.intake.reports.models import Report
from yiwang.intake.reports.steps import importing, private, receiving
from yiwang.intake.reports.steps.importing import Message
from yiwang.intake.reports.steps.receiving import Person
from yiwang.kernel.journal import sequencer
from yiwang.kernel.terms import Actor, ActorKind, Call, ReportId

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "跃进桥北面的桥头有人倒了一大堆建筑垃圾，三天了没有人来收"
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def nothing_kept():
    town_reader._live.clear()
    yield
    town_reader._live.clear()


@pytest.fixture
def desk(town):  # noqa: F811
    """Calls of an operator, each a second after the last; the index is in memory already."""
    town_reader._live.clear()
    queries.suggest(town.call("operator").actor, "路灯不亮", at=town.now)

    def next_call():
        town.now += SECOND
        return town.call("operator")

    return next_call


def entered(call, words=WORDS):
    return receiving.enter(channel="desk", text=words, reporter=Person("13900000001", "陆测试"), call=call)


def found(call, words=WORDS):
    return [one.key for one in queries.suggest(call.actor, words, at=call.now).duplicates]


@pytest.mark.parametrize("placed", [False, True])
def test_two_entries_within_a_second_find_each_other(desk, placed):
    first = entered(desk())
    if placed:
        sequencer.sequence_once()
    assert found(desk(), WORDS + "，麻烦快点") == [first.number]
    second = entered(desk(), WORDS + "，麻烦快点")
    assert set(found(desk())) == {first.number, second.number}


def test_erased_words_are_not_found_any_more(desk, town):  # noqa: F811
    made = entered(desk())
    assert found(desk()) == [made.number]
    sideways.decline(made.case_id, reason_code="not-town", explanation="请联系物业", call=desk())
    assert found(desk()) == [made.number]
    row = Report.objects.get(pk=made.report_id)
    asking = Call(Actor(ActorKind.RESIDENT, row.reporter), town.now, "web", reason="本人要求")
    private.forget_report(ReportId(row.id), ground="个人信息保护法第四十七条", call=asking)
    assert found(desk()) == []
    with town_reader.live_index(town.now) as index:
        assert made.case_id not in index


def test_what_was_entered_by_mistake_is_not_found_any_more(desk, town):  # noqa: F811
    made = entered(desk())
    assert found(desk()) == [made.number]
    sideways.void(made.case_id, reason_code="mistake", explanation="录错了", call=town.call("duty_officer"))
    assert found(desk()) == []


def test_it_follows_what_was_read_and_what_was_accepted(desk, town):  # noqa: F811
    made = entered(desk())
    with town_reader.live_index(town.now) as index:
        assert index._known[made.case_id].earlier.code is None
    jobs.read_waiting(Call(SYSTEM, town.now, "timer"))
    with town_reader.live_index(town.now) as index:
        assert index._known[made.case_id].earlier.code.startswith("E-01")
    forward.accept(made.case_id, type_code="C-01-02", title="路灯", call=desk())
    with town_reader.live_index(town.now) as index:
        assert index._known[made.case_id].earlier.code == "C-01-02"


def test_what_is_older_than_two_months_is_forgotten(desk, town):  # noqa: F811
    made = entered(desk())
    assert found(desk()) == [made.number]
    with town_reader.live_index(town.now + town_reader.LOOK_BACK + SECOND) as index:
        assert len(index) == 0


def test_what_a_transaction_wrote_and_took_back_is_not_kept(desk, town):  # noqa: F811
    with transaction.atomic():
        made = entered(desk())
        assert found(desk()) == [made.number]
        transaction.set_rollback(True)
    with town_reader.live_index(town.now) as index:
        assert made.case_id not in index


def test_messages_of_an_old_sheet_find_those_before_them_and_no_later_ones(desk, town):  # noqa: F811
    old = town.now - timedelta(days=500)
    sheet = [Message(source_key=str(day), text=WORDS, happened_at=old + timedelta(days=day)) for day in range(3)]
    importing.import_messages(sheet, call=replace(desk(), actor=SYSTEM))
    jobs.read_waiting(Call(SYSTEM, town.now, "timer"))
    seen = [len(row.advice.duplicates) for row in Report.objects.all()]
    assert sorted(seen) == [0, 1, 2]


def test_reading_again_and_again_takes_each_message_once_and_finds_the_earlier_ones(desk, town):  # noqa: F811
    timer = Call(SYSTEM, town.now, "timer")
    made = []
    for _ in range(3):
        made.append(entered(desk()))
        assert jobs.read_waiting(timer) == 1
    found_by = [Report.objects.get(pk=one.report_id).advice.duplicates for one in made]
    assert [{one["case_id"] for one in duplicates} for duplicates in found_by] == [
        set(),
        {str(made[0].case_id)},
        {str(made[0].case_id), str(made[1].case_id)},
    ]
