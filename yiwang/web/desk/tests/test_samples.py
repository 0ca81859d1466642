"""A laboratory's sheet at the desk: looked at first, then entered; each sample opens to its row; nobody else's stations."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.samples.models import Sample
from yiwang.intake.sensing.steps import stations
from yiwang.kernel import walltime
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.terms import Actor, ActorKind, Call

pytestmark = pytest.mark.django_db
NOW = walltime.now().replace(microsecond=0)
DAY = NOW.date().replace(day=1).isoformat()
HEAD = "站点,采样日期,采样时间,样品编号,检测单位,采样人,氨氮(mg/L),总磷(mg/L)"
ROWS = (f"河道人工采样,{DAY},00:05,WS-1,区监测站,某某,0.82,<0.01", f"河道人工采样,{DAY},00:10,WS-2,区监测站,某某,很多,0.2",
        f"没有的站,{DAY},00:10,WS-3,区监测站,某某,1,1")  # fmt: skip


@pytest.fixture
def river(town):
    said = Description(
        "lab-1", "河道人工采样", "River samples", "laboratory", "R-X01", town.teams["water"], date(2020, 1, 1)
    )
    streams = [StreamDescription(one, "rtd", "sample", "mg/L", 2_592_000) for one in ("w21003", "w21011")]
    stations.register_station(said, streams, call=Call(Actor(ActorKind.SYSTEM), NOW, "test"))
    return town


def sent(town, who: str = "water", rows=ROWS, language: str = "zh-hans", status: int = 200, **more: str) -> str:
    sheet = SimpleUploadedFile("十一月.csv", "\n".join((HEAD, *rows)).encode())
    with walltime.at(NOW):
        answer = town.client(who, language).post("/desk/samples", {"sheet": sheet, **more})
    assert answer.status_code == status
    return answer.content.decode()


def page(town, who: str, path: str, status: int = 200, language: str = "zh-hans") -> str:
    with walltime.at(NOW):
        answer = town.client(who, language).get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_a_sheet_is_looked_at_without_keeping_anything_then_entered(river):
    seen = sent(river, go="check")
    assert "现在还没有保存" in seen
    assert Sample.objects.count() == 0
    done = sent(river)
    for shown in (seen, done):
        assert "没有叫“没有的站”的人工采样站点" in shown
        assert "“很多”" in shown
        assert "采样人" in shown
        assert "某某" not in shown
    assert Sample.objects.count() == 2


def test_the_station_lists_its_samples_and_each_opens_to_its_row(river):
    sent(river)
    listed = page(river, "water", "/desk/stations/lab-1")
    assert "氨氮 0.82，总磷 &lt;0.01" in listed
    link = re.findall(r"/desk/samples/[0-9a-f-]{36}", listed)[-1]
    shown = page(river, "water", link)
    for words in ("WS-1", "区监测站", "&lt;0.01", "低于检出限", "十一月.csv 第 2 行", "mg/L"):
        assert words in shown
    assert "某某" not in shown
    page(river, "sanitation", link, status=404)
    assert "below the detection limit" in page(river, "leader", link, language="en")


def test_another_department_enters_no_samples_here(river):
    assert "没有叫“河道人工采样”的人工采样站点" in sent(river, "sanitation")
    sent(river, "leader", status=403)
    assert Sample.objects.count() == 0


def test_a_sheet_of_which_every_sample_is_taken_says_so_to_the_department_that_sends_it(river):
    sent(river)
    told = sent(river, rows=[f"河道人工采样,{DAY},00:05,WS-9,区监测站,某某,0.7,0.1"])
    assert "WS-1" in told
    assert "未入库的行和单元格" in told
    assert Sample.objects.count() == 2


def test_the_registrar_enters_samples_of_every_station(river):
    call = Call(Actor(ActorKind.SYSTEM), NOW, "test")
    river.accounts["registrar"] = people.create_account("registrar", "登演示", call=call).account_id
    people.grant_role(river.accounts["registrar"], "registrar", call=call)
    sent(river, "registrar")
    assert Sample.objects.count() == 2


def test_a_file_that_is_no_sheet_is_refused_in_words(river):
    answer = SimpleUploadedFile("a.pdf", b"%PDF-1.4")
    with walltime.at(NOW):
        got = river.client("water").post("/desk/samples", {"sheet": answer})
    assert got.status_code == 422
    assert "PDF" in got.content.decode()
    assert "还没有选文件" in river.client("water").post("/desk/samples").content.decode()


def test_the_template_has_the_stations_and_factors_that_are_mine_and_can_be_entered(river):
    content = river.client("water").get("/desk/samples/template").getvalue()
    head, row = content.decode("utf-8-sig").splitlines()
    assert head == "站点,采样日期,采样时间,样品编号,检测单位,氨氮(mg/L),总磷(mg/L)"
    assert row == "河道人工采样,,,,,,"
    filled = f"{head}\n{row}\n河道人工采样,{DAY},00:05,WS-1,区监测站,0.82,0.1"
    sheet = SimpleUploadedFile("samples.csv", filled.encode())
    with walltime.at(NOW):
        shown = river.client("water").post("/desk/samples", {"sheet": sheet}).content.decode()
    assert Sample.objects.count() == 1
    assert "没有用到的列" not in shown
    assert "未入库的行和单元格" not in shown


def test_a_point_of_samples_tells_the_day_of_its_newest_sample_and_not_when_the_sheet_came_in(river):
    assert "没有样品" in page(river, "water", "/desk/stations")
    old = f"{NOW.year - 1}-03-05"
    sent(river, rows=(f"河道人工采样,{old},00:05,WS-1,区监测站,某某,0.82,0.1",))
    for path in ("/desk/stations", "/desk/stations/lab-1"):
        shown = page(river, "water", path)
        assert "3月5日" in shown
    assert "最近联系" not in shown


def test_a_check_says_what_would_happen_marks_what_is_not_stored_and_tells_of_a_day_without_a_time(river):
    rows = [f"河道人工采样,{DAY},,WS-1,区监测站,某某,27000,0.2"]
    seen = sent(river, rows=rows, go="check")
    assert "已另存" not in seen
    assert "导入时另存待查" in seen
    assert "氨氮 27000（不入库）" in seen
    assert "总磷 0.2（不入库）" not in seen
    assert "按当天 00:00 记" in seen
    assert "（表里没有时间）" in seen
    for shown in (sent(river, go="check"), sent(river)):
        assert "00:00 记" not in shown
        assert "不入库）" not in shown
