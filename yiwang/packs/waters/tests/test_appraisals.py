"""What pages and indicators hear of water: the class of a month or sample, whether its target is met, and black-smelly water."""

from datetime import date

import pytest

from yiwang.kernel.appraisals import Given
from yiwang.kernel.sheets.measured import Bound, Measured
from yiwang.packs.waters.appraisals import APPRAISALS

DAY = date(2026, 3, 1)
MONTH = {
    "official_class": "iv",
    "ph": "7.4",
    "oxygen": "5.1",
    "permanganate": "5.0",
    "ammonia": "1.2",
    "phosphorus": "0.15",
}
TO_III, TO_IV, NO_TARGET = {"target_class": "iii"}, {"target_class": "iv"}, {}


def appraised(name, values, about=NO_TARGET, on=DAY):
    return APPRAISALS[name](Given(on, values, about))


@pytest.mark.parametrize(
    ("official", "about", "code", "colour", "words", "holds"),
    [
        ("ii", TO_III, "ii", "water-1", "Ⅱ类（优）", {"measured", "met_target"}),
        ("iii", TO_III, "iii", "water-3", "Ⅲ类（良好）", {"measured", "met_target"}),
        ("iv", TO_III, "iv", "water-4", "Ⅳ类（轻度污染）", {"measured", "not_met"}),
        ("iv", TO_IV, "iv", "water-4", "Ⅳ类（轻度污染）", {"measured", "met_target"}),
        ("v", NO_TARGET, "v", "water-5", "Ⅴ类（中度污染）", {"measured", "target_open"}),
        ("worse", TO_III, "worse", "water-6", "劣Ⅴ类（重度污染）", {"measured", "not_met", "worse_than_v"}),
    ],
)
def test_a_month_has_its_official_class_and_is_measured_against_the_target_of_its_section(
    official, about, code, colour, words, holds
):
    found = appraised("section_month", MONTH | {"official_class": official}, about)
    assert (found.code, found.colour, found.words["zh-Hans"], found.holds) == (code, colour, words, holds)


def test_a_month_without_an_official_class_is_no_month():
    assert appraised("section_month", MONTH | {"official_class": None}) is None


@pytest.mark.parametrize(
    ("official", "values", "said"),
    [
        ("iv", {}, "月报列出的5项（全套21项）按标准判也是Ⅳ类。"),
        ("iii", {}, "月报列出的5项里，有的已经差到Ⅳ类，与官方类别不一致，请向区里核对。"),
        ("v", {}, "月报只列出21项中的5项，这几项判为Ⅳ类；官方类别还用了没有列出的项目。"),
        ("iv", dict.fromkeys(MONTH, ""), "月报只给了类别，没有列出各项数值。"),
    ],
)
def test_the_official_class_is_compared_with_what_the_listed_values_give(official, values, said):
    found = appraised("section_month", MONTH | values | {"official_class": official}, TO_IV)
    assert found.reasons[0]["zh-Hans"] == said


def test_what_is_worse_than_the_target_is_named_with_its_multiple():
    found = appraised("section_month", MONTH, TO_III)
    assert [(one.item["zh-Hans"], one.said["zh-Hans"]) for one in found.findings if one.worse] == [
        ("氨氮", "Ⅳ类，比Ⅲ类的限值超0.20倍")
    ]


def test_a_sample_of_a_few_items_is_partial_and_proves_no_target():
    found = appraised("sample", {"w01009": "6.1", "w21003": "0.4", "a34004": "9"}, TO_III)
    assert (found.words["zh-Hans"], found.partial, found.holds) == ("Ⅱ类（2/21项）", True, {"measured", "target_open"})


def test_a_sample_of_which_nothing_has_a_class_is_none():
    assert appraised("sample", {"w00000": "3"}) is None


@pytest.mark.parametrize(
    ("values", "code", "holds"),
    [
        ({"transparency_cm": "24", "do": "5", "nh3n": "1"}, "smelly", {"measured", "smelly"}),
        ({"transparency_cm": "60", "do": "5", "nh3n": "1"}, "clear", {"measured", "clear"}),
        (
            {"w01009": "5", "w21003": "1"},
            "open",
            {"measured", "open"},
        ),  # transparency was not measured: nothing is proved
        ({"w01009": "1.9"}, "smelly", {"measured", "smelly"}),
        ({"w21003": Measured(15, Bound.ABOVE)}, "smelly", {"measured", "smelly"}),
    ],
)
def test_black_and_smelly_water_is_found_and_its_absence_proved_only_by_all_items(values, code, holds):
    found = appraised("smelly", values)
    assert (found.code, found.holds) == (code, holds)


def test_every_appraisal_names_the_rules_it_used():
    assert {one.id for one in appraised("section_month", MONTH).rules} >= {
        "waters.surface-table",
        "waters.surface-items",
    }
    assert [one.id for one in appraised("smelly", {"do": "1"}).rules] == ["waters.black-smelly-rural"]


# --- all sections of a month together ---------------------------------------------------------------------------------


def together(*classes):
    values = {"iii": "0.9", "iv": "1.2", "worse": "2.5"}
    sheets = [{"official_class": one, "ammonia": values[one]} if one else {} for one in classes]
    return appraised("system_month", {"sections": sheets})


@pytest.mark.parametrize(
    ("classes", "code", "said"),
    [
        (["iii"] * 4 + ["worse"], "good", "5个断面中，Ⅰ–Ⅲ类4个，劣Ⅴ类1个。断面有5个或更多，按各类别所占的比例评价。"),
        (["iii"] * 3 + ["iv", "worse"], "medium", "5个断面中，Ⅰ–Ⅲ类3个，劣Ⅴ类1个。断面有5个或更多，按各类别所占的比例评价。"),
        (["iii", "iv", "worse"], "medium", "只有3个断面，不到5个，先把各断面每一项的数值求平均再判："
         "平均为Ⅴ类（只按月报列出的1项，全套21项），其中劣Ⅴ类断面1个。"),
    ],
)  # fmt: skip
def test_all_sections_are_judged_by_shares_of_their_classes_or_where_few_by_their_means(classes, code, said):
    found = together(*classes)
    assert (found.code, found.reasons[0]["zh-Hans"]) == (code, said)
    assert "waters.system-quality" in {one.id for one in found.rules if not one.verified}


def test_a_section_without_a_class_is_not_counted_and_told():
    found = together(*["iii"] * 5, None, None)
    assert (found.code, found.reasons[1]["zh-Hans"]) == ("excellent", "另有2个断面这个月没有类别，没有计入。")


def test_where_nothing_was_published_nothing_is_said_of_the_whole():
    assert together(None, None) is None
    assert (
        appraised("system_month", {"sections": [{"official_class": "iii"}]}) is None
    )  # a class without values has no mean
