"""The door of live updates: who may listen, what they hear, and which page may read it."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.auth import get_user_model
from django.db import connections, transaction
from django.http import HttpResponse
from django.test import AsyncClient, Client, RequestFactory

from yiwang.gateways.stream import views
from yiwang.kernel import walltime
from yiwang.kernel.journal.stream import Change
from yiwang.kernel.notices import queries as notices
from yiwang.kernel.notices import telling
from yiwang.kernel.notices.rules import News
from yiwang.kernel.people import queries
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.problems import LogInFirst, NotAllowed
from yiwang.kernel.terms import VISITOR, AccountId, Actor, ActorKind, Call, Grant, ScopeKind

STAFF = AccountId(UUID(int=9))
DISPATCHER = Actor(ActorKind.STAFF, STAFF, (Grant("dispatcher", ScopeKind.TOWN),))
REGISTRAR = Actor(ActorKind.STAFF, STAFF, (Grant("registrar", ScopeKind.TOWN),))
RESIDENT = Actor(ActorKind.RESIDENT, STAFF)


def _asked(actor: Actor, **headers: str) -> HttpResponse:
    request = RequestFactory().get("/stream/desk", headers=headers)
    request.actor = actor
    return views.desk(request)


def test_a_visitor_and_a_resident_hear_nothing():
    with pytest.raises(LogInFirst):
        _asked(VISITOR)
    with pytest.raises(NotAllowed):
        _asked(RESIDENT)


def test_outside_the_asgi_process_the_browser_is_told_not_to_come_back():
    assert _asked(DISPATCHER).status_code == 204


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://testserver:8000", True),
        ("http://testserver", True),
        ("http://elsewhere.example", False),
        ("http://testserver.elsewhere.example", False),
        ("null", False),
    ],
)
def test_only_a_page_of_the_same_host_may_read_it_with_its_cookie(origin, allowed):
    answer = _asked(DISPATCHER, Origin=origin)
    assert (answer.get("Access-Control-Allow-Origin") == origin) is allowed
    assert answer.has_header("Access-Control-Allow-Credentials") is allowed


@pytest.mark.parametrize("origin", ["http://testserver", "https://testserver:8443"])
def test_behind_a_proxy_with_tls_no_other_port_or_plain_page_of_the_host_may_read_it(origin, settings):
    settings.HTTPS = True
    assert "Access-Control-Allow-Origin" not in _asked(DISPATCHER, Origin=origin)


NOTHING_UNREAD = b'event: notices\ndata: {"unread": 0}\n\n'
BATCH = (
    Change(1, "case.gathered", "case", str(UUID(int=1))),
    Change(2, "case.accepted", "case", str(UUID(int=1))),
    Change(3, "file.stored", "file", "ab" * 32),
    Change(4, "case.gathered", "case", str(UUID(int=2))),
)


def test_who_sees_the_whole_town_hears_of_each_case_once_without_a_query():
    assert asyncio.run(views._within(DISPATCHER, BATCH)) == [str(UUID(int=1)), str(UUID(int=2))]


def test_who_reads_no_cases_hears_of_none():
    assert asyncio.run(views._within(REGISTRAR, BATCH)) == []


@pytest.mark.django_db(transaction=True)
def test_a_department_hears_only_of_its_own_cases():
    handler = Actor(ActorKind.STAFF, STAFF, (Grant("handler", ScopeKind.TEAM, UUID(int=5)),))
    assert async_to_sync(views._within)(handler, BATCH) == []


def _open_stream_after(deed: Callable[[Client, AccountId], object]) -> list[bytes]:
    """What a colleague's open stream still says when, after its first line, `deed` was done; waits at most five seconds."""
    call = Call(Actor(ActorKind.SYSTEM), walltime.now(), "test")
    account_id = people.create_account("zhang.demo", "张演示", call=call).account_id
    people.grant_role(account_id, "dispatcher", call=call)
    browser = Client()
    browser.force_login(get_user_model().objects.get(pk=account_id))

    async def listen() -> list[bytes]:
        client = AsyncClient()
        client.cookies = browser.cookies
        stream = aiter((await client.get("/stream/desk")).streaming_content)
        assert (await anext(stream)).startswith(b"retry")
        await sync_to_async(_and_leave_the_database)(deed, browser, account_id)
        return [line async for line in stream]

    return asyncio.run(asyncio.wait_for(listen(), 5))


def _and_leave_the_database(
    deed: Callable[[Client, AccountId], object], browser: Client, account_id: AccountId
) -> None:
    try:
        deed(browser, account_id)
    finally:
        connections.close_all()


def _log_out(browser: Client, account_id: AccountId) -> None:
    browser.post("/desk/logout")


def _end_the_account(browser: Client, account_id: AccountId) -> None:
    people.deactivate(account_id, call=Call(Actor(ActorKind.SYSTEM), walltime.now(), "test"))


def _take_the_role(browser: Client, account_id: AccountId) -> None:
    grant = queries.account(Actor(ActorKind.SYSTEM), account_id).roles[0]
    people.revoke_role(grant.grant_id, call=Call(Actor(ActorKind.SYSTEM), walltime.now(), "test"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deed", [_log_out, _end_the_account, _take_the_role])
def test_an_open_stream_ends_soon_after_its_session_its_account_or_its_role(deed, monkeypatch):
    monkeypatch.setattr(views, "AGAIN_S", 0.2)
    monkeypatch.setattr(views, "IDLE_S", 0.1)
    assert set(_open_stream_after(deed)) <= {b": still here\n\n", NOTHING_UNREAD}


def _ring(browser: Client, account_id: AccountId) -> None:
    """A notice comes, and is read."""
    about = ("case", UUID(int=1))
    with transaction.atomic():
        room, news = telling.Room(), News(accounts=frozenset({account_id}))
        telling.tell(room, "assigned", news, about=about, source="entry:1", at=walltime.now())
    assert notices.unread(Actor(ActorKind.STAFF, account_id, (Grant("dispatcher", ScopeKind.TOWN),))) == 1


@pytest.mark.django_db(transaction=True)
def test_a_notice_is_heard_by_whom_it_is_for_as_a_number_alone(monkeypatch):
    monkeypatch.setattr(views, "IDLE_S", 0.5)
    monkeypatch.setattr(views, "LONGEST_S", 1)
    lines = _open_stream_after(_ring)
    assert b'event: notices\ndata: {"unread": 1}\n\n' in lines
    assert not any(b"assigned" in line for line in lines)


@pytest.mark.django_db(transaction=True)
def test_nobody_hears_of_a_colleagues_notice(monkeypatch):
    monkeypatch.setattr(views, "IDLE_S", 0.5)
    monkeypatch.setattr(views, "LONGEST_S", 1)
    call = Call(Actor(ActorKind.SYSTEM), walltime.now(), "test")
    colleague = people.create_account("li.demo", "李演示", call=call).account_id
    assert set(_open_stream_after(lambda browser, account_id: _ring_for(colleague))) <= {
        b": still here\n\n",
        NOTHING_UNREAD,
    }


def _ring_for(account_id: AccountId) -> None:
    with transaction.atomic():
        telling.ring([account_id])


@pytest.mark.django_db(transaction=True)
def test_an_open_stream_of_somebody_who_stays_goes_on_past_the_asking_again(monkeypatch):
    monkeypatch.setattr(views, "AGAIN_S", 0.1)
    monkeypatch.setattr(views, "IDLE_S", 0.1)
    monkeypatch.setattr(views, "LONGEST_S", 1)
    assert len(_open_stream_after(lambda browser, account_id: None)) >= 4


def test_an_event_carries_its_position_as_id_so_that_nothing_is_missed_after_a_break():
    assert views._event(7, ["a"]) == b'id: 7\ndata: {"position": 7, "ids": ["a"]}\n\n'
