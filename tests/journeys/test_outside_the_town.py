"""A point outside the town, before a resident's eyes: the list opens, the point is not taken, and no step goes on with it."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FAR = {"longitude": 116.4, "latitude": 39.9}
IN_THE_RECTANGLE = {"longitude": 121.3136, "latitude": 31.8495}
"""Inside the rectangle around Xinhai, outside its outline."""
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("where", [FAR, IN_THE_RECTANGLE])
def test_a_position_outside_the_town_opens_the_list_and_nothing_goes_on_without_a_place(person, where):
    page = person(size=PHONE)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(where)
    page.goto("/report")
    page.click("[data-act=locate]")
    page.wait_for_selector(".place-found button")
    expect(page.locator(".place-say")).to_contain_text("范围以外")
    assert page.inner_text(".place-chosen") == ""
    assert page.input_value("[name=place_longitude]") == ""
    page.get_by_role("button", name="继续").click()
    page.wait_for_selector("[data-told]")
    expect(page.locator("#step-place")).to_be_visible()
    page.locator(".place-found button").first.click()
    page.get_by_role("button", name="继续").click()
    page.wait_for_selector("#step-matter:visible")
    expect(page.locator("select[name=place]")).not_to_have_value("")


def test_without_javascript_the_answer_shows_the_list_open(chromium: Any, address: str):
    page = chromium.new_context(viewport=PHONE, locale="zh-CN", base_url=address, java_script_enabled=False).new_page()
    page.goto("/report")
    page.fill("[name=text]", "垃圾两天没人收")
    page.locator("[name=place_longitude]").evaluate("(one, x) => { one.value = x; }", str(FAR["longitude"]))
    page.locator("[name=place_latitude]").evaluate("(one, y) => { one.value = y; }", str(FAR["latitude"]))
    page.get_by_role("button", name="检查一遍").click()
    expect(page.locator("main")).to_contain_text("不在本镇范围里", use_inner_text=True)
    page.wait_for_load_state()
    assert page.locator("select[name=place]").bounding_box()["height"] > 100
    expect(page.locator("[name=place_longitude]")).to_have_value("")
