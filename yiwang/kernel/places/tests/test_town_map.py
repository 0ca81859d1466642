"""Where a point lies, tried on the drawing of Xinhai."""

import os
import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.places import loading, shapes
from yiwang.kernel.places.checking import CheckedPlaces, check_places
from yiwang.kernel.places.grid import check_grid
from yiwang.kernel.places.rules import Kind, parent_key
from yiwang.kernel.places.town_map import NAMED, Located, PlaceRow, TownMap
from yiwang.kernel.terms import Point
from yiwang.kernel.units import mu_of_m2
from yiwang.kernel.wording import problem_text

FOLDER = Path(__file__).parents[4] / "towns" / "xinhai" / "places"
DRAFTS = loading.read_folder(FOLDER).drafts
IDS = {draft.key: UUID(int=number) for number, draft in enumerate(DRAFTS, 1)}
ROWS = [
    PlaceRow(
        IDS[draft.key],
        draft.kind,
        draft.code,
        draft.name,
        shapely.from_wkt(draft.wkt),
        draft.name_en,
        draft.aliases,
        IDS.get(parent_key(draft)),
    )
    for draft in DRAFTS
]
XINHAI = TownMap(ROWS)
OF = {row.place_id: row for row in ROWS}

points = st.builds(Point, st.floats(121.28, 121.46), st.floats(31.72, 31.88))


def holders(point, kind):
    spot = shapely.Point(point.longitude, point.latitude)
    return sorted((row.code, row.place_id) for row in ROWS if row.kind == kind and row.geometry.covers(spot))


@given(points)
def test_locate_says_what_looking_at_every_polygon_says(point):
    cells, committees = holders(point, Kind.GRID_CELL), holders(point, Kind.COMMITTEE)
    located = XINHAI.locate(point)
    assert located.cell_id == (cells[0][1] if cells else None)
    if cells:
        assert OF[located.committee_id].code == cells[0][0][:12]
    else:
        assert located.committee_id == (committees[0][1] if committees else None)
    assert located.in_town == bool(cells or committees or holders(point, Kind.TOWN))


@given(points, st.floats(1, 3000))
def test_near_finds_exactly_what_is_within_reach_the_nearest_first(point, metres):
    plane = shapes.Plane.around(shapely.GeometryCollection([row.geometry for row in ROWS]))
    spot = shapely.Point(*plane.xy(point))
    distances = {row.place_id: plane.flat(row.geometry).distance(spot) for row in ROWS if row.kind in NAMED}
    found = XINHAI.near(point, NAMED, metres)
    assert {near.place.place_id for near in found} == {key for key, far in distances.items() if far <= metres}
    assert [near.distance_m for near in found] == sorted(near.distance_m for near in found)


def test_every_corner_of_every_cell_has_a_home():
    for row in ROWS:
        if row.kind == Kind.GRID_CELL:
            for longitude, latitude in row.geometry.exterior.coords:
                assert XINHAI.locate(Point(longitude, latitude)).cell_id is not None


@pytest.mark.parametrize(
    ("place", "committee", "cell", "nearest"),
    [
        ("facility/F-01", "新海一村居委会", "310151114002005", "新海镇人民政府"),
        ("site/S-16", "长征居委会", "310151114005009", "建筑垃圾临时堆放点"),
        ("site/S-11", "跃进居委会", "310151114001007", "跃进二连生活区"),
    ],
)
def test_a_known_spot_lies_where_the_drawing_shows_it(place, committee, cell, nearest):
    middle = shapes.middle(OF[IDS[place]].geometry)
    located = XINHAI.locate(middle, nearest=True)
    assert OF[located.committee_id].name == committee
    assert OF[located.cell_id].code == cell
    assert (OF[located.nearest_id].name, located.distance_m) == (nearest, 0)


def test_outside_the_town_nothing_is_made_up():
    city_hall = Point(121.4737, 31.2304)
    assert XINHAI.locate(city_hall, nearest=True) == Located(in_town=False)
    assert XINHAI.distance_to_town_m(city_hall) == pytest.approx(57_500, rel=0.05)


def test_a_point_on_the_border_of_two_cells_belongs_to_the_lower_code():
    one, other = (shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1))
    rows = [
        PlaceRow(UUID(int=2), Kind.GRID_CELL, "2", "东", other),
        PlaceRow(UUID(int=1), Kind.GRID_CELL, "1", "西", one),
    ]
    assert TownMap(rows).locate(Point(1, 0.5)).cell_id == UUID(int=1)


def test_an_empty_map_answers():
    empty = TownMap([])
    assert empty.locate(Point(121.37, 31.8), nearest=True) == Located(in_town=False)
    assert (empty.names, empty.town, empty.distance_to_town_m(Point(0, 0))) == ((), None, 0.0)


def test_names_hold_aliases_but_neither_cells_nor_components():
    by_text = {name.text: name for name in XINHAI.names}
    assert by_text["菜场"].alias
    assert OF[by_text["菜场"].place_id].name == "新海集贸市场"
    assert not by_text["红星断头河"].alias
    assert {name.kind for name in XINHAI.names} == set(Kind) - {Kind.GRID_CELL, Kind.COMPONENT}


# --- the drawing itself ----------------------------------------------------------------------------------------------


def test_the_drawing_of_xinhai_has_no_fault():
    assert check_places(FOLDER) == CheckedPlaces(DRAFTS, (), whole=True)


def test_the_drawing_has_the_towns_size_and_says_that_it_is_a_drawing():
    count = {kind: sum(draft.kind == kind for draft in DRAFTS) for kind in Kind}
    assert (count[Kind.TOWN], count[Kind.COMMITTEE], count[Kind.GRID_CELL]) == (1, 5, 41)
    assert shapes.area_m2(shapely.from_wkt(DRAFTS[0].wkt)) / 1e6 == pytest.approx(105.04, abs=0.1)
    assert all(draft.illustrative and "示意" in draft.source and draft.name_en for draft in DRAFTS)
    assert sum(path.stat().st_size for path in FOLDER.glob("*.geojson")) < 400_000


def test_the_drawing_is_not_the_public_map_data():
    data = Path(os.environ.get("YIWANG_SHARED_DATA", Path(__file__).parents[5] / "shared" / "data")) / "geo"
    if not data.is_dir():
        pytest.skip(f"{data} is not here")
    ours = {f"{x:.4f},{y:.4f}" for row in ROWS for x, y in shapely.get_coordinates(row.geometry)}
    for path in data.glob("*.geojson"):
        pairs = re.findall(r"(12\d\.\d+),\s*(3\d\.\d+)", path.read_text(encoding="utf-8"))
        assert pairs
        shared = ours & {f"{float(x):.4f},{float(y):.4f}" for x, y in pairs}
        assert len(shared) < 5, (path.name, shared)


AREAS = [draft for draft in DRAFTS if draft.kind in (Kind.TOWN, Kind.COMMITTEE)]
YUEJIN = [draft for draft in DRAFTS if draft.kind == Kind.GRID_CELL and draft.code.startswith("310151114001")]


def numbered(cell, number):
    return replace(cell, code=f"{cell.code[:12]}{number:03d}")


@pytest.mark.parametrize(
    ("cells", "slugs"),
    [
        (YUEJIN, set()),
        (YUEJIN[1:], {"grid-gap"}),
        ([*YUEJIN, numbered(YUEJIN[-1], 10)], {"grid-overlap"}),
        ([numbered(cell, 10 - number) for number, cell in enumerate(YUEJIN, 1)], {"grid-order"}),
    ],
)
def test_a_grid_with_a_fault_is_told_which(cells, slugs):
    assert {fault.problem.slug for fault in check_grid([*AREAS, *cells])} == slugs


def test_ground_in_no_cell_is_told_in_square_metres_and_mu():
    (fault,) = check_grid([*AREAS, *YUEJIN[1:]])
    area_m2 = fault.problem.parameters["area_m2"]
    assert area_m2 > 10_000
    assert f"{area_m2} 平方米（{mu_of_m2(area_m2)} 亩）" in problem_text(fault.problem, "zh-Hans")["what"]


def test_a_cell_in_the_wrong_committee_is_told():
    cells = [draft for draft in DRAFTS if draft.kind == Kind.GRID_CELL]
    stray = replace(cells[0], code="310151114005099")
    assert "grid-cell-elsewhere" in {fault.problem.slug for fault in check_grid([*AREAS, *cells, stray])}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("新海一村", "新海一村"),
        (" 一村 ", "新海一村"),
        ("新海一村3 号楼", "新海一村3号楼"),
        ("新海", None),
        ("", None),
        (" ", None),
    ],
)
def test_a_place_is_called_by_its_whole_name_or_alias_only(text, name):
    found = XINHAI.called(text, NAMED)
    assert (found.name if found else None) == name


def test_a_name_that_two_places_have_means_neither():
    estate = next(row for row in ROWS if row.name == "新海一村")
    twins = TownMap([*ROWS, replace(estate, place_id=UUID(int=10**9), code="other")])
    assert twins.called("新海一村", NAMED) is None
    assert twins.called("新海一村", (Kind.ROAD,)) is None
