"""The kinds of questions that the desk's forms ask besides plain ones: find in a list, photos, a place."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from yiwang.cases import reasons
from yiwang.kernel.terms import PlaceId, Point
from yiwang.web.desk.room import said

LONGEST_TEXT = 4000


class Found(forms.Select):
    """A select that is searched by name, code and pinyin initials (static/desk/find.js)."""

    desk_kind = "find"


class Ticks(forms.SelectMultiple):
    """Any number from a list, each with a box to tick."""

    desk_kind = "ticks"


class Photos(forms.MultipleHiddenInput):
    """Photos by their upload tokens."""

    desk_kind = "photos"


class Place(forms.Select):
    """A place from the list, or a point on the map in `<name>_longitude` and `<name>_latitude`."""

    desk_kind = "find"


class PhotosField(forms.Field):
    """Tokens of photos that were uploaded ahead of the form."""

    widget = Photos

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, label=given.pop("label", _("照片")), **given)

    def to_python(self, value: Any) -> list[str]:
        return [str(one) for one in value or () if one]


class PlaceField(forms.Field):
    """A place's identifier, or None."""

    widget = Place

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, label=given.pop("label", _("地点")), **given)

    def to_python(self, value: Any) -> PlaceId | None:
        try:
            return PlaceId(UUID(str(value))) if value else None
        except ValueError:
            raise forms.ValidationError(_("请从清单里选一个地点。")) from None


def words(
    label: Any, *, required: bool = True, rows: int = 3, hint: Any = "", most: int = LONGEST_TEXT
) -> forms.CharField:
    """Some sentences."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("请填写这一项。")},
    )


def one_of(
    label: Any, pairs: Iterable[tuple[str, Any]] = (), *, required: bool = True, hint: Any = ""
) -> forms.ChoiceField:
    """One from a short list, as cards."""
    return forms.ChoiceField(
        label=label,
        choices=list(pairs),
        required=required,
        help_text=hint,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。"), "invalid_choice": _("请从清单里选一项。")},
    )


def found(label: Any, *, required: bool = True, hint: Any = "") -> forms.ChoiceField:
    """One from a long list that is searched; the options are given when the form is made."""
    return forms.ChoiceField(
        label=label,
        required=required,
        help_text=hint,
        widget=Found,
        error_messages={"required": _("请选一项。"), "invalid_choice": _("请从清单里选一项。")},
    )


def ticked(label: Any, *, required: bool = False, hint: Any = "") -> forms.MultipleChoiceField:
    """Any number from a list; the options are given when the form is made."""
    return forms.MultipleChoiceField(
        label=label,
        required=required,
        help_text=hint,
        widget=Ticks,
        error_messages={"required": _("请选一项。"), "invalid_choice": _("请从清单里选一项。")},
    )


def reason_pairs(arrow: str) -> list[tuple[str, str]]:
    """The reasons an arrow may have, in words."""
    return [(code, said(f"case.reason.{code}")) for code in reasons.REASONS[arrow]]


def coded_pairs(prefix: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Codes with their words."""
    return [(code, said(f"{prefix}.{code}")) for code in codes]


def point_of(given: Mapping[str, Any], name: str) -> Point | None:
    """The point beside a place field, when both numbers are there and on the globe."""
    try:
        longitude, latitude = float(given.get(f"{name}_longitude", "")), float(given.get(f"{name}_latitude", ""))
    except (TypeError, ValueError):
        return None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        return None
    return Point(longitude, latitude)
