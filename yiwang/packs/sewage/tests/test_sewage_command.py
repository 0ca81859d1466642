"""`yiwang sewage judge`: sheets of samples and of means of days, and the hourly values of a real outlet read in place."""

import csv
import gzip
import json
import os
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from yiwang.kernel.problems import Problem
from yiwang.packs.sewage.commands import Item, PlantClass, app
from yiwang.packs.sewage.rules.effluent import ITEMS, EffluentClass

DATA = Path(os.environ.get("YIWANG_SHARED_DATA", Path(__file__).parents[5] / "shared" / "data")) / "water"
HOURLY = DATA / "effluent_sensor_hourly.csv.gz"
DAYS = (
    "设施名称,监测日期,水温(℃),COD(mg/L),氨氮(mg/L),总磷(μg/L),备注\n"
    "甲站,2025-06-01,20,45,5.5,400,x\n"
    "甲站,2025-06-02,,45,6,800,\n"
    "甲站,2025-06-03,20,45,<0.025,400,\n"
    "甲站,2026-03-02,20,4,1,100,\n"
    "甲站,某天,20,4,1,100,\n"
    "甲站,2025-06-04,20,>100,坏,400,\n"
)


def run(file, *more, code=0):
    answer = CliRunner().invoke(app, ["judge", str(file), *map(str, more)], catch_exceptions=False)
    assert answer.exit_code == code, answer.output
    return answer.stdout


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "days.csv"
    path.write_text(DAYS, encoding="utf-8")
    return path


def test_each_day_is_judged_by_the_law_of_that_day_and_says_what_is_wanted(sheet):
    told = json.loads(run(sheet, "--class", "first_a", "--json"))
    days = {day["day"]: day for day in told["days"]}
    assert {day: one["outcome"] for day, one in days.items()} == {
        "2025-06-01": "broken",
        "2025-06-02": "open",
        "2025-06-03": "kept",
        "2025-06-04": "kept",
        "2026-03-02": None,
    }
    assert days["2025-06-01"]["items"]["nh3n"] == {
        "mean": "5.500", "kept": "broken", "limits": ["5"], "multiple": "0.10", "removed_percent": None, "wanted": None,
    }  # fmt: skip
    assert [days["2025-06-02"]["items"][item]["wanted"] for item in ("nh3n", "tp")] == ["temperature", "built"]
    assert days["2026-03-02"]["refused"]["type"] == "sewage-limits-not-loaded"
    assert [(one["row"], one["type"]) for one in told["refused"]] == [
        (6, "row-date-unreadable"),
        (7, "sewage-only-at-least"),
        (7, "cell-value-unreadable"),
    ]
    assert told["ignored_columns"] == ["备注"]
    assert told["rules"][0]["version"] == "sewage.effluent@2003-07-01"


def test_people_read_a_line_for_each_day_and_the_sum(sheet):
    lines = run(sheet, "--class", "first_a", "--built", "2012-06-30").splitlines()
    assert lines[0] == "甲站 2025-06-01：超标；氨氮 5.5（限值5）；在限值以内：COD 45（限值50）、总磷 0.4（限值0.5）。"
    assert (
        lines[1]
        == "甲站 2025-06-02：超标；氨氮 6（限值5/8，还要知道水温）、总磷 0.8（限值0.5）；在限值以内：COD 45（限值50）。"
    )
    assert (
        lines[2]
        == "甲站 2025-06-03：所测达标；所测项目都在限值以内：COD 45（限值50）、氨氮 0.025（限值5）、总磷 0.4（限值0.5）。"
    )
    assert "2026-03-01 起执行 GB 18918-2002" in lines[4]
    assert lines[6] == "没有采用的列：备注。"
    assert lines[5] == "共5天：所测达标2，超标2，无法判定0，没有数据0，没有判1；取样不足的0天。"


def test_samples_of_a_day_make_its_mean_and_gaps_are_told(tmp_path):
    path = tmp_path / "samples.csv"
    whole = [f"2025-06-01 {hour:02d}:00,{40 + hour}" for hour in range(0, 24, 2)]
    path.write_text("\n".join(["时间,COD", *whole, "2025-06-02 08:00,70"]), encoding="utf-8")
    first, second = json.loads(run(path, "--class", "first_a", "--json"))["days"]
    assert (first["items"]["cod"]["mean"], first["outcome"], first["whole"]) == ("51.000", "broken", True)
    assert (second["outcome"], second["whole"], second["gaps"]) == ("open", False, ["cod"])
    assert (second["items"]["cod"]["kept"], second["items"]["cod"]["wanted"]) == ("open", "samples")
    assert "Samples more than 2 hours apart" in run(path, "--class", "first_a", "--en")


def days_of(tmp_path, text, *more, code=0):
    path = tmp_path / "sheet.csv"
    path.write_text(text, encoding="utf-8")
    return json.loads(run(path, "--class", "first_a", *more, "--json", code=code))


@pytest.mark.parametrize(
    "heading",
    ["企业名称", "污水厂", "点位名称", "出水口", "设施名称", "plant", "Company", "sampling point", "出水口名称"],
)
def test_plants_are_kept_apart_by_whatever_their_column_is_called(tmp_path, heading):
    told = days_of(tmp_path, f"{heading},日期,COD\n甲,2025-06-01,40\n乙,2025-06-01,70\n")
    assert [(day["plant"], day["outcome"]) for day in told["days"]] == [("乙", "broken"), ("甲", "kept")]
    assert told["ignored_columns"] == []


def test_several_columns_name_the_plant_together(tmp_path):
    rows = "甲厂,1号口,2025-06-01,40\n甲厂,2号口,2025-06-01,70\n,甲厂,2025-06-01,40\n"
    told = days_of(tmp_path, "企业名称,出水口,日期,COD\n" + rows)
    assert [(day["plant"], day["outcome"]) for day in told["days"]] == [
        ("甲厂", "kept"),
        ("甲厂 / 1号口", "kept"),
        ("甲厂 / 2号口", "broken"),
    ]


@pytest.mark.parametrize(
    ("heading", "item"),
    [
        ("出水氨氮", "nh3n"), ("出水氨氮日均值(mg/L)", "nh3n"), ("COD日均值", "cod"), ("总磷均值（mg/L）", "tp"),
        ("出水悬浮物（日均值）", "ss"), ("出水pH", "ph"), ("Effluent TN daily mean", "tn"), ("出水COD", "cod"),
    ],
)  # fmt: skip
def test_headings_may_say_that_it_is_the_effluent_and_a_mean(tmp_path, heading, item):
    told = days_of(tmp_path, f"日期,{heading}\n2025-06-01,0.3\n")
    assert (list(told["days"][0]["items"]), told["ignored_columns"]) == ([item], [])


def test_a_column_of_means_alone_is_the_item_that_the_command_says(tmp_path):
    assert list(days_of(tmp_path, "日期,日均值\n2025-06-01,0.3\n", "--item", "tp")["days"][0]["items"]) == ["tp"]


@pytest.mark.parametrize(
    ("text", "refused", "days"),
    [
        ("厂,日期,COD\n甲,2025-06-01,40\n乙,2025-06-01,70\n丙,2025-06-02,40\n", [2, 3], ["2025-06-02"]),
        ("采样日期,采样时间,COD\n2025-06-01,08:00,40\n2025-06-01,10:00,70\n", [2, 3], []),
        ("日期,COD,氨氮\n2025-06-01,40,\n2025-06-01,,1\n", [], ["2025-06-01"]),  # two items, one each
        ("设施名称,日期,COD\n甲,2025-06-01,40\n甲,2025-06-01,70\n", [], ["2025-06-01"]),
    ],
)
def test_rows_of_one_moment_are_not_merged_when_nobody_says_of_which_plant(tmp_path, text, refused, days):
    told = days_of(tmp_path, text, code=0 if days else 2)
    assert [one["row"] for one in told["refused"]] == refused
    assert {one["type"] for one in told["refused"]} <= {"sewage-plant-unknown"}
    assert [day["day"] for day in told["days"]] == days


@pytest.mark.skipif(not HOURLY.exists(), reason=f"{HOURLY} is not there (set YIWANG_SHARED_DATA)")
def test_the_days_of_a_real_outlet_have_the_means_that_a_plain_loop_gives():
    told = json.loads(run(HOURLY, "--class", "first_a", "--item", "nh3n", "--json"))
    by_day = defaultdict(list)
    with gzip.open(HOURLY, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            by_day[row["monitorTime"][:10]] += [Fraction(row["monitorAvgValue"])] if row["monitorAvgValue"] else []
    means = {day: sum(values) / len(values) for day, values in by_day.items() if values}
    assert {day["day"] for day in told["days"]} == set(by_day)
    for day in (one for one in told["days"] if one["items"]):
        assert abs(Fraction(day["items"]["nh3n"]["mean"]) - means[day["day"]]) <= Fraction(1, 2000)
        mean = means[day["day"]]
        expected = "open" if day["gaps"] or 5 < mean <= 8 else "kept" if mean <= 5 else "broken"
        assert day["outcome"] == expected  # without the water's temperature
    assert {one["day"] for one in told["days"] if one["outcome"] != "not_measured"} == set(means)
    assert sum(map(len, by_day.values())) > 4000


@pytest.mark.parametrize(
    ("text", "more", "why"),
    [
        ("日期,备注\n2025-06-01,x\n", (), "sewage-sheet-unreadable"),
        ("COD\n45\n", (), "sewage-sheet-unreadable"),
        ("日期,value\n2025-06-01,3\n", (), "sewage-sheet-unreadable"),  # of what?
        ("日期,COD,化学需氧量\n2025-06-01,3,4\n", (), "columns-alike"),
        ("日期,COD(mmol/L)\n2025-06-01,3\n", (), "cell-unit-unknown"),
        ("日期,COD\n2026-03-01,3\n", (), "sewage-limits-not-loaded"),
        ("日期,COD\n2025-06-01,3\n", ("--built", "2012"), "day-unreadable"),
    ],
)
def test_what_cannot_be_judged_at_all_is_refused(tmp_path, text, more, why):
    path = tmp_path / "sheet.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problem) as refusal:
        run(path, "--class", "first_a", *more)
    assert refusal.value.slug == why


def test_when_not_one_row_can_be_used_it_is_said_and_the_code_is_2(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text("日期,COD\n某天,3\n哪天,4\n", encoding="utf-8")
    told = run(path, "--class", "first_a", code=2)
    assert "没有一行可以用" in told
    assert "表里有 2 行" in told


@pytest.mark.parametrize(
    ("day", "why"), [("2025-06-01", "sewage-limits-not-loaded"), ("2025-07-19", "sewage-no-standard-known")]
)
def test_rural_facilities_are_refused_by_the_day(tmp_path, day, why):
    path = tmp_path / "rural.csv"
    path.write_text(f"日期,COD\n{day},3\n", encoding="utf-8")
    with pytest.raises(Problem) as refusal:
        run(path, "--class", "rural")
    assert refusal.value.slug == why


def test_the_options_offer_what_the_rules_know():
    assert set(PlantClass) == {*EffluentClass, "rural"}
    assert set(Item) == set(ITEMS)
