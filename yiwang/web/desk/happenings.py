"""A case's history in words: each entry of its journal as one event of the timeline."""

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.cases import numbers
from yiwang.cases.facts import UNMET
from yiwang.cases.lineage.rules import MAIN_ENDED, SPLIT_ORIGIN
from yiwang.cases.queries import Happening
from yiwang.cases.rules import SAMPLE
from yiwang.cases.stages import SUPERVISION, ClockStage
from yiwang.intake.sensing.alarms.sampled import known_by
from yiwang.kernel.terms import Actor
from yiwang.web.desk import casetypes, townsfolk
from yiwang.web.desk.room import said
from yiwang.web.desk.townsfolk import Names

TONES = {
    "case.ran_out": "overdue",
    "case.review_day_came": "soon",
    "case.returned": "soon",
    "case.disputed": "soon",
    "case.part_returned": "soon",
    "case.part_disputed": "soon",
    "case.reworked": "soon",
    "case.reopened": "soon",
    "case.handled": "done",
    "case.part_answered": "done",
    "case.verified": "done",
    "case.closed": "done",
    "case.closed_with": "done",
    "case.rated": "done",
    "case.gathered": "action",
}

BY_TIMER = {"case.ran_out", "case.review_day_came"}
"""What a sweeper writes down after the moment it happened at: nobody entered it late."""

Part = Callable[[Any, Names], str]


def _reason(fact: Any, names: Names) -> str:
    return said(f"case.reason.{fact.reason_code}")


def _team(fact: Any, names: Names) -> str:
    return names.team(fact.team_id)


def _assistants(fact: Any, names: Names) -> str:
    return _("、").join(names.team(one.team_id) for one in fact.asked)


def _objection(fact: Any, names: Names) -> str:
    values = {
        "team": names.team(fact.team_id),
        "reason": said(f"case.reason.{fact.reason_code}"),
        "basis": fact.legal_basis,
        "proposed": names.team(fact.proposed_team),
    }
    return _("%(team)s提出：%(reason)s。依据：%(basis)s。建议由%(proposed)s承办。") % values


def _type(fact: Any, names: Names) -> str:
    return casetypes.name(fact.type_code) if fact.type_code else ""


def _extension(fact: Any, names: Names) -> str:
    return _("申请延长 %(amount)s %(unit)s:%(reason)s") % {
        "amount": fact.amount,
        "unit": said(f"time-unit.{fact.unit}"),
        "reason": said(f"case.reason.{fact.reason_code}"),
    }


def _demand(fact: Any, names: Names) -> str:
    return said(f"case.demand.{fact.demand}") if fact.demand else ""


def _relimited(fact: Any, names: Names) -> str:
    """Which limits became others: old entries have none."""
    return "\n".join(
        _("“%(stage)s”时限改为 %(amount)s %(unit)s，仍从原来的起点算")
        % {"stage": said(f"case.clock.{one.stage}"), "amount": one.amount, "unit": said(f"time-unit.{one.unit}")}
        for one in fact.clocks
        if one.kind == "relimit"
    )


def _unmet(fact: Any, names: Names) -> str:
    """What was not done by the end: old entries do not say."""
    return "\n".join(
        _("到结案时没有“%(stage)s”的记录，按没有做到结束") % {"stage": said(f"case.clock.{one.stage}")}
        for one in fact.clocks
        if one.kind == "stop" and one.reason == UNMET
    )


def _answered_again(fact: Any, names: Names) -> str:
    """That the reporter's answer has days of its own again: old entries have none."""
    return "\n".join(
        _("答复时限另算 %(amount)s %(unit)s，从重新办理起（%(demand)s）")
        % {"amount": one.amount, "unit": said(f"time-unit.{one.unit}"), "demand": _demand(fact, names)}
        for one in fact.clocks
        if one.kind == "start" and one.stage == ClockStage.ANSWER
    )


def _main(fact: Any, names: Names) -> str:
    return _("主案 %(number)s") % {"number": numbers.spaced(fact.main_number)}


def _child(fact: Any, names: Names) -> str:
    return _("拆出 %(number)s") % {"number": numbers.spaced(fact.child_number)}


def _parent(fact: Any, names: Names) -> str:
    return _("从 %(number)s 拆出") % {"number": numbers.spaced(fact.parent_number)}


def _no_longer(fact: Any, names: Names) -> str:
    return _("主案没有办理就结束了，这一件接着单独办") if fact.ground == MAIN_ENDED else ""


def _recheck(fact: Any, names: Names) -> str:
    return _("保持解决") if fact.holds else _("没有保持")


def _proven(fact: Any, names: Names) -> str:
    """Of the case of an alarm: by what it was shown to be back to normal, or that nothing showed it."""
    return said(f"case.proven.{fact.proven}") if fact.proven else ""


PARTS: dict[str, tuple[Part | str, ...]] = {
    "case.gathered": ("text",),
    "case.accepted": (_type, "title"),
    "case.declined": (_reason, "explanation"),
    "case.dismissed": (
        _reason,
        "explanation",
        lambda fact, names: _("转给：%(to)s") % {"to": fact.passed_to} if fact.passed_to else "",
    ),
    "case.voided": (_reason, "explanation"),
    "case.dispatched": (_team, "instruction"),
    "case.contacted": (lambda fact, names: _("已联系上") if fact.reached else _("没有联系上"), "note"),
    "case.returned": (_objection, "explanation"),
    "case.disputed": (_objection, "explanation"),
    "case.ruled": (
        lambda fact, names: _("由%(team)s承办") % {"team": names.team(fact.team_id)},
        "question",
        "grounds",
    ),
    "case.handled": (lambda fact, names: said(f"case.outcome.{fact.outcome}"), "result", "no_photo_reason"),
    "case.verified": ("finding", "no_photo_reason"),
    "case.reworked": ("finding",),
    "case.closed": (lambda fact, names: said(f"case.called_back.{fact.called_back}"), _proven, "answer", _unmet),
    "case.called_back": (lambda fact, names: said(f"case.called_back.{fact.called_back}"), "note"),
    "case.rated": (
        lambda fact, names: _("回访时报件人说的，由工作人员记下") if fact.taken_by else "",
        lambda fact, names: f"{said(f'case.solved.{fact.solved}')} · {said(f'case.satisfaction.{fact.satisfaction}')}",
        "words",
    ),
    "case.reopened": (lambda fact, names: said(f"case.reason.{fact.ground}"), "words", _answered_again),
    "case.merged": (_main, "explanation"),
    "case.unmerged": (_main, _no_longer, "explanation"),
    "case.closed_with": (_main, "answer", _unmet),
    "case.split": (_child, "explanation"),
    "case.split_off": (_parent,),
    "case.taken_back": (_main, "explanation"),
    "case.followed_again": (_main, _answered_again),
    "case.suspended": (_reason, "explanation", lambda fact, names: _("%(day)s 复核") % {"day": fact.review_on}),
    "case.review_day_came": (lambda fact, names: _("%(day)s 复核") % {"day": fact.review_on},),
    "case.resumed": ("explanation",),
    "case.extension_asked": (_extension, "explanation"),
    "case.extension_granted": ("explanation",),
    "case.extension_refused": ("explanation",),
    "case.assists_asked": (_assistants, "task"),
    "case.part_signed": (_team,),
    "case.part_answered": (_team, "result", "no_photo_reason"),
    "case.part_withdrawn": (_team, "explanation"),
    "case.part_returned": (_objection, "explanation"),
    "case.part_disputed": (_objection, "explanation"),
    "case.part_passed_on": (_team, "instruction"),
    "case.part_ruled": (_team, "question", "grounds"),
    "case.ran_out": (
        _team,
        lambda fact, names: _("“%(stage)s”时限已过") % {"stage": said(f"case.clock.{fact.stage}")},
    ),
    "case.deadlines_recomputed": ("notice",),
    "case.noted": ("department", "text"),
    "case.complex_approved": ("explanation", _relimited),
    "case.corrected": (_type, _demand, lambda fact, names: names.place(fact.place_id), _relimited),
    "case.proof_attached": (
        lambda fact, names: said(f"case.proof_kind.{fact.kind}"),
        lambda fact, names: known_by(fact.ref) if fact.kind == SAMPLE else "",
    ),
    "case.drawn": (lambda fact, names: _("从 %(size)s 件中抽取") % {"size": fact.pool_size},),
    "case.rechecked": (_recheck, "finding"),
}
"""What each kind of entry tells, as attributes of its fact or functions of it. The words of people are private."""

PRIVATE = {"case.gathered", "case.contacted", "case.called_back", "case.rated", "case.reopened", "case.noted"}
"""Entries whose text a person said: shown to those who may read reports."""


def events(actor: Actor, happened: Iterable[Happening], names: Names, *, private: bool) -> list[dict[str, Any]]:
    """The timeline, newest first, with who did what; names of people as this actor may see them."""
    entries = in_order(happened)
    who = townsfolk.people_of(actor, (one.actor for one in entries))
    return [_event(one, who[one.actor], names, private) for one in reversed(entries)]


def in_order(happened: Iterable[Happening]) -> list[Happening]:
    """As the journal has them; but what a sweeper wrote down late stands before what happened after it."""
    found: list[Happening] = []
    for one in happened:
        at = len(found)
        while one.verb in BY_TIMER and at and found[at - 1].happened_at > one.happened_at:
            at -= 1
        found.insert(at, one)
    return found


def _event(one: Happening, who: str, names: Names, private: bool) -> dict[str, Any]:
    late = (one.recorded_at - one.happened_at).total_seconds() > 3600
    return {
        "title": _title(one),
        "at": one.happened_at,
        "who": who + (_("（补录）") if late and one.verb not in BY_TIMER and not _by_split(one) else ""),
        "text": _text(one, names, private),
        "tone": TONES.get(one.verb, ""),
        "photos": photos(getattr(one.fact, "files", ())),
        "entry": one.entry_id,
    }


def _by_split(one: Happening) -> bool:
    """Whether it is the receipt of another case, which this one was split off from: nobody entered that late."""
    return one.verb == "case.gathered" and one.fact.origin_kind == SPLIT_ORIGIN


def _title(one: Happening) -> str:
    if one.verb == "case.gathered" and one.fact.origin_kind == SUPERVISION:
        return said("verb.commitment.supervised")
    if one.verb == "case.noted" and one.fact.kind == "reply":
        return _("答复")
    if one.verb == "case.handled" and one.fact.by_oneself:
        return said("case.arrow.settle")
    return said(f"verb.{one.verb}")


def _text(one: Happening, names: Names, private: bool) -> str:
    if one.verb in PRIVATE and not private:
        return _("（内容只对经办人员显示）")
    told = [
        part(one.fact, names) if callable(part) else str(getattr(one.fact, part) or "")
        for part in PARTS.get(one.verb, ())
    ]
    return "\n".join(part for part in told if part)


def photos(hashes: Iterable[str]) -> list[dict[str, str]]:
    """Photos as the components show them: small, opening the whole."""
    return [
        {
            "url": reverse("desk:thumbnail", args=[sha256]),
            "full": reverse("desk:file", args=[sha256]),
            "text": _("照片 %(n)s") % {"n": number},
        }
        for number, sha256 in enumerate(hashes, start=1)
    ]


def verbs_since(happened: Iterable[Happening], entry_id: int) -> list[Happening]:
    """What was recorded after an entry: what another person did while a form was open."""
    return [one for one in happened if one.entry_id > entry_id]
