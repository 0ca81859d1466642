"""The public pages of indicators: every figure in its state, one taken apart, and both as CSV and JSON."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from yiwang.indicators import bundles, exporting, public
from yiwang.indicators.sums import BY
from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.journal.exporting import packed
from yiwang.kernel.sheets.writing import as_csv
from yiwang.kernel.terms import Actor
from yiwang.web import house
from yiwang.web.board import figures, files
from yiwang.web.board.licence import LICENCE
from yiwang.web.board.shown import said

FIRST_YEAR, LAST_YEAR = 2000, 2100


def _asked(request: HttpRequest) -> tuple[Actor, int, datetime]:
    """Who asks, of which year (this one when the address names none that may be), as of now."""
    now = walltime.now()
    given = request.GET.get("year", "")
    this = walltime.town_day(now).year
    year = int(given) if given.isdecimal() and len(given) == 4 and FIRST_YEAR <= int(given) <= LAST_YEAR else this
    return request.actor, year, now  # type: ignore[attr-defined]


@require_GET
@door("figure.read")
def listed(request: HttpRequest) -> HttpResponse:
    """Every indicator, with its figure and in which state it is public."""
    actor, year, now = _asked(request)
    content = {
        "heading": said("board.figure.heading", year=year),
        "year": year,
        "years": figures.years(public.years(actor), year),
        "as_of": now,
        "counting": said("board.figure.counting") if public.still_counting(actor) else "",
        "limits": figures.limits(),
        "groups": figures.groups(public.figures(actor, year, now), year),
    }
    return render(request, "board/figures.html", content)


@require_GET
@door("figure.read")
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator, taken apart by month, committee and department."""
    actor, year, now = _asked(request)
    one, language = public.figure(actor, code, year, now), house.language()
    names, unit = exporting.names(actor, language), figures.unit_of(one.indicator)
    tables = [
        {
            "title": said(f"board.figure.by-{by}"),
            "columns": figures.heads(by),
            "rows": figures.lines(public.lines(actor, code, year, now, by), by, names, unit=unit),
        }
        for by in BY
    ]
    content = {
        "indicator": one.indicator,
        "name": one.indicator.name[language],
        "formula": one.indicator.formula[language],
        "reference": one.indicator.reference[language],
        "none": one.indicator.none[language] if one.share else "",
        "year": year,
        "years": figures.years(public.years(actor), year),
        "heading": said("board.figure.heading", year=year),
        "value": figures.value(one.share, one.shown, unit=unit),
        "absent": figures.absent(one),
        "state": figures.state(one),
        "as_of": one.as_of,
        "counting": said("board.figure.counting") if public.still_counting(actor) else "",
        "limits": figures.limits(one.indicator),
        "licence": LICENCE,
        "licence_text": said("board.licence", town=house.town_name()),
        "proof": figures.proof(one, year),
        "tables": [table for table in tables if table["rows"]],
    }
    return render(request, "board/figure.html", content)


@require_GET
@door("figure.read")
def listed_csv(request: HttpRequest) -> HttpResponse:
    """Every indicator as a sheet."""
    actor, year, now = _asked(request)
    return _sheet(as_csv(exporting.PUBLIC, exporting.public_figures(actor, year, now)), f"figures-{year}")


@require_GET
@door("figure.read")
def listed_json(request: HttpRequest) -> HttpResponse:
    """Every indicator for a program."""
    actor, year, now = _asked(request)
    return files.as_json(
        {"year": year, "license": LICENCE.address, "figures": exporting.public_figures(actor, year, now)}
    )


@require_GET
@door("figure.read")
def show_csv(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator by month, committee and department as a sheet."""
    actor, year, now = _asked(request)
    found = exporting.public_lines(actor, code, year, now, house.language())
    return _sheet(as_csv(exporting.LINE, found), f"figures-{year}-{code}")


@require_GET
@door("figure.read")
def show_json(request: HttpRequest, code: str) -> HttpResponse:
    """The same for a program, with all that one must know to read it."""
    actor, year, now = _asked(request)
    told = exporting.public_figure(actor, code, year, now)
    told["proof"] = figures.proof(public.figure(actor, code, year, now), year) or None
    told["license"] = LICENCE.address
    return files.as_json({**told, "lines": exporting.public_lines(actor, code, year, now, house.language())})


@require_GET
@never_cache
@door("figure.read")
def show_proof(request: HttpRequest, code: str) -> HttpResponse:
    """What the figure rests on, as a file for `yiwang verify`, with sealed rows: also for who reads more inside. Raises NothingPublic."""
    actor, year, now = _asked(request)
    bundle = bundles.in_public(actor, code, year, now, most=bundles.MOST_SEALED)
    answer = HttpResponse(b"".join(packed(bundle.lines())), content_type="application/gzip")
    answer["Content-Disposition"] = f'attachment; filename="figure-{year}-{code}.jsonl.gz"'
    return answer


def _sheet(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
