"""Documents of the eight entities and of many observations: what was written is read again, and nothing that was sent is lost unseen."""

import json
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from yiwang.wire.sensorthings import arrays, entities, fields
from yiwang.wire.sensorthings.entities import Entity, Page, read_entity, write_entity
from yiwang.wire.sensorthings.fields import Refused, read_json, write_json
from yiwang.wire.sensorthings.model import FORMS, PLURALS
from yiwang.wire.sensorthings.options import Expanded, Options
from yiwang.wire.sensorthings.tests import said

BASE = "https://town.test/sta/v1.1"
THING = {
    "name": "红星一号站",
    "description": "水质自动站",
    "Locations": [
        {"name": "站房", "description": "", "encodingType": "application/geo+json",
         "location": {"type": "Point", "coordinates": [121.4, 31.62]}}
    ],
    "Datastreams": [
        {
            "name": "氨氮", "description": "", "unitOfMeasurement": {"name": "mg/L", "symbol": "mg/L", "definition": ""},
            "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
            "Sensor": {"@iot.id": 7}, "ObservedProperty": {"@iot.id": "w21003"},
            "Observations": [{"result": 2.00, "phenomenonTime": "2026-11-27T16:00:00+08:00"}],
        }
    ],
}  # fmt: skip


def body(raw: object) -> bytes:
    return json.dumps(raw).encode()


def test_a_thing_with_all_that_belongs_to_it_is_read_in_one_document():
    found = read_entity(body(THING), "Thing")
    streams = found.inside["Datastreams"]
    assert isinstance(streams, Page)
    (stream,) = streams.entities
    assert stream.inside["Sensor"] == Entity("Sensor", "7")
    assert stream.inside["Sensor"] == Entity("Sensor", "7")
    assert found.values == {"name": "红星一号站", "description": "水质自动站"}
    assert found.id is None


def test_an_entity_inside_that_has_an_identifier_points_at_one_that_there_is_whatever_else_comes_with_it():
    found = read_entity(body({"result": 1, "Datastream": {"@iot.id": 3, "name": "氨氮"}}), "Observation")
    assert found.inside["Datastream"] == Entity("Datastream", "3", {"name": "氨氮"})


def changed(**change: object) -> dict[str, object]:
    return {name: value for name, value in {**THING, **change}.items() if value is not ...}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ([], "Thing: an object is expected"),
        (changed(name=...), "Thing/name: is missing"),
        (changed(name=5), "Thing/name: a text is expected"),
        (changed(name=None), "Thing/name: may not be null"),
        (changed(properties=[1]), "Thing/properties: an object is expected"),
        (changed(colour="red"), "Thing/colour: a Thing has nothing of this name"),
        (changed(Datastreams={}), "Thing/Datastreams: a list is expected"),
        (changed(Datastreams=[{**THING["Datastreams"][0], "Sensor": ...}]), None),
        (changed(Datastreams=[{"name": "x"}]), "Thing/Datastreams[0]/description: is missing"),
        (changed(Datastreams=[{"@iot.id": True}]), "Thing/Datastreams[0]/@iot.id: an identifier is a text"),
        (changed(name="长" * 20_001), "Thing/name: has 20001 characters"),
    ],
)
def test_a_document_that_is_not_one_is_refused_with_the_place(raw, reason):
    if reason is None:
        del raw["Datastreams"][0]["Sensor"]
        reason = "Thing/Datastreams[0]/Sensor: is missing"
    with pytest.raises(Refused) as refusal:
        read_entity(body(raw), "Thing")
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff", "byte 0: not UTF-8"),
        (b"{", "line 1, column 2: not JSON"),
        (b'{"name": NaN}', "NaN is no number in JSON"),
        (b'{"name": 1, "name": 2}', "name: stands twice in one object"),
        (b'{"name": "\\ud800"}', "holds a character that is no text"),
        (b'{"name": ' + b"9" * 65 + b"}", "is no number"),
        (b'{"name": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"properties": ' + b"[" * 40 + b"]" * 40 + b"}", "nested more than 32 deep"),
        (b" " * 10_000_001, "more than 10000000 bytes"),
    ],
)
def test_a_body_that_is_no_document_is_refused(content, reason):
    with pytest.raises(Refused) as refusal:
        read_entity(content, "Thing")
    assert reason in str(refusal.value)


def test_entities_without_bound_inside_each_other_are_refused():
    deep: dict[str, object] = {"@iot.id": 1}
    for _ in range(4):
        deep = {"Datastreams": [{"Thing": deep}]}
    with pytest.raises(Refused, match="more than 6 entities within entities"):
        read_entity(body(deep), "Thing", whole=False)
    with pytest.raises(Refused, match="or 2000 in all"):
        read_entity(body({"Datastreams": [{"@iot.id": one} for one in range(2000)]}), "Thing", whole=False)


def test_what_the_address_says_already_need_not_stand_in_the_document():
    assert read_entity(body({"result": 1}), "Observation", given="Datastream").values == {"result": 1}
    with pytest.raises(Refused, match="Observation/Datastream: is missing"):
        read_entity(body({"result": 1}), "Observation")
    assert read_entity(body({"description": "新"}), "Thing", whole=False) == Entity(
        "Thing", values={"description": "新"}
    )


def test_a_number_keeps_every_digit_that_was_written():
    found = read_entity(
        b'{"result": 2.00, "parameters": {"n": 123456789012345678901234567890}}', "Observation", given="Datastream"
    )
    assert str(found.values["result"]) == "2.00"
    assert write_json(found.values) == '{"result":2.00,"parameters":{"n":123456789012345678901234567890}}'


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FORMS)).flatmap(said.entities))
def test_an_entity_that_was_written_is_read_again_with_its_links_passed_over(one):
    assert read_entity(write_entity(one, BASE).encode(), one.kind) == one


@settings(max_examples=200)
@given(said.JSON)
def test_json_that_was_written_is_read_again(value):
    assert read_json(write_json(value).encode()) == value


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(FORMS)),
    st.recursive(
        said.JSON,
        lambda inner: st.dictionaries(
            st.sampled_from(["@iot.id", "name", "Things", "Thing", "Datastreams", "result", "time", "phenomenonTime"]),
            inner,
        ),
        max_leaves=8,
    ),
)
def test_any_json_is_an_entity_or_refused(kind, raw):
    found = said.attempted(entities.entity_of, raw, kind, whole=False)
    if found is not None:
        assert found.kind == kind


def test_a_document_says_what_is_selected_and_what_is_expanded_with_counts_and_links():
    stream = Entity("Datastream", "3", {"name": "氨氮", "description": ""})
    thing = Entity("Thing", "o'x", {"name": "站", "description": "水"}, {"Datastreams": Page((stream,), 2, "next")})
    asked = Options(select=("id", "name", "Locations"), expand=(Expanded("Datastreams", Options(select=("name",))),))
    assert entities.document(thing, BASE, asked) == {
        "@iot.id": "o'x",
        "@iot.selfLink": f"{BASE}/Things('o''x')",
        "name": "站",
        "Locations@iot.navigationLink": f"{BASE}/Things('o''x')/Locations",
        "Datastreams@iot.count": 2,
        "Datastreams": [{"name": "氨氮"}],
        "Datastreams@iot.nextLink": "next",
    }
    page = json.loads(entities.write_page(Page((thing,), 9, "more"), BASE, Options(select=("name",))))
    assert (page["@iot.count"], page["@iot.nextLink"], page["value"][0]["name"]) == (9, "more", "站")
    assert json.loads(entities.write_references(Page((thing,)), BASE)) == {
        "value": [{"@iot.selfLink": f"{BASE}/Things('o''x')"}]
    }


def test_the_service_names_its_sets_and_what_it_keeps_of_the_standard():
    found = json.loads(entities.write_service(BASE, ["http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel"]))
    assert {one["name"]: one["url"] for one in found["value"]} == {name: f"{BASE}/{name}" for name in PLURALS}
    assert len(found["serverSettings"]["conformance"]) == 1
    assert json.loads(entities.write_fault(404, "没有")) == {"code": 404, "type": "error", "message": "没有"}


def test_a_property_is_found_below_its_entity():
    one = Entity("Location", "1", {"location": {"type": "Point", "coordinates": [Decimal("121.4"), 31]}})
    assert entities.value_at(one, ("location", "coordinates", "1")) == (True, 31)
    assert entities.value_at(one, ("id",)) == (True, "1")
    assert entities.value_at(one, ("location", "coordinates", "2")) == (False, None)
    assert [entities.raw_value(one) for one in ("a", Decimal("2.0"))] == ["a", "2.0"]


def test_a_faulty_row_is_refused_in_its_place_and_the_others_are_read():
    raw = [{"Datastream": {"@iot.id": 1}, "components": ["phenomenonTime", "result"], "dataArray@iot.count": 3,
            "dataArray": [["2026-11-27T08:00:00Z", 1], ["gestern", 2], [3]]}]  # fmt: skip
    (group,) = arrays.read_groups(body(raw))
    first, second, third = group.rows
    assert (group.datastream, first.values["result"]) == ("1", 1)
    assert str(second).startswith("[0]/dataArray[1]/phenomenonTime: 'gestern' is no moment")
    assert str(third) == "[0]/dataArray[2]: a list of 2 values is expected"
    assert json.loads(arrays.write_created("http://a", ["7-1", ""])) == ["http://a/Observations('7-1')", "error"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ({}, "a list is expected"),
        ([1], "[0]: an object is expected"),
        ([{"components": [], "dataArray": []}], "[0]/Datastream: an object with @iot.id is expected"),
        (
            [{"Datastream": {"@iot.id": 1}, "components": ["colour"], "dataArray": []}],
            "[0]/components: colour is none of id, ",
        ),
        (
            [{"Datastream": {"@iot.id": 1}, "components": ["id", "id"], "dataArray": []}],
            "[0]/components: id stands twice",
        ),
        ([{"Datastream": {"@iot.id": 1}, "components": ["id"], "dataArray": []}], "[0]/components: result is missing"),
        (
            [{"Datastream": {"@iot.id": 1}, "components": ["result"], "dataArray": 1}],
            "[0]/dataArray: a list is expected",
        ),
        ([{"MultiDatastream": {"@iot.id": 1}}], "[0]/MultiDatastream: there is nothing of this name here"),
        (
            [{"Datastream": {"@iot.id": 1}, "components": ["result"], "dataArray": [[1]] * 10_001}],
            "10001 observations; at most 10000",
        ),
    ],
)
def test_a_document_of_many_observations_that_is_none_is_refused(raw, reason):
    with pytest.raises(Refused) as refusal:
        arrays.read_groups(body(raw))
    assert reason in str(refusal.value)


MOMENTS = st.sampled_from(
    ["2026-11-27T08:00:00Z", "2026-11-27T16:00:00.250+08:00", "2026-02-30T08:00:00Z", "2026-11-27 08:00:00Z", "gestern", "",
     "2026-11-27T08:00:00.1234567Z", "2026-11-27T08:00:00,5Z", "2026-11-27T08:00Z", "2026-11-27T08:00:00", "9999-12-31T23:59:59-23:59",
     "0001-01-01T00:00:00+10:00", "2026-11-27T08:00:00Z/2026-11-27T09:00:00Z", "2026-11-27T08:00:00Z 2026-11-27T08:00:00Z", "２０26"]
)  # fmt: skip
ODD = st.one_of(st.none(), st.booleans(), st.just([1]), st.just({"a": 1}), MOMENTS)
USUAL = st.tuples(MOMENTS, MOMENTS, st.integers(-5, 5) | st.decimals(allow_nan=False, allow_infinity=False, places=2))


@given(
    st.permutations(["phenomenonTime", "resultTime", "result"]),
    st.integers(1, 3),
    st.lists(st.one_of(USUAL, USUAL, st.tuples(ODD, ODD, ODD)).map(list) | ODD, max_size=3),
    st.booleans(),
)
@settings(max_examples=600)
def test_what_is_read_at_a_glance_is_what_a_close_look_finds(components, width, drawn, in_order):
    names = ["phenomenonTime", "resultTime", "result"] if in_order else components[:width]
    assume("result" in names)
    rows = [one[: len(names)] if isinstance(one, list) else one for one in drawn]
    found = arrays.read_at_a_glance(names, rows)
    if found:
        closely = [(one.values, one.inside) for one in arrays.read_closely(names, rows, "")]
        assert [
            (values.get("phenomenonTime") or values["resultTime"], values["result"], inside)
            for values, inside in closely
        ] == [(at, result, {}) for at, result in zip(found.at, found.results, strict=True)]
        assert list(found.moments) == [
            one[names.index("phenomenonTime" if "phenomenonTime" in names else "resultTime")] for one in rows
        ]


def test_what_nearly_all_instruments_send_is_read_at_a_glance():
    row = ["2026-11-27T08:00:00Z", "2026-11-27T08:00:00Z", Decimal("2.50")]
    found = arrays.read_at_a_glance(["phenomenonTime", "resultTime", "result"], [row] * 3)
    assert found
    assert list(found.at) == [datetime(2026, 11, 27, 8, tzinfo=UTC)] * 3
    assert list(found.results) == [Decimal("2.50")] * 3


JSON = st.text('0123456789.eE+-,[]{}:" ab\\u', max_size=12) | st.sampled_from(
    [
        "1" * 65,
        "-" + "1" * 64,
        "0." + "0" * 70,
        "1e99999",
        "1e5",
        "2.50",
        "-0",
        "-0.0",
        "1E400",
        '["a", 1.50, {"b": -3}]',
    ]
)


@given(JSON)
@settings(max_examples=600)
def test_plain_numbers_are_read_as_the_careful_reader_reads_them(written):
    def told(read):
        try:
            return repr(read())
        except Refused as fault:
            return str(fault)

    content = written.encode()
    assert told(lambda: fields.read_json(content)) == told(lambda: fields._read(content, fields.number, fields._whole))


MARKS = st.text('[]{}",:\\a', max_size=4)


def depth_of(value: object) -> int:
    if not isinstance(value, list | dict):
        return 0
    return 1 + max(map(depth_of, value.values() if isinstance(value, dict) else value), default=0)


@given(st.lists(st.tuples(st.lists(MARKS, max_size=2), st.booleans(), MARKS), max_size=40))
def test_no_texts_make_what_is_nested_deep_look_shallow(levels):
    value: Any = "a"
    for beside, named, name in levels:
        value = {name: value} if named else [*beside, value, *reversed(beside)]
    for spaces in (None, (",", ":")):
        content = json.dumps(value, ensure_ascii=False, separators=spaces).encode()
        assert not fields._plainly_shallow(content) or depth_of(value) <= fields.DEEPEST_JSON
    plain: Any = "a"
    for _, named, _ in levels:
        plain = {"n": plain} if named else ["b", plain]
    assert fields._plainly_shallow(json.dumps(plain).encode()) is (len(levels) <= fields.DEEPEST_JSON)


def test_a_page_of_observations_is_answered_as_arrays_by_datastream():
    def one(number: int, stream: str) -> Entity:
        return Entity("Observation", str(number), {"result": number}, {"Datastream": Entity("Datastream", stream)})

    page = Page((one(1, "a"), one(2, "b"), one(3, "a")), 3, "more")
    found = json.loads(arrays.write_data_array(page, BASE, ("id", "result")))
    assert [(group["Datastream@iot.navigationLink"], group["dataArray"]) for group in found["value"]] == [
        (f"{BASE}/Datastreams('a')", [["1", 1], ["3", 3]]),
        (f"{BASE}/Datastreams('b')", [["2", 2]]),
    ]
    assert (found["value"][0]["components"], found["@iot.count"], found["@iot.nextLink"]) == (
        ["id", "result"],
        3,
        "more",
    )


def test_a_name_that_stands_twice_among_many_is_found_in_no_time():
    members = ",".join(f'"n{one}":1' for one in [*range(30_000), 29_999])
    begun = time.process_time()
    with pytest.raises(Refused, match="n29999: stands twice in one object"):
        read_json(f"{{{members}}}".encode())
    assert time.process_time() - begun < 2
