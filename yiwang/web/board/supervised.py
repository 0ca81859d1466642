"""What a promise's public page says of its supervisions and of its department's words: days and states, nothing of cases or people."""

from typing import Any

from django.urls import reverse

from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.terms import Actor
from yiwang.plan.inquiries import queries as inquiries
from yiwang.plan.supervision import queries as supervisions
from yiwang.plan.supervision.queries import PublicSupervision
from yiwang.web.board.shown import day, said

TONES = {"open": "soon", "closed": "done", "dropped": "waiting"}


def of_promise(actor: Actor, year: int, row: str) -> dict[str, Any]:
    """What stands on the page: for everybody, and a way on for those who look after promises."""
    oversees = not permission.reach(actor, "plan.oversee").nothing
    return {
        "supervised": [_line(one) for one in supervisions.public_of(actor, year, row)],
        "supervise_href": reverse("desk:supervise", args=[year, row]) if oversees else "",
        "explained": [
            {"words": one.words, "expected": said("board.explained.expected", day=day(one.expected_on)),
             "at": one.at}
            for one in inquiries.explanations(actor, year, row)
        ],
    }  # fmt: skip


def _line(one: PublicSupervision) -> dict[str, Any]:
    until = day(one.ended_on) if one.ended_on else ""
    return {
        "text": said(f"board.supervised.{one.state}", since=day(one.opened_on), until=until),
        "state": said(f"board.supervised.state.{one.state}"),
        "tone": TONES[one.state],
    }


def on_board(actor: Actor, year: int) -> dict[str, Any]:
    """How many promises of a year are supervised now, and the list of them for those who look after them."""
    going = supervisions.public_going(actor, year)
    oversees = not permission.reach(actor, "plan.oversee").nothing
    return {
        "going": said("board.supervised.going", n=going) if going else "",
        "going_href": f"{reverse('desk:supervisions')}?year={year}" if oversees else "",
    }


def plain(actor: Actor, year: int, row: str) -> dict[str, Any]:
    """The same for programs."""
    return {
        "supervisions": [
            {
                "opened_on": one.opened_on.isoformat(),
                "ended_on": one.ended_on.isoformat() if one.ended_on else None,
                "state": one.state,
            }
            for one in supervisions.public_of(actor, year, row)
        ],
        "explanations": [
            {
                "day": walltime.town_day(one.at).isoformat(),
                "words": one.words,
                "expected_on": one.expected_on.isoformat(),
            }
            for one in inquiries.explanations(actor, year, row)
        ],
    }
