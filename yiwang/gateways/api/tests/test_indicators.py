"""Indicators over the API: a figure, its cells and the cases behind it add up, as JSON and as CSV."""

import csv
import io
from typing import Any

import pytest

from yiwang.indicators import jobs
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer

pytestmark = pytest.mark.django_db

CODE = "grid.valid_reports"


@pytest.fixture
def counted(somebody: Any) -> list[str]:
    """Three reports, two of them accepted and one of these dispatched, taken into the figures."""
    visitor, desk, dispatcher = (somebody(name) for name in ("", "operator", "dispatcher"))
    numbers = [visitor.post("/reports", {"text": f"路灯不亮 {n}"}).json()["number"] for n in range(3)]
    for number in numbers[:2]:
        desk.post(f"/cases/{number}/accept", {"type_code": "C-01-02", "title": "路灯"})
    dispatcher.post(f"/cases/{numbers[0]}/dispatch", {"team": "utilities"})
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(walltime.now())
    return numbers


def test_a_figure_its_cells_and_its_rows_add_up(somebody, counted):
    leader = somebody("leader")
    figures = leader.get("/indicators").json()
    one = next(each for each in figures["indicators"] if each["code"] == CODE)
    assert (one["numerator"], one["denominator"], one["percent"], one["shown"]) == (2, 2, None, "counts")
    assert figures["position"] > 0
    told = leader.get(f"/indicators/{CODE}/cells").json()
    assert sum(cell["numerator"] for cell in told["cells"]) == told["numerator"] == 2
    assert sorted(str(cell["team"]) for cell in told["cells"]) == ["None", "utilities"]
    behind = leader.get(f"/indicators/{CODE}/rows/denominator?size=1").json()
    further = leader.get(f"/indicators/{CODE}/rows/denominator?size=1&after={behind['next']}").json()
    assert {behind["rows"][0]["number"], further["rows"][0]["number"]} == set(counted[:2])
    assert further["next"] is None


def test_the_same_as_a_sheet(somebody, counted):
    leader = somebody("leader")
    for address, lines in (("", 16), (f"/{CODE}", 1), (f"/{CODE}/cells", 2), (f"/{CODE}/rows/numerator", 2)):
        answer = leader.get(f"/indicators{address}?form=csv")
        assert answer["Content-Type"].startswith("text/csv")
        found = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(found) >= lines
    assert {row["number"] for row in found} == set(counted[:2])


def test_a_scope_narrows_and_an_unknown_department_month_or_indicator_is_told(somebody, counted):
    leader = somebody("leader")
    assert leader.get(f"/indicators/{CODE}?team=utilities").json()["denominator"] == 1
    assert leader.get(f"/indicators/{CODE}?as_of=2020-01-01").json()["shown"] == "nothing"
    assert leader.get(f"/indicators/{CODE}?as_of=0674-08-28").json()["as_of"] == "0674-08-28T15:54:16.999Z"
    assert leader.get(f"/indicators/{CODE}?team=nobody").status_code == 404
    assert leader.get(f"/indicators/{CODE}?committee=nowhere").status_code == 404
    assert leader.get("/indicators/grid.nothing").status_code == 404
    assert leader.get(f"/indicators/{CODE}?first=2026-13").status_code == 422


def test_figures_of_the_whole_town_are_not_for_a_department(somebody, counted):
    assert somebody("utilities").get("/indicators").status_code == 403
    assert somebody("").get("/indicators").status_code == 401


def test_anybody_reads_what_is_public_and_nothing_of_very_few(somebody, counted):
    visitor = somebody("")
    found = {one["code"]: one for one in visitor.get("/figures").json()}
    assert (found[CODE]["shown"], found[CODE]["numerator"], found[CODE]["disclosure"]) == ("withheld", None, "live")
    assert found["hotline.solved"]["reviewed_by"] == "leader"
    assert found["grid.dispatched_rightly"]["reason_en"]
    one = visitor.get(f"/figures/{CODE}").json()
    assert {line["shown"] for line in one["lines"]} == {"withheld"}
    assert visitor.get("/figures?year=1999").status_code == 422
    assert visitor.get("/figures/grid.nothing").status_code == 404
    assert visitor.get(f"/figures/{CODE}?form=csv").content.decode("utf-8-sig").startswith("by,key,name")
