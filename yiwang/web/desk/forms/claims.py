"""What is asked of whoever answers a resident's claim about their own data."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from yiwang.intake.reports.claims.rules import LONGEST, OUTCOMES
from yiwang.web.desk.forms.acts import ActForm
from yiwang.web.desk.forms.fields import coded_pairs, one_of, words


class AnswerClaim(ActForm):
    outcome = one_of(_("怎样答复"))
    answer = words(
        _("答复"),
        most=LONGEST,
        hint=_("本人会看到：做了什么；不照办的，写明理由和依据。"),
    )
    correction = words(
        _("更正后的说法，写进案件的备注"),
        most=500,
        required=False,
        hint=_("只在更正一件上报时填；办理的部门会看到。不写姓名和号码。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = coded_pairs("claim.outcome", OUTCOMES)  # type: ignore[attr-defined]
