"""Forms about the words of a published plan and the promises they mean."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yiwang.plan.commitments import COMPARATORS, EVIDENCE, UNITS
from yiwang.plan.facts import Goal, Words
from yiwang.plan.review.rules import LONGEST_NUMBER, LONGEST_REASON
from yiwang.plan.wording import Wanted
from yiwang.web.desk.forms.acts import ActForm
from yiwang.web.desk.forms.fields import coded_pairs, found, one_of, ticked, words
from yiwang.web.desk.forms.people import line
from yiwang.web.desk.forms.places import DayInput
from yiwang.web.desk.forms.registers import INVALID_DAY

LONGEST_WORDS = 400
DESCRIBES, GENERAL, TWICE, OTHER = "describes", "general", "twice", "other"
WHY_NOT = {
    DESCRIBES: _("只说明现状、意义或背景"),
    GENERAL: _("笼统的要求，没有可以核对的事"),
    TWICE: _("别处已经写过"),
    OTHER: _("其他，在下面写明"),
}
SIGNS = {">=": "≥", "<=": "≤", "=": "=", ">": ">"}


class ConfirmDraft(ActForm):
    """Which promises the words mean: some of the same item, or one of any other."""

    rows = ticked(_("这一条里的任务"))
    other = found(_("别的条目里的任务"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("rows") and not given.get("other"):
            self.add_error("rows", _("请至少选一项任务。"))
        return given

    def meant(self) -> tuple[str, ...]:
        """The rows chosen, each once."""
        given = self.cleaned_data
        return tuple(dict.fromkeys(one for one in (*given["rows"], given["other"]) if one))


class MergeDrafts(ActForm):
    """The one promise that several words mean."""

    row = found(_("这些原文说的是哪一项任务"))


class DismissDraft(ActForm):
    why = one_of(_("为什么不是承诺"), list(WHY_NOT.items()))
    explanation = words(_("说明"), required=False, rows=2, most=LONGEST_REASON)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("why") == OTHER and not given.get("explanation"):
            self.add_error("explanation", _("请写明理由。"))
        return given


class SplitDraft(ActForm):
    pieces = words(_("拆成几段"), rows=4, hint=_("每段一行，照抄原文，只换行，不改字。"))


class Reopen(ActForm):
    """Nothing is asked: it is taken back."""


class Worded(ActForm):
    """What a promise says. English may be left out: then the Chinese stands there."""

    promise = words(_("任务"), rows=2, most=LONGEST_WORDS)
    promise_en = words(_("任务（英文）"), required=False, rows=2, most=LONGEST_WORDS, hint=_("不填就显示中文。"))
    owner = found(_("责任部门"))
    due = forms.DateField(label=_("期限"), widget=DayInput(format="%Y-%m-%d"), error_messages=INVALID_DAY)
    measure = words(_("怎么衡量"), rows=2, most=LONGEST_WORDS)
    measure_en = words(_("怎么衡量（英文）"), required=False, rows=2, most=LONGEST_WORDS, hint=_("不填就显示中文。"))
    evidence = one_of(_("拿什么证明"))
    shown_by = words(_("是哪份文件、哪本台账、谁签认"), rows=2, most=LONGEST_WORDS)
    shown_by_en = words(_("是哪份（英文）"), required=False, rows=2, most=LONGEST_WORDS, hint=_("不填就显示中文。"))

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["evidence"].choices = coded_pairs("plan.evidence", EVIDENCE)  # type: ignore[attr-defined]


class Reword(Worded):
    reason = words(_("为什么改"), rows=2, most=LONGEST_REASON, hint=_("公开页面上看得到，不要写个人信息。"))


class Targeted(ActForm):
    """A number to reach, all three of its parts or none."""

    comparator = forms.ChoiceField(label=_("要达到的数"), required=False)
    value = forms.DecimalField(
        label=_("数"), required=False, min_value=0, max_digits=18, decimal_places=4,
        error_messages={"invalid": _("请写一个数。"), "min_value": _("请写不小于 0 的数。")},
        help_text=_("不填就是没有定数。"),
    )  # fmt: skip
    unit = forms.ChoiceField(label=_("单位"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["comparator"].choices = [(one, SIGNS[one]) for one in COMPARATORS]  # type: ignore[attr-defined]
        self.fields["unit"].choices = coded_pairs("plan.unit", UNITS)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        value = given.get("value")
        goal = None if value is None else Goal(value, given.get("unit", ""), given.get("comparator", ""))
        return {**given, "goal": goal}


class Retarget(Targeted):
    document_number = line(_("文号"), most=LONGEST_NUMBER, hint=_("哪份文件改的，例如：新府〔2019〕7号"))
    reason = words(_("说明"), required=False, rows=2, most=LONGEST_REASON, hint=_("公开页面上看得到，不要写个人信息。"))


class NewPromise(Worded, Targeted):
    """A promise that is made of published words: its number is the document's own."""

    field_order = (
        "promise", "promise_en", "owner", "due", "comparator", "value", "unit", "measure", "measure_en", "evidence",
        "shown_by", "shown_by_en",
    )  # fmt: skip


def wanted(given: dict[str, Any]) -> Wanted:
    """What a form of words said."""

    def both(name: str) -> Words:
        return Words(given[name].strip(), given[f"{name}_en"].strip() or given[name].strip())

    return Wanted(both("promise"), both("measure"), given["owner"], given["due"], given["evidence"], both("shown_by"))


def why_not(given: dict[str, Any]) -> str:
    """The reason in words, as it is kept: in the office's language whatever the page's is."""
    said = {
        DESCRIBES: "只说明现状、意义或背景",
        GENERAL: "笼统的要求，没有可以核对的事",
        TWICE: "别处已经写过",
        OTHER: "",
    }[given["why"]]
    return "；".join(one for one in (said, given.get("explanation", "").strip()) if one)
