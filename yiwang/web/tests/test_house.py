import re
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils.safestring import mark_safe
from django.utils.translation import override

from yiwang.web import specimens
from yiwang.web.components import forms, frames, rows

CHINESE = re.compile(r"[一-鿿]+")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
# The other language's own name, code, and the official name of the sixth water class.
OWN_LANGUAGE = re.compile(r'<button[^>]+lang="zh-Hans"[^>]*>.*?</button>|<pre>.*?</pre>|劣Ⅴ', re.S)


def test_the_house_shows_every_component_in_chinese(chinese: Client) -> None:
    page = chinese.get("/house")
    assert page.status_code == 200
    text = page.content.decode()
    assert '<html lang="zh-Hans"' in text
    parts = """button field error-summary choices photo-add place-found notice toast dialog tabs filters pages document
        map-canvas tag level clock why timeline row table figure spark empty skeleton receipt summary switches keys"""
    missing = [part for part in parts.split() if not re.search(rf'class="[^"]*\b{part}\b', text)]
    assert missing == []


def test_the_house_has_no_chinese_left_in_english(english: Client) -> None:
    page = english.get("/house")
    assert page.status_code == 200
    text = page.content.decode()
    assert '<html lang="en"' in text
    text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    assert CHINESE.findall(OWN_LANGUAGE.sub("", text)) == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_refusal_says_what_why_and_what_to_do_as_page_and_as_toast(language: str) -> None:
    client = Client(headers={"Accept-Language": language})
    page = client.get("/house/problem")
    assert page.status_code == 403
    assert page.content.decode().count("<dd>") == 2
    toast = client.get("/house/problem", headers={"HX-Request": "true"})
    assert toast.status_code == 403
    assert toast["HX-Retarget"] == "#toasts"
    assert toast.content.decode().lstrip().startswith('<div class="toast toast-overdue" role="alert"')


def test_a_page_that_does_not_exist_says_so_in_plain_words(chinese: Client) -> None:
    page = chinese.get("/no/such/page")
    assert page.status_code == 404
    assert "没有这个页面" in page.content.decode()


def test_a_form_without_its_token_is_refused_in_plain_words() -> None:
    page = Client(enforce_csrf_checks=True).post("/settings/look", {"size": "large"})
    assert page.status_code == 403
    assert "再提交一次" in page.content.decode()


def test_pages_forbid_everything_inline_and_everything_from_elsewhere(chinese: Client) -> None:
    policy = chinese.get("/house")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(("method", "path"), [("get", "/house"), ("get", "/house/problem"), ("post", "/house/photo")])
def test_the_specimens_and_their_upload_door_are_there_in_a_demonstration_only(
    chinese: Client, settings: Any, method: str, path: str
) -> None:
    settings.DEMONSTRATION = True
    assert getattr(chinese, method)(path).status_code in (200, 201, 403)
    settings.DEMONSTRATION = False
    assert getattr(chinese, method)(path).status_code == 404


def test_a_demonstration_says_while_its_past_is_still_being_written(settings, tmp_path) -> None:
    settings.PAST = tmp_path / "life.jsonl"
    told = {"zh-hans": "往事还在补写", "en": "still being written"}
    assert [
        words in Client(headers={"Accept-Language": one}).get("/").content.decode() for one, words in told.items()
    ] == [False, False]
    settings.PAST.touch()
    assert [
        words in Client(headers={"Accept-Language": one}).get("/").content.decode() for one, words in told.items()
    ] == [True, True]


def test_large_letters_and_the_scheme_are_kept_in_a_cookie(chinese: Client) -> None:
    answer = chinese.post("/settings/look", {"size": "large", "scheme": "dark", "next": "/house?room=portal"})
    assert answer.status_code == 302
    assert answer["Location"] == "/house?room=portal"
    page = chinese.get("/house").content.decode()
    assert 'data-size="large"' in page
    assert 'data-scheme="dark"' in page


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:1"])
def test_a_switch_never_leads_to_another_site(chinese: Client, elsewhere: str) -> None:
    assert chinese.post("/settings/look", {"size": "large", "next": elsewhere})["Location"] == "/"


@pytest.mark.parametrize(
    ("came_from", "back"), [("/house?x=1", True), ("//elsewhere.example/", False), ("/\\elsewhere.example", False)]
)
def test_the_way_back_from_a_refusal_never_leads_to_another_site(chinese: Client, came_from: str, back: bool) -> None:
    page = chinese.get("/house/problem", headers={"Host": "testserver", "Referer": f"http://testserver{came_from}"})
    assert ("返回上一页" in page.content.decode()) is back
    assert "elsewhere.example" not in page.content.decode()


def test_a_wish_nobody_offered_changes_nothing(chinese: Client) -> None:
    answer = chinese.post("/settings/look", {"size": "gigantic"})
    assert not answer.cookies


def test_the_language_switch_makes_the_next_page_english(chinese: Client) -> None:
    chinese.post("/settings/language", {"language": "en", "next": "/house"})
    assert '<html lang="en"' in chinese.get("/house").content.decode()


@pytest.mark.parametrize(
    ("minutes", "unit", "says"),
    [
        (245, "office", "还有 4 个工作小时 5 分钟"),
        (45, "urgent", "还有 45 分钟"),
        (125, "urgent", "还有 2 小时 5 分钟"),
        (240, "workday", "还有 4 个工作小时"),
        (45, "office", "还有 45 个工作分钟"),
        (20, "workday", "还有 20 个工作分钟"),
        (0, "office", "还有 0 个工作分钟"),
        (-130, "office", "已超 2 个工作小时 10 分钟"),
        (1250, "workday", "还有 2 个工作日 4 个工作小时"),
        (960, "workday", "还有 2 个工作日"),
        (2 * 1440, "day", "还有 2 天"),
        (None, "office", "无数据"),
    ],
)
def test_a_clock_tells_what_is_left_in_its_own_unit(minutes: int | None, unit: str, says: str) -> None:
    with override("zh-hans"):
        assert rows.clock(left_minutes=minutes, unit=unit)["text"] == says


def test_a_clock_is_due_soon_when_it_is_told_so() -> None:
    with override("zh-hans"):
        assert rows.clock(left_minutes=45, state="soon")["text"] == "快到期，还有 45 个工作分钟"


def test_missing_is_no_data_and_never_nought() -> None:
    columns = [{"key": "cases", "text": "案件"}]
    table = rows.data_table({}, columns, [{"cases": None}, {"cases": 0}])
    assert [row[0]["missing"] for row in table["rows"]] == [True, False]
    assert rows.figure_tile("满意率", None)["missing"]
    assert not rows.figure_tile("受理", 0)["missing"]
    assert rows.sparkline([1, None, 3])["lines"] == []
    assert len(rows.sparkline([1, 2, None, 3, 4])["lines"]) == 2


def test_a_handler_or_style_attribute_is_a_programmers_mistake() -> None:
    with pytest.raises(ValueError, match="onclick"):
        forms.button("提交", onclick="x()")
    with pytest.raises(ValueError, match="style"):
        forms.field("a", "甲", style="color:red")


def test_what_a_person_typed_is_escaped_in_attributes() -> None:
    assert '"><script>' not in forms.button("x", value='"><script>')["attributes"]


def test_errors_lead_to_their_fields_and_to_nowhere_for_the_whole_form() -> None:
    lines = forms.error_summary({"phone": "手机号应为 11 位数字", "": "请重新提交"})["lines"]
    assert [line["target"] for line in lines] == ["id_phone", ""]


def test_a_map_refuses_a_kind_of_layer_it_cannot_draw() -> None:
    with pytest.raises(AssertionError, match="hologram"):
        frames.town_map(layers=[{"id": "x", "text": "x", "kind": "hologram"}])


def test_invented_people_carry_obviously_invented_names() -> None:
    with override("zh-hans"):
        told = str(specimens.context())
    assert "测试甲" in told
    assert not re.search(r"1[3-9]\d{9}", told)


def test_a_tag_that_was_drawn_for_a_safe_text_is_not_shown_for_the_same_text_of_a_stranger():
    drawn = Template("{% load house %}{% status_tag text 'done' %}")
    text = "<b>办结</b>"
    assert text in drawn.render(Context({"text": mark_safe(text)}))  # noqa: S308 - the test's own
    assert text not in drawn.render(Context({"text": text}))
