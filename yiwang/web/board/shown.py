"""What the board's pages say of items and promises, in the reader's language."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from yiwang.indicators import law as indicators
from yiwang.indicators.rules import FEW
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Actor
from yiwang.kernel.wording import word
from yiwang.plan.facts import Goal, Words
from yiwang.plan.queries import ItemView, PlanCard, Standing
from yiwang.plan.rules import INDICATOR, Colour, Judgement, Shown
from yiwang.web import house
from yiwang.web.components.markup import MONTHS_EN, english

TONES = {Colour.GREEN: "done", Colour.AMBER: "soon", Colour.RED: "overdue", Colour.GREY: "waiting"}
WORST_FIRST = (Colour.RED, Colour.AMBER, Colour.GREEN, Colour.GREY)
SIGNS = {">=": "≥", "<=": "≤", "=": "=", ">": ">"}


def said(key: str, **given: Any) -> str:
    """A word or sentence of the texts files in the page's language."""
    return word(key, house.language()).format(**given)


def text(words: Words) -> str:
    """A text in the page's language."""
    return words.en if english() else words.zh


def day(one: date) -> str:
    """A day as one reads it: `2019年12月31日`, `31 Dec 2019`."""
    if english():
        return f"{one.day} {MONTHS_EN[one.month - 1]} {one.year}"
    return f"{one.year}年{one.month}月{one.day}日"


def number(value: Decimal) -> str:
    """A figure without the noughts that only a column needs."""
    return f"{value.normalize():f}"


def goal(one: Goal | None) -> str | None:
    """`≥ 500 家`; None where the plan gives no number."""
    if one is None:
        return None
    unit = "" if one.unit == "ratio" else said(f"plan.unit.{one.unit}")
    return f"{SIGNS[one.comparator]} {number(one.value)} {unit}".strip()


def amount(value: Decimal, unit: str) -> str:
    """`320 家`; of more places two are shown, never rounded up."""
    rounded = value.quantize(Decimal("0.01"), ROUND_DOWN) if value != round(value, 2) else value
    return f"{number(rounded)} {said(f'plan.unit.{unit}') if unit and unit != 'ratio' else ''}".strip()


def so_far(one: Standing) -> str | None:
    """What showed a promise last, in words; None for nothing."""
    return in_words(one.shown, one.promise.goal)


def told_so_far(one: Standing) -> str | None:
    """The same; where there is no number to reach, with which way of the figure is the good one."""
    told, source = so_far(one), one.promise.source
    if told is None or one.promise.goal or source is None or one.shown is None or one.shown.by != INDICATOR:
        return told
    known = indicators.indicators().get(source.indicator)
    return (
        said("board.shown.better", told=told, better=said(f"indicator.direction.{known.direction}")) if known else told
    )


def in_words(shown: Shown | None, goal_: Goal | None) -> str | None:
    """What was shown of a number to reach, in words; None for nothing."""
    if shown is None:
        return None
    if shown.withheld:
        return said("board.shown.withheld")
    if shown.done:
        return said("board.shown.done", day=day(shown.as_of))
    if shown.value is None:
        return said("board.shown.paper", day=day(shown.as_of))
    value = amount(shown.value, goal_.unit if goal_ else shown.unit)
    if shown.whole is not None and shown.part is not None:
        counts = f"{number(shown.part)} / {shown.whole}"
        value = counts if shown.whole < FEW else f"{value} ({counts})"
    return said("board.shown.value", value=value, day=day(shown.as_of))


def state(one: Judgement) -> dict[str, str]:
    """The colour as a word with its tone; of what was reached after its day that, and by how many days."""
    return {"text": state_word(str(one.colour), one.days_late), "tone": TONES[one.colour]}


def state_word(colour: str, days_late: int) -> str:
    """The word alone."""
    return said("plan.kept-late", days=days_late) if days_late else said(f"plan.colour.{colour}")


def forecast(one: Standing) -> str | None:
    """What the year will come to, with its unit; None where there is nothing to reckon it from."""
    expected, target = one.judgement.forecast, one.promise.goal
    if expected is None:
        return None
    return amount(expected, target.unit if target else one.shown.unit if one.shown else "")


def owners(actor: Actor) -> dict[str, str]:
    """The names of departments and committees by code."""
    return {card.code: card.name(house.language()) for card in people.teams(actor)}


def item_name(one: ItemView) -> str:
    """The item as published, where the document has been read in and the page is Chinese; else in our own short words."""
    return one.published_title if one.published_title and not english() else text(one.name)


def chapter_name(one: ItemView) -> str:
    """The chapter in the same way; empty for the preamble. Its number is a Chinese numeral and is read in Chinese only."""
    if not one.chapter:
        return ""
    name = one.published_chapter if one.published_chapter and not english() else text(one.chapter_name)
    return name if english() else said("board.chapter", no=one.chapter, name=name)


def counts(standings: Iterable[Standing], year: int, item: int | None = None) -> list[dict[str, Any]]:
    """How many promises have which colour, worst first, those that none has left out; each opens to its promises."""
    found = Counter(one.judgement.colour for one in standings)
    within = {} if item is None else {"item": item}
    return [
        {
            "text": said("board.count", colour=said(f"plan.colour.{one}"), n=found[one]),
            "tone": TONES[one],
            "href": f"{reverse('board:promises', args=[year])}?{urlencode({**within, 'colour': str(one)})}",
        }
        for one in WORST_FIRST
        if found[one]
    ]


def chapters(items: Iterable[ItemView], year: int) -> list[dict[str, Any]]:
    """The items by chapter, each with its address, the number of its promises and their colours."""
    found: list[dict[str, Any]] = []
    for one in items:
        name = chapter_name(one)
        if not found or found[-1]["name"] != name:
            found.append({"name": name, "items": []})
        found[-1]["items"].append(
            {
                "no": one.no,
                "name": item_name(one),
                "href": reverse("board:item", args=[year, one.no]),
                "promises": said("board.promises", n=len(one.promises)),
                "counts": counts(one.promises, year, one.no),
            }
        )
    return found


def row(one: Standing, names: dict[str, str], year: int) -> dict[str, Any]:
    """A promise as a line of a table."""
    promise, judged = one.promise, one.judgement
    return {
        "row": promise.row,
        "promise": {"text": text(promise.promise), "href": reverse("board:promise", args=[year, promise.row])},
        "owner": names.get(promise.owner, promise.owner),
        "goal": goal(promise.goal) or said("board.no-goal"),
        "shown": told_so_far(one),
        "due": day(promise.due),
        "state": state(judged) | {"note": said(f"plan.why.{judged.why}") if judged.colour in WORST_FIRST[:2] else ""},
    }


def columns() -> list[dict[str, Any]]:
    """The headings of such a table."""
    return [
        {"key": key, "text": said(f"board.column.{key}")}
        for key in ("row", "promise", "owner", "goal", "shown", "due", "state")
    ]


def facts(one: Standing, names: dict[str, str]) -> list[dict[str, Any]]:
    """What stands on a promise's own page, line by line; what is not known is None."""
    promise = one.promise
    lines: list[tuple[str, str | None]] = [
        ("owner", names.get(promise.owner, promise.owner)),
        ("measure", text(promise.measure)),
        ("goal", goal(promise.goal) or said("board.no-goal")),
        ("due", day(promise.due)),
        (
            "shown-by",
            said("board.shown-by", kind=said(f"plan.evidence.{promise.evidence}"), what=text(promise.shown_by)),
        ),
        ("evidence", told_so_far(one)),
        ("forecast", forecast(one)),
    ]
    if promise.limits:
        lines.append(("limits", text(promise.limits)))
    return [{"text": said(f"board.line.{key}"), "value": value} for key, value in lines]


def carried(card: PlanCard) -> str:
    """The sentence that says that the promises were made for another year; empty when they were not."""
    return said("board.carried", year=card.year, of_year=card.of_year) if card.carried_over else ""
