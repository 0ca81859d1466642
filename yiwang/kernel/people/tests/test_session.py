"""Logging in and out through Django's sessions, and what a request then knows of its actor."""

from datetime import timedelta

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.http import HttpResponse

from yiwang.kernel import walltime
from yiwang.kernel.people import passwords, session
from yiwang.kernel.people.middleware import PeopleMiddleware
from yiwang.kernel.people.models import Account, RefusedPassword
from yiwang.kernel.people.problems import (
    AccountInactive,
    DemonstrationOnly,
    TooManyPasswords,
    WrongPassword,
)
from yiwang.kernel.people.steps import accounts
from yiwang.kernel.problems import BadField
from yiwang.kernel.terms import VISITOR, ActorKind

pytestmark = pytest.mark.django_db
PASSWORD = "long-enough-2026"


@pytest.fixture
def browser(rf, settings):
    """A browser with one cookie: `do` runs a function with each request and gives its answer."""

    class Browser:
        cookie = None

        def do(self, deed, **post):
            request = rf.post("/somewhere", post)
            if self.cookie:
                request.COOKIES[settings.SESSION_COOKIE_NAME] = self.cookie
            answers = []

            def view(asked):
                answers.append(deed(asked))
                return HttpResponse()

            response = SessionMiddleware(PeopleMiddleware(view))(request)
            if settings.SESSION_COOKIE_NAME in response.cookies:
                self.cookie = response.cookies[settings.SESSION_COOKIE_NAME].value
            return answers[0]

        def actor(self):
            return self.do(lambda request: request.actor)

    return Browser()


def test_staff_log_in_by_username_and_password_and_the_actor_knows_their_team(browser, handler):
    assert browser.actor() == VISITOR
    assert browser.do(lambda r: session.log_in_staff(r, " Zhang.Demo ", PASSWORD)) == handler
    actor = browser.actor()
    assert (actor.kind, actor.account_id, len(actor.teams)) == (ActorKind.STAFF, handler, 1)
    browser.do(session.log_out)
    assert browser.actor() == VISITOR


def test_a_resident_logs_in_by_phone_and_code(browser, outbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        browser.do(lambda r: session.send_code(r, "19900000001"))
    code = outbox("19900000001")
    account_id = browser.do(lambda r: session.log_in_resident(r, "199 0000 0001", f" {code[:3]} {code[3:]} "))
    actor = browser.actor()
    assert (actor.kind, actor.account_id, actor.grants) == (ActorKind.RESIDENT, account_id, ())


@pytest.mark.parametrize(("username", "password"), [("zhang.demo", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_password_and_an_unknown_username_get_the_same_answer(browser, handler, username, password):
    with pytest.raises(WrongPassword):
        browser.do(lambda r: session.log_in_staff(r, username, password))
    assert browser.actor() == VISITOR


def test_after_eight_wrong_passwords_even_the_right_one_must_wait(browser, handler):
    for _ in range(8):
        with pytest.raises(WrongPassword):
            browser.do(lambda r: session.log_in_staff(r, "zhang.demo", "wrong"))
    with pytest.raises(TooManyPasswords):
        browser.do(lambda r: session.log_in_staff(r, "zhang.demo", PASSWORD))
    assert RefusedPassword.objects.count() == 8


def test_a_changed_password_or_a_closed_account_ends_sessions_at_once(browser, handler, system):
    browser.do(lambda r: session.log_in_staff(r, "zhang.demo", PASSWORD))
    accounts.set_password(handler, "another-long-one", call=system())
    assert browser.actor() == VISITOR
    browser.do(lambda r: session.log_in_staff(r, "zhang.demo", "another-long-one"))
    accounts.deactivate(handler, call=system())
    assert browser.actor() == VISITOR
    with pytest.raises(AccountInactive):
        browser.do(lambda r: session.log_in_staff(r, "zhang.demo", "another-long-one"))


def test_a_colleagues_session_ends_after_twelve_hours_however_busy_and_a_residents_after_two_weeks(
    browser, handler, outbox, django_capture_on_commit_callbacks
):
    browser.do(lambda r: session.log_in_staff(r, "zhang.demo", PASSWORD))
    ends = Session.objects.get().expire_date
    assert abs(ends - walltime.now() - timedelta(hours=12)) < timedelta(minutes=1)
    for _ in range(3):
        browser.actor()
    assert Session.objects.get().expire_date == ends
    Session.objects.update(expire_date=walltime.now() - timedelta(seconds=1))
    assert browser.actor() == VISITOR
    with django_capture_on_commit_callbacks(execute=True):
        browser.do(lambda r: session.send_code(r, "19900000002"))
    browser.do(lambda r: session.log_in_resident(r, "19900000002", outbox("19900000002")))
    assert Session.objects.latest("expire_date").expire_date - walltime.now() > timedelta(days=13)


def test_invented_people_log_in_only_in_a_demonstration(browser, settings, system, handler):
    invented = accounts.register_resident("19900000077", demonstration=True, call=system()).account_id
    settings.DEMONSTRATION = True
    browser.do(lambda r: session.log_in_demonstration(r, invented))
    assert browser.actor().account_id == invented
    with pytest.raises(DemonstrationOnly):
        browser.do(lambda r: session.log_in_demonstration(r, handler))
    settings.DEMONSTRATION = False
    assert browser.actor() == VISITOR
    with pytest.raises(DemonstrationOnly):
        browser.do(lambda r: session.log_in_demonstration(r, invented))


def test_where_others_reach_a_demonstration_invented_people_log_in_neither_by_click_nor_by_password(
    browser, settings, system
):
    settings.DEMONSTRATION = True
    invented = accounts.create_account(
        "boss.demo", "张演示", password_hash=passwords.hashed(PASSWORD), demonstration=True, call=system()
    ).account_id
    browser.do(lambda r: session.log_in_staff(r, "boss.demo", PASSWORD))
    assert browser.actor().account_id == invented
    settings.DEMONSTRATION_LOG_INS = False
    assert browser.actor() == VISITOR
    with pytest.raises(DemonstrationOnly):
        browser.do(lambda r: session.log_in_staff(r, "boss.demo", PASSWORD))
    with pytest.raises(DemonstrationOnly):
        browser.do(lambda r: session.log_in_demonstration(r, invented))


def test_a_visitor_costs_no_query_and_a_session_one_for_its_actor(browser, handler, django_assert_num_queries):
    with django_assert_num_queries(0):
        browser.actor()
    browser.do(lambda r: session.log_in_staff(r, "zhang.demo", PASSWORD))
    with django_assert_num_queries(2):  # Django's own for the session, ours for the actor with all roles
        browser.actor()


def test_the_call_carries_the_forms_key_and_refuses_an_endless_one(browser):
    assert browser.do(lambda r: r.call().key) is None
    call = browser.do(lambda r: r.call("因为"), _key="abc")
    assert (call.key, call.reason, call.door, call.actor) == ("abc", "因为", "web", VISITOR)
    with pytest.raises(BadField):
        browser.do(lambda r: r.call(), _key="x" * 201)


def test_logging_in_writes_nothing_about_when(browser, handler):
    before = Account.objects.values().get(pk=handler)
    browser.do(lambda r: session.log_in_staff(r, "zhang.demo", PASSWORD))
    assert Account.objects.values().get(pk=handler) == before
    assert not hasattr(Account.objects.get(pk=handler), "last_login") or Account.last_login is None
