"""Through the desk's own pages: a figure, the cases behind it, and what is shown where there is nothing to count."""

import csv
import io
import re

import pytest

from yiwang.cases.steps import forward, sideways
from yiwang.indicators import jobs, law
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer


def counted() -> None:
    """What the town's worker does in its loops: place what was committed, and take it into the figures."""
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(walltime.now())


def figure(page: str, code: str) -> tuple[str, str, str]:
    """The value, numerator and denominator that a page shows for an indicator."""
    line = re.search(rf'data-figure="{re.escape(code)}".*?</tr>', page, re.S)[0]
    return (re.search(r'data-kind="\w+">([^<]*)', line)[1], *re.findall(r'to-end"><a href="[^"]+">([^<]*)', line))


def test_a_case_that_is_closed_moves_the_figure_and_stands_behind_it(town):
    town.closed()
    town.handling()
    counted()
    leader = town.client("leader")
    page = leader.get("/desk/indicators").content.decode()
    assert figure(page, "grid.closed") == ("1 / 1", "1", "1")
    assert figure(page, "grid.valid_reports") == ("2 / 2", "2", "2")
    assert figure(page, "grid.reworked") == ("0 / 1", "0", "1")


def test_every_number_opens_to_its_cases_and_they_add_up(town):
    one, other = town.closed(), town.accepted()
    counted()
    leader = town.client("leader")
    page = leader.get("/desk/indicators").content.decode()
    line = re.search(r'data-figure="grid.accepted_on_time".*?</tr>', page, re.S)[0]
    for part, text in re.findall(r'to-end"><a href="([^"]+)">(\d+)', line):
        behind = leader.get(part.replace("&amp;", "&")).content.decode()
        assert set(re.findall(r'data-number="(XH\w+)"', behind)) == {town.number(one), town.number(other)}
        assert text == "2"
    opened = re.search(r'class="row-title" href="([^"]+)"', behind)[1]
    assert "菜场门口垃圾" in leader.get(opened).content.decode()


def test_a_share_of_nothing_is_no_data_with_the_reason_and_never_all(town):
    town.report()
    counted()
    page = town.client("leader").get("/desk/indicators").content.decode()
    assert figure(page, "grid.closed") == ("无数据", "0", "0")
    assert "本期没有应结案的案件。" in page


def test_an_indicator_is_taken_apart_by_month_and_department_in_the_towns_order(town):
    for team in ("water", "sanitation", "sanitation"):
        forward.dispatch(town.accepted(), town.teams[team], call=town.call("dispatcher"))
    counted()
    page = town.client("auditor").get("/desk/indicators/grid.dispatched_on_time").content.decode()
    departments = page.partition("按部门")[2]
    assert re.findall(r"市容环卫所|水务管理站", departments.partition("</section>")[0]) == ["市容环卫所", "水务管理站"]
    assert departments.count("2 / 2") == 1
    assert f"{walltime.town_day(walltime.now()):%Y-%m}" in page.partition("按月")[2]


def test_a_reopened_case_is_not_closed_any_more_but_was_before(town):
    case_id = town.closed()
    counted()
    leader = town.client("leader")
    assert figure(leader.get("/desk/indicators").content.decode(), "grid.closed")[1] == "1"
    sideways.reopen(case_id, ground="not-mended", call=town.call("operator"))
    counted()
    assert figure(leader.get("/desk/indicators").content.decode(), "grid.closed") == ("无数据", "0", "0")


def test_the_satisfied_citizens_are_weighed_and_the_page_says_so(town):
    case_id = town.closed(channel="hotline", source_key="RX-1")
    forward.rate(case_id, solved="yes", satisfaction="fairly", call=town.call("operator"))
    counted()
    leader = town.client("leader")
    page = leader.get("/desk/indicators").content.decode()
    assert figure(page, "hotline.satisfied") == ("0.8 / 1", "0.8", "1")
    assert "计 0.8" in leader.get("/desk/indicators/hotline.satisfied/numerator").content.decode()


def test_a_day_before_anything_happened_has_no_data(town):
    town.closed()
    counted()
    page = town.client("leader").get("/desk/indicators?as_of=2020-01-01").content.decode()
    assert figure(page, "grid.valid_reports") == ("无数据", "0", "0")


@pytest.mark.parametrize("who", ["operator", "sanitation"])
def test_who_answers_for_a_part_of_the_work_only_reads_no_figures_of_the_town(town, who):
    client = town.client(who)
    assert client.get("/desk/indicators").status_code == 403
    assert "/desk/indicators" not in client.get("/desk/").content.decode()


def test_an_indicator_that_no_pack_has_is_told_so(town):
    answer = town.client("leader").get("/desk/indicators/grid.nothing")
    assert answer.status_code == 404
    assert "没有代码为“grid.nothing”的指标" in answer.content.decode()


def test_the_page_speaks_english(town):
    counted()
    page = town.client("leader", "en").get("/desk/indicators").content.decode()
    assert "Closed on time" in page
    assert "Formula and ground" in page


def test_figures_cells_and_rows_are_there_as_sheets_and_for_programs(town):
    one, other = town.accepted(), town.dispatched()
    counted()
    leader = town.client("leader")
    code = "grid.accepted_on_time"
    told = leader.get(f"/desk/indicators/{code}/export?form=json").json()
    assert (told["numerator"], told["denominator"], told["percent"]) == (2, 2, None)
    assert sum(cell["denominator"] for cell in told["cells"]) == 2
    assert {cell["team"] for cell in told["cells"]} == {None, "sanitation"}
    behind = leader.get(f"/desk/indicators/{code}/numerator/export?form=csv")
    lines = list(csv.DictReader(io.StringIO(behind.content.decode("utf-8-sig"))))
    assert {line["number"] for line in lines} == {town.number(one), town.number(other)}
    assert behind["Content-Disposition"].endswith('.csv"')
    everything = leader.get("/desk/indicators/export?form=json").json()
    assert {one["code"] for one in everything["indicators"]} == set(law.indicators())
    assert leader.get(f"/desk/indicators/{code}/middle/export").status_code == 404
    for page in ("/desk/indicators", f"/desk/indicators/{code}", f"/desk/indicators/{code}/denominator"):
        for address in re.findall(r'href="([^"]+form=(?:csv|json)[^"]*)"', leader.get(page).content.decode()):
            assert leader.get(address.replace("&amp;", "&")).status_code == 200


def test_where_a_formula_comes_from_is_said_in_the_pages_language(town):
    counted()
    pages = {
        language: town.client("leader", language).get("/desk/indicators/grid.closed").content.decode()
        for language in ("zh-hans", "en")
    }
    assert "两份公开的指标清单里的算法" in pages["zh-hans"]
    assert "formulas of two public lists" in pages["en"]
    assert "formulas of two public lists" not in pages["zh-hans"]
