"""The day's work with the keyboard alone, in a browser: enter a call, take a suggestion, accept, move, dispatch, help."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections

from yiwang.cases import queries as cases
from yiwang.web.desk.tests.conftest import SYSTEM, made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Tests print nothing."""


class Closing:
    """Gives each request's connection back, so that the test database can be dropped."""

    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, environ: Any, start: Any) -> Any:
        answer = self.application(environ, start)
        try:
            yield from answer
        finally:
            if hasattr(answer, "close"):
                answer.close()
            connections.close_all()


@pytest.fixture
def address(transactional_db: None) -> Iterator[str]:
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(Closing(StaticFilesHandler(get_wsgi_application())))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        connections.close_all()  # the steps that the test called inside Playwright's loop have a connection of their own
        browser.close()


def _page(chromium: Any, address: str, town: Any, who: str) -> Any:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    session = town.client(who).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page = context.new_page()
    page.set_default_timeout(15000)
    return page


def _until(page: Any, check: Any) -> None:
    """Wait for something that the page's content policy lets only Python look at."""
    for _ in range(60):
        if check():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not happen within six seconds")


@pytest.fixture
def no_async_check(monkeypatch) -> None:
    """Playwright keeps an event loop in this thread; the steps called between are not part of it."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def test_a_call_is_entered_accepted_and_dispatched_without_a_mouse(no_async_check, address, chromium):
    town = made()
    town.report("新海一村3号楼前的路灯不亮，已经一个星期了")
    page = _page(chromium, address, town, "duty_officer")

    page.goto(f"{address}/desk/")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/desk/new")
    page.keyboard.insert_text("菜场门口的垃圾两天没人收，味道很大")
    page.wait_for_selector("#reading [data-alt='1']")
    page.keyboard.press("Alt+1")
    assert page.eval_on_selector("[name=type_code]", "one => one.value") == "E-01-01"
    page.keyboard.press("Control+Shift+Enter")
    page.wait_for_url("**/desk/cases/XH*")
    assert page.inner_text(".tag >> nth=0") == "待派遣"

    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/desk/cases")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#detail .act-form")
    first = page.inner_text("#detail .case-title")
    page.keyboard.press("j")
    _until(page, lambda: page.inner_text("#detail .case-title") != first)

    for _ in range(2):
        if page.locator("#detail a[data-key=p]").count():
            break
        page.keyboard.press("k")
        page.wait_for_timeout(600)
    page.keyboard.press("p")
    page.wait_for_selector("#detail [data-act=dispatch] input:focus")
    page.keyboard.type("sjs")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#detail .notice-done")
    assert "派遣：已办" in page.inner_text("#detail .notice-done")

    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    assert "签收" in page.inner_text("#keys") or "改派" in page.inner_text("#keys")


def test_what_was_typed_survives_a_log_in_that_expired(no_async_check, address, chromium):
    town = made()
    number = town.number(town.report())
    page = _page(chromium, address, town, "operator")
    page.goto(f"{address}/desk/cases/{number}?act=decline")
    page.keyboard.press("d")
    page.wait_for_selector("[data-act=decline] textarea")
    page.fill("[data-act=decline] textarea", "这件事由区里的燃气公司处理，电话见背面")
    page.wait_for_timeout(700)
    page.context.clear_cookies(name="sessionid")
    page.click("[data-act=decline] button[type=submit]")
    page.wait_for_selector("#toasts a[href*='/desk/login']")
    session = town.client("operator").cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page.goto(f"{address}/desk/cases/{number}?act=decline")
    assert page.input_value("[data-act=decline] textarea") == "这件事由区里的燃气公司处理，电话见背面"
    assert town.state(cases.case_id_of(SYSTEM, number)) == "gathered"
