"""Forms of signed evidence: what it shows, why that is right, and what stands behind it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yiwang.registers.evidence.rules import LONGEST_NUMBER, LONGEST_WHY, PLACES
from yiwang.web.desk.forms.acts import ActForm
from yiwang.web.desk.forms.fields import coded_pairs, one_of, words
from yiwang.web.desk.forms.people import line
from yiwang.web.desk.forms.places import DayInput
from yiwang.web.desk.forms.registers import INVALID_DAY

VALUE, DONE, PAPER = "value", "done", "paper"
MOST_DIGITS = 20


class Paper(forms.FileInput):
    """A paper or a photo, sent with the form."""

    desk_kind = "file"


class SignEvidence(ActForm):
    """How a promise stood on a day. `units`: those in which it may be measured; with several, one is chosen."""

    shows = one_of(
        _("这份依据说明什么"),
        ((VALUE, _("到了多少（填数）")), (DONE, _("已经办结")), (PAPER, _("还在办，有文件"))),
    )
    value = forms.DecimalField(
        label=_("数"),
        required=False,
        max_digits=MOST_DIGITS,
        decimal_places=PLACES,
        min_value=Decimal(0),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "invalid": _("请只写数字，如 320 或 96.5。"),
            "min_value": _("数不能小于 0。"),
            "max_decimal_places": _("小数最多 6 位。"),
            "max_digits": _("这个数太长了。"),
            "max_whole_digits": _("这个数太大了。"),
        },
    )
    unit = forms.ChoiceField(
        label=_("单位"), required=False, error_messages={"invalid_choice": _("请从清单里选一项。")}
    )
    as_of = forms.DateField(label=_("截至哪一天"), widget=DayInput(format="%Y-%m-%d"), error_messages=INVALID_DAY)
    why = words(_("为什么是对的"), most=LONGEST_WHY, hint=_("数从哪里来、怎么数、谁核过。这段话公开，不写姓名和号码。"))
    document_number = line(_("文号"), most=LONGEST_NUMBER, required=False, hint=_("如 新海府〔2026〕12号"))
    file = forms.FileField(
        label=_("文件"), required=False, widget=Paper, help_text=_("PDF 或照片，最大 20 MB。只有工作人员能打开。")
    )

    def __init__(self, *given: Any, units: tuple[str, ...] = (), **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["unit"].choices = coded_pairs("plan.unit", units)  # type: ignore[attr-defined]
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.initial["unit"] = units[0]
            self.fields["value"].label = _("数（%(unit)s）") % {"unit": coded_pairs("plan.unit", units)[0][1]}

    def clean(self) -> dict[str, Any]:
        """A number where a number is told, and none elsewhere."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("shows") == VALUE and given.get("value") is None and "value" not in self.errors:
            self.add_error("value", _("请填写这一项。"))
        if given.get("shows") in (DONE, PAPER):
            given["value"] = None
        return given


class WithdrawEvidence(ActForm):
    """Why evidence does not count any more."""

    reason = words(_("为什么撤回"), most=LONGEST_WHY, rows=2, hint=_("理由公开，不写姓名和号码。"))
