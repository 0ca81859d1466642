"""A resident with a phone of 390 px reports with a photo, with JavaScript on a bad network and without JavaScript."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import expect

from yiwang.intake.reports.models import Report
from yiwang.kernel.files.models import FileUse
from yiwang.web.portal.tests.conftest import jpeg, made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN"}
FLAGS = ("--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
PHOTO = {"name": "井盖.jpg", "mimeType": "image/jpeg", "buffer": jpeg(position=True)}


@contextmanager
def phone(**given: Any) -> Iterator[Any]:
    """A page of a phone's browser. The database is asked only after it is closed: Playwright runs a loop of its own."""
    sync_api = pytest.importorskip("playwright.sync_api")
    sync_api.expect.set_options(timeout=15_000)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser.new_context(**PHONE, **given).new_page()
        browser.close()
    for thread in threading.enumerate():  # what still answers the browser holds a connection to the database
        if "process_request_thread" in thread.name:
            thread.join(timeout=5)


@pytest.fixture
def address(live_server: Any) -> str:
    made()
    return str(live_server.url)


def narrow_enough(page: Any) -> bool:
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def says(page: Any, where: str, words: str) -> None:
    """Wait until these words stand there for a person to see, on this page or on the one that is coming."""
    expect(page.locator(where)).to_contain_text(words, use_inner_text=True)


def test_words_for_a_place_that_nobody_finds_go_along_with_the_report(address):
    with phone() as page:
        page.goto(f"{address}/report")
        page.fill("place-picker input[type=search]", "大树下面的石桌旁")
        page.wait_for_selector(".place-say:has-text('可以就这样继续')")
        page.click("button:has-text('继续'):visible")
        page.fill("[name=text]", "路灯不亮")
        page.click("button:has-text('继续'):visible")
        page.click("button:has-text('检查一遍'):visible")
        says(page, "main", "大树下面的石桌旁")
        page.click("button:has-text('交给镇里')")
        page.wait_for_selector(".receipt-number")
    assert Report.objects.get().place_text == "大树下面的石桌旁"


def test_a_report_with_a_photo_survives_a_bad_network_and_a_reload(address):
    with phone() as page:
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{address}/report")

        page.click("button:has-text('继续'):visible")
        says(page, "[data-step=place]", "请告诉我们在哪里")
        page.fill("place-picker input[type=search]", "桃花")
        page.click(".place-found button >> nth=0")
        page.click("button:has-text('继续'):visible")

        # The first sending of the photo fails; it is sent again by itself.
        page.evaluate("document.querySelector('photo-picker').dataset.waitMs = '50'")
        failures: list[str] = []

        def once_broken(route: Any) -> None:
            if failures:
                route.continue_()
            else:
                failures.append(route.request.url)
                route.abort()

        page.route("**/photo", once_broken)
        page.fill("[name=text]", "井盖松了，晚上容易绊倒")
        page.set_input_files("photo-picker input[type=file]", [PHOTO])
        page.wait_for_selector(".photo[data-state=done]")
        assert len(failures) == 1
        says(page, "[data-photo-place]", "带有拍摄位置")

        # The phone is put away and the page opened anew: nothing is lost.
        page.wait_for_timeout(600)
        page.goto(f"{address}/report")
        expect(page.locator("[name=text]")).to_have_value("井盖松了，晚上容易绊倒")
        says(page, ".place-chosen", "桃花新村")
        page.click("button:has-text('继续'):visible")
        expect(page.locator(".photo[data-state=done]")).to_have_count(1)
        page.wait_for_function("document.querySelector('.photo-image').naturalWidth > 0")
        page.click("button:has-text('继续'):visible")
        page.fill("[name=phone]", "199 0000 0001")
        assert narrow_enough(page)
        page.click("button:has-text('检查一遍'):visible")
        page.wait_for_selector("h1:has-text('检查一遍')")
        says(page, "main", "桃花新村")
        assert narrow_enough(page)
        page.click("button:has-text('交给镇里')")
        page.wait_for_selector(".receipt-number")
        link = page.get_attribute(".own-link a", "href")
        assert narrow_enough(page)

        page.goto(f"{address}/report")
        expect(page.locator("[name=text]")).to_have_value("")
        page.goto(link)
        says(page, "main", "井盖松了，晚上容易绊倒")
        expect(page.locator("main .thumbs img")).to_have_count(1)
        assert narrow_enough(page)
        assert troubles == []
    assert Report.objects.count() == 1
    assert FileUse.objects.count() == 1


def test_the_same_without_javascript(address):
    with phone(java_script_enabled=False) as page:
        page.goto(f"{address}/")
        page.click("text=我要上报")
        page.fill("[name=text]", "路灯不亮")
        page.fill("#id_place_find", "桃花")
        page.press("#id_place_find", "Enter")
        says(page, "#place-find", "找到 2 个地点")
        assert narrow_enough(page)
        page.select_option("[name=place]", label="桃花新村1号楼")
        page.set_input_files(
            "input[type=file]", [PHOTO, {"name": "x.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}]
        )
        page.fill("[name=phone]", "199 0000 0001")
        page.click("button:has-text('检查一遍')")
        says(page, ".error-summary", "x.svg")
        expect(page.locator("[name=text]")).to_have_value("路灯不亮")
        page.click("button:has-text('检查一遍')")
        page.click("button:has-text('修改') >> nth=0")
        page.fill("[name=place_text]", "东门口")
        page.click("button:has-text('检查一遍')")
        says(page, "main", "桃花新村1号楼 · 东门口")
        page.click("button:has-text('交给镇里')")
        number = page.inner_text(".receipt-number")
        assert narrow_enough(page)
        page.goto(f"{address}/follow")
        page.fill("[name=number]", number)
        page.click("main button[type=submit]")
        says(page, "h1", "我们收到了，正在看。")
        assert "路灯不亮" not in page.inner_text("main")
    assert Report.objects.count() == 1
    assert FileUse.objects.count() == 1
