"""A register on the map: its rows as points, or as the places that they are about."""

from collections.abc import Iterable
from typing import Any

import shapely.geometry
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.kernel.places.queries import town_map
from yiwang.kernel.places.rules import Kind
from yiwang.kernel.places.town_map import TownMap
from yiwang.kernel.terms import Actor
from yiwang.registers.declared import Register
from yiwang.registers.fitting import usable
from yiwang.registers.queries import RowView
from yiwang.registers.rules import point_of
from yiwang.registers.speaking import Speaker
from yiwang.web import house

MOST = 2000
"""So many rows are drawn; who has more narrows the list first."""
DRAWN = {"Point": "point", "MultiPoint": "point", "LineString": "line", "MultiLineString": "line"}
"""How a shape is drawn; what is not here is an area."""


def has_map(register: Register) -> bool:
    """Whether its rows lie somewhere."""
    return register.place != "none"


def on_the_map(actor: Actor, register: Register, rows: Iterable[RowView]) -> dict[str, Any]:
    """The layers of the map, and the list that stands beside it or for it. Rows whose place is not valid any more are in the list only."""
    known, speak = town_map(actor), Speaker(actor, register, house.language())
    drawn: dict[str, list[dict[str, Any]]] = {}
    items: list[dict[str, str]] = []
    illustrative = False
    for row in rows:
        words = speak.row(row.values, row.measures)
        title, more = title_of(register, row, words), _said_of(register, words)
        href = reverse("desk:register_row", args=[register.code, row.key])
        shape, sketched = _shape(register, row, known)
        items.append({"text": title, "href": href, "hint": more if shape else _("地图上没有它的位置")})
        if shape is None:
            continue
        illustrative = illustrative or sketched
        feature = {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(shape),
            "properties": {"text": f"{title} {more}" if register.place == "point" else title, "href": href},
        }
        drawn.setdefault(DRAWN.get(shape.geom_type, "area"), []).append(feature)
    return {"layers": [*_ground(), *_layers(register, drawn)], "items": items, "illustrative": illustrative}


def title_of(register: Register, row: RowView, words: dict[str, str]) -> str:
    """By what a row is known, in words; by its key itself where the register is kept by other fields than when it was entered."""
    return " · ".join(said for code in register.key if (said := words[code])) or row.key


def _said_of(register: Register, words: dict[str, str]) -> str:
    """What a number alone does not say: the first text that every row has beside its key."""
    told = (one.code for one in register.fields if one.type == "text" and one.required and one.code not in register.key)
    return words.get(next(told, ""), "")


def _shape(register: Register, row: RowView, known: TownMap) -> tuple[Any, bool]:
    """Where a row lies, and whether that was only sketched."""
    point = point_of(register, row.values)
    if point is not None:
        return shapely.Point(*point), False
    field = next((one for one in register.fields if one.type == "place" and register.place == "place"), None)
    value, measure = (row.values.get(field.code), row.measures.get(field.code, "")) if field else (None, "")
    if field is None or not usable(field, value, measure):
        return None, False
    place = known.coded(Kind(field.kind), str(value))
    return (place.geometry, place.illustrative) if place else (None, False)


def _ground() -> list[dict[str, Any]]:
    return [{"id": "committees", "text": _("居委会辖区（示意）"), "kind": "edge", "url": reverse("desk:map")}]


def _layers(register: Register, drawn: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    name = register.name["en" if house.language().startswith("en") else "zh-Hans"]
    return [
        {"id": f"rows-{kind}", "text": name, "kind": kind, "data": {"type": "FeatureCollection", "features": features}}
        for kind, features in drawn.items()
    ]
