"""Two-step log-in: who knows only a password keeps no accounts and carries nothing away; an app and ten codes on paper do the rest."""

import base64
import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from yiwang.kernel import walltime
from yiwang.kernel.people import totp
from yiwang.kernel.people.models import RecoveryCode
from yiwang.kernel.people.steps import accounts as account_steps
from yiwang.kernel.people.tests.strongly import code_now, log_in_strongly
from yiwang.web.desk.tests.conftest import DeskTown

PASSWORD = "a-long-enough-one"
SPOKEN = re.compile(r'<span class="number secret">((?:[A-Z2-7]{4} ?){8})</span>')


@pytest.fixture
def staff(town: DeskTown) -> DeskTown:
    """Administrator, leader and operator have a password."""
    for who in ("administrator", "leader", "operator"):
        account_steps.set_password(town.accounts[who], PASSWORD, call=town.call("administrator"))
    return town


def by_password(username: str, client: Client | None = None, **more: str) -> tuple[Client, str]:
    """A browser after the password was given, and where it was led."""
    client = client or Client()
    answer = client.post("/desk/login", {"username": username, "password": PASSWORD, **more})
    return client, answer.headers.get("Location", "")


def secret_of(page: str) -> bytes:
    """What somebody types into the app, from the page that shows it."""
    return base64.b32decode(SPOKEN.search(page)[1].replace(" ", ""))


def set_up(client: Client, code: str = "", password: str = PASSWORD):
    secret = secret_of(client.get("/desk/second-factor").content.decode())
    form = {"password": password, "code": code or code_now(secret), "_key": "k"}
    return client.post("/desk/second-factor", form)


def recovery_codes(answer) -> list[str]:
    return re.findall(r'<li class="number">(\S+)</li>', answer.content.decode())


@dataclass
class App:
    """The app on somebody's telephone, and the codes on their paper."""

    secret: bytes
    codes: list[str]

    def code(self) -> str:
        return code_now(self.secret)


def enabled(who: str) -> App:
    """Somebody sets it up."""
    client, _ = by_password(who)
    secret = secret_of(client.get("/desk/second-factor").content.decode())
    return App(secret, recovery_codes(set_up(client)))


def inside(client: Client) -> bool:
    return client.get("/desk/password").status_code == 200


def test_an_administrator_with_a_password_alone_is_led_to_setting_up_the_app_and_then_keeps_accounts(staff):
    client, led = by_password("administrator", next="/desk/accounts")
    assert led == "/desk/second-factor?next=%2Fdesk%2Faccounts"
    assert client.get("/desk/accounts")["Location"] == led
    page = client.get(led).content.decode()
    assert "您的岗位能管账号" in page
    assert totp.spoken(secret_of(page)) in page
    assert 'src="data:image/png;base64,' in page
    answer = client.post(led, {"password": PASSWORD, "code": code_now(secret_of(page)), "_key": "k"})
    codes = recovery_codes(answer)
    assert (answer.status_code, len(set(codes)), RecoveryCode.objects.count()) == (200, 10, 10)
    assert 'href="/desk/accounts"' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert client.get("/desk/accounts").status_code == 200


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("leader", "/desk/indicators/export"),
        ("leader", "/desk/indicators/grid.closed/export"),
        ("leader", "/desk/registers/river/export"),
        ("operator", "/desk/registers/river/export"),
        ("auditor", "/admin/people/account/"),
    ],
)
def test_a_password_alone_carries_nothing_away_and_the_second_step_does(staff, who, path):
    weak, strong = Client(), staff.client(who)
    get_user_model().objects.filter(pk=staff.accounts[who]).update(totp_cipher=None)
    weak.force_login(get_user_model().objects.get(pk=staff.accounts[who]))
    assert weak.get(path)["Location"].startswith("/desk/second-factor?next=")
    log_in_strongly(strong, staff.accounts[who])
    assert strong.get(path).status_code in (200, 404)


def test_programs_are_refused_with_the_reason_and_log_in_with_the_code_in_one_go(staff):
    program = Client()
    body = {"kind": "staff", "username": "leader", "password": PASSWORD}
    program.post("/api/session", body, content_type="application/json")
    refused = program.get("/api/indicators?form=csv")
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[-1]) == (403, "second-factor-first")
    assert program.get("/api/indicators").status_code == 200
    app = enabled("leader")
    assert program.get("/api/indicators").status_code == 401  # opened before there was an app
    needed = Client().post("/api/session", body, content_type="application/json")
    assert (needed.status_code, needed.json()["type"].rsplit("/", 1)[-1]) == (401, "second-factor-needed")
    program.cookies.clear()
    done = program.post("/api/session", {**body, "code": app.code()}, content_type="application/json")
    assert done.status_code == 200
    assert program.get("/api/indicators?form=csv").status_code == 200


def test_colleagues_who_carry_nothing_away_go_on_by_password_and_may_set_it_up_too(staff):
    client, _ = by_password("operator")
    assert client.get("/desk/cases").status_code == 200
    assert 'href="/desk/second-factor"' in client.get("/desk/password").content.decode()
    assert set_up(client).status_code == 200
    assert by_password("operator")[1].startswith("/desk/login/code")


def test_the_password_alone_opens_nothing_and_the_code_opens_the_page_one_wanted(staff):
    app = enabled("administrator")
    client, led = by_password("administrator", next="/desk/teams")
    assert led == "/desk/login/code?next=%2Fdesk%2Fteams"
    assert not inside(client)
    page = client.get(led).content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert client.post("/desk/login/code", {"code": "000000", "next": "/desk/teams"}).status_code == 401
    typed = "　".join(app.code())  # as an input method of Chinese types it
    assert client.post("/desk/login/code", {"code": typed, "next": "/desk/teams"})["Location"] == "/desk/teams"
    assert client.get("/desk/accounts").status_code == 200


def test_a_code_that_somebody_looked_over_the_shoulder_is_of_no_use_twice(staff):
    code = enabled("administrator").code()
    for status in (302, 401):
        client, _ = by_password("administrator")
        assert client.post("/desk/login/code", {"code": code}).status_code == status


def test_ten_wrong_codes_in_an_hour_and_even_the_right_one_waits(staff):
    codes = enabled("administrator").codes
    client, _ = by_password("administrator")
    assert {client.post("/desk/login/code", {"code": "wrong"}).status_code for _ in range(10)} == {401}
    held_up = client.post("/desk/login/code", {"code": codes[0]})
    assert (held_up.status_code, "分钟后再试" in held_up.content.decode()) == (429, True)
    with walltime.at(walltime.now() + timedelta(minutes=61)):
        client, _ = by_password("administrator")
        assert client.post("/desk/login/code", {"code": codes[0]}).status_code == 302


def test_a_recovery_code_opens_once(staff):
    codes = enabled("administrator").codes
    for status in (302, 401):
        client, _ = by_password("administrator")
        assert client.post("/desk/login/code", {"code": codes[3].upper().replace("-", " ")}).status_code == status
    client.post("/desk/login/code", {"code": codes[4]})
    assert "没有用过的恢复码：8 个" in client.get("/desk/second-factor").content.decode()


def test_setting_it_up_ends_sessions_elsewhere_and_a_new_app_ends_the_old_one(staff):
    here, elsewhere = by_password("administrator")[0], by_password("administrator")[0]
    set_up(here)
    assert (inside(here), inside(elsewhere)) == (True, False)
    old = get_user_model().objects.get(pk=staff.accounts["administrator"]).totp_cipher
    assert len(recovery_codes(set_up(here))) == 10
    assert RecoveryCode.objects.count() == 10
    assert bytes(get_user_model().objects.get(pk=staff.accounts["administrator"]).totp_cipher) != bytes(old)
    assert inside(here)


@pytest.mark.parametrize(("password", "code", "status"), [("guess-guess-guess", "", 401), (PASSWORD, "000000", 401)])
def test_who_finds_an_open_desk_sets_no_app_of_their_own_up(staff, password, code, status):
    client, _ = by_password("operator")
    assert set_up(client, code, password).status_code == status
    assert get_user_model().objects.get(pk=staff.accounts["operator"]).totp_cipher is None


def test_a_password_given_long_ago_or_changed_meanwhile_waits_for_no_code(staff):
    codes = enabled("administrator").codes
    client, _ = by_password("administrator")
    account_steps.set_password(
        staff.accounts["administrator"], "another-long-enough-one", call=staff.call("administrator")
    )
    lapsed = client.post("/desk/login/code", {"code": codes[0]})
    assert (lapsed.status_code, "重新开始" in lapsed.content.decode()) == (401, True)
    assert client.get("/desk/login/code")["Location"] == "/desk/login"


def test_another_administrator_takes_a_lost_app_away_with_a_reason_and_nobody_the_own(staff):
    enabled("leader")
    client, own = staff.client("administrator"), staff.accounts["administrator"]
    address = f"/desk/accounts/{staff.accounts['leader']}"
    assert "已启用两步登录" in client.get(address).content.decode()
    assert client.post(f"{address}/reset_second_factor", {"why": "", "_key": "a"}).status_code == 422
    assert client.post(f"{address}/reset_second_factor", {"why": "当面说手机丢了", "_key": "b"}).status_code == 302
    assert client.post(f"{address}/reset_second_factor", {"why": "再来", "_key": "c"}).status_code == 409
    assert not RecoveryCode.objects.filter(account=staff.accounts["leader"]).exists()
    assert by_password("leader")[1] == "/desk/second-factor?next=%2Fdesk%2F"
    refused = client.post(f"/desk/accounts/{own}/reset_second_factor", {"why": "手机丢了", "_key": "d"})
    assert (refused.status_code, "不能取消自己的" in refused.content.decode()) == (409, True)


def test_invented_people_of_a_demonstration_need_no_app(town, settings):
    settings.DEMONSTRATION = True
    get_user_model().objects.filter(pk=town.accounts["administrator"]).update(demonstration=True)
    client = Client()
    assert "不用密码，也不用验证码" in client.get("/demonstration").content.decode()
    client.post("/demonstration/login", {"account": str(town.accounts["administrator"])})
    assert client.get("/desk/accounts").status_code == 200
