"""Forms about the register of places: one place, a file of places, the end of a place."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yiwang.kernel.places.datum import Datum
from yiwang.kernel.places.rules import Kind
from yiwang.web.desk.forms.acts import ActForm
from yiwang.web.desk.forms.fields import coded_pairs, words
from yiwang.web.desk.forms.people import MISSING, line

Feature = dict[str, Any]


class DayInput(forms.DateInput):
    """A day, as browsers ask for it."""

    input_type = "date"


class DatumField(forms.ChoiceField):
    """What the numbers of a coordinate refer to."""

    def __init__(self, *, label: Any, empty: Any = None) -> None:
        pairs: list[tuple[str, Any]] = [(str(one), str(one)) for one in Datum]
        super().__init__(
            label=label,
            required=empty is None,
            choices=[("", empty), *pairs] if empty else pairs,
            error_messages={"invalid_choice": _("请从清单里选一项。")},
        )


class DescribedPlace(ActForm):
    """What the register says of a place. `kind` is asked for a new one only: it stays."""

    kind = forms.ChoiceField(label=_("种类"))
    code = line(_("代码"), most=40)
    name = line(_("名称"), most=100)
    name_en = line(_("英文名称"), most=100, required=False)
    aliases = line(_("别名"), most=300, required=False, hint=_("几个别名用顿号隔开。"))
    parent = line(
        _("属于"), most=60, required=False, hint=_("写成“种类/代码”，例如 estate/E-01；网格和居委由代码得知，不用写。")
    )
    source = line(_("出处"), most=200, required=False, hint=_("测绘成果、部门台账等。"))
    longitude = forms.FloatField(label=_("经度"), required=False)
    latitude = forms.FloatField(label=_("纬度"), required=False)
    geometry = words(
        _("图形"), required=False, rows=4, most=200_000,
        hint=_("GeoJSON 的 geometry，用于线和面；只是一个点时填经度和纬度就够了。"),
    )  # fmt: skip
    datum = DatumField(label=_("坐标系"))
    illustrative = forms.BooleanField(label=_("示意，不是测绘成果"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["kind"].choices = coded_pairs("place.kind", Kind)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "geometry" not in self.errors:
            given["shape"] = self._shape(given)
        return given

    def _shape(self, given: dict[str, Any]) -> Feature | None:
        """The geometry that was drawn, or the point of the two numbers."""
        if given.get("geometry"):
            try:
                return json.loads(given["geometry"])
            except (ValueError, RecursionError):  # the latter: nested so deep that it is no geometry, either
                self.add_error("geometry", _("这不是 JSON，请从地图软件重新复制 geometry 那一段。"))
                return None
        longitude, latitude = given.get("longitude"), given.get("latitude")
        if longitude is None or latitude is None:
            self.add_error("longitude", _("请填经度和纬度，或者粘贴图形。"))
            return None
        return {"type": "Point", "coordinates": [longitude, latitude]}


class ChangedPlace(DescribedPlace):
    """The same of a place that is registered already."""

    kind = None  # type: ignore[assignment]

    def __init__(self, *given: Any, **named: Any) -> None:
        ActForm.__init__(self, *given, **named)


class RetirePlace(ActForm):
    on = forms.DateField(
        label=_("从哪一天起不再有效"), widget=DayInput(format="%Y-%m-%d"), error_messages=MISSING,
        help_text=_("以前的案件仍指着它；新的案件不能再选它。"),
    )  # fmt: skip


class ImportPlaces(ActForm):
    datum = DatumField(label=_("坐标系"), empty=_("以文件里写的为准"))
