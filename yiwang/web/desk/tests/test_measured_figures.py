"""Figures of what was measured, through the pages: from the district's sheet to the promise, and each number down to its rows."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client

from yiwang.indicators import jobs
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.places import loading
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.kernel.zone import TOWN_ZONE
from yiwang.plan import steps as plans
from yiwang.plan.commitments import Commitment, Evidence, Target
from yiwang.plan.facts import ItemNamed, Source, Words
from yiwang.plan.items import Contents
from yiwang.registers import importing

PLACES = settings.ROOT / "towns" / "xinhai" / "places"
SECTIONS = """断面编号,断面名称,所在河道,断面级别,是否考核,目标类别,责任部门,经度,纬度,生效日期
D-1,一号断面,R-X01,区控,是,Ⅲ类,water,121.37411,31.79805,2031-01-01
D-2,二号断面,R-C01,镇级,否,Ⅴ类,water,121.40668,31.79935,2031-01-01
"""
MONTHS = """断面编号,监测月份,水质类别,生效日期
D-1,2031-01-01,Ⅲ类,2031-02-10
D-1,2031-02-01,Ⅳ类,2031-03-10
D-2,2031-01-01,劣Ⅴ类,2031-02-10
D-2,2031-02-01,Ⅴ类,2031-03-10
"""
BOTH = {"zh-Hans": "水变好", "en": "Better water"}
CONTENTS = Contents(2031, (ItemNamed(1, Words("水", "Water"), "一", Words("环境", "Environment")),))
NONE_WORSE = Target(Decimal(0), "count", "=")
APRIL = datetime(2031, 4, 2, 9, tzinfo=TOWN_ZONE)


def counted() -> None:
    """What the town's worker does in its loops: place what was committed, and take it into the figures."""
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(walltime.now())


def take(code: str, sheet: str) -> None:
    call = Call(Actor(ActorKind.SYSTEM), walltime.now(), "test")
    assert importing.take(code, sheet.encode(), f"{code}.csv", call=call).refused == ()


def figure(page: str, code: str) -> tuple[str, str, str]:
    """The value, numerator and denominator that a page shows for an indicator."""
    line = re.search(rf'data-figure="{re.escape(code)}".*?</tr>', page, re.S)[0]
    return (re.search(r'data-kind="\w+">([^<]*)', line)[1], *re.findall(r'to-end"><a href="[^"]+">([^<]*)', line))


@pytest.fixture
def waters(town):
    """A town with two sections, in April 2031; nothing was measured yet."""
    with walltime.at(APRIL):
        loading.load_places(PLACES, call=Call(Actor(ActorKind.SYSTEM), APRIL, "test"))
        take("water_section", SECTIONS)
        counted()
        yield town


def test_nothing_measured_is_no_data_with_the_reason_and_never_nought(waters):
    page = waters.client("leader").get("/desk/indicators").content.decode()
    assert figure(page, "waters.worse_than_v") == ("无数据", "0", "0")
    assert "本期没有断面监测结果，不等于没有劣Ⅴ类。" in page


def test_a_sheet_moves_the_figures_and_each_number_opens_to_its_sections(waters):
    take("section_month", MONTHS)
    counted()
    leader = waters.client("leader")
    page = leader.get("/desk/indicators").content.decode()
    assert figure(page, "waters.sections_on_target") == ("1 / 2", "1", "2")
    assert figure(page, "waters.worse_than_v") == ("1 / 4", "1", "4")
    line = re.search(r'data-figure="waters.worse_than_v".*?</tr>', page, re.S)[0]
    numerator = re.search(r'to-end"><a href="([^"]+)"', line)[1].replace("&amp;", "&")
    behind = leader.get(numerator).content.decode()
    assert re.findall(r'data-thing="([^"]+)"', behind) == ["D-2·2031-01-01"]
    assert "劣Ⅴ类" in behind
    for href in re.findall(r'href="(/desk/registers/[^"]+)"', behind):
        assert "D-2" in leader.get(href).content.decode()


def test_a_corrected_row_is_counted_as_corrected_and_as_it_was_on_the_day_before(waters):
    take("section_month", MONTHS)
    counted()
    take("section_month", "断面编号,监测月份,水质类别,生效日期\nD-2,2031-01-01,Ⅴ类,2031-03-20\n")
    counted()
    leader = waters.client("leader")
    assert figure(leader.get("/desk/indicators").content.decode(), "waters.worse_than_v")[1:] == ("0", "4")
    then = leader.get("/desk/indicators?as_of=2031-03-19").content.decode()
    assert figure(then, "waters.worse_than_v")[1:] == ("1", "4")
    before = leader.get("/desk/indicators?as_of=2031-03-01").content.decode()
    assert figure(before, "waters.worse_than_v")[1:] == ("1", "2")


def test_strangers_read_figures_of_water_as_they_are_however_few(waters):
    take("section_month", MONTHS)
    counted()
    told = Client().get("/figures/waters.sections_on_target/data.json?year=2031").json()
    assert (told["numerator"], told["denominator"], told["shown"]) == (1, 2, "counts")
    assert [(one["key"], one["numerator"], one["denominator"]) for one in told["lines"] if one["by"] == "month"] == [
        ("2031-01", 1, 1), ("2031-02", 0, 1)
    ]  # fmt: skip


def promised(*sources: tuple[Source, Target | None]) -> None:
    rows = [
        Commitment(
            f"1.{at:02}", 1, BOTH, ("S02",), ("target",), "water", BOTH, target, (12, 31), 0,
            Evidence("indicator", BOTH, source), None,
        )
        for at, (source, target) in enumerate(sources, 1)
    ]  # fmt: skip
    plans.promise_year(2031, CONTENTS, rows, call=Call(Actor(ActorKind.SYSTEM), walltime.now(), "test"))


def text(client: Client, address: str) -> str:
    """A page in words."""
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(address).content.decode()).split())


def test_a_promise_that_months_over_have_broken_is_red_before_its_day_and_its_row_says_why(waters):
    take("section_month", MONTHS)
    counted()
    promised(
        (Source(indicator="waters.worse_than_v", counted=True), NONE_WORSE),
        (Source(indicator="waters.worse_than_v"), None),
    )
    told = text(Client(), "/plan/2031/item/1")
    assert "告急 还没到期，但年内已经做不到" in told
    assert "留意 有数据，但没有定数可比" in told
    assert "1 / 4，截至 2031年4月2日（越低越好）" in told
    assert "还没到期，依据显示还没有做到" not in told


def test_the_public_page_of_figures_says_what_each_counts_and_which_of_them_are_withheld(waters):
    take("section_month", MONTHS)
    counted()
    told = text(Client(), "/figures?year=2031")
    assert "4 个断面月次里 1 个" in told
    assert "有的从案件里算，有的从监测数据、台账和仪器报警里算" in told
    assert "数居民案件的，不足 5 件的不公布" in told
    assert "数监测数据、台账和仪器报警的，不涉及个人，再少也公布" in told
    one = text(Client(), "/figures/waters.worse_than_v?year=2031")
    assert "这个数不涉及个人，再少也公布" in one
    assert "不足 5 件的不公布" not in one


def test_who_reads_no_rows_finds_no_way_to_them_and_none_to_a_figure_that_is_not_public(waters):
    take("section_month", MONTHS)
    counted()
    promised(
        (Source(indicator="waters.worse_than_v", counted=True), NONE_WORSE), (Source(indicator="grid.dispatched_rightly"), None),
        (Source(indicator="hotline.solved"), None),
    )  # fmt: skip
    assert "看背后的每一行" in text(waters.client("leader"), "/plan/2031/promise/1.01")
    own = text(Client(), "/plan/2031/promise/1.01")
    assert "按月看这个指标" in own
    for row in ("1.01", "1.02", "1.03"):
        assert "看背后的每一行" not in text(Client(), f"/plan/2031/promise/{row}")
    for row in ("1.02", "1.03"):
        assert "按月看这个指标" not in text(Client(), f"/plan/2031/promise/{row}")


def test_the_months_that_a_figure_is_of_stand_beside_it_at_the_desk_and_on_the_board(waters):
    take("section_month", MONTHS)
    counted()
    promised((Source(indicator="waters.worse_than_v", counted=True), NONE_WORSE))
    leader = waters.client("leader")
    assert "2030-05 至 2031-04" in text(leader, "/desk/indicators").replace("月份、居委", "")
    assert "2031-01 至 2031-04" in text(leader, "/desk/indicators/waters.worse_than_v?from=2031-01&to=2031-04")
    assert "劣Ⅴ类断面月次（2031-01 至 2031-04）：1 / 4" in text(Client(), "/plan/2031/promise/1.01")
