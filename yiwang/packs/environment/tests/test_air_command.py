"""`yiwang air index | dust | noise`: what a person or a program gets, and what is refused."""

import json

import pytest
from typer.testing import CliRunner

from yiwang.kernel.problems import Problem
from yiwang.packs.environment.commands import app


def run(*arguments):
    answer = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def found(*arguments):
    return json.loads(run(*arguments, "--json"))


@pytest.mark.parametrize(
    ("day", "aqi", "version"), [("2026-02-28", 100, "2013-01-01"), ("2026-03-01", 114, "2026-03-01")]
)
def test_the_index_is_that_of_the_day(day, aqi, version):
    told = found("index", "--date", day, "--pm25", "75")
    assert (told["aqi"], told["iaqi"], told["primary_pollutants"]) == (aqi, {"pm25": aqi}, ["pm25"])
    assert told["rules"][0]["version"] == f"environment.iaqi@{version}"
    assert told["partial"] is True


def test_an_index_that_may_not_be_published_says_so_in_words_and_for_a_program():
    told = found("index", "--date", "2026-03-01", "--pm25", "60")
    assert (told["aqi"], told["published"], told["missing"]) == (100, None, ["so2", "no2", "co", "o3_8h", "pm10"])
    text = run("index", "--date", "2026-03-01", "--pm25", "60")
    assert "空气质量指数 100，良（只按所给的1项，全部6项）。" in text
    assert "按规定不得发布，应写NA" in text


def test_a_whole_report_in_english_names_rule_grade_and_limits():
    given = ["--pm25", "75", "--pm10", "121", "--so2", "9", "--no2", "31", "--co", "0.7", "--o3-8h", "118"]
    text = run("index", "--date", "2026-03-01", *given, "--en")
    assert "by HJ 633-2026" in text
    assert "AQI 114, lightly polluted." in text
    assert "PM10 is above the limit of ambient air (day) of 120 µg/m³." in text
    assert "not compared" not in text


def test_what_rests_on_a_rule_that_nobody_compared_with_its_source_says_so():
    assert "environment.aqi-report@2013-01-01" in run("index", "--date", "2025-12-31", "--hourly", "--pm25", "75")
    assert "未与原文核对" not in run("index", "--date", "2026-03-01", "--pm25", "75")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("index", "--date", "2026-03-01"), "environment-no-concentration"),
        (("index", "--date", "2026-03-01", "--pm25", "many"), "environment-concentration-unreadable"),
        (("index", "--date", "2026-03-01", "--pm25", "-1"), "environment-concentration-unreadable"),
        (("index", "--date", "2026-03-01", "--pm25", "nan"), "environment-concentration-unreadable"),
        (("index", "--date", "2026-03-01", "--pm25", "1e30"), "environment-concentration-unreadable"),
        (("index", "--date", "2026-03-01", "--pm25", "0e-999999999"), "environment-concentration-unreadable"),
        (("index", "--date", "2026-03-01", "--o3", "160"), "environment-item-not-reported"),
        (("index", "--date", "2026-03-01", "--hourly", "--o3-8h", "160"), "environment-item-not-reported"),
        (("index", "--date", "March", "--pm25", "1"), "day-unreadable"),
        (("index", "--date", "2012-01-01", "--pm25", "1"), "rule-not-in-force"),
        (("noise", "--measured", "loud", "--at", "22:30"), "environment-noise-unreadable"),
        (("noise", "--measured", "60", "--at", "late", "--date", "2025-06-01"), "day-unreadable"),
        (("noise", "--measured", "60", "--at", "22:30", "--date", "2026-01-01"), "environment-standard-not-loaded"),
        (("dust", "nothing.csv"), "file-not-there"),
    ],
)
def test_what_cannot_be_judged_is_refused(arguments, why):
    with pytest.raises(Problem) as refusal:
        run(*arguments)
    assert refusal.value.slug == why


def test_dust_of_a_site_is_counted_by_day(tmp_path):
    path = tmp_path / "dust.csv"
    quarters = [(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]
    rows = [f"甲,2025-06-01 {hour:02d}:{minute:02d},{2.5 if hour < 2 else 0.1}" for hour, minute in quarters]
    rows += ["甲,2025-06-02 00:00,0.1", "甲,2025-06-02 00:15,?"]
    path.write_text("\n".join(["工地名称,监测时间,颗粒物(mg/m3)", *rows]), encoding="utf-8")
    told = found("dust", path)
    assert [(day["day"], day["outcome"], day["measured"]) for day in told["days"]] == [
        ("2025-06-01", "broken", 96),
        ("2025-06-02", "kept_so_far", 1),
    ]
    assert told["days"][0]["counts"] == [
        {"limit": "2.0", "found": 8, "allowed": 1},
        {"limit": "1.0", "found": 8, "allowed": 6},
    ]
    assert [(one["row"], one["type"]) for one in told["refused"]] == [(99, "cell-value-unreadable")]
    assert told["refused_days"] == []
    text = run("dust", path)
    assert "甲 2025-06-01：超标；超过2.0 mg/m³ 8次（至多1次）" in text
    assert "environment.site-dust@2016-12-01" in text  # nobody compared it with its source


def test_what_is_no_mean_of_15_minutes_and_what_is_told_twice_is_said(tmp_path):
    path = tmp_path / "dust.csv"
    head, minutes = "时间,颗粒物(mg/m3)\n", "2025-06-01 08:00,0.1\n2025-06-01 08:01,2.4\n"
    path.write_text(head + minutes + "2025-06-02 08:00,0.1\n2025-06-02 08:00,0.1\n", encoding="utf-8")
    told = found("dust", path)
    assert [(day["day"], day["doubled"]) for day in told["days"]] == [("2025-06-02", 1)]
    assert [(day["day"], day["type"]) for day in told["refused_days"]] == [("2025-06-01", "environment-dust-not-means")]
    text = run("dust", path)
    assert "2025-06-01 没有判：08:00 起的一刻钟里有几个不同的数。" in text
    assert "有1行重复了同一刻钟的同一个数，只计一次。" in text
    path.write_text(head + minutes, encoding="utf-8")
    with pytest.raises(Problem) as refusal:
        run("dust", path)
    assert refusal.value.slug == "environment-dust-not-means"


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        (("58",), "达标：昼间 58 dB(A)，限值 70。"),
        (("58", "--background", "40"), "达标：昼间 58 dB(A)，限值 70。"),
        (("58", "--background", "52"), "达标：昼间修正后 57 dB(A)，限值 70。"),
        (("58", "--background", "57"), "达标：昼间测得 58 dB(A)，比背景噪声高出不到3 dB(A)，没有扣除背景，限值 70。"),
    ],
)
def test_noise_is_told_as_corrected_only_where_it_was(levels, said):
    assert run("noise", "--measured", *levels, "--at", "9:30", "--date", "2025-06-01").splitlines()[0] == said


def test_noise_of_a_site_with_its_background():
    told = found("noise", "--measured", "58", "--background", "52", "--at", "22:30", "--date", "2025-06-01")
    assert (told["outcome"], told["corrected"], told["limit"], told["by_night"]) == ("broken", "57", "55", True)
    text = run("noise", "--measured", "72", "--background", "71", "--at", "9:30", "--date", "2025-06-01")
    assert text.startswith("测量无效：昼间")
    loud = run("noise", "--measured", "50", "--maximum", "71", "--at", "23:00", "--date", "2025-06-01")
    assert "夜间最大声级超过 70 dB(A)。" in loud
