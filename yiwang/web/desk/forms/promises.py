"""What is asked of those who look after promises, and of those who answer for them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yiwang.plan.inquiries.rules import LONGEST
from yiwang.web.desk.forms.acts import ActForm
from yiwang.web.desk.forms.fields import words
from yiwang.web.desk.forms.places import DayInput
from yiwang.web.desk.forms.registers import INVALID_DAY


class Supervise(ActForm):
    words = words(
        _("为什么督办，要求做到什么"),
        most=500,
        hint=_("责任部门会看到；三个工作日内要签认依据并反馈。不要写居民的姓名和号码。"),
    )


class Explain(ActForm):
    words = words(
        _("进展怎样，为什么还没有依据"),
        most=LONGEST,
        hint=_("这段话公开，写在颜色旁边；颜色按依据判定，不会因此改变。不写姓名和号码。"),
    )
    expected_on = forms.DateField(
        label=_("预计哪天拿出依据"), widget=DayInput(format="%Y-%m-%d"), error_messages=INVALID_DAY
    )
