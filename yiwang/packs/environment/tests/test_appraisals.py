"""What pages and indicators hear of air and dust: the index with its table's day, the primary pollutant, and a site's day."""

from datetime import date

import pytest

from yiwang.kernel.appraisals import Given
from yiwang.packs.environment.appraisals import APPRAISALS

BEFORE, SINCE = date(2026, 2, 28), date(2026, 3, 1)
WHOLE = {"a34004": "20", "a34002": "10", "a21026": "5", "a21004": "10", "a21005": "0.5", "a05024": "40"}


@pytest.mark.parametrize(
    ("on", "values", "mark", "words", "colour", "primary"),
    [
        (BEFORE, {"a34004": "75"}, "100", "良", "air-2", ["PM2.5"]),
        (SINCE, {"a34004": "75"}, "114", "轻度污染", "air-3", ["PM2.5"]),
        (SINCE, {"a34002": "121", "a34004": "60"}, "101", "轻度污染", "air-3", ["PM10"]),
        (SINCE, WHOLE, "29", "优", "air-1", []),
        (SINCE, {"a34004": "20"}, "NA", "没有测全，不发布指数", "", []),  # what is missing could be worse
    ],
)
def test_a_day_has_its_index_by_the_table_of_its_own_day(on, values, mark, words, colour, primary):
    found = APPRAISALS["air_day"](Given(on, values))
    assert (found.mark, found.words["zh-Hans"], found.colour) == (mark, words, colour)
    assert [one.item["zh-Hans"] for one in found.findings if one.worse] == primary
    assert found.partial is (values is not WHOLE)


def test_ozone_of_an_hour_is_judged_as_an_hour_and_of_a_day_as_eight_hours():
    ozone = Given(SINCE, WHOLE | {"a05024": "161"})
    assert (APPRAISALS["air_hour"](ozone).mark, APPRAISALS["air_day"](ozone).mark) == ("52", "101")


def test_what_a_person_does_is_said_and_by_which_table():
    told = [one["zh-Hans"] for one in APPRAISALS["air_day"](Given(SINCE, {"a34004": "75"})).reasons]
    assert told[0] == "儿童、老人和心、肺有病的人，宜减少长时间、费力的户外锻炼。"
    assert "首要污染物：PM2.5。" in told
    assert told[-1] == "按 HJ 633-2026 计算。"


def test_air_of_which_nothing_was_measured_has_no_index():
    assert APPRAISALS["air_hour"](Given(SINCE, {"a34001": "3"})) is None


@pytest.mark.parametrize(
    ("means", "code", "holds"),
    [
        (["0.2"] * 96, "kept", {"monitored", "within_limits"}),
        (["0.2"] * 95, "kept_so_far", {"monitored", "within_limits"}),
        (["2.1", "2.1"], "broken", {"monitored", "exceeded"}),
    ],
)
def test_a_day_of_dust_can_be_broken_by_a_part_of_it_and_is_kept_only_as_a_whole(means, code, holds):
    found = APPRAISALS["dust_day"](Given(date(2026, 10, 1), {"means": means}))
    assert (found.code, found.holds) == (code, holds)
