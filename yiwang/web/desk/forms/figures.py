"""What a person says when a figure is let go to the public, or taken back."""

from django.utils.translation import gettext_lazy as _

from yiwang.web.desk.forms.acts import ActForm
from yiwang.web.desk.forms.fields import words

LONGEST = 500


class ReleaseFigure(ActForm):
    ground = words(
        _("审查意见"), rows=2, most=LONGEST, hint=_("看过哪些内容、为什么可以公开。写进公开记录，只在镇里看得到。")
    )


class WithdrawFigure(ActForm):
    explanation = words(
        _("撤回的原因"), rows=2, most=LONGEST, hint=_("会公开：已经印发的汇总里会写明这一数值何时、为什么撤回。")
    )
