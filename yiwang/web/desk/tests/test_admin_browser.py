"""The tables at /admin in a real browser, under the content policy of every page."""

import pytest
from playwright.sync_api import expect

from yiwang.web.desk.tests.conftest import made, open_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1440, 390])
def test_the_tables_open_filter_and_lead_to_rows_without_a_complaint_of_the_browser(
    width, no_async_check, address, chromium
):
    town = made()
    number = town.number(town.dispatched())
    town.report()
    page = open_page(chromium, address, town, "auditor", width)
    complaints = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto(f"{address}/desk/")
    page.click("nav a[href='/admin/']")
    page.click("main a[href='/admin/cases/case/']")
    page.select_option("#filter_state", "dispatched")
    page.click("main form button[type=submit]")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.click("#result_list a.table-name")
    expect(page.locator("h1")).to_have_text(number)
    page.click("dd a[href*='/admin/people/team/']")
    expect(page.locator("h1")).to_have_text("市容环卫所")
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []
