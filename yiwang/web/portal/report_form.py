"""The report as a resident fills it in: one form without a session.

Every page of it carries the whole of what was said so far, so a reload, a lost network or another tab lose nothing. None of it is
trusted: each time it comes back it is checked from the start, and photos come back as the tokens that their upload gave.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from yiwang.intake.reports import rules
from yiwang.intake.reports.problems import SaySomething, TooLong, TooManyPhotos
from yiwang.intake.reports.steps.receiving import Person
from yiwang.kernel.files import tokens
from yiwang.kernel.people.guesses import Origin
from yiwang.kernel.people.problems import BadPhone, TooManyPhotosHere
from yiwang.kernel.people.rules import phone as phone_digits
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.town_map import TownMap
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import ActorKind, Call, FileHash, PlaceId, Point
from yiwang.web import house
from yiwang.web.portal import room
from yiwang.web.typed_place import with_typed_place

MYSELF, ANOTHER = "self", "other"
MOST_PHOTOS = 6
LONGEST_NAME, LONGEST_PHONE, LONGEST_PLACE = 40, 30, 200
STEPS = ("place", "matter", "contact")
"""The questions in their order; each field belongs to one."""
STEP_OF = {
    "place": "place", "place_text": "place", "place_longitude": "place", "place_latitude": "place",
    "text": "matter", "photos": "matter", "urgent": "matter",
}  # fmt: skip


class ReportForm(forms.Form):
    """What was said. Fields that only make sense together are judged in `clean`."""

    place = forms.CharField(required=False, max_length=40)
    place_longitude = forms.CharField(required=False, max_length=40)
    place_latitude = forms.CharField(required=False, max_length=40)
    place_text = forms.CharField(required=False, max_length=LONGEST_PLACE)
    text = forms.CharField(required=False)
    urgent = forms.BooleanField(required=False)
    for_whom = forms.CharField(required=False, max_length=10)
    name = forms.CharField(required=False, max_length=LONGEST_NAME)
    phone = forms.CharField(required=False, max_length=LONGEST_PHONE)
    other_name = forms.CharField(required=False, max_length=LONGEST_NAME)
    other_phone = forms.CharField(required=False, max_length=LONGEST_PHONE)

    def __init__(self, data: MultiValueDict[str, Any], *, call: Call, photos: Sequence["Photo"] = ()) -> None:
        self.town_map: TownMap = places.town_map(call.actor)
        super().__init__(with_typed_place(data, self.town_map))
        self.call = call
        self.photos = photos
        self.place_id: PlaceId | None = None
        self.point: Point | None = None
        self.outside = False

    @property
    def known(self) -> bool:
        """Whether the account answers, so that no phone is asked for."""
        return self.call.actor.kind == ActorKind.RESIDENT

    @property
    def for_another(self) -> bool:
        return bool(self.cleaned_data.get("for_whom") == ANOTHER)

    def clean(self) -> dict[str, Any]:
        """Judge place, words and phones; every error stands at the field that mends it."""
        self._clean_place()
        self._clean_words()
        self._clean_phones()
        return self.cleaned_data

    # --- where -------------------------------------------------------------------------------------------------------

    def _clean_place(self) -> None:
        given = self.cleaned_data.get("place", "")
        self.place_id = _known_place(given, self.town_map)
        if given and self.place_id is None:
            self.add_error("place", _("这个地点不在名单里，请重新选一个。"))
            return
        self.point = self._given_point()
        if self.point is not None and not self.town_map.locate(self.point).in_town:
            self._outside(self.point)
        if not (self.place_id or self.point or self.cleaned_data.get("place_text") or self.outside):
            self.add_error("place", _("请告诉我们在哪里：选一个地点、在地图上点一下，或写一句话。"))

    def _given_point(self) -> Point | None:
        longitude, latitude = (self.cleaned_data.get(f"place_{one}", "") for one in ("longitude", "latitude"))
        try:
            point = Point(float(longitude), float(latitude))
        except ValueError:
            return None
        fits = all(map(math.isfinite, (point.longitude, point.latitude)))
        return point if fits and abs(point.longitude) <= 180 and abs(point.latitude) <= 90 else None

    def _outside(self, point: Point) -> None:
        """A position outside the town opens the list. With words or a place from the list it goes on without refusal."""
        near_enough = self.town_map.distance_to_town_m(point) <= room.EDGE_M
        self.point = point if near_enough and not self.place_id else None
        if self.place_id or self.cleaned_data.get("place_text"):
            return
        self.outside, self.point = True, None
        self.add_error(
            "place", _("您所在的位置不在本镇范围里。请从列表里选一个地点，或用一句话写明在哪里，一样可以上报。")
        )

    # --- what --------------------------------------------------------------------------------------------------------

    def _clean_words(self) -> None:
        try:
            self.cleaned_data["text"] = rules.words(self.cleaned_data.get("text", ""), photos=self.photos)
        except (SaySomething, TooLong) as refusal:
            self.add_error("text", house.sentence(refusal))
        except TooManyPhotos:
            pass  # told beside the photos

    # --- who ---------------------------------------------------------------------------------------------------------

    def _clean_phones(self) -> None:
        if not self.known:
            self._clean_phone(
                "phone", _("替别人上报时，请留您自己的电话，我们也要告诉您。") if self.for_another else ""
            )
        if not self.for_another:
            self.cleaned_data["other_name"] = self.cleaned_data["other_phone"] = ""
            return
        self._clean_phone("other_phone", _("请留对方的电话，我们会同时告诉对方；家里的座机也可以。"))
        own, other = self.cleaned_data.get("phone"), self.cleaned_data.get("other_phone")
        if own and own == other:
            self.add_error(
                "other_phone", _("两个电话是一样的。如果对方没有电话，请选“为我自己”，在内容里写明是谁的事。")
            )

    def _clean_phone(self, name: str, needed: str) -> None:
        given = self.cleaned_data.get(name, "")
        if not given:
            if needed:
                self.add_error(name, needed)
            return
        try:
            self.cleaned_data[name] = phone_digits(given)
        except BadPhone as refusal:
            self.add_error(name, house.sentence(refusal))

    # --- what leaves -------------------------------------------------------------------------------------------------

    def said(self, name: str) -> str:
        """A field as it was typed, for showing it again."""
        return str(self.data.get(name) or "")

    def step_to_mend(self) -> str:
        """The first question that has an error."""
        wrong = {STEP_OF.get(name, "contact") for name in self.errors}
        return next((step for step in STEPS if step in wrong), STEPS[0])

    def where(self) -> str:
        """The place in words, for checking."""
        named = room.place_words(self.call.actor, self.place_id, self.point)
        return " · ".join(part for part in (named, self.cleaned_data.get("place_text", "")) if part)

    def persons(self) -> tuple[Person | None, Person | None]:
        """Who reports and whom it concerns, if that is another."""
        said = self.cleaned_data
        name = said["name"].strip()
        own = Person(said["phone"], name) if (said["phone"] or name) and not self.known else None
        other = Person(said["other_phone"], said["other_name"].strip()) if self.for_another else None
        return own, other

    def key(self) -> str | None:
        """The key of this sending: the form's own and a digest of what is said.

        The same words sent twice are one report. Words that were changed after a lost answer are another, and not lost.
        """
        own = self.said("_key")[:80]
        if not own:
            return None
        content = [str(self.place_id), str(self.point), *(str(self.cleaned_data[name]) for name in self.fields)]
        digest = hashlib.sha256(json.dumps([*content, *(one.sha256 for one in self.photos)]).encode()).hexdigest()
        return f"{own}/{digest[:24]}"


def _known_place(given: str, town_map: TownMap) -> PlaceId | None:
    try:
        place = town_map.place(PlaceId(UUID(given)))
    except ValueError:
        return None
    return place.place_id if place else None


# --- photos ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that arrived: its token, its bytes' name, and where it says it was taken."""

    token: str
    sha256: FileHash
    position: Point | None = None


@dataclass(slots=True)
class Photos:
    """The photos of a form: those that arrived, and a sentence for each that did not."""

    kept: list[Photo] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    limit: TooManyPhotosHere | None = None
    """That the address sent too many: no more are tried then."""

    @property
    def error(self) -> str:
        return " ".join(self.refused)

    @property
    def position(self) -> Point | None:
        """Where the first photo that knows it was taken."""
        return next((photo.position for photo in self.kept if photo.position), None)


def collect(data: Any, files: Sequence[Any], *, call: Call, origin: Origin) -> Photos:
    """The photos that came back as tokens, then those that came along as plain files (without JavaScript).

    One that is refused is told about and left out; the others stay.
    """
    photos = Photos()
    for token in data.getlist("photos")[: rules.MOST_PHOTOS * 2]:
        _take_token(photos, token, call)
    for sent in files[: MOST_PHOTOS * 2]:
        if len(photos.kept) >= MOST_PHOTOS:
            photos.refused.append(_("最多 %(most)d 张照片，多出的没有加上。") % {"most": MOST_PHOTOS})
            break
        _take_file(photos, sent, call, origin)
        if photos.limit:
            break
    return photos


def _take_token(photos: Photos, token: str, call: Call) -> None:
    try:
        sha256 = tokens.claimed(token, now=call.now)
    except Problem as refusal:
        photos.refused.append(house.sentence(refusal))
        return
    if sha256 not in {one.sha256 for one in photos.kept}:
        photos.kept.append(Photo(token, sha256))


def _take_file(photos: Photos, sent: Any, call: Call, origin: Origin) -> None:
    try:
        received = room.received_photo(sent, call, origin)
    except TooManyPhotosHere as refusal:
        photos.limit = refusal
        photos.refused.append(house.sentence(refusal))
    except Problem as refusal:
        photos.refused.append(f"{sent.name}: {house.sentence(refusal)}")
    else:
        photos.kept.append(Photo(received.token, received.file.sha256, received.position))
