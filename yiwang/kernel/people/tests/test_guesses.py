"""Strangers lock out strangers, through the doors of the desk, the portal and the API: passwords, codes, known devices."""

from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.test import Client

from yiwang.kernel import walltime
from yiwang.kernel.people import passwords
from yiwang.kernel.people.devices import COOKIE
from yiwang.kernel.people.models import OneTimeCode, RefusedPassword
from yiwang.kernel.people.rules import CodeLimits
from yiwang.kernel.people.steps import accounts, sweeping
from yiwang.kernel.terms import Actor, ActorKind, Call

pytestmark = pytest.mark.django_db
PASSWORD = "long-enough-2026"
OFFICE, STRANGER, PROXY = "203.0.113.7", "198.51.100.9", "192.0.2.1"


@pytest.fixture(autouse=True)
def _now(clock):
    """The doors ask the clock themselves: here it is the test's."""
    clock.now = walltime.now()


def system() -> Call:
    return Call(Actor(ActorKind.SYSTEM), walltime.now(), "test")


def desk(client: Client, password: str = PASSWORD, username: str = "zhang.demo", **from_: str) -> int:
    """Try to log in at the desk; 302 is in."""
    given = {"REMOTE_ADDR": OFFICE, **from_}
    return client.post("/desk/login", {"username": username, "password": password}, **given).status_code


def code(client: Client, phone: str, **from_: str) -> int:
    """Ask for a code by the API."""
    given = {"REMOTE_ADDR": STRANGER, **from_}
    return client.post("/api/session/code", {"phone": phone}, content_type="application/json", **given).status_code


def phones(first: int, count: int) -> list[str]:
    return [f"1990001{number:04d}" for number in range(first, first + count)]


# --- passwords -------------------------------------------------------------------------------------------------------


def test_who_guesses_a_colleagues_password_locks_out_only_their_own_address(handler):
    stranger = Client()
    assert [desk(stranger, "guess", REMOTE_ADDR=STRANGER) for _ in range(9)] == [401] * 8 + [429]
    given = {"username": "zhang.demo", "password": PASSWORD}
    held_up = stranger.post("/desk/login", given, REMOTE_ADDR=STRANGER)
    assert (held_up.status_code, held_up["Retry-After"]) == (429, str(15 * 60))
    assert desk(Client()) == 302


def test_a_known_device_goes_on_while_strangers_from_everywhere_are_locked_out(handler):
    own = Client()
    assert desk(own) == 302
    own.post("/desk/logout")
    for network in range(5):
        assert [desk(Client(), "guess", REMOTE_ADDR=f"198.51.{network}.1") for _ in range(8)] == [401] * 8
    assert desk(Client()) == 429  # strangers' forty are used up, also from an address that never guessed
    assert desk(own) == 302


def test_a_known_device_has_eight_tries_of_its_own_and_is_a_stranger_afterwards(handler):
    own = Client()
    desk(own)
    own.post("/desk/logout")
    assert [desk(own, "guess") for _ in range(8)] == [401] * 8
    assert desk(own) == 302  # a stranger's first try from here
    assert [desk(own, "guess") for _ in range(9)] == [401] * 8 + [401]
    assert [desk(Client(), "guess") for _ in range(8)] == [401] * 7 + [429]


def test_a_device_is_known_only_for_the_account_that_was_there_and_only_until_the_password_changes(handler):
    other = accounts.create_account("li.demo", "李演示", password_hash=passwords.hashed(PASSWORD), call=system())
    accounts.grant_role(other.account_id, "dispatcher", call=system())
    own = Client()
    desk(own, username="li.demo")
    own.post("/desk/logout")
    assert [desk(Client(), "guess") for _ in range(8)] == [401] * 8
    assert desk(own) == 429
    assert [desk(Client(), "guess", "li.demo") for _ in range(8)] == [401] * 8
    assert desk(own, username="li.demo") == 302
    own.post("/desk/logout")
    accounts.set_password(other.account_id, "another-long-one", call=system())
    assert desk(own, "another-long-one", "li.demo") == 429


def test_colleagues_who_share_a_computer_are_each_known_there(handler):
    accounts.create_account("li.demo", "李演示", password_hash=passwords.hashed(PASSWORD), call=system())
    shared = Client()
    for name in ("zhang.demo", "li.demo", "zhang.demo"):
        assert desk(shared, username=name) == 302
        shared.post("/desk/logout")
    assert shared.cookies[COOKIE].value.count(".") == 1
    for name in ("zhang.demo", "li.demo"):
        assert [desk(Client(), "guess", name) for _ in range(9)][-1] == 429
        assert desk(shared, username=name) == 302
        shared.post("/desk/logout")


def test_one_password_tried_on_many_accounts_from_one_address_is_stopped_too(handler):
    assert [desk(Client(), "guess", f"name{number}") for number in range(40)] == [401] * 40
    assert desk(Client(), "guess", "name40") == 429
    assert desk(Client(), REMOTE_ADDR=STRANGER) == 302


@pytest.mark.parametrize("cookie", ["", "x", "a~b", "a~9999-12~b", "~~.~~", "é~9999-12~é", "." * 5000])
def test_a_cookie_that_we_did_not_write_makes_nobody_known(handler, cookie):
    stranger = Client()
    stranger.cookies[COOKIE] = cookie
    assert [desk(stranger, "guess") for _ in range(9)] == [401] * 8 + [429]


def test_the_cookie_is_for_the_server_only_and_tells_neither_name_nor_moment(handler):
    own = Client()
    desk(own)
    kept = own.cookies[COOKIE]
    assert (kept["httponly"], kept["samesite"]) == (True, "Lax")
    mark, month, signature = kept.value.split("~")
    assert (len(mark), len(month), len(signature)) == (24, 7, 32)
    assert "zhang" not in kept.value


# --- codes -----------------------------------------------------------------------------------------------------------


def test_one_address_gets_twenty_codes_an_hour_and_others_are_not_held_up():
    assert [code(Client(), phone) for phone in phones(0, 21)] == [200] * 20 + [429]
    assert code(Client(), "19900019999", REMOTE_ADDR=OFFICE) == 200
    assert OneTimeCode.objects.count() == 21


def test_an_address_that_asked_too_often_is_told_why_and_what_to_do():
    for phone in phones(0, 20):
        code(Client(), phone)
    asked = {"phone": "19900019999"}
    page = Client(headers={"Accept-Language": "zh-hans"}).post("/login", asked, REMOTE_ADDR=STRANGER)
    assert "从这个网络地址要的验证码太多了" in page.content.decode()
    assert "不登录也可以上报" in page.content.decode()
    page = Client(headers={"Accept-Language": "en"}).post("/login", asked, REMOTE_ADDR=STRANGER)
    assert "Too many codes were asked for from this network address" in page.content.decode()


def test_the_town_sends_so_many_codes_an_hour_and_a_known_device_still_gets_one(settings, outbox, clock, monkeypatch):
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function, *args, **kwargs: function())
    settings.CODE_LIMITS = CodeLimits(town_an_hour=4)
    own, phone = Client(), "19900000002"
    with walltime.at(clock.now - timedelta(hours=2)):
        code(own, phone)
        body = {"kind": "resident", "phone": phone, "code": outbox(phone)}
        assert own.post("/api/session", body, content_type="application/json").status_code == 200
        own.post("/logout")
    asked = [code(Client(), number, REMOTE_ADDR=f"198.51.{at}.1") for at, number in enumerate(phones(0, 5))]
    assert asked == [200] * 4 + [429]
    assert code(Client(), phone, REMOTE_ADDR=OFFICE) == 429
    assert code(own, phone, REMOTE_ADDR=OFFICE) == 200


def test_who_uses_up_a_phones_codes_does_not_keep_its_owner_from_a_known_device(outbox, clock, monkeypatch):
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function, *args, **kwargs: function())
    own, phone = Client(), "19900000002"
    with walltime.at(clock.now - timedelta(hours=2)):
        code(own, phone)
        body = {"kind": "resident", "phone": phone, "code": outbox(phone)}
        assert own.post("/api/session", body, content_type="application/json").status_code == 200
        own.post("/logout")
    assert [code(Client(), phone), code(Client(), phone)] == [200, 429]
    assert [code(own, phone), code(own, phone)] == [200, 429]


def test_this_machine_itself_is_not_counted_as_an_address():
    assert [code(Client(), phone, REMOTE_ADDR="127.0.0.1") for phone in phones(0, 25)] == [200] * 25


def test_a_claimed_address_counts_only_from_a_proxy_that_the_town_named(settings):
    def claim(address: str, phone: str, sender: str) -> int:
        return code(Client(headers={"X-Forwarded-For": address}), phone, REMOTE_ADDR=sender)

    numbers = iter(phones(0, 60))
    assert [claim(f"198.51.100.{n}", next(numbers), PROXY) for n in range(21)] == [200] * 20 + [429]
    settings.PROXIES = (ip_network(PROXY),)
    assert claim("198.51.100.1", next(numbers), PROXY) == 200
    assert [claim(f"10.0.0.{n}, {STRANGER}", next(numbers), PROXY) for n in range(21)] == [200] * 20 + [429]


# --- nothing is kept -------------------------------------------------------------------------------------------------


def test_what_is_counted_is_hashed_and_swept(handler, clock):
    desk(Client(), "guess")
    code(Client(), "19900000009")
    written = repr([*RefusedPassword.objects.values(), *OneTimeCode.objects.values()])
    assert not any(readable in written for readable in (OFFICE, STRANGER, "zhang", "19900000009"))
    assert sweeping.sweep_traces(clock.now + timedelta(minutes=59)) == 0
    assert sweeping.sweep_traces(clock.now + timedelta(minutes=61)) == 1
    assert sweeping.sweep_traces(clock.now + timedelta(hours=25)) == 1


def test_success_leaves_no_row_about_it(handler):
    desk(Client())
    assert (RefusedPassword.objects.count(), OneTimeCode.objects.count()) == (0, 0)
