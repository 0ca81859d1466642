"""Finding a place by its name without JavaScript: the form comes back with a shorter list, and with all that was filled in."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from yiwang.kernel.places import queries as places
from yiwang.kernel.places.town_map import NAMED
from yiwang.kernel.terms import Actor
from yiwang.web.portal import room
from yiwang.web.typed_place import FIND, typed

LONGEST = 40
GO = ("find", "check")


@dataclass(frozen=True, slots=True)
class PlaceSearch:
    """What was asked and found, and the form's data with it: one place is chosen, of several one has to be picked."""

    asked: str
    found: list[dict[str, Any]]
    data: QueryDict

    def sentence(self) -> str:
        """What was found and what to do now."""
        if not self.found:
            return _("没有找到“%(asked)s”，已经写进下面的“说得更准一点”。可以就这样上报，也可以换个说法再查。") % {
                "asked": self.asked
            }
        if len(self.found) == 1:
            return _("找到了，已经选上：%(name)s。不是这里，就换个说法再查。") % {"name": self.found[0]["text"]}
        return _("找到 %(n)s 个地点，请在上面的列表里选一个；都不是，就在下面写一句话。") % {"n": len(self.found)}


def place_search(data: QueryDict, actor: Actor) -> PlaceSearch | None:
    """The search that a sent form asks for: by its button, or because nothing else says where. None where the place is known.

    Return in any field presses a form's first button, which is the search's: with a place picked from what was found, or
    nothing typed, the form goes on.
    """
    asked, go = typed(data, FIND)[:LONGEST], data.get("go", "check")
    if not asked or go not in GO or (go == "check" and _told(data, asked, actor)):
        return None
    found = room.listed_places(actor, asked)
    if data.get("place") in {place["id"] for place in found}:
        return None
    changed = data.copy()
    changed["place"] = found[0]["id"] if len(found) == 1 else ""
    if found:
        changed["place_longitude"] = changed["place_latitude"] = changed[FIND] = ""
    return PlaceSearch(asked, found, changed)


def _told(data: QueryDict, asked: str, actor: Actor) -> bool:
    """Whether something else says where, or what was typed is the very name of one place."""
    other = any(data.get(name) for name in ("place", "place_longitude", "place_text"))
    return other or places.town_map(actor).called(asked, NAMED) is not None
