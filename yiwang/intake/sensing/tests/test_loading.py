"""A town's file of stations: each mistake is told with file and line, and all of them at once."""

from datetime import date

import pytest

from yiwang.intake.sensing import law
from yiwang.intake.sensing.loading import Names, read_stations
from yiwang.kernel.params.problems import RuleFileProblem

KNOWN = Names(["water"], [("river", "R-H01")], ["river"])
GOOD = """\
- code: hongxing-1
  name: {zh-Hans: 红星站, en: Hongxing}
  door: hj212
  key: MN01
  team: water
  in_use_from: 2026-01-01
  place: {kind: river, code: R-H01}
  register: {code: river, key: R-H01}
  streams:
    - {factors: [w01018, w21003], statistics: [rtd, avg], interval: hour, every_s: 3600}
"""


def read(tmp_path, text: str):
    path = tmp_path / "stations.yaml"
    path.write_text(text, encoding="utf-8")
    return read_stations(path, law.catalogue(), KNOWN)


def test_a_station_is_read_with_a_stream_for_each_factor_and_statistic(tmp_path):
    (one,) = read(tmp_path, GOOD)
    assert (one.description.code, one.description.in_use_from, one.team) == ("hongxing-1", date(2026, 1, 1), "water")
    assert one.place == ("river", "R-H01")
    assert [(stream.factor, stream.statistic, stream.unit) for stream in one.streams] == [
        ("w01018", "rtd", "mg/L"), ("w01018", "avg", "mg/L"), ("w21003", "rtd", "mg/L"), ("w21003", "avg", "mg/L"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("find", "replace", "told"),
    [
        ("team: water", "team: roads", "5 station-name-unknown"),
        ("code: R-H01}", "code: R-X99}", "7 station-name-unknown"),
        ("{code: river, key", "{code: lakes, key", "8 station-name-unknown"),
        ("door: hj212", "door: fax", "3 station-refused"),
        ("code: hongxing-1", "code: Hong Xing", "1 station-refused"),
        ("w01018, w21003", "w01018, w99999", "9 station-refused"),
        ("w01018, w21003", "w01018, w01018", "9 station-refused"),
        ("every_s: 3600", "every_s: 3600, unit: μg/L", "9 station-refused"),
        ("  key: MN01\n", "  key: MN01\n  password: '123456'\n", "5 station-password-in-file"),
        ("in_use_from: 2026-01-01", "in_use_from: soon", "6 rule-file-wrong-kind"),
        ("  team: water\n", "", "1 rule-file-missing-key"),
        ("  team: water\n", "  team: water\n  colour: red\n", "6 rule-file-unknown-key"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path, find, replace, told):
    assert find in GOOD
    with pytest.raises(RuleFileProblem) as refused:
        read(tmp_path, GOOD.replace(find, replace, 1))
    assert told in [f"{one.line} {one.slug}" for one in refused.value.everything()]


def test_a_code_and_a_key_stand_once(tmp_path):
    with pytest.raises(RuleFileProblem) as refused:
        read(tmp_path, GOOD + GOOD.replace("MN01", "MN02"))
    assert refused.value.slug == "rule-file-double-key"
    with pytest.raises(RuleFileProblem) as refused:
        read(tmp_path, GOOD + GOOD.replace("code: hongxing-1", "code: hongxing-2"))
    assert (refused.value.slug, refused.value.line) == ("station-refused", 14)


def test_a_password_may_stand_with_an_invented_station(tmp_path):
    text = GOOD.replace("  key: MN01\n", "  key: MN01\n  password: '123456'\n  illustrative: true\n")
    assert read(tmp_path, text)[0].password == "123456"


def test_a_town_without_stations_has_an_empty_list(tmp_path):
    assert read(tmp_path, "[]\n") == ()
