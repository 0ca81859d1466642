"""What the residents' pages know of the town: its telephone, its places for the list, and moments in plain words."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse
from django.utils.translation import gettext as _

from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.files import uploads
from yiwang.kernel.files.problems import FileEmpty, FileTooLarge
from yiwang.kernel.files.queries import Opened
from yiwang.kernel.files.rules import MAX_PHOTO_BYTES, MEGABYTE
from yiwang.kernel.files.uploads import Received
from yiwang.kernel.people import visitors
from yiwang.kernel.people.guesses import Origin
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.queries import PlaceView
from yiwang.kernel.places.rules import Kind
from yiwang.kernel.places.town_map import TownMap
from yiwang.kernel.terms import Actor, Call, PlaceId, Point
from yiwang.kernel.wording import word
from yiwang.web import house
from yiwang.web.components.markup import english, moment_text

LISTED = (Kind.ESTATE, Kind.ROAD, Kind.FACILITY, Kind.SITE, Kind.RIVER)
"""What the page itself lists. Buildings are many; they are found by searching."""
SEARCHED = (Kind.ESTATE, Kind.BUILDING, Kind.ROAD, Kind.FACILITY, Kind.SITE, Kind.RIVER)
MOST_FOUND = 60
EDGE_M = 3000.0
"""A point this far outside the town is still kept as what the person pointed at; a farther one says nothing."""


def sent(opened: Opened) -> FileResponse:
    """A stored file as an answer, with the type and the protections that the store gives it."""
    rest = {name: value for name, value in opened.headers.items() if name != "Content-Type"}
    return FileResponse(opened.stream, content_type=opened.headers["Content-Type"], headers=rest)


def telephone() -> str:
    """The number to call when a page does not help."""
    return str(house.town_sheet(Path(settings.TOWN_DIR)).get("phone") or "12345")


def name_of(place: Any) -> str:
    """A place's name in the page's language."""
    return str(place.name_en) if english() and place.name_en else str(place.name)


def options(views: list[PlaceView], town_map: TownMap) -> list[dict[str, Any]]:
    """Places as the place picker lists them."""
    return [_option(view, town_map) for view in views]


def _option(view: PlaceView, town_map: TownMap) -> dict[str, Any]:
    committee = town_map.place(view.committee_id) if view.committee_id else None
    return {
        "id": str(view.place_id),
        "text": name_of(view),
        "hint": name_of(committee) if committee else "",
        "group": word(f"place.kind.{view.kind}", house.language()),
        "longitude": round(view.middle.longitude, 6),
        "latitude": round(view.middle.latitude, 6),
    }


def listed_places(actor: Actor, text: str = "") -> list[dict[str, Any]]:
    """The places a resident chooses from; with `text` those that are called so, buildings too."""
    kinds = SEARCHED if text else LISTED
    found = places.listed(actor, kinds, text=text, limit=MOST_FOUND if text else None)
    found.sort(key=lambda view: kinds.index(view.kind))
    return options(found, places.town_map(actor))


def bounds(town_map: TownMap) -> list[float]:
    """The rectangle around the town: west, south, east, north. Empty for a town that is not drawn."""
    return [round(value, 6) for value in town_map.town.geometry.bounds] if town_map.town else []


def place_words(actor: Actor, place_id: PlaceId | None, point: Point | None) -> str:
    """Where something is, in words: the place's name, or what is next to the point."""
    town_map = places.town_map(actor)
    place = town_map.place(place_id) if place_id else None
    if place is not None:
        return name_of(place)
    if point is None:
        return ""
    located = town_map.locate(point, nearest=True)
    near = town_map.place(located.nearest_id) if located.nearest_id else None
    if near is None:
        return _("地图上的一点（%(longitude).5f，%(latitude).5f）") % {
            "longitude": point.longitude,
            "latitude": point.latitude,
        }
    if not located.distance_m:
        return _("地图上的一点，在%(name)s") % {"name": name_of(near)}
    return _("地图上的一点，离%(name)s约 %(metres)d 米") % {
        "name": name_of(near),
        "metres": max(10, round(located.distance_m, -1)),
    }


def role_name(role: str) -> str:
    """A role of the town's staff in words; empty for one that there is no longer."""
    names: Any = permission.roles().get(role, {}).get("name", {})
    return str(names.get(house.language(), ""))


def spaced_phone(digits: str) -> str:
    """A phone in groups that can be read out."""
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}" if len(digits) == 11 else digits


def by_when(due: datetime, now: datetime) -> str:
    """`今天 17:00 前`: a due moment as one says it."""
    local, days = walltime.in_town(due), (walltime.town_day(due) - walltime.town_day(now)) // timedelta(days=1)
    clock = f"{local:%H:%M}"
    if days == 0:
        return _("今天 %(clock)s 前") % {"clock": clock}
    if days == 1:
        return _("明天 %(clock)s 前") % {"clock": clock}
    return _("%(moment)s 前") % {"moment": moment_text(due)}


def received_photo(sent: Any, call: Call, origin: Origin) -> Received:
    """Store one uploaded file. One that is too large is refused before it is read.

    Raises the Problems of files, and TooManyPhotosHere for a visitor whose address sent too many.
    """
    if sent is None:
        raise FileEmpty
    if sent.size > MAX_PHOTO_BYTES:
        raise FileTooLarge(megabytes=round(sent.size / MEGABYTE, 1), limit=MAX_PHOTO_BYTES // MEGABYTE)
    visitors.admit_photo(origin, call=call)
    return uploads.receive(sent.read(), sent.content_type or "", call=call)
