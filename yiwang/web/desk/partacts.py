"""What can be done at the desk with the parts of assisting departments (协办): each arrow of parts.py as an act.

They are apart from ACTS because a case can have several parts, and each has acts of its own.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from yiwang.cases.joint import queries as joint
from yiwang.cases.queries import CaseView
from yiwang.cases.steps import joint as steps
from yiwang.kernel.terms import Actor, Call, PartId
from yiwang.web.desk.acts import ACTS, Act, Given, photos_of, team_of, teams
from yiwang.web.desk.forms import acts as forms

ASK = "ask_assist"


def _ask(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return steps.ask_assist(case.row.id, teams(given["assists"]), task=given["assist_task"], version=version, call=call)


def _sign(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return steps.sign_part(case.row.id, _part(given), version=version, call=call)


def _answer(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return steps.answer_part(
        case.row.id, _part(given), result=given["result"], files=photos_of(given, call),
        no_photo_reason=given["no_photo_reason"], version=version, call=call,
    )  # fmt: skip


def _withdraw(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return steps.withdraw_part(case.row.id, _part(given), explanation=given["explanation"], version=version, call=call)


def _return(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return steps.return_part(
        case.row.id, _part(given), reason_code=given["reason_code"], legal_basis=given["legal_basis"],
        proposed_team=team_of(given, "proposed_team"), explanation=given["explanation"], version=version, call=call,
    )  # fmt: skip


def _pass_on(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return steps.pass_on(
        case.row.id, _part(given), team_of(given), instruction=given["instruction"], version=version, call=call
    )


def _rule(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return steps.rule_part(
        case.row.id, _part(given), team_of(given), question=given["question"], grounds=given["grounds"],
        version=version, call=call,
    )  # fmt: skip


def _part(given: Given) -> PartId:
    return PartId(UUID(given["part"]))


PART_ACTS = {
    act.name: act
    for act in (
        Act(ASK, "", forms.AskAssist, _ask),
        Act("part_sign", "s", forms.Sign, _sign),
        Act("part_answer", "h", forms.AnswerPart, _answer),
        Act("part_return", "r", forms.Return, _return),
        Act("part_rule", "", forms.RulePart, _rule),
        Act("part_pass_on", "", forms.PassPartOn, _pass_on),
        Act("part_withdraw", "", forms.WithdrawPart, _withdraw),
    )
}
"""By the arrow's name. The keys are those of the lead's own acts, which who assists does not have."""

OWN = frozenset({"part_sign", "part_answer", "part_return"})
"""What the assisting department itself does: its form lies open like that of the lead's next act."""


def named(name: str) -> Act | None:
    """The act of a name in an address: of the case, asking for assistance, or `<arrow>.<part>`; None for any other."""
    if name in ACTS:
        return ACTS[name]
    arrow, _, part = name.partition(".")
    act = PART_ACTS.get(arrow)
    if act is None or (arrow == ASK) != (not part) or not (arrow == ASK or _is_uuid(part)):
        return None
    return replace(act, name=name, part=part)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def possible(actor: Actor, case: CaseView, taken: set[str]) -> list[Act]:
    """What this actor may do with the parts of a case now. `taken`: keys that other acts of the page have."""
    at = case.snapshot
    found = [PART_ACTS[ASK]] if joint.may_ask(actor, at) else []
    for part in at.parts:
        for arrow in joint.part_arrows(actor, at, part):
            act = PART_ACTS[arrow.name]
            key = "" if act.key in taken else act.key
            found.append(replace(act, name=f"{arrow.name}.{part.id}", part=str(part.id), key=key))
            taken = taken | {key}
    return found


def in_bar(act: Act) -> bool:
    """Whether it stands among the acts at the top: what one's own department does. Others stand beside their part."""
    return not act.part or act.arrow in OWN
