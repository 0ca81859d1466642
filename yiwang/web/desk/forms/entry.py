"""The one form for what somebody says on the telephone or at the counter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yiwang.cases.limits import is_demand
from yiwang.intake.reports.rules import MOST_CHARACTERS
from yiwang.web.desk.forms.acts import LONGEST_TITLE, ActForm
from yiwang.web.desk.forms.fields import PhotosField, PlaceField, found, one_of, point_of, words
from yiwang.web.desk.room import said

CHANNELS = ("desk", "hotline", "grid")


class Entry(ActForm):
    text = words(_("说了什么"), rows=6, most=MOST_CHARACTERS, required=False)
    channel = one_of(_("来源"))
    source_key = forms.CharField(label=_("热线工单编号"), required=False, max_length=60)
    place = PlaceField()
    place_text = forms.CharField(label=_("报件人说的地址"), required=False, max_length=200)
    name = forms.CharField(label=_("姓名"), required=False, max_length=40)
    phone = forms.CharField(label=_("电话"), required=False, max_length=20)
    for_name = forms.CharField(label=_("当事人姓名"), required=False, max_length=40)
    for_phone = forms.CharField(label=_("当事人电话"), required=False, max_length=20)
    urgent = forms.BooleanField(label=_("紧急"), required=False)
    photos = PhotosField()
    type_code = found(_("案件类别"), required=False, hint=_("可按名称、代码或拼音首字母查找"))
    title = forms.CharField(label=_("标题"), required=False, max_length=LONGEST_TITLE)
    demand = forms.ChoiceField(label=_("诉求种类"), required=False)

    def __init__(self, *given: Any, demands: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["channel"].choices = [(one, said(f"report.channel.{one}")) for one in CHANNELS]  # type: ignore[attr-defined]
        self.fields["demand"].choices = [("", _("不适用")), *demands]  # type: ignore[attr-defined]
        self.fields["type_code"].choices = [("", ""), *self.fields["type_code"].choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "accept" in self.data:
            if not given.get("type_code"):
                self.add_error("type_code", _("直接受理要选案件类别。"))
            elif not given.get("demand") and is_demand(given["type_code"], hotline=given.get("channel") == "hotline"):
                self.add_error("demand", _("12345 工单和诉求类别要选诉求种类，答复期限由它决定。"))
        if given.get("for_name") and not given.get("for_phone"):
            self.add_error("for_phone", _("代人反映要留当事人的电话，好告诉他结果。"))
        return {**given, "place_point": point_of(self.data, "place")}
