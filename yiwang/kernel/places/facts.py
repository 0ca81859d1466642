"""What happens to places. A place is never overwritten in the journal: each change carries the whole description."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yiwang.kernel.terms import PlaceId, fact


@dataclass(frozen=True, slots=True)
class Description:
    """Everything said of a place. `wkt` is WGS 84 (longitude latitude, ≤ 7 decimals); `attributes` hold nothing about people."""

    kind: str
    code: str
    name: str
    wkt: str
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    parent_id: PlaceId | None = None
    committee_id: PlaceId | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    illustrative: bool = False
    source: str = ""


@fact("place.registered", subject="place_id")
@dataclass(frozen=True, slots=True)
class PlaceRegistered:
    """A place came into the register. Without `valid_from` it has been there since before the register."""

    place_id: PlaceId
    description: Description
    valid_from: date | None = None
    valid_to: date | None = None


@fact("place.changed", subject="place_id")
@dataclass(frozen=True, slots=True)
class PlaceChanged:
    """A place is described anew, as a whole."""

    place_id: PlaceId
    description: Description


@fact("place.retired", subject="place_id")
@dataclass(frozen=True, slots=True)
class PlaceRetired:
    """A place is no longer valid from this day on; what happened there before keeps it."""

    place_id: PlaceId
    valid_to: date


@fact("place_import.finished", subject="import_id")
@dataclass(frozen=True, slots=True)
class PlacesImported:
    """A file of places was read in; its places have their own facts. `sha256` (hex) is that of the file or files.

    `retired` were in it and had been retired before: they stay so. `refused` are features that were no places.
    """

    import_id: PlaceId
    source: str
    sha256: str
    registered: int
    changed: int
    unchanged: int
    retired: int
    refused: int
