"""The day's work with the keyboard alone, in a browser: enter a call, take a suggestion, accept, move, dispatch, help."""

from typing import Any

import pytest

from yiwang.cases import queries as cases
from yiwang.intake.reports import jobs
from yiwang.web.desk.tests.conftest import SYSTEM, made, open_page
from yiwang.web.desk.views.work import PAGE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _until(page: Any, check: Any) -> None:
    """Wait for something that the page's content policy lets only Python look at."""
    for _ in range(60):
        if check():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not happen within six seconds")


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
    page = open_page(chromium, address, town, "operator")
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
        page.wait_for_selector("[data-bulk-result] .notice")
        assert "办成 2 件，没有办成 0 件" in page.inner_text("[data-bulk-result]")
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
    assert page.is_checked("[data-list] [data-row] [data-pick]")
    assert not page.locator("#detail [data-act=suspend]").count()


def test_a_whole_list_longer_than_its_page_is_accepted_at_once(no_async_check, address, chromium):
    town = made()
    ids = [town.report(f"菜场门口第{number}堆垃圾两天没人收", read=False) for number in range(PAGE + 3)]
    jobs.read_waiting(town.call("operator"))
    page = open_page(chromium, address, town, "duty_officer")
    page.goto(f"{address}/desk/cases")
    page.check("[data-pick-all]")
    page.click("[data-pick-list]")
    _until(page, lambda: page.inner_text("[data-bulk-count]") == str(len(ids)))
    page.click("[data-dialog=accept-many]")
    page.click("#accept-many [data-bulk-go]")
    page.wait_for_selector("[data-bulk-result] .notice")
    assert f"办成 {len(ids)} 件，没有办成 0 件" in page.inner_text("[data-bulk-result]")
    assert {town.state(one) for one in ids} == {"accepted"}
