"""What a promise's page says of its past: the published words and whether a person has checked them, other wordings, other targets."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from yiwang.kernel.terms import Actor
from yiwang.plan import queries as plans
from yiwang.plan.facts import Goal, Promise
from yiwang.plan.review import queries as review
from yiwang.plan.review.queries import Progress
from yiwang.plan.rows import Draft
from yiwang.plan.wording import TargetChange, Wording, target_changes
from yiwang.web.board import shown


def progress(found: Progress) -> str:
    """How many of the published words a person has checked; empty without a document."""
    return shown.said("board.reviewed", reviewed=found.reviewed, all=found.drafts) if found.drafts else ""


def quote(one: Draft) -> dict[str, str]:
    """Published words with their place, and whether a person or only the software says that they mean this promise."""
    return {
        "quote": one.quote,
        "place": shown.said("board.place", start=one.start, end=one.end),
        "state": shown.said("board.checked" if one.confirmed else "board.unchecked"),
        "tone": "done" if one.confirmed else "waiting",
    }


def unfounded(actor: Actor, year: int, promise: Promise) -> dict[str, Any]:
    """That the words are no longer confirmed of which a promise was made on the page, with the way to confirm them again for who
    reviews the plan; empty for every other promise.
    """
    found = review.unfounded(actor, year, promise)
    if found is None:
        return {}
    document = plans.plan(actor, year).of_year
    links: list[dict[str, str]] = []
    if plans.may_review(actor, document):
        links = [
            {"text": one.quote, "href": reverse("desk:plan_draft", args=[document, one.draft_id])} for one in found
        ]
        links = links or [{"text": shown.said("board.unfounded.list"), "href": reverse("desk:plan", args=[document])}]
    return {"text": shown.said("board.unfounded"), "links": links}


def target(one: TargetChange) -> dict[str, Any]:
    """A number to reach that was changed: both numbers, and the document's."""
    return {
        "at": one.at,
        "text": shown.said("board.target-changed", before=_goal(one.before), after=_goal(one.after)),
        "number": one.document_number,
    }


def _goal(one: Goal | None) -> str:
    return shown.goal(one) or shown.said("board.no-goal")


def wordings(past: Iterable[Wording], owners: Mapping[str, str]) -> list[dict[str, Any]]:
    """How the promise read from when on, with owner and day, and why a person changed it."""
    return [
        {
            "at": one.at,
            "text": shown.text(one.promise.promise),
            "owner": owners.get(one.promise.owner, one.promise.owner),
            "due": shown.day(one.promise.due),
            "goal": shown.goal(one.promise.goal),
            "number": one.document_number,
            "reason": one.reason,
        }
        for one in past
    ]


# --- for programs ----------------------------------------------------------------------------------------------------


def counted(quotes: Sequence[Draft], past: Sequence[Wording]) -> dict[str, Any]:
    """What the row of a promise says of its review and its target: how many words were checked, how many are only proposed, and the
    number of the document that gave it its number to reach (None: it has the first one).
    """
    changes = target_changes(past)
    checked = sum(one.confirmed for one in quotes)
    return {
        "quotes_checked": checked,
        "quotes_proposed": len(quotes) - checked,
        "target_document": changes[-1].document_number if changes else None,
        "target_before": plain_goal(changes[-1].before) if changes else None,
    }


def plain_progress(found: Progress) -> dict[str, int]:
    """How many passages of the document promise something, and what a person has decided about them."""
    return {
        "all": found.drafts,
        "reviewed": found.reviewed,
        "confirmed": found.confirmed,
        "no_promise": found.dismissed,
    }


def plain_quote(one: Draft) -> dict[str, Any]:
    """Published words: `checked` is false as long as only the software says that they mean this promise."""
    at = one.reviewed_at.isoformat() if one.confirmed and one.reviewed_at else None
    return {"quote": one.quote, "start": one.start, "end": one.end, "checked": one.confirmed, "checked_at": at}


def plain_target(one: TargetChange) -> dict[str, Any]:
    """A number to reach that was changed."""
    return {
        "at": one.at.isoformat(),
        "before": plain_goal(one.before),
        "after": plain_goal(one.after),
        "document_number": one.document_number,
    }


def plain_goal(one: Goal | None) -> str | None:
    """`>= 3.5 mu`: comparator, number and unit; None for no number."""
    return f"{one.comparator} {shown.number(one.value)} {one.unit}" if one else None


def plain_wording(one: Wording) -> dict[str, Any]:
    """How it read from a moment on, in both languages."""
    return {
        "at": one.at.isoformat(),
        "promise_zh": one.promise.promise.zh,
        "promise_en": one.promise.promise.en,
        "owner": one.promise.owner,
        "due": one.promise.due.isoformat(),
        "target": plain_goal(one.promise.goal),
        "document_number": one.document_number,
        "reason": one.reason,
    }
