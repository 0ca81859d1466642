"""What was typed into the search of a place picker and not picked from its list: a place, or words for one. Nothing is dropped."""

from collections.abc import Mapping
from typing import Any

from django.utils.datastructures import MultiValueDict

from yiwang.kernel.places.town_map import NAMED, TownMap

SEARCH = "place_search"
"""The search box of the place picker, which JavaScript shows."""
FIND = "place_find"
"""The one beside the plain list, without JavaScript."""


def typed(data: Mapping[str, Any], name: str) -> str:
    """What stands in a search box, in one line."""
    return " ".join(str(data.get(name) or "").replace("\0", "").split())


def with_typed_place(data: MultiValueDict[str, Any], town_map: TownMap) -> MultiValueDict[str, Any]:
    """The form's data, in which what was typed is the one place that is called so, or else stands in `place_text`.

    A place or point that was picked stays; what was typed beside it are words. To find a place in the plain list one types
    and then picks: with a place, those are no words.
    """
    picked = any(data.get(name) for name in ("place", "place_longitude"))
    words = typed(data, SEARCH) or ("" if picked else typed(data, FIND))
    said = str(data.get("place_text") or "")
    place = None if picked else town_map.called(words, NAMED)
    if not words or (place is None and words in said):
        return data
    taken = data.copy()
    taken[SEARCH] = taken[FIND] = ""
    if place is not None:
        taken["place"] = str(place.place_id)
    else:
        taken["place_text"] = "，".join(filter(None, (words, said)))
    return taken
