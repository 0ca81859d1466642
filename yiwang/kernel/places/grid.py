"""Whether the drawn grid is one: cells of a committee leave no gap and share no ground (R-103). Pure; `yiwang town check` asks."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import shapely

from yiwang.kernel.places.problems import CellElsewhere, GridGap, GridOrder, GridOverlap
from yiwang.kernel.places.rules import Draft, Kind
from yiwang.kernel.places.shapes import METRES_PER_DEGREE, Plane
from yiwang.kernel.problems import Problem
from yiwang.kernel.units import mu_of_m2

TOLERANCE_M2 = 50.0
"""Slivers up to this size come from rounding coordinates and are not faults."""


class GridFault(NamedTuple):
    """What is wrong, and the key of the area at which it is told."""

    key: str
    problem: Problem


def check_grid(drafts: Iterable[Draft], tolerance_m2: float = TOLERANCE_M2) -> list[GridFault]:
    """Everything wrong with the town's grid; an empty list means that it tiles the town.

    Looked at: committees cover the town and do not overlap; each committee's cells cover it, do not overlap, lie in it,
    and are numbered from west to east, then from north to south. Areas in m².
    """
    listed = [draft for draft in drafts if draft.kind in (Kind.TOWN, Kind.COMMITTEE, Kind.GRID_CELL)]
    if not listed:
        return []
    shapes = {draft.key: shapely.from_wkt(draft.wkt) for draft in listed}
    plane = Plane.around(shapely.GeometryCollection(list(shapes.values())))
    flat = {key: plane.flat(shape) for key, shape in shapes.items()}
    committees = [draft for draft in listed if draft.kind == Kind.COMMITTEE]
    faults: list[GridFault] = []
    for town in (draft for draft in listed if draft.kind == Kind.TOWN):
        faults += _tiling(town, committees, flat, plane, tolerance_m2)
    for committee in committees:
        cells = [draft for draft in listed if draft.kind == Kind.GRID_CELL and draft.code[:12] == committee.code]
        faults += _tiling(committee, cells, flat, plane, tolerance_m2)
        faults += _order(cells, flat)
    return faults


def _tiling(
    whole: Draft, parts: Sequence[Draft], flat: dict[str, Any], plane: Plane, tolerance_m2: float
) -> list[GridFault]:
    """Gaps in the whole, overlaps between its parts, and parts that reach outside."""
    if not parts:
        return []
    outline = flat[whole.key]
    faults: list[GridFault] = []
    gap = outline.difference(shapely.union_all([flat[part.key] for part in parts]))
    if gap.area > tolerance_m2:
        spot = gap.representative_point()
        longitude = plane.longitude + spot.x / plane.east_m
        latitude = plane.latitude + spot.y / METRES_PER_DEGREE
        place = {"longitude": f"{longitude:.5f}", "latitude": f"{latitude:.5f}"}
        faults.append(GridFault(whole.key, GridGap(committee=whole.name, **_area(gap.area), **place)))
    tree = shapely.STRtree([flat[part.key] for part in parts])
    for number, part in enumerate(parts):
        if flat[part.key].difference(outline).area > tolerance_m2:
            faults.append(GridFault(part.key, CellElsewhere(code=part.code, committee=whole.code)))
        for other in sorted(int(hit) for hit in tree.query(flat[part.key], predicate="intersects") if hit > number):
            shared = flat[part.key].intersection(flat[parts[other].key]).area
            if shared > tolerance_m2:
                both = GridOverlap(one=part.code, other=parts[other].code, **_area(shared))
                faults.append(GridFault(part.key, both))
    return faults


def _area(area_m2: float) -> dict[str, Any]:
    """An area as a refusal tells it: whole m², and 亩."""
    return {"area_m2": round(area_m2), "area_mu": mu_of_m2(round(area_m2))}


def _order(cells: Sequence[Draft], flat: dict[str, Any]) -> list[GridFault]:
    """Cells whose middle lies north-west of the cell numbered before them (R-103: W→E, N→S)."""
    faults: list[GridFault] = []
    ordered = sorted(cells, key=lambda cell: cell.code)
    for before, cell in pairwise(ordered):
        here, there = flat[cell.key].centroid, flat[before.key].centroid
        if here.x < there.x and here.y > there.y:
            faults.append(GridFault(cell.key, GridOrder(code=cell.code, before=before.code)))
    return faults
