"""The table of a month, issued at the desk: each of its figures opens the cases that it counted."""

import io
import re
from datetime import timedelta

import openpyxl

from yiwang.kernel import walltime
from yiwang.web.desk.tests.test_figures import counted


def test_every_number_of_a_months_table_opens_the_cases_of_that_moment(town):
    town.closed()
    late = town.handling("water")
    counted()
    leader = town.client("leader")
    month = f"{walltime.town_day(walltime.now()):%Y-%m}"
    page = leader.post("/plan/summaries/new", {"of": f"month:{month}", "disclosure": "internal"}, follow=True)
    assert "第1期" in page.content.decode()
    address = page.redirect_chain[-1][0]
    town.finish(late, "water") if town.state(late) == "dispatched" else None
    counted()
    with walltime.at(walltime.now() + timedelta(minutes=5)):
        town.closed()
        counted()
        book = openpyxl.load_workbook(io.BytesIO(leader.get(f"{address}/file.xlsx").content))
        for title in ("全镇", "按部门", "按居委"):
            for line in book[title].iter_rows():
                for cell in line[2:4]:
                    if cell.hyperlink and float(cell.value) == int(cell.value):
                        rows = leader.get(cell.hyperlink.target.removeprefix("http://testserver")).content.decode()
                        assert len(re.findall(r"data-number=", rows)) == cell.value, cell.hyperlink.target
    in_town = {line[0].value: (line[2].value, line[3].value) for line in book["全镇"].iter_rows()}
    assert in_town["有效上报率"] == (2, 2)
    assert "水务管理站" in {line[1].value for line in book["按部门"].iter_rows()}


def test_a_months_table_is_seen_only_by_who_reads_the_towns_figures(town, client):
    month = f"{walltime.town_day(walltime.now()):%Y-%m}"
    page = town.client("duty_officer").post("/plan/summaries/new", {"of": f"month:{month}"}, follow=True)
    address = page.redirect_chain[-1][0]
    assert town.client("auditor").get(address).status_code == 200
    for who in ("operator", "sanitation"):
        assert town.client(who).get(address).status_code == 404
    assert client.get(address).status_code == 404
    assert town.client("operator").post("/plan/summaries/new", {"of": f"month:{month}"}).status_code == 403
