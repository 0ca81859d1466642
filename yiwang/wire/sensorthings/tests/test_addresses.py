"""Addresses and query options: what each names, what is refused, and that what was written is read again."""

import time
from urllib.parse import parse_qs, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.wire.sensorthings.addresses import Address, Hop, link, read_address, write_address
from yiwang.wire.sensorthings.fields import Refused
from yiwang.wire.sensorthings.model import FORMS, PLURALS
from yiwang.wire.sensorthings.options import NOTHING, Expanded, Options, query_string, read_options, written_options
from yiwang.wire.sensorthings.tests import said

THING = Hop("Things", "a")


@pytest.mark.parametrize(
    ("path", "named", "entity", "many"),
    [
        ("", Address(), "", False),
        ("/Things", Address((Hop("Things"),)), "Thing", True),
        ("Things('a')", Address((THING,)), "Thing", False),
        ("Things(12)", Address((Hop("Things", "12"),)), "Thing", False),
        ("Things('a/b''c')", Address((Hop("Things", "a/b'c"),)), "Thing", False),
        ("Things('a')/Datastreams", Address((THING, Hop("Datastreams"))), "Datastream", True),
        ("Things('a')/Datastreams(1)/Thing", Address((THING, Hop("Datastreams", "1"), Hop("Thing"))), "Thing", False),
        ("Things('a')/name", Address((THING,), ("name",)), "Thing", False),
        ("Things('a')/@iot.id/$value", Address((THING,), ("id",), "$value"), "Thing", False),
        ("Things('a')/properties/河长/$value", Address((THING,), ("properties", "河长"), "$value"), "Thing", False),
        ("Things/$ref", Address((Hop("Things"),), form="$ref"), "Thing", True),
        ("CreateObservations", Address(form="CreateObservations"), "", False),
    ],
)
def test_an_address_names_entities_and_what_is_asked_of_them(path, named, entity, many):
    found = read_address(path)
    assert (found, found.entity, found.many) == (named, entity, many)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("Cases", "Cases: there is no such set"),
        ("Things('a", "an identifier stands in brackets and apostrophes"),
        ("Things(a)", "an identifier stands in brackets and apostrophes"),
        ("Things('')", "Things: an identifier has 1 to 200 characters"),
        ("Things/name", "name: a set has no properties; only $ref"),
        ("Things('a')/$ref", "$ref: a Thing has no such property"),
        ("Things('a')/$value", "$value: a Thing has no such property"),
        ("Things('a')/Thing", "Thing: a Thing has no such property"),
        ("Things('a')/Observations('1')", "Observations: leads to no entity from Things"),
        ("Things('a')/name/first", "first: name has nothing below it"),
        ("Things('a')/properties/$ref", "properties/$ref: is no property"),
        ("Datastreams(1)/Thing(2)", "Thing: leads to one entity and takes no identifier"),
        ("Things('a')" + "/Datastreams('1')/Thing" * 6, "address: has 13 parts; at most 12 are taken"),
        ("Things('\x00')", "holds a character that is no text"),
        ("T" * 2001, "address: has 2001 characters"),
    ],
)
def test_an_address_that_leads_nowhere_says_where_it_ends(path, reason):
    with pytest.raises(Refused) as refusal:
        read_address(path)
    assert reason in str(refusal.value)


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from([*PLURALS, "Thing", "name", "$ref", "$value", "(", ")", "'", "/", "1"]) | said.TEXTS,
        max_size=10,
    ).map("".join)
)
def test_any_address_is_read_and_written_again_or_refused(path):
    found = said.attempted(read_address, path)
    if found is not None:
        assert read_address(write_address(found)) == found


@given(said.IDS)
def test_a_link_with_any_identifier_leads_back_to_it(identifier):
    named = Address((Hop("Things", identifier), Hop("Datastreams")))
    assert (
        read_address(unquote(link("https://x.test/sta/v1.1", named).removeprefix("https://x.test/sta/v1.1"))) == named
    )


def test_options_are_read_with_their_own_inside_expand():
    found = read_options(
        {
            "$expand": [
                "Datastreams($filter=name eq 'a;b)';$expand=Observations($top=1;$orderby=phenomenonTime desc)),Locations"
            ],
            "$top": ["5"],
            "$count": ["true"],
            "$select": ["@iot.id,name"],
            "token": ["theirs"],
        },
        "Thing",
    )
    assert (found.top, found.count, found.select) == (5, True, ("id", "name"))
    streams = found.expanded("Datastreams")
    assert streams is not None
    newest = streams.expanded("Observations")
    assert newest is not None
    assert (newest.top, newest.orderby[0].descending) == (1, True)
    assert (found.expanded("Locations"), found.expanded("HistoricalLocations")) == (NOTHING, None)


def test_the_direction_of_an_order_is_read_in_any_case_since_clients_shout_it():
    first, second = read_options({"$orderby": ["name DESC,id"]}, "Thing").orderby
    assert (first.descending, second.descending) == (True, False)


def test_a_path_in_expand_is_the_same_as_brackets_and_parts_of_it_join():
    joined = read_options(
        {"$expand": ["Datastreams/Sensor,Datastreams/Thing($select=name),Datastreams($top=2)"]}, "Thing"
    )
    inner = (Expanded("Sensor"), Expanded("Thing", Options(select=("name",))))
    assert joined == Options(expand=(Expanded("Datastreams", Options(expand=inner, top=2)),))


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"$top": ["-1"]}, "$top: '-1' is no whole number from 0"),
        ({"$top": ["1", "2"]}, "$top: stands twice"),
        ({"$format": ["json"]}, "$format: there is no such option"),
        ({"$count": ["yes"]}, "$count: 'yes' is neither true nor false"),
        ({"$select": ["colour"]}, "$select: a Thing has no colour"),
        ({"$resultFormat": ["dataArray"]}, "$resultFormat: only dataArray is offered, for Observations"),
        ({"$expand": ["Thing"]}, "$expand: a Thing leads to no 'Thing'"),
        ({"$expand": [""]}, "$expand: a Thing leads to no ''"),
        ({"$expand": ["Datastreams($top=1"]}, "$expand: a bracket or a text is left open"),
        ({"$expand": ["Datastreams($top=1)x"]}, "$expand: a bracket is not closed at the end"),
        ({"$expand": ["Datastreams(top)"]}, "$expand: 'top' is no option such as $top=5"),
        (
            {"$expand": ["Datastreams($top=1),Datastreams($top=2)"]},
            "$expand: a navigation property stands twice with options",
        ),
        ({"$expand": ["Datastreams/Thing/" * 3 + "Locations"]}, "$expand: more than 5 entities within entities"),
        ({"$orderby": ["name up"]}, "$orderby, character 6: 'up' is too much here"),
        ({"$orderby": ["name,"]}, "$orderby, character 1: ends too early"),
        ({"$filter": ["a" * 16001]}, "$filter: has 16001 characters"),
    ],
)
def test_options_that_cannot_be_taken_are_refused_by_name(query, reason):
    with pytest.raises(Refused) as refusal:
        read_options(query, "Thing")
    assert reason in str(refusal.value)


@settings(max_examples=100)
@given(said.options())
def test_options_that_were_written_are_read_again_also_from_a_link(asked):
    assert read_options({name: [value] for name, value in written_options(asked)}, "Observation") == asked
    assert read_options(parse_qs(query_string(asked), separator="&"), "Observation") == asked


@settings(max_examples=200)
@given(
    st.sampled_from(sorted(FORMS)),
    st.lists(
        st.sampled_from(["Datastreams", "Thing", "(", ")", "$top=1", ";", ",", "/", "$expand=", "'"]), max_size=12
    ).map("".join),
)
def test_any_expand_is_read_or_refused(entity, written):
    found = said.attempted(read_options, {"$expand": [written]}, entity)
    if found is not None:
        assert found.expand


def test_blanks_without_end_in_an_order_are_refused_in_no_time():
    begun = time.process_time()
    with pytest.raises(Refused, match="characters; at most 8000 are taken"):
        read_options({"$orderby": ["name" + " " * 15_900 + "name"]}, "Thing")
    assert time.process_time() - begun < 0.2
