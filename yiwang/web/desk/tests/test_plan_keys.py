"""Passages of the plan are reviewed with the keyboard alone; what was decided is there after a reload."""

import pytest
from playwright.sync_api import expect

from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.terms import VISITOR
from yiwang.plan import steps
from yiwang.plan.parsing.outline import parse
from yiwang.plan.review import queries as review
from yiwang.web.desk.tests.conftest import made, open_page
from yiwang.web.desk.tests.test_plan_review import CALL, CONTENTS, LIST, ROWS, TEXT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_line_is_confirmed_where_it_stands_others_are_picked_and_dismissed_and_a_reload_loses_nothing(
    no_async_check, address, chromium
):
    town = made()
    people_teams.create_team("party", "department", name_zh="党群办", name_en="Party Office", call=CALL)
    steps.promise_year(2031, CONTENTS, ROWS, call=CALL)
    steps.keep_document(2031, parse(TEXT), text=TEXT, filename="a.txt", sha256="0" * 64, call=CALL)
    page = open_page(chromium, address, town, "leader", width=390)
    page.goto(f"{address}{LIST}")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.wait_for_selector("[data-row][data-current] .tag-done")
    expect(page.locator("#plan-progress")).to_contain_text("已核对 1 / 5")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("d")
    page.select_option("#why-many", "describes")
    page.click("#dismiss-many button[type=submit]")
    page.wait_for_selector(".toast")
    assert [one.quote for one in review.listed(VISITOR, 2031, view="dismissed")] == ["举办运动会"]
    page.reload()
    expect(page.locator("#plan-progress")).to_contain_text("已核对 2 / 5：确认 1，不是承诺 1")
    page.keyboard.press("z")
    expect(page.locator("#plan-progress")).to_contain_text("已核对 1 / 5")
