"""The security log as a page: who comes in, is refused and takes rows along; who reads it, and what it keeps for how long."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from yiwang.kernel import walltime
from yiwang.kernel.people import securitylog
from yiwang.kernel.people import securityreading as reading
from yiwang.kernel.people.models import SecurityEvent
from yiwang.kernel.people.securitylog import What
from yiwang.kernel.people.steps import accounts
from yiwang.kernel.people.steps import securitylog as log_steps
from yiwang.kernel.people.tests.strongly import code_now, log_in_strongly
from yiwang.kernel.terms import Actor, ActorKind, Call, Grant, ScopeKind

PASSWORD = "a-long-enough-one"
READER = Actor(ActorKind.STAFF, None, (Grant("auditor", ScopeKind.TOWN),))


@pytest.fixture
def guard(town) -> Client:
    made = accounts.create_account("guard", "安演示", call=town.call("administrator")).account_id
    accounts.grant_role(made, "security_administrator", call=town.call("administrator"))
    client = Client()
    log_in_strongly(client, made)
    return client


def told(**asked) -> list[tuple[str, str]]:
    return [(line.what, line.account) for line in reading.lines(READER, reading.Asked(**asked))]


def test_each_way_of_coming_in_and_being_refused_is_told_and_what_was_typed_is_not(town, client):
    accounts.set_password(town.accounts["operator"], PASSWORD, call=town.call("administrator"))
    client.post("/desk/login", {"username": "operator", "password": "wrong-password"})
    client.post("/desk/login", {"username": "my-secret-typed-as-name", "password": "wrong-password"})
    client.post("/desk/login", {"username": "operator", "password": PASSWORD})
    client.post("/desk/logout")
    accounts.deactivate(town.accounts["operator"], call=town.call("administrator"))
    client.post("/desk/login", {"username": "operator", "password": PASSWORD})
    found = [one for one in told() if one[0] not in ("created", "granted")]
    assert found == [
        ("refused", "operator"),
        ("closed", "operator"),
        ("logout", "operator"),
        ("login", "operator"),
        ("refused", ""),
        ("refused", "operator"),
        ("password", "operator"),
    ]
    assert "my-secret" not in str(list(SecurityEvent.objects.values()))


def test_the_second_step_stands_there_with_its_refusals(town, client):
    account = town.accounts["leader"]
    accounts.set_password(account, PASSWORD, call=town.call("administrator"))
    log_in_strongly(Client(), account)
    client.post("/desk/login", {"username": "leader", "password": PASSWORD})
    client.post("/desk/login/code", {"code": "000000"})
    client.post("/desk/login/code", {"code": code_now()})
    (came, refused) = reading.lines(READER, reading.Asked(account_id=account))[:2]
    assert (came.what, came.about, refused.what) == ("login", {"by": "both"}, "code_refused")


def test_who_is_locked_out_is_told_once_in_a_quarter_of_an_hour(town, client):
    for _ in range(12):
        client.post("/desk/login", {"username": "operator", "password": "wrong"}, REMOTE_ADDR="203.0.113.7")
    found = told(account_id=town.accounts["operator"])
    assert found.count(("refused", "operator")) == 8
    assert found.count(("locked", "operator")) == 1
    assert reading.lines(READER, reading.Asked(what="locked"))[0].address == "203.0.113.7"


@pytest.mark.parametrize(
    ("address", "of"),
    [
        ("/desk/indicators/export", "indicators"),
        ("/desk/registers/river/export", "river"),
        ("/api/indicators?form=csv", "indicators"),
        ("/desk/security-log.csv", ""),
    ],
)
def test_whoever_takes_rows_along_is_told_with_what(town, address, of):
    client = Client()
    log_in_strongly(client, town.accounts["auditor"])
    assert client.get(address).status_code == 200
    (line,) = reading.lines(READER, reading.Asked(what="export"))
    assert (line.account, line.about["of"].startswith(of)) == ("auditor", True)


def test_the_page_is_narrowed_by_kind_account_and_day_and_looking_for_one_account_is_told(town, guard):
    page = guard.get("/desk/security-log").content.decode()
    assert "授予岗位" in page
    assert "安全管理员" in page
    today = walltime.town_day(walltime.now()).isoformat()
    assert (
        "新建账号"
        not in guard.get(f"/desk/security-log?what=granted&first={today}&last={today}")
        .content.decode()
        .split("<tbody")[1]
    )
    assert "没有这样的记录" in guard.get("/desk/security-log?last=2001-01-01").content.decode()
    assert "没有这个账号" in guard.get("/desk/security-log?q=nobody").content.decode()
    assert told(what="searched") == []
    guard.get("/desk/security-log?q=auditor")
    (line,) = reading.lines(READER, reading.Asked(what="searched"))
    assert (line.account, line.done_by) == ("auditor", "guard")


@pytest.mark.parametrize(
    ("door", "said"), [("timer", "后台任务"), ("command", "命令行"), ("web", "网页"), ("api", "接口")]
)
def test_where_it_happened_is_said_in_a_word(town, guard, door, said):
    call = town.call("administrator")
    accounts.create_account("newcomer", "新演示", call=Call(call.actor, call.now, door))
    page = guard.get("/desk/security-log?what=created").content.decode()
    assert said in page
    assert f"<td>{door}" not in page


def test_an_account_without_a_role_is_told_so_and_whom_to_ask(town):
    made = accounts.create_account("newcomer", "新演示", call=town.call("administrator")).account_id
    client = Client(headers={"Accept-Language": "zh-hans"})
    log_in_strongly(client, made)
    answer = client.get("/desk/")
    assert answer.status_code == 403
    assert "您的账号还没有岗位" in answer.content.decode()
    assert "系统管理员" in answer.content.decode()


def test_pages_of_the_log_follow_each_other_without_a_gap_or_a_line_twice(town):
    call = Call(Actor(ActorKind.SYSTEM), datetime(2026, 3, 2, 4, tzinfo=UTC), "web")
    for _ in range(5):
        log_steps.note(What.LOGIN, town.accounts["leader"], call=call)  # all at the same moment
    whole = reading.lines(READER, reading.Asked(), size=1000)
    paged, before = [], None
    while found := reading.lines(READER, reading.Asked(), before=before, size=3):
        paged += found
        before = found[-1].mark
    assert paged == list(whole)
    assert len(whole) > 10


@pytest.mark.parametrize("who", ["administrator", "leader", "operator"])
def test_who_keeps_the_system_or_works_in_it_does_not_read_the_log(town, who):
    client = town.client(who)
    assert client.get("/desk/security-log").status_code == 403
    assert "安全日志" not in client.get("/desk/").content.decode()


def test_the_sheet_needs_the_second_step_and_an_address_with_nonsense_breaks_nothing(town, guard):
    auditor = get_user_model().objects.get(pk=town.accounts["auditor"])
    passwords_only = Client()
    passwords_only.force_login(auditor)
    assert passwords_only.get("/desk/security-log").status_code == 200
    assert passwords_only.get("/desk/security-log.csv")["Location"].startswith("/desk/second-factor")
    for mark in ("x", "1-2", "99999999999.0-0-1", "9" * 40, "1.5-9-9"):
        assert guard.get(f"/desk/security-log?before={mark}&first=x&last=9999-12-31&what=x").status_code == 200


def test_a_line_is_never_changed_and_none_younger_than_six_months_is_deleted_whoever_sweeps(town):
    now = walltime.now()
    for days in (400, 190, 170, 0):
        call = Call(Actor(ActorKind.SYSTEM), now - timedelta(days=days), "web")
        log_steps.note(What.LOGIN, town.accounts["leader"], call=call)
    assert log_steps.sweep(now) == 2
    assert SecurityEvent.objects.count() == 2
    for broken in ("DELETE FROM security_event", "UPDATE security_event SET what = 'logout'"):
        with (
            pytest.raises(DatabaseError, match=r"six months|only added to"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(broken)
    with pytest.raises(DatabaseError, match="six months"), transaction.atomic():
        log_steps.sweep(now + timedelta(days=400))  # a clock that runs wrong
    assert SecurityEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("today", "since"), [("2026-11-27", "2026-05-27"), ("2026-08-31", "2026-02-28"), ("2026-03-02", "2025-09-02")]
)
def test_the_rule_says_how_long_the_log_is_kept(today, since):
    noon = datetime.fromisoformat(f"{today}T04:00:00+00:00")
    assert walltime.town_day(securitylog.kept_since(noon)).isoformat() == since


def test_the_index_of_the_journal_knows_every_verb_that_the_log_shows(town):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'entry_security'")
        (definition,) = cursor.fetchone()
    assert [verb for verb in reading.VERBS if f"'{verb}'" not in definition] == []
