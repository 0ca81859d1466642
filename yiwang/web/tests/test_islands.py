"""The islands in a real browser: what they write, how they bear a bad network, and that pages work without them."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

Open = Callable[..., Any]


@pytest.fixture
def visit(chromium: Any, address: str) -> Iterator[Open]:
    """Opens /house in a fresh browser context; anything the page complains about fails the test."""
    contexts, complaints = [], []

    def go(**wishes: Any) -> Any:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", **wishes)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: "Content Security" in line.text and complaints.append(line.text))
        page.goto(f"{address}/house")
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []


def photo(width: int, height: int) -> dict[str, Any]:
    content = io.BytesIO()
    Image.effect_noise((width, height), 40).convert("RGB").save(content, "JPEG", quality=92)
    return {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def test_a_tap_on_the_map_fills_the_two_inputs_and_says_so(visit: Open) -> None:
    page = visit()
    page.locator("#place-map").scroll_into_view_if_needed()
    page.wait_for_selector("#place-map.drawn", timeout=15000)
    page.locator("#place-map canvas").click(position={"x": 150, "y": 200})
    expect(page.locator("[name=place_longitude]")).not_to_have_value("")
    longitude = float(page.input_value("[name=place_longitude]"))
    latitude = float(page.input_value("[name=place_latitude]"))
    assert 121.75 < longitude < 121.97
    assert 30.95 < latitude < 31.13
    expect(page.locator("#id_place_chosen")).to_contain_text("地图上的一点")


def test_a_place_is_found_by_name_and_writes_its_own_point(visit: Open) -> None:
    page = visit()
    page.fill("#id_place", "示范二")
    page.locator("#id_place_found button").click()
    expect(page.locator("select[name=place]")).to_have_value("p2")
    expect(page.locator("[name=place_longitude]")).to_have_value("121.851000")
    expect(page.locator("#id_place_chosen")).to_contain_text("示范二村")


def test_a_position_outside_the_town_opens_the_list_and_is_not_taken(visit: Open) -> None:
    page = visit(geolocation={"longitude": 116.4, "latitude": 39.9}, permissions=["geolocation"])
    page.click("[data-act=locate]")
    page.wait_for_selector("#id_place_found button")
    expect(page.locator(".place-say")).to_contain_text("范围以外")
    assert page.input_value("[name=place_longitude]") == ""
    assert page.inner_text("#id_place_chosen") == ""


def test_a_photo_is_made_smaller_and_tried_again_until_it_arrives(visit: Open) -> None:
    page = visit()
    page.evaluate("document.querySelector('photo-picker').dataset.waitMs = '60'")
    keys, sizes = [], []

    def network(route: Any) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.abort("connectionreset")
        elif len(keys) == 2:
            route.fulfill(status=503, body="")
        else:
            body = route.request.post_data_buffer
            sizes.append(Image.open(io.BytesIO(body[body.index(b"\xff\xd8") :])).size)
            route.fulfill(status=201, json={"id": "a" * 64, "url": ""})

    page.route("**/house/photo", network)
    page.set_input_files("#id_photos", photo(3000, 1500))
    page.wait_for_selector(".photo[data-state=done]", timeout=15000)
    assert page.input_value("input[type=hidden][name=photos]") == "a" * 64
    assert len(keys) == 3
    assert len(set(keys)) == 1, "a repeated upload carries the same key"
    assert sizes == [(2048, 1024)]


def test_a_refused_photo_says_why_and_can_be_taken_away(visit: Open) -> None:
    page = visit()
    page.route("**/house/photo", lambda route: route.fulfill(status=422, json={"detail": "这不是照片"}))
    page.set_input_files("#id_photos", photo(60, 40))
    page.wait_for_selector(".photo[data-state=failed]")
    expect(page.locator(".photo")).to_contain_text("这不是照片")
    page.click(".photo [data-act=remove]")
    expect(page.locator(".photo")).to_have_count(0)


def test_a_photo_beyond_a_limit_says_until_when_does_not_hold_up_the_form_and_can_be_sent_again(visit: Open) -> None:
    page = visit()
    answers = iter([(429, {"what": "请在 20 分钟后再传"}), (201, {"id": "c" * 64, "url": ""})])

    def network(route: Any) -> None:
        status, content = next(answers)
        route.fulfill(status=status, json=content)

    page.route("**/house/photo", network)
    page.set_input_files("#id_photos", photo(60, 40))
    page.wait_for_selector(".photo[data-state=failed]")
    expect(page.locator(".photo")).to_contain_text("请在 20 分钟后再传")
    page.click(".photo [data-act=retry]")
    page.wait_for_selector(".photo[data-state=done]")
    assert page.input_value("input[type=hidden][name=photos]") == "c" * 64


def test_a_form_waits_for_its_photos_and_then_goes_by_itself(visit: Open) -> None:
    page = visit()
    page.evaluate("document.querySelector('photo-picker').dataset.waitMs = '900'")
    answers = iter([503, 201])
    page.route("**/house/photo", lambda route: route.fulfill(status=next(answers), json={"id": "b" * 64, "url": ""}))
    page.set_input_files("#id_photos", photo(60, 40))
    page.wait_for_selector(".photo[data-state=waiting]")
    with page.expect_request(lambda request: request.method == "POST" and "/house/photo" not in request.url) as request:
        page.click("#photo-form button[type=submit]")
        expect(page.locator(".photo-say")).to_contain_text("传好后会自动提交")
    assert "b" * 64 in request.value.post_data


def test_the_keyboard_walks_the_list_selects_and_tells_its_keys(visit: Open) -> None:
    page = visit()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    expect(page.locator("[data-row][data-current]")).to_have_attribute("data-row", "2")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("1")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#keys")).to_contain_text("派遣")
    page.uncheck("[data-keys-on]")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("[data-row][data-current]")).to_have_attribute("data-row", "2")


def test_what_was_typed_comes_back_after_a_reload_and_can_be_dropped(visit: Open) -> None:
    page = visit()
    page.fill("#id_name", "测试甲")
    page.fill("#id_secret", "not to be kept")
    page.wait_for_timeout(600)
    kept = page.evaluate("localStorage.getItem('yiwang.draft.house-fields')")
    assert "测试甲" in kept
    assert "not to be kept" not in kept
    page.reload()
    expect(page.locator("#id_name")).to_have_value("测试甲")
    expect(page.locator("[data-draft] .notice")).to_contain_text("恢复")
    page.click("[data-draft] .notice button")
    page.wait_for_function("() => !document.querySelector('[data-draft] .notice')")
    expect(page.locator("#id_name")).not_to_have_value("测试甲")


def test_without_javascript_there_is_a_select_a_file_input_and_a_list(visit: Open) -> None:
    page = visit(java_script_enabled=False)
    assert page.locator("select[name=place]").is_visible()
    assert page.locator("#id_photos").is_visible()
    assert page.locator("#map .map-list a").first.is_visible()
    assert not page.locator("#map .map-canvas").is_visible()
    assert not page.locator("#place-map").is_visible()


@pytest.mark.parametrize("width", [320, 390, 1440])
@pytest.mark.parametrize("size", ["normal", "large"])
def test_no_page_needs_scrolling_sideways(visit: Open, address: str, width: int, size: str) -> None:
    page = visit()
    page.context.add_cookies([{"name": "yiwang_size", "value": size, "url": address}])
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}/house?room=portal")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_targets_on_the_portal_are_at_least_44_pixels(visit: Open, address: str) -> None:
    page = visit()
    page.goto(f"{address}/house?room=portal")
    small = page.evaluate(
        """() => Array.from(document.querySelectorAll('button, .button, input:not([type=hidden]), select, .choice, .tab'))
        .filter(one => !one.closest('.row, .choice, .maplibregl-map, dialog, .filters') && one.offsetParent)
        .filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 120))"""
    )
    assert small == []
