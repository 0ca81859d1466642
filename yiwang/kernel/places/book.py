"""The register as the steps see it: what is known, and in which committee something new lies."""

from collections.abc import Collection, Iterator

import shapely
from django.db import connection
from shapely.geometry.base import BaseGeometry

from yiwang.kernel.places import rules, shapes
from yiwang.kernel.places.facts import Description
from yiwang.kernel.places.models import Place
from yiwang.kernel.places.problems import ParentUnknown, PlaceUnknown
from yiwang.kernel.places.rules import Draft, Kind, Known
from yiwang.kernel.terms import PlaceId

_LOCK = 0x706C6163  # "plac": one writer at a time, so that two imports cannot both give out a code


def known_of(row: Place) -> Known:
    """A row as the decisions need it."""
    description = Description(
        kind=row.kind,
        code=row.code,
        name=row.name,
        wkt=shapes.wkt(shapely.from_wkb(bytes(row.geom))),
        name_en=row.name_en,
        aliases=tuple(row.aliases),
        parent_id=PlaceId(row.parent_id) if row.parent_id else None,
        committee_id=PlaceId(row.committee_id) if row.committee_id else None,
        attributes=row.attributes,
        illustrative=row.illustrative,
        source=row.source,
    )
    return Known(PlaceId(row.id), description, row.valid_from, row.valid_to)


class Book:
    """All registered places by "kind/code", locked for this transaction, and kept up to date while a step writes."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        self._known: dict[str, Known] = {}
        self._committees: dict[PlaceId, BaseGeometry] = {}
        for row in Place.objects.all():
            self.note(known_of(row))

    def note(self, known: Known) -> None:
        """Remember a place that was read or has just been written."""
        self._known[f"{known.description.kind}/{known.description.code}"] = known
        if known.description.kind == Kind.COMMITTEE and known.valid_to is None:
            outline = shapely.from_wkt(known.description.wkt)
            shapely.prepare(outline)
            self._committees[known.place_id] = outline

    def find(self, key: str) -> Known | None:
        """The place called "kind/code"."""
        return self._known.get(key)

    @property
    def keys(self) -> Collection[str]:
        """Everything registered, as "kind/code"."""
        return self._known.keys()

    def get(self, place_id: PlaceId) -> Known:
        """The place with this id. Raises PlaceUnknown."""
        for known in self._known.values():
            if known.place_id == place_id:
                return known
        raise PlaceUnknown(place=str(place_id))

    def dependents(self, place_id: PlaceId) -> int:
        """How many valid places belong to it."""
        return sum(known.description.parent_id == place_id for known in self._valid())

    @property
    def town_code(self) -> str | None:
        """The code of the town itself, once it is registered."""
        return next((known.description.code for known in self._valid() if known.description.kind == Kind.TOWN), None)

    def describe(self, draft: Draft) -> Description:
        """A checked draft with what it belongs to and the committee it lies in. Raises what check_draft does, and ParentUnknown."""
        rules.check_draft(draft, None if draft.kind == Kind.TOWN else self.town_code)
        parent_key = rules.parent_key(draft)
        parent = self._known.get(parent_key)
        if parent_key and parent is None:
            raise ParentUnknown(parent=parent_key)
        parent_id = parent.place_id if parent else None
        return rules.described(draft, parent_id, self._committee_of(draft, parent_id))

    def _committee_of(self, draft: Draft, parent_id: PlaceId | None) -> PlaceId | None:
        """The committee that a place lies in. A river or road has one only when it lies in it wholly."""
        if draft.kind in (Kind.TOWN, Kind.COMMITTEE):
            return None
        if parent_id in self._committees:
            return parent_id
        geometry = shapely.from_wkt(draft.wkt)
        if draft.kind not in (Kind.RIVER, Kind.ROAD):
            spot = shapes.middle(geometry)
            geometry = shapely.Point(spot.longitude, spot.latitude)
        return next((place_id for place_id, outline in self._committees.items() if outline.covers(geometry)), None)

    def _valid(self) -> Iterator[Known]:
        return (known for known in self._known.values() if known.valid_to is None)
