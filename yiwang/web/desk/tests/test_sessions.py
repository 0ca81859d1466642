"""Sessions of the desk: nobody's is planted, taken over or ended by another page, and a new password ends all the others."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from yiwang.kernel.people import devices, lines, passwords
from yiwang.kernel.people.steps import accounts
from yiwang.web.desk.tests.conftest import DeskTown

PASSWORD, NEW = "a-long-enough-one", "another-long-enough-one"


@pytest.fixture
def colleague(town: DeskTown) -> DeskTown:
    """The operator has a password."""
    accounts.set_password(town.accounts["operator"], PASSWORD, call=town.call("administrator"))
    return town


def entered(password: str = PASSWORD, client: Client | None = None) -> Client:
    client = client or Client()
    client.post("/desk/login", {"username": "operator", "password": password})
    return client


def inside(client: Client) -> bool:
    return client.get("/desk/cases").status_code == 200


def test_a_session_that_somebody_planted_before_is_not_the_one_that_is_logged_in(colleague):
    planted = SessionStore()
    planted.create()
    victim, thief = Client(), Client()
    victim.cookies[settings.SESSION_COOKIE_NAME] = thief.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key
    assert inside(entered(client=victim))
    assert victim.cookies[settings.SESSION_COOKIE_NAME].value != planted.session_key
    assert not inside(thief)


def test_a_session_of_one_colleague_is_not_taken_over_by_the_next_at_the_same_browser(colleague):
    shared = entered()
    before = shared.cookies[settings.SESSION_COOKIE_NAME].value
    accounts.set_password(colleague.accounts["verifier"], PASSWORD, call=colleague.call("administrator"))
    shared.post("/desk/login", {"username": "verifier", "password": PASSWORD})
    assert shared.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert not SessionStore(before).exists(before)


@pytest.mark.parametrize("address", ["/desk/logout", "/logout"])
def test_a_picture_on_another_page_logs_nobody_out(colleague, address):
    client = entered()
    assert client.get(address).status_code == 405
    assert inside(client)


@pytest.mark.parametrize("address", ["/desk/login", "/desk/logout", "/desk/password", "/logout", "/login/code"])
def test_a_form_of_another_page_logs_nobody_in_or_out(colleague, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.get(pk=colleague.accounts["operator"]))
    form = {"username": "operator", "password": PASSWORD}
    assert client.post(address, form, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert inside(client)


def test_a_form_of_another_page_logs_nobody_in_by_the_api(colleague):
    body = '{"kind": "staff", "username": "operator", "password": "' + PASSWORD + '"}'
    client = Client(enforce_csrf_checks=True)
    assert client.post("/api/session", body, content_type="text/plain").status_code == 415
    assert not inside(client)


def test_every_cookie_of_a_log_in_stays_away_from_scripts_and_other_pages(colleague):
    cookies = {name: cookie for name, cookie in entered().cookies.items() if name != settings.CSRF_COOKIE_NAME}
    assert set(cookies) == {settings.SESSION_COOKIE_NAME, devices.COOKIE, lines.COOKIE}
    assert {(cookie["httponly"], cookie["samesite"]) for cookie in cookies.values()} == {(True, "Lax")}


def test_a_colleague_changes_the_own_password_stays_and_ends_every_other_session(colleague):
    here, elsewhere = entered(), entered()
    before = here.cookies[settings.SESSION_COOKIE_NAME].value
    assert 'href="/desk/password"' in here.get("/desk/").content.decode()
    assert 'autocomplete="current-password"' in here.get("/desk/password").content.decode()
    answer = here.post("/desk/password", {"old": PASSWORD, "password": NEW, "_key": "k"}, follow=True)
    assert "密码已更换" in answer.content.decode()
    assert here.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert (inside(here), inside(elsewhere)) == (True, False)
    assert (inside(entered()), inside(entered(NEW))) == (False, True)


@pytest.mark.once
def test_under_a_storm_of_strangers_guesses_the_known_device_changes_the_password_and_goes_on(colleague):
    here = entered()
    for address in range(6):
        stranger = Client(REMOTE_ADDR=f"203.0.113.{address}")
        for guess in range(8):
            stranger.post("/desk/login", {"username": "operator", "password": f"guess-{guess}"})
    assert (
        Client(REMOTE_ADDR="203.0.113.9")
        .post("/desk/login", {"username": "operator", "password": PASSWORD})
        .status_code
        == 429
    )
    answer = here.post("/desk/password", {"old": PASSWORD, "password": NEW, "_key": "k"}, follow=True)
    assert "密码已更换" in answer.content.decode()
    assert inside(here)
    here.post("/desk/logout")
    here.post("/desk/login", {"username": "operator", "password": NEW})
    assert inside(here)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"old": "guess-guess-guess", "password": NEW}, 401),
        ({"old": PASSWORD, "password": "short"}, 422),
        ({"old": "", "password": NEW}, 422),
    ],
)
def test_without_the_old_password_or_with_a_weak_one_nothing_changes(colleague, given, status):
    client = entered()
    assert client.post("/desk/password", {**given, "_key": "k"}).status_code == status
    assert passwords.fits(PASSWORD, get_user_model().objects.get(pk=colleague.accounts["operator"]).password)
    assert inside(client)


def test_who_found_an_open_desk_cannot_guess_the_old_password_for_ever(colleague):
    client = entered()
    guesses = [{"old": f"guess-number-{at}", "password": NEW, "_key": f"k{at}"} for at in range(17)]
    assert 429 in [client.post("/desk/password", one).status_code for one in guesses]
