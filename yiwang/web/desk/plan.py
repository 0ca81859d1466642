"""What the pages say on which a plan's words are reviewed and its promises changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Actor
from yiwang.plan import queries as plans
from yiwang.plan.facts import Goal, Promise, Words
from yiwang.plan.queries import ItemView
from yiwang.plan.review import queries as review
from yiwang.plan.reviewed import Reviewed
from yiwang.plan.rows import Draft
from yiwang.web import house
from yiwang.web.board import shown as board
from yiwang.web.desk.room import said, whole

TONES = {
    Reviewed.UNREVIEWED: "waiting",
    Reviewed.CONFIRMED: "done",
    Reviewed.DISMISSED: "action",
    Reviewed.SPLIT: "action",
}
PAGE = 60
SHORT = 36
"""So many characters of a promise stand beside a quotation; the rest stands on its own page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How the list is narrowed: one of review.VIEWS, an item or None, words, and which page of it."""

    view: str = review.UNREVIEWED
    item: int | None = None
    text: str = ""
    page: int = 1

    def query(self, **other: Any) -> str:
        """The address's part behind the question mark."""
        given = {"show": self.view, "item": self.item, "q": self.text, "page": self.page, **other}
        return urlencode({key: value for key, value in given.items() if value not in (None, "", 1)})


def asked(given: QueryDict) -> Asked:
    """What the address asks for; what it cannot mean is left out."""
    view = given.get("show", "")
    item = whole(given.get("item", ""), -1)
    return Asked(
        view=view if view in review.VIEWS else review.UNREVIEWED,
        item=item if 0 <= item < 1000 else None,
        text=given.get("q", "").strip()[:60],
        page=max(1, min(whole(given.get("page", ""), 1), 1000)),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What the pages of a year need at hand: its promises by row, its items by number, the names of teams by code.

    `document`: the year whose published document holds the words, another one where promises are carried over.
    """

    year: int
    document: int
    promises: Mapping[str, Promise]
    items: Mapping[int, ItemView]
    teams: Mapping[str, str]

    def item(self, number: int) -> str:
        """`第 3 条 …`, as published where the document has been read in."""
        found = self.items.get(number)
        name = board.item_name(found) if found else ""
        return _("第 %(no)s 条 %(name)s") % {"no": number, "name": name} if number else name

    def promise(self, row: str) -> dict[str, str]:
        """A promise beside its words: its row, its beginning and its address."""
        found = self.promises.get(row)
        words = text(found.promise) if found else ""
        return {"row": row, "text": _short(words), "whole": words, "href": promise_address(self.year, row)}


def known(actor: Actor, year: int) -> Known:
    """Everything at hand for a year. Raises NotFound."""
    teams = {card.code: card.name(house.language()) for card in people.teams(actor)}
    items = {one.no: one for one in review.items(actor, year)}
    return Known(year, plans.plan(actor, year).of_year, plans.promises_of(actor, year), items, teams)


def text(words: Words) -> str:
    """A text in the page's language."""
    return board.text(words)


def _short(words: str) -> str:
    return words if len(words) <= SHORT else f"{words[:SHORT]}…"


def frame(actor: Actor, year: int, here: str) -> dict[str, Any]:
    """What every page of a year's review begins with. Raises NotFound."""
    card = plans.plan(actor, year)
    name = "desk:plan" if here == "drafts" else "desk:plan_promises"
    years = [
        {"text": str(one.year), "href": reverse(name, args=[one.year]), "current": one.year == year, "count": None}
        for one in plans.plans(actor)
    ]
    return {
        "year": year,
        "card": card,
        "carried": board.carried(card),
        "years": years if len(years) > 1 else [],
        "here": here,
        "board": reverse("board:board", args=[year]),
        "tabs": [
            {"text": _("要点原文"), "href": reverse("desk:plan", args=[year]), "current": here == "drafts", "count": None},
            {"text": _("任务"), "href": reverse("desk:plan_promises", args=[year]), "current": here == "promises",
             "count": None},
        ],
    }  # fmt: skip


def draft_address(year: int, draft_id: Any) -> str:
    """The page of one draft."""
    return reverse("desk:plan_draft", args=[year, draft_id])


def promise_address(year: int, row: str) -> str:
    """The page on which a promise is changed."""
    return reverse("desk:plan_promise", args=[year, row])


def line(one: Draft, at_hand: Known) -> dict[str, Any]:
    """A draft as a line of the list."""
    year = at_hand.document
    return {
        "id": one.draft_id,
        "quote": one.quote,
        "href": draft_address(year, one.draft_id),
        "item": at_hand.item(one.item),
        "place": _("第 %(start)s–%(end)s 字") % {"start": one.start, "end": one.end},
        "figures": [each["quote"] for each in one.figures],
        "state": {"text": said(f"plan.review.{one.state}"), "tone": TONES[one.state]},
        "open": one.state == Reviewed.UNREVIEWED,
        "sure": one.sure and one.state == Reviewed.UNREVIEWED,
        "proposed": [at_hand.promise(row) for row in one.rows] if one.state == Reviewed.UNREVIEWED else [],
        "meant": [at_hand.promise(row) for row in one.meant],
        "why_not": one.why_not,
        "part": one.part_of is not None,
        "confirm": reverse("desk:plan_draft_act", args=[year, one.draft_id, "confirm"]),
        "reopen": reverse("desk:plan_draft_act", args=[year, one.draft_id, "reopen"]),
    }


def progress(found: review.Progress) -> dict[str, Any]:
    """How far the review is, as a bar and a sentence."""
    given = {
        "reviewed": found.reviewed,
        "all": found.drafts,
        "confirmed": found.confirmed,
        "dismissed": found.dismissed,
    }
    return {
        "value": found.reviewed,
        "most": found.drafts,
        "text": _("已核对 %(reviewed)s / %(all)s：确认 %(confirmed)s，不是承诺 %(dismissed)s") % given,
    }


def views(shown: Asked, counted: Mapping[str, int]) -> list[dict[str, Any]]:
    """The tabs of the list, each with the number of its drafts."""
    return [
        {
            "text": said(f"plan.review.{one}"),
            "href": f"?{Asked(view=one, item=shown.item, text=shown.text).query()}",
            "current": shown.view == one,
            "count": counted[one],
        }
        for one in (str(one) for one in review.VIEWS)
    ]


def promise_options(at_hand: Known, *, without: int | None = None) -> list[dict[str, str]]:
    """Every promise for a list that is searched, by item; `without`: not those of this item."""
    return [
        {"value": row, "text": f"{row} {_short(text(one.promise))}", "group": at_hand.item(one.item),
         "find": f"{row} {text(one.promise)}"}
        for row, one in at_hand.promises.items()
        if one.item != without
    ]  # fmt: skip


def tick_options(at_hand: Known, item: int, rows: Sequence[str]) -> list[dict[str, str]]:
    """The promises to tick: the proposed rows first, then the others of the item."""
    first = [row for row in rows if row in at_hand.promises]
    rest = [row for row, one in at_hand.promises.items() if one.item == item and row not in rows]
    return [{"value": row, "text": f"{row} {text(at_hand.promises[row].promise)}"} for row in (*first, *rest)]


def team_options(at_hand: Known) -> list[dict[str, str]]:
    """Departments and committees by code."""
    return [
        {"value": code, "text": name, "group": "", "find": f"{name} {code}"} for code, name in at_hand.teams.items()
    ]


def goal(one: Goal | None) -> str:
    """`≥ 500 家`, or that there is no number."""
    return board.goal(one) or board.said("board.no-goal")


def goal_initial(one: Goal | None) -> dict[str, Any]:
    """A number to reach as its form shows it."""
    if one is None:
        return {}
    return {"value": board.number(one.value), "unit": one.unit, "comparator": one.comparator}


def promise_initial(one: Promise) -> dict[str, Any]:
    """A promise's words as their form shows them; English that only repeats the Chinese stands empty."""
    found: dict[str, Any] = {"owner": one.owner, "due": one.due, "evidence": one.evidence}
    for name in ("promise", "measure", "shown_by"):
        words: Words = getattr(one, name)
        found[name], found[f"{name}_en"] = words.zh, "" if words.en == words.zh else words.en
    return found


def facts(one: Promise, at_hand: Known) -> list[dict[str, Any]]:
    """What a promise says, line by line."""
    lines = [
        (_("责任部门"), at_hand.teams.get(one.owner, one.owner)),
        (_("期限"), board.day(one.due)),
        (_("要达到的数"), goal(one.goal)),
        (_("怎么衡量"), text(one.measure)),
        (_("拿什么证明"), f"{said(f'plan.evidence.{one.evidence}')}：{text(one.shown_by)}"),
        (_("页面上改过"), _("、").join(edited(one.edited)) or _("没有")),
    ]
    return [{"text": name, "value": value} for name, value in lines]


def edited(names: Iterable[str]) -> list[str]:
    """What was changed on the page, in words; a promise that was made there says so."""
    return [_("在页面上立的") if one == "made" else said(f"plan.edited.{one}") for one in names]
