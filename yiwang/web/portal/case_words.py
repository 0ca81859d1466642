"""A case as the one who reported it reads it: plain sentences, departments and never names, what comes next and by when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from yiwang.cases import law, numbers
from yiwang.cases import queries as cases
from yiwang.cases.queries import CaseRow, CaseView, Happening
from yiwang.cases.reasons import REACHED
from yiwang.cases.stages import ClockStage, State, standing_word
from yiwang.kernel import walltime
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Actor, ActorKind, TeamId
from yiwang.kernel.wording import word
from yiwang.web import house
from yiwang.web.components.markup import english, moment_text
from yiwang.web.portal import room

CURRENT = {
    State.GATHERED: 2, State.DECLINED: 2, State.DISMISSED: 2, State.VOIDED: 2,
    State.ACCEPTED: 3, State.RETURNED: 3, State.DISPUTED: 3,
    State.DISPATCHED: 4, State.HANDLING: 4, State.SUSPENDED: 4, State.MERGED: 4,
    State.HANDLED: 6, State.VERIFIED: 6,
    State.CLOSED: 7, State.RATED: 8,
}  # fmt: skip
"""The stage that is being worked on in each state (stages.STAGE_OF is the one that was reached); 8: nothing is left."""
PROMISED = {
    ClockStage.ANSWER: "answer", ClockStage.CLOSE: "answer", ClockStage.VERIFY: "verify", ClockStage.HANDLE: "handle",
}  # fmt: skip
"""What is to be done by the end of each clock that matters to a resident; of those that run, the first one is told."""
STOPPED = frozenset({State.DECLINED, State.DISMISSED, State.VOIDED})
"""Ways a case ends before its seven stages are done."""


def layer_name(layer: str) -> str:
    """What a layer of the map shows."""
    return {"town": _("镇界"), "estates": _("小区"), "water": _("河道"), "roads": _("道路")}[layer]


def plain(state: State) -> str:
    """Where a case stands, in one plain sentence, for whoever has only the number."""
    return word(standing_word(state, own=False), house.language())


def own_plain(row: CaseRow) -> str:
    """Where a case stands, for the one who reported it: of one that rests also the day on which it is looked at again."""
    if row.state is State.SUSPENDED and row.review_on is not None:
        key = "case.own.suspended_due" if row.review_due else "case.own.suspended"
        return word(key, house.language()).format(day=_day(row.review_on))
    return word(standing_word(row.state, own=True), house.language())


def _day(day: date) -> str:
    return moment_text(walltime.day_begins(day), day_only=True)


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the seven stages on the progress list: done, current, stopped or to_come."""

    text: str
    standing: str


def progress(state: State) -> tuple[Stage, ...]:
    """The seven stages as the one who reported sees them: what is done, what is being done now, what is to come."""
    names = (
        _("收到上报"),
        _("决定受理"),
        _("交给部门"),
        _("部门办理"),
        _("部门说办好了"),
        _("核实并答复"),
        _("您来评价"),
    )
    current = CURRENT[state]

    def standing(stage: int) -> str:
        if stage == current:
            return "stopped" if state in STOPPED else "current"
        return "done" if stage < current else "to_come"

    return tuple(Stage(name, standing(number)) for number, name in enumerate(names, start=1))


def first_answer(actor: Actor, number: str, now: datetime) -> str:
    """By when the town says whether it accepts: `今天 17:00 前`. Empty when the actor may not know or it was said already."""
    if actor.account_id is None:
        return ""
    for clock in cases.case(actor, number).clocks:
        if clock.stage == ClockStage.ACCEPT and clock.due_at and clock.state == "running":
            return room.by_when(clock.due_at, now)
    return ""


@dataclass(frozen=True, slots=True)
class Awaited:
    """What comes next: `what` is answer, verify or handle, `when` by when (`12月1日 周二 17:00 前`).

    `late`: what is said when that moment is over; empty before it.
    """

    what: str
    when: str
    late: str = ""


def awaited(view: CaseView, now: datetime) -> Awaited | None:
    """What is awaited and by when. Only a clock that ends with the answer promises one: after the department come the check
    by somebody else and the close, each with a clock of its own."""
    if view.row.closed_at or view.row.state in STOPPED:
        return None
    running = {clock.stage: clock.due_at for clock in view.clocks if clock.state == "running" and clock.due_at}
    for stage, what in PROMISED.items():
        due = running.get(stage)
        if due is not None:
            return Awaited(what, room.by_when(due, now), _late(what, due) if due < now else "")
    return None


def _late(what: str, due: datetime) -> str:
    said = {
        "answer": _("本应在 %(when)s 前答复您，已经晚了。可以打电话来问，报编号就行。"),
        "verify": _("本应在 %(when)s 前核实完，已经晚了。可以打电话来问，报编号就行。"),
        "handle": _("部门本应在 %(when)s 前办完，已经晚了。可以打电话来问，报编号就行。"),
    }
    return said[what] % {"when": moment_text(due)}


def reopen_until(view: CaseView) -> date | None:
    """The last day on which one may say that it is not mended; None for a case that is not closed."""
    closed = view.row.closed_at
    if closed is None or view.row.state not in (State.CLOSED, State.RATED):
        return None
    return law.last_day_to_reopen(closed)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the town answered at a close. `stands`: nobody took the case up again since. `photos`: what it rests on."""

    text: str
    stands: bool
    photos: frozenset[str]


WANTING = ("rework_photo", "recheck_photo")
"""Photos that show that it was not mended."""


def answer_of(actor: Actor, view: CaseView) -> Answer | None:
    """The latest answer; None before the first close. What a handler wrote is a claim until somebody checked it and closed."""
    since: datetime | None = None
    begun: datetime | None = None
    closed: Happening | None = None
    for one in cases.timeline(actor, view.row.id):
        if one.verb in ("case.closed", "case.closed_with"):
            closed, begun = one, since
        elif one.verb in ("case.reworked", "case.reopened", "case.followed_again"):
            since = one.happened_at
    if closed is None or not closed.fact.answer:
        return None
    photos = (
        proof.ref
        for proof in view.proofs
        if proof.kind not in WANTING and (begun is None or proof.at > begun) and proof.at <= closed.happened_at
    )
    return Answer(closed.fact.answer, view.row.state in (State.CLOSED, State.RATED), frozenset(photos))


def where_to_go(reason_code: str, passed_to: str = "") -> str:
    """Where to turn with a matter that the town declined or dismissed; `passed_to`: who has it now."""
    if passed_to:
        return _("已经转给%(to)s，由他们办理并答复您。没有人和您联系的，请拨打 12345。") % {"to": passed_to}
    elsewhere = {
        "not-town": _("这件事归区里或其他单位管。请拨打 12345，说明是什么事，会转给负责的单位。"),
        "in-court": _("已经进入诉讼、仲裁或复议的，请等法院、仲裁机构或复议机关的结果，也可以向司法所咨询。"),
        "answered-before": _("这件事以前已有最后答复。有新情况的，请写明新情况再报一次。"),
        "not-understood": _("请把在哪里、发生了什么写清楚再报一次，或拨打 12345 说给我们听。"),
        "private-dispute": _("双方自己的纠纷可以请居委会的人民调解员调解，不收费；也可以去法院起诉。"),
    }
    return elsewhere.get(reason_code, _("对这个决定有不同意见，请拨打 12345。"))


# --- what happened ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Names:
    """Departments by id, in the page's language."""

    teams: dict[TeamId, str]

    def of(self, team_id: Any) -> str:
        return self.teams.get(team_id) or _town()


def names(actor: Actor) -> Names:
    """All departments' names."""
    return Names({card.team_id: card.name(house.language()) for card in people.teams(actor)})


def story(actor: Actor, view: CaseView) -> list[dict[str, Any]]:
    """What happened, the newest first, as the timeline shows it. Remarks of the office and single clocks are left out."""
    known, holder, outcome = names(actor), _centre(), ""
    events: list[dict[str, Any]] = []
    for one in cases.timeline(actor, view.row.id):
        if one.verb in ("case.dispatched", "case.ruled") or (one.verb == "case.handled" and one.fact.by_oneself):
            holder = known.of(one.fact.team_id)
        if one.verb == "case.handled":
            outcome = one.fact.outcome
        teller = TELLERS.get(one.verb)
        told = teller(Heard(one, known, holder, outcome, actor, view)) if teller else None
        if told is not None:
            events.append({"at": one.happened_at, **told})
    return events[::-1]


@dataclass(frozen=True, slots=True)
class Heard:
    """One entry as its teller needs it: which department has the case by then, what came of its handling, and who reads."""

    one: Happening
    known: Names
    holder: str
    outcome: str
    reader: Actor
    view: CaseView

    @property
    def fact(self) -> Any:
        return self.one.fact

    @property
    def by_resident(self) -> bool:
        return self.one.actor.startswith(f"{ActorKind.RESIDENT}:")

    def person(self, themselves: bool) -> str:
        """The reader, or the other one of the two whose matter it is: who reported it, and for whom it was reported."""
        if themselves:
            return _("您")
        return _("您替他上报的人") if self.reader.account_id == self.view.snapshot.reporter else _("替您上报的人")

    @property
    def resident(self) -> str:
        """Who of the two did it."""
        return self.person(self.one.actor == f"{ActorKind.RESIDENT}:{self.reader.account_id}")


def _centre() -> str:
    return _("镇城运中心")


def _town() -> str:
    return _("镇里")


def _reason(code: str) -> str:
    return word(f"case.reason.{code}", house.language())


def sentences(*parts: str) -> str:
    """What is said, one after the other, with the page's own full stop between."""
    return (". " if english() else "。").join(part for part in parts if part)


def _with_reason(fact: Any) -> str:
    return sentences(_reason(fact.reason_code), fact.explanation)


def _dispatched(heard: Heard) -> dict[str, Any]:
    return {"title": _("交给%(team)s办理") % {"team": heard.known.of(heard.fact.team_id)}, "who": _centre()}


def _handled(heard: Heard) -> dict[str, Any]:
    title = _("部门说办好了") if heard.fact.outcome == "solved" else _("部门作了解释说明")
    return {"title": title, "who": heard.holder, "text": heard.fact.result}


def _rated(heard: Heard) -> dict[str, Any]:
    words = [word(f"case.solved.{heard.fact.solved}", house.language())]
    words.append(word(f"case.satisfaction.{heard.fact.satisfaction}", house.language()))
    who = _("您在电话里说的，镇城运中心记下") if heard.fact.taken_by else heard.resident
    return {"title": _("评价：%(words)s") % {"words": " · ".join(words)}, "who": who, "text": heard.fact.words or ""}


def _contacted(heard: Heard) -> dict[str, Any]:
    title = _("打电话联系了您") if heard.fact.reached else _("打电话给您，没有打通")
    return {"title": title, "who": _("工作人员")}  # of the department or of the town: the entry does not say which


def _called_back(heard: Heard) -> dict[str, Any]:
    title = _("回访了您") if heard.fact.called_back in REACHED else _("回访打电话给您，没有打通")
    return {"title": title, "who": _centre()}


def _noted(heard: Heard) -> dict[str, Any] | None:
    if heard.fact.kind != "reply":
        return None
    return {"title": _("答复"), "who": heard.fact.department or heard.holder, "text": heard.fact.text or ""}


def _gathered(heard: Heard) -> dict[str, Any]:
    who = heard.person(heard.reader.account_id == heard.view.snapshot.reporter)
    return {"title": _("收到上报"), "who": who, "tone": "action"}


def _verified(heard: Heard) -> dict[str, Any]:
    explained = heard.outcome == "explained"
    title = _("另一名工作人员核实了部门的解释说明") if explained else _("另一名工作人员核实过，确实办好了")
    return {"title": title, "who": _centre()}


def _reopened(heard: Heard) -> dict[str, Any]:
    """By whom: of the town either after a re-check or for another ground, and then the words are the clerk's."""
    text = sentences(_reason(heard.fact.ground), heard.fact.words or "")
    if heard.by_resident:
        return {"title": _("说没有解决，重新办理"), "who": heard.resident, "text": text, "tone": "soon"}
    failed = heard.fact.ground == "recheck-failed"
    title = _("办结后复查，没有保持解决，重新办理") if failed else _("镇里决定重新办理")
    return {"title": title, "who": _centre(), "text": text, "tone": "soon"}


def _ran_out(heard: Heard) -> dict[str, Any] | None:
    titles = {
        "answer": _("超过了给您答复的规定时间"),
        "verify": _("超过了规定的核实时间"),
        "handle": _("部门超过了规定的办理时间"),
    }
    what = PROMISED.get(heard.fact.stage)
    if what is None:
        return None
    by_department = heard.fact.stage in (ClockStage.ANSWER, ClockStage.HANDLE)
    return {"title": titles[what], "who": heard.holder if by_department else _centre(), "tone": "overdue"}


TELLERS: dict[str, Any] = {
    "case.gathered": _gathered,
    "case.accepted": lambda heard: {"title": _("受理了"), "who": _centre()},
    "case.declined": lambda heard: {
        "title": _("不能受理"), "who": _centre(), "text": _with_reason(heard.fact), "tone": "soon"
    },
    "case.dismissed": lambda heard: {
        "title": _("已转给%(to)s") % {"to": heard.fact.passed_to} if heard.fact.passed_to else _("看过，没有立案办理"),
        "who": _centre(), "text": _with_reason(heard.fact), "tone": "soon",
    },
    "case.voided": lambda heard: {"title": _("这一件作废"), "who": _centre(), "text": _with_reason(heard.fact)},
    "case.dispatched": _dispatched,
    "case.ruled": lambda heard: {
        "title": _("裁定由%(team)s办理") % {"team": heard.known.of(heard.fact.team_id)}, "who": _centre()
    },
    "case.signed": lambda heard: {"title": _("部门接手办理"), "who": heard.holder},
    "case.contacted": _contacted,
    "case.returned": lambda heard: {
        "title": _("部门认为应由别的部门办，正在重新安排"), "who": heard.known.of(heard.fact.team_id)
    },
    "case.disputed": lambda heard: {
        "title": _("两个部门意见不同，正在裁定由谁办"), "who": heard.known.of(heard.fact.team_id)
    },
    "case.handled": _handled,
    "case.verified": _verified,
    "case.reworked": lambda heard: {
        "title": _("核实时发现没有办好，要求重做"), "who": _centre(), "tone": "soon"
    },
    "case.closed": lambda heard: {
        "title": _("办结，给您答复"), "who": _centre(), "text": heard.fact.answer, "tone": "done"
    },
    "case.merged": lambda heard: {
        "title": _("和编号 %(number)s 说的是同一件事，合并办理") % {"number": numbers.spaced(heard.fact.main_number)},
        "who": _centre(),
    },
    "case.unmerged": lambda heard: {"title": _("不再合并，单独办理"), "who": _centre()},
    "case.closed_with": lambda heard: {
        "title": _("办结，给您答复"), "who": _centre(), "text": heard.fact.answer, "tone": "done"
    },
    "case.split": lambda heard: {
        "title": _("您说的不止一件事，其中一件单独办理，编号 %(number)s") % {"number": numbers.spaced(heard.fact.child_number)},
        "who": _centre(),
    },
    "case.split_off": lambda heard: {
        "title": _("从编号 %(number)s 分出来单独办理") % {"number": numbers.spaced(heard.fact.parent_number)},
        "who": _centre(),
    },
    "case.taken_back": lambda heard: {
        "title": _("不再分开，和编号 %(number)s 一起办理") % {"number": numbers.spaced(heard.fact.main_number)},
        "who": _centre(),
    },
    "case.followed_again": lambda heard: {"title": _("镇里决定重新办理"), "who": _centre(), "tone": "soon"},
    "case.called_back": _called_back,
    "case.rated": _rated,
    "case.reopened": _reopened,
    "case.suspended": lambda heard: {
        "title": _("暂时办不了，%(day)s再看") % {"day": _day(date.fromisoformat(heard.fact.review_on))},
        "who": _town(), "text": _with_reason(heard.fact), "tone": "waiting",
    },
    "case.resumed": lambda heard: {"title": _("继续办理"), "who": _town()},
    "case.extension_granted": lambda heard: {"title": _("办理时间延长了"), "who": _centre()},
    "case.ran_out": _ran_out,
    "case.noted": _noted,
}  # fmt: skip
"""How each kind of fact is told to the one who reported. What is not here is not told."""
