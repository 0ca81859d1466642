"""Facts about places become rows, live and on replay."""

from typing import Any

import shapely

from yiwang.kernel.journal.registry import Entry, applies
from yiwang.kernel.places import shapes
from yiwang.kernel.places.datum import Datum
from yiwang.kernel.places.facts import Description, PlaceChanged, PlaceRegistered, PlaceRetired, PlacesImported
from yiwang.kernel.places.models import Place
from yiwang.kernel.places.spelling import sort_key


@applies(PlaceRegistered)
def place_registered(fact: PlaceRegistered, entry: Entry) -> None:
    Place.objects.create(
        id=fact.place_id,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        entry=entry.id,
        **_columns(fact.description),
    )


@applies(PlaceChanged)
def place_changed(fact: PlaceChanged, entry: Entry) -> None:
    Place.objects.filter(id=fact.place_id).update(entry=entry.id, **_columns(fact.description))


@applies(PlaceRetired)
def place_retired(fact: PlaceRetired, entry: Entry) -> None:
    Place.objects.filter(id=fact.place_id).update(entry=entry.id, valid_to=fact.valid_to)


@applies(PlacesImported)
def places_imported(fact: PlacesImported, entry: Entry) -> None:
    """Leaves no row: each place has its own fact, and the entry itself says which file it came from."""


def _columns(description: Description) -> dict[str, Any]:
    geometry = shapely.from_wkt(description.wkt)
    return {
        "kind": description.kind,
        "code": description.code,
        "name": description.name,
        "name_en": description.name_en,
        "aliases": list(description.aliases),
        "sort_key": sort_key(description.name),
        "datum": str(Datum.WGS84),
        "geom": shapely.to_wkb(geometry),
        "h3": shapes.h3_cell(shapes.middle(geometry)),
        "parent_id": description.parent_id,
        "committee_id": description.committee_id,
        "attributes": description.attributes,
        "illustrative": description.illustrative,
        "source": description.source,
    }
