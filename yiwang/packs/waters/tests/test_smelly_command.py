"""`yiwang water smelly`: sheets of points along a river, by the rural and the urban profile."""

import json

import pytest
from typer.testing import CliRunner

from yiwang.kernel.problems import Problem
from yiwang.packs.waters.commands import app

HEAD = "点位名称,监测时间,透明度(cm),水深(m),溶解氧(mg/L),氧化还原电位(mV),氨氮(mg/L)\n"


def run(tmp_path, text, *more):
    path = tmp_path / "points.csv"
    path.write_text(text, encoding="utf-8")
    answer = CliRunner().invoke(app, ["smelly", str(path), *more], catch_exceptions=False, env={"COLUMNS": "200"})
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def found(tmp_path, text, *more):
    return json.loads(run(tmp_path, text, *more, "--json"))


@pytest.mark.parametrize(
    ("cells", "rural", "urban"),
    [
        ("40,1.2,5,120,1.5", "none", "none"),
        ("20,1.2,5,120,1.5", "light", "light"),
        ("40,1.2,1.5,120,1.5", "light", "light"),
        ("40,1.2,5,20,9", "none", "light"),  # redox and 8–15 mg/L of ammonia are urban matters
        ("40,1.2,0.1,120,1.5", "light", "heavy"),
        ("9,0.2,5,120,1.5", "none", "none"),  # 20 cm of water: 8 cm is the limit
        ("7,0.2,5,120,1.5", "light", "light"),
        ("见底,0.2,5,120,1.5", "none", "none"),
        ("40,1.2,<0.5,120,1.5", "light", "light"),  # urban: light at least
        ("40,1.2,<0.2,120,1.5", "light", "heavy"),
        ("40,1.2,5,120,>15", "light", "heavy"),
        ("40,1.2,5,120,0.025L", "none", "none"),
    ],
)
def test_a_measurement_by_both_profiles(tmp_path, cells, rural, urban):
    row = HEAD + f"甲,2026-08-21,{cells}\n"
    for profile, level in (("rural", rural), ("urban", urban)):
        (told,) = found(tmp_path, row, "--profile", profile)["rows"]
        assert told["level"] == level


def test_a_bound_on_the_bad_side_is_at_least_so_bad_and_says_that_it_may_be_worse(tmp_path):
    (told,) = found(tmp_path, HEAD + "甲,2026-08-21,40,1.2,<0.5,120,1.5\n", "--profile", "urban")["rows"]
    assert (told["level"], told["open"], told["certain"]) == ("light", ["do"], False)
    (told,) = found(tmp_path, HEAD + "甲,2026-08-21,40,1.2,<0.5,120,1.5\n")["rows"]
    assert (told["level"], told["open"], told["certain"]) == (
        "light",
        [],
        True,
    )  # the rural profile knows nothing worse


@pytest.mark.parametrize(
    ("cells", "level", "rural", "urban"),
    [
        ("<20,0.2,5,120,1.5", "none", ["transparency_cm"], ["transparency_cm"]),  # the limit is 8 cm
        ("<8,0.2,5,120,1.5", "light", [], []),  # shallow water knows nothing worse
        (">10,0.2,5,120,1.5", "none", [], []),
        (">5,0.2,5,120,1.5", "light", ["transparency_cm"], ["transparency_cm"]),
        ("15,<0.25,5,120,1.5", "none", [], []),  # shallow, and at least 40 % of the depth
        ("9,<0.25,5,120,1.5", "light", ["transparency_cm"], ["transparency_cm"]),
        ("15,<1,5,120,1.5", "light", ["transparency_cm"], ["transparency_cm"]),  # shallow or not?
        ("15,>0.2,5,120,1.5", "none", ["transparency_cm"], ["transparency_cm"]),
        ("15,>1,5,120,1.5", "light", [], []),
        ("见底,<0.25,5,120,1.5", "none", [], []),
        (">20,1.2,5,120,1.5", "light", ["transparency_cm"], ["transparency_cm"]),
        (">25,1.2,5,120,1.5", "none", [], []),
        ("40,1.2,>1,120,1.5", "light", ["do"], ["do"]),
        ("40,1.2,>2,120,1.5", "none", [], []),
    ],
)
def test_a_bound_that_crosses_a_limit_leaves_the_level_open(tmp_path, cells, level, rural, urban):
    row = HEAD + f"甲,2026-08-21,{cells}\n"
    for profile, hidden in (("rural", rural), ("urban", urban)):
        (told,) = found(tmp_path, row, "--profile", profile)["rows"]
        assert (told["level"], told["open"], told["certain"]) == (level, hidden, not hidden)


def test_ammonia_below_a_bound_may_be_none_at_all(tmp_path):
    (told,) = found(tmp_path, HEAD + "甲,2026-08-21,40,1.2,5,120,<20\n", "--profile", "urban")["rows"]
    assert (told["level"], told["open"], told["certain"]) == ("heavy", ["nh3n"], False)
    assert "氨氮只给了上限或下限，程度无法判定。" in told["reason"]


def test_points_and_the_water_that_they_make(tmp_path):
    rows = "".join(
        f"{name},2026-08-{day},40,1.2,{do},120,1\n"
        for name, do in (("甲", "0.1"), ("乙", "0.1"), ("丙", "5"))
        for day in (20, 21)
    )
    told = found(tmp_path, HEAD + rows, "--profile", "urban")
    assert {name: point["level"] for name, point in told["points"].items()} == {
        "甲": "heavy",
        "乙": "heavy",
        "丙": "none",
    }
    assert told["water"] == {
        "level": "heavy",
        "heavy_points": 2,
        "points": 3,
        "too_few_points": False,
        "heavy_reaches": [],
    }
    text = run(tmp_path, HEAD + rows)
    assert "按农村黑臭水体的标准判定。" in text
    assert "点位 甲：黑臭（2次）。" in text
    assert "waters.black-smelly-rural@2019-11-01" in text


def test_what_was_not_measured_is_told_and_nothing_found_is_no_proof(tmp_path):
    text = run(tmp_path, "点位名称,溶解氧\n甲,5\n", "--en")
    assert "Not measured: transparency, ammonia nitrogen." in text
    assert "is no proof" in text
    assert "Fewer than 3 points" in text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("点位名称,透明度\n甲,30\n", "cell-unit-unknown"),  # centimetres or metres?
        ("点位名称,总磷\n甲,0.1\n", "waters-no-item-columns"),
    ],
)
def test_a_sheet_that_misleads_is_refused(tmp_path, text, why):
    with pytest.raises(Problem) as refusal:
        run(tmp_path, text)
    assert refusal.value.slug == why


def test_classes_are_judged_whatever_the_unit_of_transparency(tmp_path):
    path = tmp_path / "lake.csv"
    path.write_text("断面,透明度,氨氮\n甲,0.4,0.1\n", encoding="utf-8")
    answer = CliRunner().invoke(app, ["classify", str(path), "--json"], catch_exceptions=False)
    told = json.loads(answer.stdout)
    assert (told["rows"][0]["class"], told["summary"]["ignored_columns"]) == (1, ["透明度"])
