"""Inquiries as the desk shows them: lines of what waits, and what stands about one on the page of its promise."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.kernel.terms import Actor
from yiwang.plan.inquiries import queries
from yiwang.plan.inquiries.queries import InquiryView
from yiwang.web.board import shown
from yiwang.web.components.markup import english
from yiwang.web.desk.room import may, said


def waiting(actor: Actor) -> list[dict[str, Any]]:
    """For the home page: what one's department is asked, and for whoever leads what nobody answered in time."""
    lists = []
    if may(actor, "plan.explain"):
        asked = [_line(one, "desk:explain") for one in queries.waiting(actor)]
        lists.append({"title": _("请说明进展的任务"), "href": reverse("desk:inquiries"), "rows": asked})
    if actor.has_role("leader"):
        climbed = [_line(one, "desk:supervise") for one in queries.waiting(actor, climbed_only=True)]
        lists.append({"title": _("没有按时说明进展的任务"), "href": reverse("desk:inquiries"), "rows": climbed})
    return lists


def _line(one: InquiryView, page: str) -> dict[str, Any]:
    return {
        "href": reverse(page, args=[one.year, one.row]),
        "name": promise_of(one),
        "kind": one.row,
        "code": until(one),
    }


def promise_of(one: InquiryView) -> str:
    """The promise in the page's language."""
    return one.promise_en if english() else one.promise_zh


def until(one: InquiryView) -> str:
    """Until when an answer is in time, or that the time is over."""
    if one.climbed_on is not None:
        return _("%(day)s 已过，报到镇领导") % {"day": shown.day(one.grace_until)}
    return _("最晚 %(day)s 答复") % {"day": shown.day(one.grace_until)}


def columns() -> list[dict[str, Any]]:
    """The headings of a list of inquiries."""
    heads = {
        "promise": _("任务"),
        "owner": _("责任部门"),
        "why": _("为什么问"),
        "asked": _("问的日子"),
        "until": _("答复期限"),
    }
    return [{"key": key, "text": text} for key, text in heads.items()]


def lines(actor: Actor) -> list[dict[str, Any]]:
    """Every inquiry that waits and that the actor may know of, in the plan's order."""
    owners = shown.owners(actor)
    page = "desk:supervise" if may(actor, "plan.oversee") else "desk:explain"
    return [
        {
            "promise": {"text": f"{one.row} {promise_of(one)}", "href": reverse(page, args=[one.year, one.row])},
            "owner": owners.get(one.owner, one.owner),
            "why": said(f"plan.inquiry.{one.why}"),
            "asked": shown.day(one.asked_on),
            "until": {"text": until(one), "tone": "overdue" if one.climbed_on else "waiting"},
        }
        for one in queries.waiting(actor)
    ]


def of_promise(actor: Actor, year: int, row: str) -> dict[str, Any]:
    """What is asked about a promise, and what its department said, the newest first."""
    asked = queries.of_promise(actor, year, row)
    return {
        "asked": {"why": said(f"plan.inquiry.{asked.why}"), "until": until(asked)} if asked else None,
        "explained": [
            {"at": one.at, "words": one.words, "expected": shown.day(one.expected_on)}
            for one in queries.explanations(actor, year, row)
        ],
    }
