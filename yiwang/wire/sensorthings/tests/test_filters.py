"""Conditions: what each line means, what is refused and where, and that what was written is read again."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.wire.sensorthings.expressions import (
    ANY,
    MOMENT,
    WORDS,
    Called,
    Compared,
    Computed,
    Every,
    Literal,
    Not,
    Path,
    paths,
    write,
)
from yiwang.wire.sensorthings.fields import Interval, Refused
from yiwang.wire.sensorthings.filters import read_expression, read_filter
from yiwang.wire.sensorthings.tests import said

RESULT, TIME = Path(("result",)), Path(("phenomenonTime",), MOMENT)
NAME = Path(("Datastream", "name"), WORDS)
EIGHT = datetime(2026, 11, 27, 8, tzinfo=UTC)


def number(value: str) -> Literal:
    return Literal(Decimal(value))


def equal(value: str) -> Compared:
    return Compared("eq", RESULT, number(value))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("result gt 2.0", Compared("gt", RESULT, number("2.0"))),
        ("@iot.id eq 'a''b'", Compared("eq", Path(("id",)), Literal("a'b"))),
        ("result sub 1 sub 2 lt -3", Compared("lt", Computed("sub", Computed("sub", RESULT, number("1")), number("2")), number("-3"))),
        ("result add 2 mul 3 eq 8", Compared("eq", Computed("add", RESULT, Computed("mul", number("2"), number("3"))), number("8"))),
        ("not result eq 1 and true", Every("and", (Not(Compared("eq", RESULT, number("1"))), Literal(True)))),
        ("result eq 1 or result eq 2 and result eq 3", Every("or", (equal("1"), Every("and", (equal("2"), equal("3")))))),
        ("-result eq 1", Compared("eq", Computed("sub", number("0"), RESULT), number("1"))),
        ("startswith(Datastream/name,'水')", Called("startswith", (NAME, Literal("水")))),
        ("year(phenomenonTime) eq 2026", Compared("eq", Called("year", (TIME,)), number("2026"))),
        ("phenomenonTime ge 2026-11-27T16:00:00+08:00", Compared("ge", TIME, Literal(EIGHT))),
        ("phenomenonTime lt now() sub duration'PT1H'",
         Compared("lt", TIME, Computed("sub", Called("now", ()), Literal(timedelta(hours=1))))),
        ("phenomenonTime eq 2026-11-27T08:00:00Z/2026-11-27T09:00:00Z",
         Compared("eq", TIME, Literal(Interval(EIGHT, EIGHT + timedelta(hours=1))))),
        ("parameters/采样人/name ne null", Compared("ne", Path(("parameters", "采样人", "name"), ANY), Literal(None))),
    ],
)  # fmt: skip
def test_a_condition_is_read_as_the_standard_orders_its_parts(written, meant):
    assert read_filter(written, "Observation") == meant


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "$filter, character 1: ends too early"),
        ("result gt", "$filter, character 8: ends too early"),
        ("result", None),
        ("phenomenonTime", "$filter: gives a moment and not true or false"),
        ("result gt 1)", "$filter, character 12: ')' is too much here"),
        ("result gt 1 lt 2", "$filter, character 13: 'lt' is too much here"),
        ("(result gt 1", "$filter, character 12: ends too early"),
        (
            "Datastream/Thing/Datastreams/Thing/Datastreams/Thing/name eq 'a'",
            "$filter, character 1: a path of 7 steps; at most 6 are taken",
        ),
        ("colour eq 1", "$filter, character 1: Observation has no colour"),
        ("Datastream eq 1", "$filter, character 1: Datastream is an entity; name one of its properties"),
        ("resultTime/year eq 1", "$filter, character 1: resultTime of Observation has nothing below it"),
        ("Datastream/name gt 5", "$filter, character 20: a text is never gt a number"),
        ("length(5) eq 1", "$filter, character 9: length takes a text and not a number"),
        ("substringof('a') eq true", "$filter, character 1: substringof takes 2 values and not 1"),
        ("contains(Datastream/name,'a')", "$filter, character 1: contains: there is no such function"),
        (
            "st_within(FeatureOfInterest/feature, geography'POINT(0 0)')",
            "$filter, character 1: st_within: geospatial functions are not offered here",
        ),
        (
            "FeatureOfInterest/feature eq geography'POINT(0 0)'",
            "$filter, character 30: geography: geospatial values are not taken here",
        ),
        (
            "phenomenonTime gt 2026-11-27T16:00:00 08:00",
            "$filter, character 19: a moment needs its offset: Z, or +08:00 with its + written %2B",
        ),
        ("phenomenonTime gt 2026-02-30T16:00:00Z", "no moment with its offset"),
        ("result eq 'a", "cannot be read"),
        ("result eq #", "$filter, character 11: '#' cannot be read"),
        ("'a' add 1 eq 2", "$filter, character 9: add cannot compute a text and a number"),
        ("(" * 21 + "true" + ")" * 21, "more than 20 brackets within brackets"),
        ("not " * 101 + "true", "more than 100 sums, functions and negations"),
        ("1" + " add 1" * 101 + " eq 1", "more than 100 sums, functions and negations"),
        ("result eq " + "9" * 65, "is no number"),
        ("a" * 8001, "$filter: has 8001 characters; at most 8000 are taken"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(written, reason):
    if reason is None:  # whatever the result is, it may be true
        assert read_filter(written, "Observation") == RESULT
        return
    with pytest.raises(Refused) as refusal:
        read_filter(written, "Observation")
    assert reason in str(refusal.value)


def test_a_thousand_conditions_are_one_long_list_and_not_a_deep_tree():
    found = read_filter(" or ".join(f"id eq {one}" for one in range(600)), "Thing")
    assert isinstance(found, Every)
    assert len(found.terms) == 600
    assert read_filter(write(found), "Thing") == found
    assert {one.steps for one in paths(found)} == {("id",)}


@settings(max_examples=200)
@given(said.conditions())
def test_what_was_written_is_read_again(one):
    assert read_filter(write(one), "Observation") == one
    assert read_expression(write(one), "Observation") == one


ALPHABET = [
    "result",
    "(",
    ")",
    ",",
    "eq",
    "and",
    "or",
    "not",
    "'",
    "1",
    "-",
    "length",
    "/",
    "2026-11-27",
    "T",
    ":",
    "duration'",
    "@",
    "Z",
    "水",
    " ",
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(ALPHABET) | st.text(max_size=3), max_size=20).map("".join))
def test_anything_is_read_or_refused_and_nothing_breaks(written):
    found = said.attempted(read_filter, written, "Observation")
    if found is not None:
        assert read_filter(write(found), "Observation") == found
