"""What pages and indicators hear of outlets and plants: permit, limits kept or not, and what cannot be judged says why."""

from datetime import date

import pytest

from yiwang.kernel.appraisals import Given
from yiwang.packs.sewage.appraisals import APPRAISALS

PERMIT = {"permit_number": "X-1", "issued_on": "2024-05-20", "expires_on": "2029-05-19"}
LIMITS = {"cod_limit": "100", "ammonia_limit": "15", "phosphorus_limit": ""}


@pytest.mark.parametrize(
    ("on", "permit", "code", "holds"),
    [
        (date(2024, 5, 19), PERMIT, "not_yet", set()),
        (date(2024, 5, 20), PERMIT, "valid", {"permit_valid"}),
        (date(2029, 5, 19), PERMIT, "valid", {"permit_valid"}),
        (date(2029, 5, 20), PERMIT, "expired", set()),
        (date(2026, 5, 20), {}, "none", set()),
        (date(2026, 5, 20), PERMIT | {"permit_number": "X-2"}, "none", set()),
    ],
)
def test_a_permit_is_valid_from_the_day_it_was_issued_to_its_last_day(on, permit, code, holds):
    found = APPRAISALS["permit"](Given(on, permit, {"permit_number": "X-1"}))
    assert (found.code, found.holds) == (code, holds)


@pytest.mark.parametrize(
    ("kind", "code"), [("firm", "none"), ("plant", "none"), ("farm", "not_needed"), ("rain", "not_needed")]
)
def test_without_a_permit_is_only_who_needs_one(kind, code):
    assert APPRAISALS["permit"](Given(date(2026, 5, 20), {}, {"kind": kind})).code == code


@pytest.mark.parametrize(
    ("values", "code", "holds", "over"),
    [
        ({"w01018": "100", "w21003": "15"}, "within", {"sampled", "within_limits"}, []),
        ({"w01018": "101", "w21003": "15"}, "over", {"sampled", "over_limit"}, ["限值100，超0.01倍"]),
        ({"w21011": "3"}, "open", {"sampled"}, []),  # phosphorus has no limit here
    ],
)
def test_what_an_outlet_sends_out_is_compared_with_the_limits_it_has(values, code, holds, over):
    found = APPRAISALS["outlet_sample"](Given(date(2026, 10, 1), values, LIMITS))
    assert (found.code, found.holds) == (code, holds)
    assert [one.said["zh-Hans"] for one in found.findings if one.worse] == over


def test_an_outlet_of_which_nothing_with_a_limit_was_measured_has_no_verdict():
    assert APPRAISALS["outlet_sample"](Given(date(2026, 10, 1), {"w00000": "3"}, LIMITS)) is None


@pytest.mark.parametrize(
    ("on", "plant", "values", "code"),
    [
        (date(2025, 6, 1), "first_a", {"w01018": "50"}, "within"),
        (date(2025, 6, 1), "first_a", {"w01018": "51"}, "over"),
        (date(2025, 6, 1), "first_b", {"w01018": "51"}, "within"),
        (date(2025, 6, 1), "first_a", {"w21003": "7"}, "open"),  # by the water's temperature, which nobody measured
        (date(2026, 3, 1), "first_a", {"w01018": "50"}, "not_judged"),  # the amended text is not loaded
        (date(2025, 6, 1), "rural", {"w01018": "50"}, "not_judged"),
    ],
)
def test_a_day_of_a_plant_is_judged_by_the_text_of_the_day_or_says_that_it_is_not(on, plant, values, code):
    assert APPRAISALS["effluent"](Given(on, values, {"effluent_class": plant})).code == code


@pytest.mark.parametrize(
    ("on", "values", "words"),
    [
        (date(2025, 6, 1), {"w01018": "50"}, "所测达标"),
        (
            date(2025, 6, 1),
            {"w01018": "51", "w01001": "5.9", "w21003": "7"},
            "超标：COD 51（限值50）、pH 5.9（限值6–9）",
        ),
        (date(2025, 6, 1), {"w21003": "7"}, "无法判定：氨氮 7（限值5/8，还要知道水温）"),
        (date(2025, 6, 1), {"w21003": "7", "w01010": "12"}, "所测达标"),
        (date(2025, 6, 1), {"w21003": "7", "w01010": "12.1"}, "超标：氨氮 7（限值5）"),
        (date(2025, 6, 1), {"w21011": "0.7"}, "无法判定：总磷 0.7（限值0.5/1，还要知道建厂时间）"),
        (date(2025, 6, 1), {"w02003": "1001"}, "超标：粪大肠菌群 1001（限值1000）"),
        (date(2026, 2, 28), {"w01018": "51"}, "超标：COD 51（限值50）"),
        (
            date(2026, 3, 1),
            {"w01018": "51"},
            "2026-03-01 起执行 GB 18918-2002（公告2025年第24号修改），它的限值还没有录入。",
        ),
    ],
)
def test_what_is_said_of_a_plants_day_names_each_item_with_the_limit_it_was_judged_by(on, values, words):
    found = APPRAISALS["effluent"](Given(on, values, {"effluent_class": "first_a"}))
    assert found.words["zh-Hans"] == words


def test_each_item_of_a_plants_day_tells_its_limit_also_where_it_is_kept():
    given = Given(date(2025, 6, 1), {"w01018": "45", "w21001": "30"}, {"effluent_class": "second"})
    assert [one.said["zh-Hans"] for one in APPRAISALS["effluent"](given).findings] == ["限值100，所测达标", "没有限值"]


def test_a_plant_of_which_nothing_was_measured_has_no_verdict():
    assert APPRAISALS["effluent"](Given(date(2025, 6, 1), {}, {"effluent_class": "first_a"})) is None
