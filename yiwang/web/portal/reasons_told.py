"""Why one's matter goes as it goes (个人信息保护法 arts. 24, 48), in plain words: its kind and who chose it, each limit and its rule."""

from typing import Any

from django.utils.translation import gettext as _

from yiwang.cases import law
from yiwang.cases.explained import Explained, LimitBehind, explained
from yiwang.kernel.terms import Actor
from yiwang.kernel.wording import language_of, word
from yiwang.web import house


def why(actor: Actor, number: str) -> dict[str, Any]:
    """`kind` is a sentence, `limits` have `what` and `source`. Raises CaseUnknown."""
    found = explained(actor, number)
    return {"kind": _kind(found), "limits": [_limit(one) for one in found.limits]}


def _kind(found: Explained) -> str:
    if not found.choice:
        return _("还没有归类：工作人员看过以后才决定归哪一类、由谁办。")
    name = law.type_names(house.language()).get(found.type_code, found.type_code)
    if found.choice == "unseen":
        return _("归为“%(kind)s”：工作人员成批采用了系统的建议，没有逐件细看。归得不对，请来电更正。") % {"kind": name}
    return _("归为“%(kind)s”：由工作人员选定。") % {"kind": name}


def _limit(one: LimitBehind) -> dict[str, str]:
    language = house.language()
    what = _("%(stage)s的时限：%(amount)s %(unit)s") % {
        "stage": word(f"case.clock.{one.stage}", language),
        "amount": one.amount,
        "unit": word(f"time-unit.{one.unit}", language),
    }
    if one.behind is None:
        return {"what": what, "source": ""}
    checked = _("已与原文核对") if one.behind.verified else _("还没有与原文核对")
    rule = one.behind.words.get(language_of(language)) or _("镇里的案件类型表。")
    since = f"{one.behind.since:%Y-%m-%d}"
    source = _("依据：%(rule)s自 %(since)s 起适用，%(checked)s。") % {"rule": rule, "since": since, "checked": checked}
    return {"what": what, "source": source}
