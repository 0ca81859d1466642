"""Rivers and sections as layers of a map: a layer for each class, so that the legend says what a colour means."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import shapely
from django.urls import reverse

from yiwang.kernel.appraisals import Appraisal
from yiwang.registers.rules import point_of
from yiwang.web.surroundings import shown
from yiwang.web.surroundings.reading import SECTION, River, Section, register_of

SIMPLER = 0.00005
"""Degrees (about 5 m) by which lines are made simpler for a phone on a slow network."""
FINE = 0.000001


def by_class(rivers: Iterable[River], month: date | None, address: str) -> dict[str, Any]:
    """The layers and the list that stands for them: rivers by the class of a month, the sections as points with their sign."""
    found = [(one, one.at(month) if month else None) for one in rivers if one.place]
    levels = sorted({said.rank: said for _, said in found if said}.items())
    layers = [_none([one for one, said in found if said is None], address)]
    layers += [
        _of_class(said, [one for one, its in found if its and its.rank == rank], address) for rank, said in levels
    ]
    sections = [(river, section) for river, _ in found for section in river.sections]
    points = [one for river, section in sections if (one := _point(river, section, month, address))]
    layers.append(_layer("sections", shown.said("map.sections"), "mark", points))
    return {
        "layers": [one for one in layers if one["data"]["features"]],
        "items": [_item(one, said, address) for one, said in found],
        "illustrative": any(one.place and one.place.illustrative for one, _ in found),
    }


def course(one: River, month: date | None, address: str) -> dict[str, Any]:
    """One river with its sections, the other waters as ground. `bounds`: west, south, east, north of the river."""
    drawn = by_class([one], month, address)
    others = reverse("portal:layer", args=["water"])
    ground = {"id": "others", "text": shown.said("map.others"), "kind": "line", "url": others}
    bounds = [round(edge, 6) for edge in one.place.geometry.bounds] if one.place else []
    return drawn | {"layers": [ground, *drawn["layers"]], "bounds": bounds}


def _item(one: River, said: Appraisal | None, address: str) -> dict[str, str]:
    hint = shown.words(said.words) if said else shown.said("unpublished")
    return {"text": one.name, "href": reverse(address, args=[one.code]), "hint": hint}


def _of_class(said: Appraisal, rivers: list[River], address: str) -> dict[str, Any]:
    text = shown.said("map.class", found=shown.words(said.words), count=len(rivers))
    features = [_line(one, said, address) for one in rivers]
    return _layer(f"class-{said.code}", text, "line", features) | {"colour": said.colour}


def _none(rivers: list[River], address: str) -> dict[str, Any]:
    text = shown.said("map.none", count=len(rivers))
    return _layer("class-none", text, "dashed", [_line(one, None, address) for one in rivers])


def _line(one: River, said: Appraisal | None, address: str) -> dict[str, Any]:
    assert one.place  # noqa: S101 (who calls has left out those that are not on the map)
    text = f"{one.name} {shown.words(said.words) if said else shown.said('unpublished')}"
    return _feature(
        one.place.geometry.simplify(SIMPLER),
        {"text": one.name, "told": text, "href": reverse(address, args=[one.code])},
    )


def _point(river: River, section: Section, month: date | None, address: str) -> dict[str, Any] | None:
    register = register_of(SECTION)
    point = point_of(register, section.row.values) if register else None
    if point is None:
        return None
    said = section.at(month) if month else None
    told = {
        "text": section.words["called"],
        "told": f"{section.words['called']} {shown.words(said.words) if said else shown.said('unpublished')}",
        "mark": said.mark if said else "–",
        "colour": said.colour if said else "",
        "href": reverse(address, args=[river.code]),
    }
    return _feature(shapely.Point(*point), told)


def _feature(shape: Any, properties: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shape, FINE))),
        "properties": properties,
    }


def _layer(id: str, text: str, kind: str, features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": id, "text": text, "kind": kind, "data": {"type": "FeatureCollection", "features": features}}
