"""The class of a surface water sample: table 1 of GB 3838-2002 limit by limit, and the rules around it, as tables to read."""

import random
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.params.problems import RuleNotInForce
from yiwang.kernel.sheets.measured import Bound, Measured
from yiwang.packs.waters import law
from yiwang.packs.waters.rules.items import COUNTED, WaterType
from yiwang.packs.waters.rules.surface import Met, classify, target_met

DAY = date(2026, 8, 21)
RIVER, LAKE = WaterType.RIVER, WaterType.LAKE

TABLE = """
do        7.5     6       5       3       2
codmn     2       4       6       10      15
cod       15      15      20      30      40
bod5      3       3       4       6       10
nh3n      0.15    0.5     1.0     1.5     2.0
tp        0.02    0.1     0.2     0.3     0.4
cu        0.01    1.0     1.0     1.0     1.0
zn        0.05    1.0     1.0     2.0     2.0
f         1.0     1.0     1.0     1.5     1.5
se        0.01    0.01    0.01    0.02    0.02
as        0.05    0.05    0.05    0.1     0.1
hg        0.00005 0.00005 0.0001  0.001   0.001
cd        0.001   0.005   0.005   0.005   0.01
cr6       0.01    0.05    0.05    0.05    0.1
pb        0.01    0.01    0.05    0.05    0.1
cn        0.005   0.05    0.2     0.2     0.2
phenol    0.002   0.002   0.005   0.01    0.1
oil       0.05    0.05    0.05    0.5     1.0
las       0.2     0.2     0.2     0.3     0.3
sulfide   0.05    0.1     0.2     0.5     1.0
"""
LIMITS = {row.split()[0]: [Decimal(cell) for cell in row.split()[1:]] for row in TABLE.strip().splitlines()}
IN_LAKES = {**LIMITS, "tp": [Decimal(cell) for cell in ("0.01", "0.025", "0.05", "0.1", "0.2")]}
STEP = Decimal("0.000001")


def sample(**values):
    """A sample from texts: `nh3n="0.92"`, `hg="<0.00004"`."""
    return {item: read(text) for item, text in values.items()}


def read(text):
    bound = Bound(text[0]) if text[0] in "<>" else Bound.EXACT
    return Measured(Decimal(text.lstrip("<>")), bound)


def judged(water_type=RIVER, on=DAY, target=None, **values):
    return classify(sample(**values), water_type, on, law.rulebook(), target_class=target)


def of(item, value, water_type=RIVER):
    return classify({item: Measured(value)}, water_type, DAY, law.rulebook()).water_class


@pytest.mark.parametrize("item", LIMITS)
@pytest.mark.parametrize("water_type", [RIVER, LAKE])
def test_at_each_limit_just_better_and_just_worse(item, water_type):
    limits = (LIMITS if water_type is RIVER else IN_LAKES)[item]
    worse = -STEP if item == "do" else STEP
    for number, limit in enumerate(limits, 1):
        best = limits.index(limit) + 1
        assert of(item, limit, water_type) == best
        assert of(item, limit - worse, water_type) <= best
        later = next((at for at, other in enumerate(limits, 1) if at > number and other != limit), 6)
        assert of(item, limit + worse, water_type) == later


def test_the_21_items_of_the_table_are_all_looked_at():
    assert set(LIMITS) | {"ph"} == set(COUNTED)
    assert len(COUNTED) == 21


@pytest.mark.parametrize(
    ("value", "water_class", "out"),
    [("6", 1, False), ("9", 1, False), ("7.2", 1, False), ("5.99", 6, True), ("9.01", 6, True)],
)
def test_ph_outside_6_to_9_fails_every_class_and_is_told_by_name(value, water_class, out):
    verdict = judged(ph=value)
    assert (verdict.water_class, verdict.ph_out_of_range) == (water_class, out)


@pytest.mark.parametrize(
    ("oxygen", "temperature", "water_class"),
    [
        ("7.5", None, 1),
        ("7.49", None, 2),
        ("7.49", "5", 2),  # saturated at 12.79 mg/L: 58 %
        ("6.9", "30", 1),  # saturated at 7.60 mg/L: 91 %
        ("6.8", "30", 2),  # 89.5 %
        ("8.1", "20.4", 1),
    ],
)
def test_oxygen_is_class_1_at_7_5_or_at_90_percent_of_saturation(oxygen, temperature, water_class):
    values = {"do": oxygen} | ({"temperature": temperature} if temperature else {})
    assert judged(**values).water_class == water_class


def test_exactly_90_percent_of_saturation_is_class_1():
    assert Decimal("0.9") * 468 / (Decimal("31.6") + Decimal("43.4")) == Decimal("5.616")
    assert judged(do="5.616", temperature="43.4").water_class == 1
    assert judged(do="5.615", temperature="43.4").water_class == 3


def test_total_nitrogen_never_touches_the_class_and_is_judged_apart_in_lakes_only():
    river, lake = (judged(kind, nh3n="0.1", tn="7.58") for kind in (RIVER, LAKE))
    assert (river.water_class, river.apart) == (1, ())
    assert (lake.water_class, [(one.item, one.water_class) for one in lake.apart]) == (1, [("tn", 6)])


def test_water_temperature_and_faecal_coliforms_have_no_part_in_the_class():
    verdict = judged(temperature="35", faecal_coliform="90000")
    assert verdict.water_class is None
    assert len(verdict.missing) == verdict.needed == 21
    assert verdict.quality is verdict.colour is None


@pytest.mark.parametrize(
    ("values", "partial", "certain"),
    [
        ({"ph": "7", "do": "8", "nh3n": "0.9"}, True, False),
        ({"ph": "7", "do": "1.9"}, True, True),  # worse than Ⅴ stands whatever the others are
        ({item: "7" if item in ("ph", "do") else "0.00001" for item in COUNTED}, False, True),
    ],
)
def test_a_partial_set_says_so_and_only_worse_than_5_is_certain_then(values, partial, certain):
    verdict = judged(**values)
    assert (verdict.partial, verdict.certain) == (partial, certain)
    assert len(verdict.missing) == 21 - len(values)


@pytest.mark.parametrize(
    ("item", "value", "water_class", "by_detection_limit"),
    [
        ("hg", "<0.00004", 1, False),
        ("hg", "<0.0001", 3, True),  # the limit of detection lies above that of class Ⅰ
        ("oil", "<0.01", 1, False),
        ("nh3n", ">2", 6, False),
        ("do", "<2", 6, False),
        ("do", ">8", 1, False),
    ],
)
def test_a_value_below_detection_takes_the_class_of_its_limit(item, value, water_class, by_detection_limit):
    verdict = judged(**{item: value})
    assert verdict.water_class == water_class
    assert verdict.items[0].by_detection_limit is by_detection_limit


@pytest.mark.parametrize(("item", "value"), [("nh3n", ">0.5"), ("do", "<4"), ("ph", "<6")])
def test_a_bound_that_leaves_the_class_open_does_not_count_and_is_told(item, value):
    verdict = judged(**{item: value}, codmn="3")
    assert verdict.water_class == 2
    assert verdict.undecided == (item,)
    assert item in verdict.missing


@pytest.mark.parametrize(
    ("target", "values", "exceeding"),
    [
        (None, {"nh3n": "1.2", "do": "2.5", "codmn": "6"}, {"nh3n": Fraction(1, 5), "do": None}),
        (2, {"nh3n": "0.75", "tp": "0.1"}, {"nh3n": Fraction(1, 2)}),
        (4, {"nh3n": "1.5", "tp": "0.31"}, {"tp": Fraction(1, 30)}),
        (3, {"ph": "9.4", "hg": "<0.0002"}, {"ph": None}),
        (5, {"nh3n": "2.0"}, {}),
    ],
)
def test_the_multiple_is_the_excess_over_the_limit_of_the_target(target, values, exceeding):
    verdict = judged(target=target, **values)
    assert {one.item: one.multiple for one in verdict.exceeding} == exceeding
    assert verdict.against == (target or 3)


@pytest.mark.parametrize(
    ("values", "main"),
    [
        (
            {"nh3n": "2.4", "tp": "0.35", "cod": "25", "codmn": "7"},
            ("nh3n", "tp", "cod"),
        ),  # 25 is 0.25 above, 7 is 0.17
        (
            {"nh3n": "1.4", "tp": "0.21", "cod": "29", "bod5": "5"},
            ("cod", "nh3n", "bod5"),
        ),  # all Ⅳ: 0.45, 0.4, 0.25, 0.05
        ({"nh3n": "3.0", "pb": "0.06"}, ("pb", "nh3n")),  # heavy metals come first
        ({"nh3n": "0.9"}, ()),
    ],
)
def test_the_main_pollutants_are_the_worst_three_then_by_multiple_and_poisons_first(values, main):
    assert judged(**values).main_pollutants == main


@pytest.mark.parametrize(
    ("water_class_of", "quality", "colour"),
    [
        ("0.1", "excellent", "blue"),
        ("0.5", "excellent", "blue"),
        ("1.0", "good", "green"),
        ("1.5", "light", "yellow"),
        ("2.0", "medium", "orange"),
        ("2.1", "heavy", "red"),
    ],
)
def test_the_word_and_the_colour_of_a_class(water_class_of, quality, colour):
    verdict = judged(nh3n=water_class_of)
    assert (verdict.quality, verdict.colour) == (quality, colour)


def test_a_verdict_keeps_the_rules_it_used_with_hash_and_whether_they_were_seen():
    verified = {rule.id: rule.verified for rule in judged(nh3n="1").rules}
    assert verified["waters.surface-table"] is True
    assert verified["waters.surface-items"] is verified["waters.surface-saturation"] is False
    assert all(len(rule.hash) == 64 for rule in judged(nh3n="1").rules)


def test_a_sample_before_the_standard_is_not_judged_by_it():
    assert judged(on=date(2002, 6, 1), nh3n="1").water_class == 3
    with pytest.raises(RuleNotInForce):
        judged(on=date(2002, 5, 31), nh3n="1")


# --- targets (R-011) ---------------------------------------------------------------------------------------------------

WHOLE = {item: "7" if item in ("ph", "do") else "0.00001" for item in COUNTED}


@pytest.mark.parametrize(
    ("values", "target", "met"),
    [
        (WHOLE | {"nh3n": "1.0"}, 3, Met.MET),
        (WHOLE | {"nh3n": "1.01"}, 3, Met.NOT_MET),
        ({"nh3n": "1.0"}, 3, Met.MET_BY_MEASURED),
        ({"nh3n": "1.01"}, 3, Met.NOT_MET),  # what was not measured cannot make it better
        ({}, 3, Met.UNKNOWN),
        (WHOLE | {"hg": "<0.0001"}, 3, Met.MET),  # class Ⅲ at worst
        (WHOLE | {"hg": "<0.0001"}, 2, Met.UNKNOWN),  # in truth it may be Ⅰ
        ({"hg": "<0.002", "oil": "<2"}, 5, Met.UNKNOWN),
        (WHOLE | {"hg": "<0.0001", "nh3n": "0.6"}, 2, Met.NOT_MET),
        (WHOLE | {"hg": "<0.002", "nh3n": "0.6"}, 2, Met.NOT_MET),  # ammonia is enough
    ],
)
def test_a_partial_class_never_proves_a_target(values, target, met):
    assert target_met(judged(**values), target) is met


@pytest.mark.parametrize(
    ("values", "target", "exceeding"),
    [
        ({"hg": "<0.0001"}, 2, ()),
        ({"hg": "<0.002", "nh3n": "1.1"}, 3, ("nh3n",)),
        ({"hg": "0.0001"}, 2, ("hg",)),
        ({"do": "<3"}, None, ()),  # open, not below a detection limit
        ({"do": "<2"}, None, ("do",)),
    ],
)
def test_a_detection_limit_above_the_target_exceeds_nothing_and_is_no_main_pollutant(values, target, exceeding):
    found = classify(sample(**values), RIVER, DAY, law.rulebook(), target_class=target)
    assert (tuple(one.item for one in found.exceeding), found.main_pollutants) == (exceeding, exceeding)


@pytest.mark.parametrize(
    ("values", "certain"),
    [({"hg": "<0.002"}, False), ({"hg": "0.002"}, True), ({"hg": "<0.002", "nh3n": "2.1"}, True), ({"ph": "5"}, True)],
)
def test_a_partial_class_is_certain_only_where_something_was_found_to_be_the_worst(values, certain):
    found = judged(**values)
    assert (found.water_class, found.certain) == (6, certain)


# --- an independent oracle --------------------------------------------------------------------------------------------


def oracle(values, limits, temperature):
    """The worst item's class by plain loops over whole millionths."""
    worst = 0
    for item, value in values.items():
        if item == "ph":
            worst = max(worst, 1 if 6_000_000 <= value <= 9_000_000 else 6)
            continue
        bad = 0
        for limit in limits[item]:
            micro = int(limit * 1_000_000)
            bad += value < micro if item == "do" else value > micro
        if item == "do" and 10 * value * (31_600_000 + temperature) >= 9 * 468 * 1_000_000_000_000:
            bad = 0
        worst = max(worst, bad + 1)
    return worst or None


def test_the_class_of_10_000_random_samples_is_that_of_an_independent_oracle():
    chance = random.Random("GB 3838")
    book, disagreements = law.rulebook(), []
    for _ in range(10_000):
        water_type, limits = chance.choice([(RIVER, LIMITS), (LAKE, IN_LAKES)])
        items = chance.sample(COUNTED, chance.randint(0, 6))
        values = {item: chance_value(chance, item, limits) for item in items}
        temperature = chance.randint(0, 40_000_000)
        measured = {item: Measured(Decimal(value) / 1_000_000) for item, value in values.items()}
        verdict = classify(
            measured | {"temperature": Measured(Decimal(temperature) / 1_000_000)}, water_type, DAY, book
        )
        if verdict.water_class != oracle(values, limits, temperature):
            disagreements.append((values, verdict.water_class))
    assert disagreements == []


def chance_value(chance, item, limits):
    """Millionths near a limit, and often on it."""
    if item == "ph":
        return chance.choice([6_000_000, 9_000_000, chance.randint(4_000_000, 11_000_000)])
    limit = int(chance.choice(limits[item]) * 1_000_000)
    return max(0, limit + chance.choice([0, 0, 1, -1, chance.randint(-limit, limit)]))


@given(
    st.sampled_from([item for item in COUNTED if item not in ("ph", "do")]),
    st.decimals(0, 50, places=5),
    st.decimals(0, 50, places=5),
)
def test_more_of_a_pollutant_never_makes_the_class_better(item, some, more):
    low, high = sorted((some, more))
    assert of(item, low) <= of(item, high)
