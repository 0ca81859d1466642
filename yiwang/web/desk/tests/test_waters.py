"""Rivers, outlets, plants and sites at the desk: what the registers say, what was measured there, and what is not there is said."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest

from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.samples import taking
from yiwang.intake.sensing.steps import stations
from yiwang.intake.sensing.steps.storing import store
from yiwang.kernel import walltime
from yiwang.kernel.places import steps as places
from yiwang.kernel.places.queries import town_map
from yiwang.kernel.places.rules import Draft, Kind
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.registers import importing

pytestmark = pytest.mark.django_db
NOW = walltime.now()
CALL = Call(Actor(ActorKind.SYSTEM), NOW, "test")
YESTERDAY = walltime.day_begins(walltime.town_day(NOW)) - timedelta(days=1)
SHEETS = {
    "river": "河道,河长级别,河长职务,责任部门,水质目标\nR1,镇级,副镇长,water,Ⅲ类\n",
    "water_section": (
        "断面编号,断面名称,所在河道,断面级别,是否考核,目标类别,责任部门,经度,纬度\n"
        "D1,东断面,R1,区控,是,Ⅲ类,water,121.365,31.805\n"
    ),
    "section_month": "断面编号,监测月份,水质类别,氨氮（mg/L）\nD1,2026-10-01,Ⅳ类,1.20\n",
    "outlet": (
        "排污口编号,排污口名称,受纳河道,排污口类型,排污单位,排污许可证编号,COD许可限值（mg/L）,计划采样（次/年）,监管部门,经度,纬度\n"
        "P1,甲厂排口,R1,企业,甲厂,X1,80,12,water,121.366,31.805\n"
        "P2,乙厂排口,R1,企业,乙厂,X2,,4,water,121.367,31.805\n"
        "P3,雨水口,R1,雨水,镇里,,,,water,121.368,31.805\n"
    ),
    "discharge_permit": (
        "许可证编号,排放口编号,持证单位,发证日期,有效期至,COD许可限值（mg/L）\n"
        "X1,P1,甲厂,2024-01-01,2099-12-31,80\n"
        "X2,P2,乙厂,2019-01-01,2024-12-31,80\n"
    ),
    "sewage_plant": "设施编号,设施名称,执行标准,设计规模（立方米/日）,责任部门,经度,纬度\nW1,东处理站,一级A,800,water,121.369,31.805\n",
    "construction_site": (
        "工地编号,工地名称,工程类别,有扬尘在线监测,有噪声在线监测,监管部门,经度,纬度\n"
        "G1,南路工地,道路桥梁,是,否,water,121.37,31.805\n"
        "G2,北路工地,道路桥梁,否,否,water,121.371,31.805\n"
    ),
}  # fmt: skip


def station(town, code, register, key, streams):
    said = Description(
        code,
        f"{code}站",
        f"Station {code}",
        "hj212",
        code,
        town.teams["water"],
        date(2026, 1, 1),
        register=register,
        register_key=key,
    )
    stations.register_station(said, [StreamDescription(*one) for one in streams], call=CALL)


def sent(code, readings):
    store("hj212", [Packet(code, NOW, [Measured(*one) for one in readings], b"##x")], call=CALL)


@pytest.fixture
def waters(town):
    places.register_place(
        Draft(Kind.RIVER, "R1", "试验河", "LINESTRING (121.361 31.805, 121.379 31.805)", "LineString"), call=CALL
    )
    for code, sheet in SHEETS.items():
        assert importing.take(code, sheet.encode(), f"{code}.csv", call=CALL).refused == ()
    station(town, "out-1", "outlet", "P1", [("w01018", "rtd", "realtime", "mg/L", 300)])
    station(town, "dust-1", "construction_site", "G1", [("a34001", "avg", "minute", "mg/m³", 900)])
    station(
        town,
        "lab-1",
        "water_section",
        "D1",
        [("w21003", "rtd", "sample", "mg/L", 2592000), ("w01009", "rtd", "sample", "mg/L", 2592000)],
    )
    sent("out-1", [("w01018", "rtd", "realtime", YESTERDAY, Decimal(88), "N")])
    quarters = [YESTERDAY + timedelta(minutes=15 * n) for n in range(3)]
    sent("dust-1", [("a34001", "avg", "minute", at, Decimal("2.5"), "N") for at in quarters])
    sent(
        "lab-1",
        [
            (factor, "rtd", "sample", YESTERDAY, Decimal(value), "N")
            for factor, value in (("w21003", "0.9"), ("w01009", "1.5"))
        ],
    )
    return town


def page(town, who, path, language="zh-hans"):
    answer = town.client(who, language).get(path)
    assert answer.status_code == 200, path
    return unescape(answer.content.decode())


def lines(shown):
    """The table's rows in words, by the first cell."""
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", shown.partition("<tbody>")[2].partition("</tbody>")[0], re.DOTALL):
        cells = [
            re.sub(r"<svg.*?</svg>|<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        ]
        found[cells[0]] = cells[1:]
    return found


def test_the_staff_see_every_river_by_class_and_open_one_with_its_sections_stations_and_samples(waters):
    listed = page(waters, "leader", "/desk/rivers")
    for told in (
        "Ⅳ类（轻度污染）",
        "监测断面共1个，其中要考核的1个：达到目标0个，没有达到1个，月报里没有0个。",
        "全镇断面合起来评价：轻度污染",
    ):
        assert told in listed
    shown = page(waters, "leader", "/desk/rivers/R1")
    assert "没有达到Ⅲ类的目标" in shown
    assert "lab-1站" in shown
    sample = shown.partition("监测站点和本镇采样")[2].partition("lab-1站")[2]
    assert "劣Ⅴ类（2/21项）" in sample  # oxygen 1.5
    assert "黑臭" in sample


def test_the_row_of_a_section_and_its_river_show_what_was_last_measured(waters):
    station(waters, "auto-1", "water_section", "D1", [("w21003", "rtd", "realtime", "mg/L", 600)])
    sent("auto-1", [("w21003", "rtd", "realtime", YESTERDAY, Decimal("1.75"), "N")])
    row = page(waters, "leader", "/desk/registers/water_section/row/D1")
    for told in ("Ⅳ类（轻度污染）", "目标：Ⅲ类", "没有达到Ⅲ类的目标", "镇里自己测的", "人工采样", "/desk/rivers/R1"):
        assert told in row
    read = page(waters, "leader", "/desk/rivers/R1").partition("auto-1站")[2]
    assert "自动站的读数（一个时刻不评类别）" in read
    assert "1.75 mg/L" in read


def test_an_open_case_at_the_river_is_listed_for_who_may_read_it(waters):
    river = town_map(CALL.actor).coded(Kind.RIVER, "R1")
    case_id = waters.accepted(place_id=river.place_id)
    assert waters.number(case_id) in page(waters, "leader", "/desk/rivers/R1")


def test_an_outlet_without_a_valid_permit_says_so_and_its_last_value_is_compared_with_its_limit(waters):
    found = lines(page(waters, "leader", "/desk/outlets"))
    assert found["甲厂排口"][3:5] == ["许可有效，到2099-12-31", "COD 80"]
    assert found["甲厂排口"][-1] == "最近所测超过许可限值"  # 88 > 80
    assert (found["乙厂排口"][3], found["乙厂排口"][-1]) == ("许可已于2024-12-31到期", "无数据")
    assert (found["雨水口"][3], found["雨水口"][5]) == ("不需要排污许可", "没有接入站点")


def test_the_list_of_outlets_says_which_of_them_the_figure_of_permits_counts(waters):
    shown = page(waters, "leader", "/desk/outlets")
    assert "需要许可的排口 2 个，今天许可有效 1 个" in shown
    assert "不需要许可的 1 个不计入" in shown


@pytest.mark.parametrize("path", ["outlets", "plants", "sites", "air", "rivers/R1"])
def test_the_section_of_rivers_is_the_open_one_on_the_pages_of_its_tabs(waters, path):
    nav = page(waters, "leader", f"/desk/{path}").partition("desk-nav")[2].partition("</nav>")[0]
    assert re.findall(r"aria-current=\"page\"[^>]*><span>([^<]*)", nav) == ["河道水质"]


def test_the_samples_of_the_year_stand_beside_those_that_were_planned(waters):
    laboratory = Description(
        "lab-2", "甲厂排口采样", "Samples of P1", "laboratory", "lab-2", waters.teams["water"], date(2019, 1, 1),
        register="outlet", register_key="P1",
    )  # fmt: skip
    stations.register_station(laboratory, [StreamDescription("w01018", "rtd", "sample", "mg/L", 2592000)], call=CALL)
    today = walltime.town_day(NOW)
    rows = "".join(f"lab-2,{day},60\n" for day in (today, today.replace(year=today.year - 1, day=1)))
    assert taking.take(f"站点,采样日期,COD(mg/L)\n{rows}".encode(), "a.csv", call=CALL).entered.samples == 2
    found = lines(page(waters, "leader", "/desk/outlets"))
    assert [found[name][6] for name in ("甲厂排口", "乙厂排口", "雨水口")] == [
        "1 / 12",
        "— / 4",
        "无数据",  # of the second nobody here knows
    ]


def test_a_list_is_narrowed_by_its_register_s_own_choices(waters):
    assert set(lines(page(waters, "leader", "/desk/outlets?kind=rain"))) == {"雨水口"}
    assert set(lines(page(waters, "leader", "/desk/sites?dust_monitor=no"))) == {"北路工地"}


def test_a_plant_that_nobody_measured_has_no_verdict(waters):
    assert lines(page(waters, "leader", "/desk/plants"))["东处理站"] == [
        "无数据", "800", "一级A", "无数据", "无数据", "没有接入站点", "无数据", "无数据",
    ]  # fmt: skip


def test_a_site_tells_whether_dust_is_measured_and_what_the_last_day_was(waters):
    found = lines(page(waters, "leader", "/desk/sites"))
    assert found["南路工地"][2:4] == ["是", "dust-1站"]
    assert found["南路工地"][5:] == ["2.5", "超标（超过2.0 mg/m³ 3次（至多1次）、超过1.0 mg/m³ 3次（至多6次））"]
    assert found["北路工地"][2:] == ["否", "没有接入站点", "无数据", "无数据", "无数据"]


@pytest.mark.parametrize("path", ["/desk/rivers", "/desk/rivers/R1", "/desk/outlets", "/desk/plants", "/desk/sites"])
def test_the_pages_are_in_english_for_who_asks_so(waters, path):
    page(waters, "leader", path, "en")
