"""Large type on a phone, in English too: no page is wider than the screen, and no button's words stand on end."""

import itertools

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
LINE_PX = 60


def large(page, address: str, language: str) -> None:
    page.context.add_cookies(
        [
            {"name": "yiwang_size", "value": "large", "url": address},
            {"name": "django_language", "value": language, "url": address},
        ]
    )


def too_wide(page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def reported(page) -> str:
    page.goto("/desk/new")
    page.fill("[name=text]", "菜场门口的垃圾堆了两天没人收，味道很大，苍蝇很多。")
    page.fill("[name=place_text]", "菜场")
    page.click("[data-submit='1']")
    page.wait_for_url("**/desk/cases/**")
    return str(page.url.split("?")[0])


@pytest.mark.parametrize("width", [390, 360])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_large_type_makes_no_page_of_the_desk_wider_than_a_phone(person, address, width, language):
    page = person("operator", size={"width": width, "height": 844})
    case = reported(page)
    large(page, address, language)
    for path in ("/desk/", "/desk/cases", "/follow", case):
        page.goto(path)
        assert page.get_attribute("html", "data-size") == "large"
        assert too_wide(page) <= 0, path


def test_the_words_of_a_small_button_stand_on_one_line_on_a_phone(person):
    page = person(size=PHONE)
    page.goto("/report")
    page.fill("place-picker input[type=search]", "新海")
    page.locator(".place-found button").first.click()
    assert page.locator(".place-chosen .switch").bounding_box()["height"] < LINE_PX
    page.fill("[name=place_text]", "门口的大树下")
    page.wait_for_timeout(600)
    page.goto("/report")
    bar = page.locator(".notice .switch")
    bar.wait_for()
    assert bar.bounding_box()["height"] < LINE_PX


def test_the_duty_officers_queues_leave_no_hole_beside_a_long_one(person):
    page = person("duty")
    tops = page.locator(".home-queue").evaluate_all("all => all.map((one) => one.getBoundingClientRect().toJSON())")
    for column in {round(one["left"]) for one in tops}:
        stack = sorted((one for one in tops if round(one["left"]) == column), key=lambda one: one["top"])
        for above, below in itertools.pairwise(stack):
            assert below["top"] - above["bottom"] < 100
