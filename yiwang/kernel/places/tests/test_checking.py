"""A fault in a file of places is told with the line on which the feature begins."""

import json

import pytest

from yiwang.kernel.places.checking import check_places, feature_lines
from yiwang.kernel.places.problems import DatumUnknown, KindUnknown, NotGeoJson, ValueNotKept

SPREAD = """{
  "type": "FeatureCollection",
  "note": {"features": ["not", "these"]},
  "features": [
    {"type": "Feature", "properties": {"kind": "road"},
     "geometry": null}, {"type": "Feature",
     "properties": {}, "geometry": null},

    {"type": "Feature", "properties": {"features": []}, "geometry": null}
  ]
}"""


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (SPREAD, [5, 6, 9]),
        ('{"features": []}', []),
        (json.dumps(json.loads(SPREAD)), [1, 1, 1]),
        (json.dumps(json.loads(SPREAD), indent=1), [10, 17, 22]),
    ],
)
def test_each_feature_has_the_line_on_which_it_begins(content, lines):
    assert feature_lines(content) == lines


@pytest.mark.parametrize(
    ("content", "problem", "line", "feature"),
    [
        ('{"type": "FeatureCollection",\n"features": [\n{"type" "Feature"}]}', NotGeoJson, 3, 0),
        ("[]", NotGeoJson, 1, 0),
        ('{"datum": "Mars 2000",\n"features": []}', DatumUnknown, 1, 0),
        (
            '{"type": "FeatureCollection", "features": [\n{"type": "Feature", "properties": {"kind": "castle"},'
            '"geometry": {"type": "Point", "coordinates": [121.37, 31.8]}}]}',
            KindUnknown,
            2,
            1,
        ),
        (
            '{"type": "FeatureCollection", "features": [\n\n{"type": "Feature", "properties": {"kind": "facility",'
            '"code": "F-1", "name": "医院", "beds": NaN}, "geometry": {"type": "Point", "coordinates": [121.37, 31.8]}}]}',
            ValueNotKept,
            3,
            1,
        ),
    ],
)
def test_a_fault_is_told_with_file_and_line(tmp_path, content, problem, line, feature):
    path = tmp_path / "map.geojson"
    path.write_text(content, encoding="utf-8")
    (fault,) = check_places(tmp_path).faults
    assert (fault.file, fault.line, fault.feature, type(fault.problem)) == (path, line, feature, problem)
