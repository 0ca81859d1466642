"""Forms about accounts, roles, teams and shifts, for those who keep them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yiwang.kernel.people.rules import TEAM_KINDS
from yiwang.web.desk.forms.acts import ActForm
from yiwang.web.desk.forms.fields import coded_pairs, found

LONGEST_NAME = 40
MISSING = {"required": _("请填写这一项。")}


class MomentInput(forms.DateTimeInput):
    """A day and a time of the town's clock, as browsers ask for them."""

    input_type = "datetime-local"


def moment(label: Any) -> forms.DateTimeField:
    """A moment, in the town's time."""
    return forms.DateTimeField(
        label=label,
        widget=MomentInput(format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={**MISSING, "invalid": _("请写成 2026-11-23 08:30 这样的日期和时间。")},
    )


def line(label: Any, *, most: int = LONGEST_NAME, required: bool = True, hint: Any = "") -> forms.CharField:
    """A few words on one line."""
    return forms.CharField(label=label, max_length=most, required=required, help_text=hint, error_messages=MISSING)


class PasswordField(forms.CharField):
    """A password as it is typed: never shown again, and its blanks count."""

    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class NewAccount(ActForm):
    username = line(_("账号"), most=32, hint=_("3 到 32 个小写字母、数字、点或短横，以字母开头。"))
    name = line(_("姓名"))
    phone = line(_("电话"), most=20, required=False)
    password = PasswordField(
        label=_("初始密码"), required=False, strip=False, help_text=_("至少 10 个字符；不填就先不能登录。")
    )


class Rename(ActForm):
    name = line(_("姓名"))


class MailAddress(ActForm):
    email = line(_("邮箱"), most=254, required=False, hint=_("提醒发到这里；留空就不发。只有本人看得到。"))


class NewPassword(ActForm):
    password = PasswordField(
        label=_("新密码"),
        strip=False,
        help_text=_("至少 10 个字符。设好后，以前的登录随即失效。"),
        error_messages=MISSING,
    )


class OwnPassword(ActForm):
    old = PasswordField(label=_("现在的密码"), strip=False, error_messages=MISSING)
    password = PasswordField(
        label=_("新密码"),
        strip=False,
        help_text=_("至少 10 个字符。换好后，您在别处的登录随即失效。"),
        error_messages=MISSING,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old"].widget.attrs["autocomplete"] = "current-password"


class SecondFactor(ActForm):
    password = PasswordField(label=_("您的密码"), strip=False, error_messages=MISSING)
    code = line(_("验证器上的六位数字"), most=12)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "numeric"}


class ResetSecondFactor(ActForm):
    why = line(_("原因"), most=200, hint=_("例如：本人当面说手机丢了。记入日志。"))


class GiveRole(ActForm):
    role = found(_("岗位"))
    ground = found(_("在哪里"), required=False, hint=_("处置人员选部门，居委干部和网格员选居委；全镇的岗位不选。"))


class TakeRole(ActForm):
    grant = forms.UUIDField(widget=forms.HiddenInput)


class NothingAsked(ActForm):
    """An act that says all by being taken."""


class NewTeam(ActForm):
    code = line(_("代码"), most=40, hint=_("短的英文名，以后不能改。"))
    kind = forms.ChoiceField(label=_("种类"))
    name_zh = line(_("名称"))
    name_en = line(_("英文名称"))
    parent = found(_("上级部门"), required=False)
    committee = found(_("管哪个居委"), required=False, hint=_("只有居委会办公室要选。"))
    position = forms.IntegerField(label=_("排在第几"), required=False, min_value=0, max_value=9999)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["kind"].choices = coded_pairs("team.kind", TEAM_KINDS)  # type: ignore[attr-defined]


class RenameTeam(ActForm):
    name_zh = line(_("名称"))
    name_en = line(_("英文名称"))


class PlanShift(ActForm):
    begins_at = moment(_("开始"))
    ends_at = moment(_("结束"))
    note = line(_("怎么找到"), most=100, required=False, hint=_("写值班电话、房间；不写人名。"))


class CancelShift(ActForm):
    shift = forms.UUIDField(widget=forms.HiddenInput)
