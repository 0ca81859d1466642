"""The figure that shows a promise by itself: in words, with its formula, and the way to the rows behind it for who may see them."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from yiwang.indicators import law as indicators
from yiwang.indicators import public
from yiwang.indicators.definitions import INTERNAL, LIVE
from yiwang.indicators.evidence import Scope
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.terms import Actor
from yiwang.plan import showing
from yiwang.plan.facts import Source
from yiwang.plan.queries import Standing
from yiwang.plan.rules import SIGNED, judged_on
from yiwang.registers import law as registers
from yiwang.registers import queries as register_queries
from yiwang.web import house
from yiwang.web.board import figures
from yiwang.web.board.shown import number, said

COUNTED = ("indicator", "register")
"""Kinds of evidence that come by themselves, once somebody has made their source."""


def of(actor: Actor, one: Standing, year: int, today: date) -> dict[str, str] | None:
    """What a page shows of it; None for a promise that is shown by what somebody signs."""
    source = one.promise.source
    gone = _gone(source) if source else ""
    if gone:
        return {"text": said("board.source.gone", code=gone), "formula": "", "href": ""}
    if source is None or not showing.source_known(actor, source):
        none = one.promise.evidence in COUNTED
        return {"text": said("board.source.not-yet"), "formula": "", "href": ""} if none else None
    as_of = judged_on(year, today)
    if source.indicator:
        return _indicator(actor, one, source, showing.scope_of(actor, year, source.of, as_of), as_of)
    return _register(actor, one, source)


def proof_of(actor: Actor, one: Standing, year: int, as_of: date) -> str:
    """Where the file is by which the figure is checked; empty where no figure of the whole town shows the promise, or none in public."""
    source = one.promise.source
    if source is None or not source.indicator or source.of or source.indicator not in indicators.indicators():
        return ""
    of_year = showing.scope_of(actor, year, source.of, as_of).first.year
    return figures.proof(public.figure(actor, source.indicator, of_year, walltime.now()), of_year)


def _gone(source: Source) -> str:
    """The code of a source that no installed pack declares any more; empty for one that is there."""
    if source.indicator:
        return "" if source.indicator in indicators.indicators() else source.indicator
    return "" if source.register in registers.catalogue().by_code else source.register


def _language() -> str:
    return "en" if house.language().startswith("en") else "zh-Hans"


def _indicator(actor: Actor, one: Standing, source: Source, scope: Scope, as_of: date) -> dict[str, str]:
    known, language = indicators.indicator(source.indicator), _language()
    if known.disclosure.state != LIVE:
        why = said("board.source.internal") if known.disclosure.state == INTERNAL else said("board.source.review")
    else:
        why = known.none[language]
    text = said("board.source.none", name=known.name[language], why=why)
    if showing.withheld(actor, scope.first.year, source, as_of):
        text = said("board.source.withheld", name=known.name[language])
    elif _told(one):
        key = "board.source.measured" if known.counts else "board.source.indicator"
        text = said(key, name=known.name[language], counts=_counts(one), months=_months(scope))
    query = {
        "from": f"{scope.first:%Y-%m}", "to": f"{scope.last:%Y-%m}", "committee": scope.committee, "team": scope.team,
        "as_of": as_of,
    }  # fmt: skip
    if permission.reach(actor, "indicator.read").nothing:
        href, way = _public(actor, known.code, scope.first.year), "figure"
    else:
        address = reverse("desk:figure", args=[source.indicator])
        href, way = f"{address}?{urlencode({name: value for name, value in query.items() if value})}", "rows"
    formula = said("board.source.formula", formula=known.formula[language], version=known.version)
    return {"text": text, "formula": formula, "href": href, "way": way}


def _months(scope: Scope) -> str:
    first, last = f"{scope.first:%Y-%m}", f"{scope.last:%Y-%m}"
    return first if first == last else said("board.source.months", first=first, last=last)


def _public(actor: Actor, code: str, year: int) -> str:
    """The public page of a figure; empty where that page would say that the figure is not public (yet)."""
    if figures.absent(public.figure(actor, code, year, walltime.now())):
        return ""
    return f"{reverse('board:figure', args=[code])}?year={year}"


def _register(actor: Actor, one: Standing, source: Source) -> dict[str, str]:
    known, language = registers.catalogue().register(source.register), _language()
    name = known.name[language]
    if not _told(one):
        text = said("board.source.none", name=name, why=said("board.source.empty"))
    elif source.filled:
        field = known.field(source.filled).name[language]
        key = "board.source.places" if source.places else "board.source.filled"
        text = said(key, name=name, field=field, counts=_counts(one))
    else:
        text = said("board.source.rows", name=name, counts=_counts(one))
    href = ""
    if register_queries.may_read(actor, known):
        query = urlencode(source.where)
        href = reverse("desk:register", args=[source.register]) + (f"?{query}" if query else "")
    return {"text": text, "formula": "", "href": href}


def _told(one: Standing) -> bool:
    return one.shown is not None and one.shown.by != SIGNED and not one.shown.withheld


def _counts(one: Standing) -> str:
    shown = one.shown
    assert shown is not None and shown.part is not None, "a figure by itself has counts"  # noqa: S101, PT018
    return number(shown.part) if shown.whole is None else f"{number(shown.part)} / {shown.whole}"
