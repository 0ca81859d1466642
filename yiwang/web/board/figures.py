"""What the public pages say of indicators, in the reader's language."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from yiwang.indicators.definitions import AFTER_REVIEW, DISCLOSURE, INTERNAL, LIVE, Indicator
from yiwang.indicators.exporting import Named, Names
from yiwang.indicators.measured import known
from yiwang.indicators.public import PublicFigure, PublicLine
from yiwang.indicators.rules import FEW, VERY_FEW, Share, Shown
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.web import house
from yiwang.web.board import shown
from yiwang.web.board.shown import said


def role(code: str) -> str:
    """A role in words."""
    names: dict[str, str] = permission.roles()[code]["name"]  # type: ignore[assignment]
    return names[house.language()]


def unit_of(one: Indicator) -> str:
    """What a figure of things that were measured counts: 工地日, 断面月次; empty where it counts cases."""
    return known()[one.counts].name[house.language()] if one.counts else ""


def value(share: Share | None, seen: Shown, *, unit: str = "") -> str | None:
    """A figure as the public may read it; None where there is nothing to count: that is 无数据. `unit`: what it counts, if no cases."""
    if share is None or seen is Shown.NOTHING:
        return None
    if seen is Shown.WITHHELD:
        return said("board.figure.withheld")
    if seen is Shown.COUNTS:
        key = "board.figure.counts-measured" if unit else "board.figure.counts"
        return said(key, part=shown.number(share.numerator), of=share.denominator, unit=unit)
    return f"{share.percent}%"


def proof(one: PublicFigure, year: int) -> str:
    """Where the file is that says what a figure rests on; empty where there is none."""
    if one.share is None or one.shown in (Shown.NOTHING, Shown.WITHHELD):
        return ""
    return f"{reverse('board:figure_proof', args=[one.indicator.code])}?year={year}"


def state(one: PublicFigure) -> str:
    """In which state it is public, and as of when; or why it is not."""
    disclosure = one.indicator.disclosure
    if disclosure.state == INTERNAL:
        return said("board.figure.internal", reason=disclosure.reason[house.language()])
    if disclosure.state != AFTER_REVIEW:
        return said("board.figure.live")
    reviewer = role(disclosure.role)
    if one.as_of is None or one.released_at is None:
        return said("board.figure.not-yet", role=reviewer)
    return said(
        "board.figure.released",
        role=reviewer,
        day=_day(one.released_at),
        as_of=_day(one.as_of),
        first=f"{one.scope.first:%Y-%m}",
        last=f"{one.scope.last:%Y-%m}",
    )


def _day(moment: datetime) -> str:
    return shown.day(walltime.town_day(moment))


def groups(found: Iterable[PublicFigure], year: int) -> list[dict[str, Any]]:
    """The indicators by the state in which they are public, in the packs' order, each with what stands beside it."""
    every = list(found)
    made = []
    for each in DISCLOSURE:
        rows = [_row(one, year) for one in every if one.indicator.disclosure.state == each]
        if rows:
            made.append({"title": said(f"board.figure.state.{each}"), "rows": rows})
    return made


def _row(one: PublicFigure, year: int) -> dict[str, Any]:
    """An indicator as a line of the list. Where there is nothing to count the line says why."""
    indicator, language = one.indicator, house.language()
    nothing = one.share is not None and one.shown is Shown.NOTHING
    note = "" if indicator.disclosure.state == LIVE else state(one)
    return {
        "name": indicator.name[language],
        "href": f"{reverse('board:figure', args=[indicator.code])}?year={year}",
        "value": absent(one) or value(one.share, one.shown, unit=unit_of(indicator)),
        "note": f"{note} {indicator.none[language]}".strip() if nothing else note,
    }


def absent(one: PublicFigure) -> str:
    """What stands where a figure is not public (yet); empty where one is."""
    if one.indicator.disclosure.state == INTERNAL:
        return said("board.figure.kept")
    return said("board.figure.waiting") if one.share is None else ""


def lines(found: Sequence[PublicLine], by: str, names: Names, *, unit: str = "") -> list[dict[str, Any]]:
    """The lines of a table: months in their order, committees and departments in the town's own. Never by value.

    What is withheld stands together in one line, so that what is said can be found.
    """
    if by != "month":
        kept = names.committees if by == "committee" else names.teams
        order = {key: place for place, key in enumerate(kept)}
        found = sorted(found, key=lambda line: order.get(line.key, len(order)))
    said_of = [line for line in found if line.shown is not Shown.WITHHELD]
    told = [{"head": _head(line.key, by, names), "value": value(line.share, line.shown, unit=unit)} for line in said_of]
    rest = len(found) - len(said_of)
    if rest:
        head = said(f"board.figure.rest-{by}", n=rest)
        told.append({"head": head, "value": value(found[0].share, Shown.WITHHELD)})
    return told


def _head(key: Any, by: str, names: Names) -> str:
    if by == "month":
        return f"{key:%Y-%m}"
    kept: dict[UUID, Named] = dict(names.committees if by == "committee" else names.teams)
    return kept[key].name if key in kept else said(f"board.figure.no-{by}")


def heads(by: str) -> list[dict[str, Any]]:
    """The headings of such a table."""
    return [
        {"key": "head", "text": said(f"board.figure.by.{by}")},
        {"key": "value", "text": said("board.figure.column.value")},
    ]


def limits(one: Indicator | None = None) -> str:
    """How small numbers are shown: of one indicator, or of all."""
    of = "" if one is None else "-people" if one.of_people else "-things"
    return said(f"board.figure.limits{of}", few=FEW, very_few=VERY_FEW)


def years(counted: Iterable[int], current: int) -> list[dict[str, Any]]:
    """The years as tabs; none where there is only one."""
    found = sorted({*counted, current}, reverse=True)
    if len(found) < 2:
        return []
    return [{"text": str(one), "href": f"?year={one}", "current": one == current, "count": None} for one in found]
