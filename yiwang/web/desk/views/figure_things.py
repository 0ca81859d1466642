"""The things behind a number of what was measured: how each stands, and the rows of registers that it rests on."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.indicators import queries
from yiwang.indicators.definitions import Indicator
from yiwang.indicators.queries import CountedThing
from yiwang.kernel.terms import Actor
from yiwang.registers import law as registers
from yiwang.registers import queries as register_queries
from yiwang.web import house
from yiwang.web.desk.figures import Asked
from yiwang.web.desk.room import page, said
from yiwang.web.desk.townsfolk import Names

PAGE = 100


def page_of(
    request: HttpRequest, indicator: Indicator, part: str, shown: Asked, names: Names, after: int, frame: dict[str, Any]
) -> HttpResponse:
    """The page of these things; `frame`: what it has in common with the page of cases."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.things(actor, indicator.code, part, shown.scope, shown.as_of, after=after, size=PAGE + 1)
    lines = [_line(actor, indicator, one, names) for one in found[:PAGE]]
    content = {
        **frame,
        "things": lines,
        "next": f"?{shown.query}&after={after + PAGE}" if len(found) > PAGE else "",
        "previous": f"?{shown.query}&after={max(0, after - PAGE)}" if after else "",
        "range": _("第 %(first)s–%(last)s 个") % {"first": after + 1, "last": after + len(lines)},
    }
    return page(request, "desk/figure_things.html", content)


def _line(actor: Actor, indicator: Indicator, one: CountedThing, names: Names) -> dict[str, Any]:
    pack = indicator.counts.partition(".")[0]
    where = [names.place(one.committee) if one.committee else "", names.team(one.team) if one.team else ""]
    return {
        "ref": one.ref,
        "name": one.name[_tongue()],
        "holds": [said(f"{pack}.outcome.{outcome}") for outcome in one.holds],
        "where": " · ".join(filter(None, where)),
        "opens": [link for kind, code, key in one.opens if (link := _link(actor, kind, code, key))],
    }


def _link(actor: Actor, kind: str, code: str, key: str) -> dict[str, str] | None:
    """The way to what it rests on; None where the actor may not see it, or no pack has it any more."""
    if kind == "station":
        return {"text": _("站点监测值"), "href": reverse("desk:station", args=[code])}
    if kind == "alarm":
        return {"text": _("报警案件 %(number)s") % {"number": key}, "href": reverse("desk:case", args=[key])}
    register = registers.catalogue().by_code.get(code)
    if kind != "register" or register is None or not register_queries.may_read(actor, register):
        return None
    return {"text": register.name[_tongue()], "href": reverse("desk:register_row", args=[code, key])}


def _tongue() -> str:
    return "en" if house.language().startswith("en") else "zh-Hans"
