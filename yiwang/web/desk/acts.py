"""Every arrow of the table of stages as an act of the desk: its form, its key, and the step it calls."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.cases import queries as cases
from yiwang.cases.parts import PART_ARROWS
from yiwang.cases.queries import CaseView
from yiwang.cases.reasons import REACHED
from yiwang.cases.stages import ALARM, ARROWS, ENDED, SUPERVISION, ClockStage, Proof, State
from yiwang.cases.steps import forward, lineage, remarks, sideways, splitting, supervising, timing
from yiwang.intake.sensing.alarms.steps import proving
from yiwang.kernel.files import tokens
from yiwang.kernel.terms import Call, FileHash, PartId, TeamId
from yiwang.web.desk import casetypes
from yiwang.web.desk.forms import acts as forms

Given = dict[str, Any]
Run = Callable[[CaseView, Given, int | None, Call], Any]


@dataclass(frozen=True, slots=True)
class Act:
    """How an arrow is taken at the desk. `key` opens its form, and is none of the list's own (static/yiwang/desk.js).

    `danger`: it ends the case. `part`: of whose part it is (partacts.py); such an act is named `<arrow>.<part>`.
    """

    name: str
    key: str
    form: type[forms.ActForm]
    run: Run
    danger: bool = False
    part: str = ""

    @property
    def arrow(self) -> str:
        """The arrow it takes."""
        return self.name.partition(".")[0]


def photos_of(given: Given, call: Call) -> tuple[FileHash, ...]:
    """The files behind the tokens of the form. Raises UploadUnknown or UploadExpired."""
    return tuple(tokens.claimed(token, now=call.now) for token in given.get("photos", ()))


def team_of(given: Given, name: str = "team") -> TeamId:
    return TeamId(UUID(given[name]))


def teams(given: Iterable[str]) -> tuple[TeamId, ...]:
    """The teams that were ticked."""
    return tuple(TeamId(UUID(one)) for one in given)


def _accept(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return forward.accept(
        case.row.id, type_code=given["type_code"], title=given["title"], demand=given["demand"],
        place_id=given.get("place"), point=given.get("place_point"), urgent=given["urgent"], version=version, call=call,
    )  # fmt: skip


def _reasoned(step: Callable[..., Any]) -> Run:
    def run(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
        return step(
            case.row.id, reason_code=given["reason_code"], explanation=given["explanation"], version=version, call=call
        )

    return run


def _dismiss(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return sideways.dismiss(
        case.row.id, reason_code=given["reason_code"], explanation=given["explanation"],
        passed_to=given["passed_to"], version=version, call=call,
    )  # fmt: skip


def _explained(step: Callable[..., Any]) -> Run:
    def run(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
        return step(case.row.id, explanation=given["explanation"], version=version, call=call)

    return run


def _settle(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return forward.settle(
        case.row.id, type_code=given["type_code"], result=given["result"], files=photos_of(given, call),
        no_photo_reason=given["no_photo_reason"], version=version, call=call,
    )  # fmt: skip


def _dispatch(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return forward.dispatch(
        case.row.id, team_of(given), instruction=given["instruction"], assists=teams(given["assists"]),
        assist_task=given["assist_task"], version=version, call=call,
    )  # fmt: skip


def _redirect(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return sideways.redirect(
        case.row.id, team_of(given), reason_code=given["reason_code"], instruction=given["instruction"],
        version=version, call=call,
    )  # fmt: skip


def _sign(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return forward.sign(case.row.id, version=version, call=call)


def _contact(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return forward.contact(
        case.row.id, reached=given["reached"] == "yes", note=given["note"], version=version, call=call
    )


def _object(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return sideways.object_to(
        case.row.id, reason_code=given["reason_code"], legal_basis=given["legal_basis"],
        proposed_team=team_of(given, "proposed_team"), explanation=given["explanation"], version=version, call=call,
    )  # fmt: skip


def _rule(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return sideways.rule(
        case.row.id, team_of(given), question=given["question"], grounds=given["grounds"], version=version, call=call
    )


def _report_back(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return forward.report_back(
        case.row.id, outcome=given["outcome"], result=given["result"], files=photos_of(given, call),
        no_photo_reason=given["no_photo_reason"], version=version, call=call,
    )  # fmt: skip


def _verify(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return forward.verify(
        case.row.id, finding=given["finding"], files=photos_of(given, call),
        no_photo_reason=given["no_photo_reason"], version=version, call=call,
    )  # fmt: skip


def _rework(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return sideways.rework(
        case.row.id, finding=given["finding"], files=photos_of(given, call),
        parts=tuple(PartId(UUID(one)) for one in given.get("parts", ())), version=version, call=call,
    )  # fmt: skip


def _close(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return forward.close(
        case.row.id, called_back=given["called_back"], answer=given["answer"], version=version, call=call
    )


def _call_back(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return forward.call_back(
        case.row.id, called_back=given["called_back"], note=given["note"], version=version, call=call
    )


def _rate(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return forward.rate(
        case.row.id, solved=given["solved"], satisfaction=given["satisfaction"], words=given["words"],
        version=version, call=call,
    )  # fmt: skip


def _reopen(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return sideways.reopen(case.row.id, ground=given["ground"], words=given["words"], version=version, call=call)


def _suspend(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return sideways.suspend(
        case.row.id, reason_code=given["reason_code"], explanation=given["explanation"],
        review_on=given["review_on"], version=version, call=call,
    )  # fmt: skip


def _ask(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return timing.ask_extension(
        case.row.id, amount=given["amount"], reason_code=given["reason_code"], explanation=given["explanation"],
        version=version, call=call,
    )  # fmt: skip


def _correct(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return remarks.correct(
        case.row.id, type_code=given["type_code"], demand=given["demand"], place_id=given.get("place"),
        point=given.get("place_point"), version=version, call=call,
    )  # fmt: skip


def _found(step: Callable[..., Any]) -> Run:
    def run(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
        return step(case.row.id, finding=given["finding"], version=version, call=call)

    return run


def _sample(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return proving.show_sample(case.row.id, sample=given["sample"], version=version, call=call)


def _note(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return remarks.note(case.row.id, text=given["text"], call=call)


def _recheck(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return remarks.recheck(
        case.row.id, holds=given["holds"] == "yes", finding=given["finding"], files=photos_of(given, call),
        no_photo_reason=given["no_photo_reason"], call=call,
    )  # fmt: skip


def _merge(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    main_id = cases.case_id_of(call.actor, given["main"])
    return lineage.merge(case.row.id, main_id, explanation=given["explanation"], version=version, call=call)


def _split(case: CaseView, given: Given, version: int | None, call: Call) -> Any:
    return splitting.split(
        case.row.id, type_code=given["type_code"], title=given["title"], text=given["text"], demand=given["demand"],
        place_id=given.get("place"), point=given.get("place_point"), explanation=given["explanation"],
        scene=given.get("scene"), version=version, call=call,
    )  # fmt: skip


ACTS = {
    act.name: act
    for act in (
        Act("accept", "a", forms.Accept, _accept),
        Act("dispatch", "p", forms.Dispatch, _dispatch),
        Act("rule", "u", forms.Rule, _rule),
        Act("grant_extension", "l", forms.DecideExtension, _explained(timing.grant_extension)),
        Act("refuse_extension", "n", forms.DecideExtension, _explained(timing.refuse_extension)),
        Act("sign", "s", forms.Sign, _sign),
        Act("report_back", "h", forms.ReportBack, _report_back),
        Act("recheck", "q", forms.Recheck, _recheck),
        Act("discharge", "6", forms.Discharge, _found(supervising.discharge)),
        Act("show_sample", "", forms.ShowSample, _sample),
        Act("verify", "v", forms.Verify, _verify),
        Act("close", "e", forms.Close, _close),
        Act("close_unproven", "", forms.CloseUnproven, _found(proving.close_unproven)),
        Act("rate", "y", forms.Rate, _rate),
        Act("call_back", "z", forms.CallBack, _call_back),
        Act("resume", "m", forms.Resume, _explained(sideways.resume)),
        Act("settle", "f", forms.Settle, _settle),
        Act("contact", "c", forms.Contact, _contact),
        Act("return", "r", forms.Return, _object),
        Act("rework", "w", forms.Rework, _rework),
        Act("press", "7", forms.Press, _found(supervising.press)),
        Act("redirect", "t", forms.Redirect, _redirect),
        Act("ask_extension", "l", forms.AskExtension, _ask),
        Act("suspend", "8", forms.Suspend, _suspend),
        Act("reopen", "o", forms.Reopen, _reopen),
        Act("correct", "b", forms.Correct, _correct),
        Act("approve_complex", "9", forms.ApproveComplex, _explained(timing.approve_complex)),
        Act("merge", "m", forms.Merge, _merge),
        Act("unmerge", "m", forms.Unmerge, _explained(lineage.unmerge)),
        Act("split", "", forms.Split, _split),
        Act("unsplit", "", forms.Unsplit, _explained(splitting.unsplit)),
        Act("note", "i", forms.Note, _note),
        Act("decline", "d", forms.Decline, _reasoned(sideways.decline), danger=True),
        Act("dismiss", "d", forms.Dismiss, _dismiss, danger=True),
        Act("void", "0", forms.Void, _reasoned(sideways.void), danger=True),
    )
}
"""Acts by the arrow's name, the likeliest first. `dispute` is taken by the form of `return`: the rules decide which it is."""

SECONDARY = frozenset({"contact", "call_back", "close_unproven", "show_sample", "correct", "approve_complex", "note", "redirect",
                       "return", "rework", "press",
                       "ask_extension", "suspend", "ask_assist", "part_withdraw", "part_return", "part_pass_on",
                       "merge", "unmerge", "split", "unsplit", "void", "decline", "dismiss", "reopen", "settle"})  # fmt: skip
"""Acts whose form does not lie open when the page is opened."""


def possible(case: CaseView, arrows: tuple[str, ...], *, untold: bool = False) -> list[Act]:
    """The acts for these arrows that make sense now: extensions only when asked for, re-checks only when drawn.

    `untold`: somebody did not get a text; then they are called, whatever the state.
    """
    return [act for name, act in ACTS.items() if name in arrows and _makes_sense(name, case, untold)]


def _makes_sense(name: str, case: CaseView, untold: bool) -> bool:
    if name == "contact" and untold:
        return case.snapshot.somebody_to_call
    asked = SENSIBLE.get(name)
    return asked is None or asked(case)


def _may_be_extended(case: CaseView) -> bool:
    at = case.snapshot
    clock = at.clock(ClockStage.HANDLE)
    return clock is not None and not clock.extended and not at.extension_asked and not at.extension_refused


def _may_be_contacted(case: CaseView) -> bool:
    clock = case.snapshot.clock(ClockStage.CONTACT)
    running = clock is not None and clock.state == "running"
    begun = case.row.state != State.GATHERED and case.row.state not in ENDED
    return case.snapshot.somebody_to_call and (begun or running)


def _reached_after_close(case: CaseView) -> bool:
    return case.row.state == State.CLOSED and case.called_back in REACHED


SENSIBLE: dict[str, Callable[[CaseView], bool]] = {
    "grant_extension": lambda case: case.snapshot.extension_asked,
    "refuse_extension": lambda case: case.snapshot.extension_asked,
    "ask_extension": _may_be_extended,
    "close_unproven": lambda case: not case.snapshot.proven,
    "show_sample": lambda case: not case.snapshot.proven,
    "approve_complex": lambda case: bool(case.demand) and not case.snapshot.complex_approved,
    "recheck": lambda case: case.recheck is not None and case.recheck.holds is None,
    "return": lambda case: not case.snapshot.ruled and case.dispatched_at is not None,
    "redirect": lambda case: not case.snapshot.ruled,
    "contact": _may_be_contacted,
    **dict.fromkeys(("correct", "split"), lambda case: case.snapshot.origin != SUPERVISION),
    "merge": lambda case: case.snapshot.origin not in (SUPERVISION, ALARM),
    "call_back": lambda case: case.snapshot.somebody_to_call and not _reached_after_close(case),
    "rate": lambda case: case.snapshot.somebody_to_call and _reached_after_close(case),
}
"""When an arrow that the table allows is worth a button; the others always are. The rules decide again when it is taken."""


def first_of(acts: list[Act]) -> Act | None:
    """The act whose form lies open: the next thing this person does with the case."""
    return next((act for act in acts if act.arrow not in SECONDARY), None)


EITHER = ("photos", "no_photo_reason")
"""Of these two questions one is to be answered where a photo can show it (rules.photo_or_reason)."""


def mark(act: Act, type_code: str, name: str) -> str:
    """What stands beside a question that is not optional by itself, though it may be left empty when another is not."""
    arrow = ARROWS.get(act.arrow) or PART_ARROWS[act.arrow]
    if name not in EITHER or Proof.PHOTO_OR_REASON not in arrow.proofs:
        return ""
    return "" if type_code and not casetypes.can_be_seen(type_code) else _("（照片和理由，两项填一项）")
