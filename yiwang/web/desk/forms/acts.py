"""One form for each arrow of the table of stages: what a person says when taking it."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yiwang.cases import reasons
from yiwang.cases.classes import CHOSEN_DEMANDS, ON_APPROVAL
from yiwang.cases.limits import is_demand
from yiwang.cases.lineage.rules import LONGEST_WORDS
from yiwang.web.desk.forms.fields import (
    PhotosField,
    PlaceField,
    coded_pairs,
    found,
    one_of,
    point_of,
    reason_pairs,
    ticked,
    words,
)

LONGEST_TITLE = 80


class ActForm(forms.Form):
    """A form of one arrow. `options` are the long lists by field name; `arrow` names the arrow for its reasons.

    `hotline`: the case came as an order of 12345.
    """

    arrow = ""

    def __init__(
        self,
        *given: Any,
        options: dict[str, list[dict[str, str]]] | None = None,
        hotline: bool = False,
        **named: Any,
    ) -> None:
        super().__init__(*given, **named)
        self.options = options or {}
        self.hotline = hotline
        for name, rows in self.options.items():
            if name in self.fields:
                self.fields[name].choices = [(row["value"], row["text"]) for row in rows]  # type: ignore[attr-defined]
        if "reason_code" in self.fields:
            self.fields["reason_code"].choices = reason_pairs(self.arrow)  # type: ignore[attr-defined]

    @property
    def tokens(self) -> list[str]:
        """The photos that came with the form, by their upload tokens; kept when the form is refused."""
        return self.data.getlist("photos") if isinstance(self.data, QueryDict) else []


class Typed(ActForm):
    """What a case is: its type, for orders of 12345 and types of demands their kind, and where."""

    type_code = found(_("案件类别"), hint=_("可按名称、代码或拼音首字母查找"))
    demand = forms.ChoiceField(
        label=_("诉求种类"), required=False, help_text=_("12345 工单和诉求类别（H）必选，决定答复期限")
    )
    place = PlaceField()

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        kinds = (*CHOSEN_DEMANDS, ON_APPROVAL) if self.initial.get("demand") == ON_APPROVAL else CHOSEN_DEMANDS
        pairs = [("", _("不适用")), *coded_pairs("case.demand", kinds)]
        self.fields["demand"].choices = pairs  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if is_demand(str(given.get("type_code", "")), hotline=self.hotline) and not given.get("demand"):
            self.add_error("demand", _("12345 工单和诉求类别要选诉求种类，答复期限由它决定。"))
        return {**given, "place_point": point_of(self.data, "place")}


class Accept(Typed):
    title = forms.CharField(label=_("标题"), max_length=LONGEST_TITLE, error_messages={"required": _("请填写标题。")})
    urgent = forms.BooleanField(label=_("紧急"), required=False)

    field_order = ("type_code", "title", "demand", "place", "urgent")


class Decline(ActForm):
    arrow = "decline"
    reason_code = one_of(_("理由"))
    explanation = words(_("给报件人的说明"), hint=_("为什么不能受理，可以到哪里办"))


class Dismiss(Decline):
    arrow = "dismiss"
    explanation = words(_("说明"), hint=_("看过什么，为什么不需要处理；报件人会看到"))
    passed_to = forms.CharField(
        label=_("转给哪个单位"), required=False, max_length=100, help_text=_("不属于本镇职责的必填；报件人会看到")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("reason_code") == reasons.NOT_TOWN and not given.get("passed_to"):
            self.add_error("passed_to", _("不属于本镇职责的，要写明转给哪个单位。"))
        return given


class Void(Decline):
    arrow = "void"
    explanation = words(_("说明"), hint=_("作废不能撤销，记录会保留"))


class Settle(ActForm):
    type_code = found(_("案件类别"), hint=_("可按名称、代码或拼音首字母查找"))
    result = words(_("做了什么"))
    photos = PhotosField(label=_("处理后的照片"))
    no_photo_reason = words(_("没有照片的理由"), required=False, rows=2)


class Dispatch(ActForm):
    team = found(_("承办部门"), hint=_("可按名称或拼音首字母查找"))
    instruction = words(_("交办要求"), required=False, rows=2)
    assists = ticked(_("请哪些部门协办"))
    assist_task = words(_("请协办部门做什么"), required=False, rows=2, hint=_("选了协办部门的必填"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("assists") and not given.get("assist_task"):
            self.add_error("assist_task", _("请写明请协办部门做什么。"))
        return given


class AskAssist(ActForm):
    assists = ticked(_("请哪些部门协办"), required=True)
    assist_task = words(_("请协办部门做什么"))


class AnswerPart(ActForm):
    result = words(_("做了什么，结果怎样"))
    photos = PhotosField(label=_("处理后的照片"))
    no_photo_reason = words(_("没有照片的理由"), required=False, rows=2)


class PassPartOn(ActForm):
    team = found(_("改由谁协办"), hint=_("可按名称或拼音首字母查找"))
    instruction = words(_("交办要求"), required=False, rows=2)


class RulePart(ActForm):
    team = found(_("裁定由谁协办"), hint=_("可按名称或拼音首字母查找"))
    question = words(_("争议的问题"), rows=2, hint=_("一句话，以后按它查先例"))
    grounds = words(_("依据和理由"))


class WithdrawPart(ActForm):
    explanation = words(_("为什么不需要了"), rows=2)


class Redirect(ActForm):
    arrow = "redirect"
    team = found(_("改派到"), hint=_("可按名称或拼音首字母查找"))
    reason_code = one_of(_("理由"))
    instruction = words(_("交办要求"), required=False, rows=2)


class Sign(ActForm):
    pass


class Contact(ActForm):
    reached = one_of(_("联系上了吗"), [("yes", _("联系上了")), ("no", _("没有联系上"))])
    note = words(_("说了什么"), required=False, rows=2)


class Return(ActForm):
    arrow = "return"
    reason_code = one_of(_("理由"))
    legal_basis = words(_("法律或职责依据"), rows=2, hint=_("写明条款或职责文件"))
    proposed_team = found(_("建议由谁承办"), hint=_("可按名称或拼音首字母查找"))
    explanation = words(_("说明"))


class Rule(ActForm):
    team = found(_("裁定由谁承办"), hint=_("可按名称或拼音首字母查找"))
    question = words(_("争议的问题"), rows=2, hint=_("一句话，以后按它查先例"))
    grounds = words(_("依据和理由"))


class ReportBack(ActForm):
    outcome = one_of(_("结果"))
    result = words(_("做了什么，结果怎样"))
    photos = PhotosField(label=_("处理后的照片"))
    no_photo_reason = words(_("没有照片的理由"), required=False, rows=2)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["outcome"].choices = coded_pairs("case.outcome", reasons.OUTCOMES)  # type: ignore[attr-defined]


class Verify(ActForm):
    finding = words(_("看到的情况"), required=False)
    photos = PhotosField(label=_("核查照片"))
    no_photo_reason = words(_("没有照片的理由"), required=False, rows=2)


class Rework(ActForm):
    finding = words(_("还差什么"))
    parts = ticked(_("哪些协办部门也要重做"))
    photos = PhotosField(label=_("核查照片"))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if not self.options.get("parts"):
            del self.fields["parts"]


class Discharge(ActForm):
    finding = words(_("看过哪些依据，为什么可以办结"), hint=_("依据已附在案件上；办结以后，任务的颜色按依据重新判定"))


class Press(ActForm):
    finding = words(_("还差什么"), hint=_("承办部门会看到，接着原来的时限办"))


class CloseUnproven(ActForm):
    finding = words(_("为什么没有证明也要结案"), hint=_("例如仪器坏了、撤了；案件上会一直写着未经证明"))


class ShowSample(ActForm):
    """The samples to choose from are offered; whether one shows a return is for the rules to say, also of one that is not among them."""

    sample = forms.UUIDField(
        label=_("哪一份样品"),
        help_text=_("报警以后在这里采、结果已录入、按规则达标的样品"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项。"), "invalid": _("请从清单里选一项。")},
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        offered = [(row["value"], row["text"]) for row in self.options.get("sample", ())]
        self.fields["sample"].widget.choices = offered


class Close(ActForm):
    called_back = one_of(_("回访结果"))
    answer = words(_("给报件人的答复"))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["called_back"].choices = coded_pairs("case.called_back", reasons.CALLED_BACK)  # type: ignore[attr-defined]


class CallBack(ActForm):
    called_back = one_of(_("回访结果"))
    note = words(_("说了什么"), required=False, rows=2, hint=_("没有接通也请记一笔；没有接通不算评价"))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["called_back"].choices = coded_pairs("case.called_back", reasons.CALLED_BACK[:-1])  # type: ignore[attr-defined]


class Rate(ActForm):
    solved = one_of(_("解决了吗"), hint=_("只记报件人在回访电话里说的，不是工作人员的看法"))
    satisfaction = one_of(_("满意吗"))
    words = words(_("报件人的话"), required=False, rows=2)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["solved"].choices = coded_pairs("case.solved", reasons.SOLVED)  # type: ignore[attr-defined]
        pairs = coded_pairs("case.satisfaction", reasons.SATISFACTION)
        self.fields["satisfaction"].choices = pairs  # type: ignore[attr-defined]


class Reopen(ActForm):
    ground = one_of(_("为什么重新办理"))
    words = words(_("情况"), required=False, rows=2)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["ground"].choices = reason_pairs("reopen")  # type: ignore[attr-defined]


class Suspend(ActForm):
    arrow = "suspend"
    reason_code = one_of(_("理由"))
    explanation = words(_("说明"), hint=_("写明依据的文件或许可"))
    review_on = forms.DateField(
        label=_("哪天复核"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("请选一天。"), "invalid": _("请写成年-月-日，例如 2019-12-01。")},
    )


class Resume(ActForm):
    explanation = words(_("为什么可以接着办了"))


class AskExtension(ActForm):
    arrow = "ask_extension"
    amount = forms.IntegerField(
        label=_("延长多少"), min_value=1, max_value=999,
        error_messages={"required": _("请填写数字。"), "invalid": _("请填写整数。")},
    )  # fmt: skip
    reason_code = one_of(_("理由"))
    explanation = words(_("说明"))


class DecideExtension(ActForm):
    explanation = words(_("理由"), rows=2)


class ApproveComplex(ActForm):
    explanation = words(_("批准的理由"), hint=_("为什么按原来的期限办不完；批准后可办十五个工作日，从收到起算"))


class Correct(Typed):
    arrow = "correct"


class Merge(ActForm):
    main = forms.CharField(
        label=_("并入哪一件"), max_length=40, help_text=_("主案的编号；同一件事只办一次，结案时每位报件人各自得到答复"),
        error_messages={"required": _("请填写主案的编号。")},
    )  # fmt: skip
    explanation = words(_("为什么是同一件事"), required=False, rows=2)


class Unmerge(ActForm):
    explanation = words(_("为什么要分开办"), rows=2)


class Split(Typed):
    title = forms.CharField(label=_("标题"), max_length=LONGEST_TITLE, error_messages={"required": _("请填写标题。")})
    text = words(_("这一件说了什么"), rows=4, most=LONGEST_WORDS, hint=_("从报件人的话里摘出这一件事；报件人会看到"))
    scene = ticked(
        _("哪些照片拍的是这一件"), hint=_("办这一件的部门只看到上面的话和勾选的照片；原上报的其他内容不随件给出")
    )
    explanation = words(_("为什么分开办"), required=False, rows=2)

    field_order = ("title", "text", "scene", "type_code", "demand", "place", "explanation")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if not self.options.get("scene"):
            del self.fields["scene"]


class Unsplit(ActForm):
    explanation = words(_("为什么还是一件事"), rows=2)


class Note(ActForm):
    text = words(_("备注"), hint=_("只有工作人员能看到"))


class Recheck(ActForm):
    holds = one_of(_("还好着吗"), [("yes", _("保持解决")), ("no", _("没有保持"))])
    finding = words(_("看到的情况"))
    photos = PhotosField(label=_("复查照片"))
    no_photo_reason = words(_("没有照片的理由"), required=False, rows=2)
