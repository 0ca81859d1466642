"""An import that goes on behind the page: how far it is, after a reload too, with and without scripts; then what came of it."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from yiwang.intake.reports import handed_in, jobs, sheetqueue
from yiwang.kernel import walltime
from yiwang.web.desk.tests.test_entry import BAD_TIME, GOOD, _rows, _workbook

HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(town):
    return town.client("operator")


@pytest.fixture
def address(client) -> str:
    """The page of a sheet that waits for the worker."""
    return client.post("/desk/import", {"sheet": _workbook(GOOD, BAD_TIME)})["Location"]


def told(page: str) -> tuple[int, int]:
    done, total = re.search(r'<progress class="import-bar" max="(\d+)" value="(\d+)"', page).groups()[::-1]
    return int(done), int(total)


def test_a_sheet_that_waits_says_so_and_can_be_looked_at_again_without_scripts(client, address):
    page = client.get(address).content.decode()
    assert told(page) == (0, 2)
    assert f'<a href="{address}">刷新</a>' in page
    assert f'hx-get="{address}" hx-trigger="every 1s"' in page
    assert "热线.xlsx" in page
    assert "热线.xlsx" in client.get("/desk/import").content.decode()
    assert not _rows()


def test_the_bar_shows_how_far_it_is(client, address):
    import_id = UUID(re.findall(r"[0-9a-f-]{36}", address)[0])
    sheetqueue.note(import_id, "taking messages", 1, 2)
    for given in ({}, HTMX):
        page = client.get(address, headers=given).content.decode()
        assert told(page) == (1, 2)
        assert "正在收进" in page
        assert ("<html" in page) == (not given)


def test_at_the_end_the_page_tells_rows_refusals_and_advice_and_asks_no_more(client, address):
    handed_in.work_off(walltime.now())
    reading = client.get(address, headers=HTMX).content.decode()
    assert "机器正在研读" in reading
    assert "every 1s" in reading
    jobs.sweep_unread(walltime.now())
    page = client.get(address).content.decode()
    assert "every 1s" not in page
    assert re.findall(r'figure-value">(\d+)', page) == ["1", "0", "1", "1"]
    assert re.search(r'data-label="行">3</td><td data-label="列">来电时间', page)
    assert re.search(r'data-label="建议的类别">[^<]*垃圾', page)


def test_a_worker_that_does_not_come_is_named_and_nothing_is_lost(client, address):
    with walltime.at(walltime.now() + timedelta(minutes=1)):
        assert "后台程序还没有开始处理" in client.get(address).content.decode()
    handed_in.work_off(walltime.now())
    assert len(_rows()) == 1


def test_the_refused_rows_of_the_last_sheet_wait_at_home(town, client, address):
    handed_in.work_off(walltime.now())
    home = client.get("/desk/").content.decode()
    assert f'<a href="{address}">热线.xlsx</a>' in home
    assert "没有收进 1 行" in home
    assert "没有收进" not in town.client("verifier").get("/desk/").content.decode()


def test_an_import_that_is_not_there_says_so_and_others_may_not_look(town, client, address):
    assert client.get("/desk/import/00000000-0000-0000-0000-000000000000").status_code == 404
    assert town.client("verifier").get(address).status_code == 403


def test_in_english_the_progress_is_english(town, address):
    handed_in.work_off(walltime.now())
    jobs.sweep_unread(walltime.now())
    page = town.client("operator", "en").get(address).content.decode()
    assert "What the reader made of it" in page
    assert not re.search("没有收进|机器|建议", page)
