"""Datums and their conversions (R-304)."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point as Spot

from yiwang.kernel.places.datum import Datum, convert, datum_named, wgs84_to_gcj02
from yiwang.kernel.places.problems import DatumsMixed, DatumUnknown
from yiwang.kernel.places.shapes import Plane, Shape
from yiwang.kernel.terms import Point

WGS = (121.37, 31.80)
GCJ = (121.3746768, 31.7982227)
BD = (121.3812019, 31.8040801)

longitudes = st.floats(74.0, 134.0)
latitudes = st.floats(18.0, 53.0)
datums = st.sampled_from(list(Datum))


@pytest.mark.parametrize(
    ("given_pair", "source", "target", "expected"),
    [
        (WGS, Datum.WGS84, Datum.GCJ02, GCJ),
        (GCJ, Datum.GCJ02, Datum.BD09, BD),
        (WGS, Datum.WGS84, Datum.BD09, BD),
        (GCJ, Datum.GCJ02, Datum.WGS84, WGS),
        (BD, Datum.BD09, Datum.WGS84, WGS),
        (WGS, Datum.WGS84, Datum.WGS84, WGS),
    ],
)
def test_the_golden_values_of_r_304(given_pair, source, target, expected):
    assert convert(*given_pair, source, target) == pytest.approx(expected, abs=2e-7)


def test_gcj_02_lies_484_7_metres_from_wgs_84_in_the_town():
    x, y = Plane(*WGS).xy(Point(*GCJ))
    assert math.hypot(x, y) == pytest.approx(484.7, abs=0.1)


@given(longitudes, latitudes, datums, datums)
def test_there_and_back_is_within_a_millionth_of_a_degree(longitude, latitude, one, other):
    there = convert(longitude, latitude, one, other)
    assert convert(*there, other, one) == pytest.approx((longitude, latitude), abs=1e-6)


def test_outside_china_nothing_is_shifted():
    assert wgs84_to_gcj02(2.35, 48.85) == (2.35, 48.85)


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("WGS 84", Datum.WGS84),
        ("cgcs2000", Datum.WGS84),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", Datum.WGS84),
        ("urn:ogc:def:crs:EPSG::4490", Datum.WGS84),
        ("EPSG:4326", Datum.WGS84),
        ("GCJ-02", Datum.GCJ02),
        ("gcj02", Datum.GCJ02),
        ("BD-09", Datum.BD09),
    ],
)
def test_a_datum_is_known_by_its_usual_spellings(text, datum):
    assert datum_named(text) == datum


@pytest.mark.parametrize("text", ["Beijing54", "EPSG:3857", "上海城市坐标", ""])
def test_any_other_datum_is_refused(text):
    with pytest.raises(DatumUnknown):
        datum_named(text)


def test_shapes_of_two_datums_are_never_put_together():
    here, there = Shape(Spot(*WGS), Datum.WGS84), Shape(Spot(*GCJ), Datum.GCJ02)
    for question in (here.distance_m, here.covers):
        with pytest.raises(DatumsMixed):
            question(there)
    assert here.distance_m(there.to(Datum.WGS84)) < 0.1
