"""Open sessions of staff: how long and how many, seen and ended by their holder, ended by who guards the town."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from yiwang.kernel import walltime
from yiwang.kernel.people import opensessions
from yiwang.kernel.people.models import OpenSession, SecurityEvent
from yiwang.kernel.people.session import actor_still
from yiwang.kernel.people.steps import accounts
from yiwang.kernel.people.steps import opensessions as session_steps
from yiwang.kernel.people.tests.strongly import log_in_strongly

PASSWORD = "a-long-enough-one"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0"
NOON = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)


@pytest.fixture
def handler(town):
    """Logs the handler in from as many browsers as one likes."""
    account = next(one for name, one in town.accounts.items() if name.startswith("water"))
    accounts.set_password(account, PASSWORD, call=town.call("administrator"))
    username = get_user_model().objects.get(pk=account).username

    def log_in(client: Client | None = None, **headers: str) -> Client:
        client = client or Client(headers={"User-Agent": FIREFOX})
        client.post("/desk/login", {"username": username, "password": PASSWORD}, **headers)
        return client

    log_in.account = account
    return log_in


def inside(client: Client) -> bool:
    return client.get("/desk/password").status_code == 200


@pytest.mark.parametrize(
    ("minutes", "asked", "goes_on"),
    [
        ([59, 59], "/desk/password", True),
        ([61], "/desk/password", False),
        ([40, 40], "/desk/changes?after=0", False),
        ([40, 40], "/desk/password", True),
        ([50] * 14, "/desk/password", True),
        ([50] * 15, "/desk/password", False),
    ],
)
def test_a_session_ends_when_it_is_not_used_for_an_hour_or_after_twelve(handler, minutes, asked, goes_on):
    with walltime.at(NOON):
        client = handler()
        moment = NOON
    for span in minutes[:-1]:
        moment += timedelta(minutes=span)
        with walltime.at(moment):
            client.get(asked)
    with walltime.at(moment + timedelta(minutes=minutes[-1])):
        assert inside(client) is goes_on


def test_a_sixth_session_ends_the_one_that_was_unused_longest(handler):
    clients = []
    for at in range(6):
        with walltime.at(NOON + timedelta(minutes=at)):
            clients.append(handler())
    with walltime.at(NOON + timedelta(minutes=7)):
        assert [inside(one) for one in clients] == [False, True, True, True, True, True]
    assert OpenSession.objects.count() == 5


def test_its_holder_sees_where_they_are_logged_in_and_ends_one_or_all_others(handler):
    first, second, third = handler(), handler(), handler(REMOTE_ADDR="203.0.113.9")
    page = third.get("/desk/sessions").content.decode()
    assert (page.count("Firefox · Windows"), page.count("就是这里"), "203.0.113.9" in page) == (3 * 2 - 1, 1, True)
    wanted = OpenSession.objects.order_by("opened_at").first()
    assert third.post("/desk/sessions/end", {"id": str(wanted.pk), "_key": "a"}).status_code == 302
    assert [inside(one) for one in (first, second, third)] == [False, True, True]
    third.post("/desk/sessions/end", {"_key": "b"})
    assert [inside(one) for one in (first, second, third)] == [False, False, True]
    assert SecurityEvent.objects.filter(what="ended", account=handler.account).count() == 2
    assert third.post("/desk/sessions/end", {"id": "x", "_key": "c"}).status_code == 404


def test_nobody_ends_anothers_session_but_who_guards_the_town(town, handler):
    client = handler()
    (row,) = OpenSession.objects.all()
    town.client("operator").post("/desk/sessions/end", {"id": str(row.pk), "_key": "a"})
    assert inside(client)
    key = client.session.session_key
    assert (
        town.client("operator").post(f"/desk/accounts/{handler.account}/end_sessions", {"_key": "b"}).status_code == 403
    )
    guard = Client()
    made = accounts.create_account("guard", "安演示", call=town.call("administrator")).account_id
    accounts.grant_role(made, "security_administrator", call=town.call("administrator"))
    log_in_strongly(guard, made)
    assert guard.post(f"/desk/accounts/{handler.account}/end_sessions", {"_key": "c"}).status_code == 302
    assert not inside(client)
    assert actor_still(key).account_id is None
    line = SecurityEvent.objects.get(what="ended")
    assert (line.account, line.done_by) == (handler.account, made)


def test_logging_out_and_a_new_password_leave_no_open_session_behind(handler):
    first, second = handler(), handler()
    first.post("/desk/logout")
    assert OpenSession.objects.count() == 1
    third = handler()
    form = {"old": PASSWORD, "password": "another-long-one", "_key": "k"}
    assert second.post("/desk/password", form).status_code == 302
    assert [inside(one) for one in (second, third)] == [True, False]
    assert OpenSession.objects.count() == 1


def test_a_session_from_before_there_were_limits_goes_on_until_its_cookie_ends(town):
    client = Client()
    client.force_login(get_user_model().objects.get(pk=town.accounts["operator"]))
    assert inside(client)
    assert client.get("/desk/sessions").status_code == 200


def test_what_is_over_is_swept(handler):
    with walltime.at(NOON):
        handler()
    assert session_steps.sweep(NOON + timedelta(minutes=59)) == 0
    assert session_steps.sweep(NOON + timedelta(minutes=60)) == 1


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        (FIREFOX, "Firefox · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/120 Mobile Safari MicroMessenger/8", "微信 · Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/120 Safari/537 Edg/120", "Edge · Windows"),
        ("python-httpx/0.27", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_by_browser_and_system(agent, named):
    assert opensessions.device_named(agent) == named
