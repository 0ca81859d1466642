"""The day's work with the keyboard alone, in a browser: enter a call, take a suggestion, accept, move, dispatch, help."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from yiwang.cases import queries as cases
from yiwang.intake.reports import jobs
from yiwang.web.desk.tests.conftest import SYSTEM, made, open_page
from yiwang.web.desk.views.work import PAGE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _beside(page: Any, title: str) -> None:
    """Wait until this case stands beside the list and takes keys."""
    expect(page.locator("#detail .case-title")).to_contain_text(title)
    expect(page.locator("#detail")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#detail .acts-bar a").first).to_be_visible()


def test_a_call_is_entered_accepted_and_dispatched_without_a_mouse(no_async_check, address, chromium):
    town = made()
    town.report("新海一村3号楼前的路灯不亮，已经一个星期了")
    page = open_page(chromium, address, town, "duty_officer")

    page.goto(f"{address}/desk/")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/desk/new")
    page.wait_for_selector("textarea:focus")  # the address is there before the page is
    page.keyboard.insert_text("菜场门口的垃圾两天没人收，味道很大")
    page.wait_for_selector("#reading [data-alt='1']")
    page.keyboard.press("Alt+1")
    expect(page.locator("[name=type_code]")).to_have_value("E-01-01")
    page.keyboard.press("Control+Shift+Enter")
    page.wait_for_url("**/desk/cases/XH*")
    expect(page.locator("#case .tag").first).to_have_text("待派遣")

    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/desk/cases")
    titles = page.locator("[data-list] [data-row] .row-title").all_inner_texts()
    assert len(titles) == 2
    wanted = next(at for at, title in enumerate(titles) if "垃圾" in title)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    _beside(page, titles[0])
    page.keyboard.press("j")
    _beside(page, titles[1])
    if not wanted:
        page.keyboard.press("k")
    _beside(page, titles[wanted])
    page.keyboard.press("p")
    page.wait_for_selector("#detail [data-act=dispatch] input:focus")
    page.keyboard.type("sjs")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#detail .notice-done")).to_contain_text("派遣：已办")

    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#keys")).to_contain_text(re.compile("签收|改派"))


def test_what_was_typed_survives_a_log_in_that_expired(no_async_check, address, chromium):
    town = made()
    number = town.number(town.report())
    page = open_page(chromium, address, town, "operator")
    page.goto(f"{address}/desk/cases/{number}?act=decline")
    page.fill("[data-act=decline] textarea", "这件事由区里的燃气公司处理，电话见背面")
    page.wait_for_timeout(700)
    page.context.clear_cookies(name="sessionid")
    page.click("[data-act=decline] button[type=submit]")
    page.wait_for_selector("#toasts a[href*='/desk/login']")
    session = town.client("operator").cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page.goto(f"{address}/desk/cases/{number}?act=decline")
    expect(page.locator("[data-act=decline] textarea")).to_have_value("这件事由区里的燃气公司处理，电话见背面")
    assert town.state(cases.case_id_of(SYSTEM, number)) == "gathered"


def test_many_are_accepted_and_then_dispatched_on_the_same_page(no_async_check, address, chromium):
    """Two acts on the same cases without the page being loaded again: the second is no repetition of the first."""
    town = made()
    ids = [town.report("菜场门口的垃圾两天没人收"), town.report("新海一村路边的垃圾没人收")]
    page = open_page(chromium, address, town, "duty_officer")
    page.goto(f"{address}/desk/cases")
    for act, state in (("accept-many", "accepted"), ("dispatch-many", "dispatched")):
        page.check("[data-pick-all]")
        page.click(f"[data-dialog={act}]")
        page.click(f"#{act} [data-bulk-go]")
        expect(page.locator("[data-bulk-result] .notice")).to_contain_text("办成 2 件，没有办成 0 件")
        assert {town.state(one) for one in ids} == {state}


def test_with_a_case_open_beside_the_list_x_still_picks_its_row(no_async_check, address, chromium):
    town = made()
    number = town.number(town.handling())
    page = open_page(chromium, address, town, "duty_officer")
    page.goto(f"{address}/desk/cases")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#detail a[href*='act/suspend']")
    page.focus(f"[data-row][data-number={number}] [data-open]")
    page.keyboard.press("x")
    expect(page.locator("[data-list] [data-row] [data-pick]")).to_be_checked()
    expect(page.locator("#detail [data-act=suspend]")).to_have_count(0)


def test_a_whole_list_longer_than_its_page_is_accepted_at_once(no_async_check, address, chromium):
    town = made()
    ids = [town.report(f"菜场门口第{number}堆垃圾两天没人收", read=False) for number in range(PAGE + 3)]
    jobs.read_waiting(town.call("operator"))
    page = open_page(chromium, address, town, "duty_officer")
    page.goto(f"{address}/desk/cases")
    page.check("[data-pick-all]")
    page.click("[data-pick-list]")
    expect(page.locator("[data-bulk-count]")).to_have_text(str(len(ids)))
    page.click("[data-dialog=accept-many]")
    page.click("#accept-many [data-bulk-go]")
    expect(page.locator("[data-bulk-result] .notice")).to_contain_text(f"办成 {len(ids)} 件，没有办成 0 件")
    assert {town.state(one) for one in ids} == {"accepted"}


def test_a_key_pressed_while_the_next_case_is_on_its_way_acts_on_that_one(no_async_check, address, chromium):
    """Not lost, and not taken by the case that still stands there."""
    town = made()
    for text in ("菜场门口的垃圾两天没人收", "新海一村路边的垃圾没人收", "桃花新村的垃圾没人收"):
        town.accepted(text=text)
    page = open_page(chromium, address, town, "duty_officer")
    page.goto(f"{address}/desk/cases")
    numbers = page.locator("[data-list] [data-row]").evaluate_all("all => all.map(one => one.dataset.number)")
    shown = page.locator("#detail [data-case]")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(shown).to_have_attribute("data-number", numbers[0])

    held: list[Any] = []
    page.route(f"**/desk/cases/{numbers[1]}", lambda route: held.append(route))
    page.keyboard.press("j")
    with page.expect_request(f"**/desk/cases/{numbers[1]}"):
        page.keyboard.press("p")
    expect(shown).to_have_attribute("data-number", numbers[0])
    expect(page.locator("#detail [data-act=dispatch] input:focus")).to_have_count(0)
    held.pop().continue_()
    expect(shown).to_have_attribute("data-number", numbers[1])
    expect(page.locator("#detail [data-act=dispatch] input:focus")).to_be_visible()

    page.keyboard.press("Escape")
    page.focus(f"[data-row][data-number={numbers[1]}] [data-open]")
    with page.expect_request(f"**/desk/cases/{numbers[2]}"):
        page.keyboard.press("j")
    page.keyboard.press("k")  # back before the other has come
    expect(shown).to_have_attribute("data-number", numbers[1])
