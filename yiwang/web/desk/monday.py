"""The Monday page in words: what changed since last Monday, what is red and why, and whose it is. No department is ranked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.kernel.terms import Actor
from yiwang.plan.facts import Promise
from yiwang.plan.inquiries import queries as inquiries
from yiwang.plan.inquiries.queries import Explained
from yiwang.plan.queries import Standing
from yiwang.plan.rules import Judgement
from yiwang.plan.supervision.queries import SupervisionView
from yiwang.plan.week import Week
from yiwang.registers.evidence.queries import SignedEvidence
from yiwang.web.board import evidence as told
from yiwang.web.board import shown
from yiwang.web.desk import supervisions
from yiwang.web.desk.room import said


def tag(judged: Judgement) -> dict[str, Any]:
    """A colour with its word."""
    return shown.state(judged)


def changes(actor: Actor, found: Week, year: int) -> dict[str, Any]:
    """What changed, kind by kind; each line opens to what made it."""
    owners = shown.owners(actor)
    return {
        "turned": [
            {**_promise(one.promise, year, owners), "before": tag(one.before), "after": tag(one.after),
             "why": said(f"plan.why.{one.after.why}")}
            for one in found.turned
        ],
        "retargeted": [
            {**_promise(one.promise, year, owners), "before": _goal(one.before), "after": _goal(one.after),
             "number": one.document_number, "at": one.at}
            for one in found.retargeted
        ],
        "signed": _evidence(actor, found.signed, year, owners),
        "withdrawn": _evidence(actor, found.withdrawn, year, owners),
        "opened": [_supervision(one, one.opened_at) for one in found.opened],
        "ended": [_supervision(one, one.ended_at) for one in found.ended],
    }  # fmt: skip


def _promise(promise: Promise, year: int, owners: dict[str, str]) -> dict[str, Any]:
    return {
        "row": promise.row,
        "text": shown.text(promise.promise),
        "href": reverse("board:promise", args=[year, promise.row]),
        "owner": owners.get(promise.owner, promise.owner),
    }


def _goal(goal: Any) -> str:
    return shown.goal(goal) or shown.said("board.no-goal")


def _evidence(
    actor: Actor, listed: Iterable[tuple[Promise, SignedEvidence]], year: int, owners: dict[str, str]
) -> list[dict[str, Any]]:
    pairs = list(listed)
    lines = told.lines(actor, [one for _promise_of, one in pairs])
    return [{**_promise(promise, year, owners), **line} for (promise, _one), line in zip(pairs, lines, strict=True)]


def _supervision(one: SupervisionView, at: datetime | None) -> dict[str, Any]:
    return {
        "row": one.row,
        "text": supervisions.promise_of(one),
        "number": one.number,
        "href": reverse("desk:case", args=[one.number]),
        "state": said(f"case.state.{one.state}"),
        "at": at,
    }


def red(
    actor: Actor, found: Iterable[Standing], going: dict[str, SupervisionView], year: int, *, may_supervise: bool
) -> list[dict[str, Any]]:
    """What is red, why, whose it is, what its department says, and whether it is supervised; in the plan's order."""
    owners, explained = shown.owners(actor), inquiries.newest_explanations(actor, year)
    return [
        {
            **_promise(one.promise, year, owners),
            "why": said(f"plan.why.{one.judgement.why}"),
            "due": shown.day(one.promise.due),
            "goal": _goal(one.promise.goal),
            "forecast": shown.forecast(one),
            "said": explanation(explained.get(one.promise.row)),
            "supervision": _going(going.get(one.promise.row)),
            "supervise": reverse("desk:supervise", args=[year, one.promise.row]) if may_supervise else "",
        }
        for one in found
    ]


def explanation(one: Explained | None) -> str:
    """What a department said last, and by when it expects to show it; empty when it said nothing."""
    if one is None:
        return ""
    return _("%(words)s（预计 %(day)s）") % {"words": one.words, "day": shown.day(one.expected_on)}


def _going(one: SupervisionView | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "number": one.number,
        "href": reverse("desk:case", args=[one.number]),
        "state": {"text": said(f"plan.supervision.{one.colour}"), "tone": supervisions.TONES[one.colour]},
    }
