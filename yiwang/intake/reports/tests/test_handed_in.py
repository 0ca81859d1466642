"""A sheet that was handed in on a page is imported by the worker: once, whatever is killed on the way, in its sender's name."""

import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from yiwang.cases.tests.conftest import SYSTEM, town  # noqa: F401  # the fixture of cases
from yiwang.intake.reports import handed_in, jobs, queries, sheetqueue, taking
from yiwang.intake.reports.models import Report, SheetImport
from yiwang.intake.reports.steps import importing, receiving
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.steps import accounts as people_steps
from yiwang.kernel.problems import NotAllowed
from yiwang.kernel.sheets import waiting
from yiwang.kernel.sheets.problems import SheetEmpty
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call

HEADER = "工单编号,来电时间,诉求内容,联系电话\n"
ROWS = [f"T{n},2019-04-01 09:{n:02d}:00,菜场门口第{n}个垃圾桶满了,1990000{n:04d}\n" for n in range(1, 8)]
BAD = "T99,二月三十日,路灯不亮,\n"


class Killed(BaseException):
    """What a SIGKILL looks like from inside: nothing after it runs."""


@pytest.fixture
def operator(town):  # noqa: F811
    call = Call(SYSTEM, town.now, "test")
    account_id = people_steps.create_account("night-desk", "夜演示", call=call).account_id
    people_steps.grant_role(account_id, "operator", call=call)
    return people.account(SYSTEM, account_id).actor()


@pytest.fixture
def hand_in(town, operator):  # noqa: F811
    def send(*rows, actor=operator):
        content = (HEADER + "".join(rows)).encode()
        call = Call(actor, town.now, "web")
        return importing.hand_in_sheet(content, "热线.csv", rows=len(rows), call=call)

    return send


def state(import_id):
    return queries.sheet_import(SYSTEM, import_id)


def test_a_sheet_is_imported_in_the_name_of_who_handed_it_in(town, operator, hand_in):  # noqa: F811
    import_id = hand_in(*ROWS, BAD)
    assert (state(import_id).state, state(import_id).total) == ("waiting", 8)
    assert handed_in.work_off(town.now) == 1
    done = state(import_id)
    assert (done.state, done.outcome["added"], done.outcome["known"], done.outcome["refused"]) == ("done", 7, 0, 1)
    assert [(one["row"], one["column"]) for one in done.outcome["refusals"]] == [(9, "来电时间")]
    assert set(done.outcome["refusals"][0]["said"]) == {"zh-Hans", "en"}
    assert set(Entry.objects.filter(verb="report.received").values_list("actor", flat=True)) == {operator.name}
    assert handed_in.work_off(town.now) == 0


def test_the_file_is_sealed_while_it_waits_and_gone_afterwards(town, hand_in):  # noqa: F811
    import_id = hand_in(*ROWS, "T50,二月三十日 19900000777,路灯不亮,\n")
    assert b"19900000001" not in bytes(SheetImport.objects.get().content)
    handed_in.work_off(town.now)
    row = SheetImport.objects.get()
    assert row.content is None
    assert b"19900000777" not in bytes(row.outcome)
    assert "19900000777" in str(state(import_id).outcome)


@pytest.mark.parametrize("at", [1, 3, 7])
def test_a_worker_that_is_killed_half_way_loses_nothing_and_doubles_nothing(town, hand_in, monkeypatch, at):  # noqa: F811
    monkeypatch.setattr(importing, "IMPORT_BATCH", 1)
    import_id = hand_in(*ROWS)
    told = sheetqueue.note

    def note(which, phase, done, total):
        told(which, phase, done, total)
        if phase == taking.MESSAGES_TAKEN and done == at:
            raise Killed

    with monkeypatch.context() as killing:
        killing.setattr(sheetqueue, "note", note)
        with pytest.raises(Killed):
            handed_in.work_off(town.now)
    assert Report.objects.count() == at
    assert (state(import_id).state, state(import_id).done) == ("running", at)
    handed_in.work_off(town.now + timedelta(seconds=1))
    assert Report.objects.count() == len(ROWS)
    assert (state(import_id).outcome["added"], state(import_id).outcome["known"]) == (len(ROWS), 0)


def test_one_process_works_on_a_sheet_and_another_takes_over_when_it_dies(town, hand_in):  # noqa: F811
    import_id = hand_in(*ROWS)
    key = import_id.int & (2**63 - 1)
    with psycopg.connect(
        **connection.get_connection_params() | {"cursor_factory": psycopg.Cursor, "context": None}
    ) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [key])
        assert handed_in.work_off(town.now) == 0
    assert any(handed_in.work_off(town.now) or time.sleep(0.05) for _ in range(100)), "the dead one's lock is let go"
    assert state(import_id).state == "done"


def test_a_sheet_on_which_the_worker_breaks_down_again_and_again_is_laid_aside(town, hand_in, monkeypatch):  # noqa: F811
    import_id = hand_in(*ROWS)
    with monkeypatch.context() as breaking:
        breaking.setattr(taking, "read_rows", lambda *given, **named: 1 / 0)
        for _ in range(waiting.MOST_TRIES):
            with pytest.raises(ZeroDivisionError):
                handed_in.work_off(town.now)
    handed_in.work_off(town.now)
    assert state(import_id).state == "stuck"
    assert hand_in(*ROWS) != import_id
    handed_in.work_off(town.now)
    assert Report.objects.count() == len(ROWS)


def test_while_a_sheet_is_taken_in_its_messages_wait_and_a_residents_report_is_read(town, hand_in):  # noqa: F811
    import_id = hand_in(*ROWS)
    handed_in.work_off(town.now)
    SheetImport.objects.filter(pk=import_id).update(state="running", finished_at=None)
    receiving.receive(text="路灯不亮", reporter=None, call=Call(VISITOR, town.now, "web"))
    assert jobs.sweep_unread(town.now) == 1
    SheetImport.objects.filter(pk=import_id).update(state="done", finished_at=town.now)
    assert jobs.sweep_unread(town.now) == len(ROWS)


@pytest.mark.parametrize("what", ["role", "account"])
def test_who_may_no_longer_import_when_the_worker_comes_to_it_is_refused(town, operator, hand_in, what):  # noqa: F811
    import_id = hand_in(*ROWS)
    call = Call(SYSTEM, town.now, "test")
    if what == "role":
        people_steps.revoke_role(people.account(SYSTEM, operator.account_id).roles[0].grant_id, call=call)
    else:
        people_steps.deactivate(operator.account_id, call=call)
    handed_in.work_off(town.now)
    assert state(import_id).state == "refused"
    assert state(import_id).outcome["refusal"]["zh-Hans"]["what"]
    assert not Report.objects.exists()


def test_only_those_who_may_import_hand_in_and_look(town, hand_in, operator):  # noqa: F811
    import_id = hand_in(*ROWS)
    for stranger in (Actor(ActorKind.STAFF, operator.account_id), Actor(ActorKind.RESIDENT, operator.account_id)):
        with pytest.raises(NotAllowed):
            hand_in(*ROWS, actor=stranger)
        with pytest.raises(NotAllowed):
            queries.sheet_import(stranger, import_id)


def test_a_file_is_looked_at_before_it_waits(town, operator):  # noqa: F811
    call = Call(operator, town.now, "web")
    assert taking.look_at((HEADER + ROWS[0] + BAD).encode(), "x.csv", None, call=call) == 2
    with pytest.raises(SheetEmpty):
        taking.look_at(b"", "x.csv", None, call=call)


def test_what_came_of_a_sheet_is_forgotten_after_a_month(town, hand_in):  # noqa: F811
    hand_in(*ROWS)
    handed_in.work_off(town.now)
    handed_in.work_off(town.now + waiting.KEPT)
    assert SheetImport.objects.count() == 1
    handed_in.work_off(town.now + waiting.KEPT + timedelta(seconds=1))
    assert SheetImport.objects.count() == 0
