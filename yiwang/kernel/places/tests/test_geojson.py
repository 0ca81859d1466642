"""Files of places: the good rest goes in, everything else is named with what to do."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.places import geojson
from yiwang.kernel.places.datum import Datum, convert
from yiwang.kernel.places.geojson import Frame, read_geojson
from yiwang.kernel.places.problems import DatumUnknown, NotGeoJson, TooManyFeatures
from yiwang.kernel.places.rules import Draft, Kind
from yiwang.kernel.wording import problem_text

SQUARE = [[121.32, 31.75], [121.42, 31.75], [121.42, 31.85], [121.32, 31.85], [121.32, 31.75]]
EAST = [[121.37, 31.75], [121.42, 31.75], [121.42, 31.85], [121.37, 31.85], [121.37, 31.75]]
BOW = [[121.33, 31.76], [121.34, 31.77], [121.34, 31.76], [121.33, 31.77], [121.33, 31.76]]


def area(ring):
    return {"type": "Polygon", "coordinates": [ring]}


def at(longitude, latitude):
    return {"type": "Point", "coordinates": [longitude, latitude]}


def one(kind="facility", code="F-01", name="新海集贸市场", geometry=None, **more):
    properties = {"kind": kind, "code": code, "name": name, **more}
    return {"type": "Feature", "geometry": geometry or at(121.37, 31.8), "properties": properties}


def nested(levels):
    """Lists in lists, so many levels deep."""
    value = [1]
    for _ in range(levels - 1):
        value = [value]
    return value


TOWN = one("town", "310151114", "新海镇", area(SQUARE))
HONGXING = one("committee", "310151114004", "红星居委会", area(EAST))


def read(*features, declared=None, frame=None, **members):
    content = json.dumps({"type": "FeatureCollection", "features": list(features), **members}).encode()
    return read_geojson(content, declared, frame)


@pytest.mark.parametrize(
    ("feature", "at_property", "slug"),
    [
        (one(kind="harbour"), "kind", "place-kind-unknown"),
        (one(code=""), "code", "place-code-missing"),
        (one(code=["x"]), "code", "place-property-wrong"),
        (one(name=""), "name", "place-name-missing"),
        (one(name=7), "name", "place-property-wrong"),
        (one(aliases="菜场"), "aliases", "place-property-wrong"),
        (one(illustrative="yes"), "illustrative", "place-property-wrong"),
        (one(valid_from="1.9.2026"), "valid_from", "place-date-wrong"),
        (one(valid_from="2026-09-01", valid_to="2026-08-01"), "valid_to", "place-date-wrong"),
        (one(attributes=[1]), "attributes", "place-property-wrong"),
        (one(beds=float("nan")), "attributes", "place-value-not-kept"),
        (one(attributes={"beds": [float("inf")]}), "attributes", "place-value-not-kept"),
        (one(attributes={"be\x00ds": 1}), "attributes", "place-value-not-kept"),
        (one(**{"be\ud800ds": 1}), "attributes", "place-value-not-kept"),
        (one(attributes=nested(17)), "attributes", "place-value-not-kept"),
        (one(name="新\ud800海"), "name", "place-value-not-kept"),
        (one(name="新\x00海"), "name", "place-value-not-kept"),
        (one(kind="\ud800"), "kind", "place-value-not-kept"),
        (one(valid_from="\x00"), "valid_from", "place-value-not-kept"),
        (one(geometry={"type": "Polygon", "coordinates": nested(800)}), "geometry", "shape-broken"),
        (one(geometry={"type": "Po\ud800int", "coordinates": [121.37, 31.8]}), "geometry", "shape-broken"),
        (one(geometry=at("\ud800", 31.8)), "geometry", "no-such-coordinate"),
        (one(geometry={"type": "Point", "coordinates": [121.37, 31.8, 10**400]}), "geometry", "shape-broken"),
        (one(geometry=at(31.8, 121.37)), "geometry", "looks-swapped"),
        (one(geometry=at(13511000, 3730000)), "geometry", "no-such-coordinate"),
        (one(geometry=at("121.37", "31.8")), "geometry", "no-such-coordinate"),
        (one(geometry=at(float("nan"), 31.8)), "geometry", "no-such-coordinate"),
        (one(geometry={"type": "Point"}), "geometry", "shape-broken"),
        (one(geometry={"type": "Point", "coordinates": []}), "geometry", "shape-broken"),
        (one(geometry={"type": "Blob", "coordinates": [121.37, 31.8]}), "geometry", "shape-broken"),
        (one(geometry={"type": "Polygon", "coordinates": [[[121.37, 31.8], [121.38, 31.8]]]}), "geometry", "shape-broken"),
        (one(geometry=area(BOW)), "geometry", "shape-crosses-itself"),
        (one("estate", geometry=at(121.37, 31.8)), "geometry", "shape-wrong"),
        (one(geometry=at(121.48, 31.23)), "geometry", "outside-town"),
        (one("grid_cell", "31015111400401", geometry=area(EAST)), "code", "place-code-wrong"),
        (one("grid_cell", "310151113004001", geometry=area(EAST)), "code", "place-code-of-another"),
        (one("grid_cell", "310151114004001", geometry=area([[121.33, 31.76], [121.34, 31.76], [121.34, 31.77], [121.33, 31.76]])),
         "code", "grid-cell-elsewhere"),
        ({"type": "Feature", "geometry": at(121.37, 31.8)}, "properties", "place-property-wrong"),
        (None, "properties", "place-property-wrong"),
    ],
)  # fmt: skip
def test_a_bad_feature_is_refused_by_number_and_property_and_the_rest_goes_in(feature, at_property, slug):
    file_read = read(TOWN, HONGXING, feature, one(code="F-02"), datum="WGS84")
    assert [draft.code for draft in file_read.drafts] == ["310151114", "310151114004", "F-02"]
    (refusal,) = file_read.refusals
    assert (refusal.number, refusal.property, refusal.problem.slug) == (3, at_property, slug)
    for language in ("zh-Hans", "en"):
        assert "{" not in problem_text(refusal.problem, language)["do"].replace("{…}", "")


def test_a_second_feature_with_the_same_code_is_refused_with_the_number_of_the_first():
    file_read = read(TOWN, one(), one(name="又一个"))
    (refusal,) = file_read.refusals
    assert (refusal.number, refusal.problem.slug, refusal.problem.parameters["holder"]) == (3, "place-code-taken", 2)


def test_a_parent_that_is_nowhere_is_refused_when_the_register_was_asked():
    frame = Frame(known=frozenset({"estate/X-E01"}))
    file_read = read(
        one(code="1", parent="estate/X-E01"),
        one(code="2", parent="estate/X-E09"),
        one(code="3", parent="facility/1"),
        frame=frame,
    )
    assert [(refusal.number, refusal.property) for refusal in file_read.refusals] == [(2, "parent")]


@pytest.mark.parametrize(("beyond", "refused"), [(121.425, False), (121.56, True)])
def test_a_road_may_run_on_into_the_next_town_when_most_of_it_is_ours(beyond, refused):
    road = {"type": "LineString", "coordinates": [[121.36, 31.8], [beyond, 31.8]]}
    assert bool(read(TOWN, one("road", "L-1", "北沿公路", road), datum="WGS84").refusals) == refused


NEAR_EAST_EDGE = (121.4195, 31.8)


def test_a_file_in_gcj_02_that_says_so_is_converted():
    shifted = convert(*NEAR_EAST_EDGE, Datum.WGS84, Datum.GCJ02)
    for file_read in (
        read(one(geometry=at(*shifted)), datum="GCJ-02"),
        read(one(geometry=at(*shifted)), declared=Datum.GCJ02),
    ):
        (row,) = file_read.rows
        assert (row.geometry.x, row.geometry.y) == pytest.approx(NEAR_EAST_EDGE, abs=1e-6)


def test_a_shifted_feature_in_a_file_that_says_wgs_84_is_refused_with_the_likely_datum():
    shifted = convert(*NEAR_EAST_EDGE, Datum.WGS84, Datum.GCJ02)
    file_read = read(TOWN, one(code="1"), one(code="2", geometry=at(*shifted)), datum="WGS84")
    (refusal,) = file_read.refusals
    assert (refusal.number, refusal.problem.slug) == (3, "looks-shifted")
    assert refusal.problem.parameters["likely"] == Datum.GCJ02
    assert len(file_read.rows) == 2


def test_a_file_that_says_no_datum_and_looks_shifted_is_refused_as_a_whole():
    shifted = convert(*NEAR_EAST_EDGE, Datum.WGS84, Datum.GCJ02)
    file_read = read(TOWN, one(code="1"), one(code="2", geometry=at(*shifted)))
    assert [refusal.problem.slug for refusal in file_read.refusals] == [
        "datum-missing",
        "datum-missing",
        "looks-shifted",
    ]
    assert file_read.rows == ()


def test_a_file_that_says_no_datum_is_wgs_84_as_rfc_7946_has_it():
    file_read = read(TOWN, one())
    assert (file_read.datum, file_read.declared, len(file_read.rows)) == (Datum.WGS84, False, 2)


def test_an_old_crs_member_counts_and_an_unknown_one_is_refused():
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    assert read(one(), crs=crs).declared
    with pytest.raises(DatumUnknown):
        read(one(), crs={"type": "name", "properties": {"name": "EPSG:2437"}})


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[]", b'{"type": "Feature"}', b'{"features": 7}', b"[" * 100_000]
)
def test_what_is_not_geojson_is_refused(content):
    with pytest.raises(NotGeoJson):
        read_geojson(content)


def test_a_file_of_too_many_features_is_refused():
    with pytest.raises(TooManyFeatures):
        read_geojson(json.dumps({"features": [None] * (geojson.FEATURES_MAX + 1)}).encode())


def test_other_properties_become_attributes_and_members_of_the_file_hold_for_all():
    file_read = read(one(floors=6, attributes={"built": 1992}), source="测绘院", illustrative=True)
    (draft,) = file_read.drafts
    assert draft.attributes == {"floors": 6, "built": 1992}
    assert (draft.source, draft.illustrative) == ("测绘院", True)


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
drafts = st.builds(
    lambda code, name, aliases, x, y, drawn, attributes: Draft(
        Kind.SITE,
        code,
        name,
        f"POINT ({x} {y})",
        "Point",
        "",
        tuple(aliases),
        "",
        None,
        None,
        attributes,
        drawn,
        "手绘",
    ),
    code=st.from_regex(r"\A[A-Z][0-9]{1,6}\Z"),
    name=words,
    aliases=st.lists(words, max_size=3),
    x=st.floats(73.1, 135, allow_nan=False).map(lambda value: f"{value:.5f}".rstrip("0").rstrip(".")),
    y=st.floats(4, 53, allow_nan=False).map(lambda value: f"{value:.5f}".rstrip("0").rstrip(".")),
    drawn=st.booleans(),
    attributes=st.dictionaries(words, st.integers() | words, max_size=3),
)


@given(st.lists(drafts, max_size=5, unique_by=lambda draft: draft.code))
def test_what_is_exported_is_read_again_as_the_same(listed):
    content = json.dumps(geojson.write_geojson(geojson.feature(draft) for draft in listed)).encode()
    file_read = read_geojson(content)
    assert (file_read.drafts, file_read.refusals, file_read.declared) == (tuple(listed), (), True)


def test_an_export_says_its_datum_and_that_it_is_a_drawing():
    written = geojson.write_geojson(
        [geojson.feature(Draft(Kind.SITE, "S1", "点", "POINT (121 31)", "Point", illustrative=True))]
    )
    assert (written["datum"], written["illustrative"]) == ("WGS84", True)
