"""Live news: one listener, many subscribers, each change once and in order."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from yiwang.kernel.journal import queries, sequencer, stream
from yiwang.kernel.journal.tests import sample

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def notes():
    with sample.note_table():
        yield


@pytest.fixture
def database():
    """A thread of its own for what waits for the database, so that the event loop does not."""
    with ThreadPoolExecutor(1) as thread:
        yield thread
        thread.submit(lambda: connection.close()).result()


Elsewhere = Callable[[Callable[[], object]], Awaitable[object]]


def run(database, scenario: Callable[[Elsewhere], Awaitable[None]]) -> None:
    async def whole() -> None:
        loop = asyncio.get_running_loop()
        await asyncio.wait_for(scenario(lambda task: loop.run_in_executor(database, task)), 10)

    asyncio.run(whole())


def write(count: int) -> None:
    for _ in range(count):
        sample.write_note("red", "words", call=sample.call_of())
    sequencer.sequence_once()


def subscribe(after: int | None = None) -> AsyncGenerator[stream.Changes, None]:
    return stream.changes(after, idle_s=0.05)


async def take(count: int, news: AsyncGenerator[stream.Changes, None]) -> list[stream.Change]:
    """The next `count` changes that a subscriber gets."""
    got: list[stream.Change] = []
    while len(got) < count:
        got += await anext(news)
    return got


async def collect(count: int, after: int) -> list[stream.Change]:
    """What somebody gets who comes, stays for `count` changes, and leaves."""
    news = subscribe(after)
    got = await take(count, news)
    await news.aclose()
    return got


def listeners() -> int:
    return sample.rows(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%%'"
    )[0][0]


def test_two_hundred_subscribers_share_one_listener_and_each_gets_every_change_in_order(database):
    async def scenario(elsewhere):
        one_more = subscribe()
        assert await anext(one_more) == ()
        tasks = [asyncio.create_task(collect(30, after=0)) for _ in range(200)]
        for _ in range(3):
            await asyncio.sleep(0.05)
            await elsewhere(lambda: write(10))
        answers = await asyncio.gather(*tasks)
        assert await elsewhere(listeners) == 1
        await one_more.aclose()
        assert all([change.position for change in answer] == list(range(1, 31)) for answer in answers)
        assert {change[1:3] for change in answers[0]} == {("samplenote.written", "samplenote")}

    run(database, scenario)
    assert any(listeners() == 0 or time.sleep(0.01) for _ in range(200)), "the last one to leave closes the connection"


def test_a_subscriber_hears_only_what_comes_after_it_came(database):
    async def scenario(elsewhere):
        await elsewhere(lambda: write(5))
        news = subscribe()
        assert await anext(news) == ()
        await elsewhere(lambda: write(2))
        assert [change.position for change in await take(2, news)] == [6, 7]
        await news.aclose()

    run(database, scenario)


def test_a_subscriber_far_behind_catches_up_from_the_database(database):
    async def scenario(elsewhere):
        await elsewhere(lambda: write(20))
        assert [change.position for change in await collect(18, after=2)] == list(range(3, 21))

    run(database, scenario)


def test_a_sign_of_life_comes_when_nothing_happens(database):
    async def scenario(elsewhere):
        news = subscribe()
        assert await anext(news) == await anext(news) == ()
        await news.aclose()

    run(database, scenario)


def test_a_stream_goes_on_after_its_connections_were_cut(database):
    def cut() -> None:
        sample.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND (query LIKE 'LISTEN%%' OR query LIKE '%%FROM entry_position%%')"
        )

    async def scenario(elsewhere):
        news = subscribe(after=0)
        await elsewhere(lambda: write(10))
        before = await take(10, news)
        await elsewhere(cut)
        await elsewhere(lambda: write(10))
        assert [change.position for change in before + await take(10, news)] == list(range(1, 21))
        await news.aclose()

    run(database, scenario)


def test_news_tell_where_and_never_what():
    assert stream.Change._fields == ("position", "verb", "subject_kind", "subject_id")
    write(1)
    assert queries.head() == 1
