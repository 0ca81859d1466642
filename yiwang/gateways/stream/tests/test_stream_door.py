"""The door of live updates: who may listen, what they hear, and which page may read it."""

import asyncio
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.test import RequestFactory

from yiwang.gateways.stream import views
from yiwang.kernel.journal.stream import Change
from yiwang.kernel.problems import LogInFirst, NotAllowed
from yiwang.kernel.terms import VISITOR, AccountId, Actor, ActorKind, Grant, ScopeKind

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


def test_an_event_carries_its_position_as_id_so_that_nothing_is_missed_after_a_break():
    assert views._event(7, ["a"]) == b'id: 7\ndata: {"position": 7, "ids": ["a"]}\n\n'
