"""What conditions come to for an entity in memory."""

import itertools
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.wire.sensorthings.expressions import FUNCTIONS
from yiwang.wire.sensorthings.fields import Interval, Refused
from yiwang.wire.sensorthings.filters import read_expression, read_filter
from yiwang.wire.sensorthings.judging import MOST_COMBINED, holds, sort_key, values
from yiwang.wire.sensorthings.tests import said

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
KEPT = {
    "id": ["12"],
    "name": ["Hongxing 水"],
    "Datastreams/ObservedProperty/id": ["w21003", "w01018"],
    "properties/depth": [Decimal("-2.5")],
    "properties/since": [Interval(NOW, NOW)],
    "properties/no": [0],
}


def look(steps):
    return KEPT.get("/".join(steps), [])


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        ("id eq '12' and id eq 12", True),
        ("Datastreams/ObservedProperty/id eq 'w01018'", True),
        ("not Datastreams/ObservedProperty/id eq 'w01018'", False),
        ("startswith(name,'Hong') and endswith(name,'水') and substringof('xing',name)", True),
        ("length(name) eq 10 and indexof(name,'x') eq 4 and indexof(name,'?') eq -1", True),
        ("substring(name,4) eq 'xing 水' and substring(name,4,2) eq 'xi'", True),
        (
            "tolower(name) eq 'hongxing 水' and toupper('a') eq 'A' and trim(' a ') eq 'a' and concat('a','b') eq 'ab'",
            True,
        ),
        ("round(properties/depth) eq -3 and floor(properties/depth) eq -3 and ceiling(properties/depth) eq -2", True),
        ("floor(2.5) eq 2 and ceiling(2.5) eq 3 and floor(2) eq 2 and ceiling(-2) eq -2", True),
        ("7 mod 4 eq 3 and 7 div 2 eq 3.5 and 2 mul 3 sub 1 eq 5", True),
        ("1 div properties/no eq 1", False),
        ("year(now()) eq 2026 and month(now()) eq 11 and day(now()) eq 27 and hour(now()) eq 8", True),
        (
            "minute(now()) eq 0 and second(now()) eq 0 and fractionalseconds(now()) eq 0 and totaloffsetminutes(now()) eq 0",
            True,
        ),
        (
            "date(now()) eq 2026-11-27 and time(now()) eq 08:00 and now() gt mindatetime() and now() lt maxdatetime()",
            True,
        ),
        ("now() sub duration'PT1H' lt now() and now() sub now() eq duration'PT0S'", True),
        ("properties/since eq now()", True),
        ("properties/colour eq null", True),
        ("properties/colour ne null", False),
        ("properties/colour gt 1 or name gt 'I'", False),
        ("properties/depth gt 'a'", False),
        ("length(properties/depth) eq 1", False),
    ],
)
def test_a_condition_comes_to_what_the_standard_says(condition, held):
    assert holds(read_filter(condition, "Thing"), look, NOW) is held


def test_what_is_ordered_by_goes_null_numbers_texts():
    found = [
        values(read_expression(one, "Thing"), look, NOW)[0] for one in ("name", "properties/depth", "properties/colour")
    ]
    assert sorted(found, key=sort_key) == [None, Decimal("-2.5"), "Hongxing 水"]


def test_too_many_combinations_are_refused():
    with pytest.raises(Refused, match="would compare 40000 combinations"):
        holds(read_filter("properties/a eq properties/b", "Thing"), lambda _: ["x"] * 200, NOW)


@pytest.mark.parametrize("where", ["$filter", "$orderby"])
def test_a_path_that_leads_to_too_many_values_is_refused_before_they_are_all_looked_up(where):
    looked = itertools.count()
    with pytest.raises(Refused) as refusal:
        values(
            read_expression("Datastreams/name", "Thing"),
            lambda _: (str(next(looked)) for _ in range(10**6)),
            NOW,
            where,
        )
    assert str(refusal.value) == f"{where}: Datastreams/name leads to more than 10000 values"
    assert next(looked) == MOST_COMBINED + 1


@settings(max_examples=150)
@given(said.conditions(), st.sampled_from([Decimal(2), "words", NOW, None]))
def test_every_condition_comes_to_something(condition, kept):
    assert holds(condition, lambda _: [kept], NOW) in (True, False)


def test_every_function_has_its_meaning():
    assert {name for name in FUNCTIONS if values(read_expression(call(name), "Thing"), look, NOW) == [None]} == set()


def call(name: str) -> str:
    given_values = {"text": "'a'", "number": "1", "moment": "2026-11-27T08:00:00Z"}
    return f"{name}({','.join(given_values[kind] for kind in FUNCTIONS[name].takes)})"
