"""The duty screen: each number is the length of the list it opens, nobody's name stands on it, and it says how old it is."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from yiwang.cases.models import Case
from yiwang.kernel import walltime
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.terms import Call
from yiwang.web.desk.tests.conftest import SYSTEM, made, open_page

MOST_QUERIES = 20
TILE = re.compile(r'<li id="watch-tile-(\w+)"><a class="[^"]*" href="([^"]+)".*?figure-value">(\d+)<', re.DOTALL)


@pytest.fixture
def screen(town):
    """A town with cases in the states that the tiles count."""
    town.report()
    town.accepted(urgent=True)
    late, soon = town.dispatched(), town.dispatched("water")
    town.handling()
    town.closed()
    before = walltime.now() - timedelta(days=3)
    Case.objects.update(due_at=walltime.now() + timedelta(days=3))  # whatever the hour is at which this runs
    Case.objects.filter(pk=late).update(overdue=True, due_at=before)
    Case.objects.filter(pk=soon).update(due_at=walltime.now() + timedelta(minutes=90))
    Case.objects.filter(pk=late).update(opened_at=before)
    return town


def tiles(page: str) -> dict[str, tuple[str, int]]:
    return {name: (href.replace("&amp;", "&"), int(value)) for name, href, value in TILE.findall(page)}


def rows(client, href: str) -> int:
    return client.get(href).content.decode().count('<li class="row') or client.get(href).content.decode().count(
        "data-row="
    )


@pytest.mark.parametrize("who", ["dispatcher", "duty_officer", "leader"])
def test_each_number_is_the_length_of_the_list_that_its_tile_opens(screen, who):
    client = screen.client(who)
    found = tiles(client.get("/desk/watch").content.decode())
    assert {name: value for name, (_href, value) in found.items()} == {
        "unsigned": 2, "two_hours": 1, "urgent": 1, "overdue": 1, "came_today": 5, "ended_today": 1, "alarms": 0,
    }  # fmt: skip
    assert {name: rows(client, href) for name, (href, _value) in found.items()} == {
        name: value for name, (_href, value) in found.items()
    }


def test_the_table_of_committees_opens_lists_as_long_as_it_says(screen):
    client = screen.client("leader")
    page = client.get("/desk/watch").content.decode()
    found = re.findall(
        r'data-row="none"><td><a href="([^"]+)" data-open>未定居委</a></td><td class="to-end">(\d+)</td>', page
    )
    assert [(href.replace("&amp;", "&"), number) for href, number in found] == [("/desk/cases?committee=none", "5")]
    assert rows(client, "/desk/cases?committee=none") == 5
    assert rows(client, "/desk/cases?committee=none&limit=overdue") == 1


def test_departments_on_a_shift_stand_there_once_with_its_end_and_without_its_note(screen):
    now = walltime.now()
    call = Call(SYSTEM, now, "test")
    for hours in (2, 5):
        people_teams.plan_shift(
            screen.teams["water"], now - timedelta(hours=1), now + timedelta(hours=hours), note="找水演示", call=call
        )
    people_teams.plan_shift(screen.teams["sanitation"], now + timedelta(hours=9), now + timedelta(hours=10), call=call)
    page = screen.client("duty_officer").get("/desk/watch").content.decode()
    shifts = page.partition('id="watch-shifts"')[2]
    assert re.findall(r'<a href="/desk/cases\?team=[^"]+">([^<]+)</a>', shifts) == ["水务管理站"]
    assert f"{walltime.in_town(now + timedelta(hours=5)):%H:%M}" in shifts
    assert "水演示" not in page


def test_nobody_is_named_on_the_screen_not_even_who_opened_it(screen):
    for who in ("operator", "leader"):
        assert "演示" not in screen.client(who).get("/desk/watch/board").content.decode()
        assert f"{who}演示" not in screen.client(who).get("/desk/watch").content.decode()


def test_the_screen_says_of_when_its_figures_are(screen):
    page = screen.client("leader").get("/desk/watch/board").content.decode()
    assert re.search(r'<time id="watch-as-of" datetime="[^"]+\+08:00">\d\d:\d\d:\d\d</time>', page)


def test_the_screen_is_in_english_too(screen):
    page = screen.client("leader", "en").get("/desk/watch").content.decode()
    for words in ("Due within two hours", "Dispatched, not signed for", "On duty now", "No committee"):
        assert words in page


@pytest.mark.parametrize("who", ["sanitation", "administrator", "verifier"])
def test_who_has_no_screen_is_refused_and_not_shown_a_way_to_it(town, who):
    client = town.client(who)
    assert client.get("/desk/watch").status_code == 403
    assert "/desk/watch" not in client.get("/desk/").content.decode()


def test_the_screen_asks_as_often_for_many_cases_as_for_few(screen):
    client = screen.client("leader")
    client.get("/desk/watch/board")
    with CaptureQueriesContext(connection) as few:
        client.get("/desk/watch/board")
    for _ in range(4):
        screen.dispatched()
    with CaptureQueriesContext(connection) as many:
        client.get("/desk/watch/board")
    assert len(many) == len(few) <= MOST_QUERIES


def test_the_map_carries_the_outlines_with_their_numbers_for_who_may_see_it(screen):
    told = screen.client("leader").get("/desk/watch/map").json()
    assert told["type"] == "FeatureCollection"
    assert screen.client("sanitation").get("/desk/watch/map").status_code == 403


@pytest.mark.browser
def test_a_tile_changes_where_it_stands_and_its_key_opens_the_list(address, chromium, no_async_check):
    town = made()
    page = open_page(chromium, address, town, "leader", 1920)
    page.goto(f"{address}/desk/watch")
    expect(page.locator("#watch-tile-unsigned .figure-value")).to_have_text("0")
    page.focus("#watch-tile-unsigned a")
    town.dispatched()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("#watch-tile-unsigned .figure-value:text-is('1')")
    assert page.evaluate("document.activeElement.closest('li').id") == "watch-tile-unsigned"
    expect(page.locator("#watch-age")).to_contain_text("秒前")
    page.keyboard.press("1")
    page.wait_for_url("**/desk/cases?state=dispatched")
    page.close()
