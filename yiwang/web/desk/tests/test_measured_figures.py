"""Figures of what was measured, through the pages: from the district's sheet to the promise, and each number down to its rows."""

import re
from datetime import datetime

import pytest
from django.conf import settings
from django.test import Client

from yiwang.indicators import jobs
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.places import loading
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.kernel.zone import TOWN_ZONE
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
