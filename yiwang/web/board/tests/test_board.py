"""The public board as anybody meets it: what was promised, nothing that is not known, and the same for programs."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from yiwang.kernel import walltime
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.plan import steps
from yiwang.plan.commitments import Commitment, Evidence, Target
from yiwang.plan.facts import ItemNamed, Words
from yiwang.plan.items import Contents
from yiwang.plan.loading import read_contents
from yiwang.plan.parsing.outline import parse
from yiwang.web.board.files import as_csv

pytestmark = pytest.mark.django_db

CALL = Call(Actor(ActorKind.SYSTEM), datetime(2031, 3, 2, 4, 0, tzinfo=UTC), "command")
TEXT = "2031年某镇工作要点\n一、改善环境\n(1)绿化古树。新建绿地3.5亩,举办运动会。\n"
CONTENTS = Contents(
    2031,
    (
        ItemNamed(0, Words("前言", "Preamble"), "", Words("前言", "Preamble")),
        ItemNamed(1, Words("绿化", "Green"), "一", Words("环境", "Environment")),
    ),
)
NAMED = {"zh-Hans": "绿地面积不少于计划数", "en": "As much green as planned"}
MEASURED = {"zh-Hans": "新建绿地的测绘面积", "en": "Surveyed area"}
ROWS = (
    Commitment(
        "1.01", 1, NAMED, ("S14",), ("target",), "urban", MEASURED, Target(Decimal("3.5"), "mu", ">="), (12, 31), 0,
        Evidence("signed", MEASURED), None,
    ),
)  # fmt: skip


@pytest.fixture
def town() -> Client:
    """A town with one promise of 2031 and its document, met by a visitor in 2031."""
    people_teams.create_team("urban", "department", name_zh="规划办", name_en="Planning", call=CALL)
    steps.promise_year(2031, CONTENTS, ROWS, call=CALL)
    steps.keep_document(2031, parse(TEXT), text=TEXT, filename="a.txt", sha256="0" * 64, call=CALL)
    with walltime.at(datetime(2031, 6, 1, 4, 0, tzinfo=UTC)):
        yield Client()


def page(client: Client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_latest_year_stands_at_one_address_with_its_items(town: Client) -> None:
    said = page(town, "/plan")
    assert "2031 年镇里答应的事" in said
    assert "1 条要点，1 项任务" in said
    assert "绿化古树" in said
    assert "无数据 1" in said
    assert "演示：这里是" not in said


def test_an_item_lists_each_promise_with_owner_target_and_day(town: Client) -> None:
    said = page(town, "/plan/2031/item/1")
    for words in ("绿地面积不少于计划数", "规划办", "≥ 3.5 亩", "2031年12月31日", "无数据"):
        assert words in said
    assert "/plan/2031/promise/1.01" in said


def test_a_promise_has_a_page_of_its_own_with_the_published_words_and_no_made_up_figure(town: Client) -> None:
    said = page(town, "/plan/2031/promise/1.01")
    for words in (
        "新建绿地3.5亩",
        "软件按字词对上，还没有人核对",
        "新建绿地的测绘面积",
        "有人签认的数或文件",
        "还没有依据",
    ):
        assert words in said
    start = TEXT.index("新建绿地")
    assert f"第 {start} 到 {start + 8} 字" in said


@pytest.mark.parametrize("address", ["/plan/2031", "/plan/2031/item/1"])
def test_each_number_of_promises_on_the_board_opens_to_just_these(town: Client, address: str) -> None:
    counted = re.findall(r'class="plan-count" href="([^"]+)".*?(\d+)\s*</span>', page(town, address), re.DOTALL)
    assert counted
    for href, number in counted:
        assert f"data-count>{number}<" in page(town, unescape(href)), href


@pytest.mark.parametrize(
    "asked", ["q=绿地", "q=MUCH%20green", "q=1.0", "owner=urban", "q=绿地&item=1&owner=urban&colour=grey"]
)
def test_a_promise_is_found_by_its_words_in_both_languages_its_number_its_owner_and_its_state(
    town: Client, asked: str
) -> None:
    found = page(town, f"/plan/2031/promises?{asked}")
    assert "data-count>1<" in found
    assert "规划办</option>" in found
    assert ('name="item" value="1"' in found) == ("item=1" in asked)


def test_words_that_no_promise_has_find_none_and_stand_in_the_field_as_they_were_typed(town: Client) -> None:
    found = page(town, "/plan/2031/promises?q=%22%3E没有%00")
    assert "data-count>0<" in found
    assert 'value="&quot;&gt;没有"' in found


def test_a_name_in_a_table_may_take_a_second_line_on_a_phone_and_is_never_cut_off() -> None:
    style = (Path(__file__).parents[1] / "static/board/board.css").read_text()
    outside = re.sub(r"@media \(min-width: 641px\) \{.*?\n\}", "", style, flags=re.DOTALL)
    assert "white-space: nowrap" in style.replace(outside, "")
    assert not re.search(r"td:first-child[^}]*nowrap", outside)


def test_a_page_in_english_says_so_too(town: Client) -> None:
    town.cookies["django_language"] = "en"
    said = page(town, "/plan/2031/promise/1.01")
    for words in ("As much green as planned", "Planning", "≥ 3.5 mu", "31 Dec 2031", "no data"):
        assert words in said
    assert "<h2>Environment</h2>" in page(town, "/plan/2031")


def test_a_program_gets_the_same_with_nothing_for_what_is_not_known(town: Client) -> None:
    told = json.loads(town.get("/plan/2031/promise/1.01/data.json").content)
    assert (told["value"], told["colour"], told["target"], told["late"]) == (None, "grey", "3.5", False)
    assert [one["quote"] for one in told["quotes"]] == ["新建绿地3.5亩"]
    assert all(TEXT[one["start"] : one["end"]] == one["quote"] for one in told["quotes"])
    assert [one["row"] for one in json.loads(town.get("/plan/2031/data.json").content)["promises"]] == ["1.01"]
    for address in ("/plan/2031/data.csv", "/plan/2031/promise/1.01/data.csv"):
        (row,) = csv.DictReader(io.StringIO(town.get(address).content.decode("utf-8-sig")))
        assert (row["row"], row["comparator"], row["target"], row["value"]) == ("1.01", ">=", "3.5", "")


def test_a_cell_that_a_spreadsheet_would_compute_is_a_text() -> None:
    assert "'=HYPERLINK" in as_csv([{"a": '=HYPERLINK("x")'}], "x").content.decode("utf-8-sig")


def test_promises_of_another_year_say_so_on_every_page(town: Client) -> None:
    steps.promise_year(2033, CONTENTS, ROWS, call=CALL)
    for address in ("/plan/2033", "/plan/2033/item/1", "/plan/2033/promise/1.01"):
        assert "演示：这里是 2031 年要点里的任务" in page(town, address)
    assert "新建绿地3.5亩" in page(town, "/plan/2033/promise/1.01")
    assert "2031" in page(town, "/plan")


def test_a_year_without_promises_and_a_row_that_is_not_there_are_told_as_not_found(town: Client) -> None:
    for address in ("/plan/1999", "/plan/2031/item/9", "/plan/2031/promise/9.99", "/plan/2031/promise/9.99/data.json"):
        assert town.get(address).status_code == 404


def test_a_town_without_a_plan_says_how_to_begin() -> None:
    assert "还没有要点" in page(Client(), "/plan")


def test_the_contents_of_the_installed_town_name_26_items_in_8_chapters() -> None:
    contents = read_contents(settings.ROOT / "towns" / "xinhai" / "plan_items.yaml")
    assert [item.no for item in contents.items] == list(range(27))
    assert len({item.chapter for item in contents.items if item.no}) == 8


@pytest.mark.parametrize(
    "moment",
    ["0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31", "2031-13-01", "\x00"],
)
def test_no_day_in_an_address_breaks_a_public_page(town: Client, moment: str) -> None:
    for address in ("/plan/2031/promises", "/plan/2031/promise/1.01"):
        assert town.get(address, {"as_of": moment}).status_code == 200, address


def test_an_address_that_no_database_keeps_is_an_address_of_nothing(town: Client) -> None:
    for row in ("%00", "1.01%00"):
        for file in ("", "/data.json", "/data.csv"):
            assert town.get(f"/plan/2031/promise/{row}{file}").status_code == 404, (row, file)
