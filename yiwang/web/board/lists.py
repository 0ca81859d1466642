"""The promises behind a figure: those of a year in one item, of one colour, of one department, late, or with some words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.plan import queries as plans
from yiwang.plan.queries import ItemView, Standing
from yiwang.plan.rules import Colour, judged_on
from yiwang.web.board import asof, shown


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty values narrow nothing. Unknown values are dropped, as in an old bookmark."""

    item: int | None
    colour: str
    owner: str
    late: bool
    words: str = ""

    def takes(self, one: Standing) -> bool:
        """Whether a promise is on the list."""
        return (
            (self.item is None or one.promise.item == self.item)
            and (not self.colour or one.judgement.colour == self.colour)
            and (not self.owner or one.promise.owner == self.owner)
            and (not self.late or one.judgement.late)
            and (not self.words or self._says(one))
        )

    def _says(self, one: Standing) -> bool:
        """Whether the words stand in its text in either language, or are the beginning of its number."""
        promise, sought = one.promise, self.words.casefold()
        texts = (promise.promise.zh, promise.promise.en)
        return promise.row.startswith(sought) or any(sought in each.casefold() for each in texts)

    def conditions(self, items: Iterable[ItemView], names: dict[str, str]) -> Iterator[str]:
        """The list's conditions one by one."""
        yield from (shown.item_name(one) for one in items if one.no == self.item)
        if self.owner:
            yield names.get(self.owner, self.owner)
        if self.colour:
            yield shown.said(f"plan.colour.{self.colour}")
        if self.late:
            yield shown.said("board.summaries.late")
        if self.words:
            yield shown.said("board.find.quoted", words=self.words)


def wanted(request: HttpRequest) -> Wanted:
    """What an address asks for."""
    given = request.GET
    item, colour = given.get("item", ""), given.get("colour", "")
    return Wanted(
        item=int(item) if item.isdecimal() and len(item) <= 3 else None,
        colour=colour if colour in set(Colour) else "",
        owner=given.get("owner", "")[:60],
        late=given.get("late") == "1",
        words=given.get("q", "").replace("\0", "").strip()[:60],
    )


def _choices(asked: Wanted, items: Iterable[ItemView], names: dict[str, str]) -> list[dict[str, Any]]:
    """What the list can be narrowed by: the departments that answer for something in this year, and the colours."""
    owning = {one.promise.owner for item in items for one in item.promises}
    return [
        {
            "name": "owner",
            "text": shown.said("board.column.owner"),
            "value": asked.owner,
            "pairs": [(code, name) for code, name in names.items() if code in owning],
        },
        {
            "name": "colour",
            "text": shown.said("board.column.state"),
            "value": asked.colour,
            "pairs": [(str(one), shown.said(f"plan.colour.{one}")) for one in shown.WORST_FIRST],
        },
    ]


@require_GET
@door("plan.read")
def promises(request: HttpRequest, year: int) -> HttpResponse:
    """The promises that a figure counts, as they stand now or at the day or moment `as_of`."""
    actor = request.actor  # type: ignore[attr-defined]
    asked, at = wanted(request), asof.asked(request, walltime.now())
    card, items = plans.plan(actor, year), plans.board(actor, year, at.day, known_at=at.known_at)
    names = shown.owners(actor)
    found = [one for item in items for one in item.promises if asked.takes(one)]
    return render(
        request,
        "board/promises.html",
        {
            "card": card,
            "carried": shown.carried(card),
            "caption": shown.said("board.heading", year=year),
            "heading": " · ".join(asked.conditions(items, names)) or shown.said("board.summaries.all"),
            "count": len(found),
            "words": asked.words,
            "choices": _choices(asked, items, names),
            "kept": [(key, request.GET[key]) for key in ("item", "late", "as_of") if request.GET.get(key)],
            "as_of": shown.said("board.as-of", day=shown.day(judged_on(year, at.day))),
            "columns": shown.columns(),
            "rows": [shown.row(one, names, year) for one in found],
        },
    )
